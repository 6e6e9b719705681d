// People and settings in a real browser:  node tests/browser/settings_test.mjs SAFELANE FILE.gpkg [FOLDER]
// serves FILE, which nobody has an account of yet, and walks from the link of the first start through the four steps and
// the settings: people, links, tokens, organisations, lists, audit log, help, the keyboard, a phone.  Pictures go to FOLDER.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/settings_test.mjs SAFELANE FILE.gpkg [FOLDER]");
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

// The server says its address and the link of the first start when it is ready.
function serve() {
	const child = spawn(safelane, ["serve", file, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
	return new Promise((ready, fail) => {
		let said = "";
		const hear = (bytes) => {
			said += bytes;
			const link = said.match(/(http:\/\/127\.0\.0\.1:\d+)\/set-up\?key=\S+/);
			if (link) ready({ child, address: link[1], link: link[0] });
		};
		child.stdout.on("data", hear);
		child.stderr.on("data", hear);
		child.on("exit", () => fail(new Error("the server ended: " + said)));
	});
}

const { child, address, link } = await serve();
const profile = mkdtempSync(join(tmpdir(), "safelane-settings-"));
const browser = await chromium.launchPersistentContext(profile, {
	executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 }, locale: "en-GB",
	args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--no-first-run", "--disable-quic"],
});
let problems = [];
const strangers = new Set();
async function open(context = browser) {
	const page = await context.newPage();
	page.on("console", (m) => m.type() === "error" && !/status of 4\d\d/.test(m.text()) && problems.push(m.text()));
	page.on("pageerror", (e) => problems.push(String(e)));
	page.on("request", (r) => !r.url().startsWith(address) && !/^(blob|data):/.test(r.url()) && strangers.add(r.url()));
	return page;
}
const ready = (page) => page.waitForSelector("body[data-ready]", { timeout: 20000 });
async function go(page, path) {
	await page.evaluate(() => delete document.body.dataset.ready).catch(() => {});
	await page.goto(address + path);
	await ready(page);
}
async function clean(page, name) {
	check(!problems.length, `${name}: no errors`, problems.join(" | "));
	problems = [];
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	check(!found.violations.length, `${name}: accessible`, found.violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`).join(" | "));
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	check(wide <= 0, `${name}: fits the window`, `${wide} px too wide`);
	if (folder) await page.screenshot({ path: join(folder, `settings-${name.replaceAll(" ", "-")}.png`) });
}
// What a form says below its button.
async function said(page, form) {
	const line = form.locator(".said");
	await page.waitForFunction((e) => e && e.textContent && !/…$/.test(e.textContent), await line.elementHandle());
	return line.innerText();
}
const formOf = (page, button) => page.locator("form", { has: page.getByRole("button", { name: button, exact: true }) });

try {
	// ---- the first start ----
	const page = await open();
	await page.goto(address + "/sign-in");
	check((await page.locator("main").innerText()).includes("Open the link that the server printed"), "who comes first is told where to begin");
	await page.goto(link);
	await clean(page, "first link");
	await page.fill("[name=name]", "Anna");
	await page.fill("[name=password]", "short");
	await page.click("button");
	check((await page.locator("[role=alert]").innerText()).includes("at least 10"), "a short password is refused in words");
	await page.fill("[name=password]", "four words for anna");
	await page.click("button");
	await page.waitForURL(/\/start$/);
	await ready(page);
	check((await page.locator(".step").count()) === 4, "four steps");
	const naming = page.locator("#step-2 ~ form").first();
	await naming.locator("[name=name]").fill("Walked programme");
	await naming.locator("[name=country]").fill("xx");
	check(!(await naming.evaluate((f) => f.checkValidity())), "a country is three capital letters");
	await naming.locator("[name=country]").fill("LAO");
	await naming.locator("button").click();
	check((await said(page, naming)) === "Done.", "the programme gets its name");
	check((await page.locator("#bar .name").innerText()) === "Walked programme", "the bar shows the name at once");
	const organisation = formOf(page, "Add the organisation");
	await organisation.locator("[name=id]").fill("CW");
	await organisation.locator("[name=name]").fill("Clear Ways");
	await organisation.locator("button").click();
	check(/Clear Ways is added/.test(await said(page, organisation)), "an organisation is added");
	await organisation.locator("[name=id]").fill("cw");
	await organisation.locator("[name=name]").fill("Once more");
	await organisation.locator("button").click();
	await page.waitForSelector(".said.problem");
	check(/already/.test(await page.locator(".said.problem").innerText()), "the same organisation is refused in words");
	const bring = formOf(page, "Bring it in");
	await bring.locator("[type=file]").setInputFiles({ name: "hazards.csv", mimeType: "text/csv", buffer: Buffer.from("id,class,latitude,longitude\nHA-1,CHA,18.1,102.6\nHA-2,SHA,18.2,102.7\n") });
	await bring.locator("[name=kind]").selectOption("hazard");
	await bring.locator("[name=crs]").fill("EPSG:4326");
	await bring.locator("button").click();
	check(/2 rows read, 2 records added/.test(await said(page, bring)), "a file is brought in", await bring.locator(".said").innerText());
	await clean(page, "first start");
	await page.click("text=Open the map");
	await page.waitForURL(/\/map/);
	check(true, "the first start ends at the map");
	await page.goto(link);
	check((await page.locator("body").innerText()).includes("not valid any more"), "the link is good once");

	// ---- somebody else gets an account, chooses a password, signs in ----
	await go(page, "/settings/people");
	const adding = formOf(page, "Make the account");
	await adding.locator("[name=name]").fill("Otto");
	await adding.locator("[name=role]").selectOption("operator");
	await adding.locator("button", { hasText: "Make the account" }).click();
	await page.waitForSelector(".said.problem");
	check(/needs an organisation/.test(await page.locator(".said.problem").innerText()), "an operator without organisation is refused in words");
	await adding.locator("[name=organisation]").fill("Clear Ways");
	await adding.locator("button", { hasText: "Make the account" }).click();
	await page.waitForSelector("input.secret");
	const invitation = await page.inputValue("input.secret");
	check(invitation.startsWith(address + "/set-up?key="), "a new account comes with a link");
	check((await page.locator("table").first().innerText()).includes("Otto"), "the list has the new account");
	await clean(page, "people");
	const other = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--use-angle=swiftshader"] });
	const elsewhere = await other.newContext({ locale: "en-GB", viewport: { width: 390, height: 844 } });
	const otto = await open(elsewhere);
	await otto.goto(invitation);
	check((await otto.locator("main").innerText()).includes("Otto"), "the link says whose account it is");
	await clean(otto, "welcome on a phone");
	await otto.fill("[name=password]", "otto has four words");
	await otto.click("button");
	await otto.waitForURL(/\/map/);
	await ready(otto);
	check((await otto.locator("#bar").innerText()).includes("Otto"), "with it the person is signed in");
	await go(otto, "/settings/me");
	check(/operator · Clear Ways/.test(await otto.locator("main").innerText()), "and knows the own role");
	check((await otto.getByRole("link", { name: "People" }).count()) === 0, "who does not manage people has no such section");
	await go(otto, "/settings/people");
	check(/does not open this section/.test(await otto.locator("main").innerText()), "and is told so at its address");
	problems = [];
	await go(otto, "/settings/me");
	await clean(otto, "my account on a phone");
	const small = await otto.evaluate(() => [...document.querySelectorAll("main form button, main form select, main form input:not([type=checkbox]):not(.unseen)")].filter((e) => e.getBoundingClientRect().height < 43.5).map((e) => e.outerHTML.slice(0, 80)));
	check(!small.length, "what is touched on a phone is 44 px high", small.join(" "));
	await otto.goto(invitation);
	check((await otto.locator("body").innerText()).includes("not valid any more"), "the link is good once");

	// ---- a token reads, and stops after it is revoked ----
	await go(page, "/settings/me");
	const making = formOf(page, "Make the token");
	await making.locator("[name=label]").fill("walk");
	await making.locator("button", { hasText: "Make the token" }).click();
	await page.waitForSelector("input.secret");
	const token = await page.inputValue("input.secret");
	const asks = async () => (await fetch(address + "/api/programme", { headers: { Authorization: "Bearer " + token } })).status;
	check(token.startsWith("slt_") && (await asks()) === 200, "a token reads");
	await clean(page, "my account");
	await page.reload();
	await ready(page);
	check((await page.locator("input.secret").count()) === 0, "it is shown once");
	await page.getByRole("button", { name: "Revoke walk" }).click();
	await page.waitForSelector("td:has-text('revoked')");
	check((await asks()) === 401, "a revoked token reads nothing");

	// ---- sessions ----
	const again = await other.newContext({ locale: "en-GB" });
	const second = await open(again);
	await second.goto(address + "/sign-in?next=/settings/me");
	await clean(second, "sign in");
	await second.fill("[name=name]", "Anna");
	await second.fill("[name=password]", "not the right one");
	await second.click("button");
	check(/ask an administrator/.test(await second.locator("[role=alert]").innerText()), "a wrong password is answered with what to do next");
	await second.fill("[name=password]", "four words for anna");
	await second.click("button");
	await second.waitForURL(/\/settings\/me$/);
	check(true, "signing in goes on to where one wanted to");
	await go(page, "/settings/me");
	await page.click("text=Sign out everywhere else");
	await page.waitForSelector("text=You are signed in here only.");
	await second.reload();
	await ready(second);
	check(/Your sign-in|Sign in/.test(await second.locator("main").innerText()), "the other session is over");
	problems = [];
	await second.goto(address + "/sign-in?next=//evil.example/");
	check((await second.inputValue("[name=next]")) === "/", "no sign-in leads to another site");

	// ---- organisations, lists, programme, audit ----
	await go(page, "/settings/organisations?id=CW");
	await page.fill("[name=short_name]", "CWI");
	await page.click("main form button");
	await page.waitForFunction(() => document.querySelector(".said")?.textContent === "Done." || !document.querySelector(".said")?.textContent);
	await go(page, "/records/organisation/CW");
	check((await page.locator("main").innerText()).includes("CWI"), "a change of an organisation is a new revision of its record");
	await go(page, "/settings/vocabularies?list=soil");
	await page.fill("[name=code]", "gravel");
	await page.fill("[name=label]", "Gravel, red");
	await page.click("main form button");
	await page.waitForSelector("td:has-text('Gravel, red')");
	check((await page.locator("tr", { hasText: "Gravel, red" }).innerText()).includes("your own"), "the list has the country's own value");
	await clean(page, "lists");
	await go(page, "/records/hazard?columns=id,soil");
	const chosen = await page.locator("[name=soil] option", { hasText: "Gravel, red" }).count();
	check(chosen === 1, "and so has the filter of the table");
	await go(page, "/settings/programme");
	await page.fill("[name=small-cell]", "7");
	await page.selectOption("main [name=language]", "ar");
	await formOf(page, "Save").nth(1).getByRole("button").click();
	check((await said(page, formOf(page, "Save").nth(1))) === "Done.", "a setting is changed");
	await clean(page, "programme");
	const guest = await open(await other.newContext({ locale: "en-GB", extraHTTPHeaders: {} }));
	await guest.goto(address + "/ask");
	await guest.waitForSelector("html[lang=ar] body[data-ready]");
	check((await guest.getAttribute("html", "dir")) === "rtl", "the pages are in the programme's language for who has chosen none");
	await guest.evaluate(() => (document.cookie = "language=en; path=/"));
	await guest.reload();
	await ready(guest);
	await guest.waitForTimeout(500);
	check((await guest.getAttribute("html", "lang")) === "en", "and in one's own for who has");
	await page.selectOption("main [name=language]", "browser");
	await formOf(page, "Save").nth(1).getByRole("button").click();
	await said(page, formOf(page, "Save").nth(1));
	await go(page, "/settings/base-maps");
	await clean(page, "base maps");
	await go(page, "/settings/audit");
	const log = await page.locator("main table").innerText();
	for (const word of ["changed a setting", "changed a list", "changed an organisation", "signed out elsewhere", "revoked a token", "made an account", "imported a file", "renamed the programme"]) check(log.includes(word), `the audit log says: ${word}`, log.slice(0, 300));
	await clean(page, "audit log");
	await page.selectOption("[name=what]", "import");
	await page.waitForURL(/what=import/);
	await page.waitForFunction(() => document.querySelectorAll("main tbody tr").length === 1);
	check((await page.locator("main tbody").innerText()).includes("hazards.csv"), "it is filtered, and the filter is an address");

	// ---- a disabled account ----
	await go(otto, "/settings/me");
	await go(page, "/settings/people?name=Otto");
	await clean(page, "one account");
	await page.getByRole("button", { name: "Disable" }).click();
	await page.waitForURL(/\/settings\/people$/);
	await otto.locator("#bar nav a[data-view=records]").click();
	await otto.waitForSelector("main tbody a");
	await otto.locator("main tbody a").first().click();
	await otto.waitForSelector(".problem");
	check(/sign-in has ended/.test(await otto.locator("main").innerText()), "a disabled account is out at once, and told what to do", await otto.locator("main").innerText());
	check((await otto.getByRole("link", { name: "Sign in" }).last().getAttribute("href")).includes("next=%2Frecords%2F"), "and comes back here after signing in");
	problems = [];

	// ---- keyboard, help ----
	await go(page, "/settings");
	await page.locator("body").press("?");
	await page.waitForSelector("dialog[open]");
	check((await page.locator("dialog h2").innerText()) === "Settings", "the key ? opens the help of the page");
	await clean(page, "help");
	await page.keyboard.press("Escape");
	await page.waitForFunction(() => !document.querySelector("dialog")); // the browser says "close" a moment later
	check(true, "Escape closes it");
	await go(page, "/account");
	await page.getByRole("button", { name: "Help" }).click();
	await page.waitForSelector("dialog[open]");
	check(/land account/i.test(await page.locator("dialog h2").innerText()), "each page has its own");
	await page.keyboard.press("Escape");
	await go(page, "/settings/people");
	await page.locator("body").press("Tab");
	const tab = async (until) => {
		for (let i = 0; i < 90; i++) {
			if (await page.evaluate(until)) return true;
			await page.keyboard.press("Tab");
		}
		return false;
	};
	check(await tab(() => document.activeElement.name === "name" && document.activeElement.closest("main")), "the keyboard comes to the form");
	await page.keyboard.type("Kim");
	await page.keyboard.press("Tab");
	await page.keyboard.type("reviewer");
	check(await tab(() => document.activeElement.matches("main .form button")), "and to its button");
	await page.keyboard.press("Enter");
	await page.waitForSelector("input.secret");
	check((await page.locator("table").first().innerText()).match(/Kim\s+reviewer/) !== null, "an account is made by keyboard alone");
	await page.emulateMedia({ colorScheme: "dark" });
	await clean(page, "people dark");
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize({ width: 390, height: 844 });
	await go(page, "/start");
	await clean(page, "first start on a phone");
	await page.setViewportSize({ width: 1366, height: 768 });

	// ---- too many attempts ----
	let waiting = ""; // the waiting doubles: a slow machine comes to it later
	for (let i = 0; i < 15 && !/Wait \d+ second/.test(waiting); i++) {
		await second.goto(address + "/sign-in");
		await second.fill("[name=name]", "Kim");
		await second.fill("[name=password]", "wrong " + i);
		await second.click("button");
		waiting = await second.locator("[role=alert]").innerText();
	}
	check(/Wait \d+ seconds/.test(waiting), "too many attempts are answered with how long to wait", waiting);
	check(!strangers.size, "no request leaves the origin", [...strangers].join(" "));
	await other.close();
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
