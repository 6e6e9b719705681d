#include "cases.h"

#include "base/env.h"
#include "geo/area.h"
#include "geo/coord.h"
#include "geo/crs.h"
#include "geo/utm.h"

static enum sl_code parse(const char *text, bool corner, struct sl_coord *c, struct sl_err *e)
{
	*e = (struct sl_err){0};
	return sl_coord_parse(sl_str_from(text), corner, c, e);
}

static bool answer(const struct case_file *c, char got[500])
{
	struct sl_err e = {0};
	struct sl_coord p = {0};
	enum sl_coord_format format;
	double lat, lon;

	if (!strcmp(c->task, "read")) {
		if (!parse(c->input, false, &p, &e)) {
			snprintf(got, 500, "%.12f %.12f", p.lat_deg, p.lon_deg);
			return sscanf(c->expect, "%lf %lf", &lat, &lon) == 2 && fabs(p.lat_deg - lat) <= c->tolerance &&
			       fabs(p.lon_deg - lon) <= c->tolerance;
		}
	} else if (sl_coord_format_from(sl_str_from(c->task), &format)) {
		char text[64];

		if (!parse(c->input, false, &p, &e) && !sl_coord_text(p.lat_deg, p.lon_deg, format, text, &e)) {
			snprintf(got, 500, "%s", text);
			return !strcmp(got, c->expect);
		}
	}
	snprintf(got, 500, "error: %s", e.msg);
	return !strncmp(c->expect, "error: ", 7) && strstr(got, c->expect + 7);
}

TEST(coord_cases)
{
	static struct case_file c;
	char got[500];
	int n = 0;

	if (!case_open(&c, "coord.txt"))
		return;
	for (; case_next(&c); n++)
		if (!answer(&c, got))
			case_fail(&c, got);
	CHECK(n > 150);
	printf("%d cases\n", n);
}

TEST(coord_format_and_precision_as_written)
{
	static const struct { const char *text; enum sl_coord_format format; double m; } cases[] = {
		{"13.5 102.7", SL_COORD_DD, 5566},     {"13.500 102.700", SL_COORD_DD, 55.66},
		{"13.5000000 102.7", SL_COORD_DD, 5566}, {"13 102", SL_COORD_DD, 55660},
		{"13 30.001 102 42.001", SL_COORD_DM, 0.9277}, {"13 30 0.1 102 42 0.1", SL_COORD_DMS, 1.546},
		{"13 30 102 42.5", SL_COORD_DM, 927.7}, {"48N 251034 1493597", SL_COORD_UTM, 0.5},
		{"48N 251034.12 1493597.1", SL_COORD_UTM, 0.05}, {"48PTV5193", SL_COORD_MGRS, 500},
		{"48PTV5103393596", SL_COORD_MGRS, 0.5}, {"48PTV", SL_COORD_MGRS, 50000},
	};
	struct sl_coord c;
	struct sl_err e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(parse(cases[i].text, false, &c, &e), &e);
		CHECK_INT(c.format, cases[i].format);
		CHECK_NEAR(c.precision_m / cases[i].m, 1, 1e-3);
	}
}

/* Every text that is printed reads back as itself, anywhere on the Earth. */
TEST(coord_print_parse_print)
{
	uint64_t seed = 662607015;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int k = 0; k < 40000 && test_failures < 10; k++) {
		double lat = sl_uniform(&seed) * 180 - 90, lon = sl_uniform(&seed) * 360 - 180;

		for (int f = SL_COORD_DD; f <= SL_COORD_MGRS; f++) {
			const enum sl_coord_format format = (enum sl_coord_format)f;
			const bool corner = k % 2;
			struct sl_err e = {0};
			struct sl_coord c = {0};
			char text[64], again[64];
			double off;

			if (format == SL_COORD_UTM && (lat < -79.9 || lat > 83.9))
				continue;
			CHECK_OK(sl_coord_text(lat, lon, format, text, &e), &e);
			CHECK_OK(parse(text, corner, &c, &e), &e);
			CHECK_INT(c.format, format);
			CHECK_OK(sl_coord_text(c.lat_deg, c.lon_deg, format, again, &e), &e);
			off = sl_distance_m(lon, lat, c.lon_deg, c.lat_deg);
			/* The corner of a square at the edge of a zone or band may lie in the next one. */
			if (strcmp(text, again) && !(format == SL_COORD_MGRS && strncmp(text, again, 3))) {
				printf("%.9f %.9f: %s, then %s\n", lat, lon, text, again);
				test_failures++;
			}
			CHECK(off < (format == SL_COORD_MGRS ? 1.5 : 0.06));
		}
	}
}

/* All of NGA's GEOTRANS cases.  Its inputs are rounded to 1e-6 degrees, so places are compared, not text. */
TEST(mgrs_all_geotrans_cases)
{
	static const char name[] = "mgrs/geoToMgrs_WE.txt.gz";
	FILE *f = shared_open(name);
	static char line[4000];
	int n = 0;
	double worst = 0;

	if (!f)
		return;
	while (test_failures < 20 && fgets(line, sizeof line, f)) {
		char *field[12] = {0}, *p = line;
		char text[64];
		struct sl_err e = {0};
		struct sl_coord want = {0}, got = {0};
		double lat, lon, off;

		for (int i = 0; i < 12 && p; i++) {
			field[i] = p;
			p = strchr(p, '\t');
			if (p)
				*p++ = 0;
		}
		if (!field[10] || strcmp(field[1], "WGE"))
			continue;
		lat = strtod(field[7], NULL);
		lon = strtod(field[8], NULL);
		n++;
		CHECK_OK(sl_coord_text(lat, lon, SL_COORD_MGRS, text, &e), &e);
		CHECK_OK(parse(text, true, &got, &e), &e);
		CHECK_OK(parse(field[10], true, &want, &e), &e);
		off = sl_distance_m(got.lon_deg, got.lat_deg, want.lon_deg, want.lat_deg);
		worst = fmax(worst, off);
		if (!(off <= 1.5) || !(sl_distance_m(lon, lat, want.lon_deg, want.lat_deg) <= 1.6)) {
			printf("%s %s: %s, not %s (%.2f m)\n", field[7], field[8], text, field[10], off);
			test_failures++;
		}
	}
	shared_close(f, name);
	CHECK_INT(n, 16620);
	printf("%d cases, worst %.2f m\n", n, worst);
}

TEST(utm_convergence_and_inverse)
{
	/* domain.md 2.8 */
	static const struct { double lat, lon, gamma; } cases[] = {
		{13.5, 102.7, -0.53720}, {34.5, 69.2, 0.11328}, {-12.35, 17.0, -0.42793}, {33.5, 36.3, -1.49100}};
	uint64_t seed = 5;
	struct sl_err e = {0};
	struct sl_utm u;

	for (size_t i = 0; i < 4; i++) {
		CHECK_OK(sl_utm_from(cases[i].lat, cases[i].lon, &u, &e), &e);
		CHECK_NEAR(u.convergence_deg, cases[i].gamma, 1e-5);
	}
	for (int k = 0; k < 20000; k++) {
		double lat = sl_uniform(&seed) * 163 - 79.5, lon = sl_uniform(&seed) * 360 - 180, lat2, lon2;
		/* The spherical formula of domain.md 2.7 is the same to a thousandth of a degree within a zone. */
		double dlon, rad = 0.017453292519943295;

		CHECK_OK(sl_utm_from(lat, lon, &u, &e), &e);
		CHECK_OK(sl_utm_to(&u, &lat2, &lon2, &e), &e);
		CHECK_NEAR(lat2, lat, 1e-11);
		CHECK_NEAR(remainder(lon2 - lon, 360), 0, 1e-10);
		dlon = remainder(lon - (u.zone * 6 - 183), 360) * rad;
		CHECK_NEAR(u.convergence_deg, atan(tan(dlon) * sin(lat * rad)) / rad, 1.5e-3);
	}
	CHECK_INT(sl_utm_from(84.01, 0, &u, &e), SL_INVALID);
	e = (struct sl_err){0};
	CHECK_INT(sl_utm_from((double)NAN, 0, &u, &e), SL_INVALID);
	e = (struct sl_err){0};
	CHECK_INT(sl_utm_from(1, 180.5, &u, &e), SL_INVALID);
}
