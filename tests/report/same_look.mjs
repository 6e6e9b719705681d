// A drawing looks the same in a browser and on paper: each NAME.svg of a folder painted by Chromium beside the NAME.png
// that cairo painted, both at a quarter of their size, so that the smoothing of letters does not count.
//   node tests/report/same_look.mjs FOLDER
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const folder = process.argv[2];
const names = readdirSync(folder).filter((x) => x.endsWith(".svg")).map((x) => x.slice(0, -4)).sort();
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await browser.newPage({ deviceScaleFactor: 2, viewport: { width: 700, height: 900 } });
const problems = [];
page.on("console", (m) => problems.push(m.text()));

async function different(name) {
	const svg = readFileSync(join(folder, `${name}.svg`), "utf8");
	await page.setContent(`<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:"><body>${svg}`);
	const shot = await page.locator("svg").screenshot({ animations: "disabled" });
	const pictures = [shot, readFileSync(join(folder, `${name}.png`))].map((x) => `data:image/png;base64,${x.toString("base64")}`);
	return page.evaluate(async ([a, b]) => {
		const load = (src) => new Promise((done) => Object.assign(new Image(), { src, onload() { done(this); } }));
		const [one, two] = [await load(a), await load(b)];
		const [w, h] = [Math.round(two.width / 4), Math.round(two.height / 4)];
		const pixels = (image) => {
			const context = Object.assign(document.createElement("canvas"), { width: w, height: h }).getContext("2d");
			context.imageSmoothingQuality = "high";
			context.drawImage(image, 0, 0, image.width, image.height, 0, 0, w, h);
			return context.getImageData(0, 0, w, h).data;
		};
		const [p, q] = [pixels(one), pixels(two)];
		let off = 0;
		for (let i = 0; i < p.length; i += 4) if (Math.max(Math.abs(p[i] - q[i]), Math.abs(p[i + 1] - q[i + 1]), Math.abs(p[i + 2] - q[i + 2])) > 56) off++;
		return { size: [one.width, one.height, two.width, two.height], share: off / (p.length / 4) };
	}, pictures);
}

let worst = 0;
for (const name of names) {
	const { size, share } = await different(name);
	const same = Math.abs(size[0] - size[2]) <= 2 && Math.abs(size[1] - size[3]) <= 2 && share < 0.02;
	worst = Math.max(worst, share);
	console.log(same ? `ok   ${name}: the same in Chromium and cairo` : `FAIL ${name}: ${size.join(" ")}, ${(share * 100).toFixed(2)} % of it differ`);
}
console.log(problems.length ? `FAIL pages say: ${problems.slice(0, 3).join("; ")}` : "ok   no script, no style, nothing from elsewhere");
console.log(`${names.length} drawings looked at, at worst ${(worst * 100).toFixed(2)} % of one differ`);
await browser.close();
