// What was sent, and what became of it: received, approved, returned with questions.
import { fill, h } from "../dom.js";
import { base, get } from "../api.js";
import { address, go, recordAddress } from "../place.js";
import { t } from "../text.js";
import "./words.js";
import { moment } from "../settings/form.js";

const wholes = ["organisation", "all"];

function item(s, whose) {
	return h("li", { class: s.state }, h("h2", {}, h("bdi", {}, s.form === s.kind ? t("one." + s.kind) : s.title || s.form), " ", h("bdi", {}, s.state === "approved" ? h("a", { href: recordAddress(s.kind, s.record) }, s.id) : s.id)),
		h("p", {}, h("strong", {}, s.says), " ", s.of ? [h("bdi", {}, s.of), " "] : "", s.state_at ? h("time", { datetime: s.state_at }, moment(s.state_at)) : "",
			s.missing_files ? [" ", t("sent-missing", { n: s.missing_files })] : ""),
		s.questions ? h("blockquote", { dir: "auto" }, s.questions) : "",
		h("p", {}, h("small", {}, t("sent-received", { moment: moment(s.received_at) }), whose ? [" · ", h("bdi", {}, s.sender)] : ""),
			["replaced", "approved"].includes(s.state) ? "" : [" ", h("a", { href: address("/review", { record: s.record, ...(["returned", "rejected"].includes(s.state) ? { state: s.state } : {}) }) }, t("to-review"))],
			whose || s.state === "replaced" ? "" : [" · ", h("a", { href: `${base}/enter?edit=${encodeURIComponent(s.kind)}/${s.record}` }, t("enter-edit"))]));
}

export async function show(place, { parameters, frame }) {
	const rights = frame.session?.rights ?? {};
	const seen = ["me", ...(frame.session?.person?.organisation ? ["organisation"] : []), ...(rights["read-submitted"] === "all" ? ["all"] : [])];
	const of = seen.includes(parameters.get("of")) ? parameters.get("of") : "me";
	const { sent, next } = await get("/api/sent", { of, before: parameters.get("before") });
	fill(place, h("section", { class: "page record" }, h("h1", {}, t("sent-title")), h("p", { class: "hint" }, t("sent-says")),
		seen.length > 1 ? h("p", {}, h("label", {}, t("sent-of"), " ", h("select", { name: "of", onchange: (e) => go(address("/sent", { of: e.target.value })) }, seen.map((v) => h("option", { value: v, selected: v === of }, t("sent-of." + v)))))) : "",
		sent.length ? h("ol", { class: "sent" }, sent.map((s) => item(s, wholes.includes(of)))) : h("p", {}, t("sent-none")),
		next ? h("p", {}, h("a", { href: address("/sent", { of, before: next }) }, t("sent-older"))) : ""));
}
