// What tables share.
import { h } from "./dom.js";
import { address } from "./place.js";
import { count } from "./format.js";
import { t } from "./text.js";

export function pager(path, q, offset, page, total) {
	const to = Math.min(offset + page, total);
	const step = (at, word) => (at < 0 || at >= total ? h("span", { class: "off" }, t(word)) : h("a", { href: address(path, { ...q, offset: at || null }) }, t(word)));
	return h("nav", { class: "pager", "aria-label": t("rows") }, step(offset - page, "previous"), h("span", {}, t("page-of", { from: count(Math.min(offset + 1, total)), to: count(to), total: count(total) })), step(offset + page, "next"));
}
