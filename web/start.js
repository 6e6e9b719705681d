// What the first view needs is asked for before the scripts that use it have come: this one is small, needs no other,
// and runs first.
const { base, assets } = document.body.dataset;
const early = new Map();

const ask = (path) => early.set(base + path, fetch(base + path, { headers: { Accept: "application/json" } }));
ask("/api/session");
ask("/api/programme");
const path = location.pathname.slice(new URL(base).pathname.replace(/\/$/, "").length);
if (path === "" || path === "/" || path === "/map") {
	const sheet = document.createElement("link");
	sheet.rel = "stylesheet";
	sheet.href = `${assets}/foreign/maplibre-gl.css`;
	document.head.prepend(sheet);
	import("./foreign/maplibre-gl.mjs").then((engine) => {
		engine.setWorkerUrl(`${assets}/foreign/maplibre-gl-worker.mjs`);
		engine.prewarm();
	}, () => {});
	const day = new URLSearchParams(location.search).get("as-of");
	ask("/tiles/land.json" + (day ? "?as-of=" + encodeURIComponent(day) : ""));
	import("./map.js").catch(() => {});
}

// The answer that is on its way already, once.
export function onItsWay(url) {
	const answer = early.get(url);
	early.delete(url);
	return answer;
}
