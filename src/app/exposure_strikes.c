/* Strike records beside what is known: indirect evidence of cluster munition remnants and other ordnance,
 * never a hazard. */
#include "app/exposure_parts.h"

#include "base/map.h"
#include "base/parallel.h"

#include <math.h>
#include <stdlib.h>

struct tally { /* of one province */
	size_t n, on_hazard, surveyed, neither, beside;
	struct sl_date first, last;
};

struct judging {
	const struct sl_exposure_results *r;
	const struct sl_near *hazards, *surveyed, *provinces;
	uint8_t *where;     /* 0 neither, 1 on a hazard, 2 on surveyed land, 3 neither but near a hazard */
	uint32_t *province; /* SL_NEAR_NONE */
};

static enum sl_code judge(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct judging *j = ctx;

	(void)worker;
	(void)e;
	for (size_t i = first; i < last; i++) {
		const double *p = j->r->strikes.v[i].at.xy;
		double near = sl_near_point(j->hazards, p[0], p[1], j->r->within_m[j->r->n_bands - 1], NULL);

		j->where[i] = near <= 0                                              ? 1
		              : sl_near_point(j->surveyed, p[0], p[1], 0, NULL) <= 0 ? 2
		              : isfinite(near)                                       ? 3
		                                                                     : 0;
		sl_near_point(j->provinces, p[0], p[1], 0, &j->province[i]);
	}
	return SL_OK;
}

static enum sl_code near_of(struct sl_arena *a, const struct sl_exposure_rows *rows, struct sl_near **out,
                            struct sl_err *e)
{
	struct sl_geom *at = sl_arena_alloc(a, rows->n, sizeof *at, e);

	for (size_t i = 0; at && i < rows->n; i++)
		at[i] = rows->v[i].at;
	return at ? sl_near_build(a, at, rows->n, out, e) : e->code;
}

static void count(struct tally *t, uint8_t where, struct sl_date day)
{
	t->n++;
	t->on_hazard += where == 1;
	t->surveyed += where == 2;
	t->neither += where == 0 || where == 3;
	t->beside += where == 3;
	if (t->n == 1 || day.day < t->first.day)
		t->first = day;
	if (t->n == 1 || day.day > t->last.day)
		t->last = day;
}

static const struct sl_statement_column columns[] = {
    {"province", SL_TEXT("analysis", "Province"), NULL, true, 0},
    {"strikes", SL_TEXT("analysis", "Strikes recorded"), NULL, false, 0},
    {"on_hazards", SL_TEXT("analysis", "On recorded hazards"), NULL, false, 0},
    {"surveyed", SL_TEXT("analysis", "On surveyed land, not on a hazard"), NULL, false, 0},
    {"neither", SL_TEXT("analysis", "Neither"), NULL, false, 0},
    {"share_neither", SL_TEXT("analysis", "Share of neither"), SL_TEXT("analysis-unit", "%"), false, 1},
    {"beside", SL_TEXT("analysis", "Neither, but within the widest distance of a hazard"), NULL, false, 0},
    {"first", SL_TEXT("analysis", "First"), NULL, true, 0},
    {"last", SL_TEXT("analysis", "Last"), NULL, true, 0},
};

static void put_row(struct sl_statement *s, struct sl_statement_table *t, struct sl_str name,
                    const struct tally *x, struct sl_err *e)
{
	struct sl_statement_cell *cell = sl_statement_row(s, t, e);
	char *day[2];

	for (int k = 0; k < 2; k++) {
		char text[11];

		sl_date_text(k ? x->last : x->first, text);
		day[k] = cell ? sl_arena_printf(s->a, e, "%s", text) : NULL;
		if (!day[k])
			return;
		cell[7 + k].text = sl_str_from(day[k]);
	}
	cell[0].text = name;
	cell[1].number = (double)x->n;
	cell[2].number = (double)x->on_hazard;
	cell[3].number = (double)x->surveyed;
	cell[4].number = (double)x->neither;
	cell[5].number = 100 * (double)x->neither / (double)x->n;
	cell[6].number = (double)x->beside;
}

static int by_bytes(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return x[0] != y[0] ? (x[0] < y[0] ? -1 : 1) : (x[1] > y[1]) - (x[1] < y[1]);
}

static size_t positions(struct sl_arena *a, const struct sl_exposure_rows *rows, struct sl_err *e)
{
	double *xy = sl_arena_alloc(a, 2 * rows->n, sizeof *xy, e);
	size_t n = 0;

	if (!xy)
		return 0;
	for (size_t i = 0; i < rows->n; i++) {
		xy[2 * i] = rows->v[i].at.xy[0];
		xy[2 * i + 1] = rows->v[i].at.xy[1];
	}
	qsort(xy, rows->n, 2 * sizeof *xy, by_bytes);
	for (size_t i = 0; i < rows->n; i++)
		n += !i || by_bytes(xy + 2 * i, xy + 2 * i - 2) != 0;
	return n;
}

static void say(struct sl_statement *s, const struct sl_exposure_results *r, const struct tally *all,
                size_t places, struct sl_err *e)
{
	sl_statement_figure(s,
	                    (struct sl_quantity){.name = "strikes",
	                                         .label = SL_TEXT("analysis", "Strikes recorded"),
	                                         .value = (double)all->n,
	                                         .source = sl_str_from(r->strikes.file)},
	                    e);
	sl_statement_figure(
	    s,
	    (struct sl_quantity){
	        .name = "strikes_neither",
	        .label = SL_TEXT("analysis", "of them neither on a recorded hazard nor on surveyed land"),
	        .value = (double)all->neither},
	    e);
	sl_statement_say(
	    s, SL_SAYS_ANSWER,
	    SL_TEXT("analysis",
	            "Of {n} strikes recorded, {hazard} lie on a recorded hazard, {surveyed} on other "
	            "land that was surveyed, cleared or released, and {neither} on neither."),
	    SL_SAID({"n", .number = (double)all->n}, {"hazard", .number = (double)all->on_hazard},
	            {"surveyed", .number = (double)all->surveyed}, {"neither", .number = (double)all->neither}),
	    e);
	sl_statement_say(
	    s, SL_SAYS_WARNING,
	    SL_TEXT("analysis",
	            "The {n} strikes have {places} positions: several at one position may be several "
	            "sorties or one written twice, and a position may be that of a target or a grid square."),
	    SL_SAID({"n", .number = (double)all->n}, {"places", .number = (double)places}), e);
	sl_statement_say(
	    s, SL_SAYS_NOT_SHOWN,
	    SL_TEXT("analysis",
	            "A strike record is indirect evidence: it shows that something was dropped near there, "
	            "not that anything remains, and it makes no hazard. Where none is recorded there may have "
	            "been some."),
	    NULL, 0, e);
}

enum sl_code sl_exposure_say_strikes(struct sl_statement *s, const struct sl_env *env,
                                     const struct sl_exposure_results *r, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_near *near[3];
	const struct sl_exposure_rows *const rows[] = {&r->every_hazard, &r->surveyed, &r->provinces};
	struct judging j = {.r = r};
	struct tally *t = sl_arena_alloc(&a, r->provinces.n + 1, sizeof *t, e), all = {0};
	struct sl_statement_table *table;
	size_t n = r->strikes.n;

	for (int i = 0; t && i < 3; i++)
		if (near_of(&a, rows[i], &near[i], e))
			goto done;
	j.where = t ? sl_arena_alloc(&a, n, sizeof *j.where, e) : NULL;
	j.province = j.where ? sl_arena_alloc(&a, n, sizeof *j.province, e) : NULL;
	if (!j.province)
		goto done;
	j.hazards = near[0];
	j.surveyed = near[1];
	j.provinces = near[2];
	if (sl_parallel(env, n, 256, judge, &j, e))
		goto done;
	for (size_t i = 0; i < n; i++) {
		size_t p = j.province[i] == SL_NEAR_NONE ? r->provinces.n : j.province[i];

		count(&t[p], j.where[i], r->strikes.v[i].date);
		count(&all, j.where[i], r->strikes.v[i].date);
	}
	say(s, r, &all, positions(&a, &r->strikes, e), e);
	table = sl_statement_table(
	    s, "strikes",
	    SL_TEXT("analysis", "Strikes recorded, beside hazards (open or closed) and survey, by province"),
	    columns, sizeof columns / sizeof *columns, e);
	for (size_t p = 0; table && p <= r->provinces.n; p++) {
		const struct sl_exposure_row *row = p < r->provinces.n ? &r->provinces.v[p] : NULL;

		if (t[p].n)
			put_row(s, table, !row ? SL_STR("-") : row->name.n ? row->name : row->id, &t[p], e);
	}
	if (t[r->provinces.n].n)
		sl_statement_say(
		    s, SL_SAYS_WARNING,
		    SL_TEXT("analysis",
		            "{n} strikes lie in no province whose outline is recorded; they stand under -."),
		    SL_SAID({"n", .number = (double)t[r->provinces.n].n}), e);
done:
	sl_arena_done(&a);
	return e->code;
}
