// What waits on this device is sent when it can be, oldest first, each until the server has said that it has it.  The
// server knows an instanceID again: what is sent twice is there once.
import { base, whoAmI } from "../api.js";
import { read, readAll, settle, write } from "./store.js";

// Of one request; the server takes 32 MiB.
const most = 24 * 1024 * 1024;
export const largest = 32 * 1024 * 1024 - 65536;
const again = 30000;

export const state = { person: null, online: true, over: false, sending: false };
export const news = new EventTarget();
const others = new BroadcastChannel("safelane outbox " + base);
others.onmessage = () => news.dispatchEvent(new Event("changed"));
export function changed() {
	others.postMessage("changed");
	news.dispatchEvent(new Event("changed"));
}

let csrf = "";
// Who is signed in, as the server says; without a network, who was.
export async function know() {
	try {
		const session = await whoAmI();
		state.online = true;
		csrf = session?.csrf ?? "";
		state.over = !session?.person;
		if (session?.person) {
			state.person = session.person;
			// Nobody waits for the disk: it is for a day without a network.
			write("facts", { key: "person", value: session.person, rights: session.rights }).catch(console.info);
		}
		return session;
	} catch {
		state.online = false;
		return null;
	} finally {
		state.person ??= (await read("facts", "person"))?.value ?? null;
	}
}

// The bodies for one submission: the form in each, the files dealt out among them.
function bodies(item) {
	const parts = [[]];
	let size = item.xml.length;
	for (const file of item.files) {
		if (size + file.bytes.byteLength > most && parts.at(-1).length) {
			parts.push([]);
			size = item.xml.length;
		}
		parts.at(-1).push(file);
		size += file.bytes.byteLength;
	}
	return parts.map((files) => {
		const body = new FormData();
		body.append("xml_submission_file", new Blob([item.xml], { type: "text/xml" }), "xml_submission_file");
		for (const file of files) body.append(file.name, new Blob([file.bytes], { type: file.type }), file.name);
		return body;
	});
}

async function post(body) {
	const answer = await fetch(base + "/odk/submission", { method: "POST", body, headers: { "X-CSRF-Token": csrf || "none", "X-OpenRosa-Version": "1.0" }, credentials: "same-origin" });
	const text = await answer.text();
	const message = new DOMParser().parseFromString(text, "text/xml").getElementsByTagName("message")[0]?.textContent;
	return { status: answer.status, message: message ?? `${answer.status} ${answer.statusText}` };
}

// One submission: what became of it.
async function sendOne(item) {
	let said;
	for (const body of bodies(item)) {
		said = await post(body);
		if (said.status === 403) {
			// The session may be another one than when this page was opened.
			const before = csrf;
			if (!(await know())?.person) return { status: 401 };
			if (csrf !== before) said = await post(body);
		}
		if (said.status !== 201 && said.status !== 202) break;
	}
	return said;
}

const passing = (status) => status === 408 || status === 429 || status >= 500;

// Refused ones that somebody asked to send again: not forgotten while others are on their way.
const wanted = new Set();

async function sendAll() {
	const items = (await readAll("outbox")).sort((a, b) => a.kept - b.kept);
	if (!items.length) return;
	// Asked first: what refuses a device would make a browser ask for a password of its own.
	await know();
	if (!state.person || !state.online || state.over) return;
	for (const item of items) {
		if (item.person !== state.person.name) continue;
		const asked = wanted.delete(item.instance);
		if (item.refused && !asked) continue;
		let said;
		try {
			said = await sendOne(item);
			state.online = true;
		} catch {
			state.online = false;
			return;
		}
		const at = Date.now();
		if (said.status === 201 || said.status === 202) {
			const { xml, files, ...about } = item;
			await settle(item, { ...about, files: files.length, received: at, status: said.status, said: said.message });
		} else if (said.status === 401) {
			state.over = true;
			return;
		} else if (passing(said.status)) {
			await write("outbox", { ...item, tried: at, said: said.message });
			return;
		} else {
			await write("outbox", { ...item, tried: at, refused: said.status, said: said.message });
		}
		changed();
	}
}

let onceMore = false;
export async function send(refused) {
	if (refused) wanted.add(refused);
	if (state.sending) {
		onceMore = true;
		return;
	}
	state.sending = true;
	try {
		// One page at a time; where the browser cannot tell, the server does.
		if (navigator.locks) await navigator.locks.request("safelane outbox " + base, { ifAvailable: true }, (lock) => (lock ? sendAll() : null));
		else await sendAll();
	} finally {
		state.sending = false;
		changed();
	}
	if (onceMore) {
		onceMore = false;
		await send();
	}
}

export function begin() {
	addEventListener("online", () => send());
	addEventListener("offline", () => {
		state.online = false;
		news.dispatchEvent(new Event("changed"));
	});
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && send());
	setInterval(() => send(), again);
	send();
}
