// The dictionary: what fields are called, in which groups they stand, what their codes mean, in the reader's language.
import { get } from "./api.js";
import { language } from "./text.js";

const kept = new Map();

function read(answer) {
	const groups = Object.fromEntries(answer.groups.map((g) => [g.name, g.label]));
	const lists = Object.fromEntries(Object.entries(answer.lists).map(([name, list]) => [name, Object.fromEntries(list.map((c) => [c.code, c.label]))]));
	return {
		fields: new Map(answer.fields.map((f) => [f.name, {
			...f, hint: f.hint ?? "", unit: f.unit ?? "", group: groups[f.group] ?? "", several: f.type === "select_multiple", codes: lists[f.list] ?? null, nothing: answer.nothing,
		}])),
	};
}

// {fields: Map of name to {name, type, label, hint, unit, group, several, codes, nothing}}
export function dictionary(kind) {
	if (!kept.has(kind)) {
		const coming = get("/api/dictionary/" + encodeURIComponent(kind), { lang: language }).then(read);
		coming.catch(() => kept.delete(kind)); // asked again when the network is back
		kept.set(kind, coming);
	}
	return kept.get(kind);
}

// The lists of values have changed.
export const forget = () => kept.clear();

// A value as people read it; the code stays visible to who looks for it.
export function meaning(field, value) {
	if (value === null || value === undefined) return null;
	if (field?.nothing[value]) return field.nothing[value];
	if (!field?.codes) return String(value);
	const codes = field.several ? String(value).split(" ") : [String(value)];
	return codes.map((code) => field.codes[code] ?? code).join(", ");
}
