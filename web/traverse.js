// A polygon as a team measured it with compass and tape: legs in, positions, closure and area out, drawn while one types.
import { fill, h, settled } from "./dom.js";
import { send } from "./api.js";
import { address, note } from "./place.js";
import { area, distance, metres, number } from "./format.js";
import { t } from "./text.js";

const kept = "traverse"; // what is typed survives a power cut: it stays on this device until it is cleared

function outline(answer) {
	// North up, metres from the start; no tiles are needed to see that a leg is wrong.
	const k = Math.cos((answer.start.lat * Math.PI) / 180);
	const at = (p) => [(p.lon - answer.start.lon) * 111320 * k, -(p.lat - answer.start.lat) * 111320];
	const measured = [answer.start, ...answer.legs].map(at);
	const adjusted = [answer.start, ...answer.legs.map((leg) => leg.adjusted)].map(at);
	const all = [...measured, ...adjusted];
	const [x0, x1] = [Math.min(...all.map((p) => p[0])), Math.max(...all.map((p) => p[0]))];
	const [y0, y1] = [Math.min(...all.map((p) => p[1])), Math.max(...all.map((p) => p[1]))];
	const size = Math.max(x1 - x0, y1 - y0, 1);
	const pad = size * 0.12;
	const svg = (tag, attributes, ...children) => {
		const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
		for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
		element.append(...children);
		return element;
	};
	const points = (list) => list.map((p) => p.map((x) => x.toFixed(3)).join(",")).join(" ");
	const unit = size / 60;
	return svg("svg", { class: "traverse-outline", viewBox: [x0 - pad, y0 - pad, x1 - x0 + 2 * pad, y1 - y0 + 2 * pad].join(" "), role: "img", "aria-label": t("traverse-outline") },
		...(answer.is_adjusted ? [svg("polygon", { class: "adjusted", points: points(adjusted) })] : []),
		svg("polyline", { class: "measured", points: points(measured) }),
		svg("line", { class: "gap", x1: measured.at(-1)[0], y1: measured.at(-1)[1], x2: 0, y2: 0 }),
		...measured.slice(0, -1).map(([x, y], i) => svg("g", {}, svg("circle", { cx: x, cy: y, r: unit * (i ? 0.6 : 1) }),
			svg("text", { x: x + unit, y: y - unit, "font-size": unit * 2.4 }, i ? answer.legs[i - 1].label || String(i) : t("traverse-start")))));
}

function answerOf(answer) {
	const ratio = answer.misclosure_m < 1e-4 ? t("traverse-closes") : t("traverse-ratio", { n: Math.round(answer.perimeter_m / answer.misclosure_m) });
	const bad = answer.misclosure_m > answer.misclosure_allowed_m;
	return [h("p", { class: "statement" + (bad ? " SHA" : "") }, t("traverse-closure", { gap: metres(answer.misclosure_m), ratio, allowed: metres(answer.misclosure_allowed_m) })),
		h("p", {}, t("traverse-area", { area: area(answer.area_m2), length: distance(answer.perimeter_m) }), " ", answer.is_adjusted ? t("traverse-adjusted", { area: area(answer.adjusted_area_m2) }) : answer.misclosure_m >= 1e-4 ? t("traverse-if-adjusted", { area: area(answer.adjusted_area_m2) }) : ""),
		answer.declination_deg !== undefined ? h("p", { class: "hint" }, t("traverse-declination", { angle: number(answer.declination_deg) + "°", model: answer.declination_model ?? t("traverse-given") })) : "",
		answer.warnings.length ? h("ul", { class: "problem" }, answer.warnings.map((w) => h("li", {}, h("bdi", {}, w)))) : "",
		outline(answer)];
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

export async function show(place, { parameters, frame }) {
	const out = h("div", { class: "answer", role: "status" });
	const legs = h("div", { class: "answer" });
	const problem = h("p", { class: "problem", id: "traverse-problem", role: "alert", hidden: true });
	const text = h("textarea", { id: "legs", rows: 12, dir: "ltr", spellcheck: false, "aria-describedby": "legs-hint traverse-problem", placeholder: "reference 48.1200 37.8000\nbenchmark 45 85.5\nstart 90 12\nTP1: 45 120\nTP2: 135 80 slope 10\nTP3: 225 120\nSP: 315 79" });
	text.value = localStorage.getItem(kept) ?? "";
	const north = parameters.get("bearings") ?? "";
	const norths = ["magnetic", "true", "grid"].map((value) => h("label", { class: "tick" }, h("input", { type: "radio", name: "bearings", value, checked: value === north }), " ", t("traverse-north." + value)));
	const day = h("input", { id: "measured-on", type: "date", max: frame.today, value: parameters.get("date") ?? frame.today });
	const declination = h("input", { id: "declination", inputmode: "decimal", dir: "ltr", value: parameters.get("declination") ?? "", placeholder: t("traverse-by-model") });
	const adjust = h("input", { id: "adjust", type: "checkbox", checked: parameters.get("adjust") === "yes" });
	let asked = 0;
	const ask = async () => {
		const bearings = place.querySelector("input[name=bearings]:checked")?.value;
		const mine = ++asked;
		localStorage.setItem(kept, text.value);
		note({ bearings, date: day.value || null, declination: declination.value || null, adjust: adjust.checked ? "yes" : null });
		problem.hidden = true;
		fill(legs);
		if (!text.value.trim()) return void fill(out, h("p", { class: "hint" }, t("traverse-empty")));
		if (!bearings) return void fill(out, h("p", { class: "hint" }, t("traverse-say-north")));
		try {
			const given = Number(declination.value.replace(",", "."));
			const answer = await send("POST", "/api/traverse", { text: text.value, bearings, date: day.value || undefined, adjust: adjust.checked, ...(declination.value.trim() ? { declination_deg: Number.isNaN(given) ? declination.value : given } : {}) });
			if (mine === asked) {
				fill(out, answerOf(answer));
				fill(legs, legsOf(answer));
			}
		} catch (error) {
			if (mine !== asked) return;
			problem.textContent = error.message;
			problem.hidden = false;
		}
	};
	const soon = settled(ask, 250);
	fill(place, h("section", { class: "page record ask" }, h("h1", {}, t("traverse-title")),
		h("div", { class: "two" },
			h("form", { class: "no-print", onsubmit: (event) => (event.preventDefault(), ask()), oninput: soon },
				h("fieldset", {}, h("legend", {}, t("traverse-against")), norths, h("p", { class: "hint" }, t("traverse-against-hint"))),
				h("label", { for: "measured-on" }, t("traverse-date")), day,
				h("label", { for: "declination" }, t("traverse-decl")), declination,
				h("label", { for: "legs" }, t("traverse-written")), text, h("p", { class: "hint", id: "legs-hint" }, t("traverse-hint")),
				h("label", { class: "tick" }, adjust, " ", t("traverse-adjust")), problem,
				h("p", {}, h("button", { type: "button", onclick: () => ((text.value = ""), ask()) }, t("ask-clear")))),
			out), legs));
	ask();
}
