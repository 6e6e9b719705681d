// The clients that phones and browsers use read our XForms:  node tests/formats/engines_test.mjs SAFELANE [FILTER]
// Every form of the dictionary, and every XForm made of the sample XLSForms in SAFELANE_SHARED/data/xlsforms, is loaded in
// @getodk/xforms-engine (in Node) and in enketo-transformer and enketo-core (in Chromium), and shown in each of its languages:
// no warning, no error, and the labels are those of the language.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { JSDOM } from "jsdom";
import { chromium } from "playwright-core";

const [safelane, filter = ""] = process.argv.slice(2);
const shared = process.env.SAFELANE_SHARED ?? join(import.meta.dirname, "../../../shared");
const samples = join(shared, "data/xlsforms/example_xls");
const work = mkdtempSync(join(tmpdir(), "safelane-engines-"));
let passed = 0;
let failed = 0;
function check(problems, name) {
	if (problems.length) failed++;
	else passed++;
	console.log(problems.length ? `FAIL ${name}: ${problems.slice(0, 5).join(" | ").slice(0, 1500)}` : `ok   ${name}`);
}

// ---- the forms ----
const convert = (form) => spawnSync(safelane, ["form", "convert", form], { encoding: "utf8", maxBuffer: 1 << 28 });
const forms = [];
const kinds = JSON.parse(execFileSync(safelane, ["form", "list", "--format", "json"], { encoding: "utf8" }));
for (const { id } of kinds) forms.push({ name: id, ours: true, xml: convert(id).stdout });
let files = [];
try {
	files = readdirSync(samples).filter((f) => /\.(xlsx?|csv)$/.test(f)).sort();
} catch {
	console.log(`skip the sample XLSForms: ${samples} is not there`);
}
for (const file of files) {
	const made = convert(join(samples, file));
	if (!made.status && !forms.some((f) => f.xml === made.stdout)) forms.push({ name: basename(file), ours: false, xml: made.stdout });
}
for (let i = forms.length - 1; i >= 0; i--) if (!forms[i].name.includes(filter)) forms.splice(i, 1);

const dom = new JSDOM("<!doctype html>", { url: "http://localhost/" });
for (const f of forms) {
	const doc = new dom.window.DOMParser().parseFromString(f.xml, "text/xml");
	f.languages = [...doc.getElementsByTagName("translation")].map((t) => t.getAttribute("lang"));
	const texts = (lang) => new Set([...doc.getElementsByTagName("translation")].filter((t) => t.getAttribute("lang") === lang)
		.flatMap((t) => [...t.getElementsByTagName("value")].map((v) => v.textContent.trim())));
	f.texts = Object.fromEntries(f.languages.map((lang) => [lang, texts(lang)]));
}

// Said in that language, and not in English for want of it.
const isIn = (form, lang, text) => form.texts[lang]?.has(text) && (lang === form.languages[0] || !form.texts[form.languages[0]].has(text));
for (const f of forms) if (f.ours) check(f.languages.length === 6 ? [] : [String(f.languages)], `${f.name} has six languages`);

// ---- the engine of ODK Web Forms ----
// It is made for a browser: Node lends it what it looks for.
const heard = [];
for (const level of ["warn", "error"]) {
	const say = console[level].bind(console);
	console[level] = (...words) => (heard.push(words.map(String).join(" ")), process.env.SAY && say(...words));
}
for (const name of Object.getOwnPropertyNames(dom.window))
	if (!(name in globalThis) && /^[A-Z]|^document$|^window$/.test(name)) globalThis[name] = dom.window[name];
Object.assign(globalThis, { window: globalThis, document: dom.window.document, XPathResult: dom.window.XPathResult });
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;
const { loadForm } = await import("@getodk/xforms-engine");

function* below(node) {
	yield node;
	for (const child of node.currentState.children ?? []) yield* below(child);
}
async function inEngine(form) {
	const problems = [];
	heard.length = 0;
	const result = await loadForm(form.xml, {
		fetchFormAttachment: async () => new Response("name,label\na,A\n", { status: 200, headers: { "Content-Type": "text/csv" } }),
		missingResourceBehavior: "BLANK",
	});
	if (result.status !== "success") return [`${result.status}: ${result.error ?? JSON.stringify(result.warnings)}`];
	const { root } = result.createInstance({ instanceAttachments: { fileNameFactory: () => "a" } });
	const offered = root.languages.filter((l) => !l.isSyntheticDefault);
	if (form.languages.length && offered.length !== form.languages.length)
		problems.push(`languages: ${offered.map((l) => l.language)}`);
	for (const language of root.languages) {
		if (!language.isSyntheticDefault) root.setLanguage(language);
		let shown = 0;
		for (const node of below(root)) {
			const label = node.currentState.label?.asString;
			if (label && isIn(form, language.language, label.trim())) shown++;
			void node.currentState.hint?.asString;
			for (const choice of node.currentState.valueOptions ?? []) void choice.label?.asString;
		}
		if (form.ours && shown < 10) problems.push(`${language.language}: only ${shown} labels are of this language`);
	}
	return [...problems, ...heard];
}
for (const form of forms) {
	let problems;
	try {
		problems = await inEngine(form);
	} catch (e) {
		problems = [String(e.stack ?? e)];
	}
	check(problems, `engine ${form.name}, ${form.languages.length || 1} languages`);
}

// ---- Enketo ----
writeFileSync(join(work, "page.mjs"), `
import { transform } from "enketo-transformer/web";
import { Form } from "enketo-core";
window.load = async (xml) => {
	// Pictures and sounds are not here either: this page stands for each.
	const media = Object.fromEntries([...xml.matchAll(/jr:\\/\\/\\w+\\/([^<"]+)/g)].map((m) => [m[1], "page.html"]));
	const made = await transform({ xform: xml, media });
	document.body.innerHTML = made.form;
	const codes = [...document.querySelectorAll("#form-languages option")].map((o) => o.value);
	// What a form takes from files is not here: an empty list stands for each.
	const external = [...new DOMParser().parseFromString(made.model, "text/xml").querySelectorAll("instance[src]")].map((i) => ({
		id: i.id, src: i.getAttribute("src"), xml: new DOMParser().parseFromString("<root><item><name>a</name><label>A</label></item></root>", "text/xml"),
	}));
	const form = new Form(document.querySelector("form.or"), { modelStr: made.model, external });
	const errors = form.init();
	if (!form.getDataStr().includes("instanceID")) errors.push("there is no instance");
	const labels = {};
	for (const code of errors.length ? [] : codes) {
		form.langs.setFormUi(code);
		labels[code] = [...document.querySelectorAll("form .question-label.active")].map((l) => l.textContent.trim()).filter(Boolean);
	}
	form.resetView();
	return { errors: errors.map(String), codes, labels };
};
`);
await build({
	entryPoints: [join(work, "page.mjs")], outfile: join(work, "page.js"), bundle: true, format: "iife", logLevel: "error",
	platform: "browser", external: ["libxslt"], nodePaths: [join(import.meta.dirname, "../../node_modules")], loader: { ".xsl": "text" },
	alias: {
		"enketo/config": "enketo-core/config.js", "enketo/widgets": "enketo-core/src/js/widgets.js",
		"enketo/translator": "enketo-core/src/js/fake-translator.js", "enketo/dialog": "enketo-core/src/js/fake-dialog.js",
		"enketo/file-manager": "enketo-core/src/js/file-manager.js",
		"enketo/xpath-evaluator-binding": "enketo-core/src/js/xpath-evaluator-binding.js",
	},
});
writeFileSync(join(work, "page.html"), '<!doctype html><meta charset="utf-8"><title>forms</title><body></body><script src="page.js"></script>');
const browser = await chromium.launchPersistentContext(join(work, "profile"), {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
	args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--no-first-run", "--disable-quic", "--allow-file-access-from-files"],
});
const page = await browser.newPage();
let said = [];
// That the browser will do without XSLT one day is no word about the form.
page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/^XSLTProcessor/.test(m.text()) && said.push(`${m.type()}: ${m.text()}`));
page.on("pageerror", (e) => said.push(String(e)));
await page.goto(pathToFileURL(join(work, "page.html")).href);
await page.waitForFunction(() => window.load);
// Older samples ask for "uri:deviceid", as pyxform's expected XForms do; Enketo has no such name of a device.
const known = /__session"\]\/session\/context\/uri:deviceid|^error: FormLogicError$/;
for (const form of forms) {
	said = [];
	let problems = [];
	try {
		const made = await page.evaluate((xml) => window.load(xml), form.xml);
		problems = made.errors;
		if (form.languages.length > 1 && made.codes.length !== form.languages.length) problems.push(`languages: ${made.codes}`);
		for (const [i, code] of made.codes.entries()) {
			const shown = (made.labels[code] ?? []).filter((l) => isIn(form, form.languages[i], l)).length;
			if (form.ours && shown < 10) problems.push(`${code}: only ${shown} labels are of this language`);
		}
	} catch (e) {
		problems = [String(e)];
	}
	problems = [...problems, ...said].filter((p) => form.ours || !known.test(p));
	check(problems, `enketo ${form.name}, ${form.languages.length || 1} languages`);
}
await browser.close();
rmSync(work, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
