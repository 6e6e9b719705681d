// The symbology of the land: colour and hatching of each state, the same in map, legend, table and chart
// (IMAS 07.11; drawn so that the states stay apart in greyscale and for the colour-blind).
export const states = [
	{ name: "CHA", colour: "#e00000", opacity: 0.45, pattern: "cross", line: 1.6, dash: null },
	{ name: "SHA", colour: "#f4a718", opacity: 0.45, pattern: "slant", line: 1.6, dash: [3, 2] },
	{ name: "cancelled", colour: "#b9c8b0", opacity: 0.45, pattern: "dots", line: 0.8, dash: null },
	{ name: "reduced", colour: "#8fbf6a", opacity: 0.4, pattern: "counter", line: 0.8, dash: null },
	{ name: "cleared", colour: "#3f9b3f", opacity: 0.35, pattern: "plain", line: 1, dash: null },
];
export const stateOf = (name) => states.find((s) => s.name === name);

// What is recorded at a point: colour and form of each kind, apart in grey and to the colour-blind.
export const kinds = [
	{ name: "accident", colour: "#7a1fa2", form: "diamond", letter: "!" },
	{ name: "ordnance", colour: "#1d2329", form: "triangle", letter: "" },
	{ name: "task", colour: "#0b6a88", form: "square", letter: "T" },
	{ name: "place", colour: "#6b5a3e", form: "ring", letter: "", named: true },
];
// Outlines by the status of a hazard.
export const marks = { work: "#c47f00", closed: "#6f9a1f" };

const size = 16;

function hatch(context, pattern, scale) {
	const s = size * scale;
	context.lineWidth = scale;
	context.beginPath();
	if (pattern === "cross" || pattern === "slant")
		for (const x of pattern === "cross" ? [-s, -s / 2, 0, s / 2, s] : [-s, 0, s]) {
			context.moveTo(x, s);
			context.lineTo(x + s, 0);
		}
	if (pattern === "cross" || pattern === "counter")
		for (const x of pattern === "cross" ? [-s, -s / 2, 0, s / 2, s] : [-s, 0, s]) {
			context.moveTo(x, 0);
			context.lineTo(x + s, s);
		}
	context.stroke();
	if (pattern === "dots")
		for (const [x, y] of [[s / 4, s / 4], [(3 * s) / 4, (3 * s) / 4]]) {
			context.beginPath();
			context.arc(x, y, 1.5 * scale, 0, 7);
			context.fill();
		}
}

// Drawn by the processor: a graphics unit, or what stands in for it, is busy with the map.
function canvas(pixels) {
	const made = Object.assign(document.createElement("canvas"), { width: pixels, height: pixels });
	made.getContext("2d", { willReadFrequently: true });
	return made;
}

// The hatching alone, as an image that repeats.
function pattern(state, dark) {
	const tile = canvas(size * 2);
	const context = tile.getContext("2d");
	context.strokeStyle = context.fillStyle = state.pattern === "dots" ? (dark ? "#d5e2cd" : "#5f7355") : state.colour;
	context.globalAlpha = 0.8;
	hatch(context, state.pattern, 2);
	return context.getImageData(0, 0, tile.width, tile.height);
}

// Samples are painted when there is time for them: not before the map itself.
let waiting = [];
export function paintSamples() {
	for (const paint of waiting ?? []) paint();
	waiting = null;
}
function sample(pixels, name, paint) {
	const made = Object.assign(document.createElement("canvas"), { width: pixels, height: pixels, className: name, ariaHidden: "true" });
	const now = () => paint(made.getContext("2d", { willReadFrequently: true }));
	if (waiting) waiting.push(now);
	else now();
	return made;
}

const forms = {
	diamond: [[10, 0.5], [19.5, 10], [10, 19.5], [0.5, 10]],
	triangle: [[10, 1.5], [19, 17.5], [1, 17.5]],
	square: [[2, 2], [18, 2], [18, 18], [2, 18]],
};

function mark(kind, dark) {
	const icon = canvas(40);
	const context = icon.getContext("2d");
	const ink = dark && kind.colour === "#1d2329" ? "#e6e6e1" : kind.colour;
	context.scale(2, 2);
	context.fillStyle = kind.form === "ring" ? "#fbfbf9" : ink;
	context.strokeStyle = kind.form === "ring" ? ink : dark ? "#15191c" : "#ffffff";
	context.lineWidth = kind.form === "ring" ? 2.5 : 1;
	context.beginPath();
	if (forms[kind.form]) for (const [x, y] of forms[kind.form]) context.lineTo(x, y);
	else context.arc(10, 10, 5, 0, 7);
	context.closePath();
	context.fill();
	context.stroke();
	context.fillStyle = "#ffffff";
	context.font = "bold 12px sans-serif";
	context.textAlign = "center";
	context.textBaseline = "middle";
	context.fillText(kind.letter, 10, 10.5);
	return icon;
}

// The image of a name that the map asks for: a hatching or a mark.
export function image(name, dark) {
	const kind = kinds.find((k) => k.name === name);
	if (kind) return mark(kind, dark).getContext("2d").getImageData(0, 0, 40, 40);
	const state = stateOf(name);
	return state && pattern(state, dark);
}

export const markSample = (kind, dark) => sample(40, "mark", (context) => context.drawImage(mark(kind, dark), 0, 0));

// A sample for the legend.
export const swatch = (state) => sample(size * 2, "swatch", (context) => {
	context.globalAlpha = state.opacity;
	context.fillStyle = state.colour;
	context.fillRect(0, 0, size * 2, size * 2);
	context.globalAlpha = 0.8;
	context.strokeStyle = context.fillStyle = state.pattern === "dots" ? "#5f7355" : state.colour;
	hatch(context, state.pattern, 2);
	context.globalAlpha = 1;
	context.lineWidth = state.line * 4;
	context.setLineDash((state.dash ?? []).map((x) => x * 3));
	context.strokeRect(0, 0, size * 2, size * 2);
});
