// Where the page and the form that web-forms shows meet.
const heard = { loaded: () => {}, failed: () => {}, faulty: () => {}, map: {} };

export const hear = (what) => Object.assign(heard, what);
export function formLoaded(form, instance) {
	performance.mark("form-read");
	heard.loaded(instance.root, form);
}
export const formFailed = (error) => heard.failed(error);
export const formFaulty = () => heard.faulty();

// In the reader's language; the page has put them there before it fetched us.
export const formWord = (id) => globalThis.webFormsWord(id);

// Without a base map: one pixel that is clear, for every tile.
const clear = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
export const mapTile = () => heard.map.tile ?? clear;
// Shown as markup there; what a file says of itself is text.
export const mapCredit = () => (heard.map.credit ?? "").replace(/[<>&]/g, " ");

// Where the programme is ([west, south, east, north]), in Web Mercator (EPSG:3857), on a map some 800 pixels wide.
export function mapView() {
	const [west, south, east, north] = heard.map.box ?? [-180, -60, 180, 75];
	const radius = 6378137;
	const x = (lon) => (radius * lon * Math.PI) / 180;
	const y = (lat) => radius * Math.asinh(Math.tan((lat * Math.PI) / 180));
	const size = Math.max(x(east) - x(west), 1.6 * (y(north) - y(south)), 100);
	return { center: [(x(west) + x(east)) / 2, (y(south) + y(north)) / 2], zoom: Math.min(17, Math.log2((2 * Math.PI * radius * 800) / (256 * size))) };
}
