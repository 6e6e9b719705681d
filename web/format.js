// Numbers, areas, dates and places as they are written for people.
import { count, knownToBrowser, locale, spaced, t } from "./text.js";

export { count } from "./text.js";
// Made when first used: each takes a while.
let fineFormat;
let dayFormat;
const fine = () => (fineFormat ??= new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const dates = () => (dayFormat ??= new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }));

export const number = (value) => spaced(fine(), value);
// A figure and its unit stay together, in the order of the unit's script, among words written from right to left.
const together = (text) => (document.dir === "rtl" ? `\u2068${text}\u2069` : text);
const measured = (value, unit) => together(value + "\u00a0" + t("unit." + unit));
export const area = (m2) => (m2 === null || m2 === undefined ? t("unknown") : measured(count(m2), "m2"));

export function day(text) {
	if (!/^\d{4}-\d{2}-\d{2}/.test(text ?? "")) return t("no-date");
	const date = new Date(text.slice(0, 10));
	if (knownToBrowser) return dates().format(date);
	return t("date-words", { day: String(date.getUTCDate()), month: t("months").split(" ")[date.getUTCMonth()], year: String(date.getUTCFullYear()) });
}

export const metres = (m) => measured(number(m), "m");
export const distance = (metres) => (metres >= 1000 ? measured(spaced(fine(), metres / 1000), "km") : measured(count(metres), "m"));

export const position = (lat, lon) => `${lat.toFixed(5)} ${lon.toFixed(5)}`;
