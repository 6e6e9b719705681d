// Elements from a description.  Text is always text: nothing that was recorded is read as markup.
export function h(tag, attributes, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes ?? {})) {
		if (value === null || value === undefined || value === false) continue;
		if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
		else if (name === "value" || name === "checked" || name === "selected") element[name] = value;
		else element.setAttribute(name, value === true ? "" : value);
	}
	add(element, children);
	return element;
}

export function add(element, children) {
	for (const child of [children].flat(Infinity))
		if (child !== null && child !== undefined && child !== false)
			element.append(child instanceof Node ? child : String(child));
}

export function fill(element, ...children) {
	element.replaceChildren();
	add(element, children);
	return element;
}

// Calls `what` once, when nothing has asked for it for `ms`.
export function settled(what, ms) {
	let timer;
	return (...values) => {
		clearTimeout(timer);
		timer = setTimeout(() => what(...values), ms);
	};
}
