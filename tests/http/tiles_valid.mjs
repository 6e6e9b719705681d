// Every tile of a served programme from zoom 0 to 14, against the Mapbox Vector Tile specification 2.1:
//   tiles_valid.mjs ADDRESS TOKEN OPERATOR_TOKEN ORGANISATION DAY...
// The commands of each geometry are read here; @mapbox/vector-tile, which map engines use, has to read the same.
// A tile inside an empty one is empty: ground is never dropped for being small (docs/method/tiles.md), so only tiles
// that hold something are taken apart, and every one of them is.
import http from "node:http";
import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader as Pbf } from "pbf";

const [base, token, operatorToken, organisation, ...days] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const extent = 4096, buffer = 64, deepest = 14, gridMetres = 100;
let faults = 0;

function fault(where, what) {
	if (faults++ < 20) console.log(`${where}: ${what}`);
}

function get(path, bearer) {
	return new Promise((good, bad) => {
		http.get(base + path, { agent, headers: bearer ? { authorization: "Bearer " + bearer } : {} }, (r) => {
			const parts = [];
			r.on("data", (p) => parts.push(p));
			r.on("end", () => good({ status: r.statusCode, body: Buffer.concat(parts) }));
		}).on("error", bad);
	});
}

// ---- what the bytes say ----

function next(pbf) {
	const tag = pbf.readVarint();
	pbf.type = tag & 7;
	return tag;
}

function readFeature(pbf, end) {
	const f = { id: undefined, tags: [], type: 0, geometry: [] };
	while (pbf.pos < end) {
		const field = next(pbf);
		if (field >> 3 === 1) f.id = pbf.readVarint();
		else if (field >> 3 === 2) pbf.readPackedVarint(f.tags);
		else if (field >> 3 === 3) f.type = pbf.readVarint();
		else if (field >> 3 === 4) pbf.readPackedVarint(f.geometry);
		else pbf.skip(field);
	}
	return f;
}

function readLayer(pbf, end) {
	const l = { version: 0, name: null, extent: 4096, keys: [], values: 0, features: [] };
	while (pbf.pos < end) {
		const field = next(pbf);
		if (field >> 3 === 15) l.version = pbf.readVarint();
		else if (field >> 3 === 1) l.name = pbf.readString();
		else if (field >> 3 === 5) l.extent = pbf.readVarint();
		else if (field >> 3 === 3) l.keys.push(pbf.readString());
		else if (field >> 3 === 4) { l.values++; pbf.skip(field); }
		else if (field >> 3 === 2) { const n = pbf.readVarint(); l.features.push(readFeature(pbf, pbf.pos + n)); }
		else pbf.skip(field);
	}
	return l;
}

function readTile(bytes) {
	const pbf = new Pbf(bytes), layers = [];
	while (pbf.pos < bytes.length) {
		const field = next(pbf);
		if (field >> 3 === 3) { const n = pbf.readVarint(); layers.push(readLayer(pbf, pbf.pos + n)); }
		else pbf.skip(field);
	}
	return layers;
}

// ---- geometry: 4.3 ----

const back = (n) => (n >>> 1) ^ -(n & 1);

// Parts of points; throws a text at the first command that may not stand where it stands.
function readGeometry(f) {
	const parts = [];
	let x = 0, y = 0, i = 0, part = null;
	while (i < f.geometry.length) {
		const command = f.geometry[i] & 7, count = f.geometry[i] >>> 3;
		i++;
		if (command === 7) {
			if (f.type !== 3 || count !== 1 || !part || part.closed) throw "ClosePath where none may stand";
			part.closed = true;
			continue;
		}
		if (command !== 1 && command !== 2) throw `command ${command}`;
		if (count < 1 || i + 2 * count > f.geometry.length) throw "a command without its parameters";
		if (command === 1) {
			if (f.type === 1 ? i > 1 : count !== 1) throw "MoveTo where none may stand";
			if (f.type === 3 && part && !part.closed) throw "a ring that is not closed";
		} else if (f.type === 1 || !part || part.closed || part.length !== 1) throw "LineTo where none may stand";
		for (let k = 0; k < count; k++, i += 2) {
			const dx = back(f.geometry[i]), dy = back(f.geometry[i + 1]);
			if (command === 2 && dx === 0 && dy === 0) throw "a line of no length";
			x += dx;
			y += dy;
			if (command === 1) parts.push((part = []));
			part.push([x, y]);
			if (x < -buffer || y < -buffer || x > extent + buffer || y > extent + buffer) throw `${x},${y} outside the buffer`;
		}
	}
	if (!parts.length) throw "no geometry";
	if (f.type === 3 && !part.closed) throw "a ring that is not closed";
	return parts;
}

function area2(ring) {
	let sum = 0;
	for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) sum += ring[j][0] * ring[i][1] - ring[i][0] * ring[j][1];
	return sum;
}

const side = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));

// Do they cross, or lie on each other for more than a point?
function clash(a, b, c, d) {
	const s1 = side(a, b, c), s2 = side(a, b, d), s3 = side(c, d, a), s4 = side(c, d, b);
	if (s1 * s2 < 0 && s3 * s4 < 0) return true;
	if (s1 || s2 || s3 || s4) return false;
	const k = a[0] === b[0] ? 1 : 0;
	return Math.min(Math.max(a[k], b[k]), Math.max(c[k], d[k])) > Math.max(Math.min(a[k], b[k]), Math.min(c[k], d[k]));
}

function edgesClash(rings) {
	const edges = [];
	for (const r of rings) for (let i = 0, j = r.length - 1; i < r.length; j = i++)
		edges.push({ a: r[j], b: r[i], x0: Math.min(r[j][0], r[i][0]), x1: Math.max(r[j][0], r[i][0]), y0: Math.min(r[j][1], r[i][1]), y1: Math.max(r[j][1], r[i][1]) });
	edges.sort((p, q) => p.x0 - q.x0);
	for (let i = 0; i < edges.length; i++) for (let k = i + 1; k < edges.length && edges[k].x0 <= edges[i].x1; k++)
		if (edges[k].y0 <= edges[i].y1 && edges[k].y1 >= edges[i].y0 && clash(edges[i].a, edges[i].b, edges[k].a, edges[k].b)) return edges[i].a;
	return null;
}

// In it or on it.
function holds(ring, p) {
	let inside = false;
	for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
		const a = ring[j], b = ring[i];
		if (!side(a, b, p) && Math.min(a[0], b[0]) <= p[0] && p[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= p[1] && p[1] <= Math.max(a[1], b[1])) return true;
		if (a[1] > p[1] !== b[1] > p[1] && p[0] < ((b[0] - a[0]) * (p[1] - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
	}
	return inside;
}

function judgePolygon(parts) {
	let exterior = null;
	for (const ring of parts) {
		if (ring.length < 3) throw "a ring of fewer than three points";
		if (ring[0][0] === ring.at(-1)[0] && ring[0][1] === ring.at(-1)[1]) throw "ClosePath does not move";
		const area = area2(ring);
		if (!area) throw "a ring without area";
		if (area > 0) exterior = ring;
		else if (!exterior) throw "an interior ring comes first";
		else if (!ring.every((p) => holds(exterior, p))) throw "an interior ring outside its exterior ring";
	}
	const at = edgesClash(parts);
	if (at) throw `rings cross at ${at}`;
}

function judgeFeature(l, f) {
	if (f.tags.length % 2) throw "an odd number of tags";
	const keys = new Set();
	for (let i = 0; i < f.tags.length; i += 2) {
		if (f.tags[i] >= l.keys.length || f.tags[i + 1] >= l.values) throw "a tag out of range";
		if (keys.has(f.tags[i])) throw `two values of ${l.keys[f.tags[i]]}`;
		keys.add(f.tags[i]);
	}
	if (f.type < 1 || f.type > 3) throw `geometry type ${f.type}`;
	const parts = readGeometry(f);
	if (f.type === 2 && parts.some((p) => p.length < 2)) throw "a line of one point";
	if (f.type === 3) judgePolygon(parts);
	return parts;
}

function judgeTile(where, bytes, name, look) {
	const layers = readTile(bytes);
	if (layers.length !== 1 || layers[0].name !== name) return fault(where, `layers ${layers.map((l) => l.name)}, not ${name}`);
	const l = layers[0], ids = new Set();
	if (l.version !== 2) fault(where, `version ${l.version}`);
	if (l.extent !== extent) fault(where, `extent ${l.extent}`);
	if (new Set(l.keys).size !== l.keys.length) fault(where, "a key twice");
	if (!l.features.length) fault(where, "a layer without features");
	const theirs = new VectorTile(new Pbf(bytes)).layers[name];
	if (theirs.length !== l.features.length) fault(where, "@mapbox/vector-tile reads another number of features");
	l.features.forEach((f, i) => {
		try {
			if (f.id !== undefined && ids.has(f.id)) throw `id ${f.id} twice`;
			ids.add(f.id ?? -1 - i);
			const parts = judgeFeature(l, f), other = theirs.feature(i), read = other.loadGeometry();
			if ((f.id === undefined) !== (other.properties.count > 1)) throw "it is merged or has an id: one of both";
			if (read.length !== (f.type === 1 ? 1 : parts.length)) throw "@mapbox/vector-tile reads another number of parts";
			const xy = read.flat();
			if (!parts.flat().every((p, k) => xy.length && (f.type !== 3 ? xy[k].x === p[0] && xy[k].y === p[1] : true))) throw "@mapbox/vector-tile reads other points";
			look?.(other.properties, parts, f);
		} catch (e) {
			fault(`${where} feature ${i}`, typeof e === "string" ? e : e.stack);
		}
	});
	return l.features.length;
}

// ---- every tile ----

async function walk(path, name, bearer, look, query = "") {
	const n = { tiles: 0, features: 0, zooms: new Set() };
	let level = [[0, 0, 0]];
	while (level.length) {
		const next = [];
		for (let i = 0; i < level.length; i += 32)
			await Promise.all(level.slice(i, i + 32).map(async ([z, x, y]) => {
				const where = `/tiles/${path}/${z}/${x}/${y}.mvt${query}`, r = await get(where, bearer);
				if (r.status === 204) return;
				if (r.status !== 200) return fault(where, `status ${r.status}`);
				n.features += judgeTile(where, r.body, name, look && ((p, parts, f) => look(p, parts, z, x, y, f))) ?? 0;
				n.tiles++;
				n.zooms.add(z);
				if (z < deepest) for (let k = 0; k < 4; k++) next.push([z + 1, 2 * x + (k & 1), 2 * y + (k >> 1)]);
			}));
		level = next;
	}
	if (n.tiles && n.zooms.size !== deepest + 1) fault(path, `only zooms ${[...n.zooms]}`);
	return n;
}

const programme = JSON.parse((await get("/api/programme", token)).body);
const total = { tiles: 0, features: 0 };
const add = (n) => { total.tiles += n.tiles; total.features += n.features; return n; };
for (const { kind, records } of programme.kinds) {
	const json = await get(`/tiles/${kind}.json`, token);
	if (json.status === 404) continue;
	const n = add(await walk(kind, kind, token));
	if (records && kind === "hazard" && !n.tiles) fault(kind, "no tile");
}
for (const day of days) if (!add(await walk("land", "land", token, null, `?as-of=${day}`)).tiles) fault(`land on ${day}`, "no tile");
console.log(`${total.tiles} tiles, ${total.features} features`);

// ---- to each their own ----

const own = add(await walk("hazard", "hazard", operatorToken, (p, parts, z) => {
	if (z >= 11 && !(p.count > 1) && p.organisation !== organisation) throw `a hazard of ${p.organisation}`;
}));
const all = JSON.parse((await get("/api/programme", operatorToken)).body).kinds.find((k) => k.kind === "hazard").records;
const ids = new Set();
await walk("hazard", "hazard", operatorToken, (p, parts, z, x, y, f) => z === deepest && ids.add(f.id));
if (!own.tiles || ids.size < 1 || ids.size > all) fault("operator", `${ids.size} hazards on tiles, ${all} in the programme`);
console.log(`operator: ${ids.size} of ${all} own hazards have a place`);

// The public: nothing but class and state, and corners in the middle of squares of the grid.
const basic = new Set(["record", "id", "class", "product", "type", "category", "kind", "level", "status", "count"]);
const land = new Set(["state", "since", "area_m2", "face", "cluster", "count"]);
const onGrid = (metres, parts, z, x, y) => {
	const deg = metres / 111320, unit = 360 / extent / 2 ** z;
	for (const [px, py] of parts.flat()) {
		if (px <= -buffer || py <= -buffer || px >= extent + buffer || py >= extent + buffer) continue;
		const lon = ((x + px / extent) / 2 ** z) * 360 - 180;
		const lat = (v) => (Math.atan(Math.sinh(Math.PI * (1 - (2 * (y + v / extent)) / 2 ** z))) * 180) / Math.PI;
		const on = (v) => Math.abs(v / deg - Math.floor(v / deg) - 0.5) * deg <= 1.01 * unit;
		// What is smaller than a square is drawn as wide as one: its other side lies that far to the south.
		if (!on(lon) || !(on(lat(py)) || on(lat(py - Math.ceil(deg / unit - 0.5))))) return `${lon} ${lat(py)}`;
	}
	return null;
};
for (const [name, allowed] of [["hazard", basic], ["land", land]]) {
	let looked = 0;
	const beside = [];
	const n = await walk(name, name, null, (p, parts, z, x, y) => {
		for (const k of Object.keys(p)) if (!allowed.has(k)) throw `the public sees ${k}`;
		const at = z === deepest && onGrid(gridMetres, parts, z, x, y);
		looked += z === deepest;
		if (at) beside.push(at);
	});
	if (!n.tiles || looked < 10) fault(name, "the public sees none");
	// Sides that cross once their ends are moved are cut where they cross: rare, and no place of anybody.
	if (beside.length > looked / 100) fault(name, `exact places: ${beside.slice(0, 5).join("; ")}`);
	console.log(`public: ${n.tiles} tiles of ${name}`);
}
agent.destroy();
console.log(faults ? `${faults} faults` : "valid");
process.exit(faults ? 1 : 0);
