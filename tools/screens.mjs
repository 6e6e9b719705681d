// Small pictures of the pages for docs/screens:  node tools/screens.mjs SAFELANE FILE.gpkg [FOLDER [all]]
// The map at three dates, and the pages in those of light, dark, Arabic, Khmer and a phone's width that show something
// (with `all`, in each), as WebP of at most 60 kB, with a page that shows them.
// FILE is served; a user "Screens" is added to it.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addUser, browse, drawn, serve } from "../tests/browser/kit.mjs";

const MOST = 60_000;
const [safelane, file, folder = "docs/screens", which] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tools/screens.mjs SAFELANE FILE.gpkg [FOLDER [all]]");
	process.exit(2);
}
const token = addUser(safelane, file, "Screens", "officer");
const { address, stop } = await serve(safelane, file);
const json = async (path) => (await fetch(address + path, { headers: { Authorization: "Bearer " + token } })).json();
const programme = await json("/api/programme");
const hazard = (await json("/api/records/hazard?limit=1&geometry_kind=POLYGON")).records[0];
const where = (await json("/api/why?cell=" + encodeURIComponent("stock.CHA?as_of=" + programme.today))).parts[0];
const years = [Number(programme.first.slice(0, 4)) + 4, Math.round((Number(programme.first.slice(0, 4)) + 4 + Number(programme.today.slice(0, 4))) / 2)];
const looks = { light: {}, dark: { colorScheme: "dark" }, arabic: { language: "ar" }, khmer: { language: "km" }, phone: { width: 390, height: 844 } };
const views = {
	map: "/map", "map-near": `/map?at=14.5/${where.lat}/${where.lon}`, records: "/records/hazard", record: "/records/hazard/" + encodeURIComponent(hazard.id), review: "/review",
	account: "/account", why: "/why?cell=" + encodeURIComponent("flow.cleared?as_of=" + programme.today), findings: "/findings", ask: `/ask?at=${where.lat}+${where.lon}`, settings: "/settings",
};
const chosen = {
	map: "light dark arabic phone", "map-near": "light", records: "light khmer", record: "light phone", review: "light dark phone",
	account: "light arabic", why: "light", findings: "light phone", ask: "light arabic phone", settings: "dark",
};
const pictures = [...years.map((y) => [`map-${y}`, `/map?as-of=${y}-12-31`, "light"]),
	...Object.entries(views).flatMap(([name, path]) => (which === "all" ? Object.keys(looks) : chosen[name].split(" ")).map((look) => [`${name}-${look}`, path, look]))];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { open, close } = await browse(address, "Screens");
let total = 0;
try {
	const page = await open();
	const paper = await open(); // where pictures are made small
	for (const [name, path, look] of pictures) {
		const { width = 1366, height = 768, colorScheme = "light", language = "en" } = looks[look];
		await page.setViewportSize({ width, height });
		await page.emulateMedia({ colorScheme });
		await page.goto(address + "/health");
		await page.evaluate((code) => (document.cookie = `language=${code}; Path=/`), language);
		await page.goto(address + path);
		await page.waitForSelector("body[data-ready]", { timeout: 30000 });
		if (path.startsWith("/map")) await drawn(page);
		await page.waitForTimeout(/^\/(ask|review|records\/)/.test(path) ? 2500 : 500);
		const shot = (await page.screenshot()).toString("base64");
		const bytes = await paper.evaluate(async ([png, most]) => {
			const image = new Image();
			image.src = "data:image/png;base64," + png;
			await image.decode();
			const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
			canvas.getContext("2d").drawImage(image, 0, 0);
			for (const quality of [0.85, 0.7, 0.55, 0.4, 0.25, 0.1]) {
				const text = canvas.toDataURL("image/webp", quality).split(",")[1];
				if (text.length * 0.75 <= most) return text;
			}
			throw new Error("the picture does not become small enough");
		}, [shot, MOST]);
		const small = Buffer.from(bytes, "base64");
		writeFileSync(join(folder, name + ".webp"), small);
		total += small.length;
		console.log(`${name}.webp ${small.length}`);
	}
} finally {
	await close();
	stop();
}
const title = (name) => name[0].toUpperCase() + name.slice(1).replace(/-(\w+)$/, ", $1").replace("-", " ").replace(/^Map, (\d+)/, "Map, at the end of $1");
writeFileSync(join(folder, "README.md"), `# The pages

The training programme of a fictional country, as \`safelane serve\` shows it; made by \`tools/screens.mjs\`.

${pictures.map(([name]) => `## ${title(name)}\n\n![${title(name)}](${name}.webp)\n`).join("\n")}`);
console.log(`${pictures.length} pictures, ${total} bytes`);
