/* The share of squares with an indication, from a random sample of them: Clopper and Pearson (1934,
 * doi:10.1093/biomet/26.4.404), whose interval never holds the truth less often than it says.  Pure. */
#ifndef SL_ANALYSIS_ESTIMATE_OUTSIDE_H
#define SL_ANALYSIS_ESTIMATE_OUTSIDE_H

#include "base/str.h"

/* SL_INVALID, in a sentence: no square, more found than surveyed, a level outside 0..1. */
SL_CHECKED enum sl_code sl_share_interval(double found, double surveyed, double level, double *low,
                                          double *high, struct sl_err *e);

#endif
