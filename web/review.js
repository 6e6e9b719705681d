// The review desk: what waits, the record, and what it would change; all of it by keyboard.
import { fill, h } from "./dom.js";
import { get, send } from "./api.js";
import { note, recordAddress } from "./place.js";
import { count, day, distance } from "./format.js";
import { t } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { smallMap } from "./chart.js";

// Ask for one text in the page itself; null when it was given up.
function asked(place, question) {
	return new Promise((answer) => {
		const field = h("input", { name: "text", required: true, "aria-label": question });
		const box = h("dialog", { "aria-label": question }, h("form", { method: "dialog" }, h("label", {}, question, field),
			h("p", {}, h("button", { value: "yes" }, t("ok")), " ", h("button", { value: "no", formnovalidate: true }, t("cancel")))));
		box.addEventListener("close", () => {
			box.remove();
			answer(box.returnValue === "yes" ? field.value.trim() : null);
		});
		place.append(box);
		box.showModal();
	});
}

const severities = (f) => ["error", "warning", "note"].filter((s) => f?.[s]).map((s) => h("span", { class: "severity " + s, title: t(s) }, count(f[s])));

function compared(now, other, fields) {
	const names = [...new Set([...Object.keys(now), ...Object.keys(other ?? {})])].filter((n) => n !== "geometry");
	return h("table", { class: "rows changes" }, h("tbody", {}, names.map((n) => {
		const [a, b] = [now[n], other?.[n]];
		const differs = other && JSON.stringify(a ?? null) !== JSON.stringify(b ?? null);
		const say = (v) => (v === undefined || v === null ? "—" : typeof v === "object" ? JSON.stringify(v) : meaning(fields.get(n), v));
		return h("tr", { class: differs ? "differs" : null }, h("th", { scope: "row" }, fields.get(n)?.label ?? n), other ? h("td", {}, h("del", {}, differs ? say(b) : "")) : "", h("td", {}, say(a)));
	})));
}

export async function show(place, { parameters }) {
	let inbox;
	try {
		inbox = await get("/api/review", { limit: 100 });
	} catch (error) {
		if (error.status !== 404) throw error;
		fill(place, h("section", { class: "page" }, h("h1", {}, t("review-title")), h("p", {}, t("review-missing"))));
		return null;
	}
	let items = inbox.items ?? [];
	let at = Math.max(0, items.findIndex((i) => i.revision === parameters.get("revision")));
	let map = null;
	const list = h("ol", { class: "inbox", "aria-label": t("inbox") });
	const record = h("div", { class: "submitted" });
	const change = h("div", { class: "change" });
	const said = h("p", { role: "status", class: "said" });

	const drawList = () => fill(list, items.map((i, n) => h("li", {}, h("button", { type: "button", class: "plain", "aria-current": n === at ? "true" : null, onclick: () => choose(n) },
		h("bdi", {}, i.id ?? i.record), " ", h("small", {}, t("one." + i.kind), " · ", day(i.recorded_at), " · ", i.organisation ?? ""), " ", severities(i.findings)))));
	async function choose(n) {
		at = Math.min(Math.max(n, 0), items.length - 1);
		drawList();
		map?.remove();
		map = null;
		const item = items[at];
		if (!item) return fill(record, h("p", {}, t("review-none"))), fill(change);
		note({ revision: item.revision });
		list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
		const [detail, { fields }] = await Promise.all([get("/api/review/" + encodeURIComponent(item.revision)), dictionary(item.kind)]);
		if (items[at] !== item) return;
		const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title") });
		fill(record, h("h2", {}, h("a", { href: recordAddress(item.kind, item.record) }, item.id ?? item.record)),
			(detail.findings ?? []).length ? h("ul", {}, detail.findings.map((f) => h("li", {}, h("span", { class: "severity " + f.severity }, t(f.severity)), " ", f.text))) : "",
			detail.geometry ? canvas : h("p", {}, t("no-geometry")), compared(detail.values ?? {}, detail.before?.values, fields));
		fill(change, h("h2", {}, t("would-change")), detail.before ? h("p", {}, h("a", { href: recordAddress(item.kind, item.record) }, item.id ?? item.record)) : h("p", {}, t("new-record")),
			h("h3", {}, t("candidates")), (detail.candidates ?? []).length ? h("ul", {}, detail.candidates.map((c) => h("li", {}, h("a", { href: recordAddress(c.kind ?? item.kind, c.id ?? c.record) }, c.id ?? c.record), " ",
				c.distance_m === undefined || c.distance_m === null ? "" : distance(c.distance_m)))) : h("p", {}, t("no-candidate")));
		if (detail.geometry) map = await smallMap(canvas, detail.geometry).catch(() => null);
	}
	async function act(action, value) {
		const item = items[at];
		if (!item) return;
		try {
			await send("POST", `/api/review/${encodeURIComponent(item.revision)}/${action}`, value ?? {});
			said.textContent = t("done-" + action, { id: item.id ?? item.record });
			items = (await get("/api/review", { limit: 100 })).items ?? [];
			await choose(Math.min(at, items.length - 1));
		} catch (error) {
			said.textContent = error.message;
		}
	}
	const withText = async (action, name, question) => {
		const text = await asked(place, question);
		if (text) await act(action, { [name]: text });
	};
	const actions = {
		j: [null, () => choose(at + 1)], k: [null, () => choose(at - 1)], a: ["approve", () => act("approve")],
		r: ["return", () => withText("return", "comment", t("return-comment"))], d: ["duplicate", () => withText("duplicate", "of", t("duplicate-of"))],
		l: ["link", () => withText("link", "to", t("link-to"))], u: ["undo", () => act("undo")], "?": ["keys", () => (said.textContent = t("keys-list"))],
	};
	const key = (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog") || !actions[event.key]) return;
		event.preventDefault();
		actions[event.key][1]();
	};
	document.addEventListener("keydown", key);
	fill(place, h("section", { class: "desk" }, h("h1", {}, t("review-title"), " ", h("small", {}, count(items.length))),
		h("p", { class: "choose" }, Object.entries(actions).filter(([, [name]]) => name).map(([k, [name, go]]) => h("button", { type: "button", onclick: go }, t(name), " ", h("kbd", {}, k)))), said,
		h("div", { class: "three" }, list, record, change)));
	place.addEventListener("placed", () => choose(at), { once: true });
	return () => {
		document.removeEventListener("keydown", key);
		map?.remove();
	};
}
