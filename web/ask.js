// Ask: one field and one button; the answer says what is recorded, of when, and what is not known.
import { fill, h } from "./dom.js";
import { get, send } from "./api.js";
import { address, go, recordAddress } from "./place.js";
import { area, day, distance, position } from "./format.js";
import { t } from "./text.js";
import { smallMap } from "./chart.js";

function answerOf(answer, asked) {
	const nearest = answer.nearest;
	const link = nearest && h("a", { href: recordAddress(nearest.kind, nearest.id) }, `${t("one." + nearest.kind)} ${nearest.id}`);
	const [before, after] = t("ask-nearest", { link: "\u0000", distance: nearest ? distance(nearest.distance_m) : "" }).split("\u0000");
	const items = answer.records.slice(0, 30).map((r) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: recordAddress(r.kind, r.id) }, `${t("one." + r.kind)} ${r.id}`)),
		h("td", {}, day(r.date)), h("td", { class: "number" }, distance(r.distance_m)), h("td", { class: "number" }, r.shared_m2 ? area(r.shared_m2) : "")));
	return [h("p", { class: "asked" }, t("ask-at", { place: asked, day: day(answer.as_of) })),
		h("p", { class: "statement state " + answer.state }, t("ask-says." + answer.state), ["CHA", "SHA", "none"].includes(answer.state) ? "" : " " + t("ask-nb")),
		h("p", {}, nearest ? [before, link, after] : t("ask-none-near", { distance: distance(answer.searched_m) })),
		h("h2", {}, t("ask-unknown")), h("ul", {}, h("li", {}, answer.last_survey ? t("ask-survey", { day: day(answer.last_survey) }) : t("ask-no-survey")),
			answer.hazards_without_boundary ? h("li", {}, t("ask-wb", { n: answer.hazards_without_boundary })) : "", h("li", {}, t("ask-nb"))),
		items.length ? [h("h2", {}, t("ask-records")), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("ask-records") }, h("table", { class: "rows" },
			h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("record")), h("th", { scope: "col" }, t("date")), h("th", { scope: "col", class: "number" }, t("distance")), h("th", { scope: "col", class: "number" }, t("area")))), h("tbody", {}, items)))] : "",
		h("p", { class: "signature" }, t("signature")), h("p", { class: "no-print" }, h("button", { type: "button", onclick: () => print() }, t("ask-print")))];
}

function parcelOf(text) {
	const value = JSON.parse(text);
	return value.type === "FeatureCollection" ? value.features?.[0]?.geometry : value.type === "Feature" ? value.geometry : value;
}

export async function show(place, { parameters }) {
	const at = parameters.get("at") ?? "";
	const out = h("div", { class: "answer", role: "status" });
	const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title"), hidden: true });
	const problem = h("p", { class: "problem", id: "ask-problem", role: "alert", hidden: true });
	const field = h("input", { id: "at", name: "at", value: at, autocomplete: "off", dir: "ltr", "aria-describedby": "at-hint ask-problem" });
	let map = null;
	const showMap = async (geometry) => {
		canvas.hidden = false;
		map?.remove();
		try {
			map = await smallMap(canvas, geometry);
		} catch {
			fill(canvas, h("p", {}, t("no-webgl")));
		}
	};
	const fail = (message) => {
		problem.textContent = message;
		problem.hidden = false;
	};
	const parcel = async (event) => {
		const [file] = event.target.files;
		if (!file) return;
		problem.hidden = true;
		let geometry;
		try {
			geometry = parcelOf(await file.text());
			fill(out, answerOf(await send("POST", "/api/ask", geometry, "application/geo+json"), t("ask-parcel-name", { file: file.name })));
			showMap(geometry);
		} catch (error) {
			fail(geometry ? error.message : t("not-geojson", { file: file.name, why: error.message }));
		}
	};
	const ask = (event) => {
		event.preventDefault();
		go(address("/ask", { at: field.value.trim() }));
	};
	fill(place, h("section", { class: "page record ask" }, h("h1", {}, t("ask-title")),
		h("form", { class: "no-print", onsubmit: ask }, h("label", { for: "at" }, t("ask-place")), h("div", { class: "line" }, field, h("button", {}, t("ask-button"))),
			h("p", { class: "hint", id: "at-hint", dir: "ltr" }, t("ask-place-hint")), problem,
			h("label", {}, t("ask-or"), ": ", t("ask-parcel"), " ", h("input", { type: "file", accept: ".geojson,.json,application/geo+json", onchange: parcel }))),
		h("div", { class: "two" }, out, canvas)));
	if (!at) fill(out, h("p", { class: "hint" }, t("ask-empty")));
	else
		try {
			const answer = await get("/api/ask", { at });
			fill(out, answerOf(answer, position(answer.lat, answer.lon)));
			place.addEventListener("placed", () => showMap({ type: "Point", coordinates: [answer.lon, answer.lat] }), { once: true });
		} catch (error) {
			fail(error.message);
		}
	return () => map?.remove();
}
