// The published forms with their files, on this device: fetched when the server has newer ones.
import { base } from "../api.js";
import { read, readAll, remove, write } from "./store.js";

const textOf = (node, name) => node.getElementsByTagName(name)[0]?.textContent ?? "";
async function bring(url) {
	// Who has no session is told so, and not asked for a passphrase of a device.
	const answer = await fetch(url, { credentials: "same-origin", headers: { "X-CSRF-Token": "none" } });
	if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${answer.statusText}`), { status: answer.status });
	return answer;
}
const xmlOf = async (url) => new DOMParser().parseFromString(await (await bring(url)).text(), "text/xml");
// The server says its addresses in full; we know it by the one that this page came from.
const near = (url) => base + new URL(url).pathname.slice(new URL(base).pathname.replace(/\/$/, "").length);

// One form as the list has it, with all that belongs to it.
async function fetchForm(entry) {
	const media = [];
	if (entry.manifest) {
		for (const file of (await xmlOf(near(entry.manifest))).getElementsByTagName("mediaFile")) {
			const answer = await bring(near(textOf(file, "downloadUrl")));
			media.push({ name: textOf(file, "filename"), bytes: await answer.arrayBuffer() });
		}
	}
	return { ...entry, xml: await (await bring(near(entry.url))).text(), media };
}

async function listed(query = "") {
	return [...(await xmlOf(`${base}/odk/formList${query}`)).getElementsByTagName("xform")].map((x) => ({ form: textOf(x, "formID"), name: textOf(x, "name"),
		version: textOf(x, "version"), hash: textOf(x, "hash"), url: textOf(x, "downloadUrl"), manifest: textOf(x, "manifestUrl") }));
}

// All forms that may be filled, each on this device afterwards; `told` is called after each.  Without a network those that
// are here.
export async function forms(told = () => {}) {
	let list;
	try {
		list = await listed();
	} catch (error) {
		if (error.status === 401 || error.status === 403) throw error;
		return { fresh: false, forms: await readAll("forms") };
	}
	const here = new Map((await readAll("forms")).map((x) => [x.form, x]));
	for (const entry of list) {
		if (here.get(entry.form)?.hash !== entry.hash) await write("forms", await fetchForm(entry));
		told(entry);
	}
	for (const gone of here.keys()) if (!list.some((x) => x.form === gone)) await remove("forms", gone);
	return { fresh: true, forms: await readAll("forms") };
}

// One form; with a version, that one, which may be an older one.
export async function form(name, version) {
	const here = await read("forms", name);
	if (here && (version === undefined || here.version === version)) return here;
	let all;
	try {
		all = await listed(`?formID=${encodeURIComponent(name)}&listAllVersions=true`);
	} catch (error) {
		if (here) return here; // without a network, the version that there is
		throw error;
	}
	const entry = version === undefined ? all.at(-1) : (all.find((x) => x.version === version) ?? all.at(-1));
	if (!entry) return null;
	const whole = await fetchForm(entry);
	if (version === undefined) await write("forms", whole);
	return whole;
}

const types = { csv: "text/csv", xml: "text/xml", geojson: "application/geo+json", json: "application/json", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", svg: "image/svg+xml", mp3: "audio/mpeg", mp4: "video/mp4" };
// What web-forms asks for under jr://.
export const attachmentOf = (whole) => async (url) => {
	const name = decodeURIComponent(String(url).split("/").at(-1));
	const file = whole.media.find((x) => x.name === name);
	return file ? new Response(file.bytes, { headers: { "Content-Type": types[name.split(".").at(-1).toLowerCase()] ?? "application/octet-stream" } })
		: new Response("", { status: 404 });
};
