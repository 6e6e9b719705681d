// Findings: what is wrong or doubtful, worst first, one step from its record.
import { fill, h } from "./dom.js";
import { get } from "./api.js";
import { address, go, recordAddress } from "./place.js";
import { count } from "./format.js";
import { kindName, language, t } from "./text.js";
import { pager } from "./table.js";

const page = 50;

export async function show(place, { parameters, frame }) {
	const names = ["severity", "rule", "kind", "organisation", "age"];
	const q = Object.fromEntries(names.map((name) => [name, parameters.get(name)]));
	const offset = Number(parameters.get("offset") ?? 0);
	const [answer, sorts] = await Promise.all([get("/api/findings", { ...q, limit: page, offset }), get("/api/findings/counts", q)]);
	const total = answer.counts.error + answer.counts.warning + answer.counts.note;
	const option = (value, text, now) => h("option", { value, selected: value === (now ?? "") }, text);
	const choose = (event) => go(address("/findings", Object.fromEntries(new FormData(event.target.form))));
	// A choice with how many findings each way of choosing would leave; what is chosen stays though it leaves none.
	const choice = (name, label, all, list) => h("label", {}, t(label), h("select", { name }, option("", t(all), q[name]),
		q[name] && !list.some(([value]) => value === q[name]) && option(q[name], q[name], q[name]),
		list.map(([value, text, n]) => option(value, t("choice-count", { text, n: count(n) }), q[name]))));
	const atLeast = { note: 0, warning: sorts.counts.warning + sorts.counts.error, error: sorts.counts.error };
	const labels = new Map(frame.programme.kinds.map((k) => [k.kind, k.label]));
	const says = { error: count(answer.counts.error), warning: count(answer.counts.warning), note: count(answer.counts.note), n: count(answer.records) };
	const own = answer.records === null ? "-own" : "";
	const row = (f) => h("tr", {}, h("td", {}, h("span", { class: "severity " + f.severity }, t(f.severity))),
		h("td", {}, h("a", { href: address("/findings", { ...q, rule: f.rule }) }, f.rule)),
		h("td", {}, f.record ? h("a", { class: "go", href: recordAddress(f.kind, f.uuid ?? f.record) }, `${t("one." + f.kind)} ${f.record}`) : ""),
		h("td", {}, language === "en" ? "" : h("p", {}, f.title), h("p", { lang: "en", dir: "auto" }, f.text), f.suggestion && h("p", { class: "hint" }, f.suggestion)),
		h("td", {}, f.lat === null ? "" : h("a", { href: address("/map", { at: `15/${f.lat}/${f.lon}`, mark: `${f.lat},${f.lon}` }) }, t("on-map"))));
	fill(place, h("section", { class: "page wide" }, h("h1", {}, t("findings-title")),
		h("p", {}, t("findings-says" + own, says), " ", t("findings-key")),
		h("form", { class: "choose", onchange: choose, onsubmit: (e) => e.preventDefault() },
			choice("severity", "severity", "note", ["warning", "error"].map((v) => [v, t(v), atLeast[v]])),
			choice("rule", "rule", "all-rules", sorts.rules.sort((x, y) => y.count - x.count).map((r) => [r.rule, `${r.rule} ${r.title}`, r.count])),
			choice("kind", "kind", "all-kinds", sorts.kinds.filter((k) => k.kind).map((k) => [k.kind, kindName(k.kind, labels.get(k.kind)), k.count])),
			choice("organisation", "organisation", "all-organisations", sorts.organisations.filter((o) => o.organisation).map((o) => [o.organisation, o.organisation, o.count])),
			choice("age", "age", "any-age", Object.entries(sorts.ages).filter(([, n]) => n).map(([v, n]) => [v, t("age." + v), n]))),
		total ? [h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("findings-title") }, h("table", { class: "rows findings" },
			h("thead", {}, h("tr", {}, ["severity", "rule", "record", "finding", "where"].map((c) => h("th", { scope: "col" }, c === "severity" ? t("worst-first") : t(c))))),
			h("tbody", {}, answer.findings.map(row)))), pager("/findings", { ...q }, offset, page, total)]
			: h("p", {}, t(names.some((name) => q[name]) ? "no-match" : "no-findings" + own, says))));
	const key = (event) => {
		if (event.key !== "n" || event.target.closest("input, select, textarea")) return;
		const links = [...place.querySelectorAll("a.go")], at = links.indexOf(document.activeElement) + 1;
		if (at < links.length) links[at].focus();
		else if (offset + page < total) go(address("/findings", { ...q, offset: offset + page }));
		else links[0]?.focus();
	};
	document.addEventListener("keydown", key);
	return () => document.removeEventListener("keydown", key);
}
