// The map drawn by MapLibre: the engine, our layers and the base map, for the map page and for small maps elsewhere.
import { assets, base, get } from "./api.js";
import { countries } from "./base_map.js";
import { kinds, pattern, states } from "./symbols.js";

let engine;
async function load() {
	if (!engine) {
		const sheet = document.createElement("link");
		sheet.rel = "stylesheet";
		sheet.href = `${assets}/foreign/maplibre-gl.css`;
		document.head.prepend(sheet);
		engine = await import("./foreign/maplibre-gl.mjs");
		engine.setWorkerUrl(`${assets}/foreign/maplibre-gl-worker.mjs`);
	}
	return engine;
}

export const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
export const landTiles = (day) => `${base}/tiles/land/{z}/{x}/{y}.mvt` + (day ? `?as-of=${day}` : "");

function ground(dark) {
	return [
		{ id: "sea", type: "background", paint: { "background-color": dark ? "#0f1417" : "#e9eef0" } },
		{ id: "ground", type: "fill", source: "countries", paint: { "fill-color": dark ? "#1c2226" : "#fbfbf9" } },
		{ id: "borders", type: "line", source: "countries", paint: { "line-color": dark ? "#59646b" : "#a9a9a0", "line-width": 0.8 } },
	];
}

function landLayers(dark) {
	const layers = [];
	for (const s of states) {
		const of = { source: "land", "source-layer": "land", filter: ["==", ["get", "state"], s.name] };
		layers.push({ id: `fill-${s.name}`, type: "fill", ...of, paint: { "fill-color": s.colour, "fill-opacity": s.opacity, "fill-antialias": false } });
		if (s.pattern !== "plain")
			layers.push({ id: `hatch-${s.name}`, type: "fill", ...of, minzoom: 10, paint: { "fill-pattern": s.name } });
		const colour = dark || s.colour !== "#b9c8b0" ? s.colour : "#7f9273";
		const paint = { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 5, s.line * 1.6, 12, s.line] };
		if (s.dash) paint["line-dasharray"] = s.dash;
		layers.push({ id: `line-${s.name}`, type: "line", ...of, paint });
	}
	return layers.sort((a, b) => order(a) - order(b));
}
// Hazardous land above released land.
const order = (layer) => states.length - states.findIndex((s) => layer.id.endsWith("-" + s.name));

function kindLayers(dark) {
	return kinds.map((k) => ({
		id: "kind-" + k.name, type: "circle", source: k.name, "source-layer": k.name, layout: { visibility: "none" },
		filter: ["==", ["geometry-type"], "Point"],
		paint: {
			"circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 2.5, 12, 5], "circle-color": dark && k.name === "ordnance" ? "#e6e6e1" : k.colour,
			"circle-stroke-color": dark ? "#15191c" : "#ffffff", "circle-stroke-width": 1,
		},
	}));
}

const hollow = (dark) => ({
	id: "no-boundary", type: "circle", source: "hazard", "source-layer": "hazard", filter: ["==", ["geometry-type"], "Point"],
	layout: { visibility: "none" },
	paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 5, 2, 11, 5], "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": dark ? "#e6e6e1" : "#1d2329",
		"circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 5, 0.8, 11, 1.5] },
});

const tiles = (url, bounds) => ({ type: "vector", tiles: [url], minzoom: 0, maxzoom: 14, ...(bounds ? { bounds } : {}) });

// A map in `container`.  options: day, tiles (are there any?), at: {zoom, lat, lon} or bounds, small
export async function draw(container, options) {
	const { AttributionControl, Map: MapView, NavigationControl, ScaleControl } = await load();
	const dark = isDark();
	const empty = { type: "FeatureCollection", features: [] };
	const sources = { countries: { type: "geojson", data: empty, tolerance: 0.2 }, shape: { type: "geojson", data: options.shape ?? empty } };
	const layers = ground(dark);
	if (options.tiles) {
		sources.land = tiles(landTiles(options.day), options.tiles.bounds);
		for (const kind of ["hazard", ...kinds.map((k) => k.name)]) sources[kind] = tiles(`${base}/tiles/${kind}/{z}/{x}/{y}.mvt`);
		layers.push(...landLayers(dark), hollow(dark), ...kindLayers(dark));
	}
	const accent = dark ? "#6cc3e0" : "#0b6a88";
	const beside = ["==", ["get", "beside"], true];
	layers.push({ id: "shape-beside", type: "line", source: "shape", filter: beside, paint: { "line-color": dark ? "#e6e6e1" : "#1d2329", "line-width": 2, "line-dasharray": [2, 1.5] } },
		{ id: "shape-line", type: "line", source: "shape", filter: ["!", beside], paint: { "line-color": accent, "line-width": 3 } },
		{ id: "shape-point", type: "circle", source: "shape", filter: ["==", ["geometry-type"], "Point"],
			paint: { "circle-radius": 7, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": accent, "circle-stroke-width": 3 } });
	const start = options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: options.small ? 24 : 40, maxZoom: 16 } }
		: { center: [options.at?.lon ?? 20, options.at?.lat ?? 20], zoom: options.at?.zoom ?? 1.5 };
	const map = new MapView({
		container, style: { version: 8, sources, layers }, ...start, attributionControl: false, dragRotate: false,
		fadeDuration: 0, maxZoom: 20, renderWorldCopies: false, pitchWithRotate: false, touchPitch: false,
		cooperativeGestures: false,
	});
	map.touchZoomRotate.disableRotation();
	map.keyboard.disableRotation();
	for (const s of states) if (s.pattern !== "plain") map.addImage(s.name, pattern(s, dark), { pixelRatio: 2 });
	map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
	if (!options.small) map.addControl(new NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
	map.addControl(new AttributionControl({ compact: false, customAttribution: "Natural Earth" }), "bottom-right");
	map.on("error", (event) => console.warn(event.error?.message));
	map.once("load", () => countries().then((data) => map.getSource("countries")?.setData(data), () => {}));
	return map;
}

// What the server says of its tiles; null when it has none.
export async function tileInfo(day) {
	try {
		return await get("/tiles/land.json", { "as-of": day });
	} catch (error) {
		if (error.status === 404) return null;
		throw error;
	}
}

// The smallest box around a GeoJSON geometry: [[west, south], [east, north]].
export function boxOf(geometry) {
	const box = [[180, 90], [-180, -90]];
	const walk = (c) => {
		if (typeof c[0] === "number") {
			box[0] = [Math.min(box[0][0], c[0]), Math.min(box[0][1], c[1])];
			box[1] = [Math.max(box[1][0], c[0]), Math.max(box[1][1], c[1])];
		} else c.forEach(walk);
	};
	const each = (g) => (g.type === "GeometryCollection" ? g.geometries.forEach(each) : walk(g.coordinates));
	each(geometry);
	return box;
}

// A small map of a shape among the land, and of another one beside it.
export async function smallMap(place, geometry, day, other = null) {
	const info = await tileInfo(day).catch(() => null);
	const feature = (g, beside) => ({ type: "Feature", properties: { beside }, geometry: g });
	const both = [geometry, other].filter(Boolean);
	return draw(place, { small: true, tiles: info, day, bounds: boxOf({ type: "GeometryCollection", geometries: both }),
		shape: { type: "FeatureCollection", features: both.map((g, n) => feature(g, n > 0)) } });
}
