#include "check.h"

#include "app/coordinates.h"

static void check_answer(enum sl_coordinates_task task, const char *line, const char *want)
{
	struct sl_coordinates_question q = {.task = task, .format = SL_COORD_MGRS};
	struct sl_buf b = {0};
	struct sl_err e = {0};

	if (sl_coordinates_answer(&q, sl_str_from(line), &b, &e)) {
		CHECK_INT(b.n, 0);
		sl_buf_puts(&b, e.msg);
	}
	CHECK_STR(sl_buf_view(&b), want);
	sl_buf_done(&b);
}

TEST(coordinates_answers)
{
	check_answer(SL_COORDINATES_CONVERT, " 13.5 102.7 ", "48PTV5103393596");
	check_answer(SL_COORDINATES_CONVERT, "", "no position");
	check_answer(SL_COORDINATES_DISTANCE, "0 0 0 1", "111319.4908");
	check_answer(SL_COORDINATES_DISTANCE, "0,0;0,1\t0 2", "222638.9816");
	check_answer(SL_COORDINATES_DISTANCE, "0 0", "a distance needs at least 2 positions; 1 found");
	check_answer(SL_COORDINATES_DISTANCE, "0 0 1", "the last latitude has no longitude");
	check_answer(SL_COORDINATES_DISTANCE, "0 0 91 0", "latitude 91 is beyond 90");
	check_answer(SL_COORDINATES_DISTANCE, "0 0 0 181", "longitude 181 is beyond 180");
	check_answer(SL_COORDINATES_DISTANCE, "0 0 0 x", "\"x\" is no number of degrees");
	/* domain.md 2.8: a cell of a thousandth of a degree; either direction, closed or not. */
	check_answer(SL_COORDINATES_AREA, "0 0 0 0.001 0.001 0.001 0.001 0", "12309.0721");
	check_answer(SL_COORDINATES_AREA, "0.001 0 0.001 0.001 0 0.001 0 0 0.001 0", "12309.0721");
	check_answer(SL_COORDINATES_AREA, "0 0 1 1", "an area needs at least 3 positions; 2 found");
}

TEST(declination_of_a_line)
{
	/* Official value of WMM2025, row 4: 65 km, 43 N, 93 E in 2025.0 is 0.50 degrees. */
	check_answer(SL_COORDINATES_DECLINATION, "43 93 65000 2025", "0.4964");
	check_answer(SL_COORDINATES_DECLINATION, "43 93 65000", "no year: a line is latitude, longitude, height in metres and decimal year");
	check_answer(SL_COORDINATES_DECLINATION, "43 93 0 2025 7",
	             "\"7\" is too much: a line is latitude, longitude, height in metres and decimal year");
	check_answer(SL_COORDINATES_DECLINATION, "43 x 0 2025",
	             "no longitude: a line is latitude, longitude, height in metres and decimal year");
}
