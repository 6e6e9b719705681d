// On the page of a task: what a team takes along.
import { h } from "../dom.js";
import { base } from "../api.js";
import { language, t } from "../text.js";
import "./words.js";

export const button = (task) => h("p", { class: "no-print" }, h("a", { class: "button", href: `${base}/api/pack?${new URLSearchParams({ task, lang: language })}`, download: "" }, t("pack-get")), " ", h("small", {}, t("pack-says")));
