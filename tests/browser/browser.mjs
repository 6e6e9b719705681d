// What tests of pages share: a server, a browser, people who sign in, what is wrong counted.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const password = "a long password";

export class Walk {
	passed = 0;
	failed = 0;
	problems = [];
	strangers = new Set();

	constructor(safelane, file, folder) {
		Object.assign(this, { safelane, file, folder });
		if (folder) mkdirSync(folder, { recursive: true });
		this.profile = mkdtempSync(join(tmpdir(), "safelane-walk-"));
	}
	check(good, name, why = "") {
		if (good) this.passed++;
		else this.failed++;
		console.log(good ? `ok   ${name}` : `FAIL ${name}: ${why}`);
		return good;
	}
	add(name, role, ...more) {
		execFileSync(this.safelane, ["user", this.file, "add", name, "--role", role, ...more], { input: password + "\n" });
	}
	token(name, scope) {
		return execFileSync(this.safelane, ["user", this.file, "token", name, "--scope", scope]).toString().match(/slt_\S+/)[0];
	}
	// The server says its address when it is ready.
	async start() {
		this.child = spawn(this.safelane, ["serve", this.file, "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
		this.address = await new Promise((ready, fail) => {
			let said = "";
			const hear = (bytes) => {
				said += bytes;
				const address = said.match(/http:\/\/127\.0\.0\.1:\d+/);
				if (address) ready(address[0]);
			};
			this.child.stdout.on("data", hear);
			this.child.stderr.on("data", hear);
			this.child.on("exit", () => fail(new Error("the server ended: " + said)));
		});
		this.browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
			args: ["--headless", "--no-sandbox", "--use-angle=swiftshader", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--disable-quic"] });
	}
	// Somebody's own browser.
	async person(options = {}) {
		const context = await this.browser.newContext({ viewport: { width: 1366, height: 768 }, ...options });
		const page = await context.newPage();
		await context.addCookies([{ name: "language", value: options.language ?? "en", url: this.address }]);
		page.on("console", (m) => ["error", "warning"].includes(m.type()) && !/GPU stall|WebGL.*swiftshader|status of 40[1349]/i.test(m.text()) && this.problems.push(m.text()));
		page.on("pageerror", (e) => this.problems.push(String(e)));
		page.on("request", (r) => {
			if (!r.url().startsWith(this.address) && !/^(blob|data):/.test(r.url())) this.strangers.add(r.url());
		});
		return page;
	}
	// With the keyboard alone.
	async signIn(page, name) {
		await page.goto(this.address + "/sign-in");
		await page.focus("input[name=name]");
		await page.keyboard.type(name);
		await page.keyboard.press("Tab");
		await page.keyboard.type(password);
		await page.keyboard.press("Enter");
		await page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
	}
	async open(page, path) {
		await page.evaluate(() => delete document.body.dataset.ready).catch(() => {});
		await page.goto(this.address + path);
		await page.waitForSelector("body[data-ready]", { timeout: 20000 });
	}
	async accessible(page, name) {
		const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
		this.check(wide <= 0, `${name} fits the window`, `${wide} px too wide`);
		await page.evaluate(axe);
		const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
		this.check(!found.violations.length, `${name} is accessible`, found.violations.map((v) => `${v.id} ${v.nodes[0].html.slice(0, 160)} ${v.nodes[0].failureSummary}`).join(" | "));
		if (this.folder) await page.screenshot({ path: join(this.folder, name.replaceAll(/\W+/g, "-") + ".png") });
	}
	async end() {
		this.check(!this.problems.length, "the console says nothing", this.problems.slice(0, 5).join(" | "));
		this.check(!this.strangers.size, "no request leaves the origin", [...this.strangers].join(" "));
		await this.browser.close();
		this.child.removeAllListeners("exit");
		this.child.kill("SIGTERM");
		rmSync(this.profile, { recursive: true, force: true });
		console.log(`${this.passed} passed, ${this.failed} failed`);
		process.exit(this.failed ? 1 : 0);
	}
}
