/* What residual*.c share: the grid of the mixture and the posterior on it. */
#ifndef SL_ANALYSIS_RESIDUAL_PARTS_H
#define SL_ANALYSIS_RESIDUAL_PARTS_H

#include "analysis/residual.h"

#define M2_PER_HA 10000.0

/* Densities lie on 17 points 0.45 standard deviations apart, clumping on 7 of two thirds of one: sums over
 * such grids of a smooth likelihood against a normal density converge faster than any power (trapezoidal
 * rule). */
enum { DENSITIES = 17, CLUMPS = 7, STATES = DENSITIES * CLUMPS, NODES = STATES * SL_DETECTION_NODES };

struct sl_residual_work {
	struct sl_residual_prior prior;
	double log_prior[STATES], clump[CLUMPS], rate[STATES]; /* rate c/m, of the density of a hectare */
	struct sl_searched_ground ground[SL_GROUNDS_MAX];
	struct sl_effect effect[SL_GROUNDS_MAX]; /* on n_detect nodes */
	size_t n_grounds, n_detect;
	double empty;         /* posterior weight of the point mass */
	double weight[NODES]; /* posterior weights, state by state; with `empty` they sum to 1 */
	double term[NODES];   /* scratch: the probability of one count at each node */
	double *history;      /* 2 x SL_RESIDUAL_PMF_MAX x NODES: probabilities, then power sums */
};

static inline size_t sl_node_clump(size_t state)
{
	return state % CLUMPS;
}

/* What is left when the shares remaining are `remaining[ground]` and those found as the posterior knows
 * them. */
void sl_residual_summary(struct sl_residual_work *w, const struct sl_effect *remaining,
                         struct sl_remaining *out);

/* Fills node_mean and node_variance. */
void sl_residual_by_node(struct sl_residual_work *w, struct sl_polygon_remaining *out);

#endif
