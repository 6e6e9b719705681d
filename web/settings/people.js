// Everybody's accounts: list, add, change, and the links with which people choose their password.
import { fill, h } from "../dom.js";
import { get, send } from "../api.js";
import { address, go } from "../place.js";
import { t } from "../text.js";
import { field, form, moment, roles, secret, table } from "./form.js";
import { tokenList } from "./me.js";

const path = "/settings/people";
const ways = () => [["link", t("by-link")], ["password", t("by-password")]];
const roleField = (value) => field(t("role"), "role", { options: roles.map((r) => [r, t("role." + r)]), value, hint: t("role-hint") });

async function organisationField(value) {
	const { records } = await get("/api/records/organisation", { limit: 1000 }).catch(() => ({ records: [] }));
	const list = h("datalist", { id: "organisations" }, records.map((r) => h("option", { value: r.name ?? r.id })));
	return [field(t("one.organisation"), "organisation", { value, list: "organisations", hint: t("organisation-hint") }), list];
}

// One account: change it.
async function one(place, user) {
	const url = "/api/people/" + encodeURIComponent(user.name);
	const change = async (v) => void (await send("PATCH", url, { role: v.role, organisation: v.organisation }));
	const reset = async (v) => {
		if (v.way === "password") return void (await send("PATCH", url, { password: v.password }));
		const { link } = await send("PATCH", url, { link: true });
		return secret(t("link-once"), link);
	};
	const disable = async () => {
		await send("PATCH", url, { disabled: !user.disabled });
		go(address(path));
	};
	fill(place, h("p", { class: "trail" }, h("a", { href: address(path) }, t("section.people"))), h("h1", {}, h("bdi", {}, user.name), user.disabled ? h("small", {}, " ", t("disabled")) : ""),
		h("p", {}, t("signed-in"), ": ", moment(user.signed_in)),
		h("h2", {}, t("role-and-organisation")), form(t("save"), [roleField(user.role), await organisationField(user.organisation)], change),
		user.disabled ? "" : [h("h2", {}, t("password")), h("p", {}, t("reset-says")), form(t("reset"), passwordFields(), reset)],
		h("h2", {}, t(user.disabled ? "enable" : "disable")), h("p", {}, t("disable-says")), form(t(user.disabled ? "enable" : "disable"), [], disable),
		h("p", {}, h("a", { href: address("/settings/audit", { record: user.name }) }, t("what-happened"))));
}

function passwordFields() {
	const password = field(t("password"), "password", { type: "password", autocomplete: "new-password", minlength: 10, hint: t("password-hint"), required: true });
	const input = password.querySelector("input");
	const way = field(t("first-password"), "way", { options: ways(), onchange: (event) => turn(event.target.value) });
	const turn = (which) => {
		password.hidden = which === "link";
		input.disabled = which === "link";
	};
	turn("link");
	return [way, password];
}

export async function show(place, { parameters }) {
	const { users } = await get("/api/people");
	const chosen = users.find((u) => u.name === parameters.get("name"));
	if (chosen) return one(place, chosen);
	const list = h("div");
	const tokens = h("div");
	const draw = async () => {
		const known = (await get("/api/people")).users;
		fill(list, table([t("name"), t("role"), t("one.organisation"), t("state"), t("signed-in")], known.map((u) => h("tr", {}, h("th", { scope: "row" }, h("a", { href: address(path, { name: u.name }) }, h("bdi", {}, u.name))),
			h("td", {}, t("role." + u.role)), h("td", {}, h("bdi", {}, u.organisation || "—")), h("td", {}, t(u.disabled ? "disabled" : "active")), h("td", {}, moment(u.signed_in)))), t("section.people")));
	};
	const drawTokens = async () => fill(tokens, tokenList((await get("/api/tokens")).tokens, drawTokens, true));
	const add = async (v, element) => {
		const answer = await send("POST", "/api/people", { name: v.name, role: v.role, organisation: v.organisation, ...(v.way === "password" ? { password: v.password } : {}) });
		element.reset();
		element.querySelector("[name=way]").dispatchEvent(new Event("change"));
		await draw();
		return answer.link ? secret(t("link-once"), answer.link) : t("account-made", { name: v.name });
	};
	fill(place, h("h1", {}, t("section.people")), list, h("h2", {}, t("account-add")),
		form(t("account-make"), [field(t("name"), "name", { required: true, maxlength: 100, autocomplete: "off" }), roleField("reader"), await organisationField(""), passwordFields()], add),
		h("h2", {}, t("tokens-of-all")), tokens);
	await Promise.all([draw(), drawTokens()]);
}
