// What a record's form said when it was sent last: what an edit begins with.
import { base, get } from "../api.js";

async function bytes(path) {
	const answer = await fetch(base + path, { credentials: "same-origin" });
	if (!answer.ok) throw Object.assign(new Error(`${answer.status} ${answer.statusText}`), { status: answer.status });
	return answer;
}

// A record that did not come from a form: what is recorded, for the form of its kind.
export async function recorded(edit) {
	const [kind, record] = edit.split("/");
	const { values, geometry } = await get(`/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(record)}`);
	return { form: kind, values, geometry };
}

// `edit` is "kind/record".  Null when the record did not come from a form.
export async function lastSent(edit) {
	const [kind, record] = edit.split("/");
	const path = `/api/records/${encodeURIComponent(kind)}/${encodeURIComponent(record)}`;
	const { record: uuid, attachments } = await get(path + "/attachments");
	const sent = attachments.filter((x) => x.name === "submission.xml").sort((a, b) => (a.recorded_at < b.recorded_at ? -1 : 1)).at(-1);
	if (!sent) return null;
	const [xml, { revisions }] = await Promise.all([bytes(`${path}/attachments/${sent.id}`).then((x) => x.text()), get("/api/history/" + encodeURIComponent(uuid))]);
	const root = new DOMParser().parseFromString(xml, "text/xml").documentElement;
	const files = attachments.filter((x) => x.name !== "submission.xml" && xml.includes(x.name));
	// Changed at the desk or by an import since: the form does not know.
	const since = revisions.filter((x) => x.recorded_at > sent.recorded_at && (x.changes.length || x.geometry_changed)).length;
	return { xml, form: root.getAttribute("id"), version: root.getAttribute("version") ?? "", since,
		files: files.map((x) => x.name), file: async (name) => bytes(`${path}/attachments/${files.find((x) => x.name === name).id}`) };
}
