/* Records of kind `source` that speak of an area, and tables of what remains that sources report. */
#include "app/estimate_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct sl_str kept(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *copy = e->code ? NULL : sl_arena_strndup(a, s.p ? s.p : "", s.n, e);

	return (struct sl_str){copy ? copy : "", copy ? s.n : 0};
}

static struct sl_str first_of(const struct sl_record *rec, const char *const *fields)
{
	struct sl_str s = {0};

	while (*fields && !s.n)
		s = sl_str_trim(sl_record_text(rec, *fields++));
	return s;
}

static char letter(const struct sl_record *rec, const char *field)
{
	struct sl_str s = sl_record_text(rec, field);

	return s.n == 1 ? *s.p : 0;
}

/* A unit of area, or words that speak of one without such a unit: other claims are of other things. */
static bool is_about_area(const struct sl_record *rec)
{
	struct sl_str unit = sl_str_trim(sl_record_text(rec, "unit")),
	              attribute = sl_record_text(rec, "attribute");
	struct sl_str word;
	double m2;

	if (sl_area_unit(unit, &m2))
		return true;
	while (sl_str_split(&attribute, ' ', &word))
		if (sl_str_is_nocase(word, "area"))
			return !isnan(sl_record_number(rec, "value_low")) ||
			       !isnan(sl_record_number(rec, "value_high"));
	return false;
}

/* What a reader knows it by, and with who says so. */
static void name_claim(struct sl_arena *a, const struct sl_revision *rev, const struct sl_record *rec,
                       struct sl_estimate_claim *x, struct sl_err *e)
{
	struct sl_str id = sl_record_text(rec, "id"), document = sl_record_text(rec, "document");
	double number = sl_record_number(rec, "claim_number");

	if (e->code)
		return;
	if (!id.n && document.n && number >= 0)
		id = sl_str_from(sl_arena_printf(a, e, "%.*s, %.0f", SL_STR_ARG(document), number));
	else
		id = kept(a, id.n ? id : rev->identity, e);
	x->id = x->name = id;
	if (!e->code && x->said_by.n)
		x->name = sl_str_from(sl_arena_printf(a, e, "%.*s (%.*s)", SL_STR_ARG(id), SL_STR_ARG(x->said_by)));
}

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	static const char *const sayers[] = {"attributed_to", "publisher", "title", "document", NULL};
	static const char *const origins[] = {"origin", "via", "document", NULL};
	struct sl_estimate_claims *c = ctx;
	struct sl_estimate_claim x = {.date = rev->effective,
	                              .reliability = letter(rec, "source_reliability"),
	                              .information = letter(rec, "information_reliability")};
	struct sl_err problem = {0};
	char uuid[37];

	if (!is_about_area(rec))
		return SL_OK;
	sl_uuid_text(rev->record, uuid);
	x.record = kept(c->a, sl_str_from(uuid), e);
	x.said_by = kept(c->a, first_of(rec, sayers), e);
	x.document = kept(c->a, sl_record_text(rec, "document"), e);
	name_claim(c->a, rev, rec, &x, e);
	if (sl_date_is_none(x.date))
		x.date = sl_record_date(rec, "published_date");
	x.claim = (struct sl_area_claim){.subject = kept(c->a, sl_record_text(rec, "subject"), e),
	                                 .attribute = kept(c->a, sl_record_text(rec, "attribute"), e),
	                                 .unit = kept(c->a, sl_record_text(rec, "unit"), e),
	                                 .origin = kept(c->a, first_of(rec, origins), e),
	                                 .admin1 = kept(c->a, sl_record_text(rec, "admin1"), e),
	                                 .low = sl_record_number(rec, "value_low"),
	                                 .high = sl_record_number(rec, "value_high"),
	                                 .denies = sl_record_has_code(rec, "claim_direction", "DENY"),
	                                 .low_m2 = (double)NAN,
	                                 .high_m2 = (double)NAN};
	if (!x.claim.admin1.n)
		x.claim.admin1 = kept(c->a, sl_record_text(rec, "admin1_name"), e);
	if (e->code)
		return e->code;
	x.readable = !sl_area_claim_read(&x.claim, "the claim", &problem);
	if (!x.readable)
		x.problem = kept(c->a, sl_str_from(problem.msg), e);
	c->v = sl_arena_grow(c->a, c->v, &c->cap, c->n + 1, sizeof *c->v, e);
	if (c->v)
		c->v[c->n++] = x;
	return e->code;
}

enum sl_code sl_estimate_claims_read(struct sl_programme *p, struct sl_arena *a, struct sl_date as_of,
                                     struct sl_estimate_claims *out, struct sl_err *e)
{
	struct sl_query sources = {.kind = sl_dictionary_kind(p->dict, SL_STR("source")), .as_of = as_of};

	*out = (struct sl_estimate_claims){.a = a};
	return sl_store_each(p->db, &sources, false, take, out, e);
}

/* ---- tables of what remains ---- */

enum series { SERIES_REMAINING, SERIES_RELEASED, SERIES_ADDED, SERIES };

static int series_of(const struct sl_estimate_claim *c)
{
	static const char *const words[SERIES][2] = {
	    {"remaining", "remaining area"}, {"released", "released area"}, {"added", "added area"}};

	for (int i = 0; i < SERIES; i++)
		for (int k = 0; k < 2; k++)
			if (sl_str_is_nocase(sl_str_trim(c->claim.attribute), words[i][k]))
				return c->readable && !c->claim.denies ? i : -1;
	return -1;
}

/* A claim with both ends, and one with one, is one figure: what the table prints. */
static double figure_of(const struct sl_estimate_claim *c)
{
	return isnan(c->claim.low_m2) ? c->claim.high_m2 : c->claim.low_m2;
}

/* The last place that is printed, in m2: 474.26 km2 is rounded to 0.01 km2. */
static double place_of(const struct sl_estimate_claim *c)
{
	double x = isnan(c->claim.low) ? c->claim.high : c->claim.low, unit = 1, m2;

	if (!sl_area_unit(c->claim.unit, &m2))
		return 0;
	for (int i = 0; i < 6 && fabs(x / unit - nearbyint(x / unit)) > 1e-6 * fmax(1, fabs(x / unit)) * unit;
	     i++)
		unit /= 10;
	return unit * m2;
}

static bool same_table(const struct sl_estimate_claim *a, const struct sl_estimate_claim *b)
{
	return sl_str_eq(a->document, b->document) && sl_str_eq(a->claim.subject, b->claim.subject);
}

static double reported(const struct sl_estimate_claims *c, const struct sl_estimate_claim *like,
                       enum series series, struct sl_str region, struct sl_date after, struct sl_date until)
{
	double sum = (double)NAN;

	for (size_t i = 0; i < c->n; i++) {
		const struct sl_estimate_claim *x = &c->v[i];

		if (series_of(x) == (int)series && same_table(x, like) && sl_str_eq(x->claim.admin1, region) &&
		    x->date.day > after.day && x->date.day <= until.day)
			sum = (isnan(sum) ? 0 : sum) + figure_of(x);
	}
	return sum;
}

static void say_findings(struct sl_statement *s, struct sl_str of, const struct sl_stock_table *t,
                         struct sl_err *e)
{
	static const char *const said[] = {
	    [SL_STOCK_RESIDUAL] = SL_TEXT(
	        "analysis",
	        "{table}: {closing} km² remain where {opening} km², what was added and what was released leave "
	        "{expected} km²: {by} km² are not explained."),
	    [SL_STOCK_ROSE] = SL_TEXT(
	        "analysis", "{table}: what remains rose from {opening} to {closing} km², and nothing says what "
	                    "was added."),
	    [SL_STOCK_REGION_ROSE] = SL_TEXT(
	        "analysis",
	        "{table}: {region} rose from {opening} to {closing} km² while the whole fell: something was "
	        "surveyed again or added, and hides in the difference of the totals."),
	    [SL_STOCK_PARTS_OPENING] = SL_TEXT(
	        "analysis", "{table}: at the start the regions do not add up to the total: {by} km² differ."),
	    [SL_STOCK_PARTS_CLOSING] = SL_TEXT(
	        "analysis", "{table}: at the end the regions do not add up to the total: {by} km² differ."),
	    [SL_STOCK_LAND] =
	        SL_TEXT("analysis",
	                "{table}: the total is {percent} % of all land of the country: that is no hazardous "
	                "area.")};
	struct sl_stock_finding *v;
	size_t n;

	if (e->code || sl_stock_judge(s->a, t, &v, &n, e))
		return;
	for (size_t i = 0; i < n; i++)
		sl_statement_say(s, SL_SAYS_WARNING, said[v[i].fault],
		                 SL_SAID({"table", .text = of}, {"region", .text = v[i].region},
		                         {"opening", .number = v[i].opening / 1e6, .decimals = 3},
		                         {"closing", .number = v[i].closing / 1e6, .decimals = 3},
		                         {"expected", .number = (v[i].closing - v[i].by) / 1e6, .decimals = 3},
		                         {"by", .number = fabs(v[i].by) / 1e6, .decimals = 3},
		                         {"percent", .number = v[i].by * 100, .decimals = 0}),
		                 e);
}

static void judge_pair(struct sl_statement *s, const struct sl_estimate_claims *c,
                       const struct sl_estimate_claim *opening, const struct sl_estimate_claim *closing,
                       double land_m2, struct sl_err *e)
{
	struct sl_stock_row *row = e->code ? NULL : sl_arena_alloc(s->a, c->n, sizeof *row, e);
	struct sl_date before_opening = {opening->date.day - 1}, before_closing = {closing->date.day - 1};
	struct sl_stock_table t = {
	    .whole = {{0}, figure_of(opening), figure_of(closing)},
	    .row = row,
	    .released = reported(c, closing, SERIES_RELEASED, SL_STR(""), opening->date, closing->date),
	    .added = reported(c, closing, SERIES_ADDED, SL_STR(""), opening->date, closing->date),
	    .land = land_m2,
	    .unit = fmin(place_of(opening), place_of(closing))};
	char from[11], to[11], *name;

	for (size_t i = 0; row && i < c->n; i++) {
		const struct sl_estimate_claim *x = &c->v[i];

		if (series_of(x) != SERIES_REMAINING || !x->claim.admin1.n || !same_table(x, opening) ||
		    x->date.day != opening->date.day)
			continue;
		row[t.n_rows++] = (struct sl_stock_row){
		    x->claim.admin1,
		    reported(c, opening, SERIES_REMAINING, x->claim.admin1, before_opening, opening->date),
		    reported(c, closing, SERIES_REMAINING, x->claim.admin1, before_closing, closing->date)};
		t.unit = fmin(t.unit, place_of(x));
	}
	sl_date_text(opening->date, from);
	sl_date_text(closing->date, to);
	name = row ? sl_arena_printf(s->a, e, "%.*s, %s - %s", SL_STR_ARG(opening->document), from, to) : NULL;
	if (name)
		say_findings(s, sl_str_from(name), &t, e);
}

enum sl_code sl_estimate_claimed_stock(struct sl_statement *s, struct sl_estimate_claims *c, double land_m2,
                                       struct sl_err *e)
{
	for (size_t i = 0; i < c->n; i++) { /* each total with the next of its table */
		const struct sl_estimate_claim *opening = &c->v[i], *closing = NULL;
		bool first = true;

		if (series_of(opening) != SERIES_REMAINING || opening->claim.admin1.n)
			continue;
		for (size_t k = 0; k < c->n; k++) {
			const struct sl_estimate_claim *x = &c->v[k];

			if (k == i || series_of(x) != SERIES_REMAINING || x->claim.admin1.n || !same_table(x, opening))
				continue;
			first &= x->date.day >= opening->date.day;
			if (x->date.day > opening->date.day && (!closing || x->date.day < closing->date.day))
				closing = x;
		}
		if (closing) {
			judge_pair(s, c, opening, closing, land_m2, e);
		} else if (first) { /* the only one: of its size alone something can be said */
			struct sl_stock_table t = {.whole = {{0}, (double)NAN, figure_of(opening)},
			                           .released = (double)NAN,
			                           .added = (double)NAN,
			                           .land = land_m2,
			                           .unit = place_of(opening)};

			say_findings(s, opening->name, &t, e);
		}
	}
	return e->code;
}

static double m2_of(const struct sl_stock *s)
{
	return sl_mm2_to_m2(s->mm2[0] + s->mm2[1]);
}

enum sl_code sl_estimate_own_stock(struct sl_statement *s, struct sl_programme *p, struct sl_date as_of,
                                   const struct sl_ledger *ledger, double land_m2, struct sl_err *e)
{
	int year, month, day;
	char from[11], to[11], *name;
	struct sl_account_request r = {.from = from, .to = to, .by = "admin1", .ledger = ledger};
	struct sl_account_answer x = {0};
	const struct sl_account_line *all;
	struct sl_stock_row *row;
	struct sl_date d;

	sl_date_to_ymd(as_of, &year, &month, &day);
	year -= month != 12 || day != 31;
	if (e->code || !sl_date_from_ymd(year, 1, 1, &d))
		return e->code;
	sl_date_text(d, from);
	if (!sl_date_from_ymd(year, 12, 31, &d))
		return SL_OK;
	sl_date_text(d, to);
	if (!sl_account_answer(p, &r, &x, e) &&
	    (row = sl_arena_alloc(s->a, x.account.n_lines + 1, sizeof *row, e))) {
		struct sl_stock_table t = {.row = row,
		                           .n_rows = x.account.n_lines,
		                           .land = land_m2,
		                           .unit = 1000}; /* as printed: 0.001 km² */

		all = &x.account.total;
		t.whole = (struct sl_stock_row){{0}, m2_of(&all->opening), m2_of(&all->closing)};
		t.released = sl_mm2_to_m2(all->flow[SL_FLOW_CANCELLED] + all->flow[SL_FLOW_REDUCED] +
		                          all->flow[SL_FLOW_CLEARED] + all->flow[SL_FLOW_BOUNDARY_LOSS] +
		                          all->flow[SL_FLOW_WITHDRAWN]);
		t.added = sl_mm2_to_m2(all->flow[SL_FLOW_NEW_SHA] + all->flow[SL_FLOW_NEW_CHA] +
		                       all->flow[SL_FLOW_REOPENED] + all->flow[SL_FLOW_BOUNDARY_GAIN]);
		for (size_t i = 0; i < x.account.n_lines; i++)
			row[i] =
			    (struct sl_stock_row){kept(s->a, x.account.line[i].key, e),
			                          m2_of(&x.account.line[i].opening), m2_of(&x.account.line[i].closing)};
		name = sl_arena_printf(s->a, e, "%s - %s", from, to);
		if (name)
			say_findings(s, sl_str_from(name), &t, e);
	}
	sl_account_done(&x);
	return e->code;
}
