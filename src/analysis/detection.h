/* How much of what lies in searched ground a search finds.  A search is a list of passes; each pass covers
 * a share of the ground and finds an item with a probability that depends on its depth and that is known
 * from a trial of so many test items.  Passes are not independent: an item that one pass missed (deep,
 * little metal, bad soil) is likely to be missed by the next.  Pure; no sums over land, no prior: see
 * residual.h.
 *
 * One item, passes with probabilities p1..pn over it:
 *   miss = (1 - shared) * (1 - p1)...(1 - pn)  +  shared * min(1 - p1, ..., 1 - pn)
 * the mixture of independent misses and of misses that all passes have in common (the upper bound of
 * Frechet). For passes that are alike `shared` is exactly the correlation of two misses.  shared = 0 is the
 * textbook product P(miss) = (1 - p1)...(1 - pn), which holds for independent tools only (FFI 2403). */
#ifndef SL_ANALYSIS_DETECTION_H
#define SL_ANALYSIS_DETECTION_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

#define SL_PASSES_MAX 16
#define SL_DEPTH_BANDS_MAX 8

struct sl_pass {
	double coverage; /* share of the ground that it went over, 0..1 */
	double
	    probability[SL_DEPTH_BANDS_MAX]; /* of finding an item that it goes over, in each band of depth */
	double trials;                       /* test items behind the probability; 0: taken as exactly known */
};

struct sl_search {
	struct sl_pass passes[SL_PASSES_MAX];
	size_t n;
	double depth_share[SL_DEPTH_BANDS_MAX]; /* share of the items in each band; sums to 1 */
	size_t n_bands;                         /* at least 1 */
	double shared;                          /* share of misses that all passes have in common, 0..1 */
	double hidden;                          /* share of the items that no pass can find at all, 0..1 */
	struct sl_pass sample;                  /* a quality sample after the passes; coverage 0: none */
};

/* What becomes of an item of the ground: found by a pass, missed and then found by the sample, still there.
 * The three sum to 1.  They depend on probabilities that are themselves uncertain: one value for each node
 * of a quadrature over that uncertainty, which all passes share (what makes one worse here makes the others
 * worse). */
#define SL_DETECTION_NODES 12
struct sl_effect {
	size_t n; /* nodes: 1 when every probability is taken as exactly known */
	double found[SL_DETECTION_NODES], sampled[SL_DETECTION_NODES], remaining[SL_DETECTION_NODES];
};

/* Weights of the nodes (Gauss and Legendre on the quantile); they sum to 1.  n is 1 or SL_DETECTION_NODES.
 */
const double *sl_detection_weights(size_t n);

/* SL_INVALID with a sentence for a share or probability outside 0..1, NaN, or a search that says nothing.
 */
SL_CHECKED enum sl_code sl_search_check(const struct sl_search *s, struct sl_err *e);

/* Coverages are taken as nested: ground that the widest pass left out was left out by all.  The sample is
 * drawn on the whole ground, wherever the passes went. */
SL_CHECKED enum sl_code sl_search_effect(const struct sl_search *s, struct sl_effect *out,
                                         struct sl_err *e);

/* The same with the probabilities at quantile u of what is known of them (simulations). */
void sl_search_at(const struct sl_search *s, double u, double *found, double *sampled, double *remaining);

/* The effect as a mean over its nodes. */
void sl_effect_mean(const struct sl_effect *x, double *found, double *sampled, double *remaining);

/* Lower bound, at this level, of the probability of detection after `found` of `n` test items (Clopper and
 * Pearson 1934, doi:10.1093/biomet/26.4.404); all found: (1 - level)^(1/n).  CWA 14747 tests so. */
SL_CHECKED enum sl_code sl_trial_lower(double found, double n, double level, double *out, struct sl_err *e);

/* Share of alarms that are items: p detection, f false alarm, `prevalence` the share of places that hold
 * one. */
SL_CHECKED enum sl_code sl_alarm_value(double detection, double false_alarm, double prevalence, double *out,
                                       struct sl_err *e);

/* True for a number within 0..1: not for NaN. */
bool sl_is_share(double x);

#endif
