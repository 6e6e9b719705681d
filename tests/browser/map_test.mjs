// The map in a real browser:  node tests/browser/map_test.mjs SAFELANE FILE.gpkg [FOLDER]
// measures, writes coordinates, moves the time, switches layers and base maps, resizes the panel, all with pointer and
// keyboard, and compares what the page says with what the server says.  Pictures go to FOLDER.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PMTiles } from "pmtiles";
import { addUser, browse, check, counts, drawn, serve } from "./kit.mjs";

const [safelane, file, folder] = process.argv.slice(2);
if (!file) {
	console.error("usage: node tests/browser/map_test.mjs SAFELANE FILE.gpkg [FOLDER]");
	process.exit(2);
}
if (folder) mkdirSync(folder, { recursive: true });
const here = new URL(".", import.meta.url).pathname;
const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const ask = (args, lines) => execFileSync(safelane, ["coord", ...args], { input: lines.join("\n") + "\n" }).toString().trim().split("\n");
const run = (program, args) => execFileSync(program, args, { stdio: ["ignore", "pipe", "ignore"] }).toString();

/* ---- base maps, made by GDAL, and PMTiles of them ---- */
const folderOfMaps = file + ".maps";
mkdirSync(folderOfMaps, { recursive: true });
const work = dirname(file);
const layers = {
	roads: [["LineString", [[78, -15], [83, -13], [89, -10]]], ["LineString", [[80, -10], [84, -16]]]],
	water: [["Polygon", [[[81, -12], [83, -12], [84, -13], [82, -14], [81, -12]]]]],
	towns: [["Point", [82.5, -13.5]], ["Point", [85.5, -11.5]]],
};
for (const [name, shapes] of Object.entries(layers)) {
	writeFileSync(join(work, name + ".geojson"), JSON.stringify({ type: "FeatureCollection", features: shapes.map(([type, coordinates], i) => ({ type: "Feature", properties: { name: `${name} ${i}` }, geometry: { type, coordinates } })) }));
	run("ogr2ogr", ["-f", "GPKG", ...(name === "roads" ? [] : ["-update"]), "-nln", name, join(work, "base.gpkg"), join(work, name + ".geojson")]);
}
const maps = (name) => join(folderOfMaps, name);
run("ogr2ogr", ["-f", "MVT", maps("vector.mbtiles"), join(work, "base.gpkg"), "-dsco", "MINZOOM=0", "-dsco", "MAXZOOM=8", "-dsco", "NAME=Roads"]);
run("gdal_create", ["-of", "GTiff", "-outsize", "800", "600", "-bands", "3", "-burn", "210 225 200", "-a_srs", "EPSG:4326", "-a_ullr", "78", "-10", "89", "-16", join(work, "raster.tif")]);
run("gdal_translate", ["-q", "-of", "MBTILES", join(work, "raster.tif"), maps("raster.mbtiles")]);
run("gdaladdo", ["-q", maps("raster.mbtiles"), "2", "4"]);
const nTiles = Number(run("python3", [join(here, "pmtiles.py"), maps("vector.mbtiles"), maps("vector.pmtiles")]));
run("python3", [join(here, "pmtiles.py"), maps("raster.mbtiles"), maps("raster.pmtiles"), "none"]);
writeFileSync(maps("junk.mbtiles"), "no database");
writeFileSync(maps("junk.pmtiles"), "PMTiles\x03 and nothing more");

const token = addUser(safelane, file, "Mira", "reader");
const { address, stop } = await serve(safelane, file);
const fetched = (path, headers = {}) => fetch(address + path, { headers: { Authorization: "Bearer " + token, ...headers } });
const json = async (path) => (await fetched(path)).json();

/* ---- the parts, without a browser ---- */
async function parts() {
	const geodesic = require("geographiclib-geodesic");

	// The page's own module, which finds the npm part elsewhere in the binary.  Any point of the earth that UTM has, from a generator that always gives the same.
	let seed = 7;
	const any = () => ((seed = (seed * 48271) % 2147483647) - 1) / 2147483646;
	const points = [[13.5, 102.7], [0, 0], [-0.00001, 179.99999], [60.4, 5.3], [78.2, 15.6], [72, 9], [83.99, -179.99], [-79.89, 12]];
	for (let i = 0; i < 3000; i++) points.push([Number((-79.8 + 163.7 * any()).toFixed(7)), Number((-180 + 360 * any()).toFixed(7))]);
	const lines = points.map(([lat, lon]) => `${lat} ${lon}`);
	const text = readFileSync(new URL("../../web/coordinates.js", import.meta.url), "utf8").replace("./foreign/geodesy/mgrs.js", require.resolve("geodesy/mgrs.js"));
	writeFileSync(join(work, "coordinates.mjs"), text);
	const { areaOf, lengthOf, write } = await import(join(work, "coordinates.mjs"));
	for (const notation of ["dd", "dms", "utm", "mgrs"]) {
		const theirs = ask(["--to", notation], lines);
		const wrong = [];
		for (let i = 0; i < points.length; i++) {
			const ours = await write(points[i][0], points[i][1], notation, true);
			// Half a millimetre may round to either side.
			const near = notation === "utm" && ours.split(" ").every((x, k) => (k ? Math.abs(x - theirs[i].split(" ")[k]) < 0.0015 : x === theirs[i].split(" ")[k]));
			if (ours !== theirs[i] && !near) wrong.push(`${lines[i]}: ${ours}, not ${theirs[i]}`);
		}
		check(!wrong.length, `coordinates in ${notation.toUpperCase()} are the server's, ${points.length} points`, `${wrong.length} differ: ${wrong.slice(0, 3).join("; ")}`);
	}
	// What the page writes, the search reads back.
	for (const notation of ["dd", "dms", "utm", "mgrs"]) {
		const written = await write(13.5, 102.7, notation);
		const hit = (await json("/api/search?q=" + encodeURIComponent(written))).results.find((x) => x.what === "position");
		check(hit && Math.abs(hit.lat - 13.5) < 2e-5 && Math.abs(hit.lon - 102.7) < 2e-5, `search reads ${notation.toUpperCase()} as the page writes it`, `${written}: ${JSON.stringify(hit)}`);
	}
	const shapes = [[[0, 0], [1, 1]], [[84, -12], [84.1, -12.3], [83.7, -12.4]], [[179.5, 60], [-179.5, 61], [179.9, 62]], [[10, 0], [10.001, 0.001], [10.002, -0.001]], [[-70, -40], [-60, -41], [-65, -50], [-72, -45]]];
	const flat = shapes.map((s) => s.map(([lon, lat]) => `${lat} ${lon}`).join(" "));
	const off = (a, b) => Math.abs(a - b) / b;
	const far = ask(["--distance"], flat).map((x, i) => off(lengthOf(geodesic, shapes[i]), Number(x.split(" ")[0])));
	check(far.every((x) => x < 1e-6), "lengths are the server's", far.join(" "));
	const wide = ask(["--area"], flat.slice(1)).map((x, i) => off(areaOf(geodesic, shapes[i + 1]), Math.abs(Number(x.split(" ")[0]))));
	check(wide.every((x) => x < 1e-6), "areas are the server's", wide.join(" "));
}

/* ---- base maps as they are served ---- */
async function served() {
	const { basemaps } = await json("/api/basemaps");
	const by = Object.fromEntries(basemaps.map((m) => [m.id, m]));
	check(basemaps.length === 6 && by["junk.mbtiles"].problem && by["junk.pmtiles"].problem, "base maps are listed, unsound ones with what is wrong", JSON.stringify(basemaps));
	check(!JSON.stringify(basemaps).includes(work), "no path of the server is told", JSON.stringify(basemaps));
	const { type, minzoom, maxzoom, vector_layers: names } = by["vector.pmtiles"];
	check(type === "vector" && minzoom === 0 && maxzoom === 8 && names.join() === by["vector.mbtiles"].vector_layers.join() && names.includes("water"), "a PMTiles says of itself what the MBTiles does", JSON.stringify(by["vector.pmtiles"]));
	// Every tile: what SQLite, the npm reader of PMTiles and our server give is the same.
	const source = { getKey: () => "file", getBytes: async (at, n) => ({ data: new Uint8Array(readFileSync(maps("vector.pmtiles"))).slice(at, at + n).buffer }) };
	const reader = new PMTiles(source);
	const wrong = [];
	let n = 0;
	const listed = run("python3", ["-c", "import sqlite3,sys\nfor z,x,y in sqlite3.connect(sys.argv[1]).execute('SELECT zoom_level,tile_column,tile_row FROM tiles'): print(z,x,(1<<z)-1-y)", maps("vector.mbtiles")]);
	const all = listed.trim().split("\n").map((x) => x.split(" ").map(Number));
	for (let z = 0; z <= 4; z++) for (let x = 0; x < 2 ** z; x++) for (let y = 0; y < 2 ** z; y++) if (!all.some((t) => t.join() === [z, x, y].join())) all.push([z, x, y]);
	for (const [z, x, y] of all) {
		const want = await reader.getZxy(z, x, y);
		const answers = await Promise.all(["vector.pmtiles", "vector.mbtiles"].map((m) => fetched(`/basemaps/${m}/${z}/${x}/${y}`)));
		const bytes = await Promise.all(answers.map((a) => a.arrayBuffer().then((b) => Buffer.from(b))));
		if (want) n++;
		if (answers.some((a) => a.status !== (want ? 200 : 204)) || (want && bytes.some((b) => !b.equals(Buffer.from(want.data))))) wrong.push(`${z}/${x}/${y} ${answers.map((a) => a.status)}`);
	}
	check(!wrong.length && n === nTiles, "every tile of MBTiles and PMTiles comes as the npm reader has it", `${n} of ${nTiles}; ${wrong.slice(0, 5)}`);
	const raster = await Promise.all(["raster.mbtiles", "raster.pmtiles"].map((m) => fetched(`/basemaps/${m}/6/45/34`)));
	check(raster.every((a) => a.status === 200 && a.headers.get("content-type") === "image/png"), "raster tiles are images", raster.map((a) => a.status + " " + a.headers.get("content-type")).join());
	const tricks = ["../t.gpkg", "..%2Ft.gpkg", "junk.mbtiles", "vector.mbtiles%00", ".", "%2Fetc%2Fpasswd"];
	const said = await Promise.all(tricks.map(async (x) => (await fetched(`/basemaps/${x}/0/0/0`)).status));
	check(said.every((s) => s >= 400), "no other file is reached by tricks with names", said.join());
	const strange = await Promise.all(["0/1/0", "30/0/0", "2/4/4", "-1/0/0", "1/x/0", "99999999999/0/0"].map(async (x) => (await fetched("/basemaps/vector.pmtiles/" + x)).status));
	check(strange.every((s) => s === 204 || s === 404), "tiles that cannot be are not there", strange.join());
	check((await fetch(address + "/api/basemaps")).status === 401 && (await fetch(address + "/basemaps/vector.mbtiles/0/0/0")).status === 401, "who has not signed in sees no base map");
}

try {
	await parts();
	await served();
	const { open, problems, strangers, close, browser } = await browse(address, "Mira", { permissions: ["clipboard-read", "clipboard-write"] });
	try {
		const page = await open();
		await page.addInitScript(() => localStorage.getItem("language") ?? localStorage.setItem("language", "en"));
		const go = async (path) => {
			await page.evaluate(() => delete document.body.dataset.drawn).catch(() => {});
			await page.goto(address + path);
			await drawn(page);
		};
		const programme = await json("/api/programme");
		const where = (await json("/api/why?cell=" + encodeURIComponent("stock.CHA?as_of=" + programme.today))).parts[0];
		const middle = async (dx = 0, dy = 0) => {
			// What arrives late moves the map on the page: its place is taken once it stands still.
			let box = await page.locator(".map canvas").boundingBox();
			for (let before = null; JSON.stringify(before) !== JSON.stringify(box);) {
				await page.waitForTimeout(150);
				before = box;
				box = await page.locator(".map canvas").boundingBox();
			}
			return [box.x + box.width / 2 + dx, box.y + box.height / 2 + dy];
		};
		const clean = async (name) => {
			await page.evaluate(axe);
			const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
			check(!found.violations.length, `${name} is accessible`, found.violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`).join(" | "));
		};

		/* three dates, from tiles */
		const asked = [];
		page.on("request", (r) => /\/tiles\/land\/\d/.test(r.url()) && asked.push(r.url()));
		const pictures = [];
		for (const day of ["2008-06-30", "2016-06-30", programme.today]) {
			asked.length = 0;
			await go(`/map?as-of=${day}`);
			check(asked.length && asked.every((u) => u.endsWith("as-of=" + day)), `the land of ${day} comes from tiles of that day`, asked.slice(0, 2).join());
			const picture = await page.locator(".map canvas").screenshot();
			check(pictures.every((p) => !p.equals(picture)), `the land of ${day} is another picture`);
			pictures.push(picture);
			if (folder) await page.screenshot({ path: join(folder, `map-${day}.png`) });
		}
		await go("/map");
		asked.length = 0;
		await page.focus("#time");
		await page.keyboard.press("PageDown");
		await page.waitForFunction(() => /as-of=/.test(location.search));
		await page.waitForTimeout(1000);
		const day = await page.evaluate(() => new URLSearchParams(location.search).get("as-of"));
		check(asked.length && asked.at(-1).endsWith("as-of=" + day), "a key on the slider redraws from tiles of its date", asked.at(-1));
		check(await page.evaluate(() => document.querySelector(".legend caption").textContent.length > 0 && [...document.querySelectorAll(".legend tbody")].at(-1).hidden), "at another date the status of today is not claimed");

		/* measuring */
		await go(`/map?at=12/${where.lat}/${where.lon}`);
		await page.click("button.measure");
		await page.waitForSelector(".measured");
		const corners = [];
		for (const [dx, dy] of [[0, -150], [200, 100], [-60, 120]]) {
			await page.mouse.click(...(await middle(dx, dy)));
			await page.waitForTimeout(150);
			corners.push([dx, dy]);
		}
		check(/3 points/.test(await page.innerText(".measured")), "three clicks measure a way", await page.innerText(".measured"));
		// Where the clicks were, by Web Mercator from the middle of the map; then the server's own measure of it.
		const at = await page.evaluate(() => new URLSearchParams(location.search).get("at").split("/").map(Number));
		const scale = 512 * 2 ** at[0];
		const y0 = scale * (0.5 - Math.log(Math.tan(Math.PI / 4 + (at[1] * Math.PI) / 360)) / (2 * Math.PI));
		const degrees = corners.map(([dx, dy]) => [(360 / Math.PI) * Math.atan(Math.exp(Math.PI * (1 - (2 * (y0 + dy)) / scale))) - 90, at[2] + (dx * 360) / scale]);
		const [want] = ask(["--area"], [degrees.map((p) => p.join(" ")).join(" ")]).map((x) => Math.abs(Number(x.split(" ")[0])));
		await page.click("[data-id=measure-close]");
		const shown = Number((await page.innerText(".measured")).split("m²")[0].replace(/\D/g, ""));
		check(Math.abs(shown - want) / want < 1e-3, "the area that is closed is the server's to a thousandth", `${shown}, not ${want}`);
		await clean("measuring");
		if (folder) await page.screenshot({ path: join(folder, "map-measure.png") });
		await page.keyboard.press("Escape");
		check(!(await page.$(".measured")), "Escape ends measuring");

		/* the same by keyboard alone */
		await page.focus("button.measure");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".measured");
		for (const key of ["Enter", "ArrowRight", "Enter", "ArrowDown", "Enter"]) {
			await page.keyboard.press(key);
			await page.waitForTimeout(600);
		}
		check(/3 points/.test(await page.innerText(".measured")), "arrows and Enter measure, too", await page.innerText(".measured"));
		await page.keyboard.press("Backspace");
		check(/2 points/.test(await page.innerText(".measured")), "Backspace takes a point back", await page.innerText(".measured"));
		await page.keyboard.press("Escape");

		/* coordinates */
		await go(`/map?at=14/${where.lat}/${where.lon}`);
		await page.selectOption("select[name=notation]", "mgrs");
		await page.mouse.move(...(await middle()));
		await page.waitForFunction(() => /^\d+[A-Z] [A-Z]{2} /.test(document.querySelector(".pointer").textContent));
		await page.mouse.click(...(await middle()));
		await page.waitForFunction(() => /^\d+[A-Z] [A-Z]{2} /.test(document.querySelector(".position bdi")?.textContent));
		await page.click(".position button");
		await page.waitForFunction(() => document.querySelector(".position [role=status]").textContent);
		const copied = await page.evaluate(() => navigator.clipboard.readText());
		const [lat, lon] = ask([], [copied])[0].split(" ").map(Number);
		check(Math.abs(lat - where.lat) < 1e-4 && Math.abs(lon - where.lon) < 1e-4, "the spot clicked is copied in MGRS", `${copied} is ${lat} ${lon}, not ${where.lat} ${where.lon}`);
		await page.reload();
		await drawn(page);
		check((await page.inputValue("select[name=notation]")) === "mgrs", "the notation is kept");
		await page.focus(".map canvas");
		await page.keyboard.press("Enter");
		await page.waitForSelector(".panel .hits a");
		check((await page.innerText(".panel .hits")).includes(where.records[0].id), "Enter asks what is at the middle of the map", await page.innerText(".panel"));

		/* layers */
		for (const kind of ["accident", "ordnance", "task", "place"]) {
			const came = page.waitForResponse((r) => r.url().includes(`/tiles/${kind}/`));
			await page.check(`input[value=${kind}]`);
			check((await came).status() < 300, `the layer ${kind} asks for its tiles`);
		}
		await go("/map?layers=land,status,accident,ordnance,task,place");
		check((await page.isChecked("input[value=task]")) && (await page.isChecked("input[value=place]")), "layers are in the address");
		await page.waitForTimeout(500);
		if (folder) await page.screenshot({ path: join(folder, "map-layers.png") });

		/* base maps */
		for (const name of ["vector.mbtiles", "raster.mbtiles", "vector.pmtiles", "raster.pmtiles"]) {
			await page.waitForSelector(`#base-map option[value="${name}"]`, { state: "attached" });
			const before = await page.locator(".map canvas").screenshot();
			const came = page.waitForResponse((r) => r.url().includes(`/basemaps/${name}/`) && r.status() === 200);
			await page.selectOption("#base-map", name);
			await came;
			await page.waitForTimeout(800);
			check(!(await page.locator(".map canvas").screenshot()).equals(before), `${name} is drawn`);
			if (folder) await page.screenshot({ path: join(folder, `map-${name}.png`) });
		}
		check((await page.innerText(".maplibregl-ctrl-attrib")).includes("raster"), "who made the base map is said");
		await go("/map");
		check((await page.inputValue("#base-map")) === "raster.pmtiles", "the base map is kept");
		await page.selectOption("#base-map", "countries");

		/* the panel */
		const width = () => page.locator(".panel").evaluate((x) => x.getBoundingClientRect().width);
		const first = await width();
		await page.focus(".divider");
		await page.keyboard.press("ArrowLeft");
		await page.keyboard.press("ArrowLeft");
		check((await width()) === first + 64, "the panel is widened by keys", await width());
		const divider = await page.locator(".divider").boundingBox();
		await page.mouse.move(divider.x + 4, divider.y + 200);
		await page.mouse.down();
		await page.mouse.move(divider.x - 96, divider.y + 200, { steps: 4 });
		await page.mouse.up();
		const wide = await width();
		check(Math.abs(wide - first - 164) < 12, "and by the pointer", `${first} to ${wide}`);
		await go("/map");
		check((await width()) === wide, "its width is kept");
		await clean("the map");

		/* a phone */
		await page.setViewportSize({ width: 390, height: 844 });
		await go(`/map?at=14/${where.lat}/${where.lon}`);
		const sheet = () => page.locator(".panel").evaluate((x) => x.getBoundingClientRect().height);
		const low = await sheet();
		await page.mouse.click(...(await middle()));
		await page.waitForSelector(".panel .hits a");
		check(low < 60 && (await sheet()) > 200, "on a phone the sheet opens for what was touched", `${low} to ${await sheet()}`);
		if (folder) await page.screenshot({ path: join(folder, "map-phone.png") });
		await page.click(".divider");
		check((await sheet()) < 60, "and is put away by a touch on its handle", await sheet());
		const small = await page.evaluate(() => [...document.querySelectorAll(".strip button, .strip select, .time button, .divider, .legend summary")].map((x) => [x.className || x.tagName, x.getBoundingClientRect()])
			.filter(([name, b]) => b.height && (b.height < (name === "divider" ? 20 : 44) || b.width < 44)).map(([name, b]) => `${name} ${b.width}x${b.height}`));
		check(!small.length, "what is touched on a phone is large enough", small.join());
		await clean("the map on a phone");
		/* what each page weighs, as it comes over the wire and, of our own code, as it is read */
		await page.setViewportSize({ width: 1366, height: 768 });
		for (const view of ["map", "records/hazard", "review", "account", "findings", "ask", "settings"]) {
			const fresh = await open();
			const parts = [];
			fresh.on("response", (r) => r.status() === 200 && /\/assets\//.test(r.url()) && !/countries-50m/.test(r.url()) && parts.push(r));
			const cdp = await browser.newCDPSession(fresh);
			await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
			await fresh.goto(`${address}/${view}`);
			await fresh.waitForSelector("body[data-ready]");
			if (view === "map") await drawn(fresh);
			let all = 0;
			let own = 0;
			for (const r of parts) {
				all += (await r.request().sizes()).responseBodySize;
				if (!/\/(foreign|dictionary)\//.test(r.url())) own += (await r.body()).length;
			}
			check(own > 20_000 && own < 120_000 && all < 600_000, `/${view} is light: our code under 120 kB, all under 600 kB before the map's data`, `${own} and ${all} bytes`);
			await fresh.close();
		}
		check(!problems.length, "nothing went wrong in the pages", [...new Set(problems)].join(" | "));
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
