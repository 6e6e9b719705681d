// Enketo fills in every published form from our server and sends it:  node tests/browser/enketo_test.mjs SAFELANE FILE [FOLDER for pictures]
// The page with Enketo (npm enketo-core, enketo-transformer) is the test's own, put under the server's origin; the list, the
// forms, their files and the submission go to the server itself, with the session of who has signed in. What was sent is then
// looked for at the review desk: each value, and the geometry to 1e-7 degrees.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { Walk } from "./browser.mjs";

const [safelane, file, folder] = process.argv.slice(2);
const walk = new Walk(safelane, file, folder);
const work = mkdtempSync(join(tmpdir(), "safelane-enketo-"));
const root = join(import.meta.dirname, "../..");

// ---- the page ----
writeFileSync(join(work, "page.mjs"), `
import { transform } from "enketo-transformer/web";
import { Form } from "enketo-core";
import fileManager from "enketo/file-manager";

const outline = "12.3456789 44.1234567 0 0;12.3456789 44.1284568 0 0;12.3506781 44.1284568 0 0;12.3506781 44.1234567 0 0;12.3456789 44.1234567 0 0";
const places = { geopoint: "12.3456789 44.1234567 0 0", geotrace: "12.3456789 44.1234567 0 0;12.3506781 44.1284568 0 0", geoshape: outline };
const tries = {
	string: ["Text é ខ", "USD", "1234567", "person@example.org"], int: ["3", "2020", ...Array.from({ length: 61 }, (_, k) => String(k)), ""], decimal: ["2.5", "0.5", "45", "0"],
	date: ["2026-03-15", "2020-01-01", "2026-03-16"], dateTime: ["2026-03-15T10:11:00.000+00:00"], time: ["10:11:00.000+00:00"],
};
const read = (text) => new DOMParser().parseFromString(text, "text/xml");
const textOf = async (url) => {
	const r = await fetch(url);
	if (!r.ok) throw new Error(r.status + " " + url);
	return r.text();
};
const here = (url) => new URL(url).pathname + new URL(url).search;

window.list = async () => [...read(await textOf("/odk/formList")).querySelectorAll("xform")].map((x) => Object.fromEntries([...x.children].map((c) => [c.localName, c.textContent])));

let form;
let texts = 0;
window.open_form = async ({ downloadUrl, manifestUrl }) => {
	form?.resetView();
	const xml = await textOf(here(downloadUrl));
	const media = {}, external = [];
	if (manifestUrl)
		for (const f of read(await textOf(here(manifestUrl))).querySelectorAll("mediaFile"))
			media[f.querySelector("filename").textContent] = here(f.querySelector("downloadUrl").textContent);
	const made = await transform({ xform: xml, media });
	document.body.innerHTML = made.form;
	for (const i of read(made.model).querySelectorAll("instance[src]")) {
		const rows = (await textOf(i.getAttribute("src"))).trim().split("\\n").map((line) => line.split(","));
		external.push({ id: i.id, src: i.getAttribute("src"), xml: read("<root>" + rows.slice(1).map((r) => "<item>" + rows[0].map((n, k) =>
			"<" + n + ">" + r[k] + "</" + n + ">").join("") + "</item>").join("") + "</root>") });
	}
	form = new Form(document.querySelector("form.or"), { modelStr: made.model, external });
	return form.init().map(String);
};

const changed = (el) => el.dispatchEvent(new Event("change", { bubbles: true }));
const shown = (el) => !el.closest(".disabled") && !el.closest(".or-repeat-info") && !el.closest(".itemset-template") && !el.readOnly && !el.disabled;
const questions = () => [...document.querySelectorAll("form.or .question")].filter((q) => shown(q) && !q.classList.contains("readonly"));
const controls = (q) => [...q.querySelectorAll("[name], [data-name]")].filter((el) => shown(el) && !el.classList.contains("ignore"));

// One more try at a question: another of what fits its type. False: there is none left.
function answer(q, turn) {
	const all = controls(q), el = all[0];
	if (!el) return false;
	const type = el.dataset.typeXml ?? "string";
	if (el.type === "file") {
		if (turn) return false;
		const to = new DataTransfer();
		to.items.add(new File([window.photograph], "fence é.jpg", { type: "image/jpeg" }));
		el.files = to.files;
		changed(el);
	} else if (el.localName === "select") {
		const options = [...el.options].filter((o) => o.value && !o.disabled && !o.classList.contains("itemset-template"));
		if (!options[turn]) return false;
		for (const [k, o] of options.entries()) o.selected = el.multiple ? k === turn || k === turn + 1 : k === turn;
		changed(el);
	} else if (el.type === "radio" || el.type === "checkbox") {
		const boxes = all.filter((b) => b.type === el.type && b.value);
		if (!boxes[turn]) return false;
		for (const [k, b] of boxes.entries()) {
			const on = k === turn || (el.type === "checkbox" && k === turn + 1);
			if (b.checked !== on) (b.checked = on), changed(b);
		}
	} else {
		const list = places[type] ? [places[type]] : tries[type] ?? tries.string;
		if (turn >= list.length) return false;
		// Texts are told from each other.
		el.value = list === tries.string && !turn ? list[0] + " " + ++texts : list[turn];
		changed(el);
	}
	return true;
}

const rest = () => new Promise((done) => setTimeout(done, 0));

window.fill = async (identity) => {
	const done = new Map();
	for (const b of document.querySelectorAll("form.or .add-repeat-btn")) if (shown(b)) b.click();
	// What is answered may make more questions relevant.
	for (let pass = 0; pass < 8; pass++) {
		const fresh = questions().filter((q) => !done.has(q));
		if (!fresh.length) break;
		for (const q of fresh) done.set(q, 0), answer(q, 0);
		for (const el of document.querySelectorAll("form.or input[name$='/id']"))
			if (/^\\/[^/]+\\/([^/]+\\/)?id$/.test(el.name)) (el.value = identity), changed(el);
		await rest();
	}
	await form.validate();
	for (const q of [...document.querySelectorAll("form.or .question.invalid-constraint, form.or .question.invalid-required")].filter(shown))
		for (let turn = 1; answer(q, turn) && !Object.values((await form.validateInput(controls(q)[0])) ?? {}).every(Boolean); turn++);
	await form.validate();
	const invalid = [...document.querySelectorAll("form.or .invalid-constraint, form.or .invalid-required")].filter(shown)
		.map((q) => controls(q)[0]?.getAttribute("name") ?? q.className);
	return { asked: done.size, invalid };
};

window.send = async (csrf) => {
	const xml = form.getDataStr({ irrelevant: false });
	const body = new FormData();
	const files = fileManager.getCurrentFiles();
	body.append("xml_submission_file", new Blob([xml], { type: "text/xml" }), "xml_submission_file");
	for (const f of files) body.append(f.name, f, f.name);
	const r = await fetch("/odk/submission?deviceID=enketo", { method: "POST", body, headers: { "X-CSRF-Token": csrf, "X-OpenRosa-Version": "1.0" } });
	const leaves = [];
	const binary = new Set([...document.querySelectorAll("form.or input[type=file]")].map((el) => el.name));
	const go = (el, path) => {
		if (el.children.length) return [...el.children].forEach((c) => go(c, path + "/" + c.localName));
		if (el.textContent.trim()) leaves.push({ path, name: el.localName, value: el.textContent.trim(), file: binary.has(path) });
	};
	const doc = read(xml).documentElement;
	go(doc, "/" + doc.localName);
	return { status: r.status, said: await r.text(), xml, leaves, files: files.map((f) => ({ name: f.name, bytes: f.size })) };
};
`);
const bundle = await build({
	entryPoints: [join(work, "page.mjs")], write: false, bundle: true, format: "iife", logLevel: "error",
	platform: "browser", external: ["libxslt"], nodePaths: [join(root, "node_modules")], loader: { ".xsl": "text" },
	alias: {
		"enketo/config": "enketo-core/config.js", "enketo/widgets": "enketo-core/src/js/widgets.js",
		"enketo/translator": "enketo-core/src/js/fake-translator.js", "enketo/dialog": "enketo-core/src/js/fake-dialog.js",
		"enketo/file-manager": "enketo-core/src/js/file-manager.js",
		"enketo/xpath-evaluator-binding": "enketo-core/src/js/xpath-evaluator-binding.js",
	},
});
const script = bundle.outputFiles[0].text;
const html = '<!doctype html><meta charset="utf-8"><title>forms</title><body></body><script src="/enketo-page.js"></script>';

// ---- the forms: all of the dictionary, and one with a photograph and choices from a file ----
const own = join(work, "own.csv");
writeFileSync(own, ['"survey"', ',"type","name","label","required","relevant","constraint"', ',"text","id","Number","yes",,', ',"text","name","Name",,,',
	',"geoshape","geometry","Outline","yes",,', ',"image","photo","Photo",,,', ',"select_one_from_file kinds.csv","kind","Kind",,,',
	',"begin_repeat","r","Find",,,', ',"integer","depth_cm","Depth",,,". < 100"', ',"image","find_photo","Photo",,"${depth_cm} > 1",', ',"end_repeat",,,,,',
	'"settings"', ',"form_title","form_id","version"', ',"Own","own","1"'].join("\n") + "\n");
mkdirSync(join(work, "media"));
writeFileSync(join(work, "media/kinds.csv"), "name,label\nmine,Mine\nbomb,Bomb\n");
execFileSync(safelane, ["form", "publish", file, "--all"]);
execFileSync(safelane, ["form", "publish", file, own, "--kind", "hazard", "--media", join(work, "media")]);
walk.add("clerk", "data-entry", "--org", "Clear Ways");
walk.add("quality", "quality", "--org", "Clear Ways");
walk.add("officer", "officer");
await walk.start();

const person = async (name) => {
	const page = await walk.person();
	await page.route("**/enketo", (r) => r.fulfill({ contentType: "text/html", body: html }));
	await page.route("**/enketo-page.js", (r) => r.fulfill({ contentType: "text/javascript", body: script }));
	await page.route(/tile\.openstreetmap|google/, (r) => r.abort());
	await walk.signIn(page, name);
	const { csrf } = await page.evaluate(() => fetch("/api/session").then((r) => r.json()));
	return { page, csrf };
};
const load = async (page) => {
	await page.goto(walk.address + "/enketo");
	await page.waitForFunction(() => window.open_form);
	await page.evaluate(async () => {
		const picture = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
		picture.getContext("2d").fillRect(8, 8, 20, 20);
		window.photograph = await new Promise((done) => picture.toBlob(done, "image/jpeg"));
	});
};

const flat = (c) => (typeof c[0] === "number" ? [c] : c.flatMap(flat));

const officer = await person("officer");
const get = (path) => officer.page.evaluate((p) => fetch(p).then((r) => r.json()), path);
const before = new Set();
const fresh_records = async () => {
	const { records } = await get("/api/review?limit=500");
	return Promise.all(records.filter((r) => !before.has(r.record)).map(async (r) => {
		before.add(r.record);
		const [{ submitted }, { sealed }] = [await get("/api/review/" + r.record), await get(`/api/records/${r.kind}/${r.record}/sealed`)];
		const corners = submitted.geometry ? flat(submitted.geometry.coordinates) : [...(sealed?.geometry ?? "").matchAll(/(-?[\d.]+) (-?[\d.]+)/g)].map((m) => [Number(m[1]), Number(m[2])]);
		return { ...r, values: { ...submitted.values, ...sealed }, corners };
	}));
};

// As the record has it: numbers are numbers, codes of a list are split.
const same = (sent, kept) => {
	if (Array.isArray(kept)) return sent.split(/\s+/).sort().join() === kept.map(String).sort().join();
	if (typeof kept === "number") return Math.abs(Number(sent) - kept) < 1e-9;
	return sent === String(kept) || sent.slice(0, 10) === String(kept) || sent.split(/\s+/).sort().join() === String(kept).split(/[;, ]+/).sort().join();
};
const corners = (text) => text.split(";").map((p) => p.trim()).filter(Boolean).map((p) => p.split(/\s+/).map(Number)).map(([lat, lon]) => [lon, lat]);
const near = (a, b) => a.length === b.length && a.every((p, i) => Math.abs(p[0] - b[i][0]) <= 1e-7 && Math.abs(p[1] - b[i][1]) <= 1e-7);
const everything = (x, out = []) => {
	if (x && typeof x === "object") Object.values(x).forEach((v) => everything(v, out));
	else if (x != null) out.push(x);
	return out;
};

async function one({ page, csrf }, entry) {
	const name = `enketo ${entry.formID}`;
	const identity = "ENK-" + entry.formID;
	const errors = await page.evaluate((x) => window.open_form(x), entry);
	walk.check(!errors.length, `${name} opens from the server`, errors.join(" | "));
	const { asked, invalid } = await page.evaluate((x) => window.fill(x), identity);
	walk.check(asked > 4 && !invalid.length, `${name} is filled in as it asks to be (${asked} questions)`, `${asked} questions; not valid: ${invalid}`);
	if (folder) await page.screenshot({ path: join(folder, `enketo-${entry.formID}.png`) });
	const sent = await page.evaluate((x) => window.send(x), csrf);
	walk.check(sent.status === 201 && /submit_success/.test(sent.said) && !/to come/.test(sent.said), `${name} is taken with its ${sent.files.length} photographs`, `${sent.status} ${sent.said}`);
	const fresh = await fresh_records();
	walk.check(fresh.length > 0, `${name} is at the review desk`);
	const problems = [];
	const kept = fresh.flatMap((r) => everything(r.values)).map(String);
	let geometry = 0;
	for (const { path, name, value, file } of sent.leaves) {
		if (/\/meta\/|\/(start|end|today|deviceid|username|audit|row_id)$/.test(path) || file) continue;
		if (/^-?\d[\d.]* -?\d[\d.]*( [\d.-]+)*(;|$)/.test(value) && fresh.some((r) => near(r.corners, corners(value)))) geometry++;
		else if (!fresh.some((r) => name in r.values && same(value, r.values[name])) && !kept.includes(value)) problems.push(`${path}: ${value}`);
	}
	walk.check(!problems.length, `${name} has its ${sent.leaves.length} values there`, problems.slice(0, 8).join(" | "));
	const places = sent.leaves.filter((l) => l.value.includes("12.3456789 44.1234567")).length;
	if (places) walk.check(geometry > 0, `${name} has its geometry to 1e-7 degrees`, JSON.stringify(fresh.map((r) => r.corners)).slice(0, 300));
	if (!sent.files.length) return;
	const lists = await Promise.all(fresh.map((r) => get(`/api/records/${r.kind}/${r.record}/attachments`)));
	const there = lists.flatMap((l) => l.attachments ?? []);
	walk.check(sent.files.every((f) => there.some((a) => a.name === f.name && a.bytes === f.bytes)), `${name} has its photographs`, JSON.stringify(there.map((a) => [a.name, a.bytes])));
}

const clerk = await person("clerk");
const quality = await person("quality");
const lists = [];
for (const who of [clerk, quality]) {
	await load(who.page);
	lists.push(await who.page.evaluate(() => window.list()));
}
const seen = new Set();
for (const [k, who] of [clerk, quality].entries())
	for (const entry of lists[k]) if (!seen.has(entry.formID)) seen.add(entry.formID), await one(who, entry);
const published = JSON.parse(execFileSync(safelane, ["form", "published", file, "--format", "json"]));
walk.check(published.every((f) => seen.has(f.form)), `all ${published.length} forms were filled in`, published.filter((f) => !seen.has(f.form)).map((f) => f.form).join());
// Tiles of a map are not ours to send; Chromium speaks of XSLT, and Enketo of what it will do without.
walk.problems = walk.problems.filter((p) => !/XSLTProcessor|ERR_FAILED|openstreetmap/.test(p));
walk.strangers = new Set([...walk.strangers].filter((u) => !/tile\.openstreetmap|google/.test(u)));
rmSync(work, { recursive: true, force: true });
await walk.end();
