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

// What is recorded at a point: colour and letter of each kind.
export const kinds = [
	{ name: "accident", colour: "#7a1fa2", letter: "A" },
	{ name: "ordnance", colour: "#1d2329", letter: "O" },
	{ name: "task", colour: "#0b6a88", letter: "T" },
];

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

const canvas = (pixels) => Object.assign(document.createElement("canvas"), { width: pixels, height: pixels });

// The hatching alone, as an image that repeats.
export function pattern(state, dark) {
	const tile = canvas(size * 2);
	const context = tile.getContext("2d");
	context.strokeStyle = context.fillStyle = state.pattern === "dots" ? (dark ? "#d5e2cd" : "#5f7355") : state.colour;
	context.globalAlpha = 0.8;
	hatch(context, state.pattern, 2);
	return context.getImageData(0, 0, tile.width, tile.height);
}

// A sample for the legend.
export function swatch(state) {
	const sample = canvas(size * 2);
	const context = sample.getContext("2d");
	context.globalAlpha = state.opacity;
	context.fillStyle = state.colour;
	context.fillRect(0, 0, sample.width, sample.height);
	context.globalAlpha = 0.8;
	context.strokeStyle = context.fillStyle = state.pattern === "dots" ? "#5f7355" : state.colour;
	hatch(context, state.pattern, 2);
	context.globalAlpha = 1;
	context.lineWidth = state.line * 4;
	context.setLineDash((state.dash ?? []).map((x) => x * 3));
	context.strokeRect(0, 0, sample.width, sample.height);
	sample.className = "swatch";
	sample.setAttribute("aria-hidden", "true");
	return sample;
}
