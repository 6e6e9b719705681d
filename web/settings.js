// Settings: the language, and what there is to know of the programme.
import { fill, h } from "./dom.js";
import { base } from "./api.js";
import { count, day } from "./format.js";
import { language, languages, setLanguage, t } from "./text.js";

export function show(place, { frame }) {
	const p = frame.programme;
	const pick = h("select", { id: "language", onchange: () => setLanguage(pick.value) }, Object.entries(languages).map(([code, name]) => h("option", { value: code, selected: code === language }, name)));
	const item = (name, value) => h("div", {}, h("dt", {}, name), h("dd", {}, value));
	fill(place, h("section", { class: "page" }, h("h1", {}, t("settings-title")),
		h("p", {}, h("label", { for: "language" }, t("settings-language")), h("br"), pick), h("p", { class: "hint" }, t("kept-here")),
		h("h2", {}, t("settings-programme")), h("dl", { class: "fields" }, item(t("settings-programme"), p.name || "—"), item(t("settings-country"), p.country || "—"),
			item(t("settings-first"), day(p.first)), item(t("rows"), count(p.records)), item(t("settings-version"), count(p.version))),
		h("h2", {}, t("settings-api")), h("ul", {}, h("li", {}, h("a", { href: base + "/ogc", target: "_self" }, t("settings-ogc"))), h("li", {}, h("a", { href: base + "/api", target: "_self" }, t("settings-openapi"))))));
}
