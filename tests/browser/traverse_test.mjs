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

addUser(safelane, file, "Sokha", "reader");
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
		check((await page.getAttribute("html", "dir")) === "rtl" && (await page.textContent("h1")) === "مضلع بالبوصلة والشريط", "in Arabic, from right to left");
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
} catch (error) {
	check(false, "the walk", String(error.stack));
} finally {
	stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
