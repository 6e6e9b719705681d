/* What a team wrote down, and what is said of it. */
#include "check.h"

#include "app/traverse.h"

struct asked {
	struct sl_arena a;
	struct sl_dictionary *dict;
	struct sl_traverse_question q;
	struct sl_traverse_answer answer;
	struct sl_err e;
};

static void ask(struct asked *t, enum sl_north north, const char *text)
{
	*t = (struct asked){.q = {.north = north, .text = sl_str_from(text), .declination_deg = NAN}};
	CHECK(sl_date_from_ymd(2026, 11, 1, &t->q.date));
	CHECK_OK(sl_dictionary_load(&t->a, NULL, &t->dict, &t->e), &t->e);
	if (sl_traverse_answer(&t->a, t->dict, &t->q, &t->answer, &t->e))
		t->answer.n_warnings = 0;
}

static void check_refused(const char *text, const char *says)
{
	struct asked t;

	ask(&t, SL_NORTH_TRUE, text);
	CHECK_INT(t.e.code, SL_INVALID);
	if (!strstr(t.e.msg, says))
		printf("%s: \"%s\" does not say \"%s\"\n", text, t.e.msg, says);
	CHECK(strstr(t.e.msg, says) != NULL);
	sl_arena_done(&t.a);
}

static bool warned(const struct asked *t, const char *rule)
{
	for (size_t i = 0; i < t->answer.n_warnings; i++)
		if (strstr(t->answer.warning[i].p, rule))
			return true;
	return false;
}

TEST(traverse_points_lead_to_one_another)
{
	struct asked t;

	/* Reference to benchmark to start and back the same way: the start is the reference again. */
	ask(&t, SL_NORTH_TRUE, "Reference: 13.5 102.7\nbenchmark 90 100\nSTART 270 100\nTP1: 0 10; 120 10; 240 10");
	CHECK_OK(t.e.code, &t.e);
	CHECK_NEAR(t.answer.start.lat_deg, 13.5, 1e-8); /* a geodesic due east leaves the parallel */
	CHECK_NEAR(t.answer.start.lon_deg, 102.7, 1e-8);
	CHECK_NEAR(t.answer.traverse.area_m2, 43.30, 0.01);
	CHECK_INT(t.answer.n_warnings, 0);
	sl_arena_done(&t.a);
	/* A position where a leg could stand. */
	ask(&t, SL_NORTH_TRUE, "reference 13.5 102.7\nstart at 13.6 102.8\n0 10; 120 10; 240 10\n# a word\n");
	CHECK_OK(t.e.code, &t.e);
	CHECK_NEAR(t.answer.start.lat_deg, 13.6, 1e-12);
	sl_arena_done(&t.a);
}

TEST(traverse_says_what_is_suspicious)
{
	struct asked t;

	ask(&t, SL_NORTH_TRUE, "start 13.5 102.7; 45 120; 135 80; 225 118; 313 80");
	CHECK(warned(&t, "G07") && !warned(&t, "G14") && !warned(&t, "G01") && !warned(&t, "G06"));
	sl_arena_done(&t.a);
	ask(&t, SL_NORTH_TRUE, "start 13.5 102.7; 45 120; 135 80; 225 90; 313 80");
	CHECK(warned(&t, "G14"));
	sl_arena_done(&t.a);
	ask(&t, SL_NORTH_TRUE, "start 13.5 102.7; 45 20; 180 20; 315 20; 90 20"); /* a bow tie */
	CHECK(warned(&t, "G01"));
	sl_arena_done(&t.a);
	ask(&t, SL_NORTH_TRUE, "start 13.5 102.7; 45 12000; 135 80; 225 12000; 315 80"); /* a digit too much */
	CHECK(warned(&t, "G06"));
	sl_arena_done(&t.a);
	ask(&t, SL_NORTH_MAGNETIC, "start 85.5 -139; 45 20; 165 20; 285 20"); /* beside the magnetic pole */
	CHECK(warned(&t, "compass"));
	sl_arena_done(&t.a);
	ask(&t, SL_NORTH_TRUE, "start 13.5 102.7; 45 20; 225 20");
	CHECK(warned(&t, "three"));
	sl_arena_done(&t.a);
}

TEST(traverse_refuses_what_it_cannot_read_by_name)
{
	struct asked t;

	check_refused("", "no start point");
	check_refused("45 120; 135 80", "no start point");
	check_refused("start 13.5 102.7", "there are no legs");
	check_refused("start 13.5 202.7; 45 120", "start: ");
	check_refused("start 13.5 102.7; 45 120; 400 80", "leg 2: \"400 80\"");
	check_refused("reference 13.5 102.7; benchmark 45; start 90 10; 1 1", "benchmark: \"45\"");
	check_refused("reference here; start 90 10; 1 1", "reference: ");
	ask(&t, SL_NORTH_MAGNETIC, "start 13.5 102.7; 45 120");
	CHECK_OK(t.e.code, &t.e);
	t.q.date = sl_date_none();
	CHECK_INT(sl_traverse_answer(&t.a, t.dict, &t.q, &t.answer, &t.e), SL_INVALID);
	CHECK(strstr(t.e.msg, "date of the measurement") != NULL);
	sl_arena_done(&t.a);
}
