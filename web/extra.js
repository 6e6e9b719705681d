// Answers that have no field: in a table what repeated in the form, under the names that the form has.
import { h } from "./dom.js";
import { t } from "./text.js";

const plain = (name) => name.slice(name.lastIndexOf("/") + 1).replaceAll("_", " "); // of a path its end
const said = (value) => h("bdi", {}, typeof value === "object" ? JSON.stringify(value) : String(value));
const isTable = (value) => Array.isArray(value) && value.every((x) => x && typeof x === "object" && !Array.isArray(x));

function table(name, rows) {
	const columns = [...new Set(rows.flatMap((x) => Object.keys(x)))];
	return [h("h3", {}, plain(name)), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": plain(name) }, h("table", { class: "rows" },
		h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, plain(c))))),
		h("tbody", {}, rows.map((x) => h("tr", {}, columns.map((c) => h("td", {}, x[c] === undefined ? "—" : said(x[c]))))))))];
}

export function extras(extra) {
	const all = Object.entries(extra ?? {});
	const single = all.filter(([, v]) => !isTable(v));
	return all.length ? [h("h2", {}, t("extra-title")),
		single.length ? h("dl", { class: "fields" }, single.map(([name, v]) => h("div", {}, h("dt", {}, plain(name)), h("dd", {}, said(v))))) : "",
		all.filter(([, v]) => isTable(v)).map(([name, v]) => table(name, v))] : "";
}
