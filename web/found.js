// What is wrong with one record, said on its page and at the review desk.
import { h } from "./dom.js";
import { address } from "./place.js";
import { t } from "./text.js";

export function foundHere(list) {
	return list?.length ? h("ul", { class: "found-here" }, list.map((f) => h("li", {}, h("span", { class: "severity " + f.severity }, t(f.severity)), " ", h("a", { href: address("/findings", { rule: f.rule }) }, f.rule), " ", f.text, f.suggestion ? h("p", { class: "hint" }, f.suggestion) : "")))
		: h("p", {}, t("review-clean"));
}
