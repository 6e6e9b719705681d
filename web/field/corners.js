// A polygon from its corners as they were written down, from a track file, or by walking along its edge.
import { fill, h, settled } from "../dom.js";
import { send, upload } from "../api.js";
import { address, note } from "../place.js";
import { area, distance, metres } from "../format.js";
import { dictionary } from "../dictionary.js";
import { t } from "../text.js";
import "./words.js";
import { drawing, findings } from "./outline.js";
import { walk } from "./walk.js";

const datums = { "EPSG:4326": "WGS 84 (GPS)", "EPSG:4240": "Indian 1975", "EPSG:4131": "Indian 1960", "EPSG:4284": "Pulkovo 1942", "EPSG:4230": "ED50", "EPSG:4201": "Adindan", "EPSG:4209": "Arc 1950", "EPSG:4220": "Camacupa 1948" };
const typed = { points: "TP1: 48°07'30.5\"N 37°48'00\"E\nTP2: 48 07.560N 37 48.000E\n37U DP 12345 67890", walk: "" };

function answerOf(answer, method) {
	const many = answer.points.length > 200;
	const rows = (many ? answer.points.slice(0, 200) : answer.points).map((p, i) => h("tr", {}, h("th", { scope: "row" }, `${i + 1}${p.label ? " " + p.label : ""}`), h("td", {}, h("bdi", { dir: "ltr" }, p.as ?? "")),
		h("td", {}, h("bdi", {}, `${p.lat.toFixed(7)} ${p.lon.toFixed(7)}`)), h("td", { class: "number" }, metres(p.leg_m)), h("td", {}, h("bdi", {}, p.note ?? ""))));
	const bad = answer.findings.some((f) => f.severity === "error");
	const closed = answer.geometry !== null;
	const file = new Blob([JSON.stringify({ type: "Feature", properties: { ...answer, geometry: undefined }, geometry: answer.geometry })], { type: "application/geo+json" });
	const ring = closed && answer.geometry.coordinates[0].slice(0, -1).map(([lon, lat]) => `${lat.toFixed(7)},${lon.toFixed(7)}`).join(" ");
	return [closed ? h("p", { class: "statement" + (bad ? " SHA" : "") }, t("corners-area", { area: area(answer.area_m2), length: distance(answer.perimeter_m), n: answer.points.length })) : "",
		answer.gap_m === undefined ? "" : h("p", {}, t("corners-gap", { gap: metres(answer.gap_m) })), answer.precision_m > 1 ? h("p", { class: "hint" }, t("corners-precision", { metres: metres(Number(answer.precision_m.toPrecision(2))) })) : "",
		answer.repeats ? h("p", { class: "hint" }, t("corners-repeats", { n: answer.repeats })) : "", findings(answer.findings), answer.points.length ? drawing(answer.points, { closed: answer.gap_m === undefined, all: true }) : "",
		h("details", { open: !many && method === "points" }, h("summary", {}, t("corners-list")), h("div", { class: "scroll free", tabindex: 0, role: "region", "aria-label": t("corners-list") }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, ["point", "as", "position", "next", "note"].map((k) => h("th", { scope: "col", class: k === "next" ? "number" : null }, t("corners-head." + k))))), h("tbody", {}, rows)))),
		closed ? h("p", { class: "no-print" }, h("a", { href: URL.createObjectURL(file), download: "outline.geojson" }, t("traverse-file")), " ", ring.length < 6000 ? h("a", { href: address("/ask", { as: "parcel", parcel: ring }) }, t("traverse-ask")) : "", " ", h("button", { type: "button", onclick: () => print() }, t("ask-print"))) : ""];
}

// Returns {form, measured, leave}: what to fill in, what was measured, and what is to be done before another view comes.
export async function corners(method, { parameters, out }) {
	const { fields } = await dictionary("hazard");
	const how = fields.get("fixed_by");
	const kept = "outline-" + method; // survives a power cut: it stays on this device until it is cleared
	const problem = h("p", { class: "problem", id: "corners-problem", role: "alert", hidden: true });
	const text = method === "track" ? null : h("textarea", { id: "points", rows: 10, dir: "ltr", spellcheck: false, "aria-describedby": "points-hint corners-problem", placeholder: typed[method] });
	if (text) text.value = localStorage.getItem(kept) ?? "";
	const file = method === "track" ? h("input", { id: "track", type: "file", accept: ".gpx,.kml,.kmz,.geojson,.json,.zip,.csv", "aria-describedby": "points-hint corners-problem" }) : null;
	const datum = h("input", { id: "datum", list: "datums", dir: "ltr", value: parameters.get("datum") ?? (method === "walk" ? "EPSG:4326" : ""), placeholder: "EPSG:4326" });
	const fixed = h("select", { id: "fixed-by" }, h("option", { value: "" }, "—"), Object.entries(how.codes).map(([code, label]) => h("option", { value: code, selected: code === (parameters.get("fixed") ?? (method === "points" ? "" : "GPS")) }, label)));
	const accuracy = h("input", { id: "accuracy", inputmode: "decimal", dir: "ltr", value: parameters.get("accuracy") ?? "" });
	let good = null;
	let turn = 0;
	const question = () => {
		const m = accuracy.value.trim().replace(",", ".");
		return { ...(text ? { text: text.value } : {}), crs: datum.value.trim() || undefined, fixed_by: fixed.value || undefined, accuracy_m: m ? (Number.isNaN(Number(m)) ? m : Number(m)) : undefined, walked: method === "walk" || undefined };
	};
	const ask = async () => {
		const mine = ++turn;
		if (text) localStorage.setItem(kept, text.value);
		note({ datum: datum.value || null, fixed: fixed.value || null, accuracy: accuracy.value || null });
		problem.hidden = true;
		good = null;
		if (text ? !text.value.trim() : !file.files.length) return void fill(out, h("p", { class: "hint" }, t("traverse-empty")));
		try {
			let answer;
			if (file) {
				const form = new FormData();
				form.append("outline", JSON.stringify(question()));
				form.append("file", file.files[0]);
				answer = await upload("/api/outline", form);
			} else answer = await send("POST", "/api/outline", question());
			if (mine !== turn) return;
			good = answer.geometry;
			fill(out, answerOf(answer, method));
		} catch (error) {
			if (mine !== turn) return;
			problem.textContent = error.message;
			problem.hidden = false;
		}
	};
	const soon = settled(ask, 250);
	const walking = method === "walk" ? walk(text, accuracy, soon) : null;
	const form = h("form", { class: "no-print", onsubmit: (event) => (event.preventDefault(), ask()), oninput: soon },
		walking?.element, file ? [h("label", { for: "track" }, t("corners-track")), file] : [h("label", { for: "points" }, t(method === "walk" ? "walk-points" : "traverse-written")), text],
		h("p", { class: "hint", id: "points-hint" }, t("corners-hint." + method)),
		h("label", { for: "datum" }, t("corners-datum")), datum, h("datalist", { id: "datums" }, Object.entries(datums).map(([value, label]) => h("option", { value }, label))), h("p", { class: "hint" }, t("corners-datum-hint")),
		h("label", { for: "fixed-by" }, how.label), fixed, h("label", { for: "accuracy" }, t("corners-accuracy")), accuracy, problem,
		h("p", {}, h("button", { type: "button", onclick: () => (text ? (text.value = "") : (file.value = ""), ask()) }, t("ask-clear"))));
	ask();
	return { form, leave: () => walking?.stop(), measured: () => good && { body: { ...question(), method }, file: file?.files[0] } };
}
