// A long form is usable before all of it is drawn: the first questions at once, the others a few at a time from the top,
// between what the reader does.
import { onUnmounted, ref } from "vue";

const first = 6;
const step = 24;
const waiting = new Set(); // lists that are not whole, in the order of the page
let left = first; // of the questions that may be drawn at once
let going = false;

function go() {
	const list = waiting.values().next().value;
	if (!list) {
		going = false;
		left = first;
		return;
	}
	list.shown.value += step;
	if (list.shown.value >= list.whole()) waiting.delete(list);
	setTimeout(go, 0);
}

// After the first ones have been painted; a page that nobody looks at paints nothing.
function begin() {
	let begun = false;
	const run = () => {
		if (!begun) go();
		begun = true;
	};
	requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(run, 0)));
	setTimeout(run, 1000);
}

// How many of a list of questions are drawn.
export function growing(whole) {
	const n = whole();
	const shown = ref(Math.min(n, Math.max(left, 0)));
	left -= shown.value;
	if (shown.value === n) shown.value = Infinity; // what is added to it later is drawn, too
	else {
		const list = { shown, whole };
		waiting.add(list);
		onUnmounted(() => waiting.delete(list));
		if (!going) begin();
		going = true;
	}
	return shown;
}
