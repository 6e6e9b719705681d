// Settings: one section at a time, each an address; a section is loaded when it is opened.
import { fill, h } from "./dom.js";
import { base, get } from "./api.js";
import { address } from "./place.js";
import { count, day } from "./format.js";
import { language, languages, setLanguage, t } from "./text.js";

const sections = {
	me: [() => import("./settings/me.js"), (s) => s?.person],
	people: [() => import("./settings/people.js"), (s) => s?.rights?.["manage-people"] === "all"],
	programme: [() => import("./settings/programme.js"), (s) => s?.rights?.["manage-people"] === "all"],
	organisations: [() => import("./settings/organisations.js"), (s) => s?.person],
	vocabularies: [() => import("./settings/vocabularies.js"), (s) => s?.person],
	"base-maps": [async () => ({ show: baseMaps }), (s) => s?.person],
	audit: [() => import("./settings/audit.js"), (s) => s?.rights?.["read-audit"] === "all"],
};

function about(place, { frame }) {
	const p = frame.programme;
	const pick = h("select", { id: "language", onchange: () => setLanguage(pick.value) }, Object.entries(languages).map(([code, name]) => h("option", { value: code, selected: code === language }, name)));
	const item = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
	fill(place, h("h1", {}, t("settings-title")), h("p", {}, h("label", { for: "language" }, t("settings-language")), h("br"), pick), h("p", { class: "hint" }, t("kept-here")),
		h("h2", {}, t("settings-programme")), h("dl", { class: "fields" }, item(t("settings-programme"), p.name || "—"), item(t("settings-country"), p.country || "—"),
			item(t("settings-first"), day(p.first)), item(t("rows"), count(p.records)), item(t("settings-version"), count(p.version))),
		h("h2", {}, t("settings-api")), h("ul", {}, h("li", {}, h("a", { href: base + "/ogc", target: "_self" }, t("settings-ogc"))), h("li", {}, h("a", { href: base + "/api", target: "_self" }, t("settings-openapi")))));
}

async function baseMaps(place) {
	const maps = await get("/api/basemaps").catch((error) => {
		if (error.status === 404) return [];
		throw error;
	});
	const list = Array.isArray(maps) ? maps : maps.basemaps;
	const { table } = await import("./settings/form.js");
	fill(place, h("h1", {}, t("section.base-maps")), h("p", {}, t("base-maps-says")),
		list.length ? table([t("name"), t("type"), t("zooms"), t("attribution")], list.map((m) => h("tr", {}, h("th", { scope: "row" }, m.title || m.name || m.id), m.problem ? h("td", { colspan: 3, class: "problem" }, m.problem) : [h("td", {}, m.type), h("td", {}, `${m.minzoom}–${m.maxzoom}`), h("td", {}, m.attribution ?? "")])), t("section.base-maps"))
			: h("p", {}, t("base-maps-none")));
}

export async function show(place, options) {
	const { segments, frame } = options;
	const name = segments[0] ?? "about";
	const mine = Object.entries(sections).filter(([, [, may]]) => may(frame.session));
	const link = (section, path) => h("a", { href: address(path), "aria-current": section === name ? "page" : null }, t("section." + section));
	const inside = h("section", { class: "page" });
	fill(place, h("div", { class: "settings" }, h("nav", { "aria-label": t("settings-title") }, link("about", "/settings"), mine.map(([s]) => link(s, "/settings/" + s))), inside));
	if (name === "about") return about(inside, options);
	const section = sections[name];
	if (!section) return fill(inside, h("p", {}, t("no-view")));
	if (!section[1](frame.session)) return fill(inside, h("h1", {}, t("section." + name)), h("p", { class: "problem" }, t(frame.session?.person ? "not-your-section" : "sign-in-first")));
	return (await section[0]()).show(inside, options);
}
