// The outlines of the countries (Natural Earth 1:110 or 1:50 million, public domain), from TopoJSON to GeoJSON.
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
	return unwrapped(points);
}

// Rings that cross the 180th meridian go on beyond it instead of leaping over the whole world; one that goes around
// the pole (Antarctica) is closed along it.
function unwrapped(points) {
	let turn = 0;
	const out = points.map(([x, y], i) => {
		const leap = i ? x - points[i - 1][0] : 0;
		if (Math.abs(leap) > 180) turn -= Math.sign(leap) * 360;
		return [x + turn, y];
	});
	const first = out[0];
	const last = out.at(-1);
	if (Math.abs(first[0] - last[0]) > 180) out.push([last[0], -85], [first[0], -85], first);
	return out;
}

export async function countries(scale) {
	const topology = await (await fetch(`${assets}/foreign/countries-${scale}.json`)).json();
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
