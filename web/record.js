// One record: its latest change as a sentence, its fields in the groups of its form, where it is, its history.
import { fill, h } from "./dom.js";
import { base, get, upload } from "./api.js";
import { address, recordAddress } from "./place.js";
import { area, day, number } from "./format.js";
import { kindName, listed, t } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { smallMap } from "./chart.js";
import { extras } from "./extra.js";
import { foundHere } from "./found.js";

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

const size = (bytes) => (bytes < 1e6 ? `${number(Math.ceil(bytes / 1000))} kB` : `${number(Math.round(bytes / 1e5) / 10)} MB`);

function fileItem(path, a, fields) {
	const href = `${base}${path}/${a.id}`;
	const by = t("attach-by", { who: a.author || a.organisation || t("someone"), day: day(a.recorded_at) });
	const field = a.field ? (fields.get(a.field)?.label ?? a.field) + ": " : "";
	if (a.sealed) return h("li", {}, h("a", { href, target: "_blank", rel: "noopener" }, t("attach-open-sealed", { size: size(a.bytes) })), h("small", {}, field, by));
	return h("li", {}, h("a", { href, target: "_blank", rel: "noopener" }, a.picture ? h("img", { src: href, alt: a.caption || a.name, loading: "lazy" }) : h("b", {}, a.name)),
		h("small", {}, field, a.caption ? a.caption + " · " : "", a.picture ? "" : size(a.bytes) + " · ", by));
}

// The files of the record; who may change it adds some.
function files(path, answer, fields, changed) {
	const problem = h("p", { class: "problem", role: "alert", hidden: true });
	const add = async (event) => {
		event.preventDefault();
		problem.hidden = true;
		const form = new FormData();
		form.append("caption", event.target.caption.value);
		form.append("sealed", String(event.target.sealed.checked));
		for (const file of event.target.files.files) form.append("file", file);
		try {
			changed(await upload(path, form));
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
	};
	return [h("h2", {}, t("attachments")),
		answer.attachments.length ? h("ul", { class: "files" }, answer.attachments.map((a) => fileItem(path, a, fields))) : h("p", { class: "off" }, t("attach-none")),
		answer.may_add ? h("details", { class: "no-print" }, h("summary", {}, t("attach")), h("form", { class: "attach", onsubmit: add },
			h("input", { type: "file", name: "files", multiple: true, required: true, "aria-label": t("attach") }),
			h("label", {}, t("attach-caption"), " ", h("input", { name: "caption", maxlength: 500 })),
			h("label", {}, h("input", { type: "checkbox", name: "sealed" }), " ", t("attach-sealed")), problem, h("p", {}, h("button", {}, t("attach-send"))))) : ""];
}

function links({ to, from }, id, fields, names) {
	const name = (kind, l) => [h("a", { href: recordAddress(kind, l.id ?? l.record) }, h("bdi", {}, l.id ?? l.record.slice(0, 8))), l.name ? " " + l.name : ""];
	const label = (kind, field) => (names.get(kind)?.get(field)?.label ?? field);
	return [h("h2", {}, t("links")), !to.length && !from.length ? h("p", { class: "off" }, t("links-none")) : "",
		to.length ? h("dl", { class: "links" }, to.map((l) => h("div", {}, h("dt", {}, fields.get(l.field)?.label ?? l.field),
			h("dd", {}, l.found ? name(l.kind, l) : [h("bdi", {}, l.id), " ", h("small", {}, t("links-missing"))])))) : "",
		from.length ? [h("h3", {}, t("links-from")), h("dl", { class: "links" }, from.map((l) => h("div", {}, h("dt", {}, `${t("one." + l.kind)} (${label(l.kind, l.field)})`),
			h("dd", {}, l.records.slice(0, 8).map((r, i) => [i ? ", " : "", name(l.kind, r)]),
				l.total > 8 ? [" … ", h("a", { href: address("/records/" + l.kind, { [l.field]: "=" + id }) }, t("links-all", { n: l.total }))] : ""))))] : ""];
}

const attached = (a) => ({ at: a.recorded_at, item: h("li", {}, t(a.sealed ? "history.attached-sealed" : "history.attached", { who: a.author || t("someone"), name: a.name, day: day(a.recorded_at) })) });

export async function show(place, { kind, id, parameters, frame }) {
	const [record, { fields }] = await Promise.all([get(`/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`), dictionary(kind)]);
	const path = `/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(record.record)}`;
	const [{ revisions }, linked, filedNow] = await Promise.all([get("/api/history/" + encodeURIComponent(record.record)), get(path + "/links"), get(path + "/attachments")]);
	const names = new Map(await Promise.all([...new Set(linked.from.map((l) => l.kind))].map(async (k) => [k, (await dictionary(k)).fields])));
	const label = kindName(kind, frame.programme.kinds.find((k) => k.kind === kind)?.label);
	const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title") });
	const where = [record.values.locality, record.values.admin2_name, record.values.admin1_name].filter(Boolean).join(", ");
	const status = meaning(fields.get("class"), record.values.class);
	const filed = h("div", {});
	const past = h("ol", { class: "history" });
	const wrong = h("div", {});
	const clock = h("div", {});
	const showFiles = (answer) => {
		fill(filed, files(path + "/attachments", answer, fields, showFiles));
		fill(past, [...revisions.map((r) => ({ at: r.recorded_at, item: revisionItem(r, fields) })), ...answer.attachments.map(attached)]
			.sort((x, y) => (x.at < y.at ? -1 : x.at > y.at ? 1 : 0)).reverse().map((x) => x.item));
	};
	showFiles(filedNow);
	fill(place, h("section", { class: "page record" },
		h("p", { class: "trail" }, h("a", { href: address("/records") }, t("records-title")), " › ", h("a", { href: address("/records/" + kind) }, label)),
		h("h1", {}, h("bdi", {}, record.id ?? record.record), " ", h("span", { class: "chip " + record.state }, t(record.state)), status ? h("span", { class: "chip " + record.values.class }, status) : "", where ? " " : "", where ? h("small", {}, where) : ""),
		h("p", {}, sentence(revisions.at(-1), fields), frame.session?.person ? [" ", h("a", { href: address("/review", { record: record.record }) }, t("to-review")), filedNow.may_add ? [" · ", h("a", { href: `${base}/enter?edit=${encodeURIComponent(kind)}/${record.record}` }, t("enter-edit"))] : ""] : ""),
		kind === "task" && frame.session?.person ? (await import("./field/pack.js")).button(record.record) : "",
		h("div", { class: "two" }, h("div", {}, groupsOf(record, fields), clock, wrong, extras(record.values._extra), filed),
			h("div", {}, h("h2", {}, t("where-title")), record.geometry ? canvas : h("p", {}, t("no-geometry")),
				record.area_m2 ? h("p", {}, t("computed-area"), ": ", area(record.area_m2)) : "",
				links(linked, record.id, fields, names), h("h2", {}, t("history")), past))));
	// Its rules take a moment; who may not see what waits is not told.
	const reach = frame.session?.rights?.["read-submitted"];
	if (reach === "all" || (reach === "own-organisation" && record.values.organisation === frame.session.person?.organisation))
		get("/api/review/" + encodeURIComponent(record.record)).then((a) => fill(wrong, h("h2", {}, t("findings")), foundHere(a.finding_list)), () => {});
	if (kind === "hazard" && record.values.device_models) import("./clock.js").then((m) => m.ofHazard(record.record)).then((x) => fill(clock, x));
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
