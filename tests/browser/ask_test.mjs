// Ask, and what belongs to a record, in a real browser:  node tests/browser/ask_test.mjs SAFELANE FILE.gpkg [FOLDER]
// Asks about a point, a drawn parcel, a typed route and an uploaded file; prints the sheet; adds a file to a record;
// follows links; filters and exports a table.  Pictures go to FOLDER.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/ask_test.mjs SAFELANE FILE.gpkg [FOLDER]");
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

const password = "a long password";
execFileSync(safelane, ["user", file, "add", "Olga", "--role", "officer"], { input: password + "\n" });
const token = execFileSync(safelane, ["user", file, "token", "Olga", "--scope", "read"]).toString().trim();

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
const profile = mkdtempSync(join(tmpdir(), "safelane-ask-"));
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 }, acceptDownloads: true,
	args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"],
});
const json = async (path) => (await fetch(address + path, { headers: { Authorization: "Bearer " + token } })).json();
const problems = [];
const strangers = new Set();
const page = await browser.newPage();
page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/GPU stall|WebGL.*swiftshader|status of 4\d\d/i.test(m.text()) && problems.push(m.text()));
page.on("pageerror", (e) => problems.push(String(e)));
page.on("request", (r) => {
	if (!r.url().startsWith(address) && !/^(blob|data):/.test(r.url())) strangers.add(r.url());
});
const ready = async () => {
	await page.waitForFunction(() => document.body.dataset.ready && !document.querySelector("#status")?.textContent);
	await page.waitForTimeout(250);
};
const visit = async (path) => {
	await page.goto(address + path);
	await page.waitForFunction(() => document.body.dataset.ready);
};
const picture = async (name, options = {}) => folder && page.screenshot({ path: join(folder, name + ".png"), ...options });
async function axeClean(name) {
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }));
	check(!violations.length, `${name}: axe finds nothing`, violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).slice(0, 2).join(" ")}`).join("; "));
}

try {
	await page.goto(address + "/sign-in");
	await page.fill("input[name=name]", "Olga");
	await page.fill("input[name=password]", password);
	await page.click("button");
	await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));

	// A hazard with a boundary, and a release that names one.
	const hazard = (await json("/api/records/hazard?limit=1&geometry_kind=POLYGON&class=CHA&status=open")).records[0] ?? (await json("/api/records/hazard?limit=1&geometry_kind=POLYGON&class=CHA")).records[0];
	const shape = (await json("/api/records/hazard/" + hazard.record)).geometry;
	const ring = shape.type === "Polygon" ? shape.coordinates[0] : shape.coordinates[0][0];
	const [lon, lat] = ring[0];

	// ---- a point, to be printed ----
	await visit(`/ask?at=${lat}+${lon}`);
	await page.waitForSelector(".statement");
	check(/as of/i.test(await page.locator(".dates").innerText()) && /known on .*UTC/.test(await page.locator(".dates").innerText()), "the answer says its dates", await page.locator(".dates").innerText());
	await page.waitForSelector("img.printed", { state: "attached", timeout: 15000 });
	await axeClean("ask about a point");
	await picture("ask-point");
	const pdf = await page.pdf({ preferCSSPageSize: true, path: folder ? join(folder, "ask-sheet.pdf") : undefined });
	check((pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length === 1, "the sheet is one page of A4", pdf.toString("latin1").match(/\/Count \d+/g)?.join(" "));
	check(/MediaBox\s*\[0 0 59[45]/.test(pdf.toString("latin1")), "the sheet is A4", pdf.toString("latin1").match(/MediaBox[^\]]*\]/)?.[0]);
	await page.emulateMedia({ media: "print" });
	check((await page.locator(".sign").isVisible()) && (await page.locator(".sign").innerText()).includes("Signature"), "the sheet has a place for name and signature");
	check(!(await page.locator("#bar").isVisible()) && !(await page.locator("form").first().isVisible()), "nothing of the frame is printed");
	await picture("ask-print", { fullPage: true });
	await page.emulateMedia({ media: null });

	// ---- a parcel by keyboard: corners typed, one of them in another notation ----
	await visit("/ask?as=parcel");
	await page.waitForSelector(".drawing canvas");
	const d = 0.002;
	await page.focus("#corners");
	await page.keyboard.type(`${lat - d} ${lon - d}\n${lat - d}, ${lon + d}\n${lat + d};${lon + d}\n${lat + d} ${lon - d}`);
	for (let i = 0; i < 8 && (await page.evaluate(() => document.activeElement.textContent)) !== "Ask"; i++) await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.waitForSelector(".statement");
	check(new URL(page.url()).searchParams.get("parcel")?.split(" ").length === 4, "a typed parcel is an address", page.url());
	check((await page.locator(".answer").innerText()).includes(hazard.id), "the parcel's answer names the hazard on it");
	check((await page.locator(".asked").innerText()).includes("m²"), "the parcel's answer says its area");
	check((await page.locator(".statement").innerText()).startsWith("It holds or touches"), "and what the worst on it is");
	await page.waitForSelector("img.printed", { state: "attached", timeout: 15000 });
	await page.evaluate(() => scrollTo(0, 0));
	await axeClean("ask about a parcel");
	await picture("ask-parcel", { fullPage: true });
	const sheet = await page.pdf({ preferCSSPageSize: true, path: folder ? join(folder, "ask-parcel-sheet.pdf") : undefined });
	check((sheet.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length === 1, "a parcel's sheet is one page, too");
	await page.setViewportSize({ width: 680, height: 1000 }); // what A4 leaves between its margins
	await page.emulateMedia({ media: "print" });
	await picture("ask-parcel-sheet", { fullPage: true });
	await page.emulateMedia({ media: null });
	await page.setViewportSize({ width: 1366, height: 768 });
	const again = page.url();
	await page.goto(again);
	await page.waitForSelector(".statement");
	check((await page.locator("#corners").inputValue()).split("\n").length === 4, "the address brings the corners back");

	// ---- a parcel by pointer ----
	await visit("/ask?as=parcel");
	const box = await page.locator(".drawing canvas").boundingBox();
	await page.waitForTimeout(800);
	for (const [x, y] of [[0.3, 0.3], [0.7, 0.35], [0.5, 0.7]]) await page.mouse.click(box.x + x * box.width, box.y + y * box.height, { delay: 20 }), await page.waitForTimeout(450);
	check((await page.locator("#corners").inputValue()).split("\n").length === 3, "clicks on the map are corners", await page.locator("#corners").inputValue());
	await picture("ask-drawing");
	await page.click("text=Take back the last");
	check((await page.locator("#corners").inputValue()).split("\n").length === 2, "the last is taken back");
	await page.click("form button:has-text('Ask')");
	check((await page.locator("#ask-problem").innerText()).includes("three corners"), "two corners are no parcel, said in words");
	await page.fill("#corners", "nonsense");
	await page.click("form button:has-text('Ask')");
	await page.waitForFunction(() => /nonsense/.test(document.querySelector("#ask-problem").textContent));
	check(true, "what is no position is named");

	// ---- a route from a file ----
	const gpx = join(profile, "route.gpx");
	writeFileSync(gpx, `<gpx version="1.1" creator="t" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg><trkpt lat="${lat}" lon="${lon - 0.01}"/><trkpt lat="${lat}" lon="${lon + 0.01}"/></trkseg></trk></gpx>`);
	await visit("/ask?as=route");
	await page.fill("#width", "50");
	await page.setInputFiles("#shape-file", gpx);
	await page.click("form button:has-text('Ask')");
	await page.waitForSelector(".statement");
	check(/route/.test(page.url()) && /50\s*m\b/.test(await page.locator(".asked").innerText()), "a track of a GPX file is a route with its corridor", page.url());
	check((await page.locator(".answer").innerText()).includes(hazard.id), "the route's answer names the hazard on its way");
	await axeClean("ask about a route");
	await picture("ask-route", { fullPage: true });
	writeFileSync(join(profile, "bad.kml"), "<kml><nonsense");
	await visit("/ask?as=parcel");
	await page.setInputFiles("#shape-file", join(profile, "bad.kml"));
	await page.click("form button:has-text('Ask')");
	await page.waitForFunction(() => !document.querySelector("#ask-problem").hidden);
	const words = await page.locator("#ask-problem").innerText();
	check(words.includes("bad.kml") && !words.includes("/tmp"), "a broken file is refused by its own name", words);
	// Too long for an address: kept in this tab.
	writeFileSync(join(profile, "round.geojson"), JSON.stringify({ type: "Polygon", coordinates: [[...Array(400).keys(), 0].map((i) => [lon + 0.01 * Math.cos(i / 63.66), lat + 0.01 * Math.sin(i / 63.66)])] }));
	await page.setInputFiles("#shape-file", join(profile, "round.geojson"));
	await page.click("form button:has-text('Ask')");
	await page.waitForSelector(".statement");
	check(new URL(page.url()).searchParams.has("kept") && page.url().length < 300 && (await page.locator(".asked").innerText()).includes("round.geojson"), "a long shape is kept in the tab", page.url());

	// ---- a record with files and links ----
	const linked = (await json("/api/records/release?limit=200")).records.find((r) => r.hazard);
	await visit("/records/release/" + encodeURIComponent(linked.id));
	await page.click(`.links a:has-text("${linked.hazard}")`);
	await page.waitForFunction((id) => document.querySelector("h1")?.textContent.includes(id), linked.hazard);
	check((await page.locator(".links").allInnerTexts()).join(" ").includes(linked.id), "the hazard names back the release that names it");
	await page.click("text=Add files");
	const red = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==", "base64");
	await page.setInputFiles("input[name=files]", [{ name: "fence.png", mimeType: "image/png", buffer: red }, { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("seen on site") }]);
	await page.fill("input[name=caption]", "the northern fence");
	await page.click("button:has-text('Add')");
	await page.waitForSelector(".files img");
	check((await page.locator(".files li").count()) === 2, "two files are added at once");
	await page.waitForFunction(() => document.querySelector(".files img").naturalWidth > 0);
	check((await page.locator(".files img").getAttribute("alt")) === "the northern fence", "a picture is a thumbnail with its caption");
	check((await page.locator(".history").innerText()).includes("Olga added the file fence.png"), "the history says who added it");
	await page.click("text=Add files");
	await page.setInputFiles("input[name=files]", { name: "person.png", mimeType: "image/png", buffer: red });
	await page.check("input[name=sealed]");
	await page.click("button:has-text('Add')");
	await page.waitForFunction(() => document.querySelectorAll(".files li").length === 3);
	check(!(await page.locator(".files").innerText()).includes("person.png") && (await page.locator(".files img").count()) === 1, "a sealed file shows neither picture nor name");
	await axeClean("a record with files");
	await page.evaluate(() => scrollTo(0, 0));
	await picture("record-files", { fullPage: true });
	const [tab] = await Promise.all([browser.waitForEvent("page"), page.click(".files img")]);
	await tab.waitForLoadState();
	check(/attachments\/[0-9a-f-]{36}$/.test(tab.url()), "a thumbnail opens the picture");
	await tab.close();

	// ---- a table: filtered, sorted, exported ----
	await visit("/records/hazard?class=CHA&sort=-effective_date&columns=id,class,effective_date,area_m2");
	const total = Number((await json("/api/records/hazard?class=CHA&limit=1")).total);
	check((await page.locator(".choose").innerText()).includes(String(total)), "the count is exact");
	for (const [format, look] of [["CSV", (b) => b.toString().trim().split("\n").length === total + 1 && b.toString().startsWith("id,class,effective_date,area_m2\n")],
		["GEOJSON", (b) => { const c = JSON.parse(b); return c.features.length === total && c.features.some((f) => f.geometry?.coordinates) && c.features.every((f) => f.properties.class === "CHA" && Object.keys(f.properties).length === 4); }],
		["XLSX", (b) => b.subarray(0, 2).toString() === "PK" && b.length > 2000]]) {
		const [download] = await Promise.all([page.waitForEvent("download"), page.click(`.choose a:text-is("${format}")`)]);
		const bytes = readFileSync(await download.path());
		check(look(bytes), `what is shown is exported as ${format}`, bytes.subarray(0, 200).toString());
	}
	const widths = await page.evaluate(() => ({ head: getComputedStyle(document.querySelector("thead th")).position }));
	check(widths.head === "sticky", "the head of the table stays");
	await page.selectOption("select[name=class]", "SHA");
	await page.waitForFunction(() => location.search.includes("class=SHA"));
	check(new URL(page.url()).searchParams.get("columns") === "id,class,effective_date,area_m2", "filters keep columns in the address", page.url());
	await ready();
	await axeClean("a table");
	await picture("table");

	// ---- how it looks elsewhere ----
	if (folder)
		for (const [name, size, scheme, lang] of [["phone", { width: 390, height: 844 }, "light", "en"], ["dark", { width: 1366, height: 768 }, "dark", "en"], ["arabic", { width: 1366, height: 768 }, "light", "ar"]]) {
			await page.setViewportSize(size);
			await page.emulateMedia({ colorScheme: scheme });
			await browser.addCookies([{ name: "language", value: lang, url: address }]);
			for (const [view, path] of [["ask-parcel", again.slice(address.length)], ["record", "/records/hazard/" + encodeURIComponent(linked.hazard)], ["table", "/records/hazard"]]) {
				await visit(path);
				await page.waitForTimeout(1500);
				await picture(`${view}-${name}`, { fullPage: view !== "table" });
			}
		}
	check(!strangers.size, "no request leaves the origin", [...strangers].join(" "));
	check(!problems.length, "no page complains", problems.join("; "));
} catch (error) {
	check(false, "the walk", String(error.stack));
	await picture("failed").catch(() => {});
} finally {
	await browser.close();
	child.removeAllListeners("exit");
	child.kill("SIGTERM");
	rmSync(profile, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
