// Organisations: records of the kind organisation; every change is a new revision.
import { fill, h } from "../dom.js";
import { get, send } from "../api.js";
import { address, go, recordAddress } from "../place.js";
import { dictionary } from "../dictionary.js";
import { t } from "../text.js";
import { field, form, may, table } from "./form.js";

const path = "/settings/organisations";
const names = ["id", "name", "short_name", "alternative_names", "type", "country", "parent_organisation", "accreditation", "accreditation_number", "accredited_from", "accredited_to", "notes"];
const first = names.slice(0, 6);

async function fields(which, values, known) {
	const all = (await dictionary("organisation")).fields;
	return which.filter((n) => all.has(n)).map((n) => {
		const f = all.get(n);
		const more = { value: values[n] ?? "", required: n === "id" || n === "name", readonly: n === "id" && known, hint: f.hint, maxlength: 500 };
		if (f.codes) return field(f.label, n, { ...more, options: [["", "—"], ...Object.entries(f.codes)] });
		return field(f.label, n, { ...more, type: f.type === "date" ? "date" : "text" });
	});
}

export async function addForm(done) {
	return form(t("organisation-make"), await fields(first, {}), async (v, element) => {
		await send("POST", "/api/organisations", { values: Object.fromEntries(Object.entries(v).filter(([, x]) => x)) });
		element.reset();
		await done();
		return t("organisation-made", { name: v.name });
	});
}

async function one(place, id) {
	const record = await get("/api/records/organisation/" + encodeURIComponent(id));
	const save = async (v) => {
		await send("PATCH", "/api/organisations/" + encodeURIComponent(record.id), { revision: record.revision, values: v });
		go(address(path, { id: record.id }));
	};
	fill(place, h("p", { class: "trail" }, h("a", { href: address(path) }, t("section.organisations"))), h("h1", {}, h("bdi", {}, record.values.name ?? id)),
		h("p", {}, h("a", { href: recordAddress("organisation", record.id) }, t("history"))), form(t("save"), await fields(names, record.values, true), save));
}

export async function show(place, { parameters, frame }) {
	const manages = may(frame, "manage-lists");
	if (parameters.get("id") && manages) return one(place, parameters.get("id"));
	const list = h("div");
	const draw = async () => {
		const { records } = await get("/api/records/organisation", { limit: 1000, sort: "name" });
		fill(list, records.length ? table([t("name"), t("short"), t("identifier"), t("settings-country")], records.map((r) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: manages ? address(path, { id: r.id }) : recordAddress("organisation", r.id) }, h("bdi", {}, r.name ?? r.id))),
			h("td", {}, r.short_name ?? ""), h("td", {}, h("bdi", {}, r.id)), h("td", {}, r.country ?? ""))), t("section.organisations")) : h("p", {}, t("no-organisations")));
	};
	await draw();
	fill(place, h("h1", {}, t("section.organisations")), list, manages ? [h("h2", {}, t("organisation-add")), await addForm(draw)] : "");
}
