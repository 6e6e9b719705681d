// Ordnance said to neutralise itself, and sampling, in a real browser:  node tests/browser/clock_test.mjs SAFELANE FILE.gpkg [FOLDER]
// Adds hazards of such models to the file.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { addUser, browse, check, counts, drawn, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/clock_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const clean = async (page, what) => {
	await page.evaluate(axe);
	const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
	check(!found.violations.length, `axe: ${what}`, JSON.stringify(found.violations.map((v) => [v.id, v.nodes[0].html])));
};
const table = join(dirname(file), "clock-hazards.csv");
const shape = (x) => `"POLYGON((${x} 13.5,${x + 0.002} 13.5,${x + 0.002} 13.502,${x} 13.502,${x} 13.5))"`;
writeFileSync(table, `id,class,status,effective_date,device_models,quantity_text,emplaced_from_year,wkt
CLOCK-1,CHA,OPEN,2020-01-01,POM-2,1200,2015,${shape(102.7)}
CLOCK-2,CHA,OPEN,2020-01-01,PMN,500,2015,${shape(102.71)}
CLOCK-3,SHA,OPEN,2020-01-01,POM-3,many,2015,${shape(102.72)}
`);
const claims = join(dirname(file), "clock-claims.csv");
writeFileSync(claims, `id,document,claim_no,title,kind,effective_date,subject,attribute,claim,low,high,unit,attributed_to
CK1,CK,1,T,PRESS,2016-01-01,POM-2,failure probability,some stay,5,20,%,survey
`);
execFileSync(safelane, ["import", file, claims, "--kind", "source", "--approve", "--org", "NMAA"], { stdio: "ignore" });
try {
	execFileSync(safelane, ["import", file, table, "--kind", "hazard", "--crs", "EPSG:4326", "--approve", "--org", "NMAA"], { stdio: "ignore" });
} catch (error) {
	if (error.status !== 1) throw error; // 1: findings
}
addUser(safelane, file, "Clocker", "officer");
const server = await serve(safelane, file);
const { open, problems, strangers, close, browser } = await browse(server.address, "Clocker");
try {
	const page = await open();
	const picture = (name) => folder && page.screenshot({ path: join(folder, `clock-${name}.png`) });
	await page.goto(server.address + "/records/hazard/CLOCK-1");
	await page.waitForSelector("svg.clock");
	const said = await page.textContent(".record");
	check(/between 48 and 263 items may still function, of 1.200 that lie there/.test(said), "the record says how many may function, and lie there", said.slice(0, 600));
	check(said.includes("does not fall by itself") && said.includes("never lower the status"), "and that nothing is lowered by it");
	await picture("record");
	await clean(page, "record with a clock");
	await page.emulateMedia({ colorScheme: "dark" });
	await picture("record-dark");
	await page.emulateMedia({ colorScheme: "light" });
	await page.goto(server.address + "/records/hazard/CLOCK-3");
	await page.waitForFunction(() => document.querySelector(".record")?.textContent.includes("many is none"));
	check(!(await page.$("svg.clock")), "many is no number: a sentence and no chart");
	const answered = page.waitForResponse((r) => r.url().includes("/api/analysis/clock"));
	await page.goto(server.address + "/records/hazard/CLOCK-2");
	await answered;
	await page.waitForSelector(".history li");
	check(!(await page.$("svg.clock")), "a model that is not said to: nothing");

	await page.goto(server.address + "/map?as-of=2020-06-01");
	await drawn(page);
	check(!(await page.isVisible("p.clock")), "no line before a date is chosen");
	await page.click(".time button >> nth=0");
	await page.waitForSelector("p.clock:not([hidden])");
	check(/48 to 263 may still function; all 1.200 lie there, to be cleared. No status is lowered/.test(await page.textContent("p.clock")), "a line under the slider", await page.textContent("p.clock"));
	await picture("map");
	await clean(page, "map with the line");
	for (let year = 2019; year > 2014; year--) await page.click(".time button >> nth=0");
	await page.waitForSelector("p.clock[hidden]", { state: "attached" });
	check(true, "before they were laid there is no line");

	await page.goto(server.address + "/analysis?name=sample&lot=CLOCK-1&unit-side=10&seed=7");
	await page.waitForFunction(() => document.querySelector(".page")?.textContent.includes("never shows that land is free of mines"));
	const plan = await page.textContent(".page");
	check(/With one missed item in [\d\s]+ units the sample passes it with/.test(plan) && plan.includes("sample_seed"), "sampling says what it does not show, and what to write down", plan.slice(0, 400));
	await picture("sample");
	await clean(page, "sampling");
	await page.goto(server.address + "/analysis?name=clock&hazard=CLOCK-1");
	await page.waitForFunction(() => document.querySelector(".page")?.textContent.includes("never lower the status"));
	await picture("analysis");
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(server.address + "/records/hazard/CLOCK-1");
	await page.waitForSelector("svg.clock");
	await page.$eval("svg.clock", (x) => x.scrollIntoView({ block: "center" }));
	check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling on a phone");
	await picture("phone");
	await page.goto(server.address + "/map?as-of=2020-06-01");
	await drawn(page);
	await page.click(".time button >> nth=0");
	await page.waitForSelector("p.clock:not([hidden])");
	await picture("phone-map");
	check(!problems.length, "no errors", problems.join("; "));
	check(!strangers.size, "no strangers", [...strangers].join(" "));
} catch (error) {
	check(false, "the walk ends", error.stack);
} finally {
	await close();
	server.stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
