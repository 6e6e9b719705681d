// Walking along a boundary with this device: each fix becomes a line that can be read and corrected by hand.
import { fill, h } from "../dom.js";
import { metres } from "../format.js";
import { t } from "../text.js";
import "./words.js";

const fresh = 10000; // a fix older than this is of where one was

// `text` gets the lines, `accuracy` the worst of them; `changed` is called for each.
export function walk(text, accuracy, changed) {
	let watch = null;
	let lock = null;
	let last = null; // the newest fix
	let every = 0;
	const says = h("p", { class: "walk-says", role: "status" }, t("walk-ready"));
	const state = (key, values) => fill(says, t(key, values));
	const button = (key, what) => h("button", { type: "button", onclick: what }, t(key));
	const lines = () => text.value.split("\n").filter((line) => line.trim());
	const put = (fix) => {
		const { latitude, longitude, accuracy: within } = fix.coords;
		text.value = [...lines(), `${latitude.toFixed(7)} ${longitude.toFixed(7)} # ±${within.toFixed(1)} m ${new Date(fix.timestamp).toISOString()}`].join("\n") + "\n";
		const worst = Math.max(...lines().map((line) => Number(line.match(/±([\d.]+) m/)?.[1] ?? 0)));
		accuracy.value = worst ? worst.toFixed(1) : "";
		text.scrollTop = text.scrollHeight;
		every = fix.timestamp;
		changed();
	};
	const heard = (fix) => {
		last = fix;
		state(fix.coords.accuracy > 20 ? "walk-rough" : "walk-fix", { metres: metres(Math.round(fix.coords.accuracy * 10) / 10), n: lines().length });
		if (auto.checked && fix.coords.accuracy <= 20 && fix.timestamp - every >= 3000) put(fix);
	};
	const failed = (error) => {
		state({ 1: "walk-denied", 2: "walk-none", 3: "walk-none" }[error.code] ?? "walk-none");
		if (error.code === 1) stop();
	};
	const start = () => {
		if (!isSecureContext || !navigator.geolocation) return state("walk-insecure");
		state("walk-waits");
		watch = navigator.geolocation.watchPosition(heard, failed, { enableHighAccuracy: true, maximumAge: 0, timeout: 30000 });
		navigator.wakeLock?.request("screen").then((held) => (lock = held), () => {}); // a dark screen ends the fixes
		show();
	};
	const stop = () => {
		if (watch !== null) navigator.geolocation.clearWatch(watch);
		watch = null;
		lock?.release();
		lock = last = null;
		show();
	};
	const corner = () => {
		if (!last || Date.now() - last.timestamp > fresh) return state("walk-waits");
		put(last);
		state("walk-marked", { n: lines().length, metres: metres(Math.round(last.coords.accuracy * 10) / 10) });
	};
	const undo = () => {
		const rest = lines().slice(0, -1);
		text.value = rest.join("\n") + (rest.length ? "\n" : "");
		state("walk-undone", { n: rest.length });
		changed();
	};
	const go = button("walk-start", start);
	const pause = button("walk-pause", () => (stop(), state("walk-paused", { n: lines().length })));
	const mark = button("walk-corner", corner);
	const auto = h("input", { type: "checkbox", name: "every" });
	const show = () => {
		go.hidden = watch !== null;
		pause.hidden = mark.disabled = watch === null;
	};
	show();
	return { stop, element: h("div", { class: "walk" }, says, h("p", { class: "walk-buttons" }, go, mark, button("walk-undo", undo), pause), h("label", { class: "tick" }, auto, " ", t("walk-every"))) };
}
