// The audit log: who did what, who read what is sealed.
import { fill, h } from "../dom.js";
import { get } from "../api.js";
import { address, go } from "../place.js";
import { count } from "../format.js";
import { t } from "../text.js";
import "./words.js";
import { field, moment, table } from "./form.js";

const page = 50;
const words = ["sign-in", "sign-in-refused", "sign-out", "sessions-end", "read-sensitive", "user-add", "user-role", "user-link", "user-password", "user-disable", "user-enable", "token-create", "token-revoke", "set", "programme-set",
	"organisation-add", "organisation-change", "vocabulary-set", "snapshot", "template-set", "template-remove", "import", "erase", "setup-link", "review approve", "review return", "review reject", "review duplicate", "review undo"];

export async function show(place, { parameters }) {
	const q = Object.fromEntries(["person", "what", "record", "from", "to", "before"].map((n) => [n, parameters.get(n) ?? ""]));
	const answer = await get("/api/audit", { ...q, limit: page });
	const last = answer.entries.at(-1);
	const filter = (event) => {
		event.preventDefault();
		go(address("/settings/audit", Object.fromEntries(new FormData(event.target))));
	};
	fill(place, h("h1", {}, t("section.audit")), h("p", {}, answer.chain_broken_at ? h("strong", { class: "problem" }, t("chain-broken", { n: answer.chain_broken_at })) : t("chain-whole", { n: count(answer.total) })),
		h("form", { class: "choose", onsubmit: filter, onchange: (event) => event.target.form.requestSubmit() }, field(t("person"), "person", { value: q.person, size: 12 }),
			field(t("what"), "what", { options: [["", t("everything")], ...words.map((w) => [w, t("did." + w)])], value: q.what }), field(t("about"), "record", { value: q.record, size: 12 }),
			field(t("from"), "from", { type: "date", value: q.from }), field(t("to"), "to", { type: "date", value: q.to }), h("button", {}, t("show"))),
		answer.entries.length ? table([t("when"), t("person"), t("what"), t("about"), t("details"), t("from-where")], answer.entries.map((x) => h("tr", {}, h("td", {}, moment(x.at)), h("td", {}, h("bdi", {}, x.person || t("nobody-known"))), h("td", {}, words.includes(x.what) ? t("did." + x.what) : x.what),
			h("td", { class: "about" }, x.record), h("td", { class: "about" }, x.details), h("td", {}, x.address === "console" ? t("command-line") : x.address))), t("section.audit")) : h("p", {}, t("no-entries")),
		h("nav", { class: "pager", "aria-label": t("section.audit") }, q.before ? h("a", { href: address("/settings/audit", { ...q, before: null }) }, t("newest")) : "", answer.entries.length === page && last.seq > 1 ? h("a", { href: address("/settings/audit", { ...q, before: last.seq }) }, t("older")) : ""));
}
