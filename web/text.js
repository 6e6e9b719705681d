// The words of the pages in the language of the one who reads: the server says which (the cookie, else what the browser
// asks for), and only that one is loaded.  A text is under an id; one with a count is {one, few, ..., other}.
export const language = document.documentElement.lang;
// A page that opens without a network has a catalogue of its own, and says so.
const texts = (await import(`./${document.body.dataset.words ?? "text"}/${language}.js`)).default;

// Scripts that not every machine has letters for.
if (["ar", "km"].includes(language)) {
	const sheet = document.createElement("link");
	sheet.rel = "stylesheet";
	sheet.href = new URL(`fonts/${language}.css`, import.meta.url).href;
	document.head.append(sheet);
}

// Each language under its own name.
export const languages = Object.fromEntries(document.body.dataset.languages.split("|").map((x) => x.split("=")));

export const knownToBrowser = Intl.NumberFormat.supportedLocalesOf([language]).length > 0;
// The digits 0 to 9 everywhere: figures are compared with reports, and coordinates are typed into instruments.  Where the
// browser does not know the language (Chromium has no Khmer), numbers are written as in French, with its decimal comma.
export const locale = (language === "en" ? "en-GB" : knownToBrowser ? language : "fr") + "-u-nu-latn";
// Made when they are needed: a browser takes longer for them than for all else here.
let whole = null;
let plural = null;

// Thin spaces between thousands: a comma is a decimal sign to half of the readers.
export function spaced(format, value) {
	return format.formatToParts(value).map((p) => (p.type === "group" ? "\u202f" : p.value)).join("");
}
export const count = (value) => spaced((whole ??= new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })), value);

// Among words from right to left, what is put in (identifiers, coordinates, names) keeps the order of its own script.
const isolated = (text) => (document.dir === "rtl" ? `\u2068${text}\u2069` : text);

// A number in `values` is written as the language does; `n` chooses the form.
export function t(key, values = {}) {
	let text = texts[key];
	if (text === undefined) return key;
	if (typeof text === "object") text = text[(plural ??= new Intl.PluralRules(language)).select(Number(String(values.n).replace(/\D/g, "")))] ?? text.other;
	return text.replace(/\{(\w+)\}/g, (whole, name) => (typeof values[name] === "number" ? count(values[name]) : name in values ? isolated(values[name]) : whole));
}

// Words that one page alone has.
export const more = (words) => void Object.assign(texts, words);
export const has = (key) => key in texts;
// What records of a kind are called: a country's own kinds by the label of the dictionary.
export const kindName = (kind, label = kind) => (has("many." + kind) ? t("many." + kind) : label);
export const listed = (names) => new Intl.ListFormat(locale, { type: "unit" }).format(names);

export function setLanguage(code, picked = false) {
	const path = new URL(document.body.dataset.base).pathname.replace(/\/?$/, "/");
	document.cookie = `language=${code}; Path=${path}; SameSite=Lax; Max-Age=31536000` + (location.protocol === "https:" ? "; Secure" : "");
	if (picked) sessionStorage.setItem("picked", code); // the page that comes goes on where this one stood
	location.reload();
}
