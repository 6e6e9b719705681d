// Measuring on the map: lengths and areas on the WGS 84 ellipsoid, by Karney's own geodesics (npm geographiclib-geodesic,
// doi:10.1007/s00190-012-0578-z), the same algorithm as the server's.
import { h } from "./dom.js";
import { assets } from "./api.js";
import { area, distance } from "./format.js";
import { t } from "./text.js";
import { areaOf, lengthOf } from "./coordinates.js";

// The way that is measured, which on the map is no straight line.
function drawn(geodesic, points) {
	const out = points.slice(0, 1);
	for (let i = 1; i < points.length; i++) {
		const line = geodesic.Geodesic.WGS84.InverseLine(points[i - 1][1], points[i - 1][0], points[i][1], points[i][0]);
		const parts = Math.min(64, Math.ceil(line.s13 / 20000));
		for (let k = 1; k < parts; k++) {
			const at = line.Position((line.s13 * k) / parts, geodesic.Geodesic.LATITUDE | geodesic.Geodesic.LONGITUDE | geodesic.Geodesic.LONG_UNROLL);
			out.push([at.lon2, at.lat2]);
		}
		out.push(points[i]);
	}
	return out;
}

function load() {
	if (window.geodesic) return Promise.resolve(window.geodesic);
	return new Promise((done, fail) => {
		const script = Object.assign(document.createElement("script"), { src: `${assets}/foreign/geographiclib-geodesic.js`, onload: () => done(window.geodesic), onerror: fail });
		document.head.append(script);
	});
}

// Takes the clicks on the map until it ends.  With the keyboard: arrows move the map under its cross, Enter sets a
// point there, Backspace takes the last away, Escape ends.
export async function measure(map, bar, ended) {
	const geodesic = await load();
	const points = [];
	let closed = false;
	const says = h("output", { class: "measured" });
	const button = (id, what) => h("button", { type: "button", "data-id": id, onclick: what }, t(id));
	const shut = button("measure-close", () => ((closed = !closed), show()));
	const back = button("measure-back", () => (closed ? (closed = false) : points.pop(), show()));
	const canvas = map.getCanvas();
	const cross = h("span", { class: "cross", "aria-hidden": "true" });

	map.addSource("measure", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
	const ink = getComputedStyle(document.body).color;
	map.addLayer({ id: "measure-area", type: "fill", source: "measure", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": ink, "fill-opacity": 0.15 } });
	map.addLayer({ id: "measure-line", type: "line", source: "measure", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": ink, "line-width": 2.5, "line-dasharray": [2, 1] } });
	map.addLayer({ id: "measure-point", type: "circle", source: "measure", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4, "circle-color": ink } });

	function show() {
		const round = closed && points.length > 2;
		const way = drawn(geodesic, round ? [...points, points[0]] : points);
		const shapes = points.map((p) => ({ type: "Point", coordinates: p }));
		if (round) shapes.unshift({ type: "Polygon", coordinates: [way] });
		else if (points.length > 1) shapes.unshift({ type: "LineString", coordinates: way });
		map.getSource("measure").setData({ type: "FeatureCollection", features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
		shut.disabled = points.length < 3;
		shut.setAttribute("aria-pressed", String(round));
		back.disabled = !points.length;
		const metres = lengthOf(geodesic, round ? [...points, points[0]] : points);
		says.textContent = !points.length ? t("measure-how") : round
			? t("measured-area", { area: area(areaOf(geodesic, points)), length: distance(metres) }) : t("measured-length", { n: points.length, length: distance(metres) });
	}
	function set(at, pixel) {
		if (closed) return;
		const first = points.length > 2 && pixel && map.project(points[0]);
		if (first && Math.hypot(first.x - pixel.x, first.y - pixel.y) < 12) closed = true;
		else points.push([at.lng, at.lat]);
		show();
	}
	const clicked = (e) => set(e.lngLat, e.point);
	const key = (e) => {
		if (e.key === "Escape") end();
		else if (e.target !== canvas) return;
		else if (e.key === "Enter") set(map.getCenter());
		else if (e.key === "Backspace") back.click();
		else return;
		e.preventDefault();
	};
	function end() {
		map.off("click", clicked);
		map.doubleClickZoom.enable();
		document.removeEventListener("keydown", key);
		for (const layer of ["measure-area", "measure-line", "measure-point"]) map.getLayer(layer) && map.removeLayer(layer);
		map.removeSource("measure");
		bar.replaceChildren();
		cross.remove();
		canvas.style.cursor = "";
		ended();
	}
	map.on("click", clicked);
	map.doubleClickZoom.disable();
	document.addEventListener("keydown", key);
	canvas.style.cursor = "crosshair";
	map.getContainer().append(cross);
	bar.replaceChildren(says, shut, back, button("measure-end", end));
	show();
	canvas.focus();
	return end;
}
