// One form: filled, kept on this device as it is typed, handed over to what waits to be sent.
import { fill, h, settled } from "../dom.js";
import { assets, get } from "../api.js";
import { language, locale, t } from "../text.js";
import { changed, know, largest, news, send, state } from "./outbox.js";
import { attachmentOf, form as formOf } from "./forms.js";
import { keep, read, remove, write } from "./store.js";
import { lastSent, recorded } from "./edit.js";
import { keepNamed } from "./names.js";
import { fillIn, repeat, takeBack } from "./repeat.js";
import { positions } from "./positions.js";
import { scan } from "./scan.js";
import { moment, titled } from "./list.js";

const instanceOf = (xml) => new DOMParser().parseFromString(xml, "text/xml");
const textOf = (document_, name) => document_.getElementsByTagNameNS("*", name)[0]?.textContent ?? "";

// After the next picture; a page that nobody looks at draws none.
const painted = () => new Promise((done) => {
	requestAnimationFrame(() => setTimeout(done, 0));
	setTimeout(done, 500);
});

function sheet(href) {
	return new Promise((done) => document.head.append(h("link", { rel: "stylesheet", href, onload: done, onerror: done })));
}

// The base map of pictures that the server has, and where the programme is; as it was known last without a network.
async function mapOf() {
	try {
		const [{ basemaps }, land] = await Promise.all(["/api/basemaps", "/tiles/land.json"].map((x) => get(x, {}, AbortSignal.timeout(3000))));
		const raster = basemaps.find((x) => x.type === "raster");
		await write("facts", { key: "map", tile: raster?.tiles, credit: raster?.attribution, box: land.view ?? land.bounds });
	} catch {
		// As it was.
	}
	return (await read("facts", "map")) ?? {};
}

// Files as they are kept: bytes, which a crash of the browser leaves whole.
async function filesOf(payload) {
	const files = [];
	for (const data of payload.data)
		for (const [name, value] of data)
			if (name !== "xml_submission_file" && value instanceof Blob && !files.some((x) => x.name === name)) files.push({ name, type: value.type, bytes: await value.arrayBuffer() });
	return files;
}

function draftData({ xml, files }) {
	const data = new FormData();
	data.append("xml_submission_file", new File([xml], "xml_submission_file", { type: "text/xml" }));
	for (const file of files) data.append(file.name, new File([file.bytes], file.name, { type: file.type }));
	return data;
}

export async function show(place, { form: name, parameters, prefix }) {
	const styled = sheet(`${assets}/foreign/web-forms.css`);
	let edit = parameters.get("edit");
	const person = state.person?.name;
	if (!person) throw Object.assign(new Error(t("enter-sign-in")), { status: 401 });
	let draft = name ? await read("drafts", `${person} ${name} ${edit ?? ""}`) : null;
	// An edit begins with what was sent last; one that was begun goes on without the network.
	const sent = edit && !draft ? await lastSent(edit) : null;
	const born = edit && !draft && !sent ? await recorded(edit) : null;
	const right = (sent ?? born)?.form ?? name;
	if (name !== right) {
		name = right;
		history.replaceState(null, "", `${prefix}/enter/${encodeURIComponent(name)}?edit=${encodeURIComponent(edit)}`);
		draft = await read("drafts", `${person} ${name} ${edit}`);
	}
	const key = `${person} ${name} ${edit ?? ""}`;
	const version = draft ? (instanceOf(draft.xml).documentElement.getAttribute("version") ?? "") : sent?.version;
	const whole = await formOf(name, version);
	if (!whole) return void fill(place, h("h1", {}, t("enter")), h("p", { class: "problem" }, t("enter-unknown", { name })), edit ? h("p", {}, h("a", { href: `${prefix}/records/${edit}` }, t("enter-to-record"))) : "");

	let root = null;
	let pristine = "";
	let turn = 0;
	const typed = h("p", { class: "typed hint" });
	const said = h("p", { class: "said", role: "status" });
	const faults = h("p", { class: "problem", role: "alert", hidden: true });
	const area = h("div", { id: "form" });
	const repeated = h("div", { class: "repeated" });
	const sendIt = h("button", { type: "button", class: "main", onclick: () => hand() }, t("enter-hand"));
	const again = h("button", { type: "button", hidden: true, onclick: () => doRepeat() }, t("enter-repeat"));
	const { panel, offer } = scan(() => root, () => save());
	const points = positions(() => root, () => save());
	const beside = h("button", { type: "button", "aria-expanded": "false", onclick: () => {
		panel.hidden = !panel.hidden;
		beside.setAttribute("aria-expanded", String(!panel.hidden));
		place.classList.toggle("beside", !panel.hidden);
		if (!panel.hidden) panel.querySelector("input").focus();
	} }, t("scan"));
	panel.hidden = true;
	fill(place, h("p", { class: "trail" }, h("a", { href: prefix + "/enter" }, t("enter"))), h("h1", {}, titled(whole), edit ? h("small", {}, " ", t("enter-change")) : ""),
		h("div", { class: "does" }, again, beside), repeated, points.panel,
		edit && !sent && (born || draft?.born) ? h("p", { class: "problem" }, t("enter-born"), h("span", { class: "left" })) : "",
		sent?.since ? h("p", { class: "problem" }, t("enter-since", { n: sent.since })) : "",
		draft ? h("p", { class: "hint resumed" }, t("enter-resumed", { at: moment(draft.at) }), " ", h("button", { type: "button", onclick: async () => {
			await remove("drafts", key);
			location.reload();
		} }, t("enter-anew"))) : "",
		h("div", { class: "desk" }, area, panel), h("div", { class: "hand" }, faults, h("span", { class: "does" }, sendIt), typed, said));

	/* ---- kept as it is typed ---- */
	const soon = settled(() => save(), 500);
	async function save() {
		const mine = turn;
		if (!root) return;
		try {
			const payload = await root.prepareInstancePayload({ payloadType: "monolithic" });
			const xml = await payload.data[0].get("xml_submission_file").text();
			if (mine !== turn || xml === pristine) return;
			const at = Date.now();
			await write("drafts", { key, xml, files: await filesOf(payload), at, born: Boolean(born || draft?.born) });
			// Handed over meanwhile: what was handed over is no draft any more.
			if (mine !== turn) return void remove("drafts", key);
			typed.textContent = t("enter-typed", { at: moment(at) });
			typed.dataset.kept = String(at);
		} catch (error) {
			typed.textContent = t("enter-not-kept", { why: error.message });
		}
	}
	for (const event of ["input", "change", "click", "keyup", "drop"]) area.addEventListener(event, soon);
	document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && save());

	/* ---- handed over ---- */
	function hand() {
		faults.hidden = true;
		area.querySelector(".footer button")?.click();
	}
	function faulty() {
		const n = root.validationState.violations.length;
		faults.hidden = false;
		faults.textContent = t("enter-faults", { n });
		const first = root.validationState.violations[0];
		const question = first && document.getElementById(`${first.nodeId}_container`);
		question?.scrollIntoView({ block: "center" });
		question?.querySelector("input, textarea, button, [tabindex]")?.focus();
	}
	async function submit(payload, next) {
		sendIt.disabled = true;
		try {
			const xml = await payload.data[0].get("xml_submission_file").text();
			const files = await filesOf(payload);
			const large = files.find((x) => x.bytes.byteLength > largest);
			if (large) throw new Error(t("enter-large", { name: large.name }));
			const document_ = instanceOf(xml);
			const item = { instance: textOf(document_, "instanceID"), form: name, version: whole.version, name: whole.name, label: textOf(document_, "instanceName") || textOf(document_, "id"),
				person, kept: Date.now(), edit, xml, files };
			await keep(item, key);
			turn++;
			typed.textContent = "";
			delete typed.dataset.kept;
			follow(item);
			changed();
			send(item.instance);
			if (edit) after(item);
			else next({ next: engine.POST_SUBMIT__NEW_INSTANCE });
		} catch (error) {
			faults.hidden = false;
			faults.textContent = t("enter-not-kept", { why: error.message });
		} finally {
			sendIt.disabled = false;
		}
	}
	// The edit is done: nothing to go on with here.
	function after() {
		root = null;
		fill(area, h("p", {}, t("enter-edited"), " ", h("a", { href: `${prefix}/records/${edit}` }, t("enter-to-record"))));
		sendIt.hidden = again.hidden = beside.hidden = points.panel.hidden = true;
	}
	// What becomes of the one that was handed over last.
	let watch = null;
	function follow(item) {
		news.removeEventListener("changed", watch);
		watch = async () => {
			const [waits, has] = await Promise.all([read("outbox", item.instance), read("receipts", item.instance)]);
			const text = has ? `${t("enter-received", { at: moment(has.received) })} ${has.said}` : waits?.refused ? t("enter-refused", { said: waits.said })
				: [t("enter-kept", { at: moment(item.kept) }), state.over ? t("enter-over") : state.online ? "" : t("enter-later")].filter(Boolean).join(" ");
			fill(said, h("bdi", {}, text), " ", h("a", { href: prefix + "/enter" }, t("enter-outbox")));
			said.dataset.instance = item.instance;
			said.dataset.state = has ? "received" : waits?.refused ? "refused" : "kept";
		};
		news.addEventListener("changed", watch);
		watch();
	}

	/* ---- the last values once more ---- */
	async function doRepeat() {
		const last = await read("last", `${person} ${name}`);
		if (!last || !root) return;
		const done = repeat(root, last.xml);
		fill(repeated, h("details", { open: true }, h("summary", {}, t("enter-repeated", { n: done.length })),
			h("ul", {}, done.map((x) => h("li", {}, h("b", {}, x.label), ": ", h("bdi", {}, x.value))))),
		h("p", {}, h("button", { type: "button", onclick: () => {
			takeBack(done);
			fill(repeated);
			save();
		} }, t("enter-take-back"))));
		save();
	}

	/* ---- the form itself ---- */
	async function loaded(made) {
		const mine = ++turn;
		root = null;
		fill(repeated);
		const own = made.languages.find((x) => x.language?.endsWith(`(${language})`));
		if (own) made.setLanguage(own);
		// What is there unasked is written down when the first questions are seen; who was quicker has changed it.
		let quick = false;
		const heard = () => (quick = true);
		for (const event of ["input", "change", "click"]) area.addEventListener(event, heard, { once: true });
		await painted();
		if (mine !== turn) return;
		const payload = await made.prepareInstancePayload({ payloadType: "monolithic" });
		pristine = quick ? "" : await payload.data[0].get("xml_submission_file").text();
		if (mine !== turn) return;
		root = made;
		if (quick) soon();
		if (born && !draft) {
			const left = fillIn(root, born);
			if (left.length) place.querySelector(".left").textContent = " " + t("enter-left", { fields: left.join(", ") });
		}
		again.hidden = Boolean(edit) || !(await read("last", `${person} ${name}`));
		offer();
		points.offer();
		scrollTo(0, 0);
		document.body.dataset.form = String(Number(document.body.dataset.form ?? 0) + 1);
	}
	addEventListener("keydown", (event) => {
		if (event.key === "Enter" && event.ctrlKey) hand();
		else if (event.altKey && event.code === "KeyR" && !again.hidden) doRepeat();
		else return;
		event.preventDefault();
	});
	keepNamed(area);
	// Only a form that has a map waits for what it shows.
	const [engine, map] = await Promise.all([import("../foreign/web-forms.js"), /\b(geo(point|trace|shape)|maps?)\b/.test(whole.xml) ? mapOf() : {}, styled]);
	const editInstance = draft ? { draft: [draftData(draft)], attachmentFileNames: [] }
		: sent ? { resolveInstance: () => sent.xml, attachmentFileNames: sent.files, resolveAttachment: sent.file } : undefined;
	engine.mount(area, { formXml: whole.xml, fetchFormAttachment: attachmentOf(whole), missingResourceBehavior: "BLANK", trackDevice: true,
		preloadProperties: { username: person }, editInstance, loaded, faulty, submit, map, locale, failed: (error) => {
			faults.hidden = false;
			faults.textContent = String(error.message ?? error);
			console.error(error);
		} });
	if (!state.online) know();
}
