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

// CSV that a spreadsheet does not run as a formula.
export function csv(names, rows) {
	const cell = (value) => {
		let text = value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
		if (typeof value === "string" && /^[=+\-@\t\r]/.test(text)) text = "'" + text;
		return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
	};
	return [names, ...rows.map((r) => names.map((n) => r[n]))].map((r) => r.map(cell).join(",")).join("\r\n") + "\r\n";
}

export function save(name, text, type) {
	const url = URL.createObjectURL(new Blob([text], { type }));
	h("a", { href: url, download: name }).click();
	setTimeout(() => URL.revokeObjectURL(url), 1000);
}
