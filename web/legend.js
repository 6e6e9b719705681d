// The legend: what the colours and marks mean, how much there is, and what is shown.
import { fill, h } from "./dom.js";
import { address } from "./place.js";
import { kinds, markSample, states, swatch } from "./symbols.js";
import { area, count, day as dayText } from "./format.js";
import { t } from "./text.js";
import { isDark } from "./chart.js";

// shown: names of layers; base: the chosen base map; toggle(name, on) and lay(base) tell of changes.
export function legend(shown, base, toggle, lay) {
	const cells = {};
	const heading = h("caption", {}, t("stock"));
	const line = (sample, label, name) => h("tr", {}, h("td", {}, sample), h("th", { scope: "row" }, label), name && (cells[name] = h("td", { class: "number" }, "…")));
	const row = (s) => line(swatch(s), t(s.name), s.name);
	const sub = (text) => h("tr", {}, h("th", { colspan: 3, scope: "rowgroup", class: "sub" }, text));
	const outline = (name) => line(h("span", { class: "outline " + name, "aria-hidden": "true" }), t("status-" + name));
	const work = h("tbody", {}, sub(t("work-today")), outline("work"), outline("closed"));
	const table = h("table", {}, heading, h("tbody", {}, states.slice(0, 2).map(row)),
		h("tbody", {}, sub(t("released-since")), states.slice(2).map(row)),
		h("tbody", {}, line(h("span", { class: "hollow", "aria-hidden": "true" }), t("without-boundary"), "open")), work);
	const box = (name, sample) => h("label", {}, h("input", { type: "checkbox", name: "layer", value: name, checked: shown.has(name), onchange: (e) => toggle(name, e.target.checked) }),
		sample, " ", t(name));
	const choice = h("select", { id: "base-map", onchange: () => lay(choice.value) }, h("option", { value: "countries" }, t("base-map")), h("option", { value: "none" }, t("base-none")));
	const offer = (maps) => {
		for (const m of maps) choice.append(h("option", { value: m.id }, m.name));
		choice.value = base;
		if (choice.selectedIndex < 0) choice.value = "countries";
	};
	offer([]);
	const element = h("details", { class: "legend", open: innerWidth > 700 }, h("summary", {}, t("legend")), table,
		h("fieldset", { class: "switches" }, h("legend", {}, t("layers")), box("land"), box("status"), kinds.map((k) => box(k.name, markSample(k, isDark())))),
		h("p", { class: "ground" }, h("label", { for: "base-map" }, t("base-map-is")), " ", choice));

	// Areas and counts, from the account of the date shown.  The status of the work is known for today only.
	function figures(account, isToday) {
		const { stock, flow, without_boundary: open } = account.total;
		const cell = (name, m2, n) => fill(cells[name], h("a", { href: address("/why", { cell: account.total.cells[name in stock ? `stock.${name}` : `flow.${name}`] }) },
			area(m2)), n === undefined ? "" : h("small", {}, " ", t("area-count", { n })));
		for (const name of ["CHA", "SHA"]) cell(name, stock[name].m2, stock[name].count);
		for (const name of ["cancelled", "reduced", "cleared"]) cell(name, flow[name]);
		fill(cells.open, h("a", { href: address("/records/hazard", { geometry_kind: "POINT" }) }, count(open.count)));
		heading.textContent = t("stock-at", { day: dayText(account.as_of) });
		work.hidden = !isToday;
	}
	return { element, figures, offer, fail: (message) => (heading.textContent = message) };
}

