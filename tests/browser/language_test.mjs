// The pages in other languages:  node tests/browser/language_test.mjs SAFELANE FILE.gpkg [FOLDER]
// opens every view in Arabic, Khmer and Ukrainian, wide and at a phone's width, and fails on what is too wide, on English
// that was left over, on the wrong direction, and on dates that are not in words of the language; then picks a language
// by keyboard.  FILE has a person Rita, a reviewer, with the password below (pages_test.mjs makes her).  Pictures go to FOLDER.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import english from "../../web/text/en.js";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/language_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const password = "a long password";

let passed = 0;
let failed = 0;
function check(good, name, why = "") {
	if (good) passed++;
	else failed++;
	console.log(good ? `ok   ${name}` : `FAIL ${name}: ${why}`);
}

const child = spawn(safelane, ["serve", file, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
const address = await new Promise((ready, fail) => {
	let said = "";
	const hear = (bytes) => {
		said += bytes;
		const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
		if (found) ready(found[0]);
	};
	child.stdout.on("data", hear);
	child.stderr.on("data", hear);
	child.on("exit", () => fail(new Error("the server ended: " + said)));
});
const profile = mkdtempSync(join(tmpdir(), "safelane-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 }, locale: "uk-UA",
	args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"],
});
const page = await browser.newPage();
const problems = [];
page.on("pageerror", (e) => problems.push(String(e)));
const speak = (code) => browser.addCookies([{ name: "language", value: code, url: address }]);
async function open(path) {
	await page.goto(address + path);
	await page.waitForSelector("body[data-ready]", { timeout: 20000 });
	if (path.startsWith("/map")) await page.waitForSelector("body[data-drawn]", { timeout: 60000 });
	await page.waitForTimeout(250);
}

const scripts = { ar: /[\u0600-\u06ff]/, km: /[\u1780-\u17ff]/, uk: /[\u0400-\u04ff]/ };
const wholeEnglish = Object.values(english).flatMap((x) => (typeof x === "string" ? [x] : Object.values(x))).filter((x) => !x.includes("{") && /[a-z]{3}/.test(x));

// Words of the frame and of the views in English, outside of what is data or is said to be English.  What the dictionary
// calls fields and codes is English until the dictionary has columns in the language: `words` tells whether to look
// for single words too.
const leftOver = async ([wholeEnglish, words]) => {
	const own = Object.values((await import(`${document.body.dataset.assets}/text/${document.documentElement.lang}.js`)).default);
	const found = [];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walk.nextNode(); node; node = walk.nextNode()) {
		const text = node.data.trim();
		if (!text || node.parentElement.closest("[lang]:not(html), option, bdi, code, kbd, script, style, noscript, .maplibregl-map, dd, dt, .silent, .history, .filters, .columns") || own.includes(text)) continue;
		if (words ? wholeEnglish.includes(text) || /\b(the|and|is|are|not|with|from|records?|this|what)\b/i.test(text) : wholeEnglish.includes(text)) found.push(text);
	}
	for (const e of document.querySelectorAll("[aria-label], [title], [placeholder]"))
		for (const name of ["aria-label", "title", "placeholder"]) if (wholeEnglish.includes(e.getAttribute(name)) && !own.includes(e.getAttribute(name)) && !e.closest(".maplibregl-map")) found.push(e.getAttribute(name));
	return found;
};

try {
	await speak("uk");
	await page.goto(address + "/sign-in");
	check((await page.getAttribute("html", "lang")) === "uk" && (await page.locator("h1").innerText()) === "Увійти", "the door speaks the language");
	await page.fill("input[name=name]", "Rita");
	await page.fill("input[name=password]", "wrong password");
	await page.click("button");
	check(scripts.uk.test(await page.locator("[role=alert]").innerText()), "and says in it what went wrong");
	await page.fill("input[name=name]", "Rita");
	await page.fill("input[name=password]", password);
	await page.click("button");
	await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

	const json = (path) => page.evaluate(async (x) => (await fetch(x)).json(), address + path);
	const today = (await json("/api/programme")).today;
	const hazard = (await json("/api/records/hazard?limit=1&geometry_kind=POLYGON")).records[0];
	const where = (await json("/api/why?cell=" + encodeURIComponent("stock.CHA?as_of=" + today))).parts[0];
	const views = {
		map: "/map", records: "/records", hazards: "/records/hazard", record: "/records/hazard/" + encodeURIComponent(hazard.id), account: "/account",
		"account-by-area": "/account?by=admin1&from=2020-01-01", why: "/why?cell=" + encodeURIComponent("flow.cleared?as_of=" + today), findings: "/findings",
		ask: `/ask?at=${where.lat}+${where.lon}`, review: "/review", reports: "/reports", report: "/reports?template=article5", enter: "/enter", settings: "/settings", nowhere: "/records/nothing/x",
	};
	for (const code of ["ar", "km", "uk"]) {
		await speak(code);
		for (const [width, height] of [[1366, 768], [390, 844]]) {
			await page.setViewportSize({ width, height });
			for (const [name, path] of Object.entries(views)) {
				const what = `${code} ${width} ${name}`;
				problems.length = 0;
				await open(path);
				check(!problems.length, `${what} without errors`, problems.join(" | "));
				check((await page.getAttribute("html", "dir")) === (code === "ar" ? "rtl" : "ltr") && (await page.getAttribute("html", "lang")) === code, `${what} has language and direction`);
				const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
				check(wide <= 0, `${what} fits the window`, `${wide} px too wide`);
				const found = await page.evaluate(leftOver, [wholeEnglish, !["hazards", "record", "review"].includes(name)]);
				check(!found.length, `${what} has no English left over`, [...new Set(found)].join(" | ").slice(0, 500));
				if (folder) await page.screenshot({ path: join(folder, `${name}-${code}-${width}.png`) });
			}
		}
		await page.setViewportSize({ width: 1366, height: 768 });
		await open("/map");
		const day = await page.locator(".time output").innerText();
		check(scripts[code].test(day) && day.includes(today.slice(0, 4)), `${code}: a date is in words of the language`, day);
		await open("/account");
		const figure = await page.locator(".rows td a").first().innerText();
		check(/^[+−]?\d{1,3}(\u202f\d{3})+$/.test(figure), `${code}: a figure has thin spaces and the digits 0 to 9`, figure);
	}

	// By keyboard: reach the picker, choose the next language, and it stays chosen on the next page.
	await speak("en");
	await open("/records");
	for (let i = 0; i < 20 && !(await page.evaluate(() => document.activeElement.matches("#bar select"))); i++) await page.keyboard.press("Tab");
	const before = await page.evaluate(() => document.documentElement.lang);
	await Promise.all([page.waitForEvent("load"), page.keyboard.press("ArrowDown")]);
	await page.waitForSelector("body[data-ready]");
	const after = await page.evaluate(() => document.documentElement.lang);
	check(before === "en" && after === "ar", "a language is picked by keyboard", `${before}, then ${after}`);
	check(await page.evaluate(() => document.activeElement.matches("#bar select")), "and the picker keeps the focus");
	await open("/account");
	check((await page.getAttribute("html", "lang")) === after, "the choice stays");
	const names = await page.locator("#bar select option").allInnerTexts();
	check(["English", "Français", "Español", "العربية", "Українська", "ភាសាខ្មែរ"].every((x) => names.includes(x)), "each language is under its own name", names.join(" "));
	await browser.clearCookies({ name: "language" });
	await open("/records");
	check((await page.getAttribute("html", "lang")) === "uk", "without a choice the browser's language is taken");

	// One language is loaded, and with it a page stays within its weight (pages_test.mjs weighs each of them).
	for (const l of ["en", "fr", "es", "ar", "uk", "km"]) {
		await speak(l);
		const loaded = [];
		const note = (r) => /\/text\/\w+\.js$/.test(r.url()) && loaded.push(r.url());
		page.on("request", note);
		await open("/records");
		page.off("request", note);
		const size = await page.evaluate(() => performance.getEntriesByType("resource").filter((r) => /\/assets\//.test(r.name) && !/\/foreign\//.test(r.name)).reduce((n, r) => n + r.decodedBodySize, 0));
		check(new Set(loaded).size === 1 && loaded[0].endsWith(`/${l}.js`), `${l}: only its own texts are loaded`, loaded.join(" "));
		check(size > 20_000 && size < 120_000, `${l}: a page is of less than 120 kB of our own`, `${size} bytes`);
	}

	// On a machine without letters for the script they come with the page, and only where they are needed.
	const bare = join(profile, "fonts.conf");
	writeFileSync(bare, `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>${profile}/fonts</cachedir></fontconfig>`);
	const poor = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--headless", "--no-sandbox"], env: { ...process.env, FONTCONFIG_FILE: bare } });
	for (const [l, wanted] of [["km", true], ["ar", true], ["uk", false]]) {
		const context = await poor.newContext();
		await context.addCookies([{ name: "language", value: l, url: address }]);
		const tab = await context.newPage();
		const fonts = [];
		tab.on("response", (r) => r.url().endsWith(".woff2") && fonts.push(r.status()));
		await tab.goto(address + "/ask");
		await tab.waitForSelector("body[data-ready]");
		await tab.evaluate(() => document.fonts.ready);
		const loaded = await tab.evaluate(() => [...document.fonts].filter((f) => f.status === "loaded").length);
		check(wanted ? loaded > 0 && fonts.every((s) => s === 200) : !fonts.length, `${l}: ${wanted ? "letters come with the page where the machine has none" : "no letters are loaded"}`, `${loaded} loaded, ${fonts}`);
		if (folder) await tab.screenshot({ path: join(folder, `bare-${l}.png`) });
		await context.close();
	}
	await poor.close();
} catch (error) {
	check(false, "the walk", String(error.stack));
} finally {
	await browser.close();
	child.removeAllListeners("exit");
	child.kill("SIGTERM");
	rmSync(profile, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
