// The review desk: what waits, the record, and what it would change; all of it by keyboard.
import { fill, h } from "./dom.js";
import { get, send } from "./api.js";
import { note, recordAddress } from "./place.js";
import { count, day, distance } from "./format.js";
import { t } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { smallMap } from "./chart.js";

// Ask for one text in the page itself; null when it was given up.
function asked(place, question, suggestion = "") {
	return new Promise((answer) => {
		const field = h("input", { name: "text", required: true, value: suggestion, "aria-label": question });
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

function compared(submitted, current, fields) {
	const [now, other] = [submitted.values, current?.values];
	const names = [...new Set([...Object.keys(now), ...Object.keys(other ?? {})])].filter((n) => n !== "geometry");
	const say = (name, v) => (v === undefined || v === null ? "—" : typeof v === "object" ? JSON.stringify(v) : meaning(fields.get(name), v));
	return h("table", { class: "rows changes" }, h("tbody", {}, names.map((n) => {
		const differs = other && JSON.stringify(now[n] ?? null) !== JSON.stringify(other[n] ?? null);
		return h("tr", { class: differs ? "differs" : null }, h("th", { scope: "row" }, fields.get(n)?.label ?? n), h("td", {}, say(n, now[n]), differs ? [" ", h("del", {}, say(n, other[n]))] : ""));
	})));
}

const candidate = (kind) => (c) => h("li", {}, h("a", { href: recordAddress(kind, c.record) }, c.id ?? c.record), " ", h("small", {}, [`${Math.round(c.score)}/100`,
	c.distance_m === null ? "" : distance(c.distance_m), c.effective_date ? day(c.effective_date) : ""].filter(Boolean).join(" · ")));

export async function show(place, { parameters }) {
	let inbox;
	try {
		inbox = await get("/api/review", { limit: 100 });
	} catch (error) {
		if (![401, 403, 404].includes(error.status)) throw error;
		fill(place, h("section", { class: "page" }, h("h1", {}, t("review-title")), h("p", {}, t(error.status === 404 ? "review-missing" : "review-not-yours"))));
		return null;
	}
	let items = inbox.records;
	let last = null; // what was done last: undo takes it back
	let detail = null;
	let at = Math.max(0, items.findIndex((i) => i.record === parameters.get("record")));
	let map = null;
	const list = h("ol", { class: "inbox", "aria-label": t("inbox") });
	const record = h("div", { class: "submitted" });
	const change = h("div", { class: "change" });
	const said = h("p", { role: "status", class: "said" });

	const drawList = () => fill(list, items.map((i, n) => h("li", {}, h("button", { type: "button", class: "plain", "aria-current": n === at ? "true" : null, onclick: () => choose(n) },
		h("bdi", {}, i.id ?? i.record), " ", h("small", {}, t("one." + i.kind), " · ", day(i.received_at), " · ", i.organisation ?? ""), " ", severities(i.findings)))));
	async function choose(n) {
		at = Math.min(Math.max(n, 0), items.length - 1);
		drawList();
		map?.remove();
		map = null;
		const item = items[at];
		if (!item) return fill(record, h("p", {}, t("review-none"))), fill(change);
		note({ record: item.record });
		list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
		const [answer, { fields }] = await Promise.all([get("/api/review/" + item.record), dictionary(item.kind)]);
		if (items[at] !== item) return;
		detail = answer;
		const { submitted, current } = detail;
		const canvas = h("div", { class: "small-map", role: "region", "aria-label": t("where-title") });
		fill(record, h("h2", {}, h("bdi", {}, item.id ?? item.record)),
			detail.finding_list?.length ? h("ul", {}, detail.finding_list.map((f) => h("li", {}, h("span", { class: "severity " + f.severity }, t(f.severity)), " ", f.text))) : "",
			submitted.geometry ? canvas : h("p", {}, t("no-geometry")), compared(submitted, current, fields));
		fill(change, h("h2", {}, t("would-change")), current ? h("p", {}, h("a", { href: recordAddress(item.kind, item.record) }, item.id ?? item.record)) : h("p", {}, t("new-record")),
			h("h3", {}, t("candidates")), detail.candidates?.length ? h("ol", {}, detail.candidates.map(candidate(item.kind))) : h("p", {}, t("no-candidate")));
		// Both outlines on one map: what stands and what was submitted.
		const both = [submitted.geometry, current?.geometry].filter(Boolean);
		if (submitted.geometry) map = await smallMap(canvas, both.length > 1 ? { type: "GeometryCollection", geometries: both } : both[0]).catch(() => null);
	}
	const again = async (n) => {
		items = (await get("/api/review", { limit: 100 })).records;
		await choose(n);
	};
	const trying = async (what) => {
		try {
			await what();
		} catch (error) {
			said.textContent = error.message;
		}
	};
	const act = (action, more = {}) => trying(async () => {
		const item = items[at];
		if (!item) return;
		const done = await send("POST", "/api/review/" + item.record, { action, revision: item.revision, ...more });
		last = { record: item.record, revision: done.revision };
		said.textContent = t("done-" + action, { id: item.id ?? item.record });
		await again(Math.min(at, items.length - 2));
	});
	const undo = () => trying(async () => {
		if (!last) return;
		const record = last.record;
		await send("POST", "/api/review/" + record, { action: "undo", revision: last.revision });
		last = null;
		said.textContent = t("done-undo");
		await again(0);
	});
	const giveBack = async () => {
		const comment = await asked(place, t("return-comment"));
		if (comment) await act("return", { comment });
	};
	const duplicate = async () => {
		const item = items[at];
		const id = item && (await asked(place, t("duplicate-of"), detail?.candidates?.[0]?.id));
		if (id)
			await trying(async () => {
				const stays = await get(`/api/records/${item.kind}/${encodeURIComponent(id)}`);
				await act("duplicate", { duplicate_of: stays.record });
			});
	};
	// What has no warning and no error, all in one step.
	const approveClean = () => trying(async () => {
		const { records } = await get("/api/review", { clean: "true", limit: 500 });
		const done = await send("POST", "/api/review", { approve: records.map(({ record, revision }) => ({ record, revision })) });
		said.textContent = t("done-clean", { n: count(done.approved), refused: count(done.refused) });
		await again(0);
	});
	const actions = {
		j: [null, () => choose(at + 1)], k: [null, () => choose(at - 1)], a: ["approve", () => act("approve")], r: ["return", giveBack], x: ["reject", () => act("reject")],
		d: ["duplicate", duplicate], l: [null, () => change.querySelector("ol a")?.focus()], u: ["undo", undo], "?": ["keys", () => (said.textContent = t("keys-list"))],
	};
	const key = (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog") || !actions[event.key]) return;
		event.preventDefault();
		actions[event.key][1]();
	};
	document.addEventListener("keydown", key);
	fill(place, h("section", { class: "desk" }, h("h1", {}, t("review-title"), " ", h("small", {}, count(inbox.total))),
		h("p", { class: "choose" }, Object.entries(actions).filter(([, [name]]) => name).map(([k, [name, go]]) => h("button", { type: "button", onclick: go }, t(name), " ", h("kbd", {}, k))), h("button", { type: "button", onclick: approveClean }, t("approve-clean"))), said,
		h("div", { class: "three" }, list, record, change)));
	place.addEventListener("placed", () => choose(at), { once: true });
	return () => {
		document.removeEventListener("keydown", key);
		map?.remove();
	};
}
