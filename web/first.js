// The first page: what the programme holds, and search.
const base = document.body.dataset.base;
const status = document.getElementById("status");

async function ask(path) {
	const answer = await fetch(base + path, { headers: { Accept: "application/json" } });
	const value = await answer.json();
	if (!answer.ok) throw new Error(value.detail);
	return value;
}

function cell(row, text, number) {
	const td = row.insertCell();
	td.textContent = text;
	if (number) td.className = "number";
}

async function showProgramme() {
	const programme = await ask("/api/programme");
	const table = document.getElementById("counts");
	document.title = programme.name || "Safelane";
	document.getElementById("programme").textContent = programme.name || programme.country;
	document.getElementById("as-of").textContent = "as of " + programme.today;
	for (const kind of programme.kinds) {
		if (!kind.records) continue;
		const row = table.tBodies[0].insertRow();
		cell(row, kind.label);
		cell(row, kind.records.toLocaleString(), true);
	}
	table.hidden = false;
	status.textContent = programme.records ? "" : "No records yet: safelane import brings them in.";
}

async function search(text) {
	const list = document.getElementById("found");
	const answer = await ask("/api/search?q=" + encodeURIComponent(text));
	list.replaceChildren();
	for (const hit of answer.results) {
		const item = document.createElement("li");
		item.textContent = [hit.kind, hit.id, hit.name, hit.text].filter(Boolean).join(" · ");
		list.append(item);
	}
	list.hidden = false;
	status.textContent = answer.results.length ? "" : "Nothing is called so.";
}

function fail(error) {
	status.textContent = error.message;
}

document.getElementById("search").addEventListener("submit", (event) => {
	event.preventDefault();
	const text = new FormData(event.target).get("q").trim();
	if (text) search(text).catch(fail);
});
showProgramme().catch(fail);
