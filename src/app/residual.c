/* The analysis "residual": what it asks, and which releases it speaks of. */
#include "app/residual.h"
#include "app/neutralising.h"

#include <math.h>

static const struct sl_analysis_parameter parameters[] = {
    {"record",
     SL_TEXT(
         "analysis",
         "One release, or all of a hazard, activity or task; otherwise all releases of searched ground"),
     SL_ANALYSIS_RECORD, .otherwise = NULL},
    {"as-of", SL_TEXT("analysis", "As effective by this day; otherwise the latest"), SL_ANALYSIS_DATE,
     .otherwise = NULL},
    {"detection",
     SL_TEXT("analysis", "Probability that one pass finds an item, where the release does not say it"),
     SL_ANALYSIS_SHARE, .otherwise = NULL},
    {"trials", SL_TEXT("analysis", "Test items behind that probability; 0 takes it as exactly known"),
     SL_ANALYSIS_COUNT, .otherwise = "59"},
    {"passes", SL_TEXT("analysis", "Passes, where the release does not say how many"), SL_ANALYSIS_COUNT,
     .low = 0, .high = SL_PASSES_MAX, .otherwise = "1"},
    {"coverage",
     SL_TEXT("analysis", "Share of the ground searched, where the release does not say how much"),
     SL_ANALYSIS_SHARE, .otherwise = "1"},
    {"shared",
     SL_TEXT("analysis", "Share of misses that all passes have in common: 0 independent, 1 the same items"),
     SL_ANALYSIS_SHARE, .otherwise = "0.5"},
    {"hidden", SL_TEXT("analysis", "Share of the items that no pass of this kind can find"),
     SL_ANALYSIS_SHARE, .otherwise = "0"},
    {"sample-detection",
     SL_TEXT("analysis",
             "Probability that a quality sample finds an item on its ground; otherwise that of the search"),
     SL_ANALYSIS_SHARE, .otherwise = NULL},
    {"detection-table",
     SL_TEXT("analysis",
             "CSV: method, soil, depth_from_cm, depth_to_cm, share, probability, trials, source"),
     SL_ANALYSIS_FILE, .otherwise = NULL},
    {"effort",
     SL_TEXT("analysis",
             "CSV: release, method, coverage, passes, probability, trials; a row for each kind of pass"),
     SL_ANALYSIS_FILE, .otherwise = NULL},
    {"contaminated", SL_TEXT("analysis", "Prior probability that searched ground held anything"),
     SL_ANALYSIS_SHARE, .otherwise = "0.3333"},
    {"density", SL_TEXT("analysis", "Prior density of ground that held anything"), SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "items a hectare"), .low = 1e-6, .high = 1e6, .otherwise = "10"},
    {"spread", SL_TEXT("analysis", "Spread of that density from release to release (of its logarithm)"),
     SL_ANALYSIS_NUMBER, .low = 0, .high = 5, .otherwise = "1.2"},
    {"clump",
     SL_TEXT("analysis", "Unevenness: size of the negative binomial of a hectare; small is clumped"),
     SL_ANALYSIS_NUMBER, .low = 1e-6, .high = 1e6, .otherwise = "0.2"},
    {"clump-spread",
     SL_TEXT("analysis", "Spread of that unevenness from release to release (of its logarithm)"),
     SL_ANALYSIS_NUMBER, .low = 0, .high = 5, .otherwise = "1.727"},
    {"cell", SL_TEXT("analysis", "Side of a cell"), SL_ANALYSIS_NUMBER,
     .unit = SL_TEXT("analysis-unit", "m"), .low = 1, .high = 10000, .otherwise = "10"},
    {"target", SL_TEXT("analysis", "Level for the advice when to stop: probability that nothing is left"),
     SL_ANALYSIS_SHARE, .otherwise = "0.95"},
    {"scatter",
     SL_TEXT("analysis",
             "Distance round an item's place within which half of its like lie, for the fade-out"),
     SL_ANALYSIS_NUMBER, .unit = SL_TEXT("analysis-unit", "m"), .low = 0.01, .high = 10000,
     .otherwise = NULL},
    {"clock", SL_TEXT("analysis", "Also ordnance that is said to neutralise itself"), SL_ANALYSIS_FLAG,
     .otherwise = NULL},
    {.name = NULL},
};

static double number(const struct sl_analysis_question *q, const char *name)
{
	return sl_analysis_given(q, name)->number;
}

static enum sl_code read_settings(struct sl_arena *a, const struct sl_analysis_question *q,
                                  struct sl_residual_settings *out, struct sl_err *e)
{
	const struct sl_analysis_answer *table = sl_analysis_given(q, "detection-table");
	const char *path;

	*out = (struct sl_residual_settings){
	    .prior = sl_residual_prior_default(),
	    .probability = number(q, "detection"),
	    .trials = number(q, "trials"),
	    .passes = number(q, "passes"),
	    .coverage = number(q, "coverage"),
	    .shared = number(q, "shared"),
	    .hidden = number(q, "hidden"),
	    .sample_probability = number(q, "sample-detection"),
	    .cell_m = number(q, "cell"),
	    .target = number(q, "target"),
	    .scatter_m = number(q, "scatter"),
	    .fade_share = 1e-6,
	    .as_of = sl_analysis_given(q, "as-of")->date,
	};
	out->prior.contaminated = number(q, "contaminated");
	out->prior.mean_ha = number(q, "density");
	out->prior.spread = number(q, "spread");
	out->prior.clump = number(q, "clump");
	out->prior.clump_spread = number(q, "clump-spread");
	if (!table->given)
		return SL_OK;
	if (!(path = sl_str_dup(a, table->text, e)))
		return e->code;
	return sl_residual_read_detection(a, path, out, e);
}

/* Which of the releases: the record itself, or those that name this hazard, task or activity. */
struct wanted {
	struct sl_str kind, id;
	bool all;
};

static enum sl_code take_identity(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_err *e)
{
	(void)rec;
	(void)e;
	*(int64_t *)ctx = rev->record_number;
	return SL_OK;
}

static enum sl_code find_wanted(struct sl_programme *p, struct sl_arena *a,
                                const struct sl_analysis_question *q, struct wanted *out, struct sl_err *e)
{
	const struct sl_analysis_answer *record = sl_analysis_given(q, "record");
	const struct sl_kind *kind;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_uuid uuid;
	int64_t n = 0;

	*out = (struct wanted){.all = !record->given};
	if (out->all)
		return SL_OK;
	if (sl_store_find(p->db, record->text, &uuid, &kind, e))
		return e->code;
	if (!sl_str_is(kind->name, "release") && !sl_str_is(kind->name, "hazard") &&
	    !sl_str_is(kind->name, "activity") && !sl_str_is(kind->name, "task"))
		return sl_fail(e, SL_INVALID,
		               "'%.*s' is a record of kind %.*s: residual risk is of a release, or of those of a "
		               "hazard, activity or task",
		               SL_STR_ARG(record->text), SL_STR_ARG(kind->name));
	if (sl_store_history(p->db, uuid, take_identity, &n, e) ||
	    sl_store_by_number(p->db, a, n, &rev, &rec, e))
		return e->code;
	out->kind = kind->name;
	out->id = rev.identity;
	return SL_OK;
}

static bool is_wanted(const struct wanted *w, const struct sl_residual_site *site)
{
	struct sl_str of = sl_str_is(w->kind, "release")  ? site->id
	                   : sl_str_is(w->kind, "hazard") ? site->hazard
	                   : sl_str_is(w->kind, "task")   ? site->task
	                                                  : site->activity;

	return w->all || sl_str_eq(w->id, of);
}

static enum sl_code nothing_wanted(const struct wanted *w, struct sl_err *e)
{
	if (w->all)
		return sl_fail(
		    e, SL_INVALID,
		    "no release of cleared or technically reduced ground is recorded: there is nothing to judge");
	return sl_fail(e, SL_INVALID,
	               "%.*s '%.*s' has no release of cleared or technically reduced ground: what was not "
	               "searched cannot be judged by a search",
	               SL_STR_ARG(w->kind), SL_STR_ARG(w->id));
}

static enum sl_code judge_all(const struct sl_env *env, struct sl_arena *a, struct sl_residual_work *work,
                              const struct sl_residual_settings *set,
                              const struct sl_residual_site_list *list, const struct wanted *wanted,
                              struct sl_residual_result *r, size_t n, struct sl_err *e)
{
	struct sl_arena scratch = {0};
	size_t k = 0;

	for (size_t i = 0; i < list->n && !e->code; i++)
		if (is_wanted(wanted, &list->v[i])) {
			struct sl_arena_mark mark = sl_arena_mark(&scratch);

			if (sl_env_stopped(env)) {
				(void)sl_fail(e, SL_CANCELLED, "interrupted");
				break;
			}
			/* Cells are kept of a single release only: a country's do not fit. */
			(void)!sl_residual_judge(n == 1 ? a : &scratch, work, set, list, &list->v[i], &r[k++], e);
			sl_arena_reset(&scratch, mark);
		}
	sl_arena_done(&scratch);
	return e->code;
}

/* Of the hazard that was asked for, or that of the one release; else of all. */
static enum sl_code say_clock(struct sl_programme *p, struct sl_arena *a, const struct wanted *w,
                              struct sl_str of_one, struct sl_date as_of, struct sl_statement *out,
                              struct sl_err *e)
{
	struct sl_str id = sl_str_is(w->kind, "hazard") ? w->id : of_one;
	const char *hazard = id.n ? sl_arena_printf(a, e, "hazard:%.*s", SL_STR_ARG(id)) : "";

	return hazard ? sl_clock_append(p, a, sl_str_from(hazard), as_of, out, e) : e->code;
}

static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
                        struct sl_statement *out, struct sl_err *e)
{
	const struct sl_analysis_answer *effort = sl_analysis_given(q, "effort");
	struct sl_residual_settings set;
	struct sl_residual_site_list *list;
	struct sl_residual_result *r;
	struct sl_residual_work *work;
	struct wanted wanted;
	const char *path;
	size_t n = 0, judged = 0;

	if (read_settings(a, q, &set, e) || find_wanted(p, a, q, &wanted, e) ||
	    sl_residual_gather(p, a, set.as_of, &list, e))
		return e->code;
	if (effort->given &&
	    (!(path = sl_str_dup(a, effort->text, e)) || sl_residual_read_effort(a, path, list, e)))
		return e->code;
	for (size_t i = 0; i < list->n; i++)
		n += is_wanted(&wanted, &list->v[i]);
	if (!n)
		return nothing_wanted(&wanted, e);
	if (!(r = sl_arena_alloc(a, n, sizeof *r, e)) || sl_residual_work_new(a, &set.prior, &work, e) ||
	    judge_all(p->env, a, work, &set, list, &wanted, r, n, e))
		return e->code;
	for (size_t i = 0; i < n; i++)
		judged += !r[i].why[0];
	if (!judged)
		return sl_fail(e, SL_INVALID,
		               n == 1 ? "%.*s: %s" : "%.*s: %s (and none of the other releases says more)",
		               SL_STR_ARG(r[0].site->id), r[0].why);
	sl_statement_begin(
	    out, a, "residual/1", SL_TEXT("analysis", "Residual risk of searched ground"),
	    "Gamma-Poisson with a point mass at zero, detection of passes with misses in common: "
	    "docs/method/residual.md; calibration after Talts et al. 2018, arXiv:1804.06788");
	if (n == 1)
		(void)!sl_residual_say_one(out, work, &set, &r[0], e);
	else
		(void)!sl_residual_say_many(out, &set, r, n, e);
	if (list->n_unplaced)
		sl_statement_say(
		    out, SL_SAYS_WARNING,
		    SL_TEXT("analysis", "Finds and quality samples of the programme that name no release on whose "
		                        "ground they can be put, and are left out: {n}."),
		    SL_SAID({"n", .number = (double)list->n_unplaced}), e);
	sl_residual_say_common(out, &set, e);
	if (!e->code && sl_analysis_given(q, "clock")->given)
		(void)!say_clock(p, a, &wanted, n == 1 ? r[0].site->hazard : SL_STR(""), set.as_of, out, e);
	return e->code;
}

const struct sl_analysis sl_analysis_residual = {
    "residual",
    SL_TEXT("analysis", "Residual risk of searched ground"),
    SL_TEXT("analysis", "What may be left after clearance: from search effort, finds and quality samples, "
                        "with its interval, and what one further pass or sample would change."),
    parameters,
    run,
};
