// What was sent and what became of it, in a real browser:  node tests/browser/sent_test.mjs SAFELANE FILE.gpkg [FOLDER]
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { addUser, browse, check, counts, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/sent_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const run = (...words) => execFileSync(safelane, words, { input: "a long password\n" }).toString().trim();

run("user", file, "device", "lantern-1", "--org", "Clear Ways");
run("user", file, "add", "Olena", "--role", "operator", "--org", "Clear Ways");
addUser(safelane, file, "Judge", "reviewer");
const phone = run("user", file, "token", "lantern-1", "--scope", "devices");
const judge = run("user", file, "token", "Judge", "--scope", "write");
run("form", "publish", file, "hazard");
const version = JSON.parse(run("form", "published", file, "--format", "json")).find((f) => f.form === "hazard").version;

const { address, stop } = await serve(safelane, file);
async function send(id, deprecated = "") {
	const instance = `uuid:${crypto.randomUUID()}`;
	const xml = `<data xmlns:orx="http://openrosa.org/xforms" id="hazard" version="${version}"><id>${id}</id><effective_date>2026-03-15</effective_date><orx:meta><orx:instanceID>${instance}</orx:instanceID>${deprecated && `<orx:deprecatedID>${deprecated}</orx:deprecatedID>`}</orx:meta></data>`;
	const body = new FormData();
	body.append("xml_submission_file", new Blob([xml], { type: "text/xml" }), "instance.xml");
	const answer = await fetch(`${address}/odk/key/${phone}/submission`, { method: "POST", body });
	if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
	return instance;
}
const own = async () => (await fetch(`${address}/odk/key/${phone}/sent?f=json`)).json();
async function act(id, action, more = {}) {
	const headers = { Authorization: `Bearer ${judge}`, "Content-Type": "application/json" };
	const { record } = (await own()).sent.find((s) => s.id === id);
	const { revisions } = await (await fetch(`${address}/api/history/${record}`, { headers })).json();
	const answer = await fetch(`${address}/api/review/${record}`, { method: "POST", headers, body: JSON.stringify({ action, revision: revisions.at(-1).id, ...more }) });
	if (!answer.ok) throw new Error(await answer.text());
}

try {
	const first = await send("SENT-1");
	await send("SENT-2");
	await send("SENT-3");
	await act("SENT-1", "return", { comment: "Which side of the river?\nAnd is there a <fence>?" });
	await act("SENT-2", "approve");
	const { open, problems, strangers, close } = await browse(address, "Olena");
	try {
		const page = await open();
		const picture = (name) => folder && page.screenshot({ path: join(folder, `sent-${name}.png`), fullPage: true });
		const items = () => page.$$eval(".sent li", (list) => list.map((li) => `${li.className}: ${li.textContent}`));
		const ready = (n) => page.waitForFunction((count) => document.querySelectorAll(".sent li").length === count, n);
		await page.goto(address + "/map");
		await page.click("nav a[href*='/sent']");
		await page.waitForSelector("select[name=of]");
		check(!(await page.$(".sent li")), "who sent nothing is told so");
		await page.selectOption("select[name=of]", "organisation");
		await ready(3);
		const shown = await items();
		check(shown[0].startsWith("received") && shown[1].startsWith("approved") && shown[2].startsWith("returned") && shown[2].includes("Which side of the river?") && shown[2].includes("<fence>"), "each with what became of it", shown.join(" | "));
		check(page.url().includes("of=organisation"), "the address says whose", page.url());
		await page.evaluate(axe);
		const clean = async (name) => {
			const found = await page.evaluate(() => window.axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
			check(!found.violations.length, `axe finds nothing on ${name}`, found.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target).join(",")).join("; "));
			const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			check(wide <= 0, `no sideways scrolling on ${name}`, String(wide));
			await picture(name);
		};
		await clean("desk");
		await page.emulateMedia({ colorScheme: "dark" });
		await page.setViewportSize({ width: 390, height: 844 });
		await clean("phone-dark");
		/* It was corrected on the phone: the state follows. */
		await send("SENT-1", first);
		await page.reload();
		await ready(4);
		const now = await items();
		check(now[0].startsWith("received") && now[3].startsWith("replaced") && !now[3].includes("river"), "the corrected version waits, the old one is replaced", now.join(" | "));
		await page.evaluate(() => (document.cookie = "language=ar; path=/"));
		await page.reload();
		await ready(4);
		check((await page.textContent("h1")) === "ما أُرسل", "in Arabic");
		await picture("arabic");
		/* The same for the phone itself: no account, no script. */
		const plain = await open();
		await plain.route("**/*.js", (route) => route.abort());
		await plain.setViewportSize({ width: 390, height: 844 });
		await plain.emulateMedia({ colorScheme: "light" });
		for (const code of ["en", "km"]) {
			await plain.context().clearCookies({ name: "language" });
			await plain.setExtraHTTPHeaders({ "Accept-Language": code });
			await plain.goto(`${address}/odk/key/${phone}/sent`);
			await plain.waitForSelector(".sent li");
			check((await plain.getAttribute("html", "lang")) === code && (await plain.$$(".sent li")).length === 4 && !(await plain.$("script")), `the phone's page in ${code}`);
			if (folder) await plain.screenshot({ path: join(folder, `sent-device-${code}.png`), fullPage: true });
		}
		await plain.close();
		check(!problems.length, "nothing went wrong in the pages", problems.join(" | "));
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
