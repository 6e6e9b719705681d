/* On which side of a line a point lies, exactly. */
#ifndef SL_GEO_ORIENTATION_H
#define SL_GEO_ORIENTATION_H

/* 1 when c lies left of the line from a to b, -1 right, 0 exactly on it.  Finite x, y pairs without
 * overflow in their products (any coordinates of the Earth). */
int sl_orientation(const double a[2], const double b[2], const double c[2]);

#endif
