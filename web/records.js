// Records: the kinds, a table of one kind, and one record (record.js).
import { fill, h } from "./dom.js";
import { base, get } from "./api.js";
import { address, go, note, recordAddress } from "./place.js";
import { count, number } from "./format.js";
import { kindName, t } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { pager } from "./table.js";

const page = 50;
const own = ["limit", "offset", "sort", "columns", "as-of"]; // parameters that are no conditions
const usual = {
	hazard: ["id", "name", "class", "status", "effective_date", "admin1_name", "area_reported_m2", "area_m2"],
	activity: ["id", "type", "status", "start_date", "end_date", "organisation", "area_m2"],
	release: ["id", "product", "kind", "release_date", "effective_date", "organisation", "area_m2"],
};

function kinds(place, frame) {
	fill(place, h("section", { class: "page" }, h("h1", {}, t("records-title")),
		frame.programme.records ? "" : h("p", {}, h("strong", {}, t("first-run")), ". ", t("first-run-says")),
		h("table", { class: "rows" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("kind")), h("th", { scope: "col", class: "number" }, t("rows")))),
			h("tbody", {}, frame.programme.kinds.map((k) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: address("/records/" + k.kind) }, kindName(k.kind, k.label))), h("td", { class: "number" }, count(k.records))))))));
}

function cellOf(kind, field, name, value) {
	if (name === "id") return h("a", { href: recordAddress(kind, value.id ?? value.record) }, value.id ?? value.record.slice(0, 8));
	const v = value[name];
	if (v === null || v === undefined) return (value.unknown ?? "").split(" ").some((u) => u.startsWith(name + ":")) ? h("i", {}, t("unknown")) : "";
	if (typeof v === "number") return name === "area_m2" ? number(Math.round(v)) : number(v);
	if (typeof v === "object") return JSON.stringify(v);
	return meaning(field, v);
}

async function table(place, kind, parameters, frame) {
	const q = Object.fromEntries([...parameters].filter(([n]) => !own.includes(n)));
	const [sort, offset] = [parameters.get("sort"), Number(parameters.get("offset") ?? 0)];
	const [answer, { fields }] = await Promise.all([get("/api/records/" + encodeURIComponent(kind), { ...q, sort, offset, limit: page }), dictionary(kind)]);
	const label = kindName(kind, frame.programme.kinds.find((k) => k.kind === kind)?.label);
	const known = answer.records.length ? Object.keys(answer.records[0]).filter((n) => !["number", "record", "unknown", "extra"].includes(n)) : [...fields.keys()];
	const wanted = parameters.get("columns")?.split(",") ?? usual[kind] ?? known.filter((n) => answer.records.some((r) => r[n] !== null));
	const columns = ["id", ...wanted.filter((n) => n !== "id" && known.includes(n)).slice(0, parameters.has("columns") ? 60 : 9)];
	const nameOf = (n) => (n === "area_m2" ? t("computed-area") + ", m²" : n === "recorded_at" ? t("recorded") : (fields.get(n)?.label ?? n) + (/_m2$/.test(n) ? ", m²" : ""));
	const numeric = (n) => n === "area_m2" || ["integer", "decimal"].includes(fields.get(n)?.type);
	const path = "/records/" + kind;
	const keep = { ...q, columns: parameters.get("columns") };
	const head = (n) => {
		const now = sort === n ? "ascending" : sort === "-" + n ? "descending" : null;
		return h("th", { scope: "col", class: numeric(n) ? "number" : null, "aria-sort": now }, n === "area_m2" ? nameOf(n)
			: h("a", { href: address(path, { ...keep, sort: now === "ascending" ? "-" + n : n }) }, nameOf(n), now === "ascending" ? " ↑" : now ? " ↓" : ""));
	};
	const filters = (event) => {
		event.preventDefault();
		go(address(path, { ...Object.fromEntries(new FormData(event.target)), sort, columns: parameters.get("columns") }));
	};
	const input = (n) => {
		const codes = fields.get(n)?.codes;
		if (codes && Object.keys(codes).length < 40)
			return h("select", { name: n, form: "filters", "aria-label": `${t("filter")}: ${nameOf(n)}`, onchange: (e) => e.target.form.requestSubmit() }, h("option", { value: "" }, ""),
				Object.entries(codes).map(([c, name]) => h("option", { value: c, selected: q[n] === c }, name)));
		return h("input", { name: n, form: "filters", value: q[n] ?? "", "aria-label": `${t("filter")}: ${nameOf(n)}`, title: t("filter-hint"), size: 8 });
	};
	const column = (n) => h("label", {}, h("input", { type: "checkbox", checked: columns.includes(n), onchange: (e) => note({
		columns: (e.target.checked ? [...columns, n] : columns.filter((c) => c !== n)).join(",") }, true) }), " ", nameOf(n));
	const any = Object.keys(q).length;
	fill(place, h("section", { class: "page wide" },
		h("p", { class: "trail" }, h("a", { href: address("/records") }, t("records-title"))), h("h1", {}, label),
		h("div", { class: "choose" }, h("span", {}, t("kind-count", { n: answer.total })), [undefined, "none"].includes(frame.session?.rights?.write) ? "" : h("a", { href: `${base}/enter/${encodeURIComponent(kind)}` }, t("enter-new")), any ? h("a", { href: address(path) }, t("clear-filter")) : "",
			h("details", { class: "columns" }, h("summary", {}, t("columns")), h("div", {}, known.map(column))),
			answer.total ? h("span", {}, t("whole-export", { n: answer.total }), ["csv", "geojson", "xlsx"].map((format) =>
				[" ", h("a", { href: `${base}/api/export/${kind}.${format}?${new URLSearchParams({ ...q, ...(sort ? { sort } : {}), columns: columns.join(",") })}`, download: `${kind}.${format}` }, format.toUpperCase())])) : ""),
		h("form", { id: "filters", onsubmit: filters }, h("button", { class: "unseen" }, t("filter"))),
		h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, columns.map(head)), h("tr", { class: "filters" }, columns.map((n) => h("td", {}, n === "area_m2" || n === "recorded_at" ? "" : input(n))))),
			h("tbody", {}, answer.records.map((r) => h("tr", {}, columns.map((n) => h("td", { class: numeric(n) ? "number" : null, dir: n === "id" ? "ltr" : null }, cellOf(kind, fields.get(n), n, r)))))))),
		answer.total ? pager(path, { ...keep, sort }, offset, page, answer.total) : h("p", {}, t(any ? "no-match" : "no-records"))));
}

export async function show(place, { segments, parameters, frame }) {
	if (segments.length === 2) return (await import("./record.js")).show(place, { kind: segments[0], id: segments[1], parameters, frame });
	if (segments.length === 1) return table(place, segments[0], parameters, frame);
	return kinds(place, frame);
}
