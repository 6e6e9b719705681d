/* What lies within some distance of what, for hundreds of thousands of shapes: an index over the edges of
 * shapes that is made once and then only asked (thread-safe).
 *
 * Distances are geodesic on WGS 84, edges are geodesics, the ground of a polygon is at distance 0.  They
 * are right to SL_NEAR_TOLERANCE_M, and whether something is within the distance asked for is decided
 * exactly (to the 15 nm of C. F. F. Karney, "Algorithms for geodesics", J. Geod. 87 (2013),
 * doi:10.1007/s00190-012-0578-z).  Whether a point is inside a polygon is decided in the plane of longitude
 * and latitude: along an edge of 1 km that is within 2 cm of the geodesic at 45 degrees.  Shapes may cross
 * the antimeridian (an edge goes the short way round) and may hold a pole.  docs/method/exposure.md says
 * how. */
#ifndef SL_GEO_NEAR_H
#define SL_GEO_NEAR_H

#include "base/env.h"
#include "geo/geometry.h"

#define SL_NEAR_TOLERANCE_M 0.005
#define SL_NEAR_REACH_MAX_M 1000000.0

struct sl_near; /* of `n` shapes, known by their place in the array */

/* The shapes are copied; empty ones are never near. In `a`. SL_INVALID: a position that is not on Earth. */
SL_CHECKED enum sl_code sl_near_build(struct sl_arena *a, const struct sl_geom *shapes, size_t n,
                                      struct sl_near **out, struct sl_err *e);

#define SL_NEAR_NONE UINT32_MAX
/* The nearest shape not farther than reach_m: *shape (may be NULL) is SL_NEAR_NONE and the answer INFINITY
 * when there is none.  Of shapes equally near the first one counts. */
double sl_near_point(const struct sl_near *near, double lon, double lat, double reach_m, uint32_t *shape);

/* Every shape not farther than reach_m from `g`, each once, ascending; fn returns false to stop.  SL_NOMEM.
 */
struct sl_near_hit {
	uint32_t shape;
	double m;
};
SL_CHECKED enum sl_code sl_near_each(const struct sl_near *near, const struct sl_geom *g, double reach_m,
                                     bool (*fn)(void *ctx, const struct sl_near_hit *hit), void *ctx,
                                     struct sl_err *e);

/* The same for many shapes on all cores: the hits of shape i are hit[first[i]] to hit[first[i + 1]]. In
 * `a`. */
struct sl_near_table {
	size_t *first; /* n + 1 */
	struct sl_near_hit *hit;
	size_t n;
};
SL_CHECKED enum sl_code sl_near_all(const struct sl_near *near, const struct sl_env *env,
                                    struct sl_arena *a, const struct sl_geom *shapes, size_t n,
                                    double reach_m, struct sl_near_table *out, struct sl_err *e);

#endif
