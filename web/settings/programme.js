// The programme: what it is called, and how it is served.  The same settings as `safelane set`.
import { fill, h } from "../dom.js";
import { get, send } from "../api.js";
import { address } from "../place.js";
import { languages, t } from "../text.js";
import "./words.js";
import { field, form } from "./form.js";

const numbers = { "small-cell": [0, 1000], generalise: [0, 100000], "session-hours": [1, 720], "session-idle": [1, 43200], freeze: [0, 366] };

export function nameForm(frame, done) {
	const p = frame.programme;
	return form(t("save"), [field(t("programme-name"), "name", { value: p.name, required: true, maxlength: 200 }),
		field(t("settings-country"), "country", { value: p.country, required: true, pattern: "[A-Z]{3}", maxlength: 3, size: 4, hint: t("country-hint") })], async (v) => {
		await send("PATCH", "/api/programme", v);
		Object.assign(p, v);
		document.querySelector("#bar .name")?.replaceChildren(p.name || p.country);
		done?.();
	});
}

export async function show(place, { frame }) {
	const settings = await get("/api/settings");
	const one = (name, value) => (name === "language" ? field(t("set.language"), name, { value, hint: t("set-says.language"), options: [["browser", t("as-browser")], ...Object.entries(languages)] }) : typeof value === "boolean" ? field(t("set." + name), name, { type: "checkbox", value, hint: t("set-says." + name) })
		: field(t("set." + name), name, { type: "number", required: true, min: numbers[name]?.[0], max: numbers[name]?.[1], value, hint: t("set-says." + name) }));
	const save = async (v) => {
		const said = (k, was) => (typeof was === "number" ? Number(v[k]) : v[k]);
		const changed = Object.fromEntries(Object.entries(settings).filter(([k, was]) => k in v && said(k, was) !== was).map(([k, was]) => [k, said(k, was)]));
		if (Object.keys(changed).length) Object.assign(settings, await send("PATCH", "/api/settings", changed));
	};
	fill(place, h("h1", {}, t("section.programme")), nameForm(frame), h("h2", {}, t("serving")), form(t("save"), Object.entries(settings).map(([k, v]) => one(k, v)), save),
		h("p", {}, h("a", { href: address("/start") }, t("to-start"))));
}
