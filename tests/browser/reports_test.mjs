// Reports in a real browser:  node tests/browser/reports_test.mjs SAFELANE FILE.gpkg [FOLDER for pictures]
// Chooses a report, looks at it, follows a figure, takes each format along; freezes an account; Arabic, and a phone.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addUser, browse, check, counts, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/reports_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
addUser(safelane, file, "Renata", "officer");
const { address, stop } = await serve(safelane, file);
try {
	const { browser, open, problems, strangers, close } = await browse(address, "Renata", { acceptDownloads: true });
	try {
		const page = await open();
		const clean = async (name, of = page) => {
			await of.evaluate(axe).catch(() => null); // the policy of a report lets no script in
			const found = await of.evaluate(() => window.axe?.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
			if (found) check(!found.violations.length, `axe finds nothing on ${name}`, found.violations.map((v) => v.id + " " + v.nodes.map((n) => n.target).join(",")).join("; "));
			const wide = await of.evaluate(() => document.documentElement.scrollWidth - innerWidth);
			check(wide <= 0, `no sideways scrolling on ${name}`, String(wide));
			if (folder) await of.screenshot({ path: join(folder, `reports-${name}.png`), fullPage: true });
		};
		await page.goto(address + "/map");
		await page.click("nav a[data-view=reports]");
		await page.waitForSelector(".reports li", { timeout: 8000 }).catch(async (error) => {
			throw new Error(`${error.message}: ${await page.innerText("main")} ${problems.join(" | ")}`);
		});
		const named = await page.$$eval(".reports li", (list) => list.map((li) => li.textContent));
		check(named.length >= 14 && named.every((x) => !/report-of|template/.test(x) && x.length > 20), "each report has a title and a sentence", named.join(" | "));
		await clean("list");

		await page.click(".reports a[href$='template=article5']");
		await page.waitForSelector("input[name=to]");
		await page.fill("input[name=from]", "2019-01-01");
		await page.fill("input[name=to]", "2018-12-31");
		await page.waitForFunction(() => document.querySelector(".form [role=alert]").textContent.includes("before it begins"));
		check(!(await page.$(".actions a[href]")), "a period that ends before it begins makes no report");
		await page.fill("input[name=to]", "2019-12-31");
		await page.click("summary");
		await page.fill("input[name=deposited]", "2011-07-28");
		await page.fill("input[name=authority]", "Mine <b>Action</b> Authority");
		await page.waitForFunction(() => location.search.includes("deposited=2011-07-28") && location.search.includes("to=2019-12-31"));
		await clean("article5");
		await page.reload();
		await page.waitForSelector(".actions a[href]");
		check((await page.inputValue("input[name=authority]")) === "Mine <b>Action</b> Authority", "the address keeps what was chosen", page.url());
		const [preview] = await Promise.all([browser.waitForEvent("page"), page.click(".actions a[target=_blank]")]);
		preview.on("console", (m) => m.type() === "error" && problems.push("preview: " + m.text()));
		await preview.waitForSelector("main h1");
		const shown = await preview.evaluate(() => [document.querySelector("main").innerText, getComputedStyle(document.querySelector("table")).borderCollapse, document.querySelectorAll("svg").length, document.scripts.length]);
		check(shown[0].includes("Mine <b>Action</b> Authority") && shown[0].includes("2022"), "the preview has what was filled in and the deadline that follows", shown[0].slice(0, 400));
		check(shown[1] === "collapse", "its style is let in by the policy", shown[1]);
		check(shown[2] >= 2 && shown[3] === 0, "its charts and maps are drawings, and nothing in it runs", shown.slice(2).join(" "));
		await clean("preview", preview);
		const figure = await preview.getAttribute("td a[href*='/why?cell=']", "href");
		await page.goto(figure);
		await page.waitForSelector("h1");
		check(figure.startsWith(address + "/why?cell=") && !(await page.$(".problem")), "a figure leads to what it is made of", figure);
		await page.goto(address + "/reports?template=article5&from=2019-01-01&to=2019-12-31");
		await page.waitForSelector(".actions a[href]");
		for (const [format, begins] of [["pdf", "%PDF"], ["xlsx", "PK"], ["csv", ""]]) {
			const [taken] = await Promise.all([page.waitForEvent("download"), page.click(`.actions a[href*='.${format}?']`)]);
			const path = await taken.path();
			check(taken.suggestedFilename() === `article5-2019-12-31.${format}` && statSync(path).size > 500 && readFileSync(path).subarray(0, begins.length).toString() === begins, `${format} is taken along under a name that says what it is`, taken.suggestedFilename());
		}
		const hazard = (await page.evaluate(() => fetch("/api/records/hazard?limit=1").then((a) => a.json()))).rows?.[0]?.id ?? "HA-000001";
		await page.goto(`${address}/reports?template=fieldmap&record=${hazard}&paper=a3`);
		await page.waitForSelector(".actions a[href*='.gpx?']");
		const [points] = await Promise.all([page.waitForEvent("download"), page.click(".actions a[href*='.gpx?']")]);
		check(readFileSync(await points.path(), "utf8").includes("<wpt"), "a field map has its points for a receiver");

		await page.goto(address + "/reports");
		await page.waitForSelector("details:has(input[name=as_of]) summary");
		await page.click("details:has(input[name=as_of]) summary");
		await page.fill("input[name=name]", "end of 2019, by hand");
		await page.fill("input[name=as_of]", "2019-12-31");
		await page.click("form:has(input[name=as_of]) button");
		await page.waitForFunction(() => document.querySelector("table")?.textContent.includes("end of 2019, by hand"));
		check(true, "an account is frozen, and stands in the list");
		await page.click("table a[href*='known-at=']");
		await page.waitForFunction(() => /known on/.test(document.querySelector("main")?.innerText ?? ""));
		check(/as-of=2019-12-31/.test(page.url()) && /known-at=20/.test(page.url()) && !(await page.$(".problem")), "a frozen account opens as it was known then", page.url());
		await clean("frozen");

		const own = join(tmpdir(), `own-${process.pid}`);
		mkdirSync(own);
		await page.goto(address + "/reports");
		const bring = async (name, text) => {
			writeFileSync(join(own, name), text);
			if (!(await page.isVisible("input[type=file]"))) await page.click("summary:has-text('A template of your own')");
			await page.setInputFiles("input[type=file]", join(own, name));
			await page.click("button:has-text('Put it in')");
		};
		await page.waitForSelector("summary:has-text('A template of your own')");
		await bring("ours.txt", "@title Our <b>land</b>\n\nThere are {remaning}.\n");
		await page.waitForSelector(".said.problem");
		check((await page.innerText(".said.problem")).includes("ours.txt, line 3: nothing is called {remaning}"), "what is wrong in a template is said with its line", await page.innerText(".said.problem"));
		const refused = problems.findIndex((x) => x.includes("400 (Bad Request)")); // the browser's own word for it
		if (refused >= 0) problems.splice(refused, 1);
		await bring("ours.txt", "% What <i>we</i> say.\n@title Our <b>land</b>\n\nThere are {remaining}.\n");
		await page.waitForFunction(() => document.querySelector(".reports li")?.innerText.includes("Our <b>land</b>"));
		check((await page.innerText(".reports li")).includes("What <i>we</i> say."), "a template of one's own stands first, in its own words", await page.innerText(".reports li"));
		await clean("own");
		await page.click(".reports li a");
		await page.waitForSelector(".actions a[href]");
		const mine = await page.evaluate((to) => fetch(to).then((a) => a.text()), await page.getAttribute(".actions a[target=_blank]", "href"));
		check(mine.includes("Our &lt;b&gt;land&lt;/b&gt;") && mine.includes("There are"), "and makes a report", mine.slice(0, 200));
		await page.goto(address + "/reports");
		await page.waitForSelector(".reports li button");
		page.once("dialog", (d) => d.accept());
		await page.click(".reports li button");
		await page.waitForFunction(() => document.querySelector(".reports li") && !document.querySelector(".reports li").innerText.includes("Our"));
		check(true, "and is taken out again");
		rmSync(own, { recursive: true });
		await page.setViewportSize({ width: 390, height: 844 });
		await page.emulateMedia({ colorScheme: "dark" });
		await clean("phone-list");
		await page.goto(address + "/reports?template=article5");
		await page.waitForSelector(".actions a[href]");
		const low = await page.$$eval(".actions a", (list) => Math.min(...list.map((a) => a.getBoundingClientRect().height)));
		check(low >= 44, "buttons are large enough for a thumb", String(low));
		await clean("phone-article5");
		await page.emulateMedia({ colorScheme: "light" });
		await browser.addCookies([{ name: "language", value: "ar", url: address }]);
		await page.setViewportSize({ width: 1366, height: 768 });
		for (const view of ["", "?template=article5"]) {
			await page.goto(address + "/reports" + view);
			await page.waitForSelector(view ? ".actions a[href]" : ".reports li");
			check((await page.evaluate(() => document.dir)) === "rtl" && !/report-|freeze-/.test(await page.innerText("main")), `in Arabic${view}`);
			await clean(view ? "arabic-article5" : "arabic-list");
		}
		check(!strangers.size, "nothing is asked of others", [...strangers].join(" "));
		check(!problems.length, "no error in the console", problems.join(" | "));
	} finally {
		await close();
	}
} catch (error) {
	check(false, "the walk goes through", String(error.stack));
} finally {
	stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
