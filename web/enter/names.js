// web-forms gives some of its controls no name (lists, dates, numbers, the menu of a repeat): who listens to the page
// hears the question's label, here as in the fields that have one.
import { t } from "../text.js";

const controls = "input:not([type=radio], [type=checkbox], [type=file]), textarea, [role=combobox], [role=spinbutton], [role=slider]";

function name(area) {
	for (const question of area.querySelectorAll(".question-container")) {
		const label = question.querySelector(".control-text label");
		if (!label) continue;
		label.id ||= question.id.replace("_container", "_label");
		for (const control of question.querySelectorAll(controls))
			if (!control.labels?.length && !control.hasAttribute("aria-label") && control.getAttribute("aria-labelledby") !== label.id) control.setAttribute("aria-labelledby", label.id);
	}
	for (const menu of area.querySelectorAll("button.button-menu:not([aria-label])")) menu.setAttribute("aria-label", t("enter-more"));
	// A section of the form is no landmark of the page: there are many, and some are called alike.
	for (const part of area.querySelectorAll(".p-panel-content-container[role=region]")) part.setAttribute("role", "group");
}

export function keepNamed(area) {
	let soon = 0;
	new MutationObserver(() => {
		clearTimeout(soon);
		soon = setTimeout(() => name(area), 100);
	}).observe(area, { childList: true, subtree: true });
}
