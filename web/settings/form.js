// Forms of the settings: labels above, what went wrong below, in words.
import { fill, h } from "../dom.js";
import { locale, t } from "../text.js";

let n = 0;
// `options`: pairs of value and name.
export function field(label, name, { options, hint, value, ...more } = {}) {
	const id = "field-" + ++n;
	const all = { id, name, "aria-describedby": hint ? id + "-hint" : null, ...more };
	const control = options ? h("select", all, options.map(([code, text]) => h("option", { value: code, selected: code === value }, text)))
		: more.type === "checkbox" ? h("input", { ...all, checked: Boolean(value) }) : h("input", { ...all, value: value ?? "" });
	const words = h("label", { for: id }, label);
	return h("p", { class: more.type === "checkbox" ? "tick" : null }, more.type === "checkbox" ? [control, " ", words] : [words, control],
		hint ? h("small", { class: "hint", id: id + "-hint" }, hint) : "");
}

// `act` gets what was filled in, by name, and says what was done.
export function form(button, fields, act, more = {}) {
	const said = h("p", { role: "status", class: "said" });
	const go = h("button", {}, button);
	const submit = async (event) => {
		event.preventDefault();
		const values = Object.fromEntries([...new FormData(element)].map(([k, v]) => [k, typeof v === "string" ? v.trim() : v]));
		for (const box of element.querySelectorAll("input[type=checkbox]")) values[box.name] = box.checked;
		go.disabled = true;
		said.className = "said";
		said.textContent = t("doing");
		try {
			fill(said, (await act(values, element)) ?? t("done"));
		} catch (error) {
			said.className = "said problem";
			said.textContent = error.message;
		}
		go.disabled = false;
	};
	const element = h("form", { class: "form", onsubmit: submit, ...more }, fields, h("p", {}, go), said);
	return element;
}

// What is shown once, to be taken along.
export function secret(says, text) {
	const box = h("input", { readonly: true, value: text, "aria-label": says, class: "secret", dir: "ltr", onfocus: () => box.select() });
	const copy = h("button", { type: "button", onclick: async () => {
		box.select();
		await navigator.clipboard?.writeText(text).then(() => (copy.textContent = t("copied")), () => {});
	} }, t("copy"));
	return [h("strong", {}, says), h("span", { class: "line" }, box, copy)];
}

const minutes = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
export const moment = (text) => (text ? minutes.format(new Date(text)) : t("never"));
export const may = (frame, right) => frame.session?.rights?.[right] === "all";
export const roles = ["reader", "operator", "data-entry", "reviewer", "quality", "officer", "administrator"];
export function table(names, rows, caption) {
	return h("div", { class: "scroll free wide", tabindex: 0, role: "region", "aria-label": caption }, h("table", { class: "rows" },
		h("thead", {}, h("tr", {}, names.map((name) => (name ? h("th", { scope: "col" }, name) : h("td"))))), h("tbody", {}, rows)));
}
