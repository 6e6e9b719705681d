// One form on a page that has no Vue of its own.
import { createApp, h } from "vue";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from "@getodk/web-forms";
import { hear } from "./hooks.js";

export { POST_SUBMIT__NEW_INSTANCE };
export { labels, trees } from "./shapes.js";

// Dates are typed and read as 2025-06-30, whatever the language: no day is taken for a month.
function dates(locale) {
	const words = (options, many, of) => {
		const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
		return Array.from({ length: many }, (_, i) => format.format(of(i)));
	};
	const months = (style) => words({ month: style }, 12, (i) => Date.UTC(2024, i, 1));
	const days = (style) => words({ weekday: style }, 7, (i) => Date.UTC(2024, 8, 1 + i)); // 1 September 2024 was a Sunday
	return { dateFormat: "yy-mm-dd", firstDayOfWeek: 1, monthNames: months("long"), monthNamesShort: months("short"), dayNames: days("long"), dayNamesShort: days("short"), dayNamesMin: days("narrow") };
}

// `given`: formXml, fetchFormAttachment, editInstance ({draft: [FormData]} goes on with a draft), preloadProperties;
// map: {tile, credit, box} where there is one; loaded(root) is called when the form is there, faulty() when it may not be sent yet, submit(payload) when it may.
export function mount(place, { loaded, faulty, map, locale, submit, failed, ...given }) {
	hear({ loaded, failed, faulty, map });
	const app = createApp({ render: () => h(OdkWebForm, { ...given, onSubmit: submit }) });
	app.config.errorHandler = failed;
	app.use(webFormsPlugin);
	Object.assign(app.config.globalProperties.$primevue.config.locale, dates(locale));
	performance.mark("form-begun");
	app.mount(place);
	return () => app.unmount();
}
