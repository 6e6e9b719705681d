#include "app/simulate_parts.h"

#include <math.h>

#define PI 3.14159265358979323846

uint64_t chance(uint64_t seed, enum chance purpose, uint64_t index)
{
	uint64_t s = seed;

	s = sl_splitmix64(&s) ^ ((uint64_t)purpose << 48);
	s = sl_splitmix64(&s) ^ index;
	return sl_splitmix64(&s);
}

double chance_in(uint64_t *state, double low, double high)
{
	return low + (high - low) * sl_uniform(state);
}

uint32_t chance_of(uint64_t *state, uint32_t n)
{
	return (uint32_t)(sl_uniform(state) * n);
}

bool chance_hits(uint64_t *state, double probability)
{
	return sl_uniform(state) < probability;
}

/* Box and Muller (1958), doi:10.1214/aoms/1177706645; the second value is not kept, so that a state is one
 * number. */
double chance_normal(uint64_t *state)
{
	double u = 1.0 - sl_uniform(state), v = sl_uniform(state);

	return sqrt(-2.0 * log(u)) * cos(2.0 * PI * v);
}

/* Series for WGS 84 (NGA.STND.0036, length of a degree); good to a centimetre per degree. */
double metres_per_degree_lat(double lat_deg)
{
	double f = lat_deg * PI / 180.0;

	return 111132.954 - 559.822 * cos(2.0 * f) + 1.175 * cos(4.0 * f);
}

double metres_per_degree_lon(double lat_deg)
{
	double f = lat_deg * PI / 180.0;

	return 111412.84 * cos(f) - 93.5 * cos(3.0 * f) + 0.118 * cos(5.0 * f);
}

struct spot spot_at(struct spot from, double x_m, double y_m)
{
	double lat = (double)from.y / SPOT_DEG;

	return (struct spot){
	    .x = from.x + (int64_t)llround(x_m / metres_per_degree_lon(lat) * SPOT_DEG),
	    .y = from.y + (int64_t)llround(y_m / metres_per_degree_lat(lat) * SPOT_DEG),
	};
}

int day_of(int year, int month, int day)
{
	struct sl_date d = sl_date_none();

	return sl_date_from_ymd(year, month, day, &d) ? d.day : 0;
}
