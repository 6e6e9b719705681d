#include "geo/mercator.h"

#include <math.h>

#define WORLD ((double)(INT64_C(1) << SL_WORLD_BITS))
#define PI 3.14159265358979323846

static int32_t unit(double fraction)
{
	double v = rint(fraction * WORLD);

	return v <= 0 ? 0 : v >= WORLD - 1 ? INT32_MAX : (int32_t)v;
}

struct sl_world_point sl_world_from(double lon, double lat)
{
	double s;

	if (lat >= SL_MERCATOR_LAT_MAX)
		return (struct sl_world_point){unit(lon / 360 + 0.5), 0};
	if (lat <= -SL_MERCATOR_LAT_MAX)
		return (struct sl_world_point){unit(lon / 360 + 0.5), INT32_MAX};
	/* J. P. Snyder, "Map Projections: a working manual" (1987, doi:10.3133/pp1395), (7-2a), on the sphere.
	 */
	s = sin(lat * (PI / 180));
	return (struct sl_world_point){unit(lon / 360 + 0.5), unit(0.5 - log((1 + s) / (1 - s)) / (4 * PI))};
}

void sl_world_degrees(double x, double y, double *lon, double *lat)
{
	*lon = (x / WORLD - 0.5) * 360;
	*lat = atan(sinh((0.5 - y / WORLD) * (2 * PI))) * (180 / PI);
}

bool sl_tile_exists(struct sl_tile_id t)
{
	return t.z <= SL_TILE_ZOOM_MAX && t.x < UINT32_C(1) << t.z && t.y < UINT32_C(1) << t.z;
}

struct sl_tile_id sl_tile_at(struct sl_world_point p, uint32_t z)
{
	return (struct sl_tile_id){z, (uint32_t)p.x >> (SL_WORLD_BITS - z),
	                           (uint32_t)p.y >> (SL_WORLD_BITS - z)};
}

static int32_t clamp(int64_t v)
{
	return v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

struct sl_world_box sl_tile_world_box(struct sl_tile_id t, int margin)
{
	int64_t side = INT64_C(1) << (SL_WORLD_BITS - t.z);
	int64_t more = (int64_t)margin << (SL_TILE_ZOOM_MAX - t.z);

	return (struct sl_world_box){clamp(t.x * side - more), clamp(t.y * side - more),
	                             clamp((t.x + 1) * side + more), clamp((t.y + 1) * side + more)};
}

/* The corners as they are, not in whole units: a box that is asked for must not be a hair too small. */
struct sl_box sl_tile_box(struct sl_tile_id t, int margin)
{
	double side = exp2(SL_WORLD_BITS - (double)t.z), more = margin * exp2(SL_TILE_ZOOM_MAX - (double)t.z);
	struct sl_box b;

	sl_world_degrees(fmax(t.x * side - more, 0), fmin((t.y + 1.0) * side + more, WORLD), &b.x0, &b.y0);
	sl_world_degrees(fmin((t.x + 1.0) * side + more, WORLD), fmax(t.y * side - more, 0), &b.x1, &b.y1);
	/* What lies beyond the Mercator's edge is drawn on it. */
	if (t.y == 0)
		b.y1 = 90;
	if (t.y + 1 == UINT32_C(1) << t.z)
		b.y0 = -90;
	return b;
}
