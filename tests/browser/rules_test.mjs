// What is wrong with a record stands on its page, for who may see what waits:  node rules_test.mjs SAFELANE FILE.gpkg [FOLDER]
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addUser, browse, check, counts, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/rules_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
writeFileSync(file + ".csv", "id,class,effective_date,contamination,depth_from_cm,depth_to_cm,marked,marking_date\n" +
	"RULE-1,SHA,2024-03-01,APM,30,10,no,2024-01-01\nRULE-2,SHA,2024-03-01,APM,10,30,yes,2024-01-01\n");
execFileSync(safelane, ["import", file, file + ".csv", "--kind", "hazard", "--approve"]);
addUser(safelane, file, "Ruth", "reviewer");
addUser(safelane, file, "Rosa", "reader");
const { address, stop } = await serve(safelane, file);
try {
	const ruth = await browse(address, "Ruth");
	try {
		const page = await ruth.open();
		await page.goto(address + "/records/hazard/RULE-1");
		await page.waitForSelector(".record .found-here");
		const said = await page.$$eval(".record .found-here li", (list) => list.map((li) => li.textContent));
		check(said.some((s) => /I14.*Not less than the depth it starts from/.test(s)) && said.some((s) => /I15.*Date of marking/.test(s)),
			"the record's page says which rules of its form it breaks", said.join("\n"));
		if (folder) await page.screenshot({ path: join(folder, "rules-record.png"), fullPage: true });
		await page.setViewportSize({ width: 390, height: 844 });
		check(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "it fits a phone");
		if (folder) await page.screenshot({ path: join(folder, "rules-phone.png"), fullPage: true });
		check(!ruth.problems.length && !ruth.strangers.size, "nothing went wrong", ruth.problems.join("; "));
	} finally {
		await ruth.close();
	}
	const rosa = await browse(address, "Rosa");
	try {
		const page = await rosa.open();
		await page.goto(address + "/records/hazard/RULE-1");
		await page.waitForSelector(".record .history li");
		await page.waitForLoadState("networkidle");
		check(!(await page.$(".record .found-here")), "a reader is not told");
		check(!rosa.problems.length, "and nothing went wrong", rosa.problems.join("; "));
	} finally {
		await rosa.close();
	}
} finally {
	stop();
}
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed ? 1 : 0);
