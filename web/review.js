// The review desk: what waits, the record, and what it would change; all of it by keyboard.
import { fill, h } from "./dom.js";
import { base, get, send } from "./api.js";
import { address, note, recordAddress } from "./place.js";
import { count, day, distance } from "./format.js";
import { t } from "./text.js";
import { dictionary, meaning } from "./dictionary.js";
import { extras } from "./extra.js";
import { smallMap } from "./chart.js";
import { pager } from "./table.js";
import { ask } from "./review_dialog.js";
import { foundHere } from "./found.js";

const page = 50;
const many = 100; // clean ones in one view
const severities = (f) => ["error", "warning", "note"].filter((s) => f?.[s]).map((s) => h("span", { class: "severity " + s, title: t(s) }, count(f[s])));
const percent = (x) => (x === null ? "—" : Math.round(100 * x) + "\u00a0%");

// Worth a look without being asked: within a kilometre, or called the same.
const near = (c) => c && (c.distance_m === null ? c.id_likeness > 0.9 : c.distance_m < 1000);

// A part of what waits is judged by each request: go on until there are enough.
async function cleanOnes() {
	const records = [];
	let answer = { next: 0 };
	do {
		answer = await get("/api/review", { clean: "true", limit: many - records.length, offset: answer.next });
		records.push(...answer.records);
	} while (records.length < many && answer.next < answer.total);
	return { ...answer, records };
}

// What was submitted beside what stands, or beside a record that it may be; there only what it says counts.
function compared(submitted, other, whole, fields) {
	const [now, then] = [submitted.values, other?.values];
	const order = [...fields.keys()];
	const names = [...new Set([...Object.keys(now), ...(whole && then ? Object.keys(then) : [])])].filter((n) => n !== "geometry" && n !== "_extra").sort((a, b) => order.indexOf(a) - order.indexOf(b));
	const say = (name, v) => (v === undefined || v === null ? "—" : typeof v === "object" ? JSON.stringify(v) : meaning(fields.get(name), v));
	return h("table", { class: "rows changes" }, other ? h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("field")), h("th", { scope: "col" }, t("submitted-record")), h("th", { scope: "col" }, h("bdi", {}, other.id)))) : "",
		h("tbody", {}, names.map((n) => {
			const differs = other && JSON.stringify(now[n] ?? null) !== JSON.stringify(then[n] ?? null);
			return h("tr", { class: differs ? "differs" : null }, h("th", { scope: "row" }, fields.get(n)?.label ?? n), h("td", {}, differs ? h("ins", {}, say(n, now[n])) : say(n, now[n])), other ? h("td", {}, differs ? h("del", {}, say(n, then[n])) : say(n, then[n])) : "");
		})));
}

export async function show(place, { parameters, frame }) {
	const me = frame.session?.person;
	const judges = ["reviewer", "officer", "administrator"].includes(me?.role);
	const state = ["returned", "rejected"].includes(parameters.get("state")) ? parameters.get("state") : "submitted";
	const clean = judges && parameters.get("clean") === "true";
	const offset = Number(parameters.get("offset") ?? 0);
	const read = () => (clean ? cleanOnes() : get("/api/review", { state, limit: page, offset }));
	let inbox;
	try {
		inbox = await read();
	} catch (error) {
		if (![401, 403, 404].includes(error.status)) throw error;
		fill(place, h("section", { class: "page" }, h("h1", {}, t("review-title")), h("p", {}, t(error.status === 404 ? "review-missing" : "review-not-yours"))));
		return null;
	}
	let items = inbox.records;
	let at = 0;
	let item = null; // the one shown; it need not be in the list
	let detail = null;
	let chosen = -1; // of the candidates
	let map = null;
	let turn = 0;
	const done = []; // what was done here: undo takes it back
	const kept = new Map(); // comments that were not sent
	const total = h("small", {});
	const list = h("ol", { class: "inbox", "aria-label": t("inbox"), tabindex: 0 });
	const record = h("div", { class: "examined", tabindex: 0, role: "region", "aria-label": t("submitted-record") });
	const change = h("div", { class: "change", tabindex: 0, role: "region", "aria-label": t("would-change") });
	const said = h("p", { role: "status", class: "said" });
	const say = (text, wrong = false) => {
		said.classList.toggle("problem", wrong);
		said.textContent = text;
	};

	const drawList = () => {
		total.textContent = clean ? t("clean-of", { n: count(items.length), total: count(inbox.total) }) : count(inbox.total);
		fill(list, items.map((i, n) => h("li", {}, h("button", { type: "button", class: "plain", "aria-current": i === item ? "true" : null, onclick: () => choose(n) },
			h("bdi", {}, i.id ?? i.record), " ", severities(i.findings), " ", h("small", {}, t("one." + i.kind), " · ", day(i.received_at), i.organisation ? [" · ", h("bdi", {}, i.organisation)] : "")))));
	};

	// The record beside another one: what it would change, or one that it may be.
	async function beside(n) {
		const mine = turn;
		const { submitted, current, candidates } = detail;
		chosen = n < 0 ? (!current && near(candidates[0]) ? 0 : -1) : Math.min(n, candidates.length - 1);
		const candidate = chosen < 0 ? null : candidates[chosen];
		const [other, { fields }] = await Promise.all([candidate ? get(`/api/records/${item.kind}/${candidate.record}`).catch(() => null) : current, dictionary(item.kind)]);
		if (mine !== turn) return;
		for (const [k, b] of change.querySelectorAll("button.compare").entries()) b.setAttribute("aria-pressed", String(k === chosen));
		fill(record.querySelector(".compared"), compared(submitted, other, other === current, fields));
		const canvas = record.querySelector(".small-map");
		map?.remove();
		map = null;
		if (!canvas) return;
		const drawn = await smallMap(canvas, submitted.geometry, null, other?.geometry).catch(() => fill(canvas, h("p", {}, t("no-webgl"))) && null);
		if (mine === turn) map = drawn;
		else drawn?.remove();
	}

	function draw() {
		const { submitted, current, candidates = [], may_name: names = [], review } = detail;
		const own = detail.own && !inbox.approve_own;
		fill(record, h("h2", {}, h("bdi", {}, item.id ?? item.record), " ", h("span", { class: "chip " + submitted.state }, t(submitted.state))),
			h("p", {}, t("entered-by", { who: submitted.author || t("someone"), org: submitted.organisation || "—", day: day(submitted.recorded_at), date: day(submitted.effective_date) })),
			review?.comment ? h("blockquote", {}, h("bdi", {}, review.comment)) : "",
			review?.identifier ? h("p", {}, t("linked-here", { id: review.identifier, who: review.said_by?.join(", ") })) : "",
			submitted.state === "returned" ? h("p", { class: "hint" }, t("hand-in-again")) : "",
			detail.own ? h("p", {}, h("a", { href: `${base}/enter?edit=${encodeURIComponent(item.kind)}/${item.record}` }, t("enter-edit"))) : "",
			own && judges ? h("p", { class: "hint" }, t("own-entry")) : "",
			foundHere(detail.finding_list),
			submitted.geometry ? [h("div", { class: "small-map", role: "region", "aria-label": t("where-title") }), h("p", { class: "hint" }, t("two-outlines"))] : h("p", {}, t("no-geometry")),
			[["part-of", [detail.part_of]], ["parts", detail.parts ?? []]].map(([title, list]) => list[0] ? [h("h3", {}, t(title)), h("ul", { class: "parts" }, list.map((x) => h("li", {},
				h("a", { href: address("/review", { record: x.record }) }, h("bdi", {}, x.id)), " ", h("small", {}, t("one." + x.kind), " · ", t(x.state)))))] : ""),
			h("div", { class: "compared" }), extras(submitted.values._extra));
		const row = (c, n) => h("tr", {}, h("td", {}, h("a", { href: recordAddress(item.kind, c.record) }, h("bdi", {}, c.id ?? c.record)), " ", h("button", { type: "button", class: "plain compare", "aria-pressed": "false", onclick: () => beside(n) }, t("compare"), " ", h("kbd", {}, n + 1))),
			h("td", {}, c.distance_m === null ? "—" : distance(c.distance_m)), h("td", {}, percent(c.overlap)), h("td", {}, c.effective_date ? day(c.effective_date) : "—"), h("td", {}, percent(c.id_likeness)));
		fill(change, h("h2", {}, t("would-change")), current ? h("p", {}, h("a", { href: recordAddress(item.kind, item.record) }, h("bdi", {}, current.id ?? item.id)), " ", t("one." + item.kind)) : h("p", {}, t("new-record")),
			h("h3", {}, t("candidates")), candidates.length ? h("table", { class: "rows" }, h("thead", {}, h("tr", {}, ["record", "distance", "common", "date", "alike"].map((c) => h("th", { scope: "col" }, t(c))))), h("tbody", {}, candidates.map(row))) : h("p", {}, t("no-candidate")),
			names.map((x) => [h("h3", {}, t("may-name", { kind: t("one." + x.kind) })), h("ul", {}, x.candidates.map((c) => h("li", {}, h("a", { href: recordAddress(x.kind, c.record) }, h("bdi", {}, c.id)), c.distance_m === null ? "" : [" ", h("small", {}, distance(c.distance_m))])))]));
	}

	async function choose(n, record_ = null) {
		const mine = ++turn;
		at = Math.min(Math.max(n, 0), items.length - 1);
		item = record_ ? (items.find((i) => i.record === record_) ?? { record: record_ }) : items[at];
		if (items.includes(item)) at = items.indexOf(item);
		drawList();
		if (!item) {
			map?.remove();
			map = detail = null;
			note({ record: null });
			fill(record, h("p", {}, t(state === "submitted" ? (clean ? "review-no-clean" : "review-none") : "review-none-" + state)), judges ? "" : h("p", { class: "hint" }, t("hand-in-again")));
			return fill(change);
		}
		note({ record: item.record });
		list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
		const answer = await get("/api/review/" + item.record);
		if (mine !== turn) return;
		detail = answer;
		Object.assign(item, { kind: answer.submitted.kind, id: answer.submitted.id, revision: answer.submitted.revision });
		draw();
		await beside(-1);
	}
	const again = async (record_) => {
		inbox = await read();
		items = inbox.records;
		dispatchEvent(new Event("counted"));
		await choose(at, record_);
	};
	// What somebody else did meanwhile is said and shown; what was typed is not lost.
	const trying = async (what) => {
		try {
			return await what();
		} catch (error) {
			say(error.message, true);
			if (error.status === 409 && item) await again(item.record).catch(() => {});
			return null;
		}
	};
	const act = (action, more = {}) => trying(async () => {
		if (!item || !judges) return null;
		const { record: about, id } = item;
		const answer = await send("POST", "/api/review/" + about, { action, revision: item.revision, ...more });
		done.push({ record: about, id });
		say(t("done-" + action, { id: id ?? about }));
		kept.delete(about);
		await again(action === "link" ? (answer.state === "rejected" ? more.link_to : about) : null);
		return answer;
	});
	const undo = () => trying(async () => {
		const last = done.at(-1) ?? item;
		if (!last || !judges) return;
		const { submitted } = await get("/api/review/" + last.record);
		await send("POST", "/api/review/" + last.record, { action: "undo", revision: submitted.revision });
		done.pop();
		say(t("done-undo", { id: last.id ?? last.record }));
		await again(last.record);
	});
	const field = (name, label, control) => h("label", {}, label, control ?? h("input", { name, autocomplete: "off" }));
	const giveBack = async () => {
		if (!item || !judges) return;
		const box = h("textarea", { name: "comment", required: true, rows: 4, maxlength: 1900, value: kept.get(item.record) ?? "", oninput: () => kept.set(item.record, box.value) });
		const answer = await ask(place, t("return-comment"), field("comment", t("comment"), box));
		if (answer?.comment.trim()) await act("return", { comment: answer.comment.trim() });
	};
	const named = async (kind, id) => (await get(`/api/records/${kind}/${encodeURIComponent(id)}`)).record;
	const duplicate = async () => {
		if (!item || !judges) return;
		const answer = await ask(place, t("duplicate-of"), field("id", t("identifier"), h("input", { name: "id", required: true, autocomplete: "off", value: detail.candidates?.[chosen]?.id ?? "" })), field("comment", t("comment")));
		if (answer) await trying(async () => act("duplicate", { duplicate_of: await named(item.kind, answer.id.trim()), comment: answer.comment }));
	};
	const link = async () => {
		if (!item || !judges || !detail.waiting) return;
		const { fields } = await dictionary(item.kind);
		const choices = detail.current ? [] : detail.candidates.map((c) => ({ kind: item.kind, record: c.record, text: t("link-version", { id: c.id }) }));
		if (chosen > 0) choices.unshift(...choices.splice(chosen, 1));
		for (const x of detail.may_name) for (const c of x.candidates) choices.push({ kind: x.kind, field: x.field, record: c.record, text: t("link-names", { field: fields.get(x.field)?.label ?? x.field, id: c.id }) });
		const answer = await ask(place, t("link-to"), choices.length ? field("n", t("link-as"), h("select", { name: "n" }, choices.map((c, n) => h("option", { value: n }, c.text)))) : h("p", {}, t("no-candidate")),
			field("id", t("link-other")));
		if (!answer) return;
		const choice = choices[answer.n ?? -1] ?? { kind: item.kind };
		await trying(async () => act("link", { link_to: answer.id?.trim() ? await named(choice.kind, answer.id.trim()) : choice.record, field: choice.field }));
	};
	// All that this view shows and that has no warning and no error, in one step.
	const approveShown = () => trying(async () => {
		if (!clean || !items.length) return;
		const answer = await send("POST", "/api/review", { approve: items.map(({ record: r, revision }) => ({ record: r, revision })) });
		say([t("done-clean", { n: count(answer.approved), refused: count(answer.refused) }), ...new Set(answer.records.filter((r) => !r.done).map((r) => r.why))].join(" "));
		for (const r of answer.records) if (r.done) done.push({ record: r.record, id: items.find((i) => i.record === r.record)?.id });
		await again(null);
	});
	const actions = { j: ["next", () => choose(at + 1)], k: ["previous", () => choose(at - 1)] };
	if (judges) Object.assign(actions, { a: ["approve", () => act("approve")], r: ["return", giveBack], x: ["reject", () => act("reject")], d: ["duplicate", duplicate], l: ["link", link], u: ["undo", undo] });
	if (clean) actions.A = ["approve-all", approveShown];
	actions["1"] = ["compare", () => beside(0)];
	const key = (event) => {
		const go = /^[2-5]$/.test(event.key) ? () => beside(Number(event.key) - 1) : actions[event.key]?.[1];
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, dialog") || !go) return;
		event.preventDefault();
		if (detail || !/^[1-5]$/.test(event.key)) trying(async () => go());
	};
	document.addEventListener("keydown", key);
	const here = (q) => address("/review", q);
	const tab = (name, q, now) => h("a", { href: here(q), "aria-current": now ? "true" : null }, t(name));
	fill(place, h("section", { class: "desk" }, h("h1", {}, t("review-title"), " ", total),
		h("p", { class: "choose" }, tab("waiting", {}, state === "submitted" && !clean), judges ? tab("without-findings", { clean: "true" }, clean) : "", tab("tab-returned", { state: "returned" }, state === "returned"), tab("tab-rejected", { state: "rejected" }, state === "rejected"),
			judges ? h("small", {}, t(inbox.approve_own ? "own-allowed" : "own-not-allowed")) : h("small", {}, t("looks-only"))),
		h("p", { class: "choose keys" }, Object.entries(actions).filter(([k]) => !["j", "k", "1"].includes(k)).map(([k, [name, go]]) => h("button", { type: "button", onclick: () => trying(async () => go()) }, name === "approve-all" ? t("approve-all", { n: count(items.length) }) : t(name), " ", h("kbd", {}, k)))),
		said, h("div", { class: "three" }, h("div", {}, list, clean || inbox.total <= page ? "" : pager("/review", { state: state === "submitted" ? null : state }, offset, page, inbox.total)), record, change)));
	place.addEventListener("placed", () => trying(() => choose(0, parameters.get("record"))), { once: true });
	return () => {
		turn++;
		document.removeEventListener("keydown", key);
		map?.remove();
	};
}
