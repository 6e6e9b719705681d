// The panel beside the map: as wide as the user likes, and on a phone a sheet as high as they like; kept on the device.
import { h } from "./dom.js";
import { t } from "./text.js";

const sheet = () => matchMedia("(max-width: 700px)").matches;
const bounds = () => (sheet() ? [48, innerHeight * 0.8, 48] : [200, Math.max(200, innerWidth * 0.7), 320]);
const step = 32;

export function resizable(panel) {
	const bar = h("div", { class: "divider", role: "separator", tabindex: 0, "aria-label": t("panel-size"), "aria-controls": "panel" });
	const name = () => (sheet() ? "panel-height" : "panel-width");
	let now = 0;
	function set(size, keep = true) {
		const [least, most] = bounds();
		now = Math.round(Math.min(most, Math.max(least, size)));
		panel.style.setProperty("--size", now + "px");
		bar.setAttribute("aria-orientation", sheet() ? "horizontal" : "vertical");
		bar.setAttribute("aria-valuemin", String(Math.round(least)));
		bar.setAttribute("aria-valuemax", String(Math.round(most)));
		bar.setAttribute("aria-valuenow", String(now));
		if (keep) localStorage.setItem(name(), String(now));
	}
	const fit = () => set(Number(localStorage.getItem(name())) || bounds()[2], false);
	// Towards the map is larger: up on a phone, left, and right where the words run from right to left.
	const sizeAt = (e) => {
		const box = panel.getBoundingClientRect();
		return sheet() ? box.bottom - e.clientY : document.dir === "rtl" ? e.clientX - box.left : box.right - e.clientX;
	};
	bar.addEventListener("pointerdown", (e) => {
		const from = [e.clientX, e.clientY];
		let moved = false;
		const move = (m) => {
			moved ||= Math.hypot(m.clientX - from[0], m.clientY - from[1]) > 4;
			if (moved) set(sizeAt(m));
		};
		bar.setPointerCapture(e.pointerId);
		bar.addEventListener("pointermove", move);
		bar.addEventListener("pointerup", () => {
			bar.removeEventListener("pointermove", move);
			if (!moved && sheet()) set(now > 60 ? 48 : innerHeight * 0.4);
		}, { once: true });
	});
	bar.addEventListener("keydown", (e) => {
		const more = sheet() ? "ArrowUp" : document.dir === "rtl" ? "ArrowRight" : "ArrowLeft";
		const less = sheet() ? "ArrowDown" : document.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
		const to = { [more]: now + step, [less]: now - step, Home: bounds()[0], End: bounds()[1], Enter: now > bounds()[0] ? bounds()[0] : bounds()[2] }[e.key];
		if (to === undefined) return;
		set(to);
		e.preventDefault();
	});
	addEventListener("resize", fit);
	fit();
	return { bar, open: () => sheet() && now < innerHeight * 0.3 && set(innerHeight * 0.4, false), done: () => removeEventListener("resize", fit) };
}
