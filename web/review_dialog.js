// What the review desk asks of the one who judges, in the page itself.
import { h } from "./dom.js";
import { t } from "./text.js";

// A form in a dialog; null when it was given up, else what was filled in.
export function ask(place, title, ...fields) {
	return new Promise((answer) => {
		const form = h("form", { method: "dialog" }, h("h2", {}, title), fields, h("p", {}, h("button", { value: "yes" }, t("ok")), " ", h("button", { value: "no", formnovalidate: true }, t("cancel"))));
		const box = h("dialog", { "aria-label": title, class: "asking" }, form);
		box.addEventListener("close", () => {
			box.remove();
			answer(box.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
		});
		place.append(box);
		box.showModal();
	});
}
