#include "cases.h"

#include "geo/declination.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEGREE 0.017453292519943295

/* Official values (NOAA/NCEI, WMM2020_TEST_VALUES.txt, WMM2025_TEST_VALUES.txt): year, height km, latitude,
 * longitude, D, I, H, X, Y, Z, F, dD/dt, ...  D and I are given to 0.01 degree.  WMM2020 is printed to 0.1, WMM2025 to 1e-6,
 * of which the model itself is good for 0.1 nT: half_nt and half_rate are what may differ. */
static void check_official(const char *file, const char *model, double half_nt, double half_rate)
{
	FILE *f = shared_open(file);
	char line[1024];
	size_t rows = 0;

	while (f && fgets(line, sizeof line, f)) {
		double v[18];
		struct sl_magnetic_field got;
		struct sl_err e = {0};
		char *p = line;
		int n = 0;

		if (line[0] == '#')
			continue;
		for (char *end; n < 18; n++, p = end) {
			v[n] = strtod(p, &end);
			if (end == p)
				break;
		}
		if (n < 18)
			continue;
		rows++;
		CHECK_OK(sl_magnetic_field(v[2], v[3], v[1] * 1000, v[0], &got, &e), &e);
		CHECK(!strcmp(got.model, model));
		CHECK_NEAR(got.declination_deg, v[4], 0.0051);
		CHECK_NEAR(got.inclination_deg, v[5], 0.0051);
		CHECK_NEAR(got.horizontal_nt, v[6], half_nt * 1.01);
		CHECK_NEAR(got.total_nt, v[10], half_nt * 1.01);
		CHECK_NEAR(got.horizontal_nt * cos(got.declination_deg * DEGREE), v[7], half_nt * 1.01);
		CHECK_NEAR(got.horizontal_nt * sin(got.declination_deg * DEGREE), v[8], half_nt * 1.01);
		CHECK_NEAR(got.declination_deg_per_year, v[11], half_rate * 1.01);
	}
	if (f) {
		CHECK_INT(rows, 100);
		fclose(f);
	}
}

TEST(the_100_official_values_of_wmm2020)
{
	check_official("wmm/WMM2020_TEST_VALUES.txt", "WMM-2020", 0.05, 0.05);
}

TEST(the_100_official_values_of_wmm2025)
{
	check_official("wmm/WMM2025_TEST_VALUES.txt", "WMM-2025", 1e-3, 1e-6);
}

static void check_refused(double lat, double lon, double height, double year, const char *says)
{
	struct sl_magnetic_field f;
	struct sl_err e = {0};

	CHECK_INT(sl_magnetic_field(lat, lon, height, year, &f, &e), SL_INVALID);
	CHECK(strstr(e.msg, says) != NULL);
}

TEST(what_the_magnetic_model_does_not_know_is_said)
{
	check_refused(48, 37, 0, 2014.9, "year 2014.9: the models go from 2015 to 2030");
	check_refused(48, 37, 0, 2030, "year 2030");
	check_refused(48, 37, 0, NAN, "year nan");
	check_refused(90, 0, 0, 2025, "not a pole");
	check_refused(NAN, 0, 0, 2025, "latitude nan");
	check_refused(48, INFINITY, 0, 2025, "longitude inf");
	check_refused(48, 37, 1e7, 2025, "height 1e+07 m");
}

TEST(a_day_as_a_year_with_its_fraction)
{
	struct sl_date d;

	CHECK(sl_date_from_ymd(2024, 7, 2, &d)); /* day 184 of 366 */
	CHECK_NEAR(sl_decimal_year(d.day), 2024 + 183.5 / 366, 1e-12);
	CHECK(sl_date_from_ymd(2025, 1, 1, &d));
	CHECK_NEAR(sl_decimal_year(d.day), 2025 + 0.5 / 365, 1e-12);
}
