#include "cases.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/crs.h"
#include "geo/utm.h"

static struct sl_geom points_of(double *xy, size_t n)
{
	return (struct sl_geom){.type = SL_GEOM_POINT, .xy = xy, .n_points = n};
}

static struct sl_crs *open_crs(struct sl_arena *a, const char *definition)
{
	struct sl_err e = {0};
	struct sl_crs *crs = NULL;

	CHECK_OK(sl_crs_open(a, sl_str_from(definition), &crs, &e), &e);
	return crs;
}

TEST(crs_rijksdriehoek)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_crs *crs = open_crs(&a, "EPSG:28992");
	/* The origin at Amersfoort and the Westertoren in Amsterdam, as in Schreutelkamp and Strang van Hees,
	 * "Benaderingsformules voor de transformatie tussen RD- en WGS84-kaartcoördinaten" (2001); without the
	 * correction grids the Helmert shift alone is good to 0.25 m, their polynomials to 0.25 m too. */
	double xy[] = {155000, 463000, 120700.723, 487525.501};
	struct sl_geom g = points_of(xy, 2);

	if (!crs)
		return;
	CHECK(!sl_crs_is_wgs84(crs));
	CHECK(strstr(sl_crs_name(crs), "RD New"));
	CHECK(!strcmp(sl_crs_identifier(crs), "EPSG:28992"));
	CHECK(sl_crs_accuracy_m(crs) >= 0 && sl_crs_accuracy_m(crs) <= 1);
	CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
	CHECK(sl_distance_m(xy[0], xy[1], 5.38720621, 52.15517440) < 0.5);
	CHECK(sl_distance_m(xy[2], xy[3], 4.88352559, 52.37453253) < 0.5);
	sl_arena_done(&a);
}

TEST(crs_utm_by_every_name)
{
	static const char *const names[] = {
		"EPSG:32648", "urn:ogc:def:crs:EPSG::32648", "+proj=utm +zone=48 +datum=WGS84",
		"WGS 84 / UTM zone 48N",
		"PROJCS[\"WGS_1984_UTM_Zone_48N\",GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\","
		"6378137.0,298.257223563]],PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]],"
		"PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"False_Easting\",500000.0],"
		"PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\",105.0],"
		"PARAMETER[\"Scale_Factor\",0.9996],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]",
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sl_err e = {0};
		struct sl_crs *crs = open_crs(&a, names[i]);
		double xy[] = {251033.626, 1493596.918};
		struct sl_geom g = points_of(xy, 1);

		if (!crs)
			continue;
		CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
		CHECK_NEAR(xy[0], 102.7, 1e-8);
		CHECK_NEAR(xy[1], 13.5, 1e-8);
	}
	sl_arena_done(&a);
}

TEST(crs_wgs84_stays_as_it_is)
{
	static const char *const names[] = {
		"EPSG:4326", "OGC:CRS84", "+proj=longlat +datum=WGS84", "urn:ogc:def:crs:OGC:1.3:CRS84", "WGS 84",
		("GEOGCS[\"GCS_WGS_1984\",DATUM[\"D_WGS_1984\",SPHEROID[\"WGS_1984\",6378137.0,298.257223563]],"
		 "PRIMEM[\"Greenwich\",0.0],UNIT[\"Degree\",0.0174532925199433]]"),
	};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sl_err e = {0};
		struct sl_crs *crs = open_crs(&a, names[i]);
		double xy[] = {102.7, 13.5};
		struct sl_geom g = points_of(xy, 1);

		if (!crs)
			continue;
		CHECK(sl_crs_is_wgs84(crs));
		CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
		CHECK(xy[0] == 102.7 && xy[1] == 13.5);
	}
	sl_arena_done(&a);
}

/* Indian 1960 is 400 m from WGS 84; outside the areas of its published shifts PROJ would leave them out. */
TEST(crs_never_leaves_out_the_datum_shift)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	static const char *const shifted[] = {"EPSG:4326", "EPSG:32648", "EPSG:3148", "EPSG:28992", "EPSG:4258",
	                                      "+proj=utm +zone=48 +datum=WGS84",
	                                      "+proj=utm +zone=48 +ellps=evrst30 +towgs84=198,881,317"};
	struct sl_crs *crs = open_crs(&a, "EPSG:3148");
	double xy[] = {251033.626, 1493596.918}; /* in Cambodia */
	struct sl_geom g = points_of(xy, 1);

	if (!crs)
		return;
	CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
	CHECK(sl_distance_m(xy[0], xy[1], 102.7, 13.5) > 300);
	CHECK(sl_crs_accuracy_m(crs) > 10);
	crs = open_crs(&a, "+proj=utm +zone=48 +ellps=evrst30"); /* a datum that nobody named */
	CHECK(crs && sl_crs_accuracy_m(crs) < 0 && sl_crs_lacks_datum_shift(crs));
	/* Same datum, a datum with its shift written beside it, and systems with a published shift. */
	for (size_t i = 0; i < sizeof shifted / sizeof *shifted; i++) {
		crs = open_crs(&a, shifted[i]);
		CHECK(crs && !sl_crs_lacks_datum_shift(crs));
	}
	sl_arena_done(&a);
}

TEST(crs_refused)
{
	static const char *const names[] = {"", "  ", "EPSG:99999999", "EPSG:", "Atlantis grid", "EPSG:4978", "EPSG:5709",
	                                    "+proj=nonsense", "+proj=utm", "{}", "PROJCS[", "+init=/etc/passwd:1"};
	struct sl_arena a = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct sl_err e = {0};
		struct sl_crs *crs = NULL;

		CHECK_INT(sl_crs_open(&a, sl_str_from(names[i]), &crs, &e), SL_INVALID);
		CHECK(!crs && e.msg[0]);
	}
	sl_arena_done(&a);
}

TEST(crs_point_without_an_image)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_crs *crs = open_crs(&a, "EPSG:32648");
	double xy[] = {251033, 1493596, 1e30, 5, 251033, 1493596};
	struct sl_geom g = points_of(xy, 3);

	if (!crs)
		return;
	CHECK_INT(sl_crs_to_wgs84(crs, &g, &e), SL_INVALID);
	CHECK(strstr(e.msg, "point 2") && strstr(e.msg, "1e+30"));
	CHECK(xy[0] == 251033 && xy[5] == 1493596); /* untouched */
	e = (struct sl_err){0};
	xy[2] = (double)NAN;
	CHECK_INT(sl_crs_to_wgs84(crs, &g, &e), SL_INVALID);
	sl_arena_done(&a);
}

/* Two independent ways to the same grid. */
TEST(crs_agrees_with_the_utm_of_coord)
{
	uint64_t seed = 12;
	struct sl_arena a = {0};

	for (int zone = 1; zone <= 60; zone += 7)
		for (int south = 0; south < 2; south++) {
			char name[20];
			struct sl_crs *crs;

			snprintf(name, sizeof name, "EPSG:%d", (south ? 32700 : 32600) + zone);
			crs = open_crs(&a, name);
			for (int k = 0; crs && k < 200; k++) {
				struct sl_err e = {0};
				struct sl_utm u = {.zone = zone, .north = !south, .easting_m = 200000 + 600000 * sl_uniform(&seed),
				                   .northing_m = 1100000 + 7800000 * sl_uniform(&seed)};
				double xy[] = {u.easting_m, u.northing_m}, lat, lon;
				struct sl_geom g = points_of(xy, 1);

				CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
				CHECK_OK(sl_utm_to(&u, &lat, &lon, &e), &e);
				CHECK_NEAR(xy[1], lat, 1e-10);
				CHECK_NEAR(remainder(xy[0] - lon, 360), 0, 1e-9);
			}
		}
	sl_arena_done(&a);
}

/* The projections that national grids are made of. */
static bool is_grid_projection(const char *definition)
{
	static const char *const names[] = {"utm", "tmerc", "etmerc", "ups", "stere", "sterea", "lcc", "laea", "aea",
	                                    "merc", "cass", "poly", "omerc", "somerc"};
	const char *p = strstr(definition, "+proj=");

	for (size_t i = 0; p && i < sizeof names / sizeof *names; i++)
		if (!strncmp(p + 6, names[i], strlen(names[i])) && strchr(" \t", p[6 + strlen(names[i])]))
			return true;
	return false;
}

/* PROJ's own vectors: `operation` of one projection on GRS 80, `accept` lon lat, `expect` x y, read backwards. */
static int replay_gie(const char *name)
{
	static char line[2000];
	struct sl_arena a = {0};
	struct sl_crs *crs = NULL;
	FILE *f = shared_open(name);
	double lon = 0, lat = 0, x, y;
	int n = 0;
	bool have = false, forward = true;

	while (f && fgets(line, sizeof line, f)) {
		char *p = line + strspn(line, " \t"), definition[400], *comment;

		comment = strchr(p, '#');
		if (comment)
			*comment = 0;
		p[strcspn(p, "\r\n")] = 0;
		if (!strncmp(p, "operation", 9)) {
			struct sl_err e = {0};

			p += 9;
			crs = NULL;
			have = false;
			forward = true;
			if (strstr(p, "ellps=GRS80") && is_grid_projection(p) && !strstr(p, "pipeline") && !strstr(p, " step") && !strstr(p, "+inv")) {
				snprintf(definition, sizeof definition, "%s", p + strspn(p, " \t"));
				if (sl_crs_open(&a, sl_str_from(definition), &crs, &e))
					crs = NULL; /* an operation that is no reference system */
			}
		} else if (!strncmp(p, "direction", 9)) {
			forward = strstr(p, "forward");
		} else if (!strncmp(p, "accept", 6)) {
			have = sscanf(p + 6, "%lf %lf", &lon, &lat) == 2;
		} else if (!strncmp(p, "expect", 6) && have) {
			struct sl_err e = {0};
			double xy[2];
			struct sl_geom g = points_of(xy, 1);

			have = false;
			if (!crs || !forward || sscanf(p + 6, "%lf %lf", &x, &y) != 2)
				continue;
			xy[0] = x;
			xy[1] = y;
			CHECK_OK(sl_crs_to_wgs84(crs, &g, &e), &e);
			if (!(sl_distance_m(xy[0], xy[1], lon, lat) < 0.001)) {
				printf("%s: %s: %.10g %.10g is %.12g %.12g, not %.12g %.12g\n", name, definition, x, y, xy[0], xy[1],
				       lon, lat);
				test_failures++;
			}
			n++;
		}
	}
	if (f)
		shared_close(f, name);
	sl_arena_done(&a);
	return f ? n : -1;
}

TEST(crs_proj_vectors)
{
	int n = replay_gie("geodesy/proj_gie/builtins.gie");

	CHECK(n < 0 || n > 60);
	printf("%d vectors\n", n);
}
