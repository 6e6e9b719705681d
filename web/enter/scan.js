// A scan or photograph beside the form, read and moved with the keyboard while typing.
import { fill, h } from "../dom.js";
import { t } from "../text.js";
import { labelOf, uploads } from "./repeat.js";

// `asked` gives the form's root; `changed` is called when the picture becomes an answer.
export function scan(asked, changed) {
	const view = { x: 0, y: 0, scale: 1, turn: 0 };
	let file = null;
	let back = null;
	const picture = h("img", { alt: t("scan-alt"), draggable: "false" });
	const window_ = h("div", { class: "window", tabindex: 0, role: "application", "aria-label": t("scan-window"), hidden: true }, picture);
	const choose = h("input", { type: "file", accept: "image/*", "aria-label": t("scan-choose") });
	const attach = h("p", { hidden: true });
	const problem = h("p", { class: "problem", role: "alert", hidden: true });
	const draw = () => (picture.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale}) rotate(${view.turn}deg)`);
	const zoom = (by) => {
		view.scale = Math.min(12, Math.max(0.2, view.scale * by));
		draw();
	};
	const whole = () => {
		Object.assign(view, { x: 0, y: 0, scale: 1 });
		draw();
	};
	const turn = (by) => {
		view.turn += by;
		draw();
	};
	const step = 60;
	const does = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: whole, r: () => turn(90), R: () => turn(-90),
		ArrowLeft: () => (view.x += step), ArrowRight: () => (view.x -= step), ArrowUp: () => (view.y += step), ArrowDown: () => (view.y -= step) };
	window_.addEventListener("keydown", (event) => {
		if (event.ctrlKey || event.metaKey || event.altKey || !does[event.key]) return;
		event.preventDefault();
		does[event.key]();
		draw();
	});
	window_.addEventListener("wheel", (event) => {
		event.preventDefault();
		zoom(event.deltaY < 0 ? 1.15 : 0.87);
	}, { passive: false });
	window_.addEventListener("pointermove", (event) => {
		if (!(event.buttons & 1)) return;
		view.x += event.movementX;
		view.y += event.movementY;
		draw();
	});
	window_.addEventListener("pointerdown", (event) => window_.setPointerCapture(event.pointerId));

	// The same file as the answer of a question that asks for a picture.
	function offer() {
		const root = asked();
		const nodes = root && file ? uploads(root).filter((x) => [null, "*", "image"].includes(x.nodeOptions?.media?.type ?? null)) : [];
		attach.hidden = !nodes.length;
		if (!nodes.length) return;
		const pick = h("select", { "aria-label": t("scan-attach") }, nodes.map((x, i) => h("option", { value: String(i) }, labelOf(x))));
		fill(attach, h("button", { type: "button", onclick: () => {
			nodes[Number(pick.value)].setValue(file);
			changed();
		} }, t("scan-attach")), " ", pick);
	}
	function take(chosen) {
		if (!chosen) return;
		problem.hidden = chosen.type.startsWith("image/");
		if (!problem.hidden) return void (problem.textContent = t("scan-not", { name: chosen.name }));
		file = chosen;
		URL.revokeObjectURL(picture.src);
		picture.src = URL.createObjectURL(file);
		window_.hidden = false;
		view.turn = 0;
		whole();
		offer();
	}
	choose.addEventListener("change", () => take(choose.files[0]));
	const panel = h("aside", { class: "scan", "aria-label": t("scan") }, h("h2", {}, t("scan")), h("p", {}, choose), problem, window_,
		h("p", { class: "hint" }, t("scan-keys")), attach);
	panel.addEventListener("dragover", (event) => event.preventDefault());
	panel.addEventListener("drop", (event) => {
		event.preventDefault();
		take(event.dataTransfer.files[0]);
	});
	// F2 goes between the field and the picture.
	addEventListener("keydown", (event) => {
		if (event.key !== "F2" || window_.hidden) return;
		event.preventDefault();
		if (document.activeElement === window_) (back ?? document.body).focus();
		else {
			back = document.activeElement;
			window_.focus();
		}
	});
	return { panel, offer };
}
