// The texts of Safelane and their translations (docs/manual/languages.md):
//   node tools/texts.mjs update               write po/safelane.pot anew and bring every catalogue up to it
//   node tools/texts.mjs missing [CODE]       list what has no translation yet
//   node tools/texts.mjs check                what ./check runs; the last line counts
//   node tools/texts.mjs module CODE MO PAGES HELP FIELD ENTER REPORT SETTINGS   for the build: what pages load, in one language
// Catalogues are read through gettext's own tools; only the text of a .pot is written here.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const template = join(root, "po/safelane.pot");
// What pages load: the folder of the module, and the English of it, by the first part of the context.
const english = (await import(join(root, "web/text/en.js"))).default;
const own = async (folder) => [folder, (await import(join(root, `web/${folder}/en.js`))).default];
const modules = { page: ["text", english], help: await own("help"), field: await own("field/text"), enter: await own("enter/text"), report: await own("report/text"), settings: await own("settings/text") };
const read = (path) => readFileSync(join(root, path), "utf8");
const list = (folder, end) => readdirSync(join(root, folder), { recursive: true }).filter((x) => x.endsWith(end)).sort().map((x) => `${folder}/${x}`);
const languages = () => list("po", ".po").map((x) => x.slice(3, -3));

// ---- what there is to translate ----

const literal = String.raw`"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*`;
const value = (text) => text.match(/"(?:[^"\\]|\\.)*"/g).map((x) => JSON.parse(x.replace(/\\'/g, "'"))).join("");

// Calls: sl_text(language, "context", "text") and SL_TEXT("context", "text"); messages without parameters of the floors
// that answer people over HTTP; titles and advice of the rules.
function* inC(path) {
	const source = read(path);
	for (const m of source.matchAll(new RegExp(String.raw`\b(?:sl_text\(\s*[^,"]+,|SL_TEXT\()\s*(${literal}),\s*(${literal})\)`, "g"))) yield [value(m[1]), value(m[2])];
	// A text with a number in it: sl_text_n(language, "context", "{n} thing", "{n} things", n).
	for (const m of source.matchAll(new RegExp(String.raw`\bsl_text_n\(\s*[^,"]+,\s*(${literal}),\s*(${literal}),\s*(${literal}),`, "g"))) yield [value(m[1]), value(m[2]), value(m[3])];
	if (/^src\/(http\/(door|dispatch|review|pages)|app\/(people|review))/.test(path))
		for (const m of source.matchAll(new RegExp(String.raw`\bsl_fail\(e, SL_\w+,\s*(${literal})\)`, "g"))) if (!value(m[1]).includes("%")) yield ["error", value(m[1])];
	// What to do, where a check or the import says it better than the rule.
	if (/^src\/(checks|app)\//.test(path))
		for (const m of source.matchAll(new RegExp(String.raw`\b(?:advice|suggestion) =\s*(?:SL_STR\()?(${literal})`, "g"))) yield ["rule", value(m[1])];
	if (path === "src/checks/rules.c")
		for (const m of source.matchAll(new RegExp(String.raw`\{"\w+", SL_\w+, SL_\w+,\s*(${literal}),\s*(${literal}),`, "g"))) yield* [["rule", value(m[1])], ["rule", value(m[2])]];
}

// What a reader sees of a template of reports (docs/formats/template.md), as src/report/template.c reads it: paragraphs,
// headings and items; of a word's line and of its properties the parts that are words.
const shown = { title: [0], subtitle: [0], marking: [0], ask: [1], sign: [0, 1], room: [1], note: [1, 2], by: [1], column: [1, 4], caption: [0], empty: [0], beyond: [0], describe: [0], axis: [0] };
function* inTemplate(path) {
	const parts = (key, text) => {
		const all = ["note", "ask", "sign", "room", "by", "column"].includes(key) ? text.split("|").map((x) => x.trim()) : [text];
		return (shown[key] ?? []).map((i) => all[i]).filter(Boolean);
	};
	let paragraph = [];
	for (const line of [...read(path).split("\n"), ""]) {
		const text = line.trim();
		if (text.startsWith("%")) continue;
		const begins = !text || /^[@#\t ]/.test(line) || text.startsWith("- ");
		if (begins && paragraph.length) {
			yield [paragraph.join(" ")];
			paragraph = [];
		}
		if (!text) continue;
		const [, word, rest] = text.match(/^@?(\S+)\s*(.*)$/);
		if (/^[\t ]/.test(line)) yield* parts(word, rest).map((x) => [x]);
		else if (word === "count" && text.startsWith("@")) yield rest.split("|").slice(1).map((x) => x.trim());
		else if (text.startsWith("@")) yield* parts(word, rest).map((x) => [x]);
		else if (text.startsWith("#")) yield [text.replace(/^#+\s*/, "")];
		else paragraph.push(text.startsWith("- ") ? text.slice(2).trim() : text);
	}
}

export function texts() {
	const all = new Map();
	const add = (context, one, other, where) => {
		const key = context + "\u0004" + one;
		if (!all.has(key)) all.set(key, { context, one, other, where: new Set() });
		all.get(key).where.add(where);
	};
	for (const [what, [folder, english]] of Object.entries(modules)) for (const [id, text] of Object.entries(english)) add(`${what}:${id}`, text.one ?? text, text.other, `web/${folder}/en.js`);
	for (const path of list("web", ".html")) for (const [, text] of read(path).matchAll(/\{\{text:(.+?)\}\}/g)) add("html", text, undefined, path);
	for (const path of [...list("src", ".c"), ...list("src", ".h")]) for (const [context, text, plural] of inC(path)) if (context !== "page:language-name") add(context, text, plural, path);
	for (const path of list("templates", ".txt")) for (const [text, plural] of inTemplate(path)) if (/\p{L}/u.test(text.replace(/\{[^}]*\}/g, ""))) add("template", text, plural, path);
	return all;
}

const quoted = (text) => JSON.stringify(text);

function potText() {
	const head = ["Project-Id-Version: safelane\\n", "Language: \\n", "MIME-Version: 1.0\\n", "Content-Type: text/plain; charset=UTF-8\\n", "Content-Transfer-Encoding: 8bit\\n"];
	let out = "# What there is to translate; made by tools/texts.mjs: docs/manual/languages.md.\nmsgid \"\"\nmsgstr \"\"\n" + head.map((x) => `"${x}"\n`).join("");
	for (const { context, one, other, where } of texts().values()) {
		out += "\n" + [...where].map((x) => `#: ${x}\n`).join("") + `msgctxt ${quoted(context)}\nmsgid ${quoted(one)}\n`;
		out += other === undefined ? 'msgstr ""\n' : `msgid_plural ${quoted(other)}\nmsgstr[0] ""\nmsgstr[1] ""\n`;
	}
	return out;
}

// ---- a compiled catalogue ----

export function readMo(path) {
	const mo = readFileSync(path);
	const [n, keys, values] = [8, 12, 16].map((at) => mo.readUInt32LE(at));
	const at = (table, i) => mo.toString("utf8", mo.readUInt32LE(table + 8 * i + 4), mo.readUInt32LE(table + 8 * i + 4) + mo.readUInt32LE(table + 8 * i));
	const all = new Map();
	for (let i = 0; i < n; i++) all.set(at(keys, i).split("\0")[0], at(values, i).split("\0"));
	return all;
}

// Which form each of the categories of Intl.PluralRules takes: browsers know those, and may not evaluate what a
// catalogue brings.
function categories(code, head) {
	const rule = head.match(/Plural-Forms: *nplurals=(\d+); *plural=([^;]+);/);
	if (!rule || !/^[\sn0-9%=!<>&|?:()+-]+$/.test(rule[2])) throw new Error(`po/${code}.po has no Plural-Forms that can be read`);
	const form = new Function("n", `return Number(${rule[2]})`);
	const select = new Intl.PluralRules(code);
	const of = {};
	for (const n of [...Array(1001).keys(), 1e6, 2e6]) {
		const name = select.select(n);
		if (of[name] !== undefined && of[name] !== form(n)) throw new Error(`po/${code}.po: its Plural-Forms and Unicode's disagree about ${n}`);
		of[name] = form(n);
	}
	of.other ??= Number(rule[1]) - 1;
	return of;
}

function moduleText(code, mo, what) {
	const all = readMo(mo);
	const forms = categories(code, all.get("")[0]);
	const texts = {};
	for (const [id, text] of Object.entries(modules[what][1])) {
		const found = all.get(`${what}:${id}\u0004${text.one ?? text}`);
		texts[id] = !found ? text : text.one ? Object.fromEntries(Object.entries(forms).map(([name, i]) => [name, found[i]])) : found[0];
	}
	return `export default ${JSON.stringify(texts)};\n`;
}

// ---- the commands ----

const compiled = (code, folder) => {
	const out = join(folder, code + ".mo");
	execFileSync("msgfmt", ["--check", "-o", out, join(root, `po/${code}.po`)], { stdio: ["ignore", "ignore", "pipe"] });
	return out;
};
function inFolder(what) {
	const folder = mkdtempSync(join(tmpdir(), "safelane-texts-"));
	try {
		return what(folder);
	} finally {
		rmSync(folder, { recursive: true });
	}
}
const untranslated = (code, folder) => {
	const all = readMo(compiled(code, folder));
	return [...texts()].filter(([key]) => !all.has(key)).map(([, text]) => text);
};

function update() {
	writeFileSync(template, potText());
	for (const code of languages()) {
		const path = join(root, `po/${code}.po`);
		execFileSync("msgmerge", ["--quiet", "--update", "--backup=none", "--no-fuzzy-matching", "--no-wrap", path, template]);
		execFileSync("msgattrib", ["--no-obsolete", "--no-wrap", "-o", path, path]);
	}
}

const names = (text) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort().join(" ");

// A translation has the placeholders of its text.  A form for one or two may say the number in words, as English may.
function placeholderFaults(code, folder) {
	const all = readMo(compiled(code, folder));
	const faults = [];
	for (const [key, { context, one, other }] of texts()) {
		const without = (x) => names(other === undefined ? x : x.replaceAll("{n}", ""));
		for (const form of all.get(key) ?? [])
			if (without(form) !== without(other ?? one)) faults.push(`${context}: “${form}” has ${names(form) || "no placeholder"}, not ${names(other ?? one) || "none"}`);
		if (other !== undefined && all.has(key) && !all.get(key).at(-1).includes("{n}")) faults.push(`${context}: the last form does not say {n}`);
	}
	return faults;
}

function check() {
	let passed = 0;
	let failed = 0;
	const test = (name, why) => {
		if (why) failed++;
		else passed++;
		console.log(why ? `FAIL ${name}: ${why}` : `ok   ${name}`);
	};
	test("po/safelane.pot is of these sources", existsSync(template) && readFileSync(template, "utf8") === potText() ? "" : "it is stale: node tools/texts.mjs update");
	const used = list("web", ".js").flatMap((path) => [...read(path).matchAll(/\bt\("([^"]+)"\s*[,)]/g)].map((m) => [path, m[1]]));
	const known = (path, id) => id in english || ["field", "enter", "report", "settings"].some((own) => path.startsWith(`web/${own}/`) && id in modules[own][1]);
	test("every text that a page asks for is there", used.filter(([path, id]) => !known(path, id)).map((x) => x.join(" ")).join(", "));
	for (const code of languages())
		inFolder((folder) => {
			const path = join(root, `po/${code}.po`);
			const told = spawnSync("msgfmt", ["--check", "-o", join(folder, "x.mo"), path], { encoding: "utf8" });
			test(`${code}: the catalogue is well formed`, told.status ? told.stderr : "");
			if (told.status) return;
			const odd = ["--only-fuzzy", "--only-obsolete"].map((option) => execFileSync("msgattrib", [option, path], { encoding: "utf8" })).join("").trim();
			test(`${code}: nothing is fuzzy or obsolete`, odd);
			test(`${code}: the placeholders are those of the text`, placeholderFaults(code, folder).join("; "));
			const missing = untranslated(code, folder);
			test(`${code}: ${texts().size - missing.length} of ${texts().size} texts are translated`, missing.length ? `${missing.length} are missing, the first “${missing[0].one}” (${missing[0].context})` : "");
			try {
				moduleText(code, join(folder, "x.mo"), "page");
				test(`${code}: its plural forms are those of browsers`, "");
			} catch (error) {
				test(`${code}: its plural forms are those of browsers`, error.message);
			}
		});
	console.log(`${passed} passed, ${failed} failed`);
	process.exitCode = failed ? 1 : 0;
}

const [command, ...rest] = process.argv.slice(2);
if (command === "update") update();
else if (command === "check") check();
else if (command === "module") Object.keys(modules).forEach((what, i) => writeFileSync(rest[2 + i], moduleText(rest[0], rest[1], what)));
else if (command === "missing")
	for (const code of rest.length ? rest : languages()) inFolder((folder) => untranslated(code, folder).forEach((x) => console.log(`${code}\t${x.context}\t${x.one}${x.other ? `\t${x.other}` : ""}`)));
else if (command) {
	console.error("usage: node tools/texts.mjs update|missing [CODE]|check");
	process.exitCode = 2;
}
