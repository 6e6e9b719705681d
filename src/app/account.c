#include "app/account.h"

#include <string.h>

static enum sl_code parse_date(const char *text, const char *what, struct sl_date *out, struct sl_err *e)
{
	if (!text)
		return SL_OK;
	return sl_date_parse(sl_str_from(text), out)
	           ? SL_OK
	           : sl_fail(e, SL_INVALID, "%s '%.40s' is no date; write 2025-12-31", what, text);
}

static enum sl_code parse_by(const char *by, enum sl_account_by *out, struct sl_err *e)
{
	static const char *const names[] = {"", "admin1", "admin2", "org", "contamination", "year"};

	*out = SL_BY_NOTHING;
	if (!by || !*by)
		return SL_OK;
	for (int i = 1; i <= SL_BY_YEAR; i++)
		if (!strcmp(by, names[i])) {
			*out = (enum sl_account_by)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "no breakdown '%.40s'; there are admin1, admin2, org, contamination, year", by);
}

static enum sl_code parse_request(struct sl_programme *p, const struct sl_account_request *r,
                                  struct sl_account_answer *out, struct sl_err *e)
{
	struct sl_account_spec *s = &out->spec;
	struct sl_date to = sl_date_none();

	s->from = s->as_of = sl_date_none();
	s->known_at_ms = INT64_MAX;
	s->last_seq = r->last_seq;
	if (parse_date(r->as_of, "--as-of", &s->as_of, e) || parse_date(r->from, "--from", &s->from, e) ||
	    parse_date(r->to, "--to", &to, e) || parse_by(r->by, &s->by, e))
		return e->code;
	if (r->known_at && !sl_time_parse(sl_str_from(r->known_at), &s->known_at_ms))
		return sl_fail(e, SL_INVALID, "--known-at '%.40s' is no moment; write 2025-12-31 or 2025-12-31T12:00:00Z",
		               r->known_at);
	if (!sl_date_is_none(to)) {
		if (!sl_date_is_none(s->as_of) && s->as_of.day != to.day)
			return sl_fail(e, SL_INVALID, "--as-of and --to name two closing dates; give one");
		s->as_of = to;
	}
	if (sl_date_is_none(s->as_of))
		s->as_of.day = (int32_t)(sl_env_now_ms(p->env) / 86400000);
	if (!sl_date_is_none(s->from) && s->from.day > s->as_of.day)
		return sl_fail(e, SL_INVALID, "the period ends before it begins");
	out->by = s->by == SL_BY_NOTHING ? NULL : r->by;
	out->known_at_given = r->known_at != NULL;
	out->from_given = !sl_date_is_none(s->from);
	out->period = r->from || r->to;
	return SL_OK;
}

/* ---- names ---- */

static enum sl_code take_place(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct sl_account_answer *out = ctx;
	struct sl_str code = sl_record_text(rec, "code");
	char *copy;

	if (!sl_record_has_code(rec, "level", "admin1") && !sl_record_has_code(rec, "level", "admin2"))
		return SL_OK;
	if (!code.n)
		code = sl_record_text(rec, "id");
	if (!code.n)
		code = sl_record_text(rec, "name");
	out->admin = sl_arena_grow(&out->arena, out->admin, &out->n_admin, (size_t)rev->record_number + 1,
	                           sizeof *out->admin, e);
	copy = out->admin ? sl_str_dup(&out->arena, code, e) : NULL;
	if (!copy)
		return e->code;
	out->admin[rev->record_number] = sl_str_from(copy);
	return SL_OK;
}

static struct sl_str admin_name(void *ctx, int64_t record)
{
	struct sl_account_answer *answer = ctx;

	return record > 0 && (size_t)record < answer->n_admin ? answer->admin[record] : SL_STR("");
}

static struct sl_str term_name(void *ctx, int32_t term)
{
	struct sl_account_answer *answer = ctx;

	return sl_store_term(answer->p->db, term);
}

/* ---- the ledger ---- */

/* A ledger brought up to date is stored for the next reader, when the file may be written just now; it is
 * derived data, so nothing is lost when it may not. */
static void store_ledger(struct sl_account_answer *out)
{
	struct sl_err e = {0};
	struct sl_db *db;

	if (sl_ledger_is_saved(&out->ledger) ||
	    sl_store_open(out->p->path, SL_OPEN_WRITE, out->p->dict, out->p->env, &db, &e))
		return;
	if (!sl_store_begin(db, &e) && (sl_ledger_save(&out->ledger, db, &e) || sl_store_commit(db, &e)))
		sl_store_rollback(db);
	sl_store_close(db);
}

enum sl_code sl_account_check(const struct sl_account_request *r, struct sl_env *env, struct sl_err *e)
{
	struct sl_programme p = {.env = env};
	struct sl_account_answer nothing = {0};

	return parse_request(&p, r, &nothing, e);
}

enum sl_code sl_account_prepare(struct sl_programme *p, const struct sl_account_request *r,
                                struct sl_account_answer *out, struct sl_err *e)
{
	struct sl_query places = {.kind = sl_dictionary_kind(p->dict, SL_STR("place")), .as_of = sl_date_none(),
	                          .last_seq = r->last_seq};

	*out = (struct sl_account_answer){.p = p};
	if (parse_request(p, r, out, e))
		return e->code;
	if (r->ledger) {
		out->ledger = *r->ledger;
		out->ledger_is_callers = true;
	} else if (sl_ledger_open(&out->ledger, p->db, p->env, e)) {
		return e->code;
	} else {
		store_ledger(out);
	}
	out->names = (struct sl_account_names){
		admin_name, term_name, sl_dictionary_list(p->dict, SL_STR("contamination_class")), out};
	if (out->spec.by != SL_BY_ADMIN1 && out->spec.by != SL_BY_ADMIN2)
		return SL_OK;
	return sl_store_each(p->db, &places, false, take_place, out, e);
}

enum sl_code sl_account_answer(struct sl_programme *p, const struct sl_account_request *r,
                               struct sl_account_answer *out, struct sl_err *e)
{
	if (sl_account_prepare(p, r, out, e))
		return e->code;
	return sl_account_make(&out->arena, &out->ledger, &out->spec, &out->names, &out->account, e);
}

void sl_account_done(struct sl_account_answer *answer)
{
	if (!answer->ledger_is_callers)
		sl_ledger_close(&answer->ledger);
	sl_arena_done(&answer->arena);
	*answer = (struct sl_account_answer){0};
}

/* ---- cells ---- */

static void put_escaped(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 127 || strchr("%&=?#\"", c))
			sl_buf_printf(b, "%%%02X", c);
		else
			sl_buf_putc(b, (char)c);
	}
}

static void put_scope(struct sl_buf *b, const struct sl_account_answer *answer)
{
	char day[11], moment[32];

	sl_date_text(answer->spec.as_of, day);
	sl_buf_printf(b, "?as_of=%s", day);
	if (answer->from_given) {
		sl_date_text(answer->spec.from, day);
		sl_buf_printf(b, "&from=%s", day);
	}
	if (answer->known_at_given) {
		sl_time_text(answer->spec.known_at_ms, moment);
		sl_buf_printf(b, "&known_at=%s", moment);
	}
}

void sl_cell_text(struct sl_buf *b, const struct sl_account_answer *answer, struct sl_str key,
                  enum sl_figure figure)
{
	sl_buf_puts(b, sl_figure_name(figure));
	put_scope(b, answer);
	if (key.n) {
		sl_buf_printf(b, "&by=%s&key=", answer->by);
		put_escaped(b, key);
	}
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

enum sl_code sl_cell_unescape(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	char *to = sl_arena_alloc(a, s.n + 1, 1, e);
	size_t k = 0;

	if (!to)
		return e->code;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 && hex(s.p[i + 2]) >= 0) {
			to[k++] = (char)(hex(s.p[i + 1]) * 16 + hex(s.p[i + 2]));
			i += 2;
		} else {
			to[k++] = s.p[i];
		}
	}
	*out = (struct sl_str){to, k};
	return SL_OK;
}

enum sl_code sl_cell_parse(struct sl_arena *a, struct sl_str cell, struct sl_account_request *r,
                           struct sl_str *key, enum sl_figure *figure, struct sl_err *e)
{
	struct sl_str rest = cell, name, part;
	const char *text = "", *key_text = "";

	*r = (struct sl_account_request){0};
	if (!sl_str_split(&rest, '?', &name) || !sl_figure_from(name, figure))
		return sl_fail(e, SL_INVALID, "'%.*s' names no figure of an account; 'safelane account FILE --format json' "
		               "gives the cells", SL_STR_ARG(name));
	while (sl_str_split(&rest, '&', &part)) {
		struct sl_str value = part, field, plain;

		(void)!sl_str_split(&value, '=', &field);
		if (sl_cell_unescape(a, value, &plain, e))
			return e->code;
		text = plain.p;
		if (sl_str_is(field, "as_of"))
			r->as_of = text;
		else if (sl_str_is(field, "from"))
			r->from = text;
		else if (sl_str_is(field, "known_at"))
			r->known_at = text;
		else if (sl_str_is(field, "by"))
			r->by = text;
		else if (sl_str_is(field, "key"))
			key_text = text;
		else
			return sl_fail(e, SL_INVALID, "the cell has an unknown part '%.*s'", SL_STR_ARG(field));
	}
	if (r->by && !strcmp(r->by, "year") && *key_text) { /* a year's line is an account of that year */
		char *first = sl_arena_printf(a, e, "%s-01-01", key_text), *last;
		last = first ? sl_arena_printf(a, e, "%s-12-31", key_text) : NULL;
		if (!last)
			return e->code;
		if (!r->as_of || strcmp(last, r->as_of) < 0)
			r->as_of = last;
		if (!r->from || strcmp(first, r->from) > 0)
			r->from = first;
		r->by = NULL;
		key_text = "";
	}
	*key = sl_str_from(key_text);
	return SL_OK;
}
