#include "analysis/residual_parts.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <string.h>

/* GSL stops the process by default; what it cannot compute comes back as NaN and is looked at. */
__attribute__((constructor)) static void gsl_quiet(void)
{
	gsl_set_error_handler_off();
}

struct sl_residual_prior sl_residual_prior_default(void)
{
	return (struct sl_residual_prior){1.0 / 3, 10, 1.2, 0.2, 0.75 * 2.302585092994046};
}

enum sl_code sl_residual_prior_check(const struct sl_residual_prior *p, struct sl_err *e)
{
	if (!sl_is_share(p->contaminated))
		return sl_fail(
		    e, SL_INVALID,
		    "the prior probability %g that ground held anything is no probability; write a number from 0 "
		    "to 1",
		    p->contaminated);
	if (!(p->mean_ha > 0) || p->mean_ha > 1e6)
		return sl_fail(e, SL_INVALID, "a prior density of %g items a hectare; write a number above 0",
		               p->mean_ha);
	if (!(p->clump > 0) || p->clump > 1e6)
		return sl_fail(e, SL_INVALID, "a prior clumping of %g a hectare; write a number above 0", p->clump);
	if (!(p->spread >= 0) || p->spread > 5 || !(p->clump_spread >= 0) || p->clump_spread > 5)
		return sl_fail(e, SL_INVALID, "prior spreads of %g and %g; each is a number from 0 to 5", p->spread,
		               p->clump_spread);
	return SL_OK;
}

enum sl_code sl_residual_work_new(struct sl_arena *a, const struct sl_residual_prior *prior,
                                  struct sl_residual_work **out, struct sl_err *e)
{
	struct sl_residual_work *w;
	double total = 0;

	if (sl_residual_prior_check(prior, e) || !(w = sl_arena_alloc(a, 1, sizeof *w, e)) ||
	    !(w->history = sl_arena_alloc(a, (size_t)SL_RESIDUAL_PMF_MAX * 2 * NODES, sizeof *w->history, e)))
		return e->code;
	w->prior = *prior;
	for (size_t k = 0; k < CLUMPS; k++)
		w->clump[k] = prior->clump * exp(prior->clump_spread * ((double)k - 2) * 2 / 3);
	for (size_t i = 0; i < STATES; i++) {
		double z = ((double)(i / CLUMPS) - (DENSITIES - 1) / 2.0) * 0.45;
		double y = ((double)sl_node_clump(i) - 2) * 2 / 3;

		/* The mean of a log-normal is its median times exp(spread²/2). */
		w->rate[i] = w->clump[sl_node_clump(i)] /
		             (prior->mean_ha * exp(prior->spread * z - prior->spread * prior->spread / 2));
		w->log_prior[i] = -(z * z + y * y) / 2;
		total += exp(w->log_prior[i]);
	}
	for (size_t i = 0; i < STATES; i++)
		w->log_prior[i] -= log(total);
	*out = w;
	return SL_OK;
}

static enum sl_code ground_check(const struct sl_searched_ground *g, size_t i, struct sl_err *e)
{
	double found, sampled, remaining;

	if (!(g->area_m2 > 0) || g->area_m2 > 1e12)
		return sl_fail(e, SL_INVALID, "ground %zu: an area of %g m²; write square metres above 0", i + 1,
		               g->area_m2);
	if (!(g->found >= 0) || !(g->sampled >= 0) || g->found > 1e9 || g->sampled > 1e9 ||
	    g->found != floor(g->found) || g->sampled != floor(g->sampled))
		return sl_fail(e, SL_INVALID,
		               "ground %zu: %g items found and %g by the sample; each is a whole number, 0 or more",
		               i + 1, g->found, g->sampled);
	sl_effect_mean(g->effect, &found, &sampled, &remaining);
	if (!(found > 0))
		return sl_fail(e, SL_INVALID, "ground %zu: a search whose detection is 0 says nothing", i + 1);
	if (g->sampled > 0 && !(sampled > 0))
		return sl_fail(
		    e, SL_INVALID,
		    "ground %zu: items found by a quality sample, and no sample that could have found them", i + 1);
	return SL_OK;
}

/* On as many nodes as the most uncertain ground has. */
static void effect_widen(const struct sl_effect *x, size_t n, struct sl_effect *out)
{
	*out = *x;
	for (size_t i = x->n; i < n; i++) {
		out->found[i] = x->found[0];
		out->sampled[i] = x->sampled[0];
		out->remaining[i] = x->remaining[0];
	}
	out->n = n;
}

/* log of Gamma(a + n) / Gamma(a) */
static double log_rising(double a, double n)
{
	double sum = 0;

	if (n > 64)
		return gsl_sf_lngamma(a + n) - gsl_sf_lngamma(a);
	for (double k = 0; k < n; k++)
		sum += log(a + k);
	return sum;
}

/* What the places of the finds say about clumping: the part of the likelihood that knows no rate. */
static void clump_likelihood(const struct sl_residual_work *w, const struct sl_searched_cell *cell,
                             size_t n, double *out)
{
	for (size_t k = 0; k < CLUMPS; k++) {
		double c = w->clump[k], placed[SL_GROUNDS_MAX] = {0};

		out[k] = 0;
		for (size_t i = 0; i < n; i++)
			if (cell[i].found) {
				out[k] += log_rising(c * (double)cell[i].area_m2 / M2_PER_HA, cell[i].found);
				placed[cell[i].ground] += cell[i].found;
			}
		for (size_t g = 0; g < w->n_grounds; g++) {
			const struct sl_searched_ground *x = &w->ground[g];
			double size = c * x->area_m2 / M2_PER_HA;

			/* Finds without a place, then those of the sample: anywhere in the ground, where finds draw
			 * finds. */
			out[k] += log_rising(size + placed[g], x->found + x->sampled - placed[g]);
		}
	}
}

static enum sl_code cells_check(const struct sl_searched_ground *ground, size_t n,
                                const struct sl_searched_cell *cell, size_t n_cells, struct sl_err *e)
{
	double placed[SL_GROUNDS_MAX] = {0};

	for (size_t i = 0; i < n_cells; i++) {
		if (cell[i].ground >= n)
			return sl_fail(e, SL_INVALID, "cell %zu lies on ground %u; there are %zu", i + 1,
			               cell[i].ground + 1, n);
		if (!(cell[i].area_m2 > 0) || !isfinite(cell[i].area_m2))
			return sl_fail(e, SL_INVALID, "cell %zu: an area of %g m²; write square metres above 0", i + 1,
			               (double)cell[i].area_m2);
		placed[cell[i].ground] += cell[i].found;
	}
	for (size_t g = 0; g < n; g++)
		if (placed[g] > ground[g].found)
			return sl_fail(e, SL_INVALID, "ground %zu: its cells hold %g finds and itself only %g", g + 1,
			               placed[g], ground[g].found);
	return SL_OK;
}

static void weigh(struct sl_residual_work *w, const double *clump_log)
{
	double log_detect[SL_DETECTION_NODES] = {0}, best = -INFINITY, total = 0, found = 0;
	const double *share = sl_detection_weights(w->n_detect);

	for (size_t g = 0; g < w->n_grounds; g++) {
		const struct sl_searched_ground *x = &w->ground[g];

		found += x->found + x->sampled;
		for (size_t m = 0; m < w->n_detect; m++) {
			if (x->found > 0)
				log_detect[m] += x->found * log(w->effect[g].found[m]);
			if (x->sampled > 0)
				log_detect[m] += x->sampled * log(w->effect[g].sampled[m]);
		}
	}
	for (size_t i = 0; i < STATES; i++)
		for (size_t m = 0; m < w->n_detect; m++) {
			double c = w->clump[sl_node_clump(i)], b = w->rate[i], sum;

			sum = log(w->prior.contaminated) + w->log_prior[i] + log(share[m]) +
			      clump_log[sl_node_clump(i)] + log_detect[m];
			for (size_t g = 0; g < w->n_grounds; g++) {
				const struct sl_searched_ground *x = &w->ground[g];
				double d = w->effect[g].found[m] + w->effect[g].sampled[m], n = x->found + x->sampled;

				sum -= c * x->area_m2 / M2_PER_HA * log1p(d / b) + (n > 0 ? n * log(b + d) : 0);
			}
			w->weight[i * w->n_detect + m] = sum;
			best = fmax(best, sum);
		}
	w->empty = found > 0 ? 0 : 1 - w->prior.contaminated;
	if (w->empty > 0)
		best = fmax(best, log(w->empty)); /* the likelihood of nothing found where nothing is: 1 */
	for (size_t i = 0; i < STATES * w->n_detect; i++)
		total += w->weight[i] = exp(w->weight[i] - best);
	w->empty = w->empty > 0 ? exp(log(w->empty) - best) : 0;
	total += w->empty;
	w->empty /= total;
	for (size_t i = 0; i < STATES * w->n_detect; i++)
		w->weight[i] /= total;
}

static double density_mean(const struct sl_residual_work *w, double remaining)
{
	double n = remaining, area = 0;

	for (size_t g = 0; g < w->n_grounds; g++) {
		n += w->ground[g].found + w->ground[g].sampled;
		area += w->ground[g].area_m2;
	}
	return n / (area / M2_PER_HA);
}

enum sl_code sl_residual_polygon(struct sl_residual_work *w, const struct sl_searched_ground *ground,
                                 size_t n, const struct sl_searched_cell *cell, size_t n_cells,
                                 struct sl_polygon_remaining *out, struct sl_err *e)
{
	double clump_log[CLUMPS];
	struct sl_polygon_remaining x;
	double found = 0;

	if (!n || n > SL_GROUNDS_MAX)
		return sl_fail(e, SL_INVALID, "%zu grounds of different effort; 1 to %d are understood", n,
		               SL_GROUNDS_MAX);
	w->n_detect = 1;
	for (size_t g = 0; g < n; g++) {
		if (ground_check(&ground[g], g, e))
			return e->code;
		found += ground[g].found + ground[g].sampled;
		if (ground[g].effect->n > w->n_detect)
			w->n_detect = ground[g].effect->n;
	}
	if (cells_check(ground, n, cell, n_cells, e))
		return e->code;
	if (found > 0 && !(w->prior.contaminated > 0))
		return sl_fail(e, SL_INVALID,
		               "items were found where the prior says that nothing can be: raise 'contaminated'");
	for (size_t g = 0; g < n; g++) {
		w->ground[g] = ground[g];
		effect_widen(ground[g].effect, w->n_detect, &w->effect[g]);
	}
	w->n_grounds = n;
	clump_likelihood(w, cell, n_cells, clump_log);
	weigh(w, clump_log);
	sl_residual_summary(w, w->effect, &x.items);
	sl_residual_by_node(w, &x);
	x.was_clean = w->empty;
	x.density_ha = density_mean(w, x.items.mean);
	if (!isfinite(x.items.mean) || !isfinite(x.items.none) || !isfinite(x.items.high))
		return sl_fail(e, SL_INVALID, "these counts, areas and this prior are beyond what can be computed");
	*out = x;
	return SL_OK;
}

enum sl_code sl_residual_outlook(struct sl_residual_work *w, const struct sl_searched_ground *ground,
                                 size_t n, const struct sl_searched_cell *cell, size_t n_cells,
                                 const struct sl_effect *more, struct sl_outlook *out, struct sl_err *e)
{
	struct sl_outlook x = {0};
	struct sl_searched_ground after[SL_GROUNDS_MAX];
	struct sl_effect wide[SL_GROUNDS_MAX], caught[SL_GROUNDS_MAX];
	struct sl_polygon_remaining now;
	struct sl_remaining left, missed;

	if (sl_residual_polygon(w, ground, n, cell, n_cells, &now, e))
		return e->code;
	for (size_t g = 0; g < n; g++) {
		if (more[g].n > w->n_detect)
			return sl_fail(e, SL_INVALID,
			               "ground %zu: the further effort is less well known than the effort so far",
			               g + 1);
		effect_widen(&more[g], w->n_detect, &wide[g]);
		caught[g] = wide[g];
		for (size_t m = 0; m < w->n_detect; m++)
			caught[g].remaining[m] = fmax(0, w->effect[g].remaining[m] - wide[g].remaining[m]);
		after[g] = ground[g];
		after[g].effect = &wide[g];
	}
	sl_residual_summary(w, wide, &left);
	sl_residual_summary(w, caught, &missed);
	x.expected = left.mean;
	x.none = left.none;
	x.finds = 1 - missed.none;
	if (sl_residual_polygon(w, after, n, cell, n_cells, &x.if_nothing, e))
		return e->code;
	*out = x;
	return SL_OK;
}
