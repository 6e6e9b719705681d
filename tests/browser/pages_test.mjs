// Each page in a real browser:  node tests/browser/pages_test.mjs SAFELANE FILE.gpkg [FOLDER]
// serves FILE, opens every view in light, dark, Arabic and at a phone's width, and fails on errors in the console,
// on requests that leave the origin, and on what axe-core finds.  Pictures go to FOLDER.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/pages_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
if (folder) mkdirSync(folder, { recursive: true });

let passed = 0;
let failed = 0;
function check(good, name, why = "") {
	if (good) passed++;
	else failed++;
	console.log(good ? `ok   ${name}` : `FAIL ${name}: ${why}`);
}

// Rita reviews; what this test asks by itself it asks with her token.
const password = "a long password";
execFileSync(safelane, ["user", file, "add", "Rita", "--role", "reviewer"], { input: password + "\n" });
const token = execFileSync(safelane, ["user", file, "token", "Rita", "--scope", "read"]).toString().trim();

// The server says its address when it is ready.
function serve() {
	const child = spawn(safelane, ["serve", file, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
	return new Promise((ready, fail) => {
		let said = "";
		const hear = (bytes) => {
			said += bytes;
			const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
			if (address) ready({ child, address: address[0] });
		};
		child.stdout.on("data", hear);
		child.stderr.on("data", hear);
		child.on("exit", () => fail(new Error("the server ended: " + said)));
	});
}

const { child, address } = await serve();
const profile = mkdtempSync(join(tmpdir(), "safelane-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 },
	args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--no-first-run", "--disable-quic"],
});

let problems = [];
const strangers = new Set();
async function open() {
	const page = await browser.newPage();
	page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/GPU stall|WebGL.*swiftshader/i.test(m.text()) && problems.push(m.text()));
	page.on("pageerror", (e) => problems.push(String(e)));
	page.on("request", (r) => {
		if (!r.url().startsWith(address) && !/^(blob|data):/.test(r.url())) strangers.add(r.url());
	});
	return page;
}

const door = await open();
await door.goto(address + "/sign-in");
await door.fill("input[name=name]", "Rita");
await door.fill("input[name=password]", password);
await door.click("button");
await door.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
check((await browser.cookies(address)).some((c) => c.httpOnly && c.sameSite === "Strict"), "signing in gives a session");
await door.close();

const json = async (path) => (await fetch(address + path, { headers: { Authorization: "Bearer " + token } })).json();
const programme = await json("/api/programme");
const hazard = (await json("/api/records/hazard?limit=1&geometry_kind=POLYGON")).records[0];
const where = (await json("/api/why?cell=" + encodeURIComponent("stock.CHA?as_of=" + programme.today))).parts[0];
const views = {
	map: "/map", "map-near": `/map?at=14.5/${where.lat}/${where.lon}`, "map-past": "/map?as-of=2010-06-30", records: "/records", hazards: "/records/hazard",
	record: "/records/hazard/" + encodeURIComponent(hazard.id), account: "/account", "account-by-area": "/account?by=admin1&from=2020-01-01",
	why: "/why?cell=" + encodeURIComponent("flow.cleared?as_of=" + programme.today), findings: "/findings", ask: `/ask?at=${where.lat}+${where.lon}`,
	review: "/review", reports: "/reports", settings: "/settings",
};
const looks = {
	light: { width: 1366, height: 768 }, dark: { width: 1366, height: 768, colorScheme: "dark" },
	phone: { width: 390, height: 844 }, arabic: { width: 1366, height: 768, language: "ar" },
};

async function look(page, name, path, style) {
	problems = [];
	await page.evaluate(() => delete document.body.dataset.ready).catch(() => {});
	await page.goto(address + path);
	await page.waitForSelector("body[data-ready]", { timeout: 20000 });
	if (path.startsWith("/map")) await page.waitForSelector("body[data-drawn]", { timeout: 30000 }).catch(() => problems.push("the map was not drawn in 30 s"));
	if (/^\/(ask|records\/hazard\/)/.test(path)) await page.waitForTimeout(1200);
	// That nobody is signed in is an answer, not an error; browsers report each such answer.
	const errors = problems.filter((p) => !/status of 40[134]/.test(p));
	check(!errors.length, `${style} ${name} without errors`, errors.join(" | "));
	// ui.md: what a page is made of; a section or a help that is not opened is not loaded.
	const own = await page.evaluate(() => performance.getEntriesByType("resource").filter((r) => /\/assets\//.test(r.name) && !/\/(foreign|dictionary)\//.test(r.name)).reduce((n, r) => n + r.decodedBodySize, 0));
	check(own > 20_000 && own < 120_000, `${style} ${name} is of less than 120 kB of our own`, `${own} bytes`);
	// With all that others made (the map's library, letters), before the map's tiles and outlines; as it comes over the wire.
	const whole = await page.evaluate(() => performance.getEntriesByType("resource").filter((r) => !/\/tiles\/|\/base-maps?\/|\/countries-/.test(r.name)).reduce((n, r) => n + r.encodedBodySize, 0));
	check(whole > 10_000 && whole < 600_000, `${style} ${name} comes in less than 600 kB`, `${whole} bytes`);
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	check(wide <= 0, `${style} ${name} fits the window`, `${wide} px too wide`);
	check(!(await page.$(".problem:not([hidden])")), `${style} ${name} shows what it should`, await page.locator("main").innerText().then((x) => x.slice(0, 200)));
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	check(!found.violations.length, `${style} ${name} is accessible`, found.violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`).join(" | "));
	if (folder) await page.screenshot({ path: join(folder, `${name}-${style}.png`) });
}

try {
	for (const [style, wanted] of Object.entries(looks)) {
		const page = await open();
		await browser.addCookies([{ name: "language", value: wanted.language ?? "en", url: address }]);
		await page.setViewportSize({ width: wanted.width, height: wanted.height });
		await page.emulateMedia({ colorScheme: wanted.colorScheme ?? "light" });
		for (const [name, path] of Object.entries(views)) await look(page, name, path, style);
		if (style === "arabic") {
			check((await page.getAttribute("html", "dir")) === "rtl", "Arabic is written from right to left");
			await page.goto(address + views.record);
			await page.waitForSelector("dl.fields dt");
			const left = (await page.locator("dl.fields dt, .record .two > div:first-child h2, details.silent p").allTextContents()).join(" · ").split(" · ").filter((x) => !/[\u0600-\u06ff]/.test(x));
			check(!left.length, "fields and groups of a record are called in Arabic", left.join(" | "));
			await page.goto(address + "/records/hazard");
			await page.waitForSelector("select[name=class]");
			const codes = await page.locator("select[name=class] option").allInnerTexts();
			check(codes.includes("منطقة مشتبه بخطورتها") && codes.slice(1).every((x) => /[\u0600-\u06ff]/.test(x)), "codes to filter by are called in Arabic", codes.join(" | "));
			check(/[\u0600-\u06ff]/.test(await page.locator("h1").innerText()), "kinds are called in Arabic");
		}
		await page.close();
	}

	const page = await open();
	await browser.addCookies([{ name: "language", value: "en", url: address }]);
	const tiles = [];
	page.on("request", (r) => /\/tiles\/land\/\d/.test(r.url()) && tiles.push(r.url()));
	await page.goto(address + "/map");
	await page.waitForSelector("body[data-drawn]", { timeout: 30000 });
	tiles.length = 0;
	await page.click(".time button:first-child");
	await page.waitForFunction(() => /as-of=/.test(location.search));
	await page.waitForTimeout(1500);
	const day = await page.evaluate(() => new URLSearchParams(location.search).get("as-of"));
	check(tiles.length && tiles.every((u) => u.endsWith("as-of=" + day)), "the time slider redraws from tiles of its date", `${day}: ${tiles.slice(0, 3)}`);
	check((await page.getAttribute("#bar", "class")).includes("past"), "the bar says that it is not today");

	await page.goto(`${address}/map?at=14/${where.lat}/${where.lon}`);
	await page.waitForFunction(() => document.body.dataset.drawn);
	const box = await page.locator(".map canvas").boundingBox();
	await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
	await page.waitForSelector(".panel .hits a");
	const named = await page.locator(".panel .hits").innerText();
	check(named.includes(where.records[0].id), "a click on the land names its record", named);

	await page.fill("#bar input[type=search]", hazard.id);
	await page.keyboard.press("Enter");
	await page.waitForFunction((id) => location.pathname.endsWith(id), encodeURIComponent(hazard.id));
	await page.waitForSelector("h1 .chip");
	check((await page.locator("h1").first().innerText()).includes(hazard.id), "search by identifier opens the record");
	await page.goBack();
	check(new URL(page.url()).pathname === "/map", "back goes back");

	await page.goto(address + "/account");
	await page.waitForSelector(".rows td a");
	const figure = await page.locator("tr", { hasText: "Cleared" }).locator("a").first();
	await figure.click();
	await page.waitForSelector("h1:has-text('made of')");
	check((await page.locator("tbody tr a").count()) > 0, "a figure opens the records that it is made of");

	await page.goto(address + "/ask?at=nonsense");
	await page.waitForSelector(".problem:not([hidden])");
	check((await page.locator(".problem").innerText()).length > 10, "a position that is none is answered in words");
	check(!strangers.size, "no request leaves the origin", [...strangers].join(" "));
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
