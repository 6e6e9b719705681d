// The dictionary: what fields are called, in which groups they stand, what their codes mean.
import { text } from "./api.js";

function rows(csv) {
	const out = [];
	let row = [""];
	let quoted = false;
	for (let i = 0; i < csv.length; i++) {
		const c = csv[i];
		if (quoted && c === '"' && csv[i + 1] === '"') row[row.length - 1] += csv[++i];
		else if (c === '"') quoted = !quoted;
		else if (!quoted && c === ",") row.push("");
		else if (!quoted && c === "\n") {
			out.push(row);
			row = [""];
		} else if (c !== "\r" || quoted) row[row.length - 1] += c;
	}
	if (row.length > 1) out.push(row);
	const names = out.shift();
	return out.map((r) => Object.fromEntries(names.map((name, i) => [name, r[i] ?? ""])));
}

const kept = new Map();
function once(name, make) {
	if (!kept.has(name)) kept.set(name, text(`dictionary/${name}.csv`).then((csv) => make(rows(csv))));
	return kept.get(name);
}

const label = (row) => row["label::English (en)"];

function readChoices(all) {
	const lists = {};
	for (const row of all) (lists[row.list_name] ??= {})[row.name] = label(row);
	return lists;
}

// {fields: Map of name to {name, label, hint, unit, group, several, codes}}
export async function dictionary(kind) {
	const choices = await once("choices", readChoices);
	return once(kind, (all) => {
		const fields = new Map();
		let group = "";
		for (const row of all) {
			if (row.type === "begin_group") group = label(row);
			else if (row.type === "end_group") group = "";
			else if (row.name) {
				const [type, list] = row.type.split(" ");
				fields.set(row.name, {
					name: row.name, type, label: label(row) || row.name, hint: row["hint::English (en)"],
					unit: row.unit, group, several: type === "select_multiple", codes: choices[list] ?? null,
				});
			}
		}
		return { fields };
	});
}

// A value as people read it; the code stays visible to who looks for it.
export function meaning(field, value) {
	if (value === null || value === undefined) return null;
	if (value === "UNK") return "unknown";
	if (value === "NA") return "not applicable";
	if (!field?.codes) return String(value);
	const codes = field.several ? String(value).split(" ") : [String(value)];
	return codes.map((code) => field.codes[code] ?? code).join(", ");
}
