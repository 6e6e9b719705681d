#include "cases.h"

#include "base/env.h"
#include "geo/area.h"

#include <stdlib.h>

/* The series against geodesic.h: relative 1.5e-11, plus what geodesic.h itself leaves open (its rounding is
 * that of the area down to the equator, some 1e-4 m² an edge). */
static void check_against_reference(const double *ring, size_t n, const char *what)
{
	double got = sl_ring_area_m2(ring, n), want = sl_ring_area_reference_m2(ring, n);
	double slack = 1.5e-11 * fabs(want) + 2e-4 * (double)n;

	if (!(fabs(got - want) <= slack)) {
		printf("%s: %.17g, not %.17g (relative %.2g), first point %.9f %.9f\n", what, got, want,
		       fabs(got - want) / fabs(want), ring[0], ring[1]);
		test_failures++;
	}
}

/* A ring of n points round a place, counter-clockwise, about `size_m` across. */
static void make_ring(uint64_t *seed, double lon, double lat, double size_m, size_t n, double *ring)
{
	double turn = sl_uniform(seed) * 360;

	for (size_t i = 0; i < n; i++)
		sl_geodesic_direct(lon, lat, turn - 360 * ((double)i + 0.6 * sl_uniform(seed)) / (double)n,
		                   size_m / 2 * (0.5 + 0.5 * sl_uniform(seed)), &ring[2 * i], &ring[2 * i + 1]);
}

TEST(area_series_equals_geodesic_h_everywhere)
{
	uint64_t seed = 20260101;
	double ring[2 * 40];

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 30000 && test_failures < 10; k++) {
		double lat = sl_uniform(&seed) * 179.9 - 89.95, lon = sl_uniform(&seed) * 360 - 180;
		double size_m = pow(10, sl_uniform(&seed) * 5.7); /* 1 m to 500 km */
		size_t n = 3 + (size_t)(sl_uniform(&seed) * 38);

		make_ring(&seed, lon, lat, size_m, n, ring);
		check_against_reference(ring, n, "random ring");
	}
}

/* The bounds of the series are where it is worst: edges just short enough, at each latitude. */
TEST(area_series_at_its_longest_edges)
{
	uint64_t seed = 7;
	double ring[2 * 40];

	for (int lat = -88; lat <= 88; lat += 4)
		for (int k = 0; k < 200 && test_failures < 10; k++) {
			double edge = 9500 * cos(lat * 0.017453292519943295);
			size_t n = k % 2 ? 4 : 6;

			make_ring(&seed, 20, lat, edge / sin(3.14159 / (double)n) * (0.5 + 0.6 * sl_uniform(&seed)), n, ring);
			check_against_reference(ring, n, "longest edges");
		}
}

/* Small rings, where geodesic.h is no yardstick any more: cells of a grid must add up to the outline, and
 * the outline of a large one agrees with geodesic.h. */
TEST(area_of_small_cells_adds_up)
{
	enum { SIDE = 40 };
	static double p[SIDE + 1][SIDE + 1][2];
	static const double steps_deg[] = {1e-7, 1e-5, 1e-3};
	static const double lats[] = {0, 13.5, -33, 60, 85};

	for (size_t s = 0; s < 3; s++)
		for (size_t l = 0; l < 5; l++) {
			double outline[8 * SIDE], sum = 0, whole;
			size_t n = 0;

			for (int i = 0; i <= SIDE; i++)
				for (int k = 0; k <= SIDE; k++) {
					p[i][k][0] = 102.7 + k * steps_deg[s] + i * steps_deg[s] / 7;
					p[i][k][1] = lats[l] + i * steps_deg[s];
				}
			for (int i = 0; i < SIDE; i++)
				for (int k = 0; k < SIDE; k++) {
					double cell[8] = {p[i][k][0], p[i][k][1], p[i][k + 1][0], p[i][k + 1][1],
					                  p[i + 1][k + 1][0], p[i + 1][k + 1][1], p[i + 1][k][0], p[i + 1][k][1]};

					sum += sl_ring_area_m2(cell, 4);
				}
			for (int k = 0; k < SIDE; k++, n++)
				memcpy(outline + 2 * n, p[0][k], 16);
			for (int i = 0; i < SIDE; i++, n++)
				memcpy(outline + 2 * n, p[i][SIDE], 16);
			for (int k = SIDE; k > 0; k--, n++)
				memcpy(outline + 2 * n, p[SIDE][k], 16);
			for (int i = SIDE; i > 0; i--, n++)
				memcpy(outline + 2 * n, p[i][0], 16);
			whole = sl_ring_area_m2(outline, n);
			CHECK_NEAR(sum / whole, 1, 1e-11);
			check_against_reference(outline, n, "outline of cells");
		}
}

TEST(area_properties)
{
	uint64_t seed = 424242;
	double ring[2 * 30], turned[2 * 30], reversed[2 * 30];

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 3000; k++) {
		size_t n = 3 + (size_t)(sl_uniform(&seed) * 27), shift = (size_t)(sl_uniform(&seed) * (double)n);
		double a;

		make_ring(&seed, sl_uniform(&seed) * 358 - 179, sl_uniform(&seed) * 170 - 85,
		          pow(10, 1 + sl_uniform(&seed) * 4), n, ring);
		for (size_t i = 0; i < n; i++) {
			memcpy(turned + 2 * i, ring + 2 * ((i + shift) % n), 16);
			memcpy(reversed + 2 * i, ring + 2 * (n - 1 - i), 16);
		}
		a = sl_ring_area_m2(ring, n);
		CHECK(a > 0);
		CHECK_NEAR(sl_ring_area_m2(turned, n) / a, 1, 1e-11 + 1e-3 / a);
		CHECK_NEAR(sl_ring_area_m2(reversed, n) / a, -1, 1e-11 + 1e-3 / a);
	}
}

TEST(area_across_the_antimeridian_and_round_the_pole)
{
	/* RFC 7946 wants such rings cut; whoever does not cut them still gets the right area. */
	const double across[] = {179.99, 10, -179.99, 10, -179.99, 10.02, 179.99, 10.02};
	const double same[] = {9.99, 10, 10.01, 10, 10.01, 10.02, 9.99, 10.02};
	const double pole[] = {0, 89.5, 90, 89.5, 180, 89.5, -90, 89.5};

	CHECK_NEAR(sl_ring_area_m2(across, 4) / sl_ring_area_m2(same, 4), 1, 1e-9);
	CHECK_NEAR(sl_ring_area_m2(pole, 4), sl_ring_area_reference_m2(pole, 4), 1);
	CHECK(sl_ring_area_m2(pole, 4) > 6e9);
	CHECK(sl_ring_area_m2(pole, 2) == 0);
}

TEST(area_of_geometries_subtracts_holes)
{
	double xy[] = {0, 0, 0.02, 0, 0.02, 0.02, 0, 0.02,              /* counter-clockwise */
	               0.005, 0.005, 0.005, 0.01, 0.01, 0.01, 0.01, 0.005, /* clockwise hole */
	               1, 0, 1, 0.02, 1.02, 0.02, 1.02, 0};              /* clockwise outer ring */
	uint32_t ring_end[] = {4, 8, 12}, part_end[] = {2, 3};
	struct sl_geom g = {.type = SL_GEOM_POLYGON, .xy = xy, .n_points = 12, .ring_end = ring_end,
	                    .n_rings = 3, .part_end = part_end, .n_parts = 2};
	double outer = sl_ring_area_m2(xy, 4), hole = sl_ring_area_m2(xy + 8, 4);

	CHECK(outer > 0 && hole < 0);
	CHECK_NEAR(sl_geom_area_m2(&g), 2 * outer + hole, 1e-3);
	g.type = SL_GEOM_LINE;
	CHECK(sl_geom_area_m2(&g) == 0);
}

TEST(geodtest_all_ten_thousand)
{
	static const char name[] = "geodesy/GeodTest-short.dat.gz";
	FILE *f = shared_open(name);
	double v[10];
	int n = 0;
	uint64_t seed = 99;

	if (!f)
		return;
	while (test_failures < 20 && fscanf(f, "%lf %lf %lf %lf %lf %lf %lf %lf %lf %lf", v, v + 1, v + 2, v + 3,
	                                    v + 4, v + 5, v + 6, v + 7, v + 8, v + 9) == 10) {
		double lat1 = v[0], lon1 = v[1], azi1 = v[2], lat2 = v[3], lon2 = v[4], s12 = v[6], S12 = v[9];
		double under[] = {lon1, lat1, lon2, lat2, lon2, 0, (lon1 + lon2) / 2, 0, lon1, 0};
		double lon, lat, ring[2 * 12];

		n++;
		CHECK_NEAR(sl_distance_m(lon1, lat1, lon2, lat2), s12, 1e-6);
		sl_geodesic_direct(lon1, lat1, azi1, s12, &lon, &lat);
		CHECK_NEAR(sl_distance_m(lon, lat, lon2, lat2), 0, 1e-6);
		/* S12 is the area between the geodesic and the equator: a quadrilateral, clockwise when positive. One
		 * more point on the equator, since beyond 179.4 degrees the shortest way home leaves it.
		 * The file's 1e-12 degrees turn the azimuth by 1e-7 m over the reduced length m12, and that turns
		 * radius² times as much area. */
		CHECK_NEAR(sl_ring_area_m2(under, 5), -S12, 3 + 1e7 / fabs(v[8]));
		/* A short ring at the same place and turned along the same azimuth goes through the series. */
		for (size_t i = 0; i < 12; i++)
			sl_geodesic_direct(lon2, lat2, azi1 - 30.0 * (double)i, pow(10, 1 + 3 * sl_uniform(&seed)), &ring[2 * i],
			                   &ring[2 * i + 1]);
		check_against_reference(ring, 12, "GeodTest place");
	}
	shared_close(f, name);
	CHECK_INT(n, 10000);
	printf("%d geodesics\n", n);
}

/* area.txt: input "lat lon lat lon ...", expect m², tolerance relative. */
TEST(area_cases)
{
	static struct case_file c;
	int n = 0;

	if (!case_open(&c, "area.txt"))
		return;
	while (case_next(&c)) {
		static double ring[2 * 400];
		size_t k = 0;
		char *p = c.input, *end, got[40];
		double want = strtod(c.expect, NULL), a;

		for (double x; k < 800 && (x = strtod(p, &end), end != p); p = end, k++)
			ring[k ^ 1] = x;
		a = fabs(sl_ring_area_m2(ring, k / 2));
		snprintf(got, sizeof got, "%.6f", a);
		if (!(fabs(a - want) <= c.tolerance * want + 1e-3))
			case_fail(&c, got);
		n++;
	}
	CHECK(n >= 20);
}

/* domain.md 2.7: a traverse of 120, 80, 120, 80 m closes to 0.6 mm. */
TEST(area_of_the_worked_traverse)
{
	static const double legs[4][2] = {{45, 120}, {135, 80}, {225, 120}, {315, 80}};
	static const double points[3][2] = {{13.50076696, 102.70078376}, {13.50025565, 102.70130627},
	                                    {13.49948869, 102.70052251}};
	double ring[8], lon = 102.7, lat = 13.5;

	for (int i = 0; i < 4; i++) {
		ring[2 * i] = lon;
		ring[2 * i + 1] = lat;
		if (i) {
			CHECK_NEAR(lat, points[i - 1][0], 1e-8);
			CHECK_NEAR(lon, points[i - 1][1], 1e-8);
		}
		sl_geodesic_direct(lon, lat, legs[i][0], legs[i][1], &lon, &lat);
	}
	CHECK_NEAR(sl_distance_m(lon, lat, 102.7, 13.5), 0.0006, 0.00005);
	CHECK_NEAR(fabs(sl_ring_area_m2(ring, 4)), 9600.04, 0.06);
}
