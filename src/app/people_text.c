/* Accounts, tokens, settings and the audit log as text and JSON. */
#include "app/people.h"

#include <stdio.h>
#include <string.h>

/* What a terminal shows of UTF-8 text, about: accents that stand alone are counted too. */
static int characters(struct sl_str s)
{
	int n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static void put_cell(struct sl_buf *b, struct sl_str s, int width)
{
	sl_buf_str(b, s);
	for (int i = characters(s); i < width; i++)
		sl_buf_putc(b, ' ');
	sl_buf_puts(b, "  ");
}

/* "2025-06-30 12:00", or the word for never. */
static void put_minute(struct sl_buf *b, int64_t ms, const char *never)
{
	char text[32];

	sl_time_text(ms, text);
	if (ms)
		sl_buf_printf(b, "%.10s %.5s", text, text + 11);
	else
		sl_buf_puts(b, never);
}

static void kv_time(struct sl_json_writer *w, const char *key, int64_t ms)
{
	char text[32];

	sl_json_put_key(w, sl_str_from(key));
	sl_time_text(ms, text);
	if (ms)
		sl_json_put_str(w, sl_str_from(text));
	else
		sl_json_put_null(w);
}

static void kv_bool(struct sl_json_writer *w, const char *key, bool x)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_bool(w, x);
}

static void open_list(struct sl_json_writer *w, struct sl_buf *b, const char *key)
{
	sl_json_writer_init(w, b);
	sl_json_begin(w, '{');
	sl_json_put_key(w, sl_str_from(key));
	sl_json_begin(w, '[');
}

static void close_list(struct sl_json_writer *w)
{
	sl_json_end(w, ']');
	sl_json_end(w, '}');
	sl_buf_putc(w->b, '\n');
}

/* ---- accounts ---- */
static void users_table(const struct sl_user *u, size_t n, struct sl_buf *b)
{
	int name = 4, organisation = 12;

	for (size_t i = 0; i < n; i++) {
		int x = characters(u[i].name), y = characters(u[i].organisation);

		name = x > name ? x : name;
		organisation = y > organisation ? y : organisation;
	}
	if (!n) {
		sl_buf_puts(b, "There are no accounts.\n");
		return;
	}
	put_cell(b, SL_STR("name"), name);
	put_cell(b, SL_STR("role"), 13);
	put_cell(b, SL_STR("organisation"), organisation);
	sl_buf_puts(b, "state     signed in\n");
	for (size_t i = 0; i < n; i++) {
		put_cell(b, u[i].name, name);
		put_cell(b, sl_str_from(sl_role_name(u[i].role)), 13);
		put_cell(b, u[i].organisation, organisation);
		put_cell(b, u[i].disabled_ms ? SL_STR("disabled") : SL_STR("active"), 8);
		put_minute(b, u[i].signed_in_ms, "never");
		sl_buf_putc(b, '\n');
	}
}

enum sl_code sl_users_put(struct sl_people *p, enum sl_text_format format, struct sl_buf *b,
                          struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_user *u = NULL;
	struct sl_json_writer w;
	size_t n = 0;

	if (p && sl_people_users(p, &a, &u, &n, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	if (format == SL_FORMAT_JSON) {
		open_list(&w, b, "users");
		for (size_t i = 0; i < n; i++) {
			sl_json_begin(&w, '{');
			sl_json_kv_str(&w, "name", u[i].name);
			sl_json_kv_str(&w, "role", sl_str_from(sl_role_name(u[i].role)));
			sl_json_kv_str(&w, "organisation", u[i].organisation);
			kv_bool(&w, "disabled", u[i].disabled_ms != 0);
			kv_time(&w, "created", u[i].created_ms);
			kv_time(&w, "signed_in", u[i].signed_in_ms);
			sl_json_end(&w, '}');
		}
		close_list(&w);
	} else {
		users_table(u, n, b);
	}
	sl_arena_done(&a);
	return sl_buf_check(b, e);
}

/* ---- tokens ---- */
static const char *state_of(const struct sl_api_token *t, int64_t now)
{
	return t->revoked_ms ? "revoked" : t->expires_ms <= now ? "expired" : "valid";
}

static void put_token_json(struct sl_json_writer *w, const struct sl_api_token *t, int64_t now)
{
	sl_json_begin(w, '{');
	sl_json_kv_int(w, "id", t->id);
	sl_json_kv_str(w, "user", t->user);
	sl_json_kv_str(w, "label", t->name);
	sl_json_kv_str(w, "scope", sl_str_from(sl_scope_name(t->scope)));
	sl_json_kv_str(w, "state", sl_str_from(state_of(t, now)));
	kv_time(w, "created", t->created_ms);
	kv_time(w, "expires", t->expires_ms);
	kv_time(w, "used", t->used_ms);
	sl_json_end(w, '}');
}

static void put_token_line(struct sl_buf *b, const struct sl_api_token *t, int64_t now)
{
	sl_buf_printf(b, "%lld  %s's, scope %s, %s, until ", (long long)t->id, t->user.p,
	              sl_scope_name(t->scope), state_of(t, now));
	put_minute(b, t->expires_ms, "");
	sl_buf_puts(b, ", last used ");
	put_minute(b, t->used_ms, "never");
	if (t->name.n)
		sl_buf_printf(b, ": %s", t->name.p);
	sl_buf_putc(b, '\n');
}

enum sl_code sl_tokens_put(struct sl_people *p, struct sl_str owner, enum sl_text_format format,
                           struct sl_buf *b, struct sl_err *e)
{
	int64_t now = p ? sl_env_now_ms(sl_people_env(p)) : 0;
	struct sl_arena a = {0};
	struct sl_api_token *t = NULL;
	struct sl_json_writer w;
	struct sl_user u = {.id = 0};
	size_t n = 0, shown = 0;
	bool found = false;

	if (p && (sl_people_tokens(p, &a, &t, &n, e) ||
	          (owner.n && sl_people_user_find(p, &a, owner, &found, &u, NULL, e))))
		goto done;
	if (owner.n && !found) {
		sl_fail(e, SL_NOT_FOUND, "%.*s: there is no such account", SL_STR_ARG(owner));
		goto done;
	}
	if (format == SL_FORMAT_JSON)
		open_list(&w, b, "tokens");
	for (size_t i = 0; i < n; i++) {
		if (owner.n && !sl_str_eq(t[i].user, u.name))
			continue;
		shown++;
		if (format == SL_FORMAT_JSON)
			put_token_json(&w, &t[i], now);
		else
			put_token_line(b, &t[i], now);
	}
	if (format == SL_FORMAT_JSON)
		close_list(&w);
	else if (!shown)
		sl_buf_puts(b, "There are no tokens.\n");
	(void)!sl_buf_check(b, e);
done:
	sl_arena_done(&a);
	return e->code;
}

/* ---- settings ---- */
enum sl_code sl_serving_put(const struct sl_serving *s, enum sl_text_format format, struct sl_buf *b,
                            struct sl_err *e)
{
	const struct sl_serving_key *key;
	struct sl_json_writer w;
	char value[16];

	sl_json_writer_init(&w, b);
	if (format == SL_FORMAT_JSON)
		sl_json_begin(&w, '{');
	for (size_t i = 0; (key = sl_serving_key(i)) != NULL; i++) {
		sl_serving_value(s, i, value);
		if (format != SL_FORMAT_JSON) {
			sl_buf_printf(b, "%-14s %-8s %s\n", key->name, value, key->meaning);
			continue;
		}
		sl_json_put_key(&w, sl_str_from(key->name));
		if (key->on_off)
			sl_json_put_bool(&w, !strcmp(value, "on"));
		else if (key->words)
			sl_json_put_str(&w, sl_str_from(value));
		else
			sl_json_put_raw(&w, sl_str_from(value));
	}
	if (format == SL_FORMAT_JSON) {
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	}
	return sl_buf_check(b, e);
}

/* ---- the audit log ---- */
static void put_entry_json(struct sl_json_writer *w, const struct sl_audit_entry *x)
{
	sl_json_begin(w, '{');
	sl_json_kv_int(w, "seq", x->seq);
	kv_time(w, "at", x->at_ms);
	sl_json_kv_str(w, "person", x->person);
	sl_json_kv_str(w, "address", x->address);
	sl_json_kv_str(w, "what", x->what);
	sl_json_kv_str(w, "record", x->record);
	sl_json_kv_str(w, "details", x->details);
	sl_json_end(w, '}');
}

static void put_entry_line(struct sl_buf *b, const struct sl_audit_entry *x)
{
	sl_buf_printf(b, "%lld  ", (long long)x->seq);
	put_minute(b, x->at_ms, "");
	sl_buf_printf(b, "  %s", x->what.p);
	if (x->record.n)
		sl_buf_printf(b, " %s", x->record.p);
	if (x->details.n)
		sl_buf_printf(b, " (%s)", x->details.p);
	sl_buf_printf(b, ", by %s", x->person.n ? x->person.p : "nobody known");
	if (x->address.n)
		sl_buf_printf(b, ", %s", x->address.p);
	sl_buf_putc(b, '\n');
}

static void put_chain(struct sl_buf *b, const struct sl_audit_check *c)
{
	const char *entries = c->n == 1 ? "entry" : "entries";
	char head[65];

	sl_hash_text(c->head, head);
	if (c->first_wrong)
		sl_buf_printf(b, "%lld %s: the chain breaks at %lld; from there on the log was changed.\n",
		              (long long)c->n, entries, (long long)c->first_wrong);
	else
		sl_buf_printf(b, "%lld %s: the chain is whole. Its head is %s\n", (long long)c->n, entries, head);
}

enum sl_code sl_audit_put(struct sl_people *p, const struct sl_audit_range *r, enum sl_text_format format,
                          struct sl_buf *b, struct sl_err *e)
{
	struct sl_audit_check check = {0};
	struct sl_audit_entry *x = NULL;
	struct sl_arena a = {0};
	struct sl_json_writer w;
	char head[65];
	size_t n = 0;

	if (p && (sl_people_audit_read(p, &a, r, &x, &n, e) || sl_people_audit_verify(p, &check, e))) {
		sl_arena_done(&a);
		return e->code;
	}
	if (format == SL_FORMAT_JSON)
		open_list(&w, b, "entries");
	for (size_t i = 0; i < n; i++)
		if (format == SL_FORMAT_JSON)
			put_entry_json(&w, &x[i]);
		else
			put_entry_line(b, &x[i]);
	sl_arena_done(&a);
	if (format == SL_FORMAT_JSON) {
		sl_hash_text(check.head, head);
		sl_json_end(&w, ']');
		sl_json_kv_int(&w, "total", check.n);
		sl_json_put_key(&w, SL_STR("chain_broken_at"));
		if (check.first_wrong)
			sl_json_put_int(&w, check.first_wrong);
		else
			sl_json_put_null(&w);
		sl_json_kv_str(&w, "head", sl_str_from(head));
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	} else {
		put_chain(b, &check);
	}
	if (sl_buf_check(b, e))
		return e->code;
	return check.first_wrong ? sl_fail(e, SL_CORRUPT, "the audit log was changed from entry %lld on",
	                                   (long long)check.first_wrong)
	                         : SL_OK;
}
