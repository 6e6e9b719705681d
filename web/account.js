// The account: what was hazardous, what changed, what is left, each figure with its records.
import { fill, h } from "./dom.js";
import { get } from "./api.js";
import { address, go } from "./place.js";
import { area, count, day, number } from "./format.js";
import { t } from "./text.js";
import { stateOf } from "./symbols.js";
import { moment } from "./settings/form.js";

const gains = ["new_sha", "new_cha", "reopened", "boundary_gain"];
const losses = ["cancelled", "reduced", "cleared", "boundary_loss", "withdrawn"];
const within = ["confirmed", "downgraded"];
const beside = ["outside_m2", "again_m2", "on_repairs_m2"];
const breakdowns = ["admin1", "admin2", "org", "contamination", "year"];

function figure(line, cell, m2, sign = "") {
	const text = h("bdi", { dir: "ltr" }, m2 ? sign + number(Math.round(m2)) : "0");
	return h("td", { class: "number" }, m2 ? h("a", { href: address("/why", { cell: line.cells[cell] }) }, text) : text);
}

function matrix(answer) {
	const lines = answer.by ? [...answer.lines, answer.total] : [answer.total];
	const columns = [
		...["SHA", "CHA"].map((c) => ["opening." + c, (l) => l.opening[c].m2, ""]),
		...gains.map((c) => ["flow." + c, (l) => l.flow[c], "+"]),
		...losses.map((c) => ["flow." + c, (l) => l.flow[c], "−"]),
		...within.map((c) => ["flow." + c, (l) => l.flow[c], "⇄\u00a0"]),
		...["SHA", "CHA"].map((c) => ["stock." + c, (l) => l.stock[c].m2, ""]),
		...beside.map((c) => [c, (l) => l[c], ""]),
	];
	const groups = [[t("opening"), 2], [t("period"), gains.length + losses.length + within.length], [t("closing"), 2], [t("beside"), beside.length]];
	const period = answer.from ? t("between", { from: day(answer.from), to: day(answer.to ?? answer.as_of) }) : t("until", { to: day(answer.as_of) });
	const label = (l) => (l === answer.total ? t("total") : l.key === "none" ? t("none-key") : l.key);
	const caption = h("caption", {}, t("account-caption", { period }));
	if (lines.length === 1) {
		// One line reads better downwards.
		let at = 0;
		const bodies = groups.map(([name, n]) => h("tbody", {}, h("tr", {}, h("th", { colspan: 2, scope: "rowgroup", class: "sub" }, name)),
			columns.slice(at, (at += n)).map(([cell, value, sign]) => h("tr", {}, h("th", { scope: "row" }, t(cell)), figure(lines[0], cell, value(lines[0]), sign)))));
		return h("table", { class: "rows single" }, caption, bodies);
	}
	return h("table", { class: "rows matrix" }, caption, h("colgroup", {}),
		h("thead", {}, h("tr", {}, h("th", { rowspan: 2, scope: "col", class: "corner" }, t("key")), groups.map(([name, n]) => h("th", { colspan: n, scope: "colgroup", class: "group" }, name))),
			h("tr", {}, columns.map(([cell]) => h("th", { scope: "col", class: "number" }, t(cell))))),
		h("tbody", {}, lines.map((l) => h("tr", { class: l === answer.total ? "total" : null }, h("th", { scope: "row" }, label(l)), columns.map(([cell, value, sign]) => figure(l, cell, value(l), sign))))));
}

const svg = (tag, attributes, ...children) => {
	const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
	element.append(...children);
	return element;
};

// Stock at the end of each year as stacked areas, named where they are.
function stockChart(years, asOf) {
	const [w, height, left, right, bottom, top] = [600, 220, 8, 160, 24, 12];
	const points = years.map((l) => ({ year: Number(l.key), CHA: l.stock.CHA.m2, SHA: l.stock.SHA.m2 }));
	const high = Math.max(...points.map((p) => p.CHA + p.SHA), 1);
	const [first, last] = [points[0].year, points.at(-1).year];
	const x = (year) => left + ((w - left - right) * (year - first)) / Math.max(last - first, 1);
	const y = (m2) => height - bottom - ((height - bottom - top) * m2) / high;
	const band = (low, up, state) => svg("path", {
		d: "M" + points.map((p) => `${x(p.year)} ${y(up(p))}`).join("L") + "L" + [...points].reverse().map((p) => `${x(p.year)} ${y(low(p))}`).join("L") + "Z",
		fill: stateOf(state).colour, "fill-opacity": 0.5, stroke: stateOf(state).colour, "stroke-dasharray": state === "SHA" ? "5 3" : "none",
	});
	const end = points.at(-1);
	const name = (state, middle, m2) => svg("text", { x: w - right + 8, y: Math.min(y(middle) + 4, height - bottom) }, `${state} ${area(m2)}`);
	const drawing = svg("svg", { viewBox: `0 0 ${w} ${height}`, role: "img", "aria-label": t("stock-chart"), class: "chart", direction: "ltr" },
		band(() => 0, (p) => p.CHA, "CHA"), band((p) => p.CHA, (p) => p.CHA + p.SHA, "SHA"),
		svg("line", { x1: left, x2: w - right, y1: y(0), y2: y(0), class: "axis" }),
		name("CHA", end.CHA / 2, end.CHA), name("SHA", end.CHA + end.SHA / 2, end.SHA),
		...points.filter((p) => p.year === first || p.year === last || (p.year % 5 === 0 && p.year - first > 2 && last - p.year > 2)).map((p) => svg("text", { x: x(p.year), y: height - 6, "text-anchor": p.year === first ? "start" : "middle" }, String(p.year))));
	return h("figure", {}, h("figcaption", {}, t("stock-chart")), drawing, h("small", {}, t("chart-source", { day: day(asOf) })));
}

export async function show(place, { parameters, frame }) {
	const asOf = parameters.get("as-of");
	const q = { "as-of": asOf, from: parameters.get("from"), to: parameters.get("to"), by: parameters.get("by") };
	if (q.to) delete q["as-of"];
	const known = parameters.get("known-at"); // what a frozen account knew
	if (known) q["known-at"] = known;
	const [answer, yearly] = await Promise.all([get("/api/account", q), get("/api/account", { "as-of": asOf, by: "year", ...(known ? { "known-at": known } : {}) })]);
	const date = (name) => h("label", {}, t(name), h("input", { type: "date", name, value: parameters.get(name) ?? "", max: frame.today }));
	const by = h("label", {}, t("by"), h("select", { name: "by" }, h("option", { value: "" }, t("by-none")),
		breakdowns.map((b) => h("option", { value: b, selected: b === q.by }, t("by-" + b)))));
	const choose = (event) => {
		event.preventDefault();
		go(address("/account", Object.fromEntries(new FormData(event.target))));
	};
	const open = answer.total.without_boundary;
	const years = yearly.lines.filter((l) => /^\d{4}$/.test(l.key));
	fill(place, h("section", { class: "page wide" }, h("h1", {}, t("account-title")),
		h("form", { class: "choose", onsubmit: choose }, date("from"), date("to"), by, known ? h("input", { type: "hidden", name: "known-at", value: known }) : "", h("button", {}, t("show"))),
		known ? h("p", {}, h("strong", {}, t("account-known", { moment: moment(known) })), " ", h("a", { href: address("/account", { ...q, "known-at": "" }) }, t("account-now"))) : "",
		frame.programme.records ? [h("p", {}, t("balance"), " ", open.count ? t("without-boundary-says", { n: open.count, area: area(open.reported_m2), silent: count(open.size_not_stated) }) : "",
			" ", t("naive", { area: area(answer.total.naive_m2) })),
		h("div", { class: answer.by ? null : "two" },
			h("div", { class: answer.by ? "scroll" : null, tabindex: answer.by ? 0 : null, role: "region", "aria-label": t("account-title") }, matrix(answer)),
			years.length > 1 ? stockChart(years, yearly.as_of) : "")] : h("p", {}, t("account-empty"))));
}
