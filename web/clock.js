// Ordnance that is said to neutralise itself: how many items may still function, beside how many lie there to be cleared.
import { h } from "./dom.js";
import { get } from "./api.js";
import { address } from "./place.js";
import { count, day } from "./format.js";
import { t } from "./text.js";

const steps = (said) => (said.tables.find((table) => table.name === "steps")?.rows ?? []).map(([from, lying, least, most]) => ({ from, lying, least, most }));

// The line is what lies there; the band what may function. Every step is as wide: days and decades stand side by side.
function drawn(rows, says) {
	const top = Math.max(...rows.map((r) => r.lying), 1);
	const x = (i) => (i * 240) / rows.length;
	const y = (n) => 52 - (n * 48) / top;
	const upper = rows.flatMap((r, i) => [[x(i), y(r.most)], [x(i + 1), y(r.most)]]);
	const lower = rows.flatMap((r, i) => [[x(i), y(r.least)], [x(i + 1), y(r.least)]]);
	const shape = (tag, attributes, ...inside) => {
		const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
		for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
		element.append(...inside);
		return element;
	};
	return shape("svg", { viewBox: "0 0 240 54", class: "clock", role: "img", "aria-label": says }, shape("polygon", { points: [...upper, ...lower.reverse()].join(" ") }),
		shape("polyline", { points: rows.flatMap((r, i) => [[x(i), y(r.lying)], [x(i + 1), y(r.lying)]]).join(" ") }));
}

// In the record of a hazard, a chart when something changes; nothing where no such model is named, or for who may not see estimates.
export async function ofHazard(record) {
	const said = await get("/api/analysis/clock", { hazard: record }).catch(() => null);
	if (!said?.tables.length) return [];
	const rows = steps(said);
	return [h("h2", {}, said.title), rows.length > 1 ? [drawn(rows, said.answer[0]), h("p", { class: "hint" }, rows.slice(0, 8).map((r) => `${day(r.from)}: ${count(r.least)}–${count(r.most)}`).join(" · "))] : "", h("p", {}, h("strong", {}, said.answer[0])), h("p", { class: "hint" }, said.not_shown[0], " ",
		h("a", { href: address("/analysis", { name: "clock", hazard: record }) }, t("clock-more")))];
}

// Under the time slider: says what holds on a day. Asked for once, when a date is first chosen.
export function line() {
	const text = h("p", { class: "clock", hidden: true, role: "status" });
	let asked = null;
	const say = async (then) => {
		asked ??= get("/api/analysis/clock").then(steps, () => []);
		const now = (await asked).findLast((r) => r.from <= then);
		text.hidden = !now?.lying;
		if (now?.lying) text.textContent = t("clock-line", { low: count(now.least), high: count(now.most), lying: count(now.lying) });
	};
	return { text, say };
}
