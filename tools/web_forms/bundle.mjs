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
	return used(css).replace(/\b(margin|padding|border)-left\b/g, "$1-inline-start").replace(/\b(margin|padding|border)-right\b/g, "$1-inline-end")
		.replace(/\b(float|text-align):\s*left\b/g, (_, x) => `${x}:${x === "float" ? "inline-" : ""}start`).replace(/\b(float|text-align):\s*right\b/g, (_, x) => `${x}:${x === "float" ? "inline-" : ""}end`);
}
// Its utility classes for widths of the window and for states (.md\:col-6, .hover\:text-50) are two thirds of the sheet,
// and nearly none is ever set: those that the scripts do not name are left out.
function used(css) {
	const named = readdirSync(dist).filter((x) => x.endsWith(".js") && x !== "index.js").map((x) => readFileSync(join(dist, x), "utf8")).join("\n");
	const utility = /\.((?:sm|md|lg|xl|hover|focus|active)\\:[\w-]+)(?::\w+)?/;
	const kept = css.replace(/(?<=^|[{}])((?:\.(?:sm|md|lg|xl|hover|focus|active)\\:[^{},]+,?)+)\{[^{}]*\}/g, (rule, selectors) =>
		selectors.split(",").some((x) => !utility.test(x) || named.includes(x.match(utility)[1].replace("\\", ""))) ? rule : "");
	return kept.replace(/@media[^{}]+\{\}/g, "");
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
		text = lasting(text);
		text = plain(text);
		text = apart(exchange(text, "import.meta.url", "webFormsPlace"));
		return `import { safelaneStyle } from ${JSON.stringify(join(here, "styles.js"))};\n` +
			`import { shaped, uses, worded } from ${JSON.stringify(join(here, "shapes.js"))};\n` +
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

// The theme of ours never changes: nobody listens for another, and a style that is there is not made again for each part
// (PrimeVue forgets all it has made whenever a part begins to listen).  Nor does the configuration.
function lasting(text) {
	text = exchange(text, 'Base.clearLoadedStyleNames(), service_default.on("theme:change", tA);', "", 2);
	return exchange(text, "    immediate: !0,\n    deep: !0\n  }), oA = watch(function() {", "    immediate: !0,\n    deep: !1\n  }), oA = watch(function() {");
}

// A label of words alone needs no parser (shapes.js).
function plain(text) {
	return exchange(text, "function toOdkMarkdown(eA) {\n", "function toOdkMarkdown(eA) {\n  return worded(eA, allMarkdown, ChildMarkdownNode);\n}\nfunction allMarkdown(eA) {\n");
}

// The parser of XPath, which web-forms carries as text, is two files: the browser compiles them as they come, while it reads
// the engine (`load` below).  What they never ask for, eval, would keep every name of the engine alive.
const compiled = { webTreeSitter: "web-forms-parser.wasm", xpathLanguage: "web-forms-xpath.wasm" };
function apart(text) {
	for (const [name, file] of Object.entries(compiled)) {
		const found = [...text.matchAll(new RegExp(`\\b${name} = "data:application/wasm;base64,([\\w+/=]+)"`, "g"))];
		if (found.length !== 1) throw new Error(`web-forms has ${name} ${found.length} times: look at what changed`);
		writeFileSync(join(out, file), Buffer.from(found[0][1], "base64"));
		text = text.replace(found[0][0], () => `${name} = ""`);
	}
	const begin = text.indexOf("    const { webTreeSitter: AA, xpathLanguage: nA } = tA;");
	const end = text.indexOf("    return aA.setLanguage(iA), new this(aA);");
	if (begin < 0 || end < begin) throw new Error("web-forms begins its parser in another way: look at what changed");
	text = text.slice(0, begin) + `    const [parser, language] = await globalThis.webFormsCompiled;
    await Parser.init({ instantiateWasm: (imports, done) => (WebAssembly.instantiate(parser, imports).then((made) => done(made, parser)), {}) });
    const iA = await Parser.Language.load(language), aA = new Parser();
` + text.slice(end);
	text = exchange(text, "if (tA instanceof Uint8Array)\n                  AA = Promise.resolve(tA);", "if (tA instanceof WebAssembly.Module)\n                  AA = Promise.resolve(tA);");
	text = exchange(text, "eval(func)", "abort(func)", 2);
	// A tree is made of the parser's nodes once, and the words of the language are the same for all.
	text = exchange(text, "return this.cache.upsert(tA, () => {\n      const nA = this.xpathParser.parse(tA), { rootNode: rA } = nA;\n", `return this.cache.upsert(tA, () => {
      const read = (text) => {
        const { rootNode } = this.xpathParser.parse(text);
        return rootNode.hasError ? rootNode : new SyntaxNode(rootNode);
      };
      uses(read);
      const rA = shaped(tA, read), nA = { rootNode: rA, language: SyntaxTree.words ??= new SyntaxLanguage(this.xpathParser.parse("0").language) };
`);
	return exchange(text, "this.language = new SyntaxLanguage(AA), this.rootNode = new SyntaxNode(nA);", "this.language = AA, this.rootNode = nA;");
}

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

// Chromium (156, say) keeps what it compiled of a script, but makes nothing of it for a module: the second day would begin
// as the first.  So the engine, by far the largest, is a plain script, which the worker has compiled when it is kept; it
// leaves its names as a promise, and the small modules take them from there.
const load = `const place=(file)=>new URL(file,import.meta.url).href;
globalThis.webFormsCompiled=Promise.all(${JSON.stringify(Object.values(compiled))}.map((x)=>WebAssembly.compileStreaming(fetch(place(x)))));
const parts=await(globalThis.webForms??=new Promise((done,fail)=>{
const url=place("./web-forms-engine.js");
const script=[...document.scripts].find((x)=>x.src===url)??document.head.appendChild(Object.assign(document.createElement("script"),{src:url}));
script.addEventListener("load",()=>done(globalThis.webForms));
script.addEventListener("error",()=>fail(new Error(url)));
}));
`;
const named = (list, between) => list.split(",").map((x) => x.trim().split(" as ")).map(([name, as = name]) => between(name, as)).join(",");
function asScript(text) {
	const end = text.match(/export\s*\{([^{}]*)\};?\s*$/);
	if (!end || /(^|[;}\n])import\s*[{"]/.test(text)) throw new Error("the engine is not what it was: look at what changed");
	return `globalThis.webForms=(async()=>{"use strict";const webFormsPlace=document.currentScript.src;${text.slice(0, end.index)};return{${named(end[1], (name, as) => `${as}:${name}`)}}})();\n`;
}
function fromScript(text, before) {
	const start = text.match(/^import\s*\{([^{}]*)\}\s*from\s*"\.\/web-forms-chunk\.js";/);
	if (!start || /[;}\n]import\s*[{"]/.test(text)) throw new Error("a part takes from elsewhere than from the engine: look at what changed");
	return `${before}const{${named(start[1], (name, as) => `${name}:${as}`)}}=parts;${text.slice(start[0].length)}`;
}

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
// Three scripts under names of their own: the page, the engine, and the map, which is fetched when a form has one.
for (const { path, text } of made.outputFiles) {
	const name = path.split("/").at(-1);
	const own = names[name] ?? (name.startsWith("web-forms-MapBlock-") ? "web-forms-map.js" : null);
	if (!own) throw new Error(`the bundle has a part '${name}' that nobody embeds`);
	const one = own === "web-forms-engine.js" ? asScript(text) : fromScript(text, own === "web-forms.js" ? load : "const parts=await globalThis.webForms;");
	writeFileSync(join(out, own), one.replace(/\.\/web-forms-MapBlock-[\w-]+\.js/g, "./web-forms-map.js"));
}
const main = readFileSync(join(dist, "index.js"), "utf8");
const engine = readFileSync(join(dist, readdirSync(dist).find((x) => x.startsWith("index-"))), "utf8");
writeFileSync(join(out, "web-forms.css"), reset(engine) + sheet(main));
writeFileSync(join(out, "web-forms.LICENSES.txt"), licences());
