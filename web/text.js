// The words of the pages in the language of the one who reads.
import en from "./text/en.js";
import ar from "./text/ar.js";

export const languages = { en: "English", ar: "العربية" };
const catalogues = { en, ar };

function chosen() {
	const kept = localStorage.getItem("language");
	if (kept in languages) return kept;
	const wanted = navigator.languages.map((x) => x.split("-")[0]).find((x) => x in languages);
	return wanted ?? "en";
}

export const language = chosen();
document.documentElement.lang = language;
document.documentElement.dir = language === "ar" ? "rtl" : "ltr";

// What has no translation yet stands in English.
export function t(key, values = {}) {
	const text = catalogues[language][key] ?? en[key];
	if (text === undefined) return key;
	return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function setLanguage(code) {
	localStorage.setItem("language", code);
	location.reload();
}
