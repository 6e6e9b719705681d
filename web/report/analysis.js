// Estimates: each takes a few answers and says its figures with their uncertainty, in words, in tables and on a map.
import { fill, h } from "../dom.js";
import { base, get } from "../api.js";
import { address, note } from "../place.js";
import { language, locale, t } from "../text.js";
import { accent, boxOf, draw, tileInfo } from "../chart.js";
import "./words.js";
import { field, table } from "../settings/form.js";

const shown = (value, decimals) => (value === null || value === undefined ? t("unknown") : new Intl.NumberFormat(locale, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(value));
const list = (title, sentences) => (sentences.length ? [h("h2", {}, title), h("ul", {}, sentences.map((s) => h("li", {}, s)))] : "");
const number = (text) => h("td", { class: "number" }, text);

function quantities(title, all) {
	if (!all.length) return "";
	return [h("h2", {}, title), table([t("analysis-what"), t("analysis-value"), t("analysis-interval"), t("analysis-unit"), t("analysis-source")], all.map((q) => h("tr", {}, h("th", { scope: "row" }, q.label),
		q.text === undefined ? number(shown(q.value, q.decimals)) : h("td", {}, h("bdi", {}, q.text)),
		number(q.level ? t("analysis-from-to", { low: shown(q.low, q.decimals), high: shown(q.high, q.decimals), level: shown(q.level * 100, 0) }) : ""), h("td", {}, q.unit ?? ""), h("td", {}, h("bdi", {}, q.source ?? "")))), title)];
}

const most = 200; // rows of a table on the page; all of them are in the spreadsheet
const tables = (all) => all.map((one) => [h("h2", {}, one.caption), table(one.columns.map((c) => (c.unit ? `${c.label} (${c.unit})` : c.label)), one.rows.slice(0, most).map((row) => h("tr", {},
	row.map((value, n) => (one.columns[n].type === "text" ? h("td", {}, h("bdi", {}, value)) : number(shown(value, one.columns[n].decimals)))))), one.caption), one.rows.length > most ? h("p", { class: "hint" }, t("analysis-more", { n: one.rows.length - most })) : ""]);

// Darker is more; hatched is not known.
const stripes = () => ({ width: 8, height: 8, data: Uint8Array.from({ length: 256 }, (_, i) => ((i >> 2) % 8 === 7 - (i >> 5) ? (i % 4 === 3 ? 200 : 120) : 0)) });
async function layer(canvas, shapes) {
	const values = shapes.features.map((f) => f.properties.value).filter((x) => x !== null);
	const high = Math.max(...values, 1e-9);
	const map = await draw(canvas, { small: true, tiles: await tileInfo().catch(() => null), bounds: boxOf({ type: "GeometryCollection", geometries: shapes.features.map((f) => f.geometry) }), shape: shapes });
	map.getCanvas().setAttribute("aria-label", t("analysis-map"));
	map.once("load", () => {
		map.addImage("not-known", stripes());
		map.addLayer({ id: "shape-not-known", type: "fill", source: "shape", filter: ["all", ["==", ["geometry-type"], "Polygon"], ["==", ["get", "value"], null]], paint: { "fill-pattern": "not-known" } }, "shape-line");
		map.addLayer({ id: "shape-value", type: "fill", source: "shape", filter: ["==", ["geometry-type"], "Polygon"],
		paint: { "fill-color": accent(), "fill-opacity": ["interpolate", ["linear"], ["coalesce", ["get", "value"], 0], 0, 0.05, high, 0.7] } }, "shape-line");
	});
	return map;
}

const paths = (analysis, values) => ["html", "pdf", "xlsx", "csv"].map((format) => [h("a", { class: "button", href: `${base}/analysis/${analysis}.${format}?${new URLSearchParams({ ...values, lang: language })}`, ...(format === "html" ? { target: "_blank" } : { download: true }) },
	format === "html" ? t("report-preview") : t("report-download", { format: format.toUpperCase() })), " "]);

async function answer(place, analysis, values) {
	const said = await get("/api/analysis/" + analysis.name, values);
	const canvas = said.shapes ? h("div", { class: "small-map" }) : "";
	fill(place, h("p", { class: "hint" }, said.status), h("ul", {}, said.answer.map((s) => h("li", {}, h("strong", {}, s)))), list(t("analysis-warnings"), said.warnings), canvas, said.shape_label ? h("p", { class: "hint" }, said.shape_label) : "",
		quantities(t("analysis-figures"), said.figures), tables(said.tables), quantities(t("analysis-inputs"), said.inputs), list(t("analysis-assumptions"), said.assumptions),
		list(t("analysis-validation"), said.validation), list(t("analysis-not-shown"), said.not_shown), h("p", { class: "hint" }, said.method, ". ", said.source), h("p", { class: "actions" }, paths(analysis.name, values)));
	return said.shapes ? layer(canvas, await get("/api/analysis/" + analysis.name, { ...values, format: "geojson" })).catch(() => (fill(canvas, h("p", {}, t("no-webgl"))), null)) : null;
}

function asked(parameter, given) {
	const label = parameter.unit ? `${parameter.says} (${parameter.unit})` : parameter.says;
	const value = given ?? parameter.otherwise ?? "";
	const kind = { date: { type: "date" }, number: { inputmode: "decimal" }, share: { inputmode: "decimal" }, count: { inputmode: "numeric" } }[parameter.type];
	if (parameter.type === "flag") return field(label, parameter.name, { type: "checkbox", value: value === "yes" });
	return field(label, parameter.name, { value, required: parameter.required, maxlength: 200, ...kind, ...(parameter.choices ? { options: [...(parameter.required ? [] : [["", ""]]), ...parameter.choices.map((c) => [c, c])] } : {}) });
}

async function one(page, analysis, parameters) {
	const own = analysis.parameters.filter((p) => p.type !== "file");
	// Much that has a value of its own does not stand between the question and its answer.
	const folded = own.filter((p) => p.otherwise).length > 4 ? own.filter((p) => p.otherwise) : [];
	const asks = (some) => some.map((p) => asked(p, parameters.get(p.name)));
	const problem = h("p", { class: "problem", role: "alert" });
	const found = h("div", { "aria-live": "polite" });
	let map = null;
	const work = async (values) => {
		problem.textContent = "";
		map?.remove();
		try {
			map = await answer(found, analysis, values);
		} catch (error) {
			fill(found);
			problem.textContent = error.message;
		}
	};
	const read = () => Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, v === "on" ? "yes" : v.trim()]).filter(([, v]) => v));
	const form = h("form", { class: "form", onsubmit: (event) => (event.preventDefault(), note({ ...Object.fromEntries(own.map((p) => [p.name, ""])), ...read() }), work(read())) },
		asks(own.filter((p) => !folded.includes(p))), folded.length ? h("details", { open: folded.some((p) => parameters.has(p.name)) }, h("summary", {}, t("analysis-assumptions")), asks(folded)) : "", own.length < analysis.parameters.length ? h("p", { class: "hint" }, t("analysis-files", { name: analysis.name })) : "", h("p", {}, h("button", {}, t("analysis-work"))), problem);
	fill(page, h("p", {}, h("a", { href: address("/analysis") }, t("analysis-all"))), h("h1", {}, analysis.title), h("p", {}, analysis.says), form, found);
	if (own.every((p) => !p.required || parameters.get(p.name))) await work(read());
	return () => map?.remove();
}

export async function show(place, { parameters }) {
	const { analyses } = await get("/api/analysis");
	const chosen = analyses.find((a) => a.name === parameters.get("name"));
	const page = h("section", { class: "page" });
	fill(place, page);
	if (chosen) return one(page, chosen, parameters);
	fill(page, h("h1", {}, t("analysis-title")), h("p", { class: "hint" }, t("analysis-list-says")), h("ul", { class: "reports" }, analyses.map((a) => h("li", {}, h("a", { href: address("/analysis", { name: a.name }) }, a.title), h("br"), a.says))));
}
