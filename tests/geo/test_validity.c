#include "cases.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/orientation.h"
#include "geo/validity.h"
#include "geo/wkb.h"

#include <geos_c.h>

/* GEOS's own verdict, by the straightest way: WKT in, detail out. */
static bool geos_verdict(GEOSContextHandle_t h, const char *wkt, char *reason, size_t size)
{
	GEOSWKTReader *reader = GEOSWKTReader_create_r(h);
	GEOSGeometry *g = GEOSWKTReader_read_r(h, reader, wkt), *where = NULL;
	char *said = NULL, answer = g ? GEOSisValidDetail_r(h, g, 0, &said, &where) : 2;

	CHECK(answer != 2);
	snprintf(reason, size, "%s", said ? said : "");
	GEOSFree_r(h, said);
	GEOSGeom_destroy_r(h, where);
	GEOSGeom_destroy_r(h, g);
	GEOSWKTReader_destroy_r(h, reader);
	return answer == 1;
}

static void check_same_verdict(struct sl_arena *a, GEOSContextHandle_t h, const char *wkt)
{
	struct sl_err e = {0};
	struct sl_validity v = {0};
	struct sl_geom g = {.type = SL_GEOM_NONE};
	char reason[200];
	bool valid = geos_verdict(h, wkt, reason, sizeof reason);

	CHECK_OK(sl_wkt_read(a, sl_str_from(wkt), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
	if (v.valid != valid || strncmp(v.reason, reason, sizeof v.reason - 1)) {
		printf("%.300s: %s \"%s\", GEOS: %s \"%s\"\n", wkt, v.valid ? "valid" : "invalid", v.reason,
		       valid ? "valid" : "invalid", reason);
		test_failures++;
	}
}

TEST(validity_of_known_shapes)
{
	static const char *const shapes[] = {
		"POLYGON ((0 0, 1 0, 1 1, 0 1, 0 0))",
		"POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))",                          /* bow-tie */
		"POLYGON ((0 0, 2 0, 3 0, 2 0, 2 2, 0 2, 0 0))",                /* spike */
		"POLYGON ((0 0, 2 0, 2 0, 2 2, 0 2, 0 0))",                     /* repeated point */
		"POLYGON ((0 0, 1 0, 2 0, 2 2, 0 2, 0 0))",                     /* a point on a straight edge */
		"POLYGON ((0 0, 4 0, 4 4, 2 0, 0 4, 0 0))",                     /* a corner touches an edge */
		"POLYGON ((0 0, 4 0, 2 2, 4 4, 0 4, 2 2, 0 0))",                /* touches itself in a point */
		"POLYGON ((0 0, 2 0, 4 0, 0 0))",                               /* no area */
		"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))",
		"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (11 1, 12 1, 12 2, 11 1))", /* hole outside */
		"POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 12 1, 2 2, 1 1))",
		"MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)), ((5 5, 6 5, 6 6, 5 5)))",
		"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((1 1, 6 5, 6 6, 1 1)))",
		"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((3 1, 3 2, 3.5 2, 3 1)))", /* one inside the other */
		"MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0)), ((0 0, 4 0, 4 4, 0 0)))", /* twice the same */
	};
	GEOSContextHandle_t h = GEOS_init_r();
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_validity v;
	struct sl_geom g;

	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		check_same_verdict(&a, h, shapes[i]);
	CHECK_OK(sl_wkt_read(&a, sl_str_from(shapes[1]), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
	CHECK(!v.valid && v.lon == 0.5 && v.lat == 0.5 && !strcmp(v.reason, "Self-intersection"));
	CHECK_OK(sl_wkt_read(&a, SL_STR("POLYGON ((0 0, 1 1, 0 0))"), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
	CHECK(!v.valid && strstr(v.reason, "Too few points"));
	g.xy[0] = (double)INFINITY;
	CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
	CHECK(!v.valid && isnan(v.lon));
	CHECK_INT(sl_geom_repair(&a, &g, &g, &e), SL_INVALID);
	GEOS_finish_r(h);
	sl_arena_done(&a);
}

/* Rings on a coarse grid: bow-ties, spikes, repeated and touching points abound. */
TEST(validity_equals_geos_on_random_rings)
{
	uint64_t seed = 577215;
	GEOSContextHandle_t h = GEOS_init_r();
	int n_valid = 0, n = 0;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 20000 && test_failures < 10; k++) {
		struct sl_arena a = {0};
		struct sl_buf b = {0};
		struct sl_err e = {0};
		struct sl_validity v;
		struct sl_geom g;
		int points = 3 + (int)(sl_uniform(&seed) * 9), coarse = 3 + (int)(sl_uniform(&seed) * 12);
		bool star = k % 2; /* round a centre: mostly valid */

		for (int i = 0; i < points; i++) {
			double t = 6.283 * (i + 0.5 * sl_uniform(&seed)) / points, r = coarse * (0.3 + sl_uniform(&seed));
			double x = star ? nearbyint(r * cos(t)) : floor(sl_uniform(&seed) * coarse);
			double y = star ? nearbyint(r * sin(t)) : floor(sl_uniform(&seed) * coarse);

			if (sl_uniform(&seed) < 0.2) /* off the grid, with long decimals */
				x += sl_uniform(&seed);
			sl_buf_printf(&b, "%s%.17g %.17g", i ? ", " : "POLYGON ((", x, y);
		}
		sl_buf_puts(&b, "))");
		CHECK_OK(sl_wkt_read(&a, sl_buf_view(&b), &g, NULL, &e), &e);
		sl_buf_clear(&b);
		sl_wkt_write(&b, &g);
		if (g.n_points >= 3) {
			check_same_verdict(&a, h, b.p);
			CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
			n_valid += v.valid;
			n++;
		}
		sl_buf_done(&b);
		sl_arena_done(&a);
	}
	printf("%d of %d valid\n", n_valid, n);
	CHECK(n_valid > 2000 && n - n_valid > 2000);
	GEOS_finish_r(h);
}

TEST(repair_keeps_polygons_and_is_valid)
{
	uint64_t seed = 1414213;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 3000 && test_failures < 10; k++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_geom_builder b;
		struct sl_validity v;
		struct sl_geom g, mended;
		int rings = 1 + (int)(sl_uniform(&seed) * 3);

		sl_geom_build(&b, &a, SL_GEOM_POLYGON);
		for (int r = 0; r < rings; r++) {
			int n = 1 + (int)(sl_uniform(&seed) * 10);

			if (sl_uniform(&seed) < 0.4)
				CHECK_OK(sl_geom_add_part(&b, &e), &e);
			CHECK_OK(sl_geom_add_ring(&b, &e), &e);
			for (int i = 0; i < n; i++)
				CHECK_OK(sl_geom_add_point(&b, floor(sl_uniform(&seed) * 12), floor(sl_uniform(&seed) * 12), &e), &e);
		}
		sl_geom_finish(&b, &g);
		CHECK_OK(sl_geom_repair(&a, &g, &mended, &e), &e);
		CHECK(mended.type == SL_GEOM_NONE || mended.type == SL_GEOM_POLYGON);
		CHECK_OK(sl_geom_validity(&mended, &v, &e), &e);
		if (!v.valid) {
			struct sl_buf text = {0};

			sl_wkt_write(&text, &g);
			sl_buf_puts(&text, " -> ");
			sl_wkt_write(&text, &mended);
			printf("%s: %s\n", v.reason, text.p);
			sl_buf_done(&text);
			test_failures++;
		}
		sl_arena_done(&a);
	}
}

TEST(repair_of_a_bow_tie)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_geom g, mended;

	CHECK_OK(sl_wkt_read(&a, SL_STR("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))"), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_repair(&a, &g, &mended, &e), &e);
	CHECK_INT(mended.n_parts, 2);
	CHECK_INT(mended.n_points, 6);
	CHECK(sl_geom_contains(&mended, 0.5, 1) && sl_geom_contains(&mended, 1.5, 1));
	CHECK(!sl_geom_contains(&mended, 1, 0.5));
	CHECK_OK(sl_wkt_read(&a, SL_STR("POLYGON ((0 0, 2 2, 4 4, 0 0))"), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_repair(&a, &g, &mended, &e), &e);
	CHECK_INT(mended.type, SL_GEOM_NONE);
	CHECK_OK(sl_wkt_read(&a, SL_STR("POINT (1 1)"), &g, NULL, &e), &e);
	CHECK_OK(sl_geom_repair(&a, &g, &mended, &e), &e);
	CHECK_INT(mended.type, SL_GEOM_NONE);
	sl_arena_done(&a);
}

/* Points almost on a line: the side must be that of exact arithmetic (integers scaled by 2^-52). */
TEST(orientation_is_exact)
{
	uint64_t seed = 8;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 200000; k++) {
		long long v[6];
		double d[6];
		__int128 det;

		for (int i = 0; i < 6; i++) {
			long long base = i < 2 ? 1 : i < 4 ? 12 : 24;

			v[i] = (base << 47) / 2 + (long long)(sl_splitmix64(&seed) % 16);
			d[i] = (double)v[i] * 0x1p-52;
		}
		det = (__int128)(v[0] - v[4]) * (v[3] - v[5]) - (__int128)(v[1] - v[5]) * (v[2] - v[4]);
		CHECK_INT(sl_orientation(d, d + 2, d + 4), (det > 0) - (det < 0));
	}
}

/* One op of the JTS test suite: <a> WKT </a> ... <op name="isValid" arg1="A"> true </op>. */
TEST(validity_of_the_jts_suite)
{
	static const char *const names[] = {"general/TestValid.xml", "general/TestValid2.xml", "general/TestValid2-big.xml",
	                                    "misc/TestValid.xml", "misc/TestInvalidA.xml"};
	GEOSContextHandle_t h = GEOS_init_r();
	int n = 0, opened = 0;

	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		char name[100];
		struct sl_buf text = {0};
		struct sl_arena a = {0};
		FILE *f;
		char *p, *room;

		snprintf(name, sizeof name, "jts_xml/%s", names[k]);
		f = shared_open(name);
		if (!f)
			continue;
		opened++;
		while ((room = sl_buf_room(&text, 65536)) && (text.n += fread(room, 1, 65536, f), !feof(f)))
			;
		shared_close(f, name);
		sl_buf_putc(&text, 0);
		for (p = text.p; (p = strstr(p, "<case>"));) {
			char *end = strstr(p, "</case>"), *wkt = strstr(p, "<a>"), *op = strstr(p, "isValid\""), *stop;
			struct sl_geom g;
			struct sl_validity v;
			struct sl_err e = {0};

			p = end;
			if (!end || !wkt || !op || op > end || !(stop = strstr(wkt, "</a>")))
				continue;
			if (sl_wkt_read(&a, (struct sl_str){wkt + 3, (size_t)(stop - wkt) - 3}, &g, NULL, &e) ||
			    g.type != SL_GEOM_POLYGON)
				continue; /* mixed collections, rings and lines are not ours */
			CHECK_OK(sl_geom_validity(&g, &v, &e), &e);
			op = strchr(op, '>') + 1;
			op += strspn(op, " \r\n\t");
			if (v.valid != !strncmp(op, "true", 4)) {
				printf("%s: %.*s: %d\n", name, (int)(stop - wkt), wkt, v.valid);
				test_failures++;
			}
			n++;
		}
		sl_buf_done(&text);
		sl_arena_done(&a);
	}
	CHECK(opened < 5 || n > 300);
	printf("%d polygons of the JTS suite\n", n);
	GEOS_finish_r(h);
}
