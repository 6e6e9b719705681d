// Talking to the server, and to no other.
import { onItsWay } from "./start.js";

export const base = document.body.dataset.base;
export const assets = document.body.dataset.assets;

let session = null;

export class Refused extends Error {
	constructor(status, message, title = "") {
		super(message);
		this.status = status;
		this.title = title; // in the reader's language; the message may be in English
	}
}

async function read(answer) {
	const text = await answer.text();
	let value = null;
	try {
		value = text ? JSON.parse(text) : null;
	} catch {
		// Not JSON: a proxy's page, say.  The status says enough.
	}
	if (!answer.ok) throw new Refused(answer.status, value?.detail ?? `${answer.status} ${answer.statusText}`, value?.title);
	return value;
}

export async function get(path, parameters = {}, signal = undefined) {
	const query = new URLSearchParams();
	for (const [name, value] of Object.entries(parameters))
		if (value !== null && value !== undefined && value !== "") query.set(name, value);
	const text = query.toString();
	const url = base + path + (text ? "?" + text : "");
	return read(await (onItsWay(url) ?? fetch(url, { headers: { Accept: "application/json" }, signal })));
}

export async function send(method, path, value, type = "application/json") {
	const headers = { Accept: "application/json" };
	if (session?.csrf) headers["X-CSRF-Token"] = session.csrf;
	if (value !== undefined) headers["Content-Type"] = type;
	const body = value === undefined ? undefined : JSON.stringify(value);
	return read(await fetch(base + path, { method, headers, body }));
}

// A form with files, as multipart/form-data.
export async function upload(path, form) {
	const headers = { Accept: "application/json" };
	if (session?.csrf) headers["X-CSRF-Token"] = session.csrf;
	return read(await fetch(base + path, { method: "POST", headers, body: form }));
}

// A file as it is.
export async function sendFile(path, parameters, file) {
	const query = new URLSearchParams(Object.entries(parameters).filter(([, v]) => v));
	const headers = { Accept: "application/json", "Content-Type": "application/octet-stream", "X-CSRF-Token": session?.csrf ?? "" };
	return read(await fetch(`${base}${path}?${query}`, { method: "POST", headers, body: file }));
}

// Who is signed in; null when nobody is, or when the server signs nobody in.
export async function whoAmI() {
	try {
		session = await get("/api/session");
	} catch (error) {
		if (!(error instanceof Refused)) throw error;
		session = null;
	}
	return session;
}
