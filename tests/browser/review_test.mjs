// The review desk walked by keyboard:  node tests/browser/review_test.mjs SAFELANE FILE.gpkg [FOLDER for pictures]
// FILE has the inbox that review_programme.py makes.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { Walk } from "./browser.mjs";

const [safelane, file, folder] = process.argv.slice(2);
const walk = new Walk(safelane, file, folder);
walk.add("Rita", "reviewer");
walk.add("Sven", "reviewer");
walk.add("Olga", "operator", "--org", "OP2");
const token = walk.token("Sven", "write");
await walk.start();
const json = async (path, body) => (await fetch(walk.address + path, { method: body ? "POST" : "GET", headers: { Authorization: "Bearer " + token, "Content-Type": "application/json" }, body: body && JSON.stringify(body) })).json();
const waiting = (await json("/api/review?limit=500")).records;
const first = (begin) => waiting.find((r) => r.id.startsWith(begin));

// What the page says and shows, once it has settled on a record.
const shown = (page, id) => page.waitForFunction((x) => document.querySelector(".examined h2 bdi")?.textContent === x && document.querySelector(".compared table"), id, { timeout: 30000 });
const said = (page, part) => page.waitForFunction((x) => document.querySelector(".said").textContent.includes(x), part, { timeout: 30000 });
const current = (page) => page.locator(".inbox [aria-current] bdi").first().innerText();
const state = async (record) => (await json("/api/review/" + record)).submitted.state;

try {
	const rita = await walk.person();
	await walk.signIn(rita, "Rita");
	// From the map to the desk by Tab and Enter alone.
	await rita.waitForSelector("nav a[data-view=review]");
	for (let n = 0; n < 40 && (await rita.evaluate(() => document.activeElement.dataset?.view)) !== "review"; n++) await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await shown(rita, waiting[0].id);
	walk.check((await rita.locator("h1 small").innerText()) === String(waiting.length), "the heading counts what waits", await rita.locator("h1").innerText());
	await rita.waitForSelector(".counts a");
	walk.check((await rita.locator(".counts").innerText()).includes(`review ${waiting.length}`), "so does the bar", await rita.locator(".counts").innerText());
	walk.check(/findings [1-9]/.test(await rita.locator(".counts").innerText()), "and the bar counts findings");
	walk.check(new URL(rita.url()).searchParams.get("record") === waiting[0].record, "the record is in the address");
	await rita.waitForSelector(".small-map canvas");
	await walk.accessible(rita, "review desk");
	await rita.keyboard.press("?");
	await rita.waitForSelector("dialog.help dl");
	const told = await rita.locator("dialog.help dl.pairs").first().innerText();
	walk.check(["j", "k", "a", "A", "r", "x", "d", "l", "u", "1"].every((key) => new RegExp(`(^|\\W)${key}\\W`, "m").test(told)), "? shows all keys", told);
	await walk.accessible(rita, "review keys");
	await rita.keyboard.press("Escape");
	await rita.waitForSelector("dialog", { state: "detached" });
	await rita.keyboard.press("j");
	await shown(rita, waiting[1].id);
	await rita.keyboard.press("k");
	await shown(rita, waiting[0].id);

	// Link: a re-survey becomes the next version of what it surveyed, and is approved there.
	const link = first("RS-");
	await walk.open(rita, "/review?record=" + link.record);
	await shown(rita, link.id);
	const truth = await rita.locator(".change tbody a").first().innerText();
	await rita.keyboard.press("l");
	await rita.waitForSelector("dialog select");
	await walk.accessible(rita, "review link");
	await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await said(rita, "is linked");
	await shown(rita, truth);
	walk.check((await rita.locator(".examined").innerText()).includes(link.id), "the version says what it was handed in as");
	walk.check((await rita.locator(".differs").count()) > 0, "differences are marked");
	await walk.accessible(rita, "review linked");
	await rita.keyboard.press("u");
	await said(rita, "as it was before");
	await shown(rita, link.id);
	walk.check((await state(link.record)) === "submitted", "the link is undone");
	await rita.keyboard.press("l");
	await rita.waitForSelector("dialog select");
	await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await shown(rita, truth);
	await rita.keyboard.press("a");
	await said(rita, "is approved");
	const linked = await json("/api/records/hazard/" + truth);
	walk.check(linked.values.former_id === link.id && linked.values.name === "Surveyed again", "approved, it is the next version and keeps the identifier", JSON.stringify(linked.values.former_id));
	walk.check((await json("/api/records/hazard/" + link.id)).record === linked.record, "the identifier it was handed in with finds it");

	// The next file that uses that identifier brings news of the record, and does not rename it.
	const later = file + ".later.csv";
	writeFileSync(later, `id,class,effective_date,name\n${link.id},SHA,2025-09-09,Later news\n`);
	execFileSync(safelane, ["import", file, later, "--kind", "hazard"], { env: { ...process.env, SAFELANE_AUTHOR: "cleo" } });
	const news = (await json("/api/review/" + linked.record)).submitted;
	walk.check(news.state === "submitted" && news.values.name === "Later news" && news.values.id === truth, "a later file under that identifier is news of the same record", JSON.stringify(news.values));

	// A release names its hazard.
	const release = first("RN-");
	await walk.open(rita, "/review?record=" + release.record);
	await shown(rita, release.id);
	await rita.keyboard.press("l");
	await rita.waitForSelector("dialog select");
	const offers = await rita.locator("dialog option").allInnerTexts();
	const names = offers.findIndex((x) => x.includes("HA-"));
	await rita.locator("dialog select").press("Home");
	for (let n = 0; n < names; n++) await rita.keyboard.press("ArrowDown");
	await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await said(rita, "is linked");
	walk.check(/^HA-/.test((await json("/api/review/" + release.record)).submitted.values.hazard ?? ""), "a release is linked to its hazard", offers.join(" | "));

	// Return with a comment; what its organisation reads.
	const twin = waiting.filter((r) => r.id.startsWith("TW-"));
	await walk.open(rita, "/review?record=" + twin[0].record);
	await shown(rita, twin[0].id);
	await rita.keyboard.press("r");
	await rita.keyboard.type("Corner B is missing");
	await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await said(rita, "is returned");
	walk.check((await state(twin[0].record)) === "returned", "it is returned");
	const olga = await walk.person();
	await walk.signIn(olga, "Olga");
	await walk.open(olga, "/review");
	await olga.waitForSelector(".inbox li");
	const hers = await olga.locator(".inbox button").allInnerTexts();
	walk.check(hers.length > 0 && hers.every((x) => x.includes("OP2")), "an operator sees the own organisation's", hers[0]);
	walk.check((await olga.locator(".keys button").count()) === 0, "and has no button to judge them");
	await walk.open(olga, "/review?state=returned");
	await shown(olga, twin[0].id);
	walk.check((await olga.locator("blockquote").innerText()) === "Corner B is missing" && (await olga.locator(".examined").innerText()).includes("safelane import"), "a returned record says why, and how it is handed in again");
	await walk.accessible(olga, "review returned");

	// Duplicate of the record beside it.
	await walk.open(rita, "/review?record=" + twin[1].record);
	await shown(rita, twin[1].id);
	await rita.keyboard.press("d");
	await rita.waitForSelector("dialog input");
	await rita.keyboard.press("Enter");
	await said(rita, "duplicate");
	walk.check((await state(twin[1].record)) === "rejected", "it is marked as a duplicate");
	await rita.keyboard.press("u");
	await said(rita, "as it was before");
	walk.check((await state(twin[1].record)) === "submitted", "and that is undone");

	// Reject, undo; own entries are not approved.
	await shown(rita, twin[1].id);
	await rita.keyboard.press("x");
	await said(rita, "is rejected");
	await rita.keyboard.press("u");
	await said(rita, "as it was before");
	const own = first("OW-");
	await walk.open(rita, "/review?record=" + own.record);
	await shown(rita, own.id);
	await rita.keyboard.press("a");
	await said(rita, "entered this yourself");
	walk.check((await state(own.record)) === "submitted", "nobody approves what they entered themselves");
	walk.check((await rita.locator(".examined").innerText()).includes("yourself"), "the page says so beforehand");

	// Two reviewers at one record: the second is told, sees what it is now, and keeps the comment.
	const both = first("RS-005");
	await walk.open(rita, "/review?record=" + both.record);
	await shown(rita, both.id);
	await rita.keyboard.press("r");
	await rita.keyboard.type("A long explanation");
	await json("/api/review/" + both.record, { action: "approve", revision: both.revision });
	await rita.keyboard.press("Tab");
	await rita.keyboard.press("Enter");
	await said(rita, "Sven made it approved since you looked at it");
	await rita.waitForFunction(() => document.querySelector(".examined .chip").textContent === "approved");
	await rita.keyboard.press("r");
	walk.check((await rita.locator("dialog textarea").inputValue()) === "A long explanation", "a comment that was not sent is not lost");
	await rita.keyboard.press("Escape");
	await rita.waitForSelector("dialog", { state: "detached" });
	walk.check((await state(both.record)) === "approved", "the first step stands");
	// What counts already is marked as a duplicate, and that is undone.
	await rita.keyboard.press("d");
	await rita.waitForSelector("dialog input");
	await rita.keyboard.press("Enter");
	await said(rita, "duplicate");
	walk.check((await json("/api/review/" + both.record)).submitted.values.status === "DUPL", "an approved record is marked as a duplicate");
	await rita.keyboard.press("u");
	await said(rita, "as it was before");
	walk.check((await json("/api/review/" + both.record)).submitted.values.status === "OPEN", "and counts again");

	// A hundred in one view.
	await walk.open(rita, "/review?clean=true");
	await rita.waitForSelector(".inbox li");
	const clean = await rita.locator(".inbox li").count();
	walk.check(clean === 100, "a hundred without findings stand in one view", clean);
	await walk.accessible(rita, "review clean");
	const before = (await json("/api/review?limit=1")).total;
	await rita.keyboard.press("Shift+A");
	await said(rita, "Approved:");
	const text = await rita.locator(".said").innerText();
	const after = (await json("/api/review?limit=1")).total;
	walk.check(before - after >= 95 && text.includes(`Approved: ${before - after}.`), "they are approved with one key; own ones are left, and it says why", `${before} ${after} ${text}`);
	await rita.waitForFunction((n) => document.querySelector(".counts").innerText.includes("review " + n), after);
	await rita.keyboard.press("u");
	await said(rita, "as it was before");
	walk.check((await json("/api/review?limit=1")).total === after + 1, "one of them is undone");

	// Undo of any kind's first approval.
	const accident = waiting.find((r) => r.kind === "accident");
	if ((await state(accident.record)) === "submitted") {
		await walk.open(rita, "/review?record=" + accident.record);
		await shown(rita, accident.id);
		await rita.keyboard.press("a");
		await said(rita, "is approved");
		await rita.keyboard.press("u");
		await said(rita, "as it was before");
		walk.check((await state(accident.record)) === "submitted", "the approval of an accident is undone");
	} else {
		const now = (await json("/api/review/" + accident.record)).submitted;
		await json("/api/review/" + accident.record, { action: "undo", revision: now.revision });
		walk.check((await state(accident.record)) === "submitted", "the approval of an accident is undone");
	}

	// Phone, dark, Arabic.
	const looks = { phone: { viewport: { width: 390, height: 844 }, hasTouch: true }, dark: { colorScheme: "dark" }, arabic: { language: "ar" } };
	const cookies = await rita.context().cookies();
	for (const [name, look] of Object.entries(looks)) {
		const page = await walk.person(look);
		await page.context().addCookies(cookies.filter((c) => c.name !== "language"));
		await walk.open(page, "/review?record=" + twin[2].record);
		await shown(page, twin[2].id);
		await page.waitForSelector(".small-map canvas");
		await page.waitForTimeout(600);
		await walk.accessible(page, "review " + name);
		if (name === "phone") {
			const low = await page.locator(".keys button").evaluateAll((all) => all.map((b) => b.getBoundingClientRect().height).filter((x) => x < 44).length);
			walk.check(low === 0, "buttons are large enough for a thumb", low);
		}
		if (name === "arabic") walk.check((await page.getAttribute("html", "dir")) === "rtl", "Arabic is written from right to left");
		await page.context().close();
	}

	// Out again, by keyboard.
	await rita.locator(".person button").first().focus();
	await rita.keyboard.press("Enter");
	await rita.waitForURL(/sign-in/);
	await rita.goto(walk.address + "/review");
	await rita.waitForSelector("main h1, main .problem");
	walk.check(!(await rita.$(".inbox li")), "signed out, nothing is shown");
} catch (error) {
	walk.check(false, "the walk", String(error.stack));
}
await walk.end();
