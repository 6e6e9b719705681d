// The forms that may be filled, what waits on this device, and what the server has.
import { add, fill, h } from "../dom.js";
import { base } from "../api.js";
import { has, language, locale, t } from "../text.js";
import { news, send, state } from "./outbox.js";
import { forms } from "./forms.js";
import { readAll, remove, reopen } from "./store.js";

const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
// "14:02" of today, with the day of another one.
export const moment = (ms) => (new Date(ms).toDateString() === new Date().toDateString() ? clock : whole).format(ms);

// A form has one title, in the language of its maker; the forms of the dictionary are called as their records are.
export const titled = (form) => (language !== "en" && has("one." + form.form) ? t("one." + form.form) : form.name);

function save(item) {
	const link = h("a", { href: URL.createObjectURL(new Blob([item.xml], { type: "text/xml" })), download: item.instance.replace(/\W+/g, "-") + ".xml" });
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// What is to be done about one that waits.
function waiting(item, prefix) {
	const mine = item.person === state.person?.name;
	const why = item.refused ? [h("p", { class: "problem" }, t("enter-refused", { said: "" }), h("bdi", {}, item.said)), h("p", { class: "hint" }, t(item.refused === 403 ? "enter-do-403" : item.refused === 409 ? "enter-do-409" : "enter-do-400"))]
		: !mine ? h("p", { class: "hint" }, t("enter-others", { who: item.person }))
			: item.said ? h("p", { class: "hint" }, t("enter-tried", { at: moment(item.tried), said: item.said })) : "";
	const correct = async () => {
		const instance = "uuid:" + crypto.randomUUID();
		const xml = item.edit ? item.xml : item.xml.replace(item.instance, instance);
		await reopen(item, { key: `${item.person} ${item.form} ${item.edit ?? ""}`, xml, files: item.files, at: Date.now() });
		location.assign(`${prefix}/enter/${encodeURIComponent(item.form)}${item.edit ? "?edit=" + encodeURIComponent(item.edit) : ""}`);
	};
	return h("li", { "data-instance": item.instance, class: item.refused ? "refused" : "" }, h("b", {}, titled(item)), item.label ? [" ", h("bdi", {}, item.label)] : "", " ", h("span", { class: "chip" }, t("enter-kept", { at: moment(item.kept) })), why,
		h("p", { class: "does" }, item.refused && mine ? h("button", { type: "button", onclick: () => send(item.instance) }, t("enter-again")) : "",
			item.refused && mine ? h("button", { type: "button", onclick: correct }, t("enter-correct")) : "",
			item.refused ? h("button", { type: "button", onclick: () => save(item) }, t("enter-save")) : "",
			item.refused && mine ? h("button", { type: "button", onclick: () => confirm(t("enter-drop-sure")) && remove("outbox", item.instance).then(() => news.dispatchEvent(new Event("changed"))) }, t("enter-drop")) : ""));
}

const receipt = (item) => h("tr", { "data-instance": item.instance }, h("td", {}, h("b", {}, titled(item)), item.label ? [" ", h("bdi", {}, item.label)] : ""), h("td", {}, t("enter-received", { at: moment(item.received) })),
	h("td", {}, h("bdi", {}, item.said)), h("td", {}, h("code", {}, h("bdi", {}, item.instance))));

export async function outbox(place, prefix) {
	const [items, receipts] = await Promise.all([readAll("outbox"), readAll("receipts")]);
	const mine = receipts.filter((x) => x.person === state.person?.name).sort((a, b) => b.received - a.received);
	fill(place, h("h2", {}, t("enter-waiting", { n: items.length })), state.over && items.length ? h("p", { class: "problem", role: "alert" }, t("enter-over"), " ", h("a", { href: `${base}/sign-in?next=${encodeURIComponent("/enter")}` }, t("sign-in"))) : "",
		items.length ? h("ul", { class: "waiting" }, items.sort((a, b) => a.kept - b.kept).map((x) => waiting(x, prefix))) : h("p", { class: "off" }, t("enter-nothing")),
		items.length ? h("p", {}, h("button", { type: "button", onclick: () => send() }, t("enter-send"))) : "");
	if (mine.length) add(place, [h("h2", {}, t("enter-receipts", { n: mine.length })), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("enter-receipts", { n: mine.length }) }, h("table", { class: "rows receipts" },
		h("thead", {}, h("tr", {}, ["enter-form", "enter-when", "enter-said", "enter-instance"].map((k) => h("th", { scope: "col" }, t(k))))), h("tbody", {}, mine.slice(0, 200).map(receipt)))), h("p", {}, h("a", { href: prefix + "/sent" }, t("enter-sent")))]);
}

export async function show(place, { prefix }) {
	const list = h("div", {});
	const box = h("div", { class: "outbox" });
	const said = h("p", { class: "hint" });
	fill(place, h("h1", {}, t("enter")), h("p", {}, t("enter-says")), list, box, said, h("p", { class: "hint", id: "stays" }));
	const drafts = await readAll("drafts");
	const table = (all) => fill(list, all.length ? h("ul", { class: "forms" }, all.map((x) => {
		const draft = drafts.find((d) => d.key === `${state.person?.name} ${x.form} `);
		return h("li", {}, h("a", { href: `${prefix}/enter/${encodeURIComponent(x.form)}` }, titled(x)), h("small", {}, " ", draft ? t("enter-began", { at: moment(draft.at) }) : ""));
	})) : h("p", { class: "off" }, t("enter-none")));
	table(await readAll("forms"));
	const again = () => outbox(box, prefix);
	await again();
	news.addEventListener("changed", again);
	const { fresh, forms: all } = await forms(() => {});
	table(all);
	said.textContent = t(fresh ? "enter-forms-here" : "enter-forms-kept", { n: all.length });
}
