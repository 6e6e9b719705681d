/* Sums over polygons whose detection is uncertain in common. */
#include "analysis/residual.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

void sl_residual_sum_add(struct sl_residual_sum *sum, const struct sl_polygon_remaining *x)
{
	sum->mean += x->items.mean;
	for (size_t m = 0; m < SL_DETECTION_NODES; m++) {
		size_t of = x->n_nodes == 1 ? 0 : m;

		sum->node_mean[m] += x->node_mean[of];
		sum->node_variance[m] += x->node_variance[of];
	}
}

static double at_most(const struct sl_residual_sum *sum, double n)
{
	const double *share = sl_detection_weights(SL_DETECTION_NODES);
	double total = 0;

	for (size_t m = 0; m < SL_DETECTION_NODES; m++) {
		double mean = sum->node_mean[m], p = mean / sum->node_variance[m];

		if (!(mean > 0))
			total += share[m];
		else if (p < 1)
			total += share[m] * gsl_cdf_beta_P(p, mean * p / (1 - p), n + 1);
		else
			total += share[m] * gsl_cdf_gamma_Q(mean, n + 1, 1);
	}
	return total;
}

void sl_residual_sum_interval(const struct sl_residual_sum *sum, double level, double *low, double *high)
{
	double at[2] = {(1 - level) / 2, (1 + level) / 2}, found[2];

	for (int i = 0; i < 2; i++) {
		double below = -1, above = fmax(16, ceil(sum->mean));

		while (at_most(sum, above) < at[i] && above < 1e15)
			below = above, above *= 2;
		while (above - below > 1) {
			double middle = floor((below + above) / 2);

			if (at_most(sum, middle) < at[i])
				below = middle;
			else
				above = middle;
		}
		found[i] = above;
	}
	*low = found[0];
	*high = found[1];
}
