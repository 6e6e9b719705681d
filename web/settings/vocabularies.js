// The lists of values: as the dictionary has them, with what the country adds or renames.
import { fill, h } from "../dom.js";
import { get, send } from "../api.js";
import { address, note } from "../place.js";
import { forget } from "../dictionary.js";
import { t } from "../text.js";
import { field, form, may, table } from "./form.js";

export async function show(place, { parameters, frame }) {
	const { lists } = await get("/api/vocabularies");
	const manages = may(frame, "manage-lists");
	const name = parameters.get("list");
	const list = lists.find((l) => l.name === name);
	const pick = field(t("list"), "list", { options: [["", t("choose-list")], ...lists.map((l) => [l.name, l.name.replaceAll("_", " ")])], value: name ?? "", onchange: (event) => note({ list: event.target.value }, true) });
	const add = async (v) => {
		await send("POST", "/api/vocabularies", { list: name, ...v });
		forget();
		await show(place, { parameters, frame });
		place.querySelector(".said").textContent = t("value-taken", { code: v.code });
	};
	fill(place, h("h1", {}, t("section.vocabularies")), h("p", {}, t("vocabularies-say")), pick, list ? [
		h("p", { class: "hint" }, t("used-in"), ": ", list.fields.join(", ") || "—"),
		table([t("code"), t("label"), t("other-spellings"), ""], list.choices.map((c) => h("tr", {}, h("th", { scope: "row" }, h("code", {}, c.code)), h("td", {}, c.label), h("td", { class: "spellings" }, c.aliases.replaceAll("|", ", ")), h("td", {}, c.local ? t("own-value") : ""))), t("section.vocabularies")),
		manages ? [h("h2", {}, t(list.closed ? "value-rename" : "value-add")), h("p", {}, t(list.closed ? "value-closed" : "value-says")), form(t("save"), [
			list.closed ? field(t("code"), "code", { options: list.choices.map((c) => [c.code, c.code]) }) : field(t("code"), "code", { required: true, maxlength: 60, pattern: "[^ \\|]+", hint: t("code-hint") }), field(t("label"), "label", { required: true, maxlength: 200 }),
			field(t("other-spellings"), "aliases", { maxlength: 1000, hint: t("spellings-hint") })], add)] : ""]
		: h("ul", { class: "several" }, lists.filter((l) => l.fields.length).map((l) => h("li", {}, h("a", { href: address("/settings/vocabularies", { list: l.name }) }, l.name.replaceAll("_", " ")), l.choices.some((c) => c.local) ? [" ", h("small", {}, t("own-value"))] : ""))));
}
