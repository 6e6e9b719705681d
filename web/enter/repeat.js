// The answers of the form before this one, once more: what stays the same in a stack of paper is typed once.  Never what
// tells records apart or says where they are, nor files.
const leaf = /\/([^/]+)$/;
const positions = ["geopoint", "geotrace", "geoshape", "binary"];

function* all(nodes) {
	for (const node of nodes) {
		if (node.nodeType === "group") yield* all(node.currentState.children);
		else yield node;
	}
}
export const uploads = (root) => [...all(root.currentState.children)].filter((x) => x.nodeType === "upload" && x.currentState.relevant);
export const places = (root) => [...all(root.currentState.children)].filter((x) => x.nodeType === "input" && ["geopoint", "geotrace", "geoshape"].includes(x.valueType) && x.currentState.relevant);
export const labelOf = (node) => node.currentState.label?.asString ?? node.currentState.reference.match(leaf)[1];

// What the XML of a form has under each path; what is there more than once is in a repeat and stays out.
function answers(xml) {
	const found = new Map();
	const walk = (element, path) => {
		const children = [...element.children];
		if (!children.length) found.set(path, found.has(path) ? null : element.textContent);
		for (const child of children) walk(child, `${path}/${child.localName}`);
	};
	const root = new DOMParser().parseFromString(xml, "text/xml").documentElement;
	walk(root, "/" + root.localName);
	return found;
}

const isEmpty = (node) => (node.nodeType === "select" ? !node.currentState.value.length : [null, "", undefined, false].includes(node.currentState.value));
function put(node, value) {
	if (node.nodeType === "select") node.selectValues(value ? value.split(" ") : []);
	else if (node.nodeType === "trigger") node.setValue(value === "OK");
	else node.setValue(value || null);
}
const shown = (node) => (node.nodeType === "select" ? node.currentState.value.map((v) => node.getValueOption(v)?.label?.asString ?? v).join(", ") : String(node.currentState.value));

// Fills what is empty; says what it filled: [{node, label, value}...].
export function repeat(root, xml) {
	const before = answers(xml);
	const done = new Map();
	// An answer may open further questions.
	for (let more = true; more; ) {
		more = false;
		for (const node of all(root.currentState.children)) {
			if (!["input", "select", "range", "trigger"].includes(node.nodeType)) continue;
			const { reference, relevant, readonly } = node.currentState;
			const value = before.get(reference);
			if (done.has(node) || !value || !relevant || readonly || positions.includes(node.valueType) || reference.match(leaf)[1] === "id" || !isEmpty(node)) continue;
			try {
				put(node, value);
			} catch {
				continue; // an answer that this form no longer knows
			}
			done.set(node, { node, label: labelOf(node), value: shown(node) });
			more = true;
		}
	}
	return [...done.values()];
}
export const takeBack = (done) => done.toReversed().forEach(({ node }) => put(node, ""));

const odk = (points) => points.map(([lon, lat]) => `${lat} ${lon} 0 0`).join(";");
// One ring, one line or one point: a question holds no more.
function shape(geometry, type) {
	const { type: kind, coordinates } = geometry ?? {};
	if (type === "geoshape" && kind === "Polygon" && coordinates.length === 1) return odk(coordinates[0]);
	if (type === "geotrace" && kind === "LineString") return odk(coordinates);
	if (type === "geopoint" && kind === "Point") return odk([coordinates]);
	return "";
}
// Fills a form with what is recorded, by the names of its fields; returns the names of those that found no place.
export function fillIn(root, { values, geometry }) {
	const left = new Set(Object.keys(values).filter((x) => values[x] !== null && values[x] !== ""));
	if (geometry) left.add("geometry");
	for (let before = -1; before !== left.size; ) {
		before = left.size;
		for (const node of all(root.currentState.children)) {
			const name = node.currentState.reference.match(leaf)[1];
			if (!left.has(name) || !node.currentState.relevant || node.currentState.readonly || !(node.setValue || node.selectValues)) continue;
			const value = name === "geometry" ? shape(geometry, node.valueType) : String(values[name]);
			try {
				if (value) put(node, value);
			} catch {
				continue;
			}
			if (!isEmpty(node)) left.delete(name);
		}
	}
	return [...left];
}
