// Every page of every template, looked at as far as a program can:  node tests/report/pages_look.mjs SAFELANE [FOLDER]
// Words within the margins and not over each other (poppler's boxes), no letter lost for want of a glyph, no page
// that is nearly empty but the last.  With a FOLDER, the PDFs in it are looked at as they are, beside their HTML.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const [safelane, given] = process.argv.slice(2);
const MARGIN = 48, SLACK = 1.5, OVER = 1.2 /* points */, NEARLY_EMPTY = 0.12 /* of the height between head and foot */;
let passed = 0, failed = 0;
const check = (good, what, more = []) => {
	good ? passed++ : failed++;
	console.log(`${good ? "ok  " : "FAIL"} ${what}`);
	if (!good) for (const line of more.slice(0, 12)) console.log("     " + line);
};

// ---- what is looked at ----

const names = "article7 article7-forms article7-ccm article5 monthly country victims education quality stockpile funding scorecard areas situation completion plot fieldmap".split(" ");
const of = (name) =>
	name === "monthly" || name === "situation" ? ["--from", "2018-06-01", "--to", "2018-06-30"]
	: name === "article5" ? ["--as-of", "2019-12-31", "--set", "deposited=2011-07-28"]
	: name === "completion" ? ["--record", "HA-000001"]
	: name === "fieldmap" ? ["--record", "HA-000001"]
	: name === "plot" ? ["--at", "-13.7018,83.8430", "--set", "telephone=+99 100"]
	: name === "areas" || name === "scorecard" ? ["--as-of", "2019-12-31"]
	: ["--from", "2019-01-01", "--to", "2019-12-31"];
const run = (...args) => {
	const done = spawnSync(safelane, args, { encoding: "utf8", env: { ...process.env, SAFELANE_NOW: "2026-01-15T12:00:00Z", SAFELANE_SEED: "1" } });
	if (done.status) throw new Error(`${args.join(" ")}: ${done.stderr}`);
};
function make(folder) {
	const programme = join(folder, "p.gpkg");
	run("debug", "simulate", programme, "--hazards", "300", "--seed", "1");
	for (const [kind, rows] of Object.entries(JSON.parse(readFileSync(new URL("more_records.json", import.meta.url))))) {
		const file = join(folder, kind + ".csv");
		writeFileSync(file, rows.join("\n") + "\n");
		run("import", programme, file, "--kind", kind, "--approve");
	}
	for (const language of ["en", "ar", "km"])
		for (const name of names)
			if (language !== "km" || ["article7", "fieldmap", "plot", "monthly"].includes(name))
				for (const end of ["pdf", "html"]) run("report", programme, name, ...of(name), "--lang", language, "-o", join(folder, `${name}-${language}.${end}`));
	run("report", programme, "fieldmap", ...of("fieldmap"), "--paper", "a3", "-o", join(folder, "fieldmap-a3-en.pdf"));
}

// ---- how ----

const unescape = (s) => s.replace(/&(?:lt|gt|quot|apos|amp|#(\d+)|#x([0-9a-f]+));/gi, (m, d, x) => (d ? String.fromCodePoint(d) : x ? String.fromCodePoint(parseInt(x, 16)) : { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" }[m]));
function pagesOf(pdf) {
	const text = execFileSync("pdftotext", ["-bbox", pdf, "-"], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
	return text.split("<page ").slice(1).map((page) => {
		const [, width, height] = page.match(/width="([\d.]+)" height="([\d.]+)"/).map(Number);
		const word = [...page.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">([^]*?)<\/word>/g)].map((m) => ({ x0: +m[1], y0: +m[2], x1: +m[3], y1: +m[4], text: unescape(m[5]) }));
		return { width, height, word };
	});
}
const at = (w, page) => `page ${page}: “${w.text}” at ${w.x0.toFixed(0)},${w.y0.toFixed(0)}`;

function outside(pages) {
	const found = [];
	pages.forEach((p, i) => p.word.forEach((w) => {
		if (w.x0 < MARGIN - SLACK || w.x1 > p.width - MARGIN + SLACK || w.y0 < 8 || w.y1 > p.height - 8) found.push(at(w, i + 1));
	}));
	return found;
}

// Boxes are as high as a line: what stands over another shares the middle of its height with it.
function overlapping(pages) {
	const found = [];
	pages.forEach((p, i) => {
		const inner = p.word.map((w) => ({ ...w, y0: w.y0 + (w.y1 - w.y0) * 0.2, y1: w.y1 - (w.y1 - w.y0) * 0.2 })).sort((a, b) => a.y0 - b.y0);
		for (let a = 0; a < inner.length; a++)
			for (let b = a + 1; b < inner.length && inner[b].y0 < inner[a].y1; b++) {
				const [s, t] = [inner[a], inner[b]];
				if (Math.min(s.x1, t.x1) - Math.max(s.x0, t.x0) > OVER && Math.min(s.y1, t.y1) - Math.max(s.y0, t.y0) > 0.5) found.push(`${at(s, i + 1)} and “${t.text}” at ${t.x0.toFixed(0)},${t.y0.toFixed(0)}`);
			}
	});
	return found;
}

// Letters that the web page has and the paper has not: drawn as boxes, or not at all.
function lost(pdf, html) {
	const letters = (s) => new Set([...s.normalize("NFKC")].filter((c) => /[\p{L}\p{N}]/u.test(c)));
	const paper = letters(execFileSync("pdftotext", [pdf, "-"], { encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] }));
	const page = readFileSync(html, "utf8").replace(/^[^]*?<body>/, "").replace(/<svg[^]*?<\/svg>|<details[^]*?<\/details>/g, "");
	return [...letters(unescape(page.replace(/<[^>]*>/g, " ")))].filter((c) => !paper.has(c));
}

// How much of a page's height is in use, between its head and its foot; of rows with ink.
function filled(pdf, folder) {
	const root = join(folder, "ink");
	execFileSync("pdftoppm", ["-r", "18", "-gray", pdf, root], { stdio: "ignore" });
	const files = readdirSync(folder).filter((x) => x.startsWith("ink-")).sort();
	return files.map((file) => {
		const bytes = readFileSync(join(folder, file));
		rmSync(join(folder, file));
		const [, w, h] = bytes.subarray(0, 40).toString("latin1").match(/^P5\s+(\d+)\s+(\d+)\s+255\s/).map(Number);
		const pixels = bytes.subarray(bytes.length - w * h);
		const head = Math.round(h * 0.07), foot = Math.round(h - (18 / 72) * 50);
		let last = head;
		for (let y = head; y < foot; y++) if (pixels.subarray(y * w, (y + 1) * w).some((v) => v < 225)) last = y;
		return (last - head) / (foot - head);
	});
}

const folder = given ?? mkdtempSync(join(tmpdir(), "pages-"));
try {
	if (!given) make(folder);
	for (const file of readdirSync(folder).filter((x) => x.endsWith(".pdf")).sort()) {
		const pdf = join(folder, file), name = basename(file, ".pdf");
		const pages = pagesOf(pdf), ink = filled(pdf, folder);
		const html = readdirSync(folder).includes(name + ".html") ? join(folder, name + ".html") : null;
		const off = outside(pages), over = overlapping(pages);
		// Of many a Khmer cluster poppler finds no letters.
		const gone = (html ? lost(pdf, html) : []).filter((c) => !/\p{Script=Khmer}/u.test(c));
		const strange = pages.flatMap((p, i) => p.word.filter((w) => /[\ufffd\u25a1]/.test(w.text) && !/\p{Script=Khmer}/u.test(w.text) && !/-km$/.test(name)).map((w) => at(w, i + 1)));
		const cut = pages.flatMap((p, i) => p.word.filter((w) => /[\p{L}\p{N}]…$/u.test(w.text)).map((w) => at(w, i + 1)));
		check(!cut.length, `${name}: no text is cut short`, cut);
		check(!off.length, `${name}: every word within the margins of its page`, off);
		check(!over.length, `${name}: no word over another`, over);
		check(!gone.length && !strange.length, `${name}: every letter has its form`, [gone.join(" "), ...strange]);
		const empty = ink.slice(0, -1).map((part, i) => [part, i + 1]).filter(([part]) => part < NEARLY_EMPTY);
		check(!empty.length, `${name}: no page but the last is nearly empty`, empty.map(([part, i]) => `page ${i} of ${ink.length}: ${(part * 100).toFixed(0)} % in use`));
	}
} finally {
	if (!given) rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed + failed} looked at, ${failed} failed`);
process.exit(failed ? 1 : 0);
