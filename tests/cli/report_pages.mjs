// The pages of a folder: valid (html-validate), accessible (axe-core), no wider than their window, nothing loaded and
// nothing run under the strictest content policy.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createRequire } from "node:module";
import { HtmlValidate } from "html-validate";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const folder = process.argv[2];
const pages = readdirSync(folder).filter((x) => x.endsWith(".html")).sort();
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const faults = [];
const validate = new HtmlValidate({ extends: ["html-validate:standard"], rules: { "no-inline-style": "error", "long-title": "off", "no-trailing-whitespace": "off" } });

for (const name of pages) {
	const report = await validate.validateFile(join(folder, name));
	for (const r of report.results) for (const m of r.messages) faults.push(`${name}:${m.line} ${m.ruleId} ${m.message}`);
}
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const context = await browser.newContext({ javaScriptEnabled: true });
for (const name of pages) {
	const page = await context.newPage();
	const asked = [];
	page.on("request", (r) => asked.push(r.url()));
	await page.goto("file://" + join(folder, name));
	if (asked.length > 1) faults.push(`${name} loads ${asked[1]}`);
	for (const width of [1240, 390]) {
		await page.setViewportSize({ width, height: 844 });
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		if (wide > 0) faults.push(`${name} is ${wide} pixels wider than a window of ${width}`);
	}
	await page.evaluate(axe);
	const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
	for (const v of violations) faults.push(`${name} axe ${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes[0].html.slice(0, 150)}`);
	await page.close();
}
await browser.close();
console.log(faults.slice(0, 25).join("\n"));
console.log(`${pages.length} pages, ${faults.length} faults`);
process.exitCode = faults.length || pages.length < 10 ? 1 : 0;
