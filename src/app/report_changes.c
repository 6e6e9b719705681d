/* What changed in a period, a sentence for each revision that moved land, under its cause; what stood before, all
 * changes and what stands now add up (app/diff.h has the proof). */
#include "app/report_parts.h"

#include "app/report_cell.h"
#include "report/wording.h"

enum { SHOWN = 200, COLUMNS = 6 };

struct telling {
	struct sl_report_maker *m;
	struct sl_doc_table *t;
	struct sl_diff d;
	const char *a, *b;  /* the two accounts */
	const char *before; /* moment until which the earlier account knew; NULL: as is known now */
	bool *shown;        /* by change */
	struct sl_str id;
};

static const struct sl_str *given(const struct sl_report_maker *m, const char *name)
{
	for (size_t i = 0; i < m->request->n_facts; i++)
		if (sl_str_is(m->request->fact[i].name, name))
			return &m->request->fact[i].value;
	return NULL;
}

/* ---- words ---- */

static const char *cause_words(const struct sl_locale *l, enum sl_cause cause)
{
	switch (cause) {
	case SL_CAUSE_NEW: return sl_text(l, "report", "New information");
	case SL_CAUSE_LATE: return sl_text(l, "report", "Older information, approved late");
	case SL_CAUSE_CORRECTION: return sl_text(l, "report", "Corrections");
	case SL_CAUSE_RESURVEY: return sl_text(l, "report", "Surveyed again");
	case SL_CAUSE_BOUNDARY: return sl_text(l, "report", "Other boundaries");
	case SL_CAUSE_RECLASSIFICATION: return sl_text(l, "report", "Reclassified");
	default: return sl_text(l, "report", "Counted otherwise");
	}
}

static const char *plain_words(const struct sl_locale *l, enum sl_land_what what)
{
	switch (what) {
	case SL_LAND_SHA: return sl_text(l, "report", "{id} was recorded as a suspected hazardous area.");
	case SL_LAND_CHA: return sl_text(l, "report", "{id} was recorded as a confirmed hazardous area.");
	case SL_LAND_CANCELLED: return sl_text(l, "report", "Land was cancelled with release {id}.");
	case SL_LAND_REDUCED: return sl_text(l, "report", "Land was reduced with release {id}.");
	case SL_LAND_CLEARED: return sl_text(l, "report", "Land was cleared with release {id}.");
	case SL_LAND_WITHDRAWN: return sl_text(l, "report", "{id} was withdrawn.");
	default: return sl_text(l, "report", "{id} was recorded without hazardous or released land.");
	}
}

static const char *words(const struct telling *x, const struct sl_change *c)
{
	const struct sl_locale *l = x->m->locale;
	const struct sl_ledger_event *ev, *before;

	if (c->event == UINT32_MAX)
		return sl_text(l, "report", "The same records are counted otherwise.");
	ev = &x->d.answer.ledger.event[c->event];
	before = c->replaces == UINT32_MAX ? NULL : &x->d.answer.ledger.event[c->replaces];
	switch (c->cause) {
	case SL_CAUSE_CORRECTION:
		return ev->what == SL_LAND_WITHDRAWN
		           ? sl_text(l, "report", "{id} was withdrawn as erroneous, a duplicate or merged.")
		       : ev->what == SL_LAND_NO_RELEASE
		           ? sl_text(l, "report", "Release {id} was taken back.")
		           : sl_text(l, "report", "{id} was corrected: what was said before was wrong.");
	case SL_CAUSE_RESURVEY:
		return sl_text(l, "report", "{id} was surveyed again and has another boundary.");
	case SL_CAUSE_BOUNDARY:
		return sl_text(l, "report", "{id} has another boundary for the same day.");
	case SL_CAUSE_RECLASSIFICATION:
		if (before && before->what == SL_LAND_SHA && ev->what == SL_LAND_CHA)
			return sl_text(l, "report", "{id} was suspected and is now confirmed.");
		if (before && before->what == SL_LAND_CHA && ev->what == SL_LAND_SHA)
			return sl_text(l, "report", "{id} was confirmed and is now suspected.");
		return sl_text(l, "report", "{id} was classified otherwise.");
	default: return plain_words(l, ev->what);
	}
}

static void fill_id(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct telling *x = ctx;

	(void)name;
	sl_word_isolated(b, x->m->d, x->id);
}

static struct sl_str keep(struct telling *x, struct sl_buf *b, struct sl_err *e)
{
	struct sl_str out = {0};

	if (!e->code && !sl_buf_check(b, e))
		out = (struct sl_str){sl_arena_strndup(x->m->a, b->n ? b->p : "", b->n, e), b->n};
	sl_buf_done(b);
	return out;
}

static struct sl_str sentence(struct telling *x, const char *phrase, struct sl_str id, struct sl_err *e)
{
	struct sl_buf b = {0};

	x->id = id;
	sl_word_fill(&b, sl_str_from(phrase), fill_id, x);
	return keep(x, &b, e);
}

static struct sl_str areas(struct telling *x, const struct sl_change *c, const struct sl_diff_names *n,
                           struct sl_err *e)
{
	struct sl_buf b = {0};

	for (size_t i = 0; i < n->n_hazards; i++) {
		if (i)
			sl_buf_puts(&b, sl_text(x->m->locale, "report:separator", ", "));
		sl_buf_str(&b, n->hazard[i].identity);
	}
	if (c->n_hazards > n->n_hazards)
		sl_buf_puts(&b, sl_text(x->m->locale, "report:separator", ", "));
	if (c->n_hazards > n->n_hazards)
		sl_buf_puts(&b, "…");
	return keep(x, &b, e);
}

/* ---- rows ---- */

static struct sl_amount area(sl_mm2 mm2)
{
	return (struct sl_amount){.units = mm2, .scale = 6, .state = SL_AMOUNT_KNOWN, .unit = SL_UNIT_M2};
}

static enum sl_code columns(struct telling *x, struct sl_err *e)
{
	const struct sl_locale *l = x->m->locale;
	const struct sl_doc_column own[COLUMNS] = {
	    {.name = SL_STR("change"), .heading = sl_str_from(sl_text(l, "report", "What changed"))},
	    {.name = SL_STR("information"),
	     .heading = sl_str_from(sl_text(l, "report", "Information of")),
	     .type = SL_COLUMN_DATE},
	    {.name = SL_STR("approved"),
	     .heading = sl_str_from(sl_text(l, "report", "Approved on")),
	     .type = SL_COLUMN_DATE},
	    {.name = SL_STR("areas"), .heading = sl_str_from(sl_text(l, "report", "Areas concerned"))},
	    {.name = SL_STR("sha_m2"),
	     .heading = sl_str_from(sl_text(l, "report", "Suspected (SHA)")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_M2},
	    {.name = SL_STR("cha_m2"),
	     .heading = sl_str_from(sl_text(l, "report", "Confirmed (CHA)")),
	     .type = SL_COLUMN_AMOUNT,
	     .unit = SL_UNIT_M2},
	};
	const struct sl_spec_column sha = {.notes = SL_STR("sha,area")}, cha = {.notes = SL_STR("cha")};

	x->t->n_columns = COLUMNS;
	x->t->n_heads = 1;
	x->t->column = sl_arena_alloc(x->m->a, COLUMNS, sizeof own[0], e);
	for (size_t i = 0; x->t->column && i < COLUMNS; i++)
		x->t->column[i] = own[i];
	if (e->code || sl_maker_column_notes(x->m, &sha, &x->t->column[4], e))
		return e->code;
	return sl_maker_column_notes(x->m, &cha, &x->t->column[5], e);
}

static enum sl_code row(struct telling *x, enum sl_row_type type, struct sl_str text, sl_mm2 sha, sl_mm2 cha,
                        struct sl_doc_cell **out, struct sl_err *e)
{
	struct sl_doc_cell *cell;

	if (e->code || sl_doc_row_add(x->m->a, x->t, type, &cell, e))
		return e->code;
	cell[0] = sl_doc_text(text);
	if (type != SL_ROW_GROUP) {
		cell[4] = sl_doc_amount(area(sha));
		cell[5] = sl_doc_amount(area(cha));
	}
	*out = cell;
	return SL_OK;
}

/* Both numbers of a line are changes: of all, of a cause, of a revision, or what is left after the heaviest. */
static enum sl_code put_cells(struct telling *x, struct sl_doc_cell *cell, struct sl_str cause, struct sl_str revision,
                              int64_t after, struct sl_err *e)
{
	static const enum sl_figure figures[] = {SL_FIGURE_STOCK_SHA, SL_FIGURE_STOCK_CHA};

	for (int i = 0; i < 2 && !e->code; i++) {
		const struct sl_change_query q = {{.a = x->a, .b = x->b}, figures[i], cause, revision, after};
		struct sl_buf b = {0};

		sl_change_cell_text(&b, &q);
		cell[4 + i].amount.cell = keep(x, &b, e);
	}
	return e->code;
}

/* Stocks as they stood, with their cells. */
static enum sl_code stock_row(struct telling *x, int side, const char *text, struct sl_err *e)
{
	static const char *const figures[] = {"stock.SHA", "stock.CHA"};
	const struct sl_diff_side *s = &x->d.side[side];
	const char *known = side ? x->m->request->known_at : x->before ? x->before : x->m->request->known_at;
	struct sl_doc_cell *cell;
	char day[11];

	if (row(x, side ? SL_ROW_TOTAL : SL_ROW_SUBTOTAL, sl_str_from(text), x->d.total.figure[side][SL_FIGURE_STOCK_SHA],
	        x->d.total.figure[side][SL_FIGURE_STOCK_CHA], &cell, e))
		return e->code;
	sl_date_text(s->spec.as_of, day);
	for (int i = 0; i < 2; i++)
		cell[4 + i].amount.cell = sl_str_from(sl_arena_printf(x->m->a, e, "%s?as_of=%s%s%s", figures[i], day,
		                                                      known ? "&known_at=" : "", known ? known : ""));
	return e->code;
}

static enum sl_code change_row(struct telling *x, const struct sl_change *c, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_diff_names names;
	struct sl_doc_cell *cell;
	char *uuid = sl_arena_alloc(x->m->a, 37, 1, e);
	char revision[37] = "";

	if (uuid && !sl_diff_names(&x->d, c, &a, &names, e) &&
	    !row(x, SL_ROW_BODY, sentence(x, words(x, c), names.told.identity, e), c->figure[SL_FIGURE_STOCK_SHA],
	         c->figure[SL_FIGURE_STOCK_CHA], &cell, e)) {
		if (c->event != UINT32_MAX)
			sl_uuid_text(names.told.revision, revision);
		(void)!put_cells(x, cell, sl_str_from(sl_cause_code(c->cause)), sl_str_from(revision), 0, e);
	}
	if (!e->code && c->event != UINT32_MAX) {
		sl_uuid_text(names.told.record, uuid);
		cell[0].record = sl_str_from(uuid);
		cell[1] = sl_doc_date(names.told.effective);
		cell[2] = sl_doc_date((struct sl_date){(int32_t)(names.told.recorded_ms / 86400000)});
		cell[3] = sl_doc_text(areas(x, c, &names, e));
	}
	sl_arena_done(&a);
	return e->code;
}

/* ---- which ---- */

/* The largest; the others stand in one line, so that the table adds up. */
static enum sl_code choose(struct telling *x, struct sl_err *e)
{
	size_t n = x->d.changes.n, *order;

	x->shown = sl_arena_alloc(x->m->a, n + 1, sizeof *x->shown, e);
	if (!x->shown || sl_changes_order(x->m->a, &x->d.changes, &order, e))
		return e->code;
	for (size_t i = 0; i < n && i < SHOWN; i++)
		x->shown[order[i]] = true;
	return SL_OK;
}

static void fill_number(void *ctx, struct sl_str name, struct sl_buf *b)
{
	const struct telling *x = ctx;

	(void)name;
	sl_word_integer(b, x->m->locale, (int64_t)(x->d.changes.n - SHOWN));
}

static enum sl_code rest_row(struct telling *x, struct sl_err *e)
{
	struct sl_doc_cell *cell;
	sl_mm2 sha = 0, cha = 0;
	struct sl_buf b = {0};

	if (x->d.changes.n <= SHOWN)
		return SL_OK;
	for (size_t i = 0; i < x->d.changes.n; i++)
		if (!x->shown[i]) {
			sha += x->d.changes.v[i].figure[SL_FIGURE_STOCK_SHA];
			cha += x->d.changes.v[i].figure[SL_FIGURE_STOCK_CHA];
		}
	sl_word_fill(&b,
	             sl_str_from(sl_text_n(x->m->locale, "report", "{n} smaller change", "{n} smaller changes",
	                                   (uint64_t)(x->d.changes.n - SHOWN))),
	             fill_number, x);
	return row(x, SL_ROW_BODY, keep(x, &b, e), sha, cha, &cell, e)
	           ? e->code
	           : put_cells(x, cell, SL_STR(""), SL_STR(""), SHOWN, e);
}

static enum sl_code change_rows(struct telling *x, struct sl_err *e)
{
	struct sl_doc_cell *cell;

	for (int cause = 0; cause < SL_CAUSES; cause++) {
		bool headed = false;

		for (size_t i = 0; i < x->d.changes.n; i++) {
			const struct sl_change *c = &x->d.changes.v[i];

			if ((int)c->cause != cause || !x->shown[i])
				continue;
			if (!headed && row(x, SL_ROW_GROUP, sl_str_from(cause_words(x->m->locale, c->cause)), 0, 0, &cell, e))
				return e->code;
			headed = true;
			if (change_row(x, c, e))
				return e->code;
		}
	}
	return rest_row(x, e);
}

static enum sl_code compare(struct telling *x, struct sl_err *e)
{
	struct sl_report_maker *m = x->m;
	struct sl_diff_request r = {.ledger = m->request->ledger};
	const struct sl_str *before = given(m, "before");
	char day[11];
	int64_t moment;

	if (sl_date_is_none(m->from))
		return sl_fail(e, SL_INVALID, "%s: what changed needs a first day; give --from", m->template.name);
	if (before && !sl_time_parse(*before, &moment))
		return sl_fail(e, SL_INVALID, "--set before=%.*s is no day and no moment", SL_STR_ARG(*before));
	x->before = before ? sl_str_dup(m->a, *before, e) : NULL;
	if (!r.ledger && m->has_first)
		r.ledger = &m->first.ledger;
	sl_date_text((struct sl_date){m->from.day - 1}, day);
	r.a = x->before ? sl_arena_printf(m->a, e, "%s@%s", day, x->before)
	      : m->request->known_at ? sl_arena_printf(m->a, e, "%s@%s", day, m->request->known_at)
	                             : sl_str_dup(m->a, sl_str_from(day), e);
	r.b = m->request->known_at ? sl_arena_printf(m->a, e, "%s@%s", m->to_text, m->request->known_at) : m->to_text;
	x->a = r.a;
	x->b = r.b;
	return e->code ? e->code : sl_diff_make(m->p, &r, &x->d, e);
}

enum sl_code sl_maker_changes(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e)
{
	const struct sl_locale *l = m->locale;
	struct telling x = {.m = m, .t = t};
	struct sl_doc_cell *cell;

	if (!compare(&x, e) && !columns(&x, e) && !choose(&x, e) &&
	    !stock_row(&x, 0, sl_text(l, "report", "Recorded before"), e) && !change_rows(&x, e) &&
	    !row(&x, SL_ROW_SUBTOTAL, sl_str_from(sl_text(l, "report", "All changes")),
	         x.d.total.figure[1][SL_FIGURE_STOCK_SHA] - x.d.total.figure[0][SL_FIGURE_STOCK_SHA],
	         x.d.total.figure[1][SL_FIGURE_STOCK_CHA] - x.d.total.figure[0][SL_FIGURE_STOCK_CHA], &cell, e) &&
	    !put_cells(&x, cell, SL_STR(""), SL_STR(""), 0, e))
		(void)!stock_row(&x, 1, sl_text(l, "report", "Recorded now"), e);
	sl_diff_done(&x.d);
	return e->code;
}
