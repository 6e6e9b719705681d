// A polygon by compass and tape in a real browser:  node tests/browser/traverse_test.mjs SAFELANE FILE.gpkg [FOLDER]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { addUser, browse, check, counts, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/traverse_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const legs = "start 13.5 102.7\nTP1: 45 120\nTP2: 135 80\nTP3: 225 118\nSP: 313 80";
const said = JSON.parse(execFileSync(safelane, ["traverse", "--bearings", "true", "--format", "json"], { input: legs }));


// Corners, a track and a walk, by who may hand in what was measured.
async function corners(address) {
	const { open, problems, strangers, close, browser } = await browse(address, "Dara", { geolocation: { latitude: 48.125, longitude: 37.8, accuracy: 4 }, permissions: ["geolocation"] });
	try {
		const page = await open();
		const picture = (name) => folder && page.screenshot({ path: join(folder, `traverse-${name}.png`), fullPage: true });
		const shown = (words) => page.waitForFunction((text) => document.querySelector(".answer .statement")?.textContent.includes(text), words);
		await page.goto(address + "/traverse");
		await page.waitForSelector("#legs");
		await page.check("input[value=points]");
		await page.waitForSelector("#points");
		check(page.url().includes("method=points"), "the address says how it was measured", page.url());
		await page.fill("#points", "TP1: 48°07'30.0\"N 37°48'00.0\"E # 3 m\nTP2 N48.12600 E037.80000\n٤٨٫١٢٦٠٠ ٣٧٫٨٠٢٠٠\n37U DP 10900 30900");
		await page.waitForSelector(".traverse-outline");
		const rows = await page.$$eval(".answer tbody tr", (list) => list.map((tr) => [...tr.children].map((td) => td.textContent)));
		check(rows.length === 4 && rows[0][1] === "48°07'30.0\"N 37°48'00.0\"E" && rows[2][2] === "48.1260000 37.8020000" && rows[0][4] === "3 m", "each corner as written, and where it is", JSON.stringify(rows));
		check((await page.textContent(".found-here")).includes("G17"), "a datum that nobody said is said");
		await page.fill("#datum", "EPSG:4326");
		await page.waitForFunction(() => !document.querySelector(".found-here")?.textContent.includes("G17"));
		await picture("points");
		await page.fill("#points", "48.12500 37.80000\n48.126 37.8 5");
		await page.waitForSelector("#corners-problem:not([hidden])");
		check((await page.textContent("#corners-problem")).includes("line 2"), "a line that cannot be read is named");
		await page.reload();
		await page.waitForSelector("#points");
		check((await page.inputValue("#points")).includes("37.8 5"), "what was typed is still there");
		/* Handing in. */
		await page.fill("#points", "48.12500 37.80000\n48.12600 37.80000\n48.12600 37.80200");
		await page.selectOption("#fixed-by", "GPS");
		await shown("m²");
		await page.click(".hand-in summary");
		await page.fill("#record-id", "HZ-DRAWN");
		await page.selectOption("#record-class", "SHA");
		await page.click(".hand-in form button");
		await page.waitForSelector(".hand-in .statement");
		check((await page.textContent(".hand-in .statement")).includes("HZ-DRAWN"), "it waits for review");
		await picture("handed-in");
		await page.evaluate(axe);
		const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
		check(!found.violations.length, "axe finds nothing", found.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target).join(",")).join("; "));
		await page.click(".hand-in a[href*='/review']");
		await page.waitForFunction(() => document.body.textContent.includes("HZ-DRAWN") && location.pathname.endsWith("/review"));
		check(true, "and stands at the review desk");
		/* A track. */
		await page.goto(address + "/traverse?method=track");
		await page.waitForSelector("#track");
		const gpx = '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>' + [[48.125, 37.8], [48.126, 37.8], [48.126, 37.802], [48.12502, 37.80003]].map(([lat, lon]) => `<trkpt lat="${lat}" lon="${lon}"/>`).join("") + "</trkseg></trk></gpx>";
		await page.setInputFiles("#track", { name: "walk.gpx", mimeType: "application/gpx+xml", buffer: Buffer.from(gpx) });
		await shown("m²");
		await page.waitForFunction(() => /3\.\d+.m/.test(document.querySelector(".answer").textContent));
		check(true, "how far the track closes");
		await page.click(".hand-in summary");
		await page.fill("#record-id", "HZ-TRACK");
		await page.selectOption("#record-class", "CHA");
		await page.click(".hand-in form button");
		await page.waitForSelector(".hand-in .statement");
		check((await page.textContent(".hand-in .statement")).includes("HZ-TRACK"), "a track is handed in with its file");
		/* A walk, on a phone. */
		await page.setViewportSize({ width: 390, height: 844 });
		await page.goto(address + "/traverse?method=walk");
		await page.waitForSelector(".walk");
		const [start, corner, undo, pause] = await page.$$(".walk button");
		await start.click();
		const fixed = (m) => page.waitForFunction((text) => document.querySelector(".walk-says").textContent.replaceAll("\u00a0", " ").includes(text), m);
		await fixed("4 m");
		const place = async (latitude, longitude, accuracy) => {
			await browser.setGeolocation({ latitude, longitude, accuracy });
			await fixed(accuracy + " m");
			await corner.click();
		};
		await place(48.125, 37.8, 3);
		await place(48.126, 37.8, 5);
		await place(48.127, 37.9, 6);
		await undo.click();
		await place(48.126, 37.802, 7);
		await page.waitForFunction(() => document.querySelector(".answer")?.textContent.includes("185.83"));
		check(true, "where it ended and began");
		const walked = (await page.inputValue("#points")).trim().split("\n");
		check(walked.length === 3 && walked[1].startsWith("48.1260000 37.8000000 # ±5.0 m 20") && (await page.inputValue("#accuracy")) === "7.0", "each fix with its accuracy, the last one undone", walked.join(" | "));
		await pause.click();
		check(await pause.isHidden() && await start.isVisible(), "a pause");
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		check(wide <= 0, "no sideways scrolling on the phone", String(wide));
		const small = await page.$$eval(".walk button", (list) => list.filter((b) => b.offsetParent && b.offsetHeight < 44).length);
		check(small === 0, "buttons for thumbs");
		await picture("walk-phone");
		await page.evaluate(() => (document.cookie = "language=km; path=/"));
		await page.reload();
		await page.waitForSelector(".traverse-outline");
		await picture("walk-khmer");
		await page.emulateMedia({ colorScheme: "dark" });
		await page.setViewportSize({ width: 1366, height: 768 });
		await page.evaluate(() => (document.cookie = "language=ar; path=/"));
		await page.goto(address + "/traverse?method=points");
		await page.waitForSelector(".traverse-outline");
		await picture("points-dark-arabic");
		check(!problems.filter((p) => !/400/.test(p)).length, "nothing went wrong", problems.join(" | "));
		check(!strangers.size, "no request leaves the origin", [...strangers].join(" "));
	} finally {
		await close();
	}
}

addUser(safelane, file, "Sokha", "reader");
addUser(safelane, file, "Dara", "data-entry");
const { address, stop } = await serve(safelane, file);
try {
	const { open, problems, strangers, close } = await browse(address, "Sokha");
	try {
		const page = await open();
		const picture = (name) => folder && page.screenshot({ path: join(folder, `traverse-${name}.png`), fullPage: true });
		await page.goto(address + "/ask?as=parcel");
		await page.click("a[href*='/traverse']");
		await page.waitForSelector("#legs");
		check((await page.title()) !== "", "Ask leads to it");
		/* Typed, and nothing is guessed: without a north there is no answer. */
		await page.focus("#legs");
		await page.keyboard.type(legs);
		await page.waitForTimeout(500);
		check(!(await page.$(".traverse-outline")), "without a word about north nothing is computed");
		await page.focus("input[value=magnetic]");
		await page.keyboard.press("ArrowDown"); // true
		await page.waitForSelector(".traverse-outline");
		const rows = await page.$$eval(".answer tbody tr", (list) => list.map((tr) => [...tr.children].map((td) => td.textContent)));
		check(rows.length === 4, "a row for each leg", JSON.stringify(rows));
		const last = said.legs[3];
		check(rows[3][3] === `${last.lat.toFixed(7)} ${last.lon.toFixed(7)}`, "positions are those of safelane traverse", rows[3][3]);
		const words = await page.textContent(".statement");
		check(words.includes("0.79") && words.includes("502"), "closure and ratio stand above", words);
		check(page.url().includes("bearings=true"), "the address holds what was said", page.url());
		check((await page.$$(".traverse-outline polygon.adjusted")).length === 0, "nothing is adjusted unless asked");
		await picture("light");
		await page.check("#adjust");
		await page.waitForSelector(".traverse-outline polygon.adjusted");
		const closed = await page.$eval(".answer tbody tr:last-child td:nth-child(4)", (td) => td.textContent);
		check(closed === "13.5000000 102.7000000", "adjusted, the last leg ends at the start", closed);
		/* A leg that cannot be read is named; what was typed is kept. */
		await page.fill("#legs", legs + "\nTP5: 400 3");
		await page.waitForSelector("#traverse-problem:not([hidden])");
		check((await page.textContent("#traverse-problem")).includes("leg 5"), "a leg that cannot be read is named");
		await page.reload();
		await page.waitForSelector("#legs");
		check((await page.inputValue("#legs")).includes("TP5"), "what was typed is there after the page is opened again");
		await page.fill("#legs", legs);
		await page.waitForSelector(".traverse-outline");
		await page.evaluate(axe);
		for (const [name, width, height] of [["desk", 1366, 768], ["phone", 390, 844]]) {
			await page.setViewportSize({ width, height });
			const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
			check(!found.violations.length, `axe finds nothing on ${name}`, found.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target).join(",")).join("; "));
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			check(wide <= 0, `no sideways scrolling on ${name}`, String(wide));
			await picture(name);
		}
		await page.evaluate(() => (document.cookie = "language=ar; path=/"));
		await page.setViewportSize({ width: 1366, height: 768 });
		await page.reload();
		await page.waitForSelector(".traverse-outline");
		check((await page.getAttribute("html", "dir")) === "rtl" && (await page.textContent("h1")) === "مضلع كما قيس", "in Arabic, from right to left");
		await picture("arabic");
		/* On to the question that matters. */
		await page.click(".answer a[href*='/ask']");
		await page.waitForSelector(".ask .statement");
		check(page.url().includes("parcel="), "the outline goes on to Ask", page.url());
		check(!problems.filter((p) => !/400/.test(p)).length, "nothing went wrong in the pages", problems.join(" | "));
		check(!strangers.size, "no request leaves the origin", [...strangers].join(" "));
	} finally {
		await close();
	}
	await corners(address);
} catch (error) {
	check(false, "the walk", String(error.stack));
} finally {
	stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
