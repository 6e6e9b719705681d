// One record: its latest change as a sentence, its fields in the groups of its form, where it is, its history.
import { fill, h } from "./dom.js";
import { get } from "./api.js";
import { address } from "./place.js";
import { area, day, number } from "./format.js";
import { kindName, t, listed } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { smallMap } from "./chart.js";

const written = (field, value) => (field?.type === "date" && /^\d{4}-\d{2}-\d{2}$/.test(value ?? "") ? day(value) : typeof value === "number" && !field?.codes ? number(value) : typeof value === "object" && value !== null ? JSON.stringify(value) : meaning(field, value));

// "OP3 changed status and 2 more fields on 4 Mar 2020; approved".
function sentence(revision, fields) {
	const who = revision.author && revision.author !== "unknown" ? revision.author : revision.organisation || t("someone");
	const names = revision.changes.map((c) => fields.get(c.field)?.label ?? c.field);
	if (revision.geometry_changed && revision.parents.length) names.unshift(t("history.geometry"));
	const what = names.length > 2 ? t("more-fields", { first: names[0], n: names.length - 1 }) : listed(names);
	const key = !revision.parents.length ? "history.created" : names.length ? "history.changed" : "history.same";
	return t(key, { who, fields: what, state: t(revision.state), day: day(revision.recorded_at) }) + (revision.correction ? " " + t("history.correction") : "");
}

function revisionItem(revision, fields) {
	const shown = revision.changes.filter((c) => revision.parents.length || c.to !== null);
	const rows = shown.map((c) => h("tr", {}, h("th", { scope: "row" }, fields.get(c.field)?.label ?? c.field),
		revision.parents.length ? h("td", {}, h("del", {}, written(fields.get(c.field), c.from) ?? "—")) : "", h("td", {}, h("ins", {}, written(fields.get(c.field), c.to) ?? "—"))));
	return h("li", {}, h("details", {}, h("summary", {}, sentence(revision, fields), revision.effective_date ? h("small", {}, " ", t("date"), ": ", day(revision.effective_date)) : ""),
		revision.review?.action ? h("p", { class: "hint" }, t("did-" + revision.review.action, { comment: revision.review.comment ?? "" })) : "",
		h("table", { class: "rows changes" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("field")), revision.parents.length ? h("th", { scope: "col" }, t("before")) : "", h("th", { scope: "col" }, t("after")))), h("tbody", {}, rows))));
}

function groupsOf(record, fields) {
	const groups = new Map();
	const silent = [];
	for (const field of fields.values()) {
		if (["geometry", "id"].includes(field.name)) continue;
		const value = record.values[field.name];
		if (value === undefined || value === null) silent.push(field.label);
		else {
			if (!groups.has(field.group)) groups.set(field.group, []);
			groups.get(field.group).push(h("div", {}, h("dt", { title: field.hint }, field.label), h("dd", {}, h("bdi", {}, written(field, value)))));
		}
	}
	return [[...groups].map(([name, items]) => [name ? h("h2", {}, name) : "", h("dl", { class: "fields" }, items)]),
		silent.length ? h("details", { class: "silent" }, h("summary", {}, t("not-asked", { n: silent.length })), h("p", {}, silent.join(" · "))) : ""];
}

export async function show(place, { kind, id, parameters, frame }) {
	const [record, { fields }] = await Promise.all([get(`/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`), dictionary(kind)]);
	const { revisions } = await get("/api/history/" + encodeURIComponent(record.record));
	const label = kindName(kind, frame.programme.kinds.find((k) => k.kind === kind)?.label);
	const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title") });
	const where = [record.values.locality, record.values.admin2_name, record.values.admin1_name].filter(Boolean).join(", ");
	const status = meaning(fields.get("class"), record.values.class);
	fill(place, h("section", { class: "page record" },
		h("p", { class: "trail" }, h("a", { href: address("/records") }, t("records-title")), " › ", h("a", { href: address("/records/" + kind) }, label)),
		h("h1", {}, h("bdi", {}, record.id ?? record.record), " ", h("span", { class: "chip " + record.state }, t(record.state)), status ? h("span", { class: "chip " + record.values.class }, status) : "", where ? h("small", {}, where) : ""),
		h("p", {}, sentence(revisions.at(-1), fields), frame.session?.person ? [" ", h("a", { href: address("/review", { record: record.record }) }, t("to-review"))] : ""),
		h("div", { class: "two" }, h("div", {}, groupsOf(record, fields)),
			h("div", {}, h("h2", {}, t("where-title")), record.geometry ? canvas : h("p", {}, t("no-geometry")),
				record.area_m2 ? h("p", {}, t("computed-area"), ": ", area(record.area_m2)) : "",
				h("h2", {}, t("history")), h("ol", { class: "history" }, [...revisions].reverse().map((r) => revisionItem(r, fields)))))));
	let map = null;
	if (record.geometry)
		place.addEventListener("placed", async () => {
			try {
				map = await smallMap(canvas, record.geometry, parameters.get("as-of"));
			} catch {
				fill(canvas, h("p", {}, t("no-webgl")));
			}
		}, { once: true });
	return () => map?.remove();
}
