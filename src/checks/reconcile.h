/* Do the figures that were reported explain each other?  Pure. */
#ifndef SL_CHECKS_RECONCILE_H
#define SL_CHECKS_RECONCILE_H

#include <stddef.h>

/* R01: closing as reported minus closing as computed, opening + sum of the flows (those that take away are
 * negative).  It is printed, never hidden (IMAS 05.10; Article 7 reporting, stock table). */
double sl_reconcile(double opening, const double *flow, size_t n, double closing);

/* R02: the whole as reported minus the sum of its parts, beyond what rounding explains: every one of the
 * n + 1 figures may be off by half of `unit`, the last place that is printed.  0 when rounding does. */
double sl_reconcile_parts(double whole, const double *part, size_t n, double unit);

#endif
