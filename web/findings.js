// Findings: what is wrong or doubtful, worst first, one step from its record.
import { fill, h } from "./dom.js";
import { get } from "./api.js";
import { address, go, recordAddress } from "./place.js";
import { count } from "./format.js";
import { kindName, language, t } from "./text.js";
import { pager } from "./table.js";

const page = 50;

export async function show(place, { parameters, frame }) {
	const q = { severity: parameters.get("severity"), rule: parameters.get("rule"), kind: parameters.get("kind") };
	const offset = Number(parameters.get("offset") ?? 0);
	const [answer, all] = await Promise.all([get("/api/findings", { ...q, limit: page, offset }), get("/api/findings", { limit: 10000 })]);
	const total = answer.counts.error + answer.counts.warning + answer.counts.note;
	const rules = new Map();
	for (const f of all.findings) rules.set(f.rule, (rules.get(f.rule) ?? 0) + 1);
	const option = (value, text, now) => h("option", { value, selected: value === (now ?? "") }, text);
	const choose = (event) => go(address("/findings", Object.fromEntries(new FormData(event.target.form))));
	const row = (f) => h("tr", {}, h("td", {}, h("span", { class: "severity " + f.severity }, t(f.severity))),
		h("td", {}, h("a", { href: address("/findings", { ...q, rule: f.rule }) }, f.rule)),
		h("td", {}, f.record ? h("a", { class: "go", href: recordAddress(f.kind, f.uuid ?? f.record) }, `${t("one." + f.kind)} ${f.record}`) : ""),
		h("td", {}, language === "en" ? "" : h("p", {}, f.title), h("p", { lang: "en", dir: "auto" }, f.text), f.suggestion && h("p", { class: "hint" }, f.suggestion)),
		h("td", {}, f.lat === null ? "" : h("a", { href: address("/map", { at: `15/${f.lat}/${f.lon}`, mark: `${f.lat},${f.lon}` }) }, t("on-map"))));
	fill(place, h("section", { class: "page wide" }, h("h1", {}, t("findings-title")),
		h("p", {}, t("findings-says", { error: count(answer.counts.error), warning: count(answer.counts.warning), note: count(answer.counts.note), n: count(answer.records) }), " ", t("findings-key")),
		h("form", { class: "choose", onchange: choose, onsubmit: (e) => e.preventDefault() },
			h("label", {}, t("severity"), h("select", { name: "severity" }, ["", "warning", "error"].map((s) => option(s, t(s || "note"), q.severity)))),
			h("label", {}, t("rule"), h("select", { name: "rule" }, option("", t("all-rules"), q.rule), [...rules].sort((a, b) => b[1] - a[1]).map(([r, n]) => option(r, `${r} (${count(n)})`, q.rule)))),
			h("label", {}, t("kind"), h("select", { name: "kind" }, option("", t("all-kinds"), q.kind), frame.programme.kinds.map((k) => option(k.kind, kindName(k.kind, k.label), q.kind))))),
		total ? [h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("findings-title") }, h("table", { class: "rows findings" },
			h("thead", {}, h("tr", {}, ["severity", "rule", "record", "finding", "where"].map((c) => h("th", { scope: "col" }, c === "severity" ? t("worst-first") : t(c))))),
			h("tbody", {}, answer.findings.map(row)))), pager("/findings", { ...q }, offset, page, total)]
			: h("p", {}, t("no-findings", { n: count(answer.records) }))));
	const key = (event) => {
		if (event.key !== "n" || event.target.closest("input, select, textarea")) return;
		const links = [...place.querySelectorAll("a.go")];
		links[(links.indexOf(document.activeElement) + 1) % links.length]?.focus();
	};
	document.addEventListener("keydown", key);
	return () => document.removeEventListener("keydown", key);
}
