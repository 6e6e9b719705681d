// The page of forms: it opens without a network, so it leans on nothing but itself and what is kept on this device.
import { fill, h } from "../dom.js";
import { assets, base, get, send as ask } from "../api.js";
import { language, languages, setLanguage, t } from "../text.js";
import { begin, know, news, state } from "./outbox.js";
import { read, write } from "./store.js";

const prefix = new URL(base).pathname.replace(/\/$/, "");
const bar = document.getElementById("bar");
const main = document.getElementById("main");
let programme = "";

async function signOut() {
	await ask("DELETE", "/api/session").catch(() => {});
	location.assign(base + "/sign-in");
}

function build() {
	const pick = h("select", { name: "language", "aria-label": t("language"), onchange: () => setLanguage(pick.value, true) },
		Object.entries(languages).map(([code, name]) => h("option", { value: code, lang: code, selected: code === language }, name)));
	const back = encodeURIComponent(location.pathname.slice(prefix.length) + location.search);
	const who = [state.person ? h("bdi", {}, state.person.name) : "", " ", state.over || !state.person ? h("a", { href: `${base}/sign-in?next=${back}` }, t("sign-in"))
		: h("button", { type: "button", class: "plain", onclick: signOut, disabled: !state.online }, t("sign-out"))];
	fill(bar, h("div", { class: "top" }, h("a", { class: "name", href: prefix + "/map" }, programme || "Safelane"),
		h("span", { class: "net", "data-online": String(state.online) }, t(state.online ? "enter-online" : "enter-offline")),
		h("span", { class: "person" }, pick, " ", who, " ", h("button", { type: "button", class: "plain", title: t("help") + " (?)", "aria-label": t("help"), onclick: showHelp }, "?"))),
	h("nav", { "aria-label": t("views") }, ["map", "records", "review", "enter", "account", "findings", "ask", "settings"].map((name) =>
		h("a", { href: `${prefix}/${name}`, "aria-current": name === "enter" ? "page" : null }, t(name)))));
}

async function showHelp() {
	(await import("../help.js")).help("enter");
}
addEventListener("keydown", (event) => {
	if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog, [contenteditable]")) return;
	event.preventDefault();
	showHelp();
});

// The page opens from this device from now on; said when it is true.
async function stay() {
	const note = document.getElementById("stays");
	const say = (key) => note && (note.textContent = t(key));
	if (!navigator.serviceWorker) return say("enter-insecure");
	navigator.storage?.persist?.();
	try {
		navigator.serviceWorker.addEventListener("message", (event) => event.data.ready && (document.body.dataset.stays = "1", say("enter-stays")));
		await navigator.serviceWorker.register(base + "/enter-worker.js", { scope: prefix + "/enter", updateViaCache: "none" });
		const { active } = await navigator.serviceWorker.ready;
		const ask = () => active.postMessage({ keep: performance.getEntriesByType("resource").map((x) => x.name).filter((x) => x.startsWith(assets)) });
		ask();
		setTimeout(ask, 5000);
	} catch (error) {
		say("enter-insecure");
		console.info(error);
	}
}

async function show() {
	const path = decodeURIComponent(location.pathname.slice(prefix.length));
	const place = h("section", { class: "page enter" });
	fill(main, place);
	const parameters = new URLSearchParams(location.search);
	const form = path.split("/")[2];
	try {
		if (form || parameters.has("edit")) await (await import("./fill.js")).show(place, { form, parameters, prefix });
		else await (await import("./list.js")).show(place, { prefix });
	} catch (error) {
		const unsigned = error.status === 401 || (state.online && !state.person);
		fill(place, h("h1", {}, t("enter")), h("p", { class: "problem", role: "alert" }, unsigned ? t("enter-sign-in") : error.status === 403 ? t("enter-not-yours") : error.message),
			h("p", {}, unsigned ? h("a", { href: `${base}/sign-in?next=${encodeURIComponent("/enter")}` }, t("sign-in")) : h("a", { href: prefix + "/enter" }, t("enter"))));
		if (!error.status) console.info(error);
	}
	document.title = `${place.querySelector("h1")?.textContent ?? t("enter")} · ${programme || "Safelane"}`;
	document.body.dataset.ready = "1";
}

async function start() {
	globalThis.webFormsWord = t; // what web-forms says itself (tools/web_forms/words.js)
	// Where a form is asked for, its engine is read while the server is asked who we are.
	if (/\/enter\/.|[?&]edit=/.test(location.href)) Promise.all([import("../foreign/web-forms.js"), import("./fill.js")]).catch(() => {});
	const asked = get("/api/programme", { lang: language }).then((x) => {
		programme = x.name || x.country;
		return write("facts", { key: "programme", value: programme });
	}, () => {});
	await know();
	programme = (await read("facts", "programme"))?.value ?? "";
	build();
	news.addEventListener("changed", build);
	await show();
	await asked;
	build();
	begin();
	stay();
}
start();
