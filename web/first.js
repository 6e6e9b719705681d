// The first start, after the administrator is made: the programme, its organisations, its data; then the map.
import { fill, h } from "./dom.js";
import { get, sendFile, send } from "./api.js";
import { address } from "./place.js";
import { count } from "./format.js";
import { t } from "./text.js";
import { field, form, may } from "./settings/form.js";
import { nameForm } from "./settings/programme.js";
import { addForm } from "./settings/organisations.js";

export async function show(place, { frame }) {
	if (!may(frame, "manage-people")) return fill(place, h("section", { class: "page" }, h("h1", {}, t("start-title")), h("p", {}, t(frame.session?.person ? "start-not-yours" : "sign-in-first")), h("p", {}, h("a", { href: address("/map") }, t("to-map")))));
	const settings = await get("/api/settings");
	const steps = [];
	const step = (n, ...inside) => {
		const mark = h("small", {});
		const part = h("section", { class: "step", "aria-labelledby": "step-" + n }, h("h2", { id: "step-" + n }, t("step", { n }), " · ", t("step." + n), " ", mark), inside);
		part.done = () => (mark.textContent = "✓ " + t("done"));
		steps.push(part);
		return part;
	};
	const list = h("ul");
	const organisations = async () => {
		const { records } = await get("/api/records/organisation", { limit: 1000 });
		fill(list, records.map((r) => h("li", {}, h("bdi", {}, r.name ?? r.id))));
		if (records.length) steps[2].done();
	};
	const alone = form(t("save"), [field(t("set.approve-own"), "approve-own", { type: "checkbox", value: settings["approve-own"], hint: t("set-says.approve-own") })], async (v) => {
		Object.assign(settings, await send("PATCH", "/api/settings", v));
		approve.hidden = !settings["approve-own"];
	});
	const approve = field(t("approve-at-once"), "approve", { type: "checkbox", hint: t("approve-at-once-hint") });
	approve.hidden = !settings["approve-own"];
	const bring = async (v, element) => {
		const file = element.querySelector("[type=file]").files[0];
		if (!file) throw new Error(t("choose-file"));
		const done = await sendFile("/api/import", { name: file.name, kind: v.kind, organisation: v.organisation, crs: v.crs, approve: v.approve && settings["approve-own"] ? "true" : null }, file);
		frame.programme = await get("/api/programme");
		steps[3].done();
		return done.already ? t("import-already") : t("import-done", { rows: count(done.rows), added: count(done.added), errors: count(done.errors), warnings: count(done.warnings) });
	};
	fill(place, h("section", { class: "page start" }, h("h1", {}, t("start-title")), h("p", {}, t("start-says")),
		step(1, h("p", {}, t("step-1-says", { name: frame.session.person.name }))),
		step(2, nameForm(frame, () => steps[1].done()), alone),
		step(3, h("p", {}, t("step-3-says")), list, await addForm(organisations)),
		step(4, h("p", {}, t("step-4-says")), form(t("bring-in"), [field(t("file"), "file", { type: "file", accept: ".csv,.geojson,.json,.gpkg,.zip,.kml,.gpx,.xlsx,.fgb,.gz" }),
			field(t("kind"), "kind", { options: [["", t("kind-told")], ...frame.programme.kinds.map((k) => [k.kind, k.label])] }), field(t("one.organisation"), "organisation", { hint: t("import-org-hint") }),
			field(t("crs"), "crs", { hint: t("crs-hint") }), approve], bring)),
		h("p", { class: "end" }, h("a", { class: "button", href: address("/map") }, t("start-end")))));
	steps[0].done();
	if (frame.programme.records) steps[3].done();
	await organisations();
}
