// How long the first view of the map takes on a slow machine:
//   node bench/first_view.mjs SAFELANE FILE.gpkg [ROUNDS] [THROTTLE]
// Serves FILE on loopback, signs in, and opens /map in Chromium with nothing in its cache and its processor slowed
// down (CDP Emulation.setCPUThrottlingRate).  Times are from the start of the navigation:
//   slider   the time slider and the legend's switches can be used
//   land     the land in view is drawn for the first time (performance mark "land")
//   answers  a key on the slider is answered by tiles of another date being asked for
// and how much came over the wire.  The first round, which opens the ledger in the server, is told apart.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [safelane, file, rounds = "5", rate = "4"] = process.argv.slice(2);
if (!file) {
	console.error("usage: node bench/first_view.mjs SAFELANE FILE.gpkg [ROUNDS] [THROTTLE]");
	process.exit(2);
}
const name = "Bench " + Date.now();
execFileSync(safelane, ["user", file, "add", name, "--role", "reader"], { input: "a long password\n" });
const server = spawn(safelane, ["serve", file, "--listen", "127.0.0.1:0", "--log", "/dev/null"], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((ready) => {
	let said = "";
	server.stdout.on("data", (bytes) => {
		const found = (said += bytes).match(/http:\/\/127\.0\.0\.1:\d+/);
		if (found) ready(found[0]);
	});
});

async function round() {
	const profile = mkdtempSync(join(tmpdir(), "safelane-first-"));
	const browser = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 },
		args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"],
	});
	try {
		const page = await browser.newPage();
		await page.goto(address + "/sign-in");
		await page.evaluate(([n]) => fetch("/api/session", { method: "POST", headers: { "Content-Type": "application/json" },
			body: JSON.stringify({ name: n, password: "a long password" }) }), [name]);
		const cdp = await browser.newCDPSession(page);
		await cdp.send("Network.enable");
		await cdp.send("Network.clearBrowserCache");
		await cdp.send("Emulation.setCPUThrottlingRate", { rate: Number(rate) });
		let bytes = 0;
		cdp.on("Network.loadingFinished", (e) => (bytes += e.encodedDataLength));
		await page.goto(address + "/map", { waitUntil: "commit" });
		await page.waitForFunction(() => performance.getEntriesByName("land").length, null, { timeout: 60000, polling: 20 });
		const marks = await page.evaluate(() => Object.fromEntries(["slider", "land"].map((n) => [n, performance.getEntriesByName(n)[0]?.startTime])));
		const asked = page.waitForRequest((r) => /\/tiles\/land\/\d.*as-of=/.test(r.url()) && !r.url().endsWith(new Date().toISOString().slice(0, 10)));
		await page.focus("#time");
		const from = Date.now();
		await page.keyboard.press("PageDown");
		await asked;
		if (process.env.DETAIL)
			for (const r of await page.evaluate(() => [...performance.getEntriesByType("resource").map((x) => [Math.round(x.startTime), Math.round(x.responseEnd), x.encodedBodySize, x.name]),
				...performance.getEntriesByType("mark").map((x) => [Math.round(x.startTime), "", "", x.name])].sort((a, b) => a[0] - b[0])))
				console.log(r.join("\t"));
		return { ...marks, answers: Date.now() - from, kilobytes: bytes / 1000 };
	} finally {
		await browser.close();
		rmSync(profile, { recursive: true, force: true });
	}
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
try {
	const first = await round();
	console.log(`server just started: slider ${first.slider.toFixed(0)} ms, land ${first.land.toFixed(0)} ms`);
	const all = [];
	for (let i = 0; i < Number(rounds); i++) all.push(await round());
	for (const part of ["slider", "land", "answers", "kilobytes"]) {
		const values = all.map((x) => x[part]);
		console.log(`${part}: median ${median(values).toFixed(0)}, ${Math.min(...values).toFixed(0)}..${Math.max(...values).toFixed(0)}`);
	}
} finally {
	server.kill("SIGTERM");
}
