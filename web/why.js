// What a figure is made of: the ground, part by part, with the records that put it there.
import { fill, h } from "./dom.js";
import { get } from "./api.js";
import { address, recordAddress } from "./place.js";
import { area, count, day, number } from "./format.js";
import { t } from "./text.js";

const most = 500; // rows drawn at once

// A sum over records, findings or changes, of a report: the records, with what each adds and what is said of it.
function showRecords(place, cell, { value, records }) {
	const said = records.some((r) => r.text);
	const row = (r) => h("tr", {}, h("td", {}, r.kind && r.id ? h("a", { href: recordAddress(r.kind, r.id) }, `${t("one." + r.kind)} ${r.id}`) : ""), h("td", { class: "number" }, r.value === null ? t("unknown") : number(r.value)),
		said ? h("td", { lang: "en", dir: "ltr" }, r.text) : "");
	fill(place, h("section", { class: "page" }, h("h1", {}, t("why-title")), h("p", {}, h("code", { dir: "ltr" }, cell)),
		h("p", {}, t("why-records", { n: records.length, value })),
		h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("why-title") }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("made-by")), h("th", { scope: "col", class: "number" }, t("why-adds")), said ? h("th", { scope: "col" }, t("why-says-of")) : "")),
			h("tbody", {}, records.slice(0, most).map(row)))),
		records.length > most ? h("p", {}, t("page-of", { from: 1, to: count(most), total: count(records.length) })) : ""));
}

export async function show(place, { parameters }) {
	const cell = parameters.get("cell") ?? "";
	const answer = await get("/api/why", { cell });
	if (answer.records) return showRecords(place, cell, answer);
	const { m2, parts } = answer;
	const name = cell.split("?")[0];
	const row = (p) => h("tr", {}, h("td", { class: "number" }, area(p.m2)), h("td", {}, p.date ? day(p.date) : ""),
		h("td", {}, p.records.map((r, i) => [i ? ", " : "", h("a", { href: recordAddress(r.kind, r.id) }, `${t("one." + r.kind)} ${r.id}`)])),
		h("td", {}, p.lat === null || p.lat === undefined ? "" : h("a", { href: address("/map", { at: `14/${p.lat}/${p.lon}`, mark: `${p.lat},${p.lon}` }) }, t("on-map"))));
	fill(place, h("section", { class: "page" }, h("h1", {}, t("why-title")),
		h("p", {}, h("strong", {}, t(name)), " · ", h("code", { dir: "ltr" }, cell)),
		h("p", {}, t("why-says", { area: area(m2), n: count(parts.length) }), " ", h("a", { href: address("/account") }, t("account-title"))),
		h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("why-title") }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "number" }, t("area")), h("th", { scope: "col" }, t("date")), h("th", { scope: "col" }, t("made-by")), h("th", { scope: "col" }, t("where")))),
			h("tbody", {}, parts.slice(0, most).map(row)))),
		parts.length > most ? h("p", {}, t("page-of", { from: 1, to: count(most), total: count(parts.length) })) : ""));
}
