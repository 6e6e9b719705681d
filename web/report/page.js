// Reports: choose one, look at it, take it along; and the account of a year's end, frozen.
import { fill, h } from "../dom.js";
import { base, get, send } from "../api.js";
import { address, here, note } from "../place.js";
import { day } from "../format.js";
import { language, languages, t } from "../text.js";
import "./words.js";
import { field, form, may, moment, table } from "../settings/form.js";

const fieldMap = { template: "fieldmap", title: "", period: "today", of: "record", formats: ["html", "pdf", "gpx"], asks: [], to: "" };
// What may stand in the address: dates, language, and the words that a template asks for.
const kept = (parameters) => Object.fromEntries([...parameters].filter(([name, value]) => value && name !== "template"));

// What it says of itself: in our words, or in those of the country that wrote it.
const saying = (r) => (r.own?.length ? h("bdi", {}, r.description) : t("report-of." + r.template));

function list(reports, frame) {
	return h("ul", { class: "reports" }, reports.map((r) => h("li", {}, r.problem ? [h("bdi", {}, r.template), h("br"), h("span", { class: "problem", lang: "en", dir: "ltr" }, r.problem)]
		: [h("a", { href: address("/reports", { template: r.template }) }, r.title), h("br"), saying(r)],
		r.own?.length ? h("p", { class: "hint" }, t("report-own"), may(frame, "manage-lists") && frame.session?.person ? r.own.map((language) => [" ", takeOut(r.template + (language && "." + language))]) : "") : "")));
}

// ---- a country's own templates ----

const again = () => location.reload();
const takeOut = (file) => form(t("report-take-out", { file }), [], async () => {
	if (!confirm(t("report-take-out-says", { file }))) return "";
	await send("DELETE", "/api/reports/" + file);
	again();
});

function bringOwn() {
	return h("details", {}, h("summary", {}, t("report-bring")), h("p", { class: "hint" }, t("report-bring-says")),
		form(t("report-bring-do"), [field(t("report-file"), "file", { type: "file", accept: ".txt,text/plain", required: true })], async ({ file }) => {
			await send("POST", "/api/reports", { file: file.name, text: await file.text() });
			again();
		}));
}

function one(place, report, parameters, frame) {
	const map = report.template === "fieldmap";
	const needs = { record: "record", place: "at" }[report.of]; // what it is of
	const given = (name, otherwise = "") => parameters.get(name) ?? otherwise;
	const ends = report.period === "today" || map ? "as-of" : "to";
	const closing = given(ends, given("as-of", map ? frame.today : report.to));
	const says = h("p", { class: "problem", role: "alert" });
	const links = h("p", { class: "actions" });
	const element = h("form", { class: "form", onsubmit: (e) => (e.preventDefault(), links.firstChild.click()) },
		needs ? field(t(map ? "report-hazard" : "report-" + report.of), needs, { value: given(needs), required: true, maxlength: 200 }) : "",
		ends === "to" ? field(t("from"), "from", { type: "date", value: given("from", report.from ?? ""), hint: report.from ? null : t("report-closing") }) : "",
		field(ends === "to" ? t("to") : t("report-date"), ends, { type: "date", required: true, value: closing }),
		field(t("report-language"), "lang", { value: given("lang", language), options: Object.entries(languages) }),
		map ? field(t("report-paper"), "paper", { value: given("paper", "a4"), options: [["a4", "A4"], ["a3", "A3"]] }) : "",
		report.asks.length ? h("details", { open: report.asks.some((a) => parameters.has(a.name)) }, h("summary", {}, t("report-asks")), h("p", { class: "hint" }, t("report-asks-says")),
			report.asks.map((a) => field(a.question, a.name, { type: a.date ? "date" : "text", value: given(a.name), maxlength: 2000 }))) : "", says, links);
	const show = () => {
		const values = Object.fromEntries([...new FormData(element)].map(([k, v]) => [k, v.trim()]).filter(([, v]) => v));
		const wrong = needs && !values[needs] ? t(map ? "report-need" : "report-need-" + report.of) : values.from > values.to ? t("report-order") : "";
		says.textContent = wrong;
		const to = (format) => (wrong ? null : `${base}/reports/${report.template}.${format}?${new URLSearchParams(values)}`);
		fill(links, report.formats.map((format) => [h("a", { class: "button", href: to(format), "aria-disabled": wrong ? "true" : null, ...(format === "html" ? { target: "_blank" } : { download: true }) },
			format === "html" ? t("report-preview") : t("report-download", { format: format.toUpperCase() })), " "]));
	};
	const changed = () => {
		const values = new FormData(element);
		note(Object.fromEntries([...new Set([...Object.keys(kept(here().parameters)), ...values.keys()])].filter((k) => k !== "as-of" || ends === "as-of").map((k) => [k, values.get(k)])));
		show();
	};
	element.addEventListener("input", changed);
	show();
	fill(place, h("p", {}, h("a", { href: address("/reports") }, t("report-all"))), h("h1", {}, report.title), h("p", {}, saying(report)), element, h("p", { class: "hint" }, t("report-preview-says")));
}

async function freezing(place, frame) {
	const manages = may(frame, "manage-people");
	const [snapshots, settings] = await Promise.all([get("/api/snapshots"), manages ? get("/api/settings") : null]);
	const all = Array.isArray(snapshots) ? snapshots : snapshots.snapshots;
	const freeze = async ({ name, as_of }) => {
		await send("POST", "/api/snapshots", { name, as_of });
		await freezing(place, frame);
		return t("freeze-done", { name });
	};
	const year = Number(frame.today.slice(0, 4)) - 1;
	fill(place, h("h2", {}, t("freeze-title")), h("p", {}, t("freeze-says")),
		h("p", {}, !settings ? t("freeze-ask") : [settings.freeze ? t("freeze-days", { n: settings.freeze }) : t("freeze-never"), " ", h("a", { href: address("/settings/programme") }, t("freeze-change"))]),
		all.length ? table([t("name"), t("as-of"), t("freeze-known")], all.map((s) => h("tr", {}, h("th", { scope: "row" }, h("bdi", {}, s.name)),
			h("td", {}, h("a", { href: address("/account", { "as-of": s.as_of, "known-at": s.known_at }) }, day(s.as_of))), h("td", {}, moment(s.known_at)))), t("freeze-title")) : h("p", {}, t("freeze-none")),
		may(frame, "manage-lists") && frame.session?.person ? h("details", {}, h("summary", {}, t("freeze-now")), form(t("freeze-now"), [field(t("freeze-name"), "name", { required: true, maxlength: 100 }),
			field(t("report-date"), "as_of", { type: "date", required: true, max: frame.today, value: `${year}-12-31` })], freeze)) : "");
}

export async function show(place, { parameters, frame }) {
	const { reports } = await get("/api/reports");
	const all = [...reports, { ...fieldMap, title: t("report-fieldmap") }];
	const chosen = all.find((r) => r.template === parameters.get("template") && !r.problem);
	const page = h("section", { class: "page" });
	fill(place, page);
	if (chosen) return one(page, chosen, parameters, frame);
	const year = h("div", {});
	fill(page, h("h1", {}, t("reports-title")), h("p", { class: "hint" }, t("reports-says")), list(all, frame), h("p", {}, h("a", { href: address("/analysis") }, t("analysis-title")), ": ", t("analysis-list-says")), may(frame, "manage-lists") && frame.session?.person ? bringOwn() : "", year);
	await freezing(year, frame);
}
