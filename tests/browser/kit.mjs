// What tests in a browser share: a server on a free port, a signed-in browser, and counting.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

export const counts = { passed: 0, failed: 0 };
export function check(good, name, why = "") {
	if (good) counts.passed++;
	else counts.failed++;
	console.log(good ? `ok   ${name}` : `FAIL ${name}: ${why}`);
}

export const password = "a long password";
export function addUser(safelane, file, name, role) {
	execFileSync(safelane, ["user", file, "add", name, "--role", role], { input: password + "\n" });
	return execFileSync(safelane, ["user", file, "token", name, "--scope", "read"]).toString().trim();
}

// The server says its address when it is ready.
export function serve(safelane, file) {
	const child = spawn(safelane, ["serve", file, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
	return new Promise((ready, fail) => {
		let said = "";
		const hear = (bytes) => {
			said += bytes;
			const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
			if (address) ready({ address: address[0], stop: () => (child.removeAllListeners("exit"), child.kill("SIGTERM")) });
		};
		child.stdout.on("data", hear);
		child.stderr.on("data", hear);
		child.on("exit", () => fail(new Error("the server ended: " + said)));
	});
}

// A browser in which `name` has signed in; what goes wrong in its pages gathers in `problems`, and addresses that are
// not ours in `strangers`.
export async function browse(address, name, options = {}) {
	const profile = mkdtempSync(join(tmpdir(), "safelane-browser-"));
	const browser = await chromium.launchPersistentContext(profile, {
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", viewport: { width: 1366, height: 768 },
		args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update",
			"--disable-sync", "--no-first-run", "--disable-quic"], ...options,
	});
	const problems = [];
	const strangers = new Set();
	const open = async () => {
		const page = await browser.newPage();
		page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/GPU stall|WebGL.*swiftshader|status of 40[134]/i.test(m.text()) && problems.push(m.text()));
		page.on("pageerror", (e) => problems.push(String(e)));
		page.on("request", (r) => {
			if (!r.url().startsWith(address) && !/^(blob|data):/.test(r.url())) strangers.add(r.url());
		});
		return page;
	};
	const door = await open();
	await door.goto(address + "/sign-in");
	await door.evaluate((body) => fetch("/api/session", { method: "POST", headers: { "Content-Type": "application/json" }, body }), JSON.stringify({ name, password }));
	await door.close();
	const close = async () => {
		await browser.close();
		rmSync(profile, { recursive: true, force: true });
	};
	return { browser, open, problems, strangers, close };
}

export const drawn = (page) => page.waitForSelector("body[data-drawn]", { timeout: 60000 });
