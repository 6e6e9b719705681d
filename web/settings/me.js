// My account: password, where I am signed in, tokens.
import { fill, h } from "../dom.js";
import { base, get, send } from "../api.js";
import { address } from "../place.js";
import { t } from "../text.js";
import { field, form, moment, secret, table } from "./form.js";

export function tokenList(tokens, again, whose) {
	const revoke = (token) => async () => {
		await send("DELETE", "/api/tokens/" + token.id);
		await again();
	};
	return tokens.length ? table([whose ? t("name") : "", t("token-label"), t("scope"), t("token-state"), t("until-day"), t("last-used"), ""].filter((x, i) => i || x), tokens.map((k) => h("tr", {}, whose ? h("th", { scope: "row" }, k.user) : "",
		h("td", {}, k.label || "—"), h("td", {}, t("scope." + k.scope)), h("td", {}, t("token." + k.state)), h("td", {}, moment(k.expires)), h("td", {}, moment(k.used)),
		h("td", {}, k.state === "valid" ? h("button", { type: "button", onclick: revoke(k) }, t("revoke"), h("span", { class: "unseen" }, " ", k.label || k.id)) : ""))), t("tokens")) : h("p", {}, t("no-tokens"));
}

export async function show(place, { frame }) {
	const me = frame.session.person;
	const sessions = h("div");
	const tokens = h("div");
	const drawSessions = async () => {
		const list = (await get("/api/sessions")).sessions;
		const others = async () => {
			const { ended } = await send("DELETE", "/api/sessions");
			await drawSessions();
			sessions.append(h("p", { role: "status" }, t("sessions-ended", { n: ended })));
		};
		fill(sessions, table([t("signed-in"), t("last-used"), t("until-day")], list.map((s) => h("tr", {}, h("td", {}, moment(s.created), s.current ? h("strong", {}, " ", t("this-one")) : ""), h("td", {}, moment(s.used)), h("td", {}, moment(s.expires)))), t("sessions")),
			h("p", {}, list.length > 1 ? h("button", { type: "button", onclick: others }, t("sign-out-others")) : t("only-here")));
	};
	const drawTokens = async () => fill(tokens, tokenList((await get("/api/tokens", { user: me.name })).tokens, drawTokens));
	const password = async (v) => {
		if (v.password !== v.again) throw new Error(t("passwords-differ"));
		await send("PATCH", "/api/session", { old_password: v.old, password: v.password });
		location.assign(base + "/sign-in?next=/settings/me");
		return t("password-changed");
	};
	const add = async (v, element) => {
		const { token } = await send("POST", "/api/tokens", { scope: v.scope, days: Number(v.days), label: v.label });
		element.reset();
		await drawTokens();
		return secret(t("token-once"), token);
	};
	fill(place, h("h1", {}, t("section.me")), h("p", {}, h("bdi", {}, me.name), " · ", t("role." + me.role), me.organisation ? [" · ", h("bdi", {}, me.organisation)] : ""),
		h("p", { class: "hint" }, t("role-says." + me.role)),
		me.role === "reader" ? "" : h("p", {}, h("a", { href: address("/sent") }, t("sent-title"))),
		h("h2", {}, t("sessions")), sessions,
		h("h2", {}, t("password")), form(t("password-change"), [h("input", { class: "unseen", autocomplete: "username", value: me.name, tabindex: -1, "aria-hidden": "true", readonly: true, name: "user" }), field(t("password-old"), "old", { type: "password", required: true, autocomplete: "current-password" }),
			field(t("password-new"), "password", { type: "password", required: true, minlength: 10, autocomplete: "new-password", hint: t("password-hint") }),
			field(t("password-again"), "again", { type: "password", required: true, autocomplete: "new-password" })], password),
		h("h2", {}, t("tokens")), h("p", {}, t("tokens-say")), tokens,
		h("h3", {}, t("token-add")), form(t("token-make"), [field(t("token-label"), "label", { maxlength: 100, hint: t("token-label-hint") }),
			field(t("scope"), "scope", { options: ["read", "write", "devices"].map((s) => [s, t("scope." + s)]) }), field(t("days"), "days", { type: "number", min: 1, max: 366, value: 90, required: true })], add));
	await Promise.all([drawSessions(), drawTokens()]);
}
