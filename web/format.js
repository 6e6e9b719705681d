// Numbers, areas, dates and places as they are written for people.
import { language, t } from "./text.js";

// The digits 0 to 9 everywhere: figures are compared with reports, and coordinates are typed into instruments.
const locale = (language === "en" ? "en-GB" : language) + "-u-nu-latn";
// Made when first used: each takes a while.
const once = (make) => {
	let made;
	return () => (made ??= make());
};
const whole = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
const fine = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 2 }));
const dayFormat = once(() => new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric", timeZone: "UTC" }));

// Thin spaces between thousands: a comma is a decimal sign to half of the readers.
function spaced(format, value) {
	return format().formatToParts(value).map((p) => (p.type === "group" ? "\u202f" : p.value)).join("");
}

export const count = (value) => spaced(whole, value);
export const number = (value) => spaced(fine, value);
// A figure and its unit stay in their order among words written from right to left.
const together = (text) => (document.dir === "rtl" ? `\u2066${text}\u2069` : text);
export const area = (m2) => (m2 === null || m2 === undefined ? t("unknown") : together(spaced(whole, m2) + "\u00a0m²"));

export function day(text) {
	return /^\d{4}-\d{2}-\d{2}/.test(text ?? "") ? dayFormat().format(new Date(text.slice(0, 10))) : t("no-date");
}

export function distance(metres) {
	return together(metres >= 1000 ? fine().format(metres / 1000) + "\u00a0km" : whole().format(metres) + "\u00a0m");
}

export const position = (lat, lon) => `${lat.toFixed(5)} ${lon.toFixed(5)}`;
