// @getodk/web-forms and what it needs as modules and one style sheet that a strict policy lets in:
//   node tools/web_forms/bundle.mjs FOLDER
// The package is pinned; where it does what our pages do not, its text is changed here, and a change that no longer
// fits ends the build.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { words } from "./words.js";

const out = process.argv[2];
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const dist = join(root, "node_modules/@getodk/web-forms/dist");

function exchange(text, from, to, times = 1) {
	const found = text.split(from).length - 1;
	if (found !== times) throw new Error(`web-forms has '${from}' ${found} times, not ${times}: look at what changed`);
	return text.replaceAll(from, () => to);
}

/* ---- styles ---- */

// The sheet that the package puts into a style element is a file here: no inline style passes the policy.  Its letters
// are left out (the pages have theirs), and so is what it wants of the whole page: html and body are ours.
function sheet(text) {
	const all = text.match(/createTextNode\('((?:[^'\\]|\\.)*)'\)/);
	if (!all) throw new Error("web-forms has no sheet where it was");
	const css = new Function(`return '${all[1]}'`)().replace('@charset "UTF-8";', "").replace(/@font-face\s*\{[^}]*\}/g, "");
	if (/url\((?!data:image)/.test(css)) throw new Error("the sheet of web-forms loads something");
	// From right to left, too.
	return css.replace(/\b(margin|padding|border)-left\b/g, "$1-inline-start").replace(/\b(margin|padding|border)-right\b/g, "$1-inline-end")
		.replace(/\b(float|text-align):\s*left\b/g, (_, x) => `${x}:${x === "float" ? "inline-" : ""}start`).replace(/\b(float|text-align):\s*right\b/g, (_, x) => `${x}:${x === "float" ? "inline-" : ""}end`);
}
// What it resets, it resets inside its own parts only (some stand at the end of the body: menus, dialogues).
function reset(text) {
	const found = text.match(/const resetStyles = `([^`]*)`/);
	if (!found) throw new Error("web-forms has no reset where it was");
	const rules = found[1].replace(/\nhtml \{[^}]*\}/, "").replace(/\nbody \{[^}]*\}/, "");
	return `:where(#form, body > [class^="p-"], body > [class*=" p-"]) {\n${rules}}\n`;
}

/* ---- scripts ---- */

// Style elements that are filled at run time become sheets of the document, which the policy leaves to scripts
// (styles.js); our page gets hold of the form that was loaded, and may go on with a draft (hooks.js).
const changes = {
	"index-": (text) => {
		text = exchange(text, 'document.createElement("style")', "safelaneStyle()", 3);
		text = exchange(text, 'aA.createElement("style")', "safelaneStyle()");
		text = exchange(text, "'style[data-primevue-style-id=\"'", "'safelane-style[data-primevue-style-id=\"'");
		text = exchange(text, "tA.textContent = resetStyles, document.head.prepend(tA), ", "");
		text = exchange(text, "oA = await AA.editInstance(rA, nA)", "oA = await (tA.editInstance.draft ? AA.restoreInstance({ data: tA.editInstance.draft }, nA) : AA.editInstance(rA, nA))");
		text = exchange(text, "success = (eA, tA) => ({", "success = (eA, tA) => (formLoaded(eA, tA), {");
		text = exchange(text, "failure = (eA) => ({", "failure = (eA) => (formFailed(eA), {");
		text = exchange(text, "rA = AA.resetInstance(nA);\n", "rA = AA.resetInstance(nA);\n  formLoaded(AA, rA);\n");
		text = exchange(text, '"hour-format": "12"', '"hour-format": "24"');
		text = exchange(text, "return (rA, oA) => (openBlock(!0), createElementBlock(Fragment, null, renderList(eA.nodes, (iA) => (openBlock(), createElementBlock(Fragment, {\n      key: iA.nodeId",
			"const shown = growing(() => eA.nodes.length);\n    return (rA, oA) => (openBlock(!0), createElementBlock(Fragment, null, renderList(eA.nodes.slice(0, shown.value), (iA) => (openBlock(), createElementBlock(Fragment, {\n      key: iA.nodeId");
		text = exchange(text, "document.scrollingElement?.scrollTo(0, 0)", "formFaulty()");
		return `import { safelaneStyle } from ${JSON.stringify(join(here, "styles.js"))};\n` +
			`import { growing } from ${JSON.stringify(join(here, "growing.js"))};\n` +
			`import { formLoaded, formFailed, formFaulty } from ${JSON.stringify(join(here, "hooks.js"))};\n` + text;
	},
	// No tile of somebody else's server: the pages load nothing from elsewhere.  The map has a base map of ours when there
	// is one, and begins where the programme is (hooks.js).  What is opened by a click is opened by the keyboard, too.
	"MapBlock-": (text) => {
		text = exchange(text, '"https://tile.openstreetmap.org/{z}/{x}/{y}.png"', "mapTile()");
		text = exchange(text, '\'&#169; <a href="https://www.openstreetmap.org/copyright" target="_blank">OpenStreetMap</a> contributors.\'', "mapCredit()");
		text = exchange(text, "center: Fu,\n          zoom: bu,", "...mapView(),");
		text = exchange(text, "centerFullWorldView: () => _(Fu, bu)", "centerFullWorldView: () => _(mapView().center, mapView().zoom)");
		text = exchange(text, 'N("a", {\n            class: "paste-location",', 'N("button", {\n            type: "button",\n            class: "paste-location",');
		return `import { mapTile, mapCredit, mapView } from ${JSON.stringify(join(here, "hooks.js"))};\n` + text;
	},
	"index.js": (text) => text.slice(text.indexOf("import {")),
};

// The literal becomes a look-up; the words are there before the engine is (hooks.js).
function wording(text, start) {
	for (const [id, where, literal, times] of words.filter((x) => x[1] === start)) text = exchange(text, literal, literal.replace(/"[^"]*"$/, (quoted) => `formWord("${id}")` + (/[: ] ?"$/.test(quoted) && quoted.endsWith(' "') ? ' + " "' : "")), times);
	return `import { formWord } from ${JSON.stringify(join(here, "hooks.js"))};\n` + text;
}

const ours = {
	name: "ours",
	setup(it) {
		it.onLoad({ filter: /@getodk\/web-forms\/dist\/[^/]*\.js$/ }, ({ path }) => {
			const change = Object.entries(changes).find(([start]) => path.slice(dist.length + 1).startsWith(start));
			if (!change) throw new Error(`${path} is new: say what becomes of it`);
			return { contents: wording(change[1](readFileSync(path, "utf8")), change[0]), loader: "js" };
		});
	},
};

// What of theirs is in the bundle, and under which licence.
function licences() {
	const parts = ["@getodk/web-forms", "vue", "ol", "dompurify", "image-blob-reduce", "vue-draggable-plus", "@mdi/js"];
	return parts.map((name) => {
		const folder = join(root, "node_modules", name);
		const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
		const file = readdirSync(folder).find((x) => /^licen[sc]e/i.test(x));
		return `${name} ${about.version}: ${about.license}\n\n${file ? readFileSync(join(folder, file), "utf8") : ""}\n`;
	}).join("----\n\n");
}

mkdirSync(out, { recursive: true });
const names = { "web-forms.js": "web-forms.js", "web-forms-chunk.js": "web-forms-engine.js" };
const made = await build({
	entryPoints: { "web-forms": join(here, "mount.js") }, outdir: out, bundle: true, splitting: true, format: "esm", minify: true,
	target: "es2022", chunkNames: "web-forms-[name]", legalComments: "none", logLevel: "error", plugins: [ours], write: false,
	nodePaths: [join(root, "node_modules")], external: ["fs", "path", "fs/promises", "node:*"],
	define: { __VUE_OPTIONS_API__: "true", __VUE_PROD_DEVTOOLS__: "false", __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false", "process.env.NODE_ENV": '"production"' },
});
// Three files under names of their own: the page, the engine, and the map, which is fetched when a form has one.
for (const { path, text } of made.outputFiles) {
	const name = path.split("/").at(-1);
	const own = names[name] ?? (name.startsWith("web-forms-MapBlock-") ? "web-forms-map.js" : null);
	if (!own) throw new Error(`the bundle has a part '${name}' that nobody embeds`);
	writeFileSync(join(out, own), text.replaceAll("./web-forms-chunk.js", "./web-forms-engine.js").replace(/\.\/web-forms-MapBlock-[\w-]+\.js/g, "./web-forms-map.js"));
}
const main = readFileSync(join(dist, "index.js"), "utf8");
const engine = readFileSync(join(dist, readdirSync(dist).find((x) => x.startsWith("index-"))), "utf8");
writeFileSync(join(out, "web-forms.css"), reset(engine) + sheet(main));
writeFileSync(join(out, "web-forms.LICENSES.txt"), licences());
