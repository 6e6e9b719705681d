// The map: the land at any date, with its legend, and what is recorded where one points.
import { fill, h, settled } from "./dom.js";
import { get } from "./api.js";
import { address, note, recordAddress } from "./place.js";
import { kinds, states, swatch } from "./symbols.js";
import { area, count, day as dayText, position } from "./format.js";
import { t } from "./text.js";
import { draw, landTiles, tileInfo } from "./chart.js";

const dayNumber = (text) => Math.round(Date.parse(text + "T00:00:00Z") / 86400000);
const dayOf = (number) => new Date(number * 86400000).toISOString().slice(0, 10);

function readPlace(text) {
	const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
	return [zoom, lat, lon].every(Number.isFinite) ? { zoom, lat, lon } : null;
}

// Areas and counts of the legend, from the account of the date shown.
async function figures(cells, heading, account) {
	const { stock, flow, without_boundary: open } = account.total;
	const cell = (name, m2, n) => fill(cells[name], h("a", { href: address("/why", { cell: account.total.cells[name in stock ? `stock.${name}` : `flow.${name}`] }) },
		area(m2)), n === undefined ? "" : h("small", {}, " ", t("area-count", { n })));
	for (const name of ["CHA", "SHA"]) cell(name, stock[name].m2, stock[name].count);
	for (const name of ["cancelled", "reduced", "cleared"]) cell(name, flow[name]);
	fill(cells.open, h("a", { href: address("/records/hazard", { geometry_kind: "POINT" }) }, count(open.count)));
	heading.textContent = t("stock-at", { day: dayText(account.as_of) });
}

function legend(layersShown, toggle) {
	const cells = {};
	const heading = h("caption", {}, t("stock"));
	const row = (s) => h("tr", {}, h("td", {}, swatch(s)), h("th", { scope: "row" }, t(s.name)), (cells[s.name] = h("td", { class: "number" }, "…")));
	const table = h("table", {}, heading, h("tbody", {}, states.slice(0, 2).map(row)),
		h("tbody", {}, h("tr", {}, h("th", { colspan: 3, scope: "rowgroup", class: "sub" }, t("released-since"))), states.slice(2).map(row)),
		h("tbody", {}, h("tr", {}, h("td", {}, h("span", { class: "hollow", "aria-hidden": "true" })), h("th", { scope: "row" }, t("without-boundary")), (cells.open = h("td", { class: "number" }, "…")))));
	const box = (name, mark) => h("label", {}, h("input", { type: "checkbox", checked: layersShown.has(name), onchange: (e) => toggle(name, e.target.checked) }),
		mark && h("span", { class: "dot " + name, "aria-hidden": "true" }), " ", t(name));
	const switches = h("fieldset", { class: "switches" }, h("legend", {}, t("layers")),
		box("land"), kinds.map((k) => box(k.name, true)), box("base-map"));
	const wide = innerWidth > 700;
	return { cells, heading, element: h("details", { class: "legend", open: wide }, h("summary", {}, t("legend")), table, switches) };
}

function timeSlider(frame, day, changed) {
	const first = dayNumber(frame.programme.first ?? frame.today);
	const last = dayNumber(frame.today);
	const shown = h("output", { for: "time", dir: "auto" }, dayText(day));
	const slider = h("input", { type: "range", id: "time", min: first, max: last, step: 1, value: String(dayNumber(day)), "aria-label": t("time"), "aria-valuetext": dayText(day) });
	const say = () => {
		const text = dayOf(Number(slider.value));
		shown.textContent = dayText(text);
		slider.setAttribute("aria-valuetext", dayText(text));
		changed(text);
	};
	const step = (years) => {
		const then = new Date(dayOf(Number(slider.value)));
		then.setUTCFullYear(then.getUTCFullYear() + years);
		slider.value = String(dayNumber(then.toISOString().slice(0, 10)));
		say();
	};
	slider.addEventListener("input", say);
	return h("div", { class: "time", dir: "ltr" },
		h("button", { type: "button", title: t("year-earlier"), onclick: () => step(-1) }, h("span", { "aria-hidden": "true" }, "−1"), h("span", { class: "unseen" }, t("year-earlier"))),
		h("small", {}, dayOf(first).slice(0, 4)), slider, h("small", {}, dayOf(last).slice(0, 4)),
		h("button", { type: "button", title: t("year-later"), onclick: () => step(1) }, h("span", { "aria-hidden": "true" }, "+1"), h("span", { class: "unseen" }, t("year-later"))), shown);
}

// A position typed with its signs or axes exchanged stretches the box around the land over half of the world: look at
// where nearly all of it lies.
function settle(map, bounds) {
	if (!bounds || Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1]) < 15) return;
	const numbers = map.querySourceFeatures("land", { sourceLayer: "land" }).flatMap((f) => f.geometry.coordinates.flat(Infinity));
	if (numbers.length < 40) return;
	const sorted = (odd) => numbers.filter((_, i) => i % 2 === odd).sort((a, b) => a - b);
	const [x, y] = [sorted(0), sorted(1)];
	const at = (v, part) => v[Math.round((v.length - 1) * part)];
	const box = [[at(x, 0.03), at(y, 0.03)], [at(x, 0.97), at(y, 0.97)]];
	map.fitBounds(box, { padding: 60, maxZoom: 12, animate: false });
}

const recordLink = (name) => {
	const [kind, id] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
	return h("a", { href: recordAddress(kind, id) }, `${t("one." + kind)} ${id}`);
};

function answerOf(features, at) {
	const seen = new Set();
	const items = [];
	for (const f of features) {
		const key = `${f.source}|${f.id ?? f.properties.face ?? ""}|${f.properties.state ?? ""}`;
		if (seen.has(key) || f.source === "countries" || f.source === "shape") continue;
		seen.add(key);
		const p = f.properties;
		if (f.source === "land")
			items.push(h("li", {}, h("strong", { class: "state " + p.state }, t(p.state)), p.since ? [" ", t("since", { day: dayText(p.since) })] : "",
				p.area_m2 ? [", ", area(p.area_m2)] : "", p.count > 1 && !p.records ? h("p", {}, t("merged", { n: count(p.count) })) : "",
				p.records ? h("ul", {}, p.records.split("\n").map((r) => h("li", {}, recordLink(r)))) : ""));
		else if (p.count > 1 && !p.id) items.push(h("li", {}, t(f.source), ": ", t("merged", { n: count(p.count) })));
		else items.push(h("li", {}, recordLink(`${f.source}:${p.id ?? p.record}`), p.effective_date ? [" ", dayText(p.effective_date)] : ""));
	}
	return [h("h2", {}, t("what-is-here")), h("p", {}, h("bdi", { class: "number", dir: "ltr" }, position(at.lat, at.lng))),
		items.length ? h("ul", { class: "hits" }, items) : h("p", {}, t("nothing-here")),
		h("p", {}, h("a", { href: address("/ask", { at: position(at.lat, at.lng) }) }, t("ask-here")))];
}

export async function show(place, { parameters, frame }) {
	let day = parameters.get("as-of") ?? frame.today;
	const shown = new Set((parameters.get("layers") ?? "land,base-map").split(","));
	const canvas = h("div", { class: "map", role: "region", "aria-label": t("map-of") });
	const pointer = h("output", { class: "pointer", dir: "ltr", "aria-label": t("pointer") });
	const panel = h("aside", { class: "panel", "aria-label": t("what-is-here") }, h("p", { class: "hint" }, t("empty-selection")));
	let map = null;

	const toggle = (name, on) => {
		if (on) shown.add(name);
		else shown.delete(name);
		note({ layers: [...shown].join(",") });
		apply();
	};
	const apply = () => {
		if (!map) return;
		for (const layer of map.getStyle().layers) {
			const name = layer.source === "hazard" ? "land" : layer.source;
			if (name !== "shape" && layer.id !== "sea") map.setLayoutProperty(layer.id, "visibility", shown.has(name === "countries" ? "base-map" : name) ? "visible" : "none");
		}
	};
	const key = legend(shown, toggle);
	const count = () => get("/api/account", { "as-of": day }).then((a) => a.as_of === day && figures(key.cells, key.heading, a))
		.catch((error) => (key.heading.textContent = error.message));
	const redraw = settled(() => {
		note({ "as-of": day === frame.today ? null : day });
		dispatchEvent(new Event("as-of"));
		map?.getSource("land")?.setTiles([landTiles(day)]);
		count();
	}, 120);

	fill(place, h("h1", { class: "unseen" }, t("map")), h("div", { class: "map-page" },
		h("div", { class: "map-side" }, canvas, key.element, pointer, timeSlider(frame, day, (d) => {
			day = d;
			redraw();
		})), panel));
	place.addEventListener("placed", async () => {
		count();
		let tiles = null;
		try {
			tiles = await tileInfo(day);
			if (!tiles) fill(panel, h("p", { class: "problem" }, t("no-tiles")));
			const marked = (parameters.get("mark") ?? "").split(",").map(Number);
			const shape = marked.length === 2 ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [marked[1], marked[0]] } } : undefined;
			const b = tiles?.bounds;
			map = await draw(canvas, { day, tiles, at: readPlace(parameters.get("at")), shape,
				bounds: parameters.get("at") || !b ? undefined : [[b[0], b[1]], [b[2], b[3]]] });
		} catch (error) {
			fill(panel, h("p", { class: "problem" }, /webgl/i.test(error.message) ? t("no-webgl") : error.message));
			return;
		}
		map.once("load", apply);
		map.once("idle", () => {
			if (!parameters.get("at")) settle(map, tiles?.bounds);
			map.once("idle", () => (document.body.dataset.drawn = "1"));
			map.triggerRepaint();
		});
		map.on("mousemove", (e) => (pointer.textContent = position(e.lngLat.lat, e.lngLat.lng)));
		map.on("moveend", () => {
			const c = map.getCenter();
			note({ at: `${map.getZoom().toFixed(2)}/${c.lat.toFixed(5)}/${c.lng.toFixed(5)}` });
		});
		map.on("click", (e) => {
			const { x, y } = e.point;
			fill(panel, h("button", { type: "button", class: "plain closing", onclick: () => panel.classList.remove("open") }, t("close")),
				answerOf(map.queryRenderedFeatures([[x - 3, y - 3], [x + 3, y + 3]]), e.lngLat));
			panel.classList.add("open");
		});
	}, { once: true });
	return () => map?.remove();
}
