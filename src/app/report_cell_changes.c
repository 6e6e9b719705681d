/* Cells of changes between two accounts: "change.stock.SHA?a=2024-12-31&b=2025-12-31&cause=late&revision=...". */
#include "app/report_cell_parts.h"

#include <stdlib.h>

/* ---- which changes ---- */

const char *sl_cause_code(enum sl_cause c)
{
	static const char *const codes[] = {"new",      "late",     "correction",      "resurvey",
	                                    "boundary", "reclassification", "definition"};

	return codes[c];
}

struct heavy {
	sl_mm2 weight;
	size_t at;
};

static sl_mm2 size_of(sl_mm2 x)
{
	return x < 0 ? -x : x;
}

static int heavier(const void *a, const void *b)
{
	const struct heavy *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

enum sl_code sl_changes_order(struct sl_arena *a, const struct sl_changes *changes, size_t **order, struct sl_err *e)
{
	struct heavy *v = sl_arena_alloc(a, changes->n + 1, sizeof *v, e);

	*order = v ? sl_arena_alloc(a, changes->n + 1, sizeof **order, e) : NULL;
	if (!*order)
		return e->code;
	for (size_t i = 0; i < changes->n; i++) {
		const sl_mm2 *f = changes->v[i].figure;

		v[i] = (struct heavy){size_of(f[SL_FIGURE_STOCK_SHA]) + size_of(f[SL_FIGURE_STOCK_CHA]), i};
	}
	if (changes->n)
		qsort(v, changes->n, sizeof *v, heavier);
	for (size_t i = 0; i < changes->n; i++)
		(*order)[i] = v[i].at;
	return SL_OK;
}

/* ---- as text ---- */

static enum sl_code read_part(struct sl_change_query *q, struct sl_str name, struct sl_str value, struct sl_err *e)
{
	if (sl_str_is(name, "a"))
		q->accounts.a = value.p;
	else if (sl_str_is(name, "b"))
		q->accounts.b = value.p;
	else if (sl_str_is(name, "cause"))
		q->cause = value;
	else if (sl_str_is(name, "revision"))
		q->revision = value;
	else if (!sl_str_is(name, "after"))
		return sl_fail(e, SL_INVALID, "a cell of changes has no '%.*s'; there are a, b, cause, revision and after",
		               SL_STR_ARG(name));
	else if (!sl_str_int64(value, &q->after) || q->after < 0)
		return sl_fail(e, SL_INVALID, "'%.*s' in the cell is no number of changes", SL_STR_ARG(value));
	return SL_OK;
}

enum sl_code sl_change_cell_read(struct sl_arena *a, struct sl_str names, struct sl_str rest, struct sl_report_cell *c,
                                 struct sl_err *e)
{
	struct sl_change_query *q = &c->change;
	struct sl_str part, name, value, figure = {names.p + 7, names.n - 7};
	bool known = false;

	c->of = SL_CELL_OF_CHANGES;
	*q = (struct sl_change_query){0};
	if (!sl_figure_from(figure, &q->figure) || !sl_diff_has_figure(q->figure))
		return sl_fail(e, SL_INVALID, "'%.*s' names no figure that two accounts are compared by; "
		               "change.stock.SHA is one", SL_STR_ARG(names));
	while (sl_str_split(&rest, '&', &part)) {
		struct sl_str v = part;

		(void)!sl_str_split(&v, '=', &name);
		if (sl_cell_unescape(a, v, &value, e) || read_part(q, name, value, e))
			return e->code;
	}
	if (!q->accounts.a || !q->accounts.b)
		return sl_fail(e, SL_INVALID, "a change is between two accounts: give a=2024-12-31&b=2025-12-31");
	for (int i = 0; i < SL_CAUSES; i++)
		known |= sl_str_is(q->cause, sl_cause_code((enum sl_cause)i));
	if (q->cause.n && !known)
		return sl_fail(e, SL_INVALID, "there is no cause '%.*s'; there are new, late, correction, resurvey, boundary, "
		               "reclassification and definition", SL_STR_ARG(q->cause));
	return sl_diff_check(&q->accounts, e);
}

void sl_change_cell_text(struct sl_buf *b, const struct sl_change_query *q)
{
	sl_buf_printf(b, "change.%s?a=", sl_figure_name(q->figure));
	sl_cell_put_text(b, sl_str_from(q->accounts.a));
	sl_buf_puts(b, "&b=");
	sl_cell_put_text(b, sl_str_from(q->accounts.b));
	if (q->cause.n)
		sl_buf_printf(b, "&cause=%.*s", SL_STR_ARG(q->cause));
	if (q->revision.n)
		sl_buf_printf(b, "&revision=%.*s", SL_STR_ARG(q->revision));
	if (q->after)
		sl_buf_printf(b, "&after=%lld", (long long)q->after);
}

/* ---- working out ---- */

struct behind { /* what is behind a cell: a part of the changes */
	struct sl_diff d;
	bool *is; /* by change */
	sl_mm2 sum;
	int64_t n;
};

static enum sl_code is_revision(struct behind *x, const struct sl_change *c, struct sl_str revision, bool *out,
                                struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_told told;
	char uuid[37];

	*out = !revision.n;
	if (!revision.n || c->event == UINT32_MAX)
		return SL_OK;
	if (!sl_store_told(x->d.answer.p->db, &a, x->d.answer.ledger.event[c->event].seq, 0, &told, e)) {
		sl_uuid_text(told.revision, uuid);
		*out = sl_str_is(revision, uuid);
	}
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code open_behind(struct sl_programme *p, const struct sl_report_cell *c, struct behind *x,
                                struct sl_err *e)
{
	const struct sl_change_query *q = &c->change;
	struct sl_diff_request r = q->accounts;
	size_t *order;

	*x = (struct behind){0};
	r.ledger = c->account.ledger;
	if (sl_diff_make(p, &r, &x->d, e) || sl_changes_order(&x->d.answer.arena, &x->d.changes, &order, e))
		return e->code;
	x->is = sl_arena_alloc(&x->d.answer.arena, x->d.changes.n + 1, sizeof *x->is, e);
	for (size_t i = 0; x->is && i < x->d.changes.n; i++) {
		const struct sl_change *change = &x->d.changes.v[order[i]];

		if ((int64_t)i < q->after || (q->cause.n && !sl_str_is(q->cause, sl_cause_code(change->cause))))
			continue;
		if (is_revision(x, change, q->revision, &x->is[order[i]], e))
			return e->code;
		if (x->is[order[i]]) {
			x->sum += change->figure[q->figure];
			x->n++;
		}
	}
	return e->code;
}

static struct sl_amount area(sl_mm2 mm2)
{
	return (struct sl_amount){.units = mm2, .scale = 6, .state = SL_AMOUNT_KNOWN, .unit = SL_UNIT_M2};
}

enum sl_code sl_change_cell_value(struct sl_programme *p, const struct sl_report_cell *c, struct sl_amount *out,
                                  struct sl_err *e)
{
	struct behind x;

	if (!open_behind(p, c, &x, e))
		*out = area(x.sum);
	sl_diff_done(&x.d);
	return e->code;
}

static enum sl_code put_change(struct behind *x, struct sl_behind *out, const struct sl_change *c, enum sl_figure figure,
                               struct sl_err *e)
{
	struct sl_amount value = area(c->figure[figure]);
	struct sl_diff_names names;
	struct sl_arena a = {0};
	struct sl_buf text = {0};

	if (!sl_diff_names(&x->d, c, &a, &names, e)) {
		sl_buf_printf(&text, "%s: ", sl_cause_name(c->cause));
		sl_diff_sentence(&text, &x->d, c, &names);
		sl_behind_row(out, names.told.kind, names.told.identity, &value, sl_buf_view(&text));
		out->b->failed |= text.failed;
	}
	sl_buf_done(&text);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_change_cell_why(struct sl_programme *p, const struct sl_report_cell *c, struct sl_str cell,
                                enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	struct behind x;
	struct sl_behind out;
	struct sl_amount total;

	if (!open_behind(p, c, &x, e)) {
		total = area(x.sum);
		(void)!sl_behind_begin(&out, b, format, cell, &total, "changes", x.n, 0, true, e);
		for (size_t i = 0; i < x.d.changes.n && !e->code; i++)
			if (x.is[i])
				(void)!put_change(&x, &out, &x.d.changes.v[i], c->change.figure, e);
		if (!e->code)
			sl_behind_end(&out);
	}
	sl_diff_done(&x.d);
	return e->code ? e->code : sl_buf_check(b, e);
}
