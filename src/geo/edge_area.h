/* The area beside one edge, on the WGS 84 ellipsoid, in two pieces that add up when the edge is cut:
 *   chord: between the straight line in longitude and latitude and a reference parallel,
 *   bulge: between the geodesic and that straight line.
 * An edge cut at a fraction t of its chord gives sl_edge_bulge_share(t) of its bulge to the first piece, so
 * the faces of an arrangement add up to the geodesic areas of the polygons they came from.
 * Derivation and sources: docs/method/area.md. */
#ifndef SL_GEO_EDGE_AREA_H
#define SL_GEO_EDGE_AREA_H

#include "geo/geometry.h"

enum { SL_EDGE_TERMS = 10 };

struct sl_edge_frame {
	double lat0;                 /* radians */
	double y[SL_EDGE_TERMS];     /* authalic area function relative to lat0: sum of y[k] d^k, m² per radian */
	double sin0, cos0, m0, dm0, r0; /* sine and cosine of lat0; meridian radius, its slope, parallel radius */
	bool wide;                   /* the ground is too wide for one series: each edge makes its own */
};

/* For ground within `box` (degrees). */
void sl_edge_frame_init(struct sl_edge_frame *f, struct sl_box box);
/* Signed m²: positive for an edge going east. Degrees. */
double sl_edge_chord_m2(const struct sl_edge_frame *f, double lon1, double lat1, double lon2, double lat2);
double sl_edge_bulge_m2(const struct sl_edge_frame *f, double lon1, double lat1, double lon2, double lat2);
/* Share of the bulge that lies before fraction t of the chord: a parabola's, 3t² − 2t³. */
static inline double sl_edge_bulge_share(double t)
{
	return t * t * (3 - 2 * t);
}

#endif
