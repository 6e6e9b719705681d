// The outlines of the countries (Natural Earth 1:50 million, public domain), from TopoJSON to GeoJSON.
import { assets } from "./api.js";

function decode(topology) {
	const { scale, translate } = topology.transform;
	return topology.arcs.map((arc) => {
		let x = 0;
		let y = 0;
		return arc.map(([dx, dy]) => [(x += dx) * scale[0] + translate[0], (y += dy) * scale[1] + translate[1]]);
	});
}

function ring(numbers, arcs) {
	const points = [];
	for (const i of numbers) {
		const arc = i < 0 ? [...arcs[~i]].reverse() : arcs[i];
		points.push(...(points.length ? arc.slice(1) : arc));
	}
	return points;
}

export async function countries() {
	const topology = await (await fetch(`${assets}/foreign/countries.json`)).json();
	const arcs = decode(topology);
	const features = topology.objects.countries.geometries.filter((g) => g.arcs).map((g) => ({
		type: "Feature",
		properties: { name: g.properties?.name },
		geometry: {
			type: "MultiPolygon",
			coordinates: (g.type === "Polygon" ? [g.arcs] : g.arcs).map((polygon) => polygon.map((r) => ring(r, arcs))),
		},
	}));
	return { type: "FeatureCollection", features };
}
