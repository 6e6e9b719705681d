/* Rules that need many records: last digits; gathering; and the pure functions under them. */
#include "support.h"

#include "checks/conduct.h"
#include "checks/name_match.h"

#include <stdlib.h>

TEST(chance_of_digits)
{
	size_t even[10] = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, zeros[10] = {100}, none[10] = {0};
	size_t some[10] = {14, 6, 10, 10, 10, 10, 10, 10, 10, 10}; /* chi-squared 3.2 */
	size_t border[10] = {16, 16, 16, 4, 4, 4, 10, 10, 10, 10}; /* chi-squared 21.6 */

	CHECK_NEAR(sl_uniform_digits_p(even), 1, 1e-12);
	CHECK(sl_uniform_digits_p(zeros) < 1e-100);
	CHECK_NEAR(sl_uniform_digits_p(none), 1, 0);
	/* Upper tail by numerical integration of the density (Simpson, 200,000 steps). */
	CHECK_NEAR(sl_uniform_digits_p(some), 0.955834725600157, 1e-9);
	CHECK_NEAR(sl_uniform_digits_p(border), 0.01023691830542881, 1e-9);
}

static bool finds_digits(size_t n, size_t factor)
{
	struct bench b;
	struct sl_check_programme *p;
	bool found = false;

	bench_begin(&b, "2025-06-30");
	CHECK_OK(sl_check_programme_new(&b.a, &b.c, &b.env, &p, &b.e), &b.e);
	for (size_t i = 0; i < n; i++) {
		struct sl_revision rev = {.record = {{1, (unsigned char)i}}, .record_number = (int64_t)i + 1};
		struct sl_record rec;
		char *json = sl_arena_printf(
		    &b.a, &b.e,
		    "{\"id\":\"R%zu\",\"product\":\"CAN\",\"organisation\":\"OP1\",\"area_reported_m2\":%zu}", i,
		    1000 + i * factor);

		bench_record(&b, "release", sl_str_from(json), (struct sl_str){0}, &rec);
		rev.kind = rec.kind;
		rev.identity = sl_record_text(&rec, "id");
		CHECK_OK(sl_check_programme_add(p, &rev, &rec, &b.e), &b.e);
	}
	CHECK_OK(sl_check_programme_finish(p, &b.found, &b.e), &b.e);
	for (size_t i = 0; i < b.found.n; i++)
		found |= !strcmp(b.found.v[i].rule, "R05");
	bench_end(&b);
	return found;
}

TEST(rounded_areas_are_found)
{
	CHECK(finds_digits(60, 50));  /* all end in 0 */
	CHECK(!finds_digits(60, 7));  /* every digit as often */
	CHECK(!finds_digits(40, 50)); /* too few to say */
}

TEST(names_are_compared)
{
	static const struct {
		const char *a, *b;
		double low, high;
	} cases[] = {
	    {"Mohd Ahmed", "Mohammad Ahmad", 0.85, 0.99}, /* C.10 */
	    {"Mohd Ahmed", "Mohd Ahmed", 1, 1},           {"AHMAD MOHAMMAD", "mohammad ahmad", 1, 1},
	    {"Mohd Ahmed", "Karim Nazari", 0, 0.6},       {"Sok Dara", "Sok Darah", 0.9, 1},
	    {"Іван Петренко", "Іван Петренко", 1, 1},     {"", "Anna", 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_err e = {0};
		double s = -1, back = -1;

		CHECK_OK(sl_name_similarity(sl_str_from(cases[i].a), sl_str_from(cases[i].b), &s, &e), &e);
		CHECK_OK(sl_name_similarity(sl_str_from(cases[i].b), sl_str_from(cases[i].a), &back, &e), &e);
		if (!(s >= cases[i].low && s <= cases[i].high))
			printf("%s / %s: %.3f\n", cases[i].a, cases[i].b, s);
		CHECK(s >= cases[i].low && s <= cases[i].high);
		CHECK_NEAR(back, s, 0.05);
	}
	/* Winkler (1990), table of examples */
	CHECK_NEAR(sl_jaro_winkler("MARTHA", 6, "MARHTA", 6), 0.9611, 5e-5);
	CHECK_NEAR(sl_jaro_winkler("DWAYNE", 6, "DUANE", 5), 0.84, 5e-5);
	CHECK_NEAR(sl_jaro_winkler("DIXON", 5, "DICKSONX", 8), 0.8133, 5e-5);
}

/* 30 hazards, the last `lacking` of which have no contamination; what each breaks is told as it is added when
 * `told`, and otherwise in the list. */
static void add_hazards(struct bench *b, struct sl_check_programme *p, size_t lacking, bool told)
{
	for (size_t i = 0; i < 30; i++) {
		struct sl_revision rev = {.record = {{(unsigned char)(i + 1)}}, .record_number = (int64_t)i + 1};
		struct sl_findings own = {.a = &b->a};
		struct sl_record rec;
		char *json = sl_arena_printf(
		    &b->a, &b->e, "{\"id\":\"H%zu\",\"class\":\"SHA\",\"effective_date\":\"2020-01-01\"%s}", i,
		    i < 30 - lacking ? ",\"contamination\":\"APM\"" : "");

		bench_record(b, "hazard", sl_str_from(json), (struct sl_str){0}, &rec);
		rev.kind = rec.kind;
		rev.identity = sl_record_text(&rec, "id");
		rev.effective = sl_record_date(&rec, "effective_date");
		CHECK_OK(sl_check_record(&b->c, &rec, &rev, told ? &own : &b->found, &b->e), &b->e);
		CHECK_OK(sl_check_programme_add(p, &rev, &rec, &b->e), &b->e);
		for (size_t k = 0; k < own.n; k++) {
			own.v[k].source = sl_str_from(sl_arena_printf(&b->a, &b->e, "in.csv row %zu", i));
			if (i == 29)
				own.v[k].area_m2 = 7;
			CHECK_OK(sl_check_programme_told(p, &own.v[k], &b->found, &b->e), &b->e);
		}
	}
}

TEST(what_most_records_lack_is_said_once)
{
	for (int told = 0; told < 2; told++) {
		struct bench b;
		struct sl_check_programme *p;

		bench_begin(&b, "2025-06-30");
		CHECK_OK(sl_check_programme_new(&b.a, &b.c, &b.env, &p, &b.e), &b.e);
		add_hazards(&b, p, 25, told);
		CHECK_INT(b.found.n, told ? 0 : 25);
		CHECK_OK(sl_check_programme_gather(p, &b.found, &b.e), &b.e);
		CHECK_INT(b.found.n, 1);
		CHECK_STR(sl_str_from(b.found.v[0].rule), "I07");
		CHECK(!b.found.v[0].record.n && b.found.v[0].text.n > 20);
		CHECK_NEAR(b.found.v[0].area_m2, told ? 7 : 0, 0);
		bench_end(&b);
	}
}

/* Kept small or not, each says what it said of its own record. */
TEST(what_few_records_lack_is_said_of_each)
{
	struct bench b;
	struct sl_check_programme *p;
	char id[8], source[24];

	bench_begin(&b, "2025-06-30");
	CHECK_OK(sl_check_programme_new(&b.a, &b.c, &b.env, &p, &b.e), &b.e);
	add_hazards(&b, p, 12, true);
	CHECK_INT(b.found.n, 0);
	CHECK_OK(sl_check_programme_gather(p, &b.found, &b.e), &b.e);
	CHECK_INT(b.found.n, 12);
	sl_findings_sort(&b.found);
	for (size_t i = 0; i < 12 && i < b.found.n; i++) {
		const struct sl_finding *f = &b.found.v[i];

		snprintf(id, sizeof id, "H%zu", i + 18);
		snprintf(source, sizeof source, "in.csv row %zu", i + 18);
		CHECK_STR(f->record, id);
		CHECK_STR(f->source, source);
		CHECK_INT(f->uuid.b[0], i + 19);
		CHECK_STR(f->field, "contamination");
		CHECK_NEAR(f->area_m2, i == 11 ? 7 : 0, 0);
		CHECK(isnan(f->lon) && isnan(f->lat));
	}
	bench_end(&b);
}
