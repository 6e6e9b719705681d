/* Is it chance?  Pure. */
#ifndef SL_CHECKS_CONDUCT_H
#define SL_CHECKS_CONDUCT_H

#include <stddef.h>

/* Probability that digits drawn evenly are as uneven as these counts of 0 to 9 or worse (chi-squared test,
 * 9 degrees of freedom); 1 when there are none. */
double sl_uniform_digits_p(const size_t count[10]);

#endif
