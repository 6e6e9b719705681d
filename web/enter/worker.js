// Keeps the page of forms and its parts in the browser, so that it opens without a network.  Its text has the hash of all
// parts: a new program is a new worker, which fetches what belongs to it before it takes over.  What people fill in is not
// here (store.js), nor is any record.
const assets = "{{assets}}";
const page = "{{base}}/enter";
const hash = assets.split("/").at(-1);
const name = "safelane-enter-" + hash;
const languages = "{{languages}}".split("|").map((x) => x.split("=")[0]);
const parts = ["style.css", "icon.svg", "dom.js", "api.js", "start.js", "text.js", "help.js",
	...languages.flatMap((l) => [`help/${l}.js`, `enter/text/${l}.js`]),
	...["style.css", "page.js", "store.js", "outbox.js", "forms.js", "list.js", "fill.js", "repeat.js", "scan.js", "edit.js", "names.js", "positions.js"].map((x) => "enter/" + x),
	...["web-forms.js", "web-forms-engine.js", "web-forms-map.js", "web-forms-parser.wasm", "web-forms-xpath.wasm", "web-forms.css"].map((x) => "foreign/" + x)];

// The page in the language of who reads; not one of another program, whose parts are not here.
async function keepPage(cache) {
	const answer = await fetch(page, { cache: "no-cache" });
	if (answer.ok && (await answer.clone().text()).includes(assets)) await cache.put(page, answer);
}

addEventListener("install", (event) => event.waitUntil((async () => {
	const cache = await caches.open(name);
	await cache.addAll(parts.map((x) => `${assets}/${x}`));
	await keepPage(cache);
	await skipWaiting();
})()));

// Pages that were opened before still load what they need from the cache before this one.
addEventListener("activate", (event) => event.waitUntil((async () => {
	const all = (await caches.keys()).filter((x) => x.startsWith("safelane-enter-") && x !== name);
	await Promise.all(all.slice(0, -1).map((x) => caches.delete(x)));
	await clients.claim();
})()));

// What a page loaded besides (letters of its script), and the page itself once more: its language may be another now.
addEventListener("message", (event) => event.waitUntil((async () => {
	const cache = await caches.open(name);
	try {
		await keepPage(cache);
		for (const url of event.data.keep)
			if (url.startsWith(assets) && !(await cache.match(url))) await cache.add(url);
	} catch {
		// No network: what is kept is kept.
	}
	event.source?.postMessage({ ready: Boolean(await cache.match(page, { ignoreVary: true })) });
})()));

// The newest page there is; where the network says nothing in time, the one that is kept.
async function answerPage(request) {
	const kept = await (await caches.open(name)).match(page, { ignoreVary: true });
	if (!kept) return fetch(request);
	const stop = AbortSignal.timeout(4000);
	try {
		const answer = await fetch(request.url, { signal: stop, credentials: "same-origin", headers: { Accept: "text/html" } });
		return answer.status < 500 ? answer : kept;
	} catch {
		return kept;
	}
}

addEventListener("fetch", (event) => {
	const { request } = event;
	if (request.mode === "navigate" && (request.url === page || request.url.startsWith(page + "/") || request.url.startsWith(page + "?"))) event.respondWith(answerPage(request));
	else if (request.method === "GET" && request.url.startsWith("{{base}}/assets/"))
		event.respondWith(caches.match(request, { ignoreVary: true }).then((kept) => kept ?? fetch(request)));
});
