// Ask: a point, a parcel or a route; the answer says what is recorded, of when, and what is not known.
import { fill, h, settled } from "./dom.js";
import { get, send, upload } from "./api.js";
import { address, go, recordAddress } from "./place.js";
import { area, day, distance, position } from "./format.js";
import { t } from "./text.js";
import { boxOf, draw, smallMap, tileInfo } from "./chart.js";

const longest = 1500; // characters of corners that an address carries; what is longer is kept in this tab
const fine = (x) => Number(x.toFixed(7));
const written = (ring) => ring.map(([lon, lat]) => `${fine(lat)},${fine(lon)}`).join(" ");

// "48.1 37.8", or what the server reads.
async function corner(line) {
	const decimal = line.match(/^\s*([-+]?\d+(?:\.\d+)?)\s*[\s,;]\s*([-+]?\d+(?:\.\d+)?)\s*$/);
	if (decimal && Math.abs(decimal[1]) <= 90 && Math.abs(decimal[2]) <= 180) return [Number(decimal[2]), Number(decimal[1])];
	const { results } = decimal ? { results: [] } : await get("/api/search", { q: line, limit: 3 });
	const hit = results.find((x) => x.what !== "record");
	if (!hit) throw new Error(t("ask-corner-bad", { line }));
	return [hit.lon, hit.lat];
}

function shapeOf(as, corners) {
	if (corners.length < (as === "route" ? 2 : 3)) return null;
	return as === "route" ? { type: "LineString", coordinates: corners } : { type: "Polygon", coordinates: [[...corners, corners[0]]] };
}

// The corners of a shape that has but one ring or line; null when it has more.
function cornersOf(geometry) {
	if (geometry.type === "LineString") return geometry.coordinates;
	if (geometry.type === "Polygon" && geometry.coordinates.length === 1) return geometry.coordinates[0].slice(0, -1);
	return null;
}

// An address for a shape: its corners, or the name under which this tab keeps it.
function addressOf(as, geometry, width, name) {
	const text = cornersOf(geometry) && written(cornersOf(geometry));
	const more = { as, width: as === "route" ? width : null };
	if (text && text.length <= longest) return address("/ask", { ...more, [as]: text });
	const kept = Date.now().toString(36);
	sessionStorage.setItem("asked-" + kept, JSON.stringify({ geometry, name }));
	return address("/ask", { ...more, kept });
}

function table(caption, heads, rows) {
	return [h("h2", {}, caption), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, h("table", { class: "rows" },
		h("thead", {}, h("tr", {}, heads.map((head, i) => h("th", { scope: "col", class: i > 1 || heads.length === 2 && i ? "number" : null }, head)))), h("tbody", {}, rows)))];
}

function answerOf(answer, asked, frame) {
	const nearest = answer.nearest;
	const link = nearest && h("a", { href: recordAddress(nearest.kind, nearest.id) }, `${t("one." + nearest.kind)} ${nearest.id}`);
	const [before, after] = t("ask-nearest", { link: "\u0000", distance: nearest ? distance(nearest.distance_m) : "" }).split("\u0000");
	const shape = answer.parcel_m2 !== undefined;
	const hazardous = ["CHA", "SHA"].includes(answer.state);
	const items = answer.records.slice(0, 30).map((r) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: recordAddress(r.kind, r.id) }, `${t("one." + r.kind)} ${r.id}`)),
		h("td", {}, day(r.date)), h("td", { class: "number" }, r.distance_m ? distance(r.distance_m) : t("ask-inside")), h("td", { class: "number" }, r.shared_m2 ? area(r.shared_m2) : "")));
	const states = shape ? Object.entries(answer.state_m2).filter(([, m2]) => m2 >= 0.5).reverse() : [];
	const known = `${day(answer.known_at)}, ${answer.known_at.slice(11, 16)} UTC`;
	return [h("p", { class: "asked" }, asked),
		h("p", { class: "dates" }, t("ask-dates", { day: day(answer.as_of), known, version: answer.version })),
		h("p", { class: "statement state " + answer.state }, t(`ask-${shape ? "part" : "says"}.${answer.state}`), hazardous || answer.state === "none" ? "" : " " + t("ask-nb")),
		h("p", {}, !nearest ? t("ask-none-near", { distance: distance(answer.searched_m) }) : nearest.distance_m ? [before, link, after] : [t("ask-hazard-here"), " ", link]),
		states.length ? table(t("ask-states"), [t("land-state"), t("area")], states.map(([s, m2]) => h("tr", {}, h("th", { scope: "row" }, t(s === "none" ? "ask-no-record" : s)), h("td", { class: "number" }, area(m2))))) : "",
		h("h2", {}, t("ask-unknown")), h("ul", {},
			h("li", {}, answer.last_survey ? t("ask-survey", { day: day(answer.last_survey) }) : t("ask-no-survey")),
			shape && answer.last_survey ? h("li", {}, t("ask-surveyed", { surveyed: area(answer.surveyed_m2), all: area(answer.parcel_m2) })) : "",
			answer.hazards_without_boundary ? h("li", {}, t("ask-wb", { n: answer.hazards_without_boundary })) : "",
			answer.slack_m ? h("li", {}, t("ask-slack", { m: distance(2 * answer.slack_m) })) : "", h("li", {}, t("ask-nb"))),
		items.length ? table(t("ask-records"), [t("record"), t("date"), t("distance"), t("ask-shared")], items) : "",
		answer.records.length > 30 ? h("p", { class: "hint" }, t("ask-more", { n: answer.records.length - 30 })) : "",
		h("div", { class: "sign" }, h("p", {}, frame.programme.name || frame.programme.country), ["ask-sign-name", "ask-sign-date", "ask-sign"].map((key) => h("p", {}, t(key)))),
		h("p", { class: "no-print" }, h("button", { type: "button", onclick: () => print() }, t("ask-print")))];
}

// A drawn map is not always printed: a picture of it is.
async function answerMap(canvas, geometry) {
	try {
		const map = await smallMap(canvas, geometry);
		map.once("idle", () => {
			map.once("render", () => canvas.after(h("img", { class: "printed", alt: t("where-title"), src: map.getCanvas().toDataURL() })));
			map.triggerRepaint();
		});
		return map;
	} catch {
		fill(canvas, h("p", {}, t("no-webgl")));
		return null;
	}
}

// A map on which corners are put by clicks; the list of corners is what counts, and can be typed.
async function drawing(canvas, field, as) {
	const info = await tileInfo().catch(() => null);
	const corners = () => Promise.all(field.value.split("\n").filter((l) => l.trim()).map(corner)).catch(() => []);
	const first = await corners();
	const bounds = first.length ? boxOf({ type: "LineString", coordinates: first }) : info?.bounds ? [info.bounds.slice(0, 2), info.bounds.slice(2)] : undefined;
	const map = await draw(canvas, { small: true, tiles: info, bounds });
	map.getCanvas().setAttribute("aria-label", t("ask-map"));
	const again = async () => {
		const list = await corners();
		const features = list.map((c) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: c } }));
		const whole = shapeOf(as, list) ?? (list.length > 1 ? { type: "LineString", coordinates: list } : null);
		if (whole) features.push({ type: "Feature", properties: {}, geometry: whole });
		map.getSource("shape")?.setData({ type: "FeatureCollection", features });
	};
	map.on("click", (event) => {
		const { lng, lat } = event.lngLat;
		field.value = [...field.value.split("\n").filter((l) => l.trim()), `${lat.toFixed(6)} ${lng.toFixed(6)}`].join("\n");
		again();
	});
	map.on("load", again);
	field.addEventListener("input", settled(again, 400));
	field.addEventListener("change", again);
	return map;
}

function pointForm(place, at, problem) {
	const field = h("input", { id: "at", name: "at", value: at, autocomplete: "off", dir: "ltr", "aria-describedby": "at-hint ask-problem" });
	const ask = (event) => {
		event.preventDefault();
		go(address("/ask", { at: field.value.trim() }));
	};
	fill(place, h("form", { class: "no-print", onsubmit: ask }, h("label", { for: "at" }, t("ask-place")), h("div", { class: "line" }, field, h("button", {}, t("ask-button"))),
		h("p", { class: "hint", id: "at-hint", dir: "ltr" }, t("ask-place-hint")), problem));
	return null;
}

function shapeForm(place, as, text, width, problem, fail) {
	const canvas = h("div", { class: "small-map drawing" });
	const field = h("textarea", { id: "corners", rows: 6, dir: "ltr", spellcheck: false, "aria-describedby": "corners-hint ask-problem" });
	field.value = text.split(" ").filter(Boolean).map((c) => c.replace(",", " ")).join("\n");
	const wide = h("input", { id: "width", type: "number", min: 1, max: 20000, step: "any", value: width ?? "", required: as === "route", dir: "ltr" });
	const file = h("input", { id: "shape-file", type: "file", accept: ".geojson,.json,.kml,.kmz,.gpx,.zip,.csv" });
	const change = (what) => () => {
		field.value = what(field.value.trim().split("\n")).join("\n");
		field.dispatchEvent(new Event("change"));
	};
	const ask = async (event) => {
		event.preventDefault();
		problem.hidden = true;
		try {
			if (file.files[0]) {
				const form = new FormData();
				if (as === "route") form.append("width", wide.value);
				form.append("file", file.files[0]);
				const answer = await upload("/api/ask", form);
				return go(addressOf(as, answer.line ?? answer.shape, wide.value, file.files[0].name));
			}
			const corners = await Promise.all(field.value.split("\n").filter((l) => l.trim()).map(corner));
			const shape = shapeOf(as, corners);
			if (!shape) throw new Error(t("ask-few." + as));
			go(addressOf(as, shape, wide.value, ""));
		} catch (error) {
			fail(error.message);
		}
	};
	fill(place, h("form", { class: "no-print two", onsubmit: ask },
		h("div", {}, h("label", { for: "corners" }, t("ask-corners." + as)), field, h("p", { class: "hint", id: "corners-hint" }, t("ask-corners-hint"), " ", h("a", { href: address("/traverse") }, t("traverse-title"))),
			h("p", {}, h("button", { type: "button", onclick: change((list) => list.slice(0, -1)) }, t("ask-back")), " ", h("button", { type: "button", onclick: change(() => []) }, t("ask-clear"))),
			as === "route" ? [h("label", { for: "width" }, t("ask-width")), wide] : "",
			h("label", { for: "shape-file" }, t("ask-file")), file, problem, h("p", {}, h("button", {}, t("ask-button")))), canvas));
	return () => drawing(canvas, field, as).catch(() => fill(canvas, h("p", {}, t("no-webgl"))));
}

async function question(parameters) {
	const as = ["parcel", "route"].includes(parameters.get("as")) ? parameters.get("as") : "point";
	const kept = parameters.get("kept") && JSON.parse(sessionStorage.getItem("asked-" + parameters.get("kept")) ?? "null");
	if (parameters.get("kept") && !kept) throw new Error(t("ask-kept-gone"));
	const text = parameters.get(as) ?? "";
	const corners = text.split(" ").filter(Boolean).map((c) => c.split(",").map(Number).reverse());
	return { as, text, name: kept?.name, geometry: kept ? kept.geometry : corners.length ? shapeOf(as, corners) : null };
}

export async function show(place, { parameters, frame }) {
	const at = parameters.get("at") ?? "";
	const width = parameters.get("width");
	const out = h("div", { class: "answer", role: "status" });
	const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title"), hidden: true });
	const problem = h("p", { class: "problem", id: "ask-problem", role: "alert", hidden: true });
	const form = h("div", {});
	const fail = (message) => {
		problem.textContent = message;
		problem.hidden = false;
	};
	let asked = { as: "point", text: "", geometry: null };
	try {
		asked = await question(parameters);
	} catch (error) {
		fail(error.message);
	}
	const { as } = asked;
	const maps = [];
	const keep = async (map) => maps.push(await map);
	const start = as === "point" ? pointForm(form, at, problem) : shapeForm(form, as, asked.text, width, problem, fail);
	fill(place, h("section", { class: "page record ask" }, h("h1", {}, t("ask-title")),
		h("nav", { class: "tabs no-print", "aria-label": t("ask-what") }, ["point", "parcel", "route"].map((m) =>
			h("a", { href: address("/ask", { as: m === "point" ? null : m }), "aria-current": m === as ? "page" : null }, t("ask-as." + m)))),
		form, h("div", { class: "two" }, out, h("div", {}, canvas))));
	if (start) place.addEventListener("placed", () => keep(start()), { once: true });
	if (!at && !asked.geometry) fill(out, h("p", { class: "hint" }, t("ask-empty." + as)));
	else
		try {
			const answer = as === "point" ? await get("/api/ask", { at }) : await send("POST", "/api/ask" + (as === "route" ? "?width=" + encodeURIComponent(width) : ""), asked.geometry, "application/geo+json");
			const words = as === "point" ? t("ask-of.point", { place: position(answer.lat, answer.lon) })
				: t("ask-of." + as, { area: area(answer.parcel_m2), length: distance(answer.route_m ?? 0), width: distance(answer.width_m ?? 0) }) + (asked.name ? ` (${asked.name})` : "");
			fill(out, parameters.get("as-of") ? h("p", { class: "hint" }, t("ask-today")) : "", answerOf(answer, words, frame));
			canvas.hidden = false;
			const shown = as === "point" ? { type: "Point", coordinates: [answer.lon, answer.lat] } : as === "route" ? { type: "GeometryCollection", geometries: [answer.shape, answer.line] } : answer.shape;
			place.addEventListener("placed", () => keep(answerMap(canvas, shown)), { once: true });
		} catch (error) {
			fail(error.message);
		}
	return () => maps.forEach((map) => map?.remove?.());
}
