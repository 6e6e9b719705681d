// The rules of our forms asked of generated answers, case by case, by the ODK engine (@getodk/xforms-engine, what
// phones and web pages use) and by `safelane form judge`.  node odk_rules_test.mjs SAFELANE FOLDER [VALUES] [SEED]
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const [binary, folder, wanted = '2000', seedText = '20240229'] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { JSDOM } = require('jsdom');
const enginePath = require.resolve('@getodk/xforms-engine');
const window = new JSDOM('').window;

for (const name of Object.getOwnPropertyNames(window))
	if (!(name in globalThis))
		try { globalThis[name] = window[name]; } catch { /* a getter that needs its window */ }
globalThis.__dirname = path.dirname(enginePath); // its parser looks for its WebAssembly there
globalThis.require = require;
const { loadForm } = await import(enginePath);

// xorshift32: the same seed gives the same answers
let state = Number(seedText) >>> 0 || 1;
const random = () => {
	state ^= state << 13; state >>>= 0;
	state ^= state >>> 17;
	state ^= state << 5; state >>>= 0;
	return state / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];

// What a form says: from its XForm, so that both sides are asked of the same bytes.
const readForm = (xml) => {
	const doc = new window.DOMParser().parseFromString(xml, 'text/xml');
	const all = [...doc.getElementsByTagName('*')];
	const instances = all.filter((e) => e.localName === 'instance');
	const primary = instances[0].firstElementChild;
	for (const e of [...primary.getElementsByTagName('*')])
		if (e.getAttribute('jr:template') !== null)
			e.remove();
	const repeats = new Set(all.filter((e) => e.localName === 'repeat').map((e) => e.getAttribute('nodeset')));
	const binds = all.filter((e) => e.localName === 'bind');
	const lists = new Map(instances.slice(1).map((i) => [i.getAttribute('id'),
		[...i.getElementsByTagName('name')].map((n) => n.textContent)]));
	const fields = binds.filter((b) => !b.getAttribute('nodeset').includes('/meta')).map((b) => {
		const nodeset = b.getAttribute('nodeset');
		const control = all.find((e) => e.getAttribute('ref') === nodeset && e.localName !== 'bind');
		const itemset = control && [...control.getElementsByTagName('itemset')][0];
		const list = itemset && /instance\('([^']+)'\)/.exec(itemset.getAttribute('nodeset'));
		return { nodeset, type: b.getAttribute('type') ?? 'string', rules: ['constraint', 'relevant', 'required',
			'calculate'].map((k) => b.getAttribute(k) ?? '').join(' '), multiple: control?.localName === 'select',
			codes: list ? lists.get(list[1]) : control ? [...control.getElementsByTagName('value')].map((v) => v.textContent) : [],
			calculated: b.hasAttribute('calculate'), shown: Boolean(control) && control.localName !== 'group' };
	});
	return { primary, repeats, fields: fields.filter((f) => f.shown && !f.calculated),
		calculated: fields.filter((f) => f.calculated).map((f) => f.nodeset) };
};

const day = (offset) => new Date(Date.now() + offset * 86400000).toISOString().slice(0, 10);
const valueOf = (field, constants) => {
	const numbers = ['0', '1', '-1', '0.5', '5', '120', '1e3', ...constants.flatMap((c) => [c, String(Number(c) + 1),
		String(Number(c) - 1)])];
	const points = ['15.1 32.5 0 0', '-90 -180 0 0', '0 0 0 0', '48.000001 37.5 120.5 4.5'];

	if (field.codes.length && field.multiple)
		return [...new Set([pick(field.codes), pick(field.codes), pick(field.codes)])].slice(0, 1 + Math.floor(random() * 3)).join(' ');
	if (field.codes.length)
		return pick(field.codes);
	switch (field.type) {
	case 'int':
		return String(Math.trunc(Number(pick(numbers))));
	case 'decimal':
		return String(Number(pick(numbers)));
	case 'date':
		return pick([day(0), day(-1), day(1), '1900-01-01', '2024-02-29', '2023-12-31', '2099-12-31', '1969-12-31']);
	case 'dateTime':
		return `${pick([day(-1), '2024-02-29'])}T${pick(['00:00:00.000+00:00', '12:30:15.250+02:00'])}`;
	case 'time':
		return pick(['00:00:00.000+00:00', '23:59:59.000+00:00']);
	case 'geopoint':
		return pick(points);
	case 'geotrace':
		return `${points[0]}; ${points[3]}`;
	case 'geoshape':
		return '15 32 0 0; 15 33 0 0; 16 33 0 0; 15 32 0 0';
	case 'binary':
		return '';
	default:
		return pick(['a', 'USD', 'euro', 'x y', 'Ünïcødé', '12', '0', 'مكان', '𝌆𝌆', '  ']);
	}
};

// "/data/victims[2]/age": the second of that name.
const locate = (primary, at) => at.split('/').slice(2).reduce((node, step) => {
	const [, name, place = '1'] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step);
	return node && [...node.children].filter((c) => c.localName === name)[Number(place) - 1];
}, primary);

// One of the places that a question has: in each repeat around it, one of its repetitions.
const place = (form, nodeset, like = '') => {
	let path = '', at = '';
	for (const name of nodeset.split('/').slice(1)) {
		path += `/${name}`;
		at += `/${name}`;
		if (!form.repeats.has(path))
			continue;
		const parent = at === path ? null : locate(form.primary, at.slice(0, at.lastIndexOf('/')));
		const twins = [...(parent ?? locate(form.primary, path.slice(0, path.lastIndexOf('/')))).children]
			.filter((c) => c.localName === name).length;
		const same = new RegExp(`^${at.replaceAll(/[[\]]/g, '\\$&')}\\[(\\d+)\\]`).exec(like);
		at += `[${same ? same[1] : 1 + Math.floor(random() * twins)}]`;
	}
	return at;
};

// What the rules of a question speak of: absolute, or from where it stands.
const references = (field) => {
	const absolute = [...field.rules.matchAll(/(?<![\w.])\/data\/[\w/]+/g)].map((m) => m[0]);
	const relative = [...field.rules.matchAll(/((?:\.\.\/)+)([\w/]+)/g)].map(([, up, rest]) =>
		[...field.nodeset.split('/').slice(0, -up.length / 3), rest].join('/'));
	return [...absolute, ...relative];
};

// What the engine finds wrong: the same words as ours.
const engineSays = async (form, xml) => {
	const data = new FormData();
	data.instanceFile = new File([xml], 'xml_submission_file', { type: 'text/xml' });
	data.set('xml_submission_file', data.instanceFile);
	const instance = await form.restoreInstance({ data: [data] });
	const said = [];
	const values = new Map();
	const walk = (node) => {
		const s = node.currentState;

		if (s.relevant && typeof s.instanceValue === 'string')
			values.set(s.reference, s.instanceValue);
		const children = s.children ?? [];
		const violation = node.validationState?.violation;

		if (s.relevant && violation)
			said.push(`${violation.condition === 'required' ? 'I07' : 'I14'} ${s.reference}`);
		if (!s.relevant && node.nodeType !== 'root')
			said.push(`- ${s.reference}`);
		for (const child of children)
			walk(child);
	};
	walk(instance.root);
	return { said, values };
};

const forms = execFileSync(binary, ['form', 'list', '--format', 'json']).toString();
const names = JSON.parse(forms).map((f) => f.id);
let values = 0, judged = 0, different = 0, breaches = { I07: 0, I14: 0, I15: 0 };

fs.mkdirSync(folder, { recursive: true });
for (const name of names) {
	const began = Date.now();
	const xform = execFileSync(binary, ['form', 'convert', name]).toString();
	const form = await loadForm(xform);
	if (form.status === 'failure')
		throw new Error(`${name}: ${form.error}`);
	const cases = [];
	for (let made = 0; made < Math.ceil(Number(wanted) / names.length);) {
		const made_ = readForm(xform);
		const { primary, fields } = made_;
		for (const nodeset of [...made_.repeats].sort((a, b) => b.length - a.length)) {
			const first = locate(primary, nodeset);
			for (let i = Math.floor(random() * 3); i > 0; i--)
				first.after(first.cloneNode(true));
		}
		const ruled = fields.filter((f) => f.rules.trim());
		const set = new Map();
		const how_many = 3 + Math.floor(random() * 12);

		for (let i = 0; i < how_many; i++) {
			const field = random() < 0.8 ? pick(ruled) : pick(fields);
			const at = place(made_, field.nodeset);
			const element = locate(primary, at);
			const constants = [...field.rules.matchAll(/-?\d+(\.\d+)?/g)].map((m) => m[0]);
			const value = random() < 0.1 ? '' : valueOf(field, constants);

			if (!element || set.has(at))
				continue;
			element.textContent = value;
			set.set(at, value);
			// what other questions depend on, so that both branches are met
			for (const reference of references(field)) {
				const other = fields.find((f) => f.nodeset === reference);
				const there = other && place(made_, other.nodeset, at);
				const node = other && locate(primary, there);
				const literals = [...field.rules.matchAll(/'([^']*)'/g)].map((m) => m[1]).filter((c) => other?.codes.includes(c));

				if (!node || set.has(there) || random() < 0.3)
					continue;
				node.textContent = literals.length && random() < 0.6 ? pick(literals) : valueOf(other, constants);
				set.set(there, node.textContent);
			}
		}
		made += set.size;
		values += set.size;
		// A phone sends what it calculated; so the engine's own values stand in what we judge.
		const c = { set, engine: await engineSays(form, new window.XMLSerializer().serializeToString(primary)) };
		for (const [at, value] of c.engine.values) {
			const node = made_.calculated.includes(at.replaceAll(/\[\d+\]/g, '')) && locate(primary, at);
			if (node)
				node.textContent = value;
		}
		cases.push({ ...c, xml: new window.XMLSerializer().serializeToString(primary) });
	}
	if (process.env.SAY)
		console.log(`${name}: ${cases.length} cases, ${Date.now() - began} ms`);
	const files = cases.map((c, i) => path.join(folder, `${name}-${i}.xml`));
	cases.forEach((c, i) => fs.writeFileSync(files[i], c.xml));
	let output;
	try {
		output = execFileSync(binary, ['form', 'judge', name, ...files, '--format', 'json'], { maxBuffer: 1 << 28 }).toString();
	} catch (error) {
		if (error.status !== 1 || !error.stdout.length)
			throw error;
		output = error.stdout.toString(); // some form breaks a rule
	}
	const ours = output.trim().split('\n').map((line) => JSON.parse(line));
	for (const [i, c] of cases.entries()) {
		const engine = c.engine.said;
		const hidden = engine.filter((s) => s.startsWith('- ')).map((s) => s.slice(2));
		const isHidden = (p) => hidden.some((h) => p === h || p.startsWith(`${h}/`));
		const theirs = new Set([...engine.filter((s) => !s.startsWith('- ')),
			...[...c.set].filter(([p, v]) => v !== '' && isHidden(p)).map(([p]) => `I15 ${p}`)]);
		const mine = new Set(ours[i].findings.map((f) => `${f.rule} ${f.question}`));
		const wrong = [...theirs].filter((s) => !mine.has(s)).map((s) => `only the engine: ${s}`)
			.concat([...mine].filter((s) => !theirs.has(s)).map((s) => `only safelane: ${s}`));

		if (ours[i].untold)
			wrong.push(`${ours[i].untold} rules were not judged`);
		judged += ours[i].asked;
		for (const s of mine)
			breaches[s.slice(0, 3)]++;
		for (const s of wrong.slice(0, 5)) {
			const p = s.split(' ').pop();
			console.log(`${files[i]}: ${s} ${JSON.stringify(c.set.get(p) ?? '')}`);
		}
		different += wrong.length;
	}
}
// Every function once: what the engine calculates is handed in, and we find nothing else.
const functions = async (file) => {
	const xform = execFileSync(binary, ['form', 'convert', file]).toString();
	const form = await loadForm(xform);
	const { primary } = readForm(xform);
	const row = (a, b) => `<r><a>${a}</a><b>${b}</b></r>`;
	const answers = { n: '3', m: '2.5', t: 'x y', d: '2024-02-29', s: 'a b' };
	const filled = (calculated) => {
		const root = new window.DOMParser().parseFromString(new window.XMLSerializer().serializeToString(primary), 'text/xml')
			.documentElement;
		for (const child of [...root.children]) {
			if (child.localName === 'r')
				child.remove();
			child.textContent = answers[child.localName] ?? calculated.get(child.localName) ?? '';
		}
		const xml = new window.XMLSerializer().serializeToString(root);
		return xml.replace(/<\/[^<>]*>$/, (end) => row(1, 'p') + row(4, 'q') + row(2, '') + end);
	};
	const data = new FormData();
	data.set('xml_submission_file', new File([filled(new Map())], 'xml_submission_file', { type: 'text/xml' }));
	const instance = await form.restoreInstance({ data: [data] });
	const calculated = new Map(instance.root.currentState.children
		.filter((n) => /^c\d+$/.test(n.definition.qualifiedName.localName))
		.map((n) => [n.definition.qualifiedName.localName, String(n.currentState.instanceValue ?? n.currentState.value ?? '')]));
	fs.writeFileSync(path.join(folder, 'functions.xml'), filled(calculated).replace(/>Invalid Date</g, '><'));
	let output;
	try {
		output = execFileSync(binary, ['form', 'judge', file, path.join(folder, 'functions.xml'), '--format', 'json']).toString();
	} catch (error) {
		output = error.stdout.toString();
	}
	const ours = JSON.parse(output);
	for (const f of ours.findings)
		console.log(`${f.question}: the engine has ${JSON.stringify(calculated.get(f.question.split('/').pop()))}, safelane ` +
			JSON.stringify(f.expected));
	console.log(`functions: ${calculated.size} calculations, ${ours.asked} asked, ${ours.untold} not judged, ` +
		`${ours.findings.length} differ`);
	return ours.findings.length + ours.untold + (calculated.size < 100) + (ours.asked < calculated.size);
};
different += await functions(path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'functions_form.csv'));
console.log(`seed ${seedText}: ${values} values in ${names.length} forms, ${judged} rules judged, broken: ` +
	Object.entries(breaches).map(([k, n]) => `${k} ${n}`).join(', ') + `; ${different} answers differ`);
const thin = values < Number(wanted) || Object.values(breaches).some((n) => n < 20);
if (thin)
	console.log('FAIL too few values, or too few of them break a rule');
console.log(`${judged - different} passed, ${different + thin} failed`);
process.exit(different || thin ? 1 : 0);
