/* Progress to the deadline of Article 5 (domain D.10): the rate that is required, the rate that was
 * achieved, and when the work would end at it.  A projection is arithmetic, no promise: it says what it
 * rests on. */
#include "app/report_parts.h"

#include "app/achieved.h"
#include "model/article5.h"
#include "report/wording.h"

#include <math.h>

struct progress {
	struct sl_article5 dates;
	struct sl_amount remaining, year[SL_ACHIEVED_YEARS];
	int year_of[SL_ACHIEVED_YEARS];
	int n_years;            /* whole years before the closing date, at most three */
	double mean, low, high; /* m² a year; NAN: no whole year */
	double years_left;      /* NAN: no deadline, or it has passed */
};

static struct sl_date fact_date(const struct sl_report_maker *m, const char *name)
{
	struct sl_date d = sl_date_none();

	for (size_t i = 0; i < m->request->n_facts; i++)
		if (sl_str_is(m->request->fact[i].name, name))
			(void)!sl_date_parse(m->request->fact[i].value, &d);
	return d;
}

static const struct sl_cell_term released[] = {{1, false, SL_FIGURE_FLOW + SL_FLOW_CANCELLED},
                                               {1, false, SL_FIGURE_FLOW + SL_FLOW_REDUCED},
                                               {1, false, SL_FIGURE_FLOW + SL_FLOW_CLEARED}};
static const struct sl_cell_term standing[] = {{1, false, SL_FIGURE_STOCK_SHA},
                                               {1, false, SL_FIGURE_STOCK_CHA}};

static enum sl_code ground(struct sl_report_maker *m, const struct sl_account_answer *answer,
                           const struct sl_account_line *line, const struct sl_cell_term *term, size_t n,
                           struct sl_amount *out, struct sl_err *e)
{
	struct sl_buf b = {0};

	*out = (struct sl_amount){.units = sl_cell_terms_value(line, term, n),
	                          .scale = 6,
	                          .decimals = 3,
	                          .state = SL_AMOUNT_KNOWN,
	                          .unit = SL_UNIT_KM2};
	sl_account_cell_text(&b, answer, line->key, term, n);
	if (!sl_buf_check(&b, e))
		out->cell = (struct sl_str){sl_arena_strndup(m->a, b.p, b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

static const enum sl_flow releases[] = {SL_FLOW_CANCELLED, SL_FLOW_REDUCED, SL_FLOW_CLEARED};

static enum sl_code work_out(struct sl_report_maker *m, struct progress *p, struct sl_err *e)
{
	struct sl_account_answer *years, *now;
	struct sl_achieved_years achieved;
	struct sl_achieved rate;

	p->dates = sl_article5_of(fact_date(m, "deposited"), fact_date(m, "extended"));
	p->years_left = (double)NAN;
	if (sl_maker_account(m, SL_STR("year"), false, &years, e) ||
	    sl_maker_account(m, SL_STR(""), false, &now, e) ||
	    ground(m, now, &now->account.total, standing, 2, &p->remaining, e))
		return e->code;
	sl_achieved_years(&years->account, m->to, releases, 3, &achieved);
	for (p->n_years = 0; p->n_years < achieved.n; p->n_years++) {
		p->year_of[p->n_years] = achieved.year[p->n_years];
		if (ground(m, years, achieved.line[p->n_years], released, 3, &p->year[p->n_years], e))
			return e->code;
	}
	rate = sl_achieved_of(achieved.m2, (size_t)achieved.n, 0);
	p->mean = rate.mean;
	p->low = rate.low;
	p->high = rate.high;
	if (!sl_date_is_none(p->dates.deadline) && p->dates.deadline.day > m->to.day)
		p->years_left = (p->dates.deadline.day - m->to.day) / 365.2425;
	return SL_OK;
}

static struct sl_amount rate(double m2_a_year)
{
	struct sl_amount m = {
	    .unit = SL_UNIT_KM2_PER_YEAR, .decimals = 3, .scale = 6, .state = SL_AMOUNT_UNKNOWN};

	if (isfinite(m2_a_year)) {
		m.units = sl_square_millimetres(m2_a_year);
		m.state = SL_AMOUNT_KNOWN;
	}
	return m;
}

/* The year in which nothing would remain; none when the rate is nought or the year is beyond any plan. */
static struct sl_doc_cell done_by(const struct sl_report_maker *m, const struct progress *p,
                                  double m2_a_year)
{
	double remaining = sl_mm2_to_m2(p->remaining.units), years = remaining / m2_a_year;
	struct sl_date d = m->to;

	if (!isfinite(years) || years > 1000)
		return sl_doc_text(sl_str_from(sl_text(m->locale, "report", "never at this rate")));
	d.day += (int32_t)ceil(years * 365.2425);
	return sl_doc_date(d);
}

static enum sl_code put(struct sl_report_maker *m, struct sl_doc_table *t, const char *label,
                        struct sl_doc_cell value, const char *basis, struct sl_err *e)
{
	struct sl_doc_cell *cell;

	if (sl_doc_row_add(m->a, t, SL_ROW_BODY, &cell, e))
		return e->code;
	cell[0] = sl_doc_text(sl_str_from(label));
	cell[1] = value;
	cell[2] = sl_doc_text(sl_str_from(basis));
	return SL_OK;
}

static void fill_year(void *ctx, struct sl_str name, struct sl_buf *b)
{
	(void)name;
	sl_buf_printf(b, "%d", *(const int *)ctx);
}

static enum sl_code put_year(struct sl_report_maker *m, struct sl_doc_table *t,
                             const struct sl_amount *year, int n, struct sl_err *e)
{
	struct sl_buf b = {0};
	char *label = NULL;

	sl_word_fill(&b, sl_str_from(sl_text(m->locale, "report", "Land released in {year}")), fill_year, &n);
	if (!sl_buf_check(&b, e))
		label = sl_arena_strndup(m->a, b.p, b.n, e);
	sl_buf_done(&b);
	return label ? put(m, t, label, sl_doc_amount(*year),
	                   sl_text(m->locale, "report", "cancelled, reduced and cleared"), e)
	             : e->code;
}

static enum sl_code columns(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e)
{
	static const char *const names[] = {"indicator", "value", "basis"};
	const char *const headings[] = {sl_text(m->locale, "report", "Indicator"),
	                                sl_text(m->locale, "report", "Value"),
	                                sl_text(m->locale, "report", "What it rests on")};

	t->n_columns = 3;
	t->n_heads = 1;
	t->column = sl_arena_alloc(m->a, 3, sizeof *t->column, e);
	for (size_t i = 0; t->column && i < 3; i++)
		t->column[i] = (struct sl_doc_column){.name = sl_str_from(names[i]),
		                                      .heading = sl_str_from(headings[i]),
		                                      .type = i == 1 ? SL_COLUMN_AMOUNT : SL_COLUMN_TEXT,
		                                      .mixed = i == 1};
	return e->code;
}

static enum sl_code dates(struct sl_report_maker *m, const struct progress *p, struct sl_doc_table *t,
                          struct sl_err *e)
{
	const struct sl_locale *l = m->locale;
	struct sl_date deposited = fact_date(m, "deposited"), extended = fact_date(m, "extended");
	struct sl_amount left = {.unit = SL_UNIT_YEARS, .decimals = 1, .scale = 3};
	bool passed = !sl_date_is_none(p->dates.deadline) && p->dates.deadline.day <= m->to.day;

	left.state = isfinite(p->years_left) ? SL_AMOUNT_KNOWN : SL_AMOUNT_UNKNOWN;
	left.units = isfinite(p->years_left) ? (sl_mm2)llround(p->years_left * 1000) : 0;
	if (put(m, t, sl_text(l, "report", "Ratification or accession deposited"), sl_doc_date(deposited),
	        sl_text(l, "report", "as given"), e) ||
	    put(m, t, sl_text(l, "report", "Entry into force"), sl_doc_date(p->dates.in_force),
	        sl_text(l, "report", "first day of the sixth month after the deposit (Article 17, 2)"), e) ||
	    put(m, t, sl_text(l, "report", "Extension granted until"),
	        sl_date_is_none(extended) ? sl_doc_text(sl_str_from(sl_text(l, "report", "none given")))
	                                  : sl_doc_date(extended),
	        sl_text(l, "report", "as given (Article 5, 3)"), e) ||
	    put(m, t, sl_text(l, "report", "Deadline"), sl_doc_date(p->dates.deadline),
	        sl_text(l, "report", "ten years after entry into force, or what was granted"), e))
		return e->code;
	return put(m, t, sl_text(l, "report", "Time left"),
	           passed ? sl_doc_text(sl_str_from(sl_text(l, "report", "the deadline has passed")))
	                  : sl_doc_amount(left),
	           sl_text(l, "report", "from the closing date to the deadline"), e);
}

enum sl_code sl_maker_article5(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                               struct sl_err *e)
{
	const struct sl_locale *l = m->locale;
	struct progress p = {0};
	double required;

	(void)s;
	if (work_out(m, &p, e) || columns(m, t, e) || dates(m, &p, t, e) ||
	    put(m, t, sl_text(l, "report", "Land that remains"), sl_doc_amount(p.remaining),
	        sl_text(l, "report", "suspected and confirmed, on the closing date"), e))
		return e->code;
	for (int i = 0; i < p.n_years; i++)
		if (put_year(m, t, &p.year[i], p.year_of[i], e))
			return e->code;
	required = sl_mm2_to_m2(p.remaining.units) / p.years_left;
	return put(m, t, sl_text(l, "report", "Rate required"), sl_doc_amount(rate(required)),
	           sl_text(l, "report", "what remains, divided by the time left"), e) ||
	               put(m, t, sl_text(l, "report", "Rate achieved"), sl_doc_amount(rate(p.mean)),
	                   sl_text(l, "report", "mean of the last whole years, three at most"), e) ||
	               put(m, t, sl_text(l, "report", "Completion at the rate achieved"),
	                   done_by(m, &p, p.mean),
	                   sl_text(l, "report", "if nothing is added and the rate stays"), e) ||
	               put(m, t, sl_text(l, "report", "Completion at the best of these years"),
	                   done_by(m, &p, p.high), sl_text(l, "report", "early end of the band"), e) ||
	               put(m, t, sl_text(l, "report", "Completion at the worst of these years"),
	                   done_by(m, &p, p.low), sl_text(l, "report", "late end of the band"), e)
	           ? e->code
	           : SL_OK;
}
