// The user's own base maps (MBTiles and PMTiles beside the programme, served by the server) under the land.
import { h } from "./dom.js";
import { get } from "./api.js";
import { isDark } from "./chart.js";

export const list = () => get("/api/basemaps").then((answer) => answer.basemaps.filter((m) => !m.problem), () => []);

// Vector tiles come in many schemas; what a layer is called says enough to draw it quietly under the land.
const looks = [
	[/water|ocean|sea|lake|river/i, "#c5dae4", "#23343d"],
	[/wood|forest|green|park|grass|landcover|landuse|natural/i, "#e6ebdd", "#1f2a22"],
	[/building/i, "#dcd8d0", "#2b3034"],
	[/road|street|transport|highway|path|rail/i, "#b5afa3", "#59646b"],
	[/./, "#a9a9a0", "#59646b"],
];

function vectorLayers(map) {
	const dark = isDark();
	const halo = dark ? "#15191c" : "#fbfbf9";
	return map.vector_layers.flatMap((name, i) => {
		const k = looks.findIndex(([words]) => words.test(name));
		const colour = looks[k][dark ? 2 : 1];
		const of = (type) => ({ id: `own-${i}-${type}`, type, source: "own", "source-layer": name });
		const is = (type) => ["==", ["geometry-type"], type];
		return [
			k < 3 && { ...of("fill"), filter: is("Polygon"), paint: { "fill-color": colour } },
			{ ...of("line"), filter: k < 3 ? is("LineString") : ["!=", ["geometry-type"], "Point"], paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.6, 14, k === 3 ? 3 : 1] } },
			{ ...of("symbol"), filter: is("Point"), layout: { "text-field": ["coalesce", ["get", "name"], ""], "text-size": 12, "text-font": ["Noto Sans", "sans-serif"] },
				paint: { "text-color": dark ? "#a9b0b4" : "#545b61", "text-halo-color": halo, "text-halo-width": 1 } },
		].filter(Boolean);
	});
}

// Puts the base map under the land, or takes away what is there (null).
export function lay(view, map) {
	if (!view?.getStyle()) return;
	for (const layer of view.getStyle().layers) if (layer.source === "own") view.removeLayer(layer.id);
	if (view.getSource("own")) view.removeSource("own");
	if (!map) return;
	// The engine reads an attribution as markup; a file's is only text.
	view.addSource("own", { type: map.type, tiles: [map.tiles], minzoom: map.minzoom, maxzoom: map.maxzoom, ...(map.bounds ? { bounds: map.bounds } : {}),
		...(map.type === "raster" ? { tileSize: 256 } : {}), attribution: h("span", {}, map.attribution || map.name).innerHTML });
	const under = view.getLayer("land-far") ? "land-far" : "shape-beside";
	const layers = map.type === "raster" ? [{ id: "own-raster", type: "raster", source: "own", paint: isDark() ? { "raster-brightness-max": 0.7 } : {} }] : vectorLayers(map);
	for (const layer of layers) view.addLayer(layer, under);
}
