#include "analysis/detection.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* The rule of Gauss and Legendre with 12 points on 0..1 (Abramowitz and Stegun 1964, table 25.4).  A
 * constant table instead of gsl_integration_glfixed_table_alloc: it is read by all threads and needs no
 * free. */
#define LOW(x) (0.5 - (x) / 2)
#define HIGH(x) (0.5 + (x) / 2)
static const double node_at[SL_DETECTION_NODES] = {
    LOW(0.981560634246719251),  LOW(0.904117256370474857),  LOW(0.769902674194304687),
    LOW(0.587317954286617447),  LOW(0.367831498998180194),  LOW(0.125233408511468915),
    HIGH(0.125233408511468915), HIGH(0.367831498998180194), HIGH(0.587317954286617447),
    HIGH(0.769902674194304687), HIGH(0.904117256370474857), HIGH(0.981560634246719251),
};
static const double node_weight[SL_DETECTION_NODES] = {
    0.0235876681932559136, 0.0534696629976592155, 0.080039164271673113,  0.101583713361532961,
    0.1167462682691774043, 0.1245735229067013925, 0.1245735229067013925, 0.1167462682691774043,
    0.101583713361532961,  0.080039164271673113,  0.0534696629976592155, 0.0235876681932559136,
};

bool sl_is_share(double x)
{
	return x >= 0 && x <= 1;
}

const double *sl_detection_weights(size_t n)
{
	static const double one[1] = {1};

	return n == 1 ? one : node_weight;
}

static enum sl_code pass_check(const struct sl_pass *p, size_t n_bands, const char *what, struct sl_err *e)
{
	if (!sl_is_share(p->coverage))
		return sl_fail(e, SL_INVALID, "%s: the coverage %g is no share; write a number from 0 to 1", what,
		               p->coverage);
	if (!(p->trials >= 0) || !isfinite(p->trials))
		return sl_fail(e, SL_INVALID,
		               "%s: %g test items behind the detection probability; write their number, 0 or more",
		               what, p->trials);
	for (size_t i = 0; i < n_bands; i++)
		if (!sl_is_share(p->probability[i]))
			return sl_fail(e, SL_INVALID,
			               "%s: the detection probability %g is no probability; write a number from 0 to 1",
			               what, p->probability[i]);
	return SL_OK;
}

enum sl_code sl_search_check(const struct sl_search *s, struct sl_err *e)
{
	double sum = 0;
	char what[40];

	if (s->n > SL_PASSES_MAX)
		return sl_fail(e, SL_INVALID, "%zu passes over one ground; at most %d are understood", s->n,
		               SL_PASSES_MAX);
	if (!s->n_bands || s->n_bands > SL_DEPTH_BANDS_MAX)
		return sl_fail(e, SL_INVALID, "%zu bands of depth; 1 to %d are understood", s->n_bands,
		               SL_DEPTH_BANDS_MAX);
	if (!sl_is_share(s->shared))
		return sl_fail(e, SL_INVALID,
		               "the share %g of misses in common is no share; write a number from 0 to 1",
		               s->shared);
	if (!sl_is_share(s->hidden))
		return sl_fail(
		    e, SL_INVALID,
		    "the share %g of items that no pass can find is no share; write a number from 0 to 1",
		    s->hidden);
	for (size_t i = 0; i < s->n_bands; i++) {
		if (!sl_is_share(s->depth_share[i]))
			return sl_fail(e, SL_INVALID, "band of depth %zu: the share %g of items is no share", i + 1,
			               s->depth_share[i]);
		sum += s->depth_share[i];
	}
	if (!(fabs(sum - 1) <= 1e-6))
		return sl_fail(e, SL_INVALID, "the shares of items by depth sum to %g; they have to sum to 1", sum);
	for (size_t i = 0; i < s->n; i++) {
		snprintf(what, sizeof what, "pass %zu", i + 1);
		if (pass_check(&s->passes[i], s->n_bands, what, e))
			return e->code;
	}
	if (pass_check(&s->sample, s->n_bands, "quality sample", e))
		return e->code;
	for (size_t i = 0; i < s->n; i++)
		if (s->passes[i].coverage > 0)
			return SL_OK;
	return sl_fail(e, SL_INVALID, "no search effort: no pass went over any of this ground");
}

/* The probability at quantile u of Jeffreys's posterior after a trial in which the stated share was found.
 */
static double probability_at(double p, double trials, double u)
{
	if (!(trials > 0))
		return p;
	return gsl_cdf_beta_Pinv(u, p * trials + 0.5, (1 - p) * trials + 0.5);
}

/* What is left after the first n of the passes (in order of falling coverage), and what a sample then
 * finds. */
static void segment(const struct sl_search *s, double p[][SL_DEPTH_BANDS_MAX], const size_t *order,
                    size_t n, double *missed, double *missed_by_all)
{
	*missed = *missed_by_all = 0;
	for (size_t i = 0; i < s->n_bands; i++) {
		double product = 1, least = 1, sample = 1 - p[SL_PASSES_MAX][i];

		for (size_t k = 0; k < n; k++) {
			double q = 1 - p[order[k]][i];

			product *= q;
			least = fmin(least, q);
		}
		*missed += s->depth_share[i] * ((1 - s->shared) * product + s->shared * least);
		*missed_by_all +=
		    s->depth_share[i] * ((1 - s->shared) * product * sample + s->shared * fmin(least, sample));
	}
}

void sl_search_at(const struct sl_search *s, double u, double *found, double *sampled, double *remaining)
{
	double p[SL_PASSES_MAX + 1][SL_DEPTH_BANDS_MAX];
	size_t order[SL_PASSES_MAX];

	for (size_t i = 0; i < s->n_bands; i++) {
		for (size_t k = 0; k < s->n; k++)
			p[k][i] = probability_at(s->passes[k].probability[i], s->passes[k].trials, u);
		p[SL_PASSES_MAX][i] =
		    s->sample.coverage > 0 ? probability_at(s->sample.probability[i], s->sample.trials, u) : 0;
	}
	for (size_t k = 0; k < s->n; k++) {
		size_t at = k;

		for (; at && s->passes[order[at - 1]].coverage < s->passes[k].coverage; at--)
			order[at] = order[at - 1];
		order[at] = k;
	}
	*found = *sampled = 0;
	for (size_t k = 0; k <= s->n; k++) { /* ground that exactly k passes went over */
		double outer = k ? s->passes[order[k - 1]].coverage : 1;
		double inner = k < s->n ? s->passes[order[k]].coverage : 0;
		double missed, missed_by_all;

		if (!(outer > inner))
			continue;
		segment(s, p, order, k, &missed, &missed_by_all);
		*found += (outer - inner) * (1 - missed);
		*sampled += (outer - inner) * s->sample.coverage * (missed - missed_by_all);
	}
	*found *= 1 - s->hidden;
	*sampled *= 1 - s->hidden;
	*remaining = fmax(0, 1 - *found - *sampled);
}

enum sl_code sl_search_effect(const struct sl_search *s, struct sl_effect *out, struct sl_err *e)
{
	struct sl_effect x = {.n = 1};
	double at[SL_DETECTION_NODES] = {0.5};

	if (sl_search_check(s, e))
		return e->code;
	for (size_t i = 0; i < s->n; i++)
		if (s->passes[i].trials > 0)
			x.n = SL_DETECTION_NODES;
	if (s->sample.coverage > 0 && s->sample.trials > 0)
		x.n = SL_DETECTION_NODES;
	if (x.n > 1)
		memcpy(at, node_at, sizeof at);
	for (size_t i = 0; i < x.n; i++)
		sl_search_at(s, at[i], &x.found[i], &x.sampled[i], &x.remaining[i]);
	*out = x;
	return SL_OK;
}

void sl_effect_mean(const struct sl_effect *x, double *found, double *sampled, double *remaining)
{
	const double *w = sl_detection_weights(x->n);

	*found = *sampled = *remaining = 0;
	for (size_t i = 0; i < x->n; i++) {
		*found += w[i] * x->found[i];
		*sampled += w[i] * x->sampled[i];
		*remaining += w[i] * x->remaining[i];
	}
}

enum sl_code sl_trial_lower(double found, double n, double level, double *out, struct sl_err *e)
{
	if (!(n >= 1) || !isfinite(n) || !(found >= 0) || found > n)
		return sl_fail(e, SL_INVALID,
		               "a trial with %g of %g test items found; found is 0 to all of at least 1", found, n);
	if (!(level > 0) || !(level < 1))
		return sl_fail(e, SL_INVALID, "the level %g of a bound lies between 0 and 1", level);
	*out = found > 0 ? gsl_cdf_beta_Pinv(1 - level, found, n - found + 1) : 0;
	return SL_OK;
}

enum sl_code sl_alarm_value(double detection, double false_alarm, double prevalence, double *out,
                            struct sl_err *e)
{
	double hit;

	if (!sl_is_share(detection) || !sl_is_share(false_alarm) || !sl_is_share(prevalence))
		return sl_fail(e, SL_INVALID,
		               "detection %g, false alarms %g, prevalence %g: each is a number from 0 to 1",
		               detection, false_alarm, prevalence);
	hit = detection * prevalence;
	if (!(hit + false_alarm * (1 - prevalence) > 0))
		return sl_fail(e, SL_INVALID, "nothing raises an alarm: no share of alarms can be right");
	*out = hit / (hit + false_alarm * (1 - prevalence));
	return SL_OK;
}
