// How long a form of 300 questions takes to open on a slow machine:
//   node bench/long_form.mjs SAFELANE FOLDER [ROUNDS] [THROTTLE]
// Makes a programme in FOLDER with the forms of tests/browser/entry_forms.py, serves it on loopback and opens the form in
// Chromium again and again, in two ways:
//   first visit   a clerk who has signed in on a new device comes straight to the form: nothing is kept, nothing is compiled
//   second day    the page is kept by its worker, and the form was opened before, for long enough that the browser kept what
//                 it compiled (it does so some seconds after the second time)
// Times are from the start of the navigation, rounds of both in turn:
//   first   the first questions, which fill the window, are drawn and can be answered
//   last    all of them are
// elapsed with the processor slowed down (CDP Emulation.setCPUThrottlingRate), and, not slowed down, what the page's thread
// used of a core (Performance, timeDomain threadTicks): that one tells little of what else the machine does.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { addUser, browse, serve } from "../tests/browser/kit.mjs";

const [safelane, folder, rounds = "9", rate = "4"] = process.argv.slice(2);
if (!folder) {
	console.error("usage: node bench/long_form.mjs SAFELANE FOLDER [ROUNDS] [THROTTLE]");
	process.exit(2);
}
const file = join(folder, `long-form-${process.pid}.gpkg`);
execFileSync(safelane, ["init", file, "--country", "ZZZ"]);
execFileSync("/usr/bin/python3", [new URL("../tests/browser/entry_forms.py", import.meta.url).pathname, safelane, file, join(folder, "forms")]);
addUser(safelane, file, "Clerk", "data-entry");
const { address, stop } = await serve(safelane, file);

async function round({ browser, open }, slow) {
	const page = await open();
	await page.addInitScript(() => {
		const when = (n, name) => requestAnimationFrame(() => (document.querySelectorAll(".question-container").length >= n ? requestAnimationFrame(() => (window[name] = performance.now())) : when(n, name)));
		when(6, "first");
		when(290, "last");
	});
	const tools = await browser.newCDPSession(page);
	if (slow) await tools.send("Emulation.setCPUThrottlingRate", { rate: Number(rate) });
	else await tools.send("Performance.enable", { timeDomain: "threadTicks" });
	const used = async () => (slow ? 0 : (await tools.send("Performance.getMetrics")).metrics.find((x) => x.name === "TaskDuration").value * 1000);
	await page.goto(address + "/enter/long", { waitUntil: "commit" });
	const at = {};
	for (const name of ["first", "last"]) {
		await page.waitForFunction((x) => window[x], name, { polling: 5, timeout: 120000 });
		at[name] = slow ? await page.evaluate((x) => window[x], name) : await used();
	}
	await page.close();
	return at;
}

const known = await browse(address, "Clerk");
try {
	for (const path of ["/enter", "/enter/long", "/enter/long"]) {
		const page = await known.open();
		await page.goto(address + path);
		await page.waitForSelector("body[data-stays]");
		await page.waitForTimeout(10000);
		await page.close();
	}
	for (const [what, slow] of [["of a core", false], [`elapsed, slowed down ${rate} times`, true]]) {
		const all = { "first visit": [], "second day": [] };
		for (let i = 0; i < Number(rounds); i++) {
			const stranger = await browse(address, "Clerk");
			all["first visit"].push(await round(stranger, slow));
			await stranger.close();
			all["second day"].push(await round(known, slow));
		}
		for (const [visit, times] of Object.entries(all))
			for (const name of ["first", "last"]) {
				const sorted = times.map((x) => Math.round(x[name])).sort((a, b) => a - b);
				console.log(`${visit}, ${name}, ${what}: median ${sorted[sorted.length >> 1]} ms of ${sorted.join(", ")}`);
			}
	}
} finally {
	await known.close();
	stop();
}
