// Nearly every expression of a form has one of two shapes: the path of a question, and the text of a label.  The parser
// (WebAssembly, a tree fetched node by node) reads one of each shape; the tree of another is that tree with its own names.
const path = /^(?:\/[A-Za-z_]\w*)+$/;
const meant = /\/(?:and|or|mod|div|text|node|comment)(?=\/|$)/; // names that XPath 1.0 has for itself (3.7)
const label = /^jr:itext\('([\w\/:-]+)'\)$/;

const models = new Map();

function filled({ type, text, childCount, children }, names) {
	return { type, text: text.replace(/own(\d+)name/g, (_, i) => names[i]), childCount, children: children.map((x) => filled(x, names)) };
}

// The root of the tree of `text`; `read(text)` is the root as the parser has it.
export function shaped(text, read) {
	const words = path.test(text) && !meant.test(text) ? text.slice(1).split("/") : text.match(label)?.slice(1);
	if (!words) return read(text);
	const model = text[0] === "/" ? words.map((_, i) => `/own${i}name`).join("") : "jr:itext('own0name')";
	if (!models.has(model)) models.set(model, read(model));
	return filled(models.get(model), words);
}

// A label of words alone is what Markdown makes of it: no block of CommonMark 0.31.2 begins with a letter, and no part of a
// line with anything but \ ` * _ [ ] ! < &; blanks at its end are dropped.
const plain = /^\p{L}[^\\`*_[\]!<&\p{Cc}]*(?<! )$/u;
export function worded(text, read, Words) {
	whole.words = read;
	return plain.test(text) ? [new Words(text)] : read(text);
}

// For a test: what is said here, and what the parsers say.
const whole = {};
export const uses = (read) => (whole.tree = read);
export const trees = (text) => [shaped(text, whole.tree), filled(whole.tree(text), [])];
export const labels = (text, ours) => [worded(text, whole.words, ours), whole.words(text)];
