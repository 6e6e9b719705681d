// Where we are: every view is an address.
import { base } from "./api.js";

const prefix = new URL(base).pathname.replace(/\/$/, "");
let show = () => {};

export function here() {
	const path = decodeURI(location.pathname).slice(prefix.length) || "/";
	return { path, parameters: new URLSearchParams(location.search) };
}

// The address of a view.  The date shown stays with us from view to view.
export function address(path, parameters = {}) {
	const query = new URLSearchParams();
	const day = here().parameters.get("as-of");
	if (day && !("as-of" in parameters)) query.set("as-of", day);
	for (const [name, value] of Object.entries(parameters))
		if (value !== null && value !== undefined && value !== "") query.set(name, value);
	const text = query.toString();
	return prefix + path + (text ? "?" + text : "");
}

export function recordAddress(kind, id) {
	return address(`/records/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`);
}

export function go(url) {
	history.pushState(null, "", url);
	show();
}

// Change parameters of this view's address without leaving it; null takes one away.
export function note(parameters, again = false) {
	const url = new URL(location.href);
	for (const [name, value] of Object.entries(parameters))
		if (value === null || value === "") url.searchParams.delete(name);
		else url.searchParams.set(name, value);
	history.replaceState(null, "", url);
	if (again) show();
}

export function follow(then) {
	show = then;
	addEventListener("popstate", () => show());
	document.addEventListener("click", (event) => {
		const link = event.target.closest?.("a[href]");
		if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
		const url = new URL(link.href);
		if (link.target || link.hasAttribute("download") || url.origin !== location.origin) return;
		if (url.pathname === location.pathname && url.hash) return;
		if (!url.pathname.startsWith(prefix) || !isView(url.pathname.slice(prefix.length) || "/")) return;
		event.preventDefault();
		go(url.href);
	});
}

const views = ["", "map", "records", "review", "account", "why", "findings", "ask", "reports", "analysis", "traverse", "sent", "settings", "start"];
function isView(path) {
	return views.includes(path.split("/")[1]);
}
