// Positions from paper in whatever notation they stand there (degrees, minutes and seconds, UTM, MGRS), a line each, as the
// answer of a question that asks where.  Decimal degrees are read here, everything else by the server.
import { fill, h } from "../dom.js";
import { get } from "../api.js";
import { t } from "../text.js";
import { labelOf, places } from "./repeat.js";

async function read(line) {
	const plain = line.match(/^(-?\d{1,2}(?:\.\d+)?)[\s,;]+(-?\d{1,3}(?:\.\d+)?)$/);
	if (plain && Math.abs(plain[1]) <= 90 && Math.abs(plain[2]) <= 180) return [Number(plain[1]), Number(plain[2])];
	const { results } = await get("/api/search", { q: line, limit: 1 });
	const found = results.find((x) => x.what === "position");
	return found ? [found.lat, found.lon] : null;
}

const least = { geopoint: 1, geotrace: 2, geoshape: 3 };

export function positions(asked, changed) {
	const said = h("p", { role: "status" });
	const text = h("textarea", { rows: 5, "aria-label": t("points-lines"), placeholder: t("points-hint"), spellcheck: "false", autocapitalize: "off" });
	const pick = h("select", { "aria-label": t("points-for") });
	const say = (key, values) => (said.textContent = t(key, values));
	async function take() {
		const node = places(asked())[Number(pick.value)];
		const lines = text.value.split("\n").map((x) => x.trim()).filter(Boolean);
		const points = [];
		for (const [i, line] of lines.entries()) {
			const point = await read(line).catch(() => undefined);
			if (!point) return void say(point === undefined ? "points-offline" : "points-unreadable", { n: String(i + 1), text: line });
			points.push(point);
		}
		if (node.valueType === "geopoint" ? points.length !== 1 : points.length < least[node.valueType]) return void say("points-few", { n: String(least[node.valueType]) });
		if (node.valueType === "geoshape" && points[0].join() !== points.at(-1).join()) points.push(points[0]);
		node.setValue(points.map(([lat, lon]) => `${lat} ${lon} 0 0`).join(";"));
		say("points-taken", { label: labelOf(node), text: points.map(([lat, lon]) => `${lat.toFixed(7)} ${lon.toFixed(7)}`).join("; ") });
		changed();
	}
	const panel = h("details", { class: "points", hidden: true }, h("summary", {}, t("points")), h("p", {}, pick), text, h("p", {}, h("button", { type: "button", onclick: take }, t("points-take"))), said);
	return { panel, offer() {
		const nodes = places(asked());
		panel.hidden = !nodes.length;
		fill(pick, nodes.map((x, i) => h("option", { value: String(i) }, labelOf(x))));
	} };
}
