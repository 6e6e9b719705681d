#include "app/report_cell_parts.h"

#include "report/wording.h"

#include <stdio.h>
#include <string.h>

/* ---- reading ---- */

enum sl_code sl_cell_terms_parse(struct sl_str names, struct sl_cell_term *term, size_t *n,
                                 struct sl_err *e)
{
	size_t i = 0;

	*n = 0;
	while (i < names.n) {
		struct sl_cell_term t = {.sign = 1};
		struct sl_str name;
		size_t from;

		if (names.p[i] == '+' || names.p[i] == '-')
			t.sign = names.p[i++] == '-' ? -1 : 1;
		from = i;
		while (i < names.n && names.p[i] != '+' && names.p[i] != '-')
			i++;
		name = sl_str_trim((struct sl_str){names.p + from, i - from});
		if (sl_str_has_prefix(name, "hazards.")) {
			t.hazards = true;
			name = (struct sl_str){name.p + 8, name.n - 8};
		}
		if (*n == SL_CELL_TERMS_MAX)
			return sl_fail(e, SL_INVALID, "a cell adds at most %d figures", SL_CELL_TERMS_MAX);
		if (!sl_figure_from(name, &t.figure) || (t.hazards && t.figure > SL_FIGURE_STOCK_CHA))
			return sl_fail(e, SL_INVALID,
			               "'%.*s' names no figure of an account; 'safelane account FILE --format json' "
			               "gives the cells",
			               SL_STR_ARG(name));
		if (*n && term[0].hazards != t.hazards)
			return sl_fail(e, SL_INVALID, "'%.*s' adds hazards and ground", SL_STR_ARG(names));
		term[(*n)++] = t;
	}
	return *n ? SL_OK : sl_fail(e, SL_INVALID, "a cell begins with the name of a figure");
}

enum sl_code sl_cell_date(struct sl_str s, struct sl_date *out, struct sl_err *e)
{
	return sl_date_parse(s, out)
	           ? SL_OK
	           : sl_fail(e, SL_INVALID, "'%.*s' in the cell is no date; write 2025-12-31", SL_STR_ARG(s));
}

/* "count.victim", "sum.ordnance.quantity", "distinct.release.hazard". */
static bool record_name(const struct sl_dictionary *dict, struct sl_str name, struct sl_tally_query *q)
{
	static const char *const verbs[] = {"count", "sum", "distinct"};
	struct sl_str rest = name, part;

	if (!sl_str_split(&rest, '.', &part))
		return false;
	for (int i = 0; i < 3; i++)
		if (sl_str_is(part, verbs[i])) {
			q->what = (enum sl_tally_what)i;
			if (!sl_str_split(&rest, '.', &part) || !(q->kind = sl_dictionary_kind(dict, part)))
				return false;
			q->field = rest;
			return i ? rest.n > 0 : rest.n == 0;
		}
	return false;
}

static enum sl_code read_record_part(struct sl_report_cell *c, struct sl_str name, struct sl_str value,
                                     struct sl_err *e)
{
	if (sl_str_is(name, "as_of"))
		c->account.as_of = value.p;
	else if (sl_str_is(name, "known_at"))
		c->account.known_at = value.p;
	else if (sl_str_is(name, "date"))
		c->query.dates = value;
	else if (sl_str_is(name, "from"))
		return sl_cell_date(value, &c->query.from, e);
	else if (sl_str_is(name, "to"))
		return sl_cell_date(value, &c->query.to, e);
	else if (c->query.n_conditions == SL_CELL_CONDITIONS_MAX)
		return sl_fail(e, SL_INVALID, "a cell has at most %d conditions", SL_CELL_CONDITIONS_MAX);
	else
		c->condition[c->query.n_conditions++] = (struct sl_tally_condition){name, value};
	return SL_OK;
}

static enum sl_code read_records(struct sl_arena *a, struct sl_str rest, struct sl_report_cell *c,
                                 struct sl_err *e)
{
	struct sl_str part, name, value;

	c->of = SL_CELL_OF_RECORDS;
	c->query.from = c->query.to = sl_date_none();
	while (sl_str_split(&rest, '&', &part)) {
		struct sl_str v = part;

		(void)!sl_str_split(&v, '=', &name);
		if (sl_cell_unescape(a, v, &value, e) || read_record_part(c, name, value, e))
			return e->code;
	}
	c->query.condition = c->condition;
	return SL_OK;
}

/* What is left of the scope goes through the one reader of an account's cells. */
static enum sl_code read_ground(struct sl_arena *a, struct sl_str scope, struct sl_report_cell *c,
                                struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str rest = scope, part, name;
	enum sl_figure figure;
	char *plain;

	sl_buf_puts(&b, sl_figure_name(SL_FIGURE_STOCK_SHA));
	sl_buf_putc(&b, '?');
	for (bool first = true; sl_str_split(&rest, '&', &part);) {
		struct sl_str v = part;

		(void)!sl_str_split(&v, '=', &name);
		if (sl_str_is(name, "record")) {
			if (sl_cell_unescape(a, v, &c->record, e))
				break;
			continue;
		}
		if (!first)
			sl_buf_putc(&b, '&');
		first = false;
		sl_buf_str(&b, part);
	}
	plain = e->code || sl_buf_check(&b, e) ? NULL : sl_arena_strndup(a, b.p, b.n, e);
	sl_buf_done(&b);
	return plain ? sl_cell_parse(a, sl_str_from(plain), &c->account, &c->key, &figure, e) : e->code;
}

enum sl_code sl_report_cell_parse(struct sl_arena *a, const struct sl_dictionary *dict, struct sl_str cell,
                                  struct sl_report_cell *out, struct sl_err *e)
{
	struct sl_str rest = cell, names = {0};

	*out = (struct sl_report_cell){0};
	(void)!sl_str_split(&rest, '?', &names);
	if (record_name(dict, names, &out->query))
		return read_records(a, rest, out, e);
	if (sl_str_has_prefix(names, "findings."))
		return sl_finding_cell_read(a, names, rest, out, e);
	if (sl_str_has_prefix(names, "change."))
		return sl_change_cell_read(a, names, rest, out, e);
	if (sl_cell_terms_parse(names, out->term, &out->n_terms, e))
		return e->code;
	return read_ground(a, rest, out, e);
}

/* ---- writing ---- */

void sl_cell_put_text(struct sl_buf *b, struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= ' ' || c >= 127 || strchr("%&=?#\"", c))
			sl_buf_printf(b, "%%%02X", c);
		else
			sl_buf_putc(b, (char)c);
	}
}

void sl_account_cell_text(struct sl_buf *b, const struct sl_account_answer *answer, struct sl_str key,
                          const struct sl_cell_term *term, size_t n)
{
	struct sl_buf one = {0};
	const char *scope;

	for (size_t i = 0; i < n; i++) {
		if (i || term[i].sign < 0)
			sl_buf_putc(b, term[i].sign < 0 ? '-' : '+');
		if (term[i].hazards)
			sl_buf_puts(b, "hazards.");
		sl_buf_puts(b, sl_figure_name(term[i].figure));
	}
	sl_cell_text(&one, answer, key, SL_FIGURE_STOCK_SHA);
	sl_buf_putc(&one, '\0');
	scope = one.failed ? NULL : strchr(one.p, '?');
	if (scope)
		sl_buf_puts(b, scope);
	b->failed |= one.failed;
	sl_buf_done(&one);
}

static void put_day(struct sl_buf *b, const char *name, struct sl_date d, char *separator)
{
	char day[11];

	if (sl_date_is_none(d))
		return;
	sl_date_text(d, day);
	sl_buf_printf(b, "%c%s=%s", *separator, name, day);
	*separator = '&';
}

void sl_record_cell_text(struct sl_buf *b, const struct sl_tally_query *q, struct sl_date as_of,
                         const char *known_at)
{
	static const char *const verbs[] = {"count", "sum", "distinct"};
	char separator = '?';

	sl_buf_printf(b, "%s.", verbs[q->what]);
	sl_buf_str(b, q->kind->name);
	if (q->what != SL_TALLY_COUNT) {
		sl_buf_putc(b, '.');
		sl_buf_str(b, q->field);
	}
	put_day(b, "as_of", as_of, &separator);
	if (known_at) {
		sl_buf_printf(b, "%cknown_at=", separator);
		sl_cell_put_text(b, sl_str_from(known_at));
		separator = '&';
	}
	if (q->dates.n && (!sl_date_is_none(q->from) || !sl_date_is_none(q->to) || q->n_conditions)) {
		sl_buf_printf(b, "%cdate=", separator);
		sl_buf_str(b, q->dates);
		separator = '&';
	}
	put_day(b, "from", q->from, &separator);
	put_day(b, "to", q->to, &separator);
	for (size_t i = 0; i < q->n_conditions; i++, separator = '&') {
		sl_buf_putc(b, separator);
		sl_buf_str(b, q->condition[i].attribute);
		sl_buf_putc(b, '=');
		sl_cell_put_text(b, q->condition[i].values);
	}
}

/* ---- working out ---- */

static sl_mm2 figure_of(const struct sl_account_line *l, const struct sl_cell_term *t)
{
	int i = (int)t->figure;

	switch (t->figure) {
	case SL_FIGURE_OPENING_SHA:
	case SL_FIGURE_OPENING_CHA: return t->hazards ? l->opening.count[i] : l->opening.mm2[i];
	case SL_FIGURE_STOCK_SHA:
	case SL_FIGURE_STOCK_CHA:
		i -= SL_FIGURE_STOCK_SHA;
		return t->hazards ? l->closing.count[i] : l->closing.mm2[i];
	case SL_FIGURE_WITHOUT_BOUNDARY: return l->without_boundary_reported;
	case SL_FIGURE_ON_REPAIRS: return l->on_repairs;
	case SL_FIGURE_NAIVE: return l->naive;
	default: return l->flow[t->figure - SL_FIGURE_FLOW];
	}
}

sl_mm2 sl_cell_terms_value(const struct sl_account_line *line, const struct sl_cell_term *term, size_t n)
{
	sl_mm2 v = 0;

	for (size_t i = 0; i < n; i++)
		v += term[i].sign * figure_of(line, &term[i]);
	return v;
}

/* The parts of all terms in one list, those that are taken away with a minus. */
static enum sl_code ground_parts(struct sl_account_answer *answer, const struct sl_report_cell *c,
                                 struct sl_parts *out, struct sl_err *e)
{
	struct sl_identity who = {0};
	bool found = true;

	*out = (struct sl_parts){0};
	if (c->record.n &&
	    sl_store_identify(answer->p->db, sl_dictionary_kind(answer->p->dict, SL_STR("hazard")), c->record,
	                      &found, &who, e))
		return e->code;
	if (!found)
		return sl_fail(e, SL_NOT_FOUND, "there is no hazard '%.*s'", SL_STR_ARG(c->record));
	for (size_t i = 0; i < c->n_terms; i++) {
		struct sl_parts one = {0};
		struct sl_part *v;

		if (sl_why(&answer->arena, &answer->ledger, &answer->spec, &answer->names, c->key,
		           c->term[i].figure, &one, e))
			return e->code;
		v = sl_arena_grow(&answer->arena, out->v, &out->cap, out->n + one.n + 1, sizeof *v, e);
		if (!v)
			return e->code;
		out->v = v;
		for (size_t k = 0; k < one.n; k++) {
			struct sl_part part = one.v[k];
			bool mine = !c->record.n;

			for (size_t r = 0; r < part.n_records && !mine; r++)
				mine = part.record[r] == who.record_number;
			if (!mine)
				continue;
			part.mm2 *= c->term[i].sign;
			out->total += part.mm2;
			out->v[out->n++] = part;
		}
	}
	return SL_OK;
}

static bool has_no_parts(const struct sl_report_cell *c)
{
	for (size_t i = 0; i < c->n_terms; i++)
		if (c->term[i].hazards || c->term[i].figure == SL_FIGURE_NAIVE ||
		    c->term[i].figure == SL_FIGURE_WITHOUT_BOUNDARY)
			return true;
	return false;
}

static const struct sl_account_line *line_of(const struct sl_account *account, struct sl_str key)
{
	if (!key.n)
		return &account->total;
	for (size_t i = 0; i < account->n_lines; i++)
		if (sl_str_eq(account->line[i].key, key))
			return &account->line[i];
	return NULL;
}

static enum sl_code ground_value(struct sl_programme *p, const struct sl_report_cell *c,
                                 struct sl_amount *out, struct sl_err *e)
{
	struct sl_account_answer answer = {0};
	const struct sl_account_line *line;
	struct sl_parts parts;
	struct sl_amount m = {.scale = 6, .state = SL_AMOUNT_KNOWN, .unit = SL_UNIT_M2};

	if (c->term[0].hazards) {
		m.scale = 0;
		m.unit = SL_UNIT_COUNT;
	}
	if (has_no_parts(c)) {
		if (!sl_account_answer(p, &c->account, &answer, e)) {
			line = line_of(&answer.account, c->key);
			m.units = line ? sl_cell_terms_value(line, c->term, c->n_terms) : 0;
		}
	} else if (!sl_account_prepare(p, &c->account, &answer, e) && !ground_parts(&answer, c, &parts, e)) {
		m.units = parts.total;
	}
	sl_account_done(&answer);
	if (!e->code)
		*out = m;
	return e->code;
}

/* The records of a cell, loaded with what it asks. */
static enum sl_code open_tally(struct sl_programme *p, const struct sl_report_cell *c, struct sl_tally *t,
                               struct sl_err *e)
{
	const struct sl_tally_query *q = &c->query;
	bool dated = !sl_date_is_none(q->from) || !sl_date_is_none(q->to);

	*t = (struct sl_tally){.p = p, .kind = q->kind, .as_of = sl_date_none()};
	if (c->account.as_of && sl_cell_date(sl_str_from(c->account.as_of), &t->as_of, e))
		return e->code;
	if (c->account.known_at && !sl_time_parse(sl_str_from(c->account.known_at), &t->known_at_ms))
		return sl_fail(e, SL_INVALID, "'%.40s' in the cell is no moment", c->account.known_at);
	if (q->field.n && sl_tally_want(t, q->field, e))
		return e->code;
	if (dated) {
		char *when = sl_arena_printf(&t->arena, e, "when:%.*s", SL_STR_ARG(q->dates));

		if (!when || sl_tally_want(t, sl_str_from(when), e))
			return e->code;
	}
	for (size_t i = 0; i < q->n_conditions; i++) {
		struct sl_str name = q->condition[i].attribute;

		if (sl_str_is(name, "year") || sl_str_is(name, "month")) {
			char *full = sl_arena_printf(&t->arena, e, "%.*s:%.*s", SL_STR_ARG(name), SL_STR_ARG(q->dates));

			if (!full)
				return e->code;
			name = sl_str_from(full);
		}
		if (sl_tally_want(t, name, e))
			return e->code;
	}
	return sl_tally_load(t, e);
}

static struct sl_amount amount_of(const struct sl_tally_result *r)
{
	return (struct sl_amount){.units = r->units,
	                          .scale = r->scale,
	                          .state = SL_AMOUNT_KNOWN,
	                          .unit = r->scale ? SL_UNIT_M2 : SL_UNIT_COUNT,
	                          .at_least = r->unstated > 0};
}

enum sl_code sl_report_cell_value(struct sl_programme *p, const struct sl_ledger *ledger,
                                  struct sl_str cell, struct sl_amount *out, struct sl_err *e)
{
	struct sl_report_cell c;
	struct sl_arena a = {0};
	struct sl_tally t = {0};
	struct sl_tally_result r;

	if (!sl_report_cell_parse(&a, p->dict, cell, &c, e)) {
		c.account.ledger = ledger;
		if (c.of == SL_CELL_OF_GROUND)
			(void)!ground_value(p, &c, out, e);
		else if (c.of == SL_CELL_OF_FINDINGS)
			(void)!sl_finding_cell_value(p, &c, out, e);
		else if (c.of == SL_CELL_OF_CHANGES)
			(void)!sl_change_cell_value(p, &c, out, e);
		else if (!open_tally(p, &c, &t, e) && !sl_tally_ask(&t, &c.query, &r, e))
			*out = amount_of(&r);
	}
	sl_tally_done(&t);
	sl_arena_done(&a);
	return e->code;
}

/* ---- what is behind it ---- */

struct listing {
	struct sl_programme *p;
	struct sl_arena scratch;
	struct sl_behind out;
	const struct sl_tally_query *q;
	uint8_t scale;
};

static enum sl_code put_record(void *ctx, int64_t record, sl_mm2 units, bool stated, struct sl_err *e)
{
	struct listing *x = ctx;
	struct sl_arena_mark mark = sl_arena_mark(&x->scratch);
	struct sl_amount m = {.units = units, .scale = x->scale, .state = SL_AMOUNT_KNOWN};
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_str id;

	if (sl_store_by_number(x->p->db, &x->scratch, record, &rev, &rec, e))
		return e->code;
	id = sl_record_text(&rec, "id");
	if (!id.n)
		id = rev.identity;
	sl_behind_row(&x->out, x->q->kind->name, id, stated ? &m : NULL, SL_STR(""));
	sl_arena_reset(&x->scratch, mark);
	return SL_OK;
}

static enum sl_code records_text(struct sl_programme *p, struct sl_tally *t, const struct sl_tally_query *q,
                                 struct sl_str cell, enum sl_text_format format, struct sl_buf *b,
                                 struct sl_err *e)
{
	struct listing x = {.p = p, .q = q};
	struct sl_tally_result r;
	struct sl_amount total;

	if (sl_tally_ask(t, q, &r, e))
		return e->code;
	x.scale = r.scale;
	total = amount_of(&r);
	if (!sl_behind_begin(&x.out, b, format, cell, &total, "records", (int64_t)r.n, r.unstated, false, e) &&
	    !sl_tally_each(t, q, put_record, &x, e))
		sl_behind_end(&x.out);
	sl_arena_done(&x.scratch);
	return e->code ? e->code : sl_buf_check(b, e);
}

enum sl_code sl_report_cell_why(struct sl_programme *p, const struct sl_ledger *ledger, struct sl_str cell,
                                enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	struct sl_account_answer answer = {0};
	struct sl_report_cell c;
	struct sl_arena a = {0};
	struct sl_tally t = {0};
	struct sl_parts parts;
	const char *title = sl_arena_strndup(&a, cell.p, cell.n, e);

	if (title && !sl_report_cell_parse(&a, p->dict, cell, &c, e)) {
		c.account.ledger = ledger;
		if (c.of == SL_CELL_OF_RECORDS) {
			if (!open_tally(p, &c, &t, e))
				(void)!records_text(p, &t, &c.query, cell, format, b, e);
		} else if (c.of == SL_CELL_OF_FINDINGS) {
			(void)!sl_finding_cell_why(p, &c, cell, format, b, e);
		} else if (c.of == SL_CELL_OF_CHANGES) {
			(void)!sl_change_cell_why(p, &c, cell, format, b, e);
		} else if (!sl_account_prepare(p, &c.account, &answer, e) &&
		           !ground_parts(&answer, &c, &parts, e)) {
			(void)!sl_parts_text(&answer, &parts, title, false, format, b, e);
		}
	}
	sl_tally_done(&t);
	sl_account_done(&answer);
	sl_arena_done(&a);
	return e->code;
}
