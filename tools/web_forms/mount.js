// One form on a page that has no Vue of its own.
import { createApp, h } from "vue";
import { OdkWebForm, POST_SUBMIT__NEW_INSTANCE, webFormsPlugin } from "@getodk/web-forms";
import { hear } from "./hooks.js";

export { POST_SUBMIT__NEW_INSTANCE };

// `given`: formXml, fetchFormAttachment, editInstance ({draft: true, ...} goes on with a draft), preloadProperties;
// loaded(root) is called when the form is there, faulty() when it may not be sent yet, submit(payload) when it may.
export function mount(place, { loaded, faulty, tile, submit, failed, ...given }) {
	hear({ loaded, faulty, tile });
	const app = createApp({ render: () => h(OdkWebForm, { ...given, onSubmit: submit }) });
	app.config.errorHandler = failed;
	app.use(webFormsPlugin);
	app.mount(place);
	return () => app.unmount();
}
