// What the first view needs is asked for before the scripts that use it have come: this one is small, needs no other,
// and runs first.
const { base, assets } = document.body.dataset;
const early = new Map();
let engine = null;

// Read to its end at once, so that who asks for it need not wait for another turn.
function ask(path) {
	const answer = fetch(base + path, { headers: { Accept: "application/json" } }).then(async (got) => {
		const body = await got.text();
		return { ok: got.ok, status: got.status, statusText: got.statusText, text: () => body };
	});
	answer.catch(() => {}); // whoever asks for it hears of it
	early.set(base + path, answer);
}
ask("/api/session");
ask("/api/programme?lang=" + document.documentElement.lang);
const path = location.pathname.slice(new URL(base).pathname.replace(/\/$/, "").length);
if (path === "" || path === "/" || path === "/map") {
	const sheet = document.createElement("link");
	sheet.rel = "stylesheet";
	sheet.href = `${assets}/foreign/maplibre-gl.css`;
	document.head.prepend(sheet);
	engine = loadEngine();
	engine.then((made) => made.prewarm(), () => {});
	const day = new URLSearchParams(location.search).get("as-of");
	ask("/tiles/land.json" + (day ? "?as-of=" + encodeURIComponent(day) : ""));
	import("./map.js").catch(() => {});
}

async function loadEngine() {
	const made = await import("./foreign/maplibre-gl.mjs");
	made.setWorkerUrl(`${assets}/foreign/maplibre-gl-worker.mjs`);
	return made;
}
// The map engine, once for all maps.
export const mapEngine = () => (engine ??= loadEngine());

// The answer that is on its way already, once.
export function onItsWay(url) {
	const answer = early.get(url);
	early.delete(url);
	return answer;
}
