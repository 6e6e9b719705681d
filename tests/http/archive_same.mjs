// Does an archive hold what the server serves, tile by tile?  archive_same.mjs ADDRESS TOKEN LAYER [QUERY] < ROWS
// ROWS: "zoom|column|row|hexadecimal", rows counted from the south, as sqlite3 prints the table tiles.
import http from "node:http";
import readline from "node:readline";
import { gunzipSync } from "node:zlib";

const [base, token, layer, query = ""] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const get = (path) => new Promise((good, bad) => {
	http.get(base + path, { agent, headers: { authorization: "Bearer " + token } }, (r) => {
		const parts = [];
		r.on("data", (p) => parts.push(p));
		r.on("end", () => good({ status: r.statusCode, body: Buffer.concat(parts) }));
	}).on("error", bad);
});
let same = 0, other = 0, waiting = [];
const seen = new Set();

async function compare(z, x, y, hex) {
	const path = `/tiles/${layer}/${z}/${x}/${y}.mvt${query}`, r = await get(path);
	if (r.status === 200 && r.body.equals(gunzipSync(Buffer.from(hex, "hex")))) same++;
	else if (other++ < 10) console.log(`${path}: ${r.status}, another tile`);
}

for await (const line of readline.createInterface({ input: process.stdin })) {
	const [z, x, row, hex] = line.split("|"), y = 2 ** z - 1 - row;
	seen.add(`${z}/${x}/${y}`);
	waiting.push(compare(z, x, y, hex));
	if (waiting.length >= 64) { await Promise.all(waiting); waiting = []; }
}
await Promise.all(waiting);
// What the archive leaves out is empty: every tile inside one that it has.
let missing = 0;
for (const id of seen) {
	const [z, x, y] = id.split("/").map(Number);
	for (let k = 0; z < 14 && k < 4; k++) {
		const inner = `${z + 1}/${2 * x + (k & 1)}/${2 * y + (k >> 1)}`;
		if (seen.has(inner)) continue;
		if ((await get(`/tiles/${layer}/${inner}.mvt${query}`)).status !== 204 && missing++ < 10) console.log(`${inner} is not in the archive`);
	}
}
agent.destroy();
console.log(`${same} tiles are the same, ${other} others, ${missing} missing`);
process.exit(same && !other && !missing ? 0 : 1);
