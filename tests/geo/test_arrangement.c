#include "check.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/arrangement.h"
#include "geo/edge_area.h"
#include "geo/wkb.h"

#include <geodesic.h>
#include <geos_c.h>
#include <stdlib.h>

static struct sl_err e;

static struct sl_grid_shape shape_of(struct sl_arena *a, const char *wkt)
{
	struct sl_geom g;
	struct sl_grid_shape s = {0};

	CHECK_OK(sl_wkt_read(a, sl_str_from(wkt), &g, NULL, &e), &e);
	CHECK_OK(sl_grid_shape_from(a, &g, &s, &e), &e);
	return s;
}

TEST(two_squares_give_three_faces)
{
	struct sl_arena a = {0};
	struct sl_grid_shape s[2] = {shape_of(&a, "POLYGON((0 0,2 0,2 2,0 2,0 0))"),
	                             shape_of(&a, "POLYGON((1 1,1 3,3 3,3 1,1 1))")}; /* the other direction */
	struct sl_arrangement r;

	CHECK_OK(sl_arrange(&a, s, 2, 2, true, &r, &e), &e);
	CHECK_INT(r.n_faces, 3);
	CHECK_INT(r.face[0].n_cover, 1);
	CHECK_INT(r.face[1].n_cover, 2);
	CHECK_INT(r.face[2].cover[0], 1);
	CHECK_INT(r.face[1].geometry.n_points, 4);
	sl_arena_done(&a);
}

TEST(island_inside_a_hole_and_inside_ground)
{
	struct sl_arena a = {0};
	struct sl_grid_shape s[3] = {
		shape_of(&a, "POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,2 8,8 8,8 2,2 2))"),
		shape_of(&a, "POLYGON((4 4,6 4,6 6,4 6,4 4))"),  /* in the hole */
		shape_of(&a, "POLYGON((.5 .5,1 .5,1 1,.5 1,.5 .5))")}; /* in the ground */
	struct sl_arrangement r;

	CHECK_OK(sl_arrange(&a, s, 3, 3, true, &r, &e), &e);
	CHECK_INT(r.n_faces, 3);
	CHECK_INT(r.face[0].n_cover, 1); /* 0 */
	CHECK_INT(r.face[0].geometry.n_rings, 3);
	CHECK_INT(r.face[1].n_cover, 2); /* 0, 2 */
	CHECK_INT(r.face[2].cover[0], 1);
	sl_arena_done(&a);
}

TEST(shared_and_touching_boundaries)
{
	struct sl_arena a = {0};
	struct sl_grid_shape s[4] = {shape_of(&a, "POLYGON((0 0,1 0,1 1,0 1,0 0))"),
	                             shape_of(&a, "POLYGON((1 0,2 0,2 1,1 1,1 0))"),   /* neighbour */
	                             shape_of(&a, "POLYGON((1 .25,1 .75,2 .75,2 .25,1 .25))"), /* T-junctions */
	                             shape_of(&a, "POLYGON((0 0,1 0,1 1,0 1,0 0))")};  /* the same as the first */
	struct sl_arrangement r;

	CHECK_OK(sl_arrange(&a, s, 4, 4, true, &r, &e), &e);
	CHECK_INT(r.n_faces, 3);
	CHECK_INT(r.face[0].n_cover, 2);
	CHECK_INT(r.face[1].n_cover, 1);
	CHECK_INT(r.face[2].n_cover, 2);
	sl_arena_done(&a);
}

TEST(labels_cut_but_make_no_land)
{
	struct sl_arena a = {0};
	struct sl_grid_shape s[2] = {shape_of(&a, "POLYGON((0 0,2 0,2 1,0 1,0 0))"),
	                             shape_of(&a, "POLYGON((-5 -5,1 -5,1 5,-5 5,-5 -5))")};
	struct sl_arrangement r;

	CHECK_OK(sl_arrange(&a, s, 2, 1, false, &r, &e), &e);
	CHECK_INT(r.n_faces, 2);
	CHECK_NEAR(r.face[0].area_m2, r.face[1].area_m2, 2e-6 * r.face[0].area_m2);
	sl_arena_done(&a);
}

/* A random star of 5 to 40 points; sizes from metres to kilometres. */
static void random_star(uint64_t *seed, struct sl_arena *a, double x, double y, double size, bool coarse,
                        struct sl_geom *out)
{
	struct sl_geom_builder b;
	int n = 5 + (int)(sl_uniform(seed) * 35);

	sl_geom_build(&b, a, SL_GEOM_POLYGON);
	CHECK_OK(sl_geom_add_part(&b, &e), &e);
	CHECK_OK(sl_geom_add_ring(&b, &e), &e);
	for (int i = 0; i < n; i++) {
		double t = (i + .7 * sl_uniform(seed) - .35) * 2 * M_PI / n, r = size * (.5 + .6 * sl_uniform(seed));
		double px = x + r * cos(t), py = y + r * sin(t);

		if (coarse && sl_uniform(seed) < .3) { /* coinciding vertices and collinear edges happen */
			px = round(px * 1e3) / 1e3;
			py = round(py * 1e3) / 1e3;
		}
		CHECK_OK(sl_geom_add_point(&b, px, py, &e), &e);
	}
	sl_geom_finish(&b, out);
}

static GEOSContextHandle_t geos;

static GEOSGeometry *to_geos(const struct sl_geom *g)
{
	struct sl_buf b = {0};
	GEOSGeometry *r;

	sl_wkb_write(&b, g);
	r = GEOSGeomFromWKB_buf_r(geos, (const unsigned char *)b.p, b.n);
	sl_buf_done(&b);
	return r;
}

/* Faces against an independent engine: their planar areas by GEOS must add up to GEOS's own union, no two may
 * overlap, and a random point lies in a face with exactly the shapes that GEOS says contain it. */
TEST(faces_agree_with_geos_on_random_stars)
{
	uint64_t seed = 20261122;

	printf("seed %llu\n", (unsigned long long)seed);
	geos = GEOS_init_r();
	for (int round = 0; round < 150; round++) {

		struct sl_arena a = {0};
		size_t n = 2 + (size_t)(sl_uniform(&seed) * 12), used = 0;
		struct sl_geom g[16];
		struct sl_grid_shape s[16];
		struct sl_arrangement r;
		double size = pow(10, -3 + 2 * sl_uniform(&seed)), sum = 0, joined = 0, x;
		GEOSGeometry *all = GEOSGeom_createEmptyCollection_r(geos, GEOS_MULTIPOLYGON), *next, *og[16];

		for (size_t i = 0; i < n; i++) {
			random_star(&seed, &a, 30 + 2 * size * sl_uniform(&seed), 47 + 2 * size * sl_uniform(&seed), size,
			            round % 2, &g[used]);
			og[used] = to_geos(&g[used]);
			if (!GEOSisValid_r(geos, og[used])) {
				GEOSGeom_destroy_r(geos, og[used]);
				continue;
			}
			CHECK_OK(sl_grid_shape_from(&a, &g[used], &s[used], &e), &e);
			next = GEOSUnion_r(geos, all, og[used]);
			GEOSGeom_destroy_r(geos, all);
			all = next;
			used++;
		}
		CHECK_OK(sl_arrange(&a, s, used, used, true, &r, &e), &e);
		for (size_t i = 0; i < r.n_faces; i++) {
			GEOSGeometry *f = to_geos(&r.face[i].geometry);
			double sphere = sl_geom_area_m2(&r.face[i].geometry);

			CHECK(f && GEOSisValid_r(geos, f) == 1);
			GEOSArea_r(geos, f, &x);
			sum += x;
			/* A piece of a cut edge follows the whole edge's geodesic; alone it would be a geodesic of its
			 * own: between the two lies at most L³/12R per edge. */
			CHECK_NEAR(r.face[i].area_m2, sphere, 4 * pow(size * 1.5e5, 3) / 12 / 6.37e6 + 1e-3);
			GEOSGeom_destroy_r(geos, f);
		}
		GEOSArea_r(geos, all, &joined);
		CHECK_NEAR(sum, joined, 1e-9 * joined + 1e-11 * size);
		/* each shape's geodesic area is the sum of the faces that it covers */
		for (size_t i = 0; i < used; i++) {
			double own = sl_geom_area_m2(&g[i]), parts = 0;

			for (size_t k = 0; k < r.n_faces; k++)
				for (uint32_t c = 0; c < r.face[k].n_cover; c++)
					if (r.face[k].cover[c] == i)
						parts += r.face[k].area_m2;
			/* rounding to the grid moves a boundary by half a micrometre; lines that run along each other
			 * with other ends have two geodesics and one edge */
			CHECK_NEAR(parts, own, (round % 2 ? 1e-6 : 3e-9) * own + 6e-7 * sl_geom_length_m(&g[i]));
		}
		for (int k = 0; k < 100; k++) {
			double px = 30 + (4 * sl_uniform(&seed) - 1) * size, py = 47 + (4 * sl_uniform(&seed) - 1) * size;
			GEOSGeometry *p = GEOSGeom_createPointFromXY_r(geos, px, py);
			uint32_t want[16], n_want = 0;
			const struct sl_face *hit = NULL;

			for (size_t i = 0; i < used; i++)
				if (GEOSContains_r(geos, og[i], p) == 1)
					want[n_want++] = (uint32_t)i;
			for (size_t i = 0; i < r.n_faces; i++)
				if (sl_geom_contains(&r.face[i].geometry, px, py)) {
					CHECK(!hit);
					hit = &r.face[i];
				}
			CHECK_INT(hit ? hit->n_cover : 0, n_want);
			CHECK(!hit || !n_want || !memcmp(hit->cover, want, n_want * sizeof *want));
			GEOSGeom_destroy_r(geos, p);
		}
		for (size_t i = 0; i < used; i++)
			GEOSGeom_destroy_r(geos, og[i]);
		GEOSGeom_destroy_r(geos, all);
		sl_arena_done(&a);
	}
	GEOS_finish_r(geos);
}

/* Chord and bulge against GeographicLib's own area under a geodesic. */
TEST(edge_pieces_make_the_geodesic_area)
{
	struct geod_geodesic g;
	uint64_t seed = 7;

	printf("seed %llu\n", (unsigned long long)seed);
	geod_init(&g, 6378137, 1 / 298.257223563);
	for (int i = 0; i < 20000; i++) {
		double lat = -85 + 170 * sl_uniform(&seed), lon = -170 + 340 * sl_uniform(&seed);
		double azi = 360 * sl_uniform(&seed), s = pow(10, 5 * sl_uniform(&seed)), lat2, lon2, azi2, lat3, lon3;
		struct geod_polygon p;
		struct sl_edge_frame f;
		double want, got = 0, x[3], y[3];

		geod_direct(&g, lat, lon, azi, s, &lat2, &lon2, &azi2);
		geod_direct(&g, lat, lon, azi + 60, s, &lat3, &lon3, &azi2);
		x[0] = lon, x[1] = lon2, x[2] = lon3;
		y[0] = lat, y[1] = lat2, y[2] = lat3;
		if (fabs(lat2) > 87 || fabs(lat3) > 87 || fabs(lon2 - lon) > 90 || fabs(lon3 - lon) > 90)
			continue;
		sl_edge_frame_init(&f, (struct sl_box){0, fmin(lat, fmin(lat2, lat3)), 0, fmax(lat, fmax(lat2, lat3))});
		geod_polygon_init(&p, 0);
		for (int k = 0; k < 3; k++) {
			int m = (k + 1) % 3;

			geod_polygon_addpoint(&g, &p, y[k], x[k]);
			got -= sl_edge_chord_m2(&f, x[k], y[k], x[m], y[m]) + sl_edge_bulge_m2(&f, x[k], y[k], x[m], y[m]);
		}
		geod_polygon_compute(&g, &p, 0, 1, &want, NULL);
		/* geod_polygon itself is good to some 1e-5 m² on small triangles */
		CHECK_NEAR(got, want, 1e-10 * fabs(want) + 1e-4);
	}
}
