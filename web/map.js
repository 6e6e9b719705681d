// The map: the land at any date, with its legend, and what is recorded where one points.
import { fill, h, settled } from "./dom.js";
import { get } from "./api.js";
import { address, note, recordAddress } from "./place.js";
import { kinds, paintSamples } from "./symbols.js";
import { area, count, day as dayText, position } from "./format.js";
import { t } from "./text.js";
import { addHazards, addKind, draw, landTiles, tileInfo } from "./chart.js";
import { legend } from "./legend.js";
import { resizable } from "./panel.js";
import { choose, chosen, notations, write } from "./coordinates.js";

const FEW = 20000; // hazards that are drawn as large spots from far away

const dayNumber = (text) => Math.round(Date.parse(text + "T00:00:00Z") / 86400000);
const dayOf = (number) => new Date(number * 86400000).toISOString().slice(0, 10);

function readPlace(text) {
	const [zoom, lat, lon] = (text ?? "").split("/").map(Number);
	return [zoom, lat, lon].every(Number.isFinite) ? { zoom, lat, lon } : null;
}

function timeSlider(frame, day, changed) {
	const first = dayNumber(frame.programme.first ?? frame.today);
	const last = dayNumber(frame.today);
	const shown = h("output", { for: "time", dir: "auto" }, dayText(day));
	const slider = h("input", { type: "range", id: "time", min: first, max: last, step: 1, value: String(dayNumber(day)), "aria-label": t("time"), "aria-valuetext": dayText(day) });
	const under = h("div", {});
	let clock = null;
	const say = () => {
		const text = dayOf(Number(slider.value));
		shown.textContent = dayText(text);
		slider.setAttribute("aria-valuetext", dayText(text));
		changed(text);
		clock ??= import("./clock.js").then((m) => m.line());
		clock.then((c) => (under.append(c.text), c.say(text)));
	};
	const step = (years) => {
		const then = new Date(dayOf(Number(slider.value)));
		then.setUTCFullYear(then.getUTCFullYear() + years);
		slider.value = String(dayNumber(then.toISOString().slice(0, 10)));
		say();
	};
	slider.addEventListener("input", say);
	return [under, h("div", { class: "time", dir: "ltr" },
		h("button", { type: "button", title: t("year-earlier"), onclick: () => step(-1) }, h("span", { "aria-hidden": "true" }, "−1"), h("span", { class: "unseen" }, t("year-earlier"))),
		h("small", {}, dayOf(first).slice(0, 4)), slider, h("small", {}, dayOf(last).slice(0, 4)),
		h("button", { type: "button", title: t("year-later"), onclick: () => step(1) }, h("span", { "aria-hidden": "true" }, "+1"), h("span", { class: "unseen" }, t("year-later"))), shown)];
}

const recordLink = (name) => {
	const [kind, id] = [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];
	return h("a", { href: recordAddress(kind, id) }, `${t("one." + kind)} ${id}`);
};

// The position as chosen, and a button that copies it.
function positionOf(at) {
	const text = h("bdi", { class: "number", dir: "ltr" }, "…");
	const done = h("span", { role: "status" });
	const copy = h("button", { type: "button", class: "plain", onclick: () => navigator.clipboard.writeText(text.textContent).then(() => (done.textContent = t("copied")), () => getSelection().selectAllChildren(text)) }, t("copy"));
	const say = () => write(at.lat, at.lng, chosen()).then((x) => (text.textContent = x || t("off-grid")));
	say();
	return { element: h("p", { class: "position" }, text, " ", copy, " ", done), say };
}

function answerOf(features, at, where) {
	const seen = new Set();
	const items = [];
	for (const f of features) {
		const key = `${f.source}|${f.id ?? f.properties.face ?? ""}|${f.properties.state ?? ""}`;
		if (seen.has(key) || !(f.source === "land" || f.source === "hazard" || kinds.some((k) => k.name === f.source))) continue;
		seen.add(key);
		const p = f.properties;
		if (f.source === "land")
			items.push(h("li", {}, h("strong", { class: "state " + p.state }, t(p.state)), p.since ? [" ", t("since", { day: dayText(p.since) })] : "",
				p.area_m2 ? [", ", area(p.area_m2)] : "", p.count > 1 && !p.records ? h("p", {}, t("merged", { n: count(p.count) })) : "",
				p.records ? h("ul", {}, p.records.split("\n").map((r) => h("li", {}, recordLink(r)))) : ""));
		else if (p.count > 1 && !p.id) items.push(h("li", {}, t(f.source), ": ", t("merged", { n: count(p.count) })));
		else items.push(h("li", {}, recordLink(`${f.source}:${p.id ?? p.record}`), p.name ? [" ", p.name] : "", p.effective_date ? [" ", dayText(p.effective_date)] : ""));
	}
	return [h("h2", {}, t("what-is-here")), where.element,
		items.length ? h("ul", { class: "hits" }, items) : h("p", {}, t("nothing-here")),
		h("p", {}, h("a", { href: address("/ask", { at: position(at.lat, at.lng) }) }, t("ask-here")))];
}

// The strip below the map: where the pointer is, in the notation that the user likes, and the measure.
function strip() {
	const output = h("output", { class: "pointer", dir: "ltr", "aria-label": t("pointer") });
	const pick = h("select", { "aria-label": t("notation"), name: "notation" }, notations.map((n) => h("option", { value: n, selected: n === chosen() }, n.toUpperCase())));
	const measured = h("span", { class: "measuring" });
	const button = h("button", { type: "button", class: "measure", "aria-pressed": "false" }, t("measure"));
	let last = null;
	const say = (at) => {
		last = at ?? last;
		const mine = last;
		if (mine) write(mine.lat, mine.lng, chosen()).then((text) => mine === last && (output.textContent = text || t("off-grid")));
	};
	pick.addEventListener("change", () => {
		choose(pick.value);
		say();
		dispatchEvent(new Event("notation"));
	});
	return { element: h("div", { class: "strip" }, button, measured, h("span", { class: "where" }, output, pick)), say, measured, button };
}

export async function show(place, { parameters, frame }) {
	let day = parameters.get("as-of") ?? frame.today;
	const shown = new Set((parameters.get("layers") ?? "land,status").split(","));
	let base = parameters.get("base") ?? localStorage.getItem("base-map") ?? "countries";
	const canvas = h("div", { class: "map", role: "region", "aria-label": t("map-of") });
	const panel = h("aside", { class: "panel", id: "panel", tabindex: 0, "aria-label": t("what-is-here") }, h("p", { class: "hint" }, t("empty-selection")));
	const sizes = resizable(panel);
	const bottom = strip();
	let map = null;
	let grounds = null;
	let maps = [];
	let where = null;

	const toggle = (name, on) => {
		if (on) shown.add(name);
		else shown.delete(name);
		note({ layers: [...shown].join(",") });
		apply();
	};
	const apply = () => {
		if (!map?.getStyle()) return; // left before it was there
		for (const { name } of kinds) if (shown.has(name)) addKind(map, name);
		for (const layer of map.getStyle().layers) {
			const on = layer.source === "countries" ? !["none", ...maps.map((m) => m.id)].includes(base) : layer.id.startsWith("status-") ? shown.has("status") && day === frame.today
				: layer.source === "land" || layer.source === "hazard" ? shown.has("land") : shown.has(layer.source);
			if (layer.source === "countries" || layer.source === "land" || layer.source === "hazard" || kinds.some((k) => k.name === layer.source))
				map.setLayoutProperty(layer.id, "visibility", on ? "visible" : "none");
		}
	};
	const lay = (name) => {
		base = name;
		localStorage.setItem("base-map", name);
		note({ base: name === "countries" ? null : name });
		grounds?.lay(map, maps.find((m) => m.id === name));
		apply();
	};
	const key = legend(shown, base, toggle, lay);
	let open = 1;
	const tell = () => get("/api/account", { "as-of": day }).then((a) => {
		if (a.as_of !== day) return;
		open = a.total.without_boundary.count;
		key.figures(a, day === frame.today);
	}).catch((error) => key.fail(error.message));
	const redraw = settled(() => {
		note({ "as-of": day === frame.today ? null : day });
		dispatchEvent(new Event("as-of"));
		map?.getSource("land")?.setTiles([landTiles(day)]);
		apply();
		tell();
	}, 120);

	fill(place, h("h1", { class: "unseen" }, t("map")), h("div", { class: "map-page" },
		h("div", { class: "map-side" }, h("div", { class: "stage" }, canvas, key.element), bottom.element, timeSlider(frame, day, (d) => {
			day = d;
			redraw();
		})), sizes.bar, panel));
	const again = () => where?.say();
	addEventListener("notation", again);

	const answer = (point, at) => {
		where = positionOf(at);
		bottom.say(at);
		fill(panel, answerOf(map.queryRenderedFeatures([[point.x - 3, point.y - 3], [point.x + 3, point.y + 3]]), at, where));
		map.getSource("shape")?.setData({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [at.lng, at.lat] } });
		sizes.open();
	};
	let end = null;
	bottom.button.addEventListener("click", async () => {
		if (end) return end();
		if (!map) return;
		bottom.button.setAttribute("aria-pressed", "true");
		end = () => {};
		end = await (await import("./measure.js")).measure(map, bottom.measured, () => {
			end = null;
			bottom.button.setAttribute("aria-pressed", "false");
		});
	});
	const later = async (tiles) => {
		if (tiles) addHazards(map, open > 0);
		apply();
		grounds = await import("./grounds.js");
		maps = await grounds.list();
		key.offer(maps);
		if (maps.some((m) => m.id === base)) lay(base);
		apply();
		map.once("idle", () => (document.body.dataset.drawn = "1"));
		map.triggerRepaint();
	};
	performance.mark("slider");
	place.addEventListener("placed", async () => {
		let tiles = null;
		try {
			tiles = await tileInfo(parameters.get("as-of"));
			if (!tiles) fill(panel, h("p", { class: "problem" }, t("no-tiles")));
			const marked = (parameters.get("mark") ?? "").split(",").map(Number);
			const shape = marked.length === 2 ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [marked[1], marked[0]] } } : undefined;
			const b = tiles?.view;
			// The land lies beside the legend, not under it.
			const beside = key.element.open ? Math.min(Math.max(key.element.offsetWidth, 400) + 16, canvas.offsetWidth / 2) : 24;
			const padding = { top: 32, bottom: 32, left: document.dir === "rtl" ? 24 : beside, right: document.dir === "rtl" ? beside : 48 };
			map = await draw(canvas, { day, tiles, at: readPlace(parameters.get("at")), shape, padding, few: frame.programme.kinds.every((k) => k.kind !== "hazard" || k.records < FEW),
				bounds: parameters.get("at") || !b ? undefined : [[b[0], b[1]], [b[2], b[3]]] });
		} catch (error) {
			paintSamples();
			tell();
			fill(panel, h("p", { class: "problem" }, /webgl/i.test(error.message) ? t("no-webgl") : error.message));
			return;
		}
		map.once("load", () => {
			performance.mark("land");
			paintSamples();
			tell();
			map.once("idle", () => later(tiles));
		});
		map.on("mousemove", (e) => bottom.say(e.lngLat));
		map.on("move", (e) => e.originalEvent instanceof KeyboardEvent && bottom.say(map.getCenter()));
		map.on("moveend", (e) => {
			const c = map.getCenter();
			note({ at: `${map.getZoom().toFixed(2)}/${c.lat.toFixed(5)}/${c.lng.toFixed(5)}` });
			if (document.activeElement === map.getCanvas() && !(e.originalEvent instanceof MouseEvent)) bottom.say(c);
		});
		map.on("click", (e) => end || answer(e.point, e.lngLat));
		map.getCanvas().addEventListener("keydown", (e) => {
			if (end || e.key !== "Enter") return;
			answer(map.project(map.getCenter()), map.getCenter());
		});
	}, { once: true });
	return () => {
		removeEventListener("notation", again);
		sizes.done();
		end?.();
		map?.remove();
	};
}
