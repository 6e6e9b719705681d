/* The mixture as probabilities of counts: of a polygon, and of a cell. */
#include "analysis/residual_parts.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Size and probability of the negative binomial of a ground at a node: P(0) = (1 - q)^size. */
static double ground_size(const struct sl_residual_work *w, size_t g, size_t state)
{
	return w->clump[sl_node_clump(state)] * w->ground[g].area_m2 / M2_PER_HA + w->ground[g].found +
	       w->ground[g].sampled;
}

static double ground_odds(const struct sl_residual_work *w, size_t g, size_t state, size_t m,
                          double remaining)
{
	return remaining / (w->rate[state] + w->effect[g].found[m] + w->effect[g].sampled[m]);
}

/* Fills term[] with the probability of 0 at each node, and the first moments. */
static void begin(struct sl_residual_work *w, const struct sl_effect *remaining, double *mean, double *none)
{
	*mean = 0;
	*none = w->empty;
	for (size_t i = 0; i < STATES; i++)
		for (size_t m = 0; m < w->n_detect; m++) {
			size_t at = i * w->n_detect + m;
			double log_none = 0, expected = 0;

			for (size_t g = 0; g < w->n_grounds; g++) {
				double size = ground_size(w, g, i),
				       odds = ground_odds(w, g, i, m, remaining[g].remaining[m]);

				expected += size * odds;
				log_none -= size * log1p(odds);
			}
			w->term[at] = exp(log_none);
			*mean += w->weight[at] * expected;
			*none += w->weight[at] * w->term[at];
		}
}

/* The next probability n at each node: p_n = (q/n) (size + n - 1) p_(n-1) for one ground; for several, from
 * the logarithm of the generating function: n p_n = sum over j of (sum over grounds of size q^j) p_(n-j).
 */
static double next(struct sl_residual_work *w, const struct sl_effect *remaining, size_t n)
{
	size_t nodes = STATES * w->n_detect;
	double sum = 0;

	for (size_t i = 0; i < STATES; i++)
		for (size_t m = 0; m < w->n_detect; m++) {
			size_t at = i * w->n_detect + m;
			double odds, q, p = 0;

			if (w->n_grounds == 1) {
				odds = ground_odds(w, 0, i, m, remaining[0].remaining[m]);
				q = odds / (1 + odds);
				p = w->term[at] * q * (ground_size(w, 0, i) + (double)n - 1) / (double)n;
			} else {
				/* history: probabilities, row by row; power sums in the same rows behind them */
				double h = 0, *row = w->history;

				for (size_t g = 0; g < w->n_grounds; g++) {
					odds = ground_odds(w, g, i, m, remaining[g].remaining[m]);
					h += ground_size(w, g, i) * pow(odds / (1 + odds), (double)n);
				}
				row[(SL_RESIDUAL_PMF_MAX + n) * nodes + at] = h;
				for (size_t j = 1; j <= n; j++)
					p += row[(SL_RESIDUAL_PMF_MAX + j) * nodes + at] * row[(n - j) * nodes + at];
				p /= (double)n;
				row[n * nodes + at] = p;
			}
			w->term[at] = p;
			sum += w->weight[at] * p;
		}
	return sum;
}

static void keep_first(struct sl_residual_work *w)
{
	if (w->n_grounds > 1)
		for (size_t at = 0; at < STATES * w->n_detect; at++)
			w->history[at] = w->term[at];
}

void sl_residual_pmf(struct sl_residual_work *w, double *pmf, size_t n)
{
	double mean;

	if (!n)
		return;
	begin(w, w->effect, &mean, &pmf[0]);
	keep_first(w);
	for (size_t k = 1; k < n; k++)
		pmf[k] = next(w, w->effect, k);
}

/* P(at most n), exact for one ground; for several the negative binomial of the same mean and variance at
 * each node. */
static double at_most(const struct sl_residual_work *w, const struct sl_effect *remaining, double n)
{
	double sum = w->empty;

	for (size_t i = 0; i < STATES; i++)
		for (size_t m = 0; m < w->n_detect; m++) {
			double weight = w->weight[i * w->n_detect + m], mean = 0, variance = 0, p;

			if (weight < 1e-9)
				continue;
			for (size_t g = 0; g < w->n_grounds; g++) {
				double odds = ground_odds(w, g, i, m, remaining[g].remaining[m]),
				       size = ground_size(w, g, i);

				mean += size * odds;
				variance += size * odds * (1 + odds);
			}
			p = mean / variance;
			/* regularised incomplete beta: P(X <= n) = I_p(size, n + 1) */
			sum += weight * (mean > 0 ? gsl_cdf_beta_P(p, mean * p / (1 - p), n + 1) : 1);
		}
	return sum;
}

double sl_residual_at_most(struct sl_residual_work *w, double n)
{
	double pmf[100], sum = 0;

	if (n < 0 || n >= (w->n_grounds == 1 ? 20 : 100))
		return n < 0 ? 0 : at_most(w, w->effect, floor(n));
	sl_residual_pmf(w, pmf, (size_t)n + 1);
	for (size_t i = 0; i <= (size_t)n; i++)
		sum += pmf[i];
	return sum;
}

static double quantile(const struct sl_residual_work *w, const struct sl_effect *remaining, double at,
                       double mean)
{
	double low = -1, high = fmax(16, ceil(mean));

	while (at_most(w, remaining, high) < at && high < 1e12)
		low = high, high *= 2;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		if (at_most(w, remaining, middle) < at)
			low = middle;
		else
			high = middle;
	}
	return high;
}

void sl_residual_summary(struct sl_residual_work *w, const struct sl_effect *remaining,
                         struct sl_remaining *out)
{
	const double tail = (1 - SL_RESIDUAL_LEVEL) / 2;
	double sum;

	begin(w, remaining, &out->mean, &out->none);
	out->low = out->high = sum = 0;
	if (out->none >= 1 - tail)
		return;
	if (!isfinite(out->mean)) {
		out->high = out->mean;
		return;
	}
	sum = out->none;
	out->high = -1;
	out->low = sum >= tail ? 0 : -1;
	keep_first(w);
	/* Counts of a few dozen one by one; larger ones by bisection. */
	for (size_t n = 1; out->mean < 20 && n < SL_RESIDUAL_PMF_MAX / 2 && out->high < 0; n++) {
		sum += next(w, remaining, n);
		if (out->low < 0 && sum >= tail)
			out->low = (double)n;
		if (sum >= 1 - tail)
			out->high = (double)n;
	}
	if (out->high < 0) {
		out->low = out->none >= tail ? 0 : quantile(w, remaining, tail, out->mean);
		out->high = quantile(w, remaining, 1 - tail, out->mean);
	}
}

/* A cell's share of what its ground is known to have held; finds of the sample, whose place in the ground
 * is not asked, are spread in proportion. */
static double cell_size(const struct sl_residual_work *w, const struct sl_searched_cell *cell, size_t state)
{
	const struct sl_searched_ground *g = &w->ground[cell->ground];
	double c = w->clump[sl_node_clump(state)], size = c * (double)cell->area_m2 / M2_PER_HA + cell->found;

	return size * (1 + g->sampled / (c * g->area_m2 / M2_PER_HA + g->found));
}

static double cell_none(const struct sl_residual_work *w, const struct sl_searched_cell *cell)
{
	double none = w->empty;

	for (size_t i = 0; i < STATES; i++) {
		double size = cell_size(w, cell, i);

		for (size_t m = 0; m < w->n_detect; m++) {
			size_t at = i * w->n_detect + m;

			if (w->weight[at] > 1e-12)
				none +=
				    w->weight[at] * exp(-size * log1p(ground_odds(w, cell->ground, i, m,
				                                                  w->effect[cell->ground].remaining[m])));
		}
	}
	return none;
}

void sl_residual_cell(struct sl_residual_work *w, const struct sl_searched_cell *cell,
                      struct sl_remaining *out)
{
	const double *remaining = w->effect[cell->ground].remaining, tail = (1 - SL_RESIDUAL_LEVEL) / 2;
	double sum = w->empty, mean = 0;

	for (size_t i = 0; i < STATES; i++)
		for (size_t m = 0; m < w->n_detect; m++) {
			size_t at = i * w->n_detect + m;
			double odds = ground_odds(w, cell->ground, i, m, remaining[m]), size = cell_size(w, cell, i);

			w->term[at] = exp(-size * log1p(odds));
			mean += w->weight[at] * size * odds;
			sum += w->weight[at] * w->term[at];
		}
	*out = (struct sl_remaining){
	    .mean = mean, .none = sum, .low = sum >= tail ? 0 : -1, .high = sum >= 1 - tail ? 0 : -1};
	for (double n = 1; out->high < 0 && n < 1e5; n++) {
		for (size_t i = 0; i < STATES; i++)
			for (size_t m = 0; m < w->n_detect; m++) {
				size_t at = i * w->n_detect + m;
				double odds = ground_odds(w, cell->ground, i, m, remaining[m]);

				w->term[at] *= odds / (1 + odds) * (cell_size(w, cell, i) + n - 1) / n;
				sum += w->weight[at] * w->term[at];
			}
		if (out->low < 0 && sum >= tail)
			out->low = n;
		if (sum >= 1 - tail)
			out->high = n;
	}
}

/* What the cells of one ground have in common: expected = area * per_ha + found * per_find, and the moments
 * of the exponent of P(nothing left) for cells without finds. */
struct shared {
	double per_ha, per_find, moment[5];
};

static void share(const struct sl_residual_work *w, size_t g, struct shared *out)
{
	*out = (struct shared){0};
	for (size_t i = 0; i < STATES; i++) {
		double c = w->clump[sl_node_clump(i)], s = w->ground[g].sampled;
		double spread = 1 + (s > 0 ? s / (c * w->ground[g].area_m2 / M2_PER_HA + w->ground[g].found) : 0);

		for (size_t m = 0; m < w->n_detect; m++) {
			double odds = ground_odds(w, g, i, m, w->effect[g].remaining[m]),
			       p = w->weight[i * w->n_detect + m], y;

			out->per_ha += p * c * spread * odds;
			out->per_find += p * spread * odds;
			y = c * spread * log1p(odds);
			for (size_t k = 1; k < 5; k++)
				out->moment[k] += p *= y;
		}
	}
}

void sl_residual_cells(struct sl_residual_work *w, const struct sl_searched_cell *cell, size_t n,
                       struct sl_cell_risk *out)
{
	struct shared shared[SL_GROUNDS_MAX];
	struct sl_searched_cell last = {-1, 0, 0};
	double last_any = 0;

	for (size_t g = 0; g < w->n_grounds; g++)
		share(w, g, &shared[g]);
	for (size_t i = 0; i < n; i++) {
		const struct shared *s = &shared[cell[i].ground];
		double a = (double)cell[i].area_m2 / M2_PER_HA, any, x = a * a * a * a * s->moment[4] / 24;

		/* 1 - E exp(-a y) by its series, which alternates: the first term left out bounds the error */
		if (!cell[i].found && x < 1e-5)
			any = a * (s->moment[1] - a * (s->moment[2] / 2 - a * s->moment[3] / 6));
		else if (cell[i].found == last.found && cell[i].ground == last.ground &&
		         !(cell[i].area_m2 < last.area_m2) && !(cell[i].area_m2 > last.area_m2))
			any = last_any;
		else {
			any = 1 - cell_none(w, &cell[i]);
			last = cell[i];
			last_any = any;
		}
		out[i] = (struct sl_cell_risk){(float)(a * s->per_ha + cell[i].found * s->per_find), (float)any};
	}
}

/* Given the quantile of detection; the point mass knows nothing of it and keeps its share. */
void sl_residual_by_node(struct sl_residual_work *w, struct sl_polygon_remaining *out)
{
	const double *share = sl_detection_weights(w->n_detect);

	out->n_nodes = w->n_detect;
	for (size_t m = 0; m < w->n_detect; m++) {
		double total = w->empty * share[m], mean = 0, square = 0;

		for (size_t i = 0; i < STATES; i++) {
			double weight = w->weight[i * w->n_detect + m], expected = 0, spread = 0;

			for (size_t g = 0; g < w->n_grounds; g++) {
				double odds = ground_odds(w, g, i, m, w->effect[g].remaining[m]),
				       size = ground_size(w, g, i);

				expected += size * odds;
				spread += size * odds * (1 + odds);
			}
			total += weight;
			mean += weight * expected;
			square += weight * (spread + expected * expected);
		}
		out->node_mean[m] = total > 0 ? mean / total : 0;
		out->node_variance[m] =
		    total > 0 ? fmax(0, square / total - out->node_mean[m] * out->node_mean[m]) : 0;
	}
}
