// The forms of a pack in the engine of ODK Web Forms, with the files beside them:  node pack_engine.mjs FOLDER FORM
// Prints the choices of the question `hazard` as JSON.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { JSDOM } from "jsdom";

const [folder, name] = process.argv.slice(2);
const dom = new JSDOM("<!doctype html>", { url: "http://localhost/" });
// The engine is made for a browser: Node lends it what it looks for.
for (const part of Object.getOwnPropertyNames(dom.window))
	if (!(part in globalThis) && /^[A-Z]|^document$|^window$/.test(part)) globalThis[part] = dom.window[part];
Object.assign(globalThis, { window: globalThis, document: dom.window.document, XPathResult: dom.window.XPathResult });
globalThis.require = createRequire(import.meta.url);
globalThis.__dirname = import.meta.dirname;
const { loadForm } = await import("@getodk/xforms-engine");

const types = { csv: "text/csv", geojson: "application/geo+json" };
const form = await loadForm(readFileSync(join(folder, `forms/${name}.xml`), "utf8"), {
	fetchFormAttachment: async (url) => {
		const file = String(url).split("/").at(-1);
		const path = join(folder, `forms/${name}-media`, file);
		return existsSync(path) ? new Response(readFileSync(path), { status: 200, headers: { "Content-Type": types[file.split(".").at(-1)] } }) : new Response("", { status: 404 });
	},
});
const root = form.createInstance().root;
function* below(node) {
	yield node;
	for (const child of node.currentState.children ?? []) yield* below(child);
}
const questions = [...below(root)].filter((n) => n.currentState.valueOptions);
console.log(JSON.stringify(Object.fromEntries(questions.map((q) => [q.currentState.reference, q.currentState.valueOptions.map((o) => [o.value, o.label.asString])]))));
