/* What a search may have left: the posterior number of items that remain in a polygon and in each of its
 * cells, from effort (detection.h), finds and quality samples.  Pure; changes the status of no land.
 *
 * The prior.  A polygon that is searched holds nothing at all with probability 1 - contaminated (a point
 * mass at zero), else items of mean density m a hectare.  In it the items of a cell of a hectares are
 * Poisson with a mean that is Gamma(shape c a, rate c / m): counts are negative binomial of size c a.
 * Shapes of disjoint ground add up, so that the answer of a polygon does not hang on how it is cut into
 * cells.  A small c is clumped (most cells empty, some dense), a large c even.  m and c are not known: both
 * are log-normal around the values of struct sl_residual_prior.  Items are found, found by the sample, or
 * left independently of each other given the cell's mean (thinning), so that at fixed m, c and detection
 * all is conjugate: what remains of a ground | finds ~ negative binomial of size c A + F + S and odds r /
 * (c/m + d), with d and r the shares found and remaining.  The answer is the mixture of these closed forms
 * over a grid of m, of c and of the uncertainty of detection, weighted by their likelihood: full Bayes.
 * Cells tell each other something only through m, c, detection and the point mass, which they have in
 * common.
 *
 * Negative binomial counts of mines, most ground empty: domain of the programme's own records and of the
 * default prior below.  Conjugacy and mixtures: Gelman et al., Bayesian Data Analysis, 3rd edition, 2.6
 * and 5.3. */
#ifndef SL_ANALYSIS_RESIDUAL_H
#define SL_ANALYSIS_RESIDUAL_H

#include "analysis/detection.h"
#include "base/arena.h"

#include <stdint.h>

#define SL_RESIDUAL_LEVEL 0.9

struct sl_residual_prior {
	double contaminated; /* probability that searched ground held anything, 0..1 */
	double mean_ha;      /* items a hectare, mean over polygons that held anything */
	double spread;       /* standard deviation of the natural logarithm of a polygon's density; 0: known */
	double clump;        /* size of the negative binomial of one hectare, median */
	double clump_spread; /* standard deviation of its natural logarithm; 0: known */
};

/* contaminated 1/3: two in three cleared tasks find nothing; 10 items a hectare with size 0.2 a hectare
 * (8.6 of the domain reference; found densities of whole programmes lie between 5.7 and 32 a hectare, 8.3).
 * The spreads, a factor of e^1.2 and of 10^0.75, are ours: they hold those programmes and K5 within two of
 * them. */
struct sl_residual_prior sl_residual_prior_default(void);

SL_CHECKED enum sl_code sl_residual_prior_check(const struct sl_residual_prior *p, struct sl_err *e);

/* Ground of the polygon with one and the same effort. */
struct sl_searched_ground {
	double area_m2;
	double found;   /* by the passes */
	double sampled; /* by the quality sample, after the passes */
	const struct sl_effect *effect;
};

/* A cell; `found` by the passes.  What all cells of a ground found is the ground's `found`. */
struct sl_searched_cell {
	float area_m2;
	uint32_t found;
	uint32_t ground;
};

/* Items that remain.  The interval has equal tails and, because counts are whole, holds at least 90 %. */
struct sl_remaining {
	double mean;
	double none; /* probability that nothing is left */
	double low, high;
	double variance;
};

struct sl_polygon_remaining {
	struct sl_remaining items;
	double was_clean;  /* probability that the ground never held anything */
	double density_ha; /* items a hectare before the search, mean */
	/* Mean and variance of what remains at each node of the uncertainty of detection
	 * (sl_detection_weights). */
	size_t n_nodes;
	double node_mean[SL_DETECTION_NODES], node_variance[SL_DETECTION_NODES];
};

/* Scratch of one thread, and the posterior of the polygon last looked at. */
struct sl_residual_work;
SL_CHECKED enum sl_code sl_residual_work_new(struct sl_arena *a, const struct sl_residual_prior *prior,
                                             struct sl_residual_work **out, struct sl_err *e);

/* The posterior of one polygon.  `cell`: those in which something was found (others may be left out), which
 * tell how clumped it is; without any, the place of the finds is taken as unknown.  SL_INVALID names area,
 * count or ground. */
#define SL_GROUNDS_MAX 16
SL_CHECKED enum sl_code sl_residual_polygon(struct sl_residual_work *w,
                                            const struct sl_searched_ground *ground, size_t n,
                                            const struct sl_searched_cell *cell, size_t n_cells,
                                            struct sl_polygon_remaining *out, struct sl_err *e);

/* Of that polygon: probabilities of 0, 1, ..., n - 1 items left.  n is at most SL_RESIDUAL_PMF_MAX. */
#define SL_RESIDUAL_PMF_MAX 256
void sl_residual_pmf(struct sl_residual_work *w, double *pmf, size_t n);

/* Of that polygon: probability that at most n are left; exact for one ground, else for n of 100 and more a
 * negative binomial of the same mean and variance at each node of the mixture. */
double sl_residual_at_most(struct sl_residual_work *w, double n);

/* Of that polygon: one cell. */
void sl_residual_cell(struct sl_residual_work *w, const struct sl_searched_cell *cell,
                      struct sl_remaining *out);

/* Of that polygon: every cell, the expected number left and the probability that anything is (within 1e-5).
 */
struct sl_cell_risk {
	float expected, any;
};
void sl_residual_cells(struct sl_residual_work *w, const struct sl_searched_cell *cell, size_t n,
                       struct sl_cell_risk *out);

/* Sums over polygons.  What is uncertain about detection is taken as common to all of them (one trial, one
 * kind of team: it is wrong everywhere in the same way), everything else as independent: of all ways in
 * which polygons may hang together through detection the one with the widest interval.  Begins as zero. */
struct sl_residual_sum {
	double mean, node_mean[SL_DETECTION_NODES], node_variance[SL_DETECTION_NODES];
};
void sl_residual_sum_add(struct sl_residual_sum *sum, const struct sl_polygon_remaining *x);
/* At each node the negative binomial of the sum's mean and variance (Poisson where the variance is no
 * larger). */
void sl_residual_sum_interval(const struct sl_residual_sum *sum, double level, double *low, double *high);

/* What more effort would change: `more[i]` is the effect on ground i of all that was done and one thing
 * more. */
struct sl_outlook {
	double expected;                        /* items left after it, before one knows what it finds */
	double none;                            /* probability that nothing is left after it, the same */
	double finds;                           /* probability that it finds anything */
	struct sl_polygon_remaining if_nothing; /* the answer when it finds nothing */
};
SL_CHECKED enum sl_code sl_residual_outlook(struct sl_residual_work *w,
                                            const struct sl_searched_ground *ground, size_t n,
                                            const struct sl_searched_cell *cell, size_t n_cells,
                                            const struct sl_effect *more, struct sl_outlook *out,
                                            struct sl_err *e);

#endif
