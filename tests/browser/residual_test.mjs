// Residual risk in a real browser:  node tests/browser/residual_test.mjs SAFELANE FILE.gpkg [FOLDER]
// Adds the releases of the manual's chapter to the file.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { addUser, browse, check, counts, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/residual_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
for (const [name, kind] of [["searched", "release"], ["finds", "ordnance"], ["samples", "quality"]])
	try {
		execFileSync(safelane, ["import", file, join("docs/manual/files", `${name}.csv`), "--kind", kind, "--crs", "EPSG:4326", "--approve",
			"--org", "NMAA"], { stdio: "ignore" });
	} catch (error) {
		if (error.status !== 1) throw error; // 1: findings
	}
addUser(safelane, file, "Assessor", "officer");
const server = await serve(safelane, file);
const { open, problems, strangers, close } = await browse(server.address, "Assessor");
try {
	const page = await open();
	const picture = (name) => folder && page.screenshot({ path: join(folder, `residual-${name}.png`), fullPage: true });
	const clean = async (what) => {
		await page.evaluate(axe);
		const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
		check(!found.violations.length, `axe: ${what}`, JSON.stringify(found.violations.map((v) => [v.id, v.nodes[0].html])));
	};
	const says = (text) => page.waitForFunction((t) => document.querySelector(".page")?.textContent.includes(t), text);

	await page.goto(server.address + "/analysis?name=residual&record=release:RL-1");
	await says("Nothing found does not prove that nothing is there");
	const said = await page.textContent(".page");
	check(said.includes("This is no certificate of safety"), "what it does not show stands with it");
	check(said.includes("Probability of detection of one item in one pass"), "so do its inputs");
	await picture("nothing-found");
	await clean("one release");
	await page.goto(server.address + "/analysis?name=residual&record=release:RL-2&scatter=3");
	await says("is shorter than");
	await picture("cells");
	await page.goto(server.address + "/analysis?name=residual&record=release:RL-3");
	await says("no search effort is recorded");
	check(!(await page.textContent(".page")).includes("items are expected to be left"), "without effort a sentence and no number");
	await picture("no-effort");
	await page.emulateMedia({ colorScheme: "dark" });
	await page.setViewportSize({ width: 390, height: 844 });
	await page.goto(server.address + "/analysis?name=residual&record=release:RL-2");
	await says("One further pass alike");
	check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling on a phone");
	await picture("phone-dark");
	await clean("on a phone, dark");
	check(!problems.filter((p) => !/40[09]|422/.test(p)).length, "no errors", problems.join("; "));
	check(!strangers.size, "nothing is asked of others", [...strangers].join(" "));
} finally {
	await close();
	server.stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
