// The map drawn by MapLibre: the engine, our layers and the base map, for the map page and for small maps elsewhere.
import { assets, get } from "./api.js";
import { mapEngine } from "./start.js";
import { countries } from "./base_map.js";
import { image } from "./symbols.js";
import { FAR, ground, hazardLayers, kindLayers, kindTiles, landLayers, landTiles, shapeLayers, tiles } from "./layers.js";

function load() {
	if (!document.querySelector("link[href$='maplibre-gl.css']")) {
		const sheet = document.createElement("link");
		sheet.rel = "stylesheet";
		sheet.href = `${assets}/foreign/maplibre-gl.css`;
		document.head.prepend(sheet);
	}
	return mapEngine();
}

export const isDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
export const accent = () => (isDark() ? "#6cc3e0" : "#0b6a88");
export { landTiles };
const empty = { type: "FeatureCollection", features: [] };

// Hazards are drawn over the land once it is there.  Their tiles are large: far away they are asked for only where
// some hazard has no boundary.
export function addHazards(map, everywhere) {
	if (map.getSource("hazard")) return;
	map.addSource("hazard", { ...kindTiles("hazard"), minzoom: everywhere ? 0 : FAR });
	for (const layer of hazardLayers(isDark())) map.addLayer(layer, "shape-beside");
}

export function addKind(map, name) {
	if (map.getSource(name)) return;
	map.addSource(name, kindTiles(name));
	for (const layer of kindLayers(name, isDark())) map.addLayer(layer, "shape-beside");
}

// A map in `container`.  options: day, tiles (are there any?), few (spots of land may be drawn large), at: {zoom, lat,
// lon} or bounds, padding, small
export async function draw(container, options) {
	const { AttributionControl, Map: MapView, NavigationControl, ScaleControl } = await load();
	const dark = isDark();
	// Only the land to begin with: each source is a way to the worker and back, each kind of layer a program for the
	// graphics unit.
	const sources = {};
	const layers = [];
	if (options.tiles) {
		sources.land = tiles(landTiles(options.day), options.tiles.bounds);
		layers.push(...landLayers(dark, options.small || options.few));
	}
	const start = options.bounds ? { bounds: options.bounds, fitBoundsOptions: { padding: options.padding ?? 24, maxZoom: 16 } }
		: { center: [options.at?.lon ?? 20, options.at?.lat ?? 20], zoom: options.at?.zoom ?? 1.5 };
	const map = new MapView({
		container, style: { version: 8, sources, layers }, ...start, attributionControl: false, validateStyle: false, dragRotate: false,
		fadeDuration: 0, maxZoom: 20, renderWorldCopies: false, pitchWithRotate: false, touchPitch: false,
		cooperativeGestures: false,
	});
	map.touchZoomRotate.disableRotation();
	map.keyboard.disableRotation();
	map.setMissingStyleImageResolver((id) => {
		const found = image(id, dark);
		if (found && !map.hasImage(id)) map.addImage(id, found, { pixelRatio: 2 });
	});
	map.on("error", (event) => console.warn(event.error?.message));
	const outlines = (how) => countries(how).then((data) => map.getSource("countries")?.setData(data), () => {});
	map.once("load", () => {
		map.addSource("countries", { type: "geojson", data: empty, tolerance: 0.2 });
		map.addSource("shape", { type: "geojson", data: options.shape ?? empty });
		for (const layer of ground(dark)) map.addLayer(layer, options.tiles ? "land-far" : undefined);
		for (const layer of shapeLayers(accent(), dark)) map.addLayer(layer);
		map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
		if (!options.small) map.addControl(new NavigationControl({ showCompass: false }), document.dir === "rtl" ? "top-left" : "top-right");
		map.addControl(new AttributionControl({ compact: false, customAttribution: "Natural Earth" }), "bottom-right");
		if (options.tiles) map.setPaintProperty("land-far", "fill-antialias", true);
		if (options.small && options.tiles) addHazards(map);
		outlines("110m").then(() => map.once("idle", () => outlines("50m")));
	});
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
