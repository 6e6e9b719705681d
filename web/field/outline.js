// The drawing of a measured polygon, what the rules say of it, and handing it in.
import { fill, h } from "../dom.js";
import { send, upload } from "../api.js";
import { address } from "../place.js";
import { kindName, language, t } from "../text.js";
import "./words.js";
import { dictionary } from "../dictionary.js";

// North up, metres from the first point; no tiles are needed to see that a corner is wrong.  What is not closed shows how
// far its ends are apart; of a traverse the last point is the first again, and is not named.
export function drawing(points, { adjusted = [], name = (p, i) => p.label || String(i + 1), closed = false, all: every = closed } = {}) {
	const k = Math.cos((points[0].lat * Math.PI) / 180);
	const at = (p) => [(p.lon - points[0].lon) * 111320 * k, -(p.lat - points[0].lat) * 111320];
	const [measured, moved] = [points.map(at), adjusted.map(at)];
	const all = [...measured, ...moved];
	// Not Math.min(...all): a track has more points than a call takes.
	const [x0, x1, y0, y1] = all.reduce(([a, b, c, d], [x, y]) => [Math.min(a, x), Math.max(b, x), Math.min(c, y), Math.max(d, y)], [0, 0, 0, 0]);
	const size = Math.max(x1 - x0, y1 - y0, 1);
	const pad = size * 0.12;
	const svg = (tag, attributes, ...children) => {
		const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
		for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
		element.append(...children);
		return element;
	};
	const list = (xy) => xy.map((p) => p.map((x) => x.toFixed(3)).join(",")).join(" ");
	const unit = size / 60;
	const last = measured.at(-1);
	const marked = every ? measured : measured.slice(0, -1);
	return svg("svg", { class: "traverse-outline", viewBox: [x0 - pad, y0 - pad, x1 - x0 + 2 * pad, y1 - y0 + 2 * pad].join(" "), role: "img", "aria-label": t("traverse-outline") },
		...(moved.length ? [svg("polygon", { class: "adjusted", points: list(moved) })] : []),
		svg("polyline", { class: "measured", points: list(closed ? [...measured, measured[0]] : measured) }),
		...(closed ? [] : [svg("line", { class: "gap", x1: last[0], y1: last[1], x2: 0, y2: 0 })]),
		...(marked.length > 60 ? marked.slice(0, 1) : marked).map(([x, y], i) => svg("g", {}, svg("circle", { cx: x, cy: y, r: unit * (i ? 0.6 : 1) }),
			svg("text", { x: x + unit, y: y - unit, "font-size": unit * 2.4 }, name(points[i], i)))));
}

export const findings = (list) => (list.length ? h("ul", { class: "found-here" }, list.map((f) => h("li", {}, h("span", { class: "severity " + f.severity }, t(f.severity)), " ", f.rule, " ",
	language === "en" ? "" : h("p", {}, f.title), h("span", { lang: "en", dir: "auto" }, f.text), f.suggestion ? h("p", { class: "hint" }, f.suggestion) : ""))) : "");

const kinds = ["hazard", "release", "activity", "task"];
const asked = { hazard: ["class", "name"], release: ["product", "hazard"], activity: ["type", "hazard"], task: ["hazard", "name"] };

// What was measured as a record that waits for review.  `measured()` gives {body, file}, or null as long as there is nothing.
export async function handIn(frame, measured) {
	if ((frame.session?.rights?.write ?? "none") === "none") return "";
	const said = h("div", { role: "status" });
	const problem = h("p", { class: "problem", role: "alert", hidden: true });
	const more = h("div");
	const label = (name, text, input, needed) => h("p", {}, h("label", { for: "record-" + name }, text, needed ? " *" : ""), input);
	const kind = h("select", { id: "record-kind", name: "kind", onchange: () => ask() }, kinds.map((k) => h("option", { value: k }, kindName(k, k))));
	const ask = async () => {
		const { fields } = await dictionary(kind.value);
		fill(more, asked[kind.value].map((name) => {
			const f = fields.get(name);
			const needed = f.required || null;
			const attributes = { id: "record-" + name, name, "data-field": "", required: needed };
			return label(name, f.label, f.codes ? h("select", attributes, h("option", { value: "" }, "—"), Object.entries(f.codes).map(([code, text]) => h("option", { value: code }, text))) : h("input", attributes), needed);
		}));
	};
	const submit = async (event) => {
		event.preventDefault();
		problem.hidden = true;
		fill(said);
		const now = measured();
		try {
			if (!now) throw new Error(t("handin-nothing"));
			const form = event.target;
			const values = { effective_date: form.day.value };
			for (const input of form.querySelectorAll("[data-field]")) if (input.value.trim()) values[input.name] = input.value.trim();
			const body = { ...now.body, kind: kind.value, id: form.identifier.value.trim(), values };
			let answer;
			if (now.file) {
				const parts = new FormData();
				parts.append("outline", JSON.stringify(body));
				parts.append("file", now.file);
				answer = await upload("/api/outlines", parts);
			} else answer = await send("POST", "/api/outlines", body);
			fill(said, h("p", { class: "statement" }, t(answer.known ? "handin-known" : "handin-done", { id: answer.id })), findings(answer.findings),
				h("p", {}, h("a", { href: address("/review", { record: answer.record }) }, t("to-review"))));
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
	};
	await ask();
	return h("details", { class: "no-print hand-in" }, h("summary", {}, t("handin")), h("p", { class: "hint" }, t("handin-says")),
		h("form", { onsubmit: submit }, label("kind", t("handin-kind"), kind), label("id", t("handin-id"), h("input", { id: "record-id", name: "identifier", required: true, maxlength: 100, dir: "auto" }), true),
			label("day", t("handin-day"), h("input", { id: "record-day", name: "day", type: "date", max: frame.today, value: frame.today, required: true }), true), more, problem,
			h("p", {}, h("button", {}, t("handin-send"))), said));
}
