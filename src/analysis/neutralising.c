#include "analysis/neutralising.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

const struct sl_neutral_claim sl_neutral_limit[SL_NEUTRAL_LIMITS] = {
    {.kind = SL_NEUTRAL_FAILURE, .low = 0, .high = 0.10, .after_hours = 30 * 24},
    {.kind = SL_NEUTRAL_FAILURE, .low = 0, .high = 0.001, .after_hours = 120 * 24},
};

enum sl_code sl_neutral_check(const struct sl_neutral_claim *claim, size_t n, struct sl_err *e)
{
	for (size_t i = 0; i < n; i++) {
		const struct sl_neutral_claim *c = &claim[i];

		if (isinf(c->low) || isinf(c->high) || isinf(c->after_hours))
			return sl_fail(e, SL_INVALID,
			               "claim %zu: a value without end is none; leave it empty when it is not said",
			               i + 1);
		if (c->low < 0 || c->high < 0 || c->after_hours < 0)
			return sl_fail(e, SL_INVALID, "claim %zu: %g is less than 0", i + 1,
			               c->low < 0    ? c->low
			               : c->high < 0 ? c->high
			                             : c->after_hours);
		if (c->kind == SL_NEUTRAL_FAILURE && (c->low > 1 || c->high > 1))
			return sl_fail(e, SL_INVALID, "claim %zu: a share of %g; shares are 0 to 1 (or 0 to 100 %%)",
			               i + 1, c->high > 1 ? c->high : c->low);
		if (c->low > c->high)
			return sl_fail(e, SL_INVALID, "claim %zu: at least %g and at most %g", i + 1, c->low, c->high);
	}
	return SL_OK;
}

static double or_else(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

/* What fails, fails for good: at least the lower share functions at every age, at most the upper one from
 * its age on. */
static struct sl_share failing(const struct sl_neutral_claim *c, double age_hours)
{
	return (struct sl_share){or_else(c->low, 0),
	                         age_hours < or_else(c->after_hours, 0) ? 1 : or_else(c->high, 1)};
}

/* All points of one origin at an age: where they fit together, what they have in common. */
static bool failing_of(const struct sl_neutral_claim *claim, size_t n, int origin, double age_hours,
                       struct sl_share *out)
{
	struct sl_share both = {0, 1}, either = {1, 0};
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		struct sl_share s;

		if (claim[i].kind != SL_NEUTRAL_FAILURE || claim[i].origin != origin)
			continue;
		any = true;
		s = failing(&claim[i], age_hours);
		both = (struct sl_share){fmax(both.low, s.low), fmin(both.high, s.high)};
		either = (struct sl_share){fmin(either.low, s.low), fmax(either.high, s.high)};
	}
	*out = !any ? (struct sl_share){0, 1} : both.low <= both.high ? both : either;
	return any;
}

static void widen(struct sl_share *s, struct sl_share by)
{
	*s = (struct sl_share){fmin(s->low, by.low), fmax(s->high, by.high)};
}

/* Which share fails once the active life that `c` claims is over: what its own origin says, else what all
 * say. */
static struct sl_share failing_beside(const struct sl_neutral_claim *claim, size_t n,
                                      const struct sl_neutral_claim *c, double age_hours)
{
	struct sl_share s, all = {1, 0};

	if (failing_of(claim, n, c->origin, age_hours, &s))
		return s;
	for (size_t i = 0; i < n; i++)
		if (claim[i].kind == SL_NEUTRAL_FAILURE && failing_of(claim, n, claim[i].origin, age_hours, &s))
			widen(&all, s);
	return all.low <= all.high ? all : (struct sl_share){0, 1};
}

/* Still functioning at one age.  A life: all of them under its lower end; the share that fails from its
 * upper end on; between the two, anything from that share to all. */
static struct sl_neutral_view at_age(const struct sl_neutral_claim *claim, size_t n, size_t i,
                                     double age_hours)
{
	const struct sl_neutral_claim *c = &claim[i];
	struct sl_neutral_view v;

	if (c->kind == SL_NEUTRAL_FAILURE) {
		v.word = failing(c, age_hours);
		failing_of(claim, n, c->origin, age_hours, &v.bound);
		v.alone = age_hours >= c->after_hours; /* false when no age is said */
		return v;
	}
	v.alone = true;
	v.bound = failing_beside(claim, n, c, age_hours);
	v.word = (struct sl_share){0, 0};
	if (!(age_hours >= c->high)) /* also when no end is said */
		v.word.high = v.bound.high = 1;
	if (age_hours < c->low)
		v.word.low = v.bound.low = 1;
	return v;
}

/* The envelope of one age: of the claims that speak of it. */
static struct sl_share envelope_of(const struct sl_neutral_view *view, size_t n)
{
	struct sl_share all = {1, 0};

	for (size_t i = 0; i < n; i++)
		if (view[i].alone)
			widen(&all, view[i].bound);
	return all.low <= all.high ? all : (struct sl_share){0, 1};
}

void sl_neutral_shares(const struct sl_neutral_claim *claim, size_t n, double age_low_hours,
                       double age_high_hours, struct sl_neutral_view *view, struct sl_share *envelope)
{
	struct sl_share all;

	for (size_t i = 0; i < n; i++)
		view[i] = at_age(claim, n, i, age_low_hours);
	all = envelope_of(view, n);
	/* Fewer function the older they are, and more claims speak: the two ends take in what lies between. */
	for (size_t i = 0; i < n; i++) {
		struct sl_neutral_view young = view[i], old = at_age(claim, n, i, age_high_hours);

		view[i] = old;
		widen(&view[i].word, young.word);
		widen(&view[i].bound, young.bound);
		if (old.alone)
			widen(&all, old.bound);
	}
	*envelope = all;
}

bool sl_neutral_differ(const struct sl_neutral_claim *a, const struct sl_neutral_claim *b)
{
	if (a->kind != b->kind || a->origin == b->origin)
		return false;
	if (a->kind == SL_NEUTRAL_FAILURE && or_else(a->after_hours, -1) != or_else(b->after_hours, -1))
		return false;
	return or_else(a->low, -1) != or_else(b->low, -1) || or_else(a->high, -1) != or_else(b->high, -1);
}

int64_t sl_binomial_quantile(int64_t n, double share, double p)
{
	int64_t low = 0, high = n;

	if (share <= 0)
		return 0;
	if (share >= 1)
		return n;
	while (low < high) {
		int64_t middle = low + (high - low) / 2;

		if (gsl_cdf_binomial_P((unsigned)middle, share, (unsigned)n) >= p)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

enum sl_code sl_neutral_items(int64_t items_low, int64_t items_high, struct sl_share share, double level,
                              struct sl_neutral_count *out, struct sl_err *e)
{
	if (items_low < 0 || items_high < items_low || items_high > SL_NEUTRAL_ITEMS_MAX)
		return sl_fail(e, SL_INVALID, "%lld to %lld items: a number from 0 to %d, the lower one first",
		               (long long)items_low, (long long)items_high, SL_NEUTRAL_ITEMS_MAX);
	if (!(share.low >= 0 && share.low <= share.high && share.high <= 1))
		return sl_fail(e, SL_INVALID, "a share of %g to %g: shares lie between 0 and 1", share.low,
		               share.high);
	if (!(level > 0 && level < 1))
		return sl_fail(e, SL_INVALID, "an interval of level %g: it lies between 0 and 1", level);
	*out = (struct sl_neutral_count){
	    .expected_low = (double)items_low * share.low,
	    .expected_high = (double)items_high * share.high,
	    .low = (double)sl_binomial_quantile(items_low, share.low, (1 - level) / 2),
	    .high = (double)sl_binomial_quantile(items_high, share.high, 1 - (1 - level) / 2),
	};
	return SL_OK;
}
