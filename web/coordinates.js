// A position as people write it.  UTM and MGRS by the npm part geodesy (Karney's series, doi:10.1007/s00190-011-0445-3),
// which is fetched when somebody asks for them; the texts are those of `safelane coord`.
export const notations = ["dd", "dms", "utm", "mgrs"];

let grid;
export const loadGrid = () => (grid ??= import("./foreign/geodesy/mgrs.js"));

function sexagesimal(value, letters, digits) {
	const scale = 10 ** digits;
	const all = Math.round(Math.abs(value) * 3600 * scale);
	const two = (n) => String(n).padStart(2, "0");
	const seconds = (all % (60 * scale)) / scale;
	return `${Math.floor(all / 3600 / scale)}°${two(Math.floor(all / 60 / scale) % 60)}'${seconds.toFixed(digits).padStart(digits + 3, "0")}"${letters[value < 0 ? 1 : 0]}`;
}

// `fine`: with all the digits that the server writes.  Empty beyond the grid: 79.9° S to 84° N.
export async function write(lat, lon, notation, fine = false) {
	lon = ((((lon + 180) % 360) + 360) % 360) - 180;
	if (notation === "dms") return `${sexagesimal(lat, "NS", fine ? 3 : 1)} ${sexagesimal(lon, "EW", fine ? 3 : 1)}`;
	if (notation !== "utm" && notation !== "mgrs") return `${lat.toFixed(fine ? 7 : 5)} ${lon.toFixed(fine ? 7 : 5)}`;
	if (!(lat >= -79.9 && lat < 84)) return "";
	const { LatLon, Utm } = await loadGrid();
	const utm = new LatLon(lat, lon).toUtm();
	if (notation === "mgrs") return fine ? utm.toMgrs().toString().replaceAll(" ", "") : utm.toMgrs().toString();
	// Around the Falkland Islands "S" could be the latitude band of that letter, which is in the north.
	const north = utm.hemisphere === "S" && utm.northing < 9e6 ? new Utm(utm.zone, "N", 500000, utm.northing).toLatLon().lat : 0;
	return `${utm.zone}${north > 31.9 && north < 40.1 ? "south" : utm.hemisphere} ${utm.easting.toFixed(fine ? 3 : 0)} ${utm.northing.toFixed(fine ? 3 : 0)}`;
}

export const chosen = () => (notations.includes(localStorage.getItem("notation")) ? localStorage.getItem("notation") : "dd");
export const choose = (notation) => localStorage.setItem("notation", notation);

// Of [[lon, lat], ...], in metres and square metres; `geodesic` is the npm part geographiclib-geodesic.
export function lengthOf(geodesic, points) {
	let sum = 0;
	for (let i = 1; i < points.length; i++)
		sum += geodesic.Geodesic.WGS84.Inverse(points[i - 1][1], points[i - 1][0], points[i][1], points[i][0], geodesic.Geodesic.DISTANCE).s12;
	return sum;
}
export function areaOf(geodesic, points) {
	const ring = new geodesic.PolygonArea.PolygonArea(geodesic.Geodesic.WGS84, false);
	for (const [lon, lat] of points) ring.AddPoint(lat, lon);
	return Math.abs(ring.Compute(false, true).area);
}
