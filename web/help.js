// Help for the page that is shown, fetched when it is asked for.  The texts stand in help/en.js, their translations in
// the catalogues, as all texts (docs/manual/languages.md).
import { fill, h } from "./dom.js";
import { language, t } from "./text.js";

const pairs = (text) => h("dl", { class: "pairs" }, text.split("\n").map((line) => {
	const at = line.indexOf(" = ");
	return [h("dt", {}, line.slice(0, at)), h("dd", {}, line.slice(at + 3))];
}));

export async function help(view) {
	if (document.querySelector("dialog.help")) return;
	const words = (await import(`./help/${language}.js`)).default;
	const of = words[view + ".what"] ? view : "other";
	const part = (name, title) => (words[`${of}.${name}`] ? [h("h3", {}, title), pairs(words[`${of}.${name}`])] : "");
	const box = h("dialog", { class: "help", "aria-labelledby": "help-title" });
	fill(box, h("form", { method: "dialog" }, h("button", { class: "closing", "aria-label": t("close") }, "×")), h("h2", { id: "help-title" }, words[of + ".title"]),
		words[of + ".what"].split("\n").map((p) => h("p", {}, p)), part("keys", words.keys), part("words", words.words), h("p", { class: "hint" }, words.everywhere));
	box.addEventListener("close", () => box.remove());
	document.body.append(box);
	box.showModal();
}
