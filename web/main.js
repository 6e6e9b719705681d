// The frame around every view, and which view an address shows.
import { fill, h } from "./dom.js";
import { Refused, base, get, send, whoAmI } from "./api.js";
import { address, follow, go, here, note, recordAddress } from "./place.js";
import { language, languages, setLanguage, t } from "./text.js";
import { count, day } from "./format.js";

const views = {
	map: () => import("./map.js"),
	records: () => import("./records.js"),
	review: () => import("./review.js"),
	account: () => import("./account.js"),
	why: () => import("./why.js"),
	findings: () => import("./findings.js"),
	ask: () => import("./ask.js"),
	reports: () => import("./report/page.js"),
	analysis: () => import("./report/analysis.js"),
	traverse: () => import("./field/traverse.js"),
	sent: () => import("./field/sent.js"),
	settings: () => import("./settings.js"),
	start: () => import("./first.js"),
};
const inBar = ["map", "records", "review", "enter", "account", "findings", "ask", "reports", "sent", "settings"];
const senders = ["operator", "data-entry"]; // others find it beside their account
const main = document.getElementById("main");
const status = document.getElementById("status");
const bar = document.getElementById("bar");

export const frame = { programme: null, session: null, today: null };
let leave = null; // what the view shown wants done before another comes
let turn = 0;

// What is being done, once it takes longer than a moment.
function saying() {
	const timer = setTimeout(() => (status.textContent = t("reading")), 300);
	return () => {
		clearTimeout(timer);
		status.textContent = "";
	};
}

function problem(error) {
	const unsigned = error instanceof Refused && error.status === 401;
	const back = encodeURIComponent(location.href.slice(base.length));
	return h("section", { class: "page" }, h("h1", {}, t(here().path.split("/")[1] || "map")),
		h("p", { class: "problem", role: "alert" }, unsigned ? t(frame.session?.person ? "session-over" : "sign-in-first") : [error.title ? h("strong", {}, error.title, ": ") : "", h("bdi", {}, error.message)]),
		h("p", {}, unsigned ? h("a", { href: `${base}/sign-in?next=${back}`, target: "_self" }, t("sign-in"))
			: h("button", { type: "button", onclick: () => render() }, t("try-again"))));
}

async function render() {
	const { path, parameters } = here();
	const segments = path.split("/").filter(Boolean).map(decodeURIComponent);
	const name = segments[0] ?? "map";
	const mine = ++turn;
	const quiet = saying();
	leave?.();
	leave = null;
	mark(name);
	try {
		if (!frame.programme) await know();
		const view = views[name] && (await views[name]());
		const place = h("div", { class: "view" });
		if (!view) fill(place, h("section", { class: "page" }, h("p", {}, t("no-view")), h("a", { href: address("/map") }, t("to-map"))));
		else leave = (await view.show(place, { segments: segments.slice(1), parameters, frame })) ?? null;
		if (mine !== turn) return;
		fill(main, place);
		place.dispatchEvent(new Event("placed"));
		const title = place.querySelector("h1")?.textContent ?? t(name);
		document.title = `${title} · ${frame.programme.name || frame.programme.country}`;
	} catch (error) {
		if (mine === turn) fill(main, problem(error));
		if (!(error instanceof Refused)) console.error(error);
	} finally {
		quiet();
		mark(name);
		document.body.dataset.ready = String(mine);
		if (mine === 1) counts();
	}
}

async function know() {
	// The programme's language, until somebody chooses their own on this device; at the door too, where there is no programme yet.
	const who = whoAmI().then((session) => {
		frame.session = session;
		const wanted = session?.language;
		if (wanted in languages && wanted !== language && !/(^|; )language=/.test(document.cookie)) setLanguage(wanted);
	});
	[, frame.programme] = await Promise.all([who, get("/api/programme", { lang: language })]);
	frame.today = frame.programme.today;
	build();
}

function search() {
	const field = h("input", { name: "q", type: "search", placeholder: t("search-hint"), "aria-label": t("search"), autocomplete: "off" });
	const found = h("div", { class: "found", hidden: true });
	const hide = () => (found.hidden = true);
	const open = (hit) => go(hit.what === "record" ? recordAddress(hit.kind, hit.id)
		: address("/map", { at: `14/${hit.lat}/${hit.lon}`, mark: `${hit.lat},${hit.lon}` }));
	const asked = async (event) => {
		event.preventDefault();
		const q = field.value.trim();
		if (!q) return hide();
		try {
			const { results } = await get("/api/search", { q, limit: 12 });
			const direct = results.find((x) => x.id === q) ?? (results.length === 1 ? results[0] : null);
			if (direct) return hide(), open(direct);
			fill(found, results.length ? h("ul", {}, results.map((x) => h("li", {},
				h("a", { href: recordAddress(x.kind, x.id), onclick: hide }, x.id), " ", x.name, h("small", {}, " ", t("one." + x.kind)))))
				: h("p", {}, t("nothing-found", { q })));
		} catch (error) {
			fill(found, h("p", { class: "problem" }, error.message));
		}
		found.hidden = false;
	};
	document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
	document.addEventListener("click", (event) => !event.target.closest("form.search") && hide());
	return h("form", { role: "search", class: "search", onsubmit: asked }, field, found);
}

function build() {
	const date = h("input", { type: "date", name: "as-of", "aria-label": t("as-of"), max: frame.today,
		onchange: () => date.validity.valid && note({ "as-of": date.value === frame.today ? null : date.value }, true) });
	const pick = h("select", { name: "language", "aria-label": t("language"), onchange: () => setLanguage(pick.value, true) },
		Object.entries(languages).map(([code, name]) => h("option", { value: code, lang: code, selected: code === language }, name)));
	const out = async () => {
		await send("DELETE", "/api/session");
		location.assign(base + "/sign-in");
	};
	const person = frame.session?.person
		? [" ", h("a", { href: address("/settings/me") }, h("bdi", {}, frame.session.person.name)), " ", h("button", { type: "button", class: "plain", onclick: out }, t("sign-out"))]
		: frame.session ? [" ", h("a", { href: base + "/sign-in", target: "_self" }, t("sign-in"))] : null;
	fill(bar, h("div", { class: "top" },
		h("a", { class: "name", href: address("/map") }, frame.programme.name || frame.programme.country),
		h("span", { class: "as-of" }, h("label", {}, t("as-of"), " ", date),
			h("button", { type: "button", class: "plain today", onclick: () => note({ "as-of": null }, true) }, t("back-to-today"))),
		search(), h("span", { class: "person" }, h("span", { class: "counts" }), pick, person, h("button", { type: "button", class: "plain", title: t("help") + " (?)", "aria-label": t("help"), onclick: showHelp }, "?"))),
	h("nav", { "aria-label": t("views") }, inBar.filter((name) => name !== "sent" || senders.includes(frame.session?.person?.role)).map((name) => h("a", { "data-view": name, href: address("/" + name) }, t(name)))));
	if (sessionStorage.getItem("picked")) pick.focus();
	sessionStorage.removeItem("picked");
}

// What this page shows, its keys and words: fetched when asked for.
async function showHelp() {
	(await import("./help.js")).help(here().path.split("/")[1] || "map");
}
addEventListener("keydown", (event) => {
	if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog")) return;
	event.preventDefault();
	showHelp();
});

// How much waits for review and how many findings there are, for those who may see it; a large programme is not judged
// anew for this.
async function counts() {
	const place = bar.querySelector(".counts");
	if (!place || !frame.session?.person) return;
	const one = (path, parameters, read) => get(path, parameters).then(read, () => null);
	const [review, findings] = await Promise.all([one("/api/review", { limit: 1 }, (a) => a.total),
		one("/api/findings", { limit: 1, wait: "false" }, (a) => a.counts && a.counts.error + a.counts.warning + a.counts.note)]);
	fill(place, [["review", review], ["findings", findings]].filter(([, n]) => n !== null).map(([name, n]) => [h("a", { href: address("/" + name) }, t("count-" + name, { n: count(n) })), " "]));
}

// Which view is shown, and whether it is of today.
function mark(name) {
	const date = here().parameters.get("as-of");
	for (const link of bar.querySelectorAll("nav a")) {
		link.href = address("/" + link.dataset.view);
		if (link.dataset.view === (name === "why" ? "account" : name)) link.setAttribute("aria-current", "page");
		else link.removeAttribute("aria-current");
	}
	const field = bar.querySelector("input[type=date]");
	if (field) field.value = date ?? frame.today;
	bar.classList.toggle("past", Boolean(date) && date !== frame.today);
	bar.title = date ? day(date) : "";
}

addEventListener("counted", () => counts());
addEventListener("as-of", () => mark((here().path.split("/")[1] || "map")));
follow(render);
render();
