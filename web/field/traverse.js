// A polygon as a team measured it: with compass and tape here, by its corners in corners.js; drawn while one types.
import { fill, h, settled } from "../dom.js";
import { send } from "../api.js";
import { address, note } from "../place.js";
import { area, distance, metres, number } from "../format.js";
import { t } from "../text.js";
import "./words.js";
import { drawing, handIn } from "./outline.js";

const kept = "traverse"; // what is typed survives a power cut: it stays on this device until it is cleared

function answerOf(answer) {
	const ratio = answer.misclosure_m < 1e-4 ? t("traverse-closes") : t("traverse-ratio", { n: Math.round(answer.perimeter_m / answer.misclosure_m) });
	const bad = answer.misclosure_m > answer.misclosure_allowed_m;
	return [h("p", { class: "statement" + (bad ? " SHA" : "") }, t("traverse-closure", { gap: metres(answer.misclosure_m), ratio, allowed: metres(answer.misclosure_allowed_m) })),
		h("p", {}, t("traverse-area", { area: area(answer.area_m2), length: distance(answer.perimeter_m) }), " ", answer.is_adjusted ? t("traverse-adjusted", { area: area(answer.adjusted_area_m2) }) : answer.misclosure_m >= 1e-4 ? t("traverse-if-adjusted", { area: area(answer.adjusted_area_m2) }) : ""),
		answer.declination_deg !== undefined ? h("p", { class: "hint" }, t("traverse-declination", { angle: number(answer.declination_deg) + "°", model: answer.declination_model ?? t("traverse-given") })) : "",
		answer.warnings.length ? h("ul", { class: "problem" }, answer.warnings.map((w) => h("li", {}, h("bdi", {}, w)))) : "",
		drawing([answer.start, ...answer.legs], { adjusted: answer.is_adjusted ? [answer.start, ...answer.legs.map((leg) => leg.adjusted)] : [], name: (p, i) => (i ? p.label || String(i) : t("traverse-start")) })];
}

function legsOf(answer) {
	const rows = answer.legs.map((leg, i) => {
		const p = answer.is_adjusted ? leg.adjusted : leg;
		const walked = answer.legs.slice(0, i + 1).reduce((sum, l) => sum + l.horizontal_m, 0);
		return h("tr", {}, h("th", { scope: "row" }, `${i + 1}${leg.label ? " " + leg.label : ""}`), h("td", { class: "number" }, number(leg.azimuth_deg)), h("td", { class: "number" }, number(leg.horizontal_m)),
			h("td", {}, h("bdi", {}, `${p.lat.toFixed(7)} ${p.lon.toFixed(7)}`)), h("td", { class: "number" }, number(leg.to_start_m)), h("td", { class: "number" }, leg.to_start_m > 1e-4 ? h("bdi", { dir: "ltr" }, "1:" + Math.round(walked / leg.to_start_m)) : ""));
	});
	const file = new Blob([JSON.stringify({ type: "Feature", properties: { ...answer, geometry: undefined }, geometry: answer.geometry })], { type: "application/geo+json" });
	const corners = answer.geometry && answer.geometry.coordinates[0].slice(0, -1).map(([lon, lat]) => `${lat.toFixed(7)},${lon.toFixed(7)}`).join(" ");
	return [h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("traverse-legs") }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, ["leg", "azimuth", "metres", "position", "back", "ratio"].map((k, i) => h("th", { scope: "col", class: i && i !== 3 ? "number" : null }, t("traverse-head." + k))))), h("tbody", {}, rows))),
		h("p", { class: "no-print" }, h("a", { href: URL.createObjectURL(file), download: "traverse.geojson" }, t("traverse-file")), " ",
			corners ? h("a", { href: address("/ask", { as: "parcel", parcel: corners }) }, t("traverse-ask")) : "", " ", h("button", { type: "button", onclick: () => print() }, t("ask-print")))];
}

const methods = ["legs", "points", "track", "walk"];

// Compass and tape: returns what corners() returns.
function legsForm(place, { parameters, frame, out, legs }) {
	const problem = h("p", { class: "problem", id: "traverse-problem", role: "alert", hidden: true });
	const text = h("textarea", { id: "legs", rows: 12, dir: "ltr", spellcheck: false, "aria-describedby": "legs-hint traverse-problem", placeholder: "reference 48.1200 37.8000\nbenchmark 45 85.5\nstart 90 12\nTP1: 45 120\nTP2: 135 80 slope 10\nTP3: 225 120\nSP: 315 79" });
	text.value = localStorage.getItem(kept) ?? "";
	const north = parameters.get("bearings") ?? "";
	const norths = ["magnetic", "true", "grid"].map((value) => h("label", { class: "tick" }, h("input", { type: "radio", name: "bearings", value, checked: value === north }), " ", t("traverse-north." + value)));
	const day = h("input", { id: "measured-on", type: "date", max: frame.today, value: parameters.get("date") ?? frame.today });
	const declination = h("input", { id: "declination", inputmode: "decimal", dir: "ltr", value: parameters.get("declination") ?? "", placeholder: t("traverse-by-model") });
	const adjust = h("input", { id: "adjust", type: "checkbox", checked: parameters.get("adjust") === "yes" });
	let turn = 0;
	let good = null;
	const ask = async () => {
		const bearings = place.querySelector("input[name=bearings]:checked")?.value;
		const mine = ++turn;
		localStorage.setItem(kept, text.value);
		note({ bearings, date: day.value || null, declination: declination.value || null, adjust: adjust.checked ? "yes" : null });
		problem.hidden = true;
		good = null;
		fill(legs);
		if (!text.value.trim()) return void fill(out, h("p", { class: "hint" }, t("traverse-empty")));
		if (!bearings) return void fill(out, h("p", { class: "hint" }, t("traverse-say-north")));
		try {
			const given = Number(declination.value.replace(",", "."));
			const question = { text: text.value, bearings, date: day.value || undefined, adjust: adjust.checked, ...(declination.value.trim() ? { declination_deg: Number.isNaN(given) ? declination.value : given } : {}) };
			const answer = await send("POST", "/api/traverse", question);
			if (mine === turn) {
				good = question;
				fill(out, answerOf(answer));
				fill(legs, legsOf(answer));
			}
		} catch (error) {
			if (mine !== turn) return;
			problem.textContent = error.message;
			problem.hidden = false;
		}
	};
	const soon = settled(ask, 250);
	const form = h("form", { class: "no-print", onsubmit: (event) => (event.preventDefault(), ask()), oninput: soon },
		h("fieldset", {}, h("legend", {}, t("traverse-against")), norths, h("p", { class: "hint" }, t("traverse-against-hint"))),
		h("label", { for: "measured-on" }, t("traverse-date")), day,
		h("label", { for: "declination" }, t("traverse-decl")), declination,
		h("label", { for: "legs" }, t("traverse-written")), text, h("p", { class: "hint", id: "legs-hint" }, t("traverse-hint")),
		h("label", { class: "tick" }, adjust, " ", t("traverse-adjust")), problem,
		h("p", {}, h("button", { type: "button", onclick: () => ((text.value = ""), ask()) }, t("ask-clear"))));
	return { form, ask, measured: () => good && { body: { ...good, method: "legs" } } };
}

export async function show(place, { parameters, frame }) {
	const method = methods.includes(parameters.get("method")) ? parameters.get("method") : "legs";
	const out = h("div", { class: "answer", role: "status" });
	const legs = h("div", { class: "answer" });
	const other = method === "legs" ? null : await import("./corners.js");
	const how = other ? await other.corners(method, { parameters, out }) : legsForm(place, { parameters, frame, out, legs });
	const choice = h("fieldset", { class: "methods no-print" }, h("legend", {}, t("measured-by")), methods.map((value) => h("label", { class: "tick" }, h("input", { type: "radio", name: "method", value, checked: value === method, onchange: () => note({ method: value === "legs" ? null : value }, true) }), " ", t("measured-by." + value))));
	fill(place, h("section", { class: "page record ask" }, h("h1", {}, t("traverse-title")), choice, h("div", { class: "two" }, how.form, out), legs, await handIn(frame, how.measured)));
	how.ask?.();
	return how.leave;
}
