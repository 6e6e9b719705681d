// What is kept on this device: forms, drafts, what waits to be sent, receipts.  Nothing is said to be kept before the
// browser has it on the disk ("strict"): a crash loses nothing that was said.
import { base } from "../api.js";

const stores = { forms: "form", drafts: "key", outbox: "instance", receipts: "instance", last: "key", facts: "key" };
let opened = null;

function open() {
	return (opened ??= new Promise((done, fail) => {
		const asked = indexedDB.open("safelane " + new URL(base).pathname, 1);
		asked.onupgradeneeded = () => {
			for (const [name, keyPath] of Object.entries(stores)) asked.result.createObjectStore(name, { keyPath });
		};
		asked.onsuccess = () => done(asked.result);
		asked.onerror = () => fail(asked.error);
	}));
}

// `work` uses the stores within one transaction, and may not wait for anything else.
async function within(names, mode, work) {
	const db = await open();
	return new Promise((done, fail) => {
		const all = db.transaction(names, mode, { durability: "strict" });
		const asked = work(...names.map((name) => all.objectStore(name)));
		all.oncomplete = () => done(asked?.result);
		all.onabort = all.onerror = () => fail(all.error);
	});
}

export const read = (name, key) => within([name], "readonly", (store) => store.get(key));
export const readAll = (name) => within([name], "readonly", (store) => store.getAll());
export const write = (name, value) => within([name], "readwrite", (store) => void store.put(value));
export const remove = (name, key) => within([name], "readwrite", (store) => void store.delete(key));

// A filled form goes from the draft to what waits: both or neither.
export const keep = (item, draft) => within(["outbox", "drafts", "last"], "readwrite", (outbox, drafts, last) => {
	outbox.put(item);
	drafts.delete(draft);
	if (!item.edit) last.put({ key: `${item.person} ${item.form}`, xml: item.xml, at: item.kept });
});
// What the server has need not stay here: only the receipt does.
export const settle = (item, receipt) => within(["outbox", "receipts"], "readwrite", (outbox, receipts) => {
	outbox.delete(item.instance);
	receipts.put(receipt);
});
export const reopen = (item, draft) => within(["outbox", "drafts"], "readwrite", (outbox, drafts) => {
	outbox.delete(item.instance);
	drafts.put(draft);
});
