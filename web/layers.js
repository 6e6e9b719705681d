// What the map is made of: sources and layers, for light and dark.
import { base } from "./api.js";
import { kinds, marks, states } from "./symbols.js";

export const FAR = 8; // below this zoom land is drawn as spots: outlines and hatching would hide it
export const landTiles = (day) => `${base}/tiles/land/{z}/{x}/{y}.mvt` + (day ? `?as-of=${day}` : "");
export const tiles = (url, bounds) => ({ type: "vector", tiles: [url], minzoom: 0, maxzoom: 14, ...(bounds ? { bounds } : {}) });
export const kindTiles = (kind) => tiles(`${base}/tiles/${kind}/{z}/{x}/{y}.mvt`);

// The value of each state; what is not in the list is drawn as the last.
const each = (of) => ["match", ["get", "state"], ...states.slice(0, -1).flatMap((s) => [s.name, of(s)]), of(states.at(-1))];
const edge = (dark) => (s) => (dark || s.colour !== "#b9c8b0" ? s.colour : "#7f9273");

export const ground = (dark) => [
	{ id: "ground", type: "fill", source: "countries", paint: { "fill-color": dark ? "#1c2226" : "#fbfbf9", "fill-antialias": false } },
	{ id: "borders", type: "line", source: "countries", paint: { "line-color": dark ? "#59646b" : "#a9a9a0", "line-width": 0.8 } },
];

// Few layers, whose paint follows from the state: each layer looks through every feature of a tile.  Far away, where
// most of the land is spots of a pixel, an outline makes them visible: of one pixel, once all is drawn without, and wider
// only where they are few,
// since wide ones are slow to make and run together.  Hazardous land lies above.
export function landLayers(dark, few) {
	const of = { source: "land", "source-layer": "land" };
	const near = { ...of, minzoom: FAR };
	const suspected = ["==", ["get", "state"], "SHA"];
	const line = { "line-color": each(edge(dark)), "line-width": each((s) => s.line) };
	return [
		{ id: "land-far", type: "fill", ...of, maxzoom: FAR, layout: { "fill-sort-key": each((s) => -states.indexOf(s)) }, paint: { "fill-color": each(edge(dark)), "fill-opacity": 0.8, "fill-antialias": false } },
		few && { id: "land-spots", type: "line", ...of, maxzoom: FAR, layout: { "line-sort-key": each((s) => -states.indexOf(s)), "line-join": "round" }, paint: { "line-color": each(edge(dark)), "line-width": 3 } },
		{ id: "land-fill", type: "fill", ...near, paint: { "fill-color": each((s) => s.colour), "fill-opacity": each((s) => s.opacity), "fill-antialias": false } },
		{ id: "land-hatch", type: "fill", ...of, minzoom: 10, filter: ["!=", ["get", "state"], "cleared"], paint: { "fill-pattern": ["get", "state"] } },
		{ id: "land-edge", type: "line", ...near, filter: ["!", suspected], paint: line },
		{ id: "land-dashes", type: "line", ...near, filter: suspected, paint: { ...line, "line-dasharray": [3, 2] } },
	].filter(Boolean);
}

// Hazards themselves: those without a boundary, and how far the work on the others is (IMAS 07.11 annex C).
export function hazardLayers(dark) {
	const of = { source: "hazard", "source-layer": "hazard" };
	const outline = (id, status, paint) => ({ id, type: "line", ...of, minzoom: FAR, filter: ["all", ["==", ["get", "status"], status], ["==", ["geometry-type"], "Polygon"]], paint });
	return [
		outline("status-worked-on", "WORK", { "line-color": marks.work, "line-width": 4, "line-dasharray": [0.5, 1], "line-offset": 2.5 }),
		outline("status-closed", "CLOSED", { "line-color": dark ? "#a6ce39" : marks.closed, "line-width": 2.5, "line-offset": 2 }),
		{ id: "no-boundary", type: "circle", ...of, filter: ["==", ["geometry-type"], "Point"],
			paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 2, 11, 5], "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": dark ? "#e6e6e1" : "#1d2329",
				"circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 11, 1.5] } },
	];
}

export function kindLayers(name, dark) {
	const of = { source: name, "source-layer": name };
	const k = kinds.find((x) => x.name === name);
	const ink = dark ? "#e6e6e1" : "#1d2329";
	const layers = [{
		id: "kind-" + name, type: "symbol", ...of, filter: ["==", ["geometry-type"], "Point"],
		layout: { "icon-image": name, "icon-allow-overlap": true, "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.45, 11, 1],
			...(k.named ? { "text-field": ["step", ["zoom"], "", 9, ["coalesce", ["get", "name"], ["get", "id"], ""]], "text-size": 13, "text-font": ["Noto Sans", "sans-serif"],
				"text-anchor": "left", "text-offset": [0.7, 0], "text-optional": true, "text-max-width": 12 } : {}) },
		paint: k.named ? { "text-color": ink, "text-halo-color": dark ? "#15191c" : "#fbfbf9", "text-halo-width": 1.5 } : {},
	}];
	const shape = { "line-color": k.colour, "line-width": k.named ? 1 : 1.5, "line-opacity": k.named ? 0.6 : 1 };
	layers.unshift({ id: "edge-" + name, type: "line", ...of, filter: ["!=", ["geometry-type"], "Point"], paint: shape });
	return layers;
}

// A shape that is shown for itself: a record's boundary, the spot asked for.
const beside = ["==", ["get", "beside"], true];
export const shapeLayers = (accent, dark) => [
	{ id: "shape-beside", type: "line", source: "shape", filter: beside, paint: { "line-color": dark ? "#e6e6e1" : "#1d2329", "line-width": 2, "line-dasharray": [2, 1.5] } },
	{ id: "shape-line", type: "line", source: "shape", filter: ["!", beside], paint: { "line-color": accent, "line-width": 3 } },
	{ id: "shape-point", type: "circle", source: "shape", filter: ["==", ["geometry-type"], "Point"],
		paint: { "circle-radius": 7, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": accent, "circle-stroke-width": 3 } },
];
