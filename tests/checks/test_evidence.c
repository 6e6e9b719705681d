/* The national table of evidence is data: another table, other findings. */
#include "support.h"

struct hazard {
	const char *id, *json;
};

static const struct hazard hazards[] = {
    {"SIGNS", "{\"class\":\"CHA\",\"contamination\":\"SUB\",\"evidence_list\":\"D4\"}"},
    {"SIGNS2", "{\"class\":\"CHA\",\"contamination\":\"APM SUB\",\"evidence_list\":\"D4\"}"},
    {"TOLD", "{\"class\":\"SHA\",\"contamination\":\"APM\",\"evidence_list\":\"I6\"}"},
    {"SEEN", "{\"class\":\"CHA\",\"evidence_list\":\"D5\",\"source_reliability\":\"E\"}"},
};

static void set(struct bench *b, const char *key, const char *value)
{
	for (size_t i = 0; i < b->dict->n_settings; i++)
		if (sl_str_is(b->dict->setting[i].key, key)) {
			b->dict->setting[i].value = sl_str_from(value);
			return;
		}
	CHECK(!"the setting is there");
}

static void add(struct bench *b, const char *key, const char *value)
{
	struct sl_setting *v = sl_arena_alloc(&b->a, b->dict->n_settings + 1, sizeof *v, &b->e);

	CHECK(v != NULL);
	memcpy(v, b->dict->setting, b->dict->n_settings * sizeof *v);
	v[b->dict->n_settings] = (struct sl_setting){.key = sl_str_from(key), .value = sl_str_from(value)};
	b->dict->setting = v;
	b->dict->n_settings++;
}

/* What is found of each hazard, as "ID RULE" in a row. */
static const char *judge(struct bench *b)
{
	struct sl_check_programme *p;
	struct sl_buf said = {0};
	const char *text;

	b->found.n = 0;
	sl_check_context_init(&b->c, b->dict, b->c.today);
	CHECK_OK(sl_check_programme_new(&b->a, &b->c, &b->env, &p, &b->e), &b->e);
	for (size_t i = 0; i < sizeof hazards / sizeof *hazards; i++) {
		struct sl_revision rev = {.record = {{(unsigned char)(i + 1)}},
		                          .record_number = (int64_t)i + 1,
		                          .identity = sl_str_from(hazards[i].id)};
		struct sl_record rec;

		bench_record(b, "hazard", sl_str_from(hazards[i].json), (struct sl_str){0}, &rec);
		CHECK_OK(sl_check_programme_add(p, &rev, &rec, &b->e), &b->e);
	}
	CHECK_OK(sl_check_programme_finish(p, &b->found, &b->e), &b->e);
	for (size_t i = 0; i < b->found.n; i++)
		sl_buf_printf(&said, "%s%.*s %s", i ? ", " : "", SL_STR_ARG(b->found.v[i].record),
		              b->found.v[i].rule);
	text = sl_arena_strndup(&b->a, said.p ? said.p : "", said.n, &b->e);
	sl_buf_done(&said);
	return text;
}

TEST(the_country_decides_what_is_direct)
{
	struct bench b;

	bench_begin(&b, "2025-06-30");
	CHECK_STR(sl_str_from(judge(&b)), "SEEN S09");
	/* Signs are no direct evidence here, and what people tell is. */
	set(&b, "evidence.D4", "INDIRECT");
	set(&b, "evidence.I6", "DIRECT");
	CHECK_STR(sl_str_from(judge(&b)), "SIGNS S09, SIGNS2 S09, SEEN S09, TOLD S10");
	/* Nothing is asked of the reliability of direct evidence. */
	set(&b, "evidence.direct_min_source", "");
	set(&b, "evidence.I6", "INDIRECT");
	CHECK_STR(sl_str_from(judge(&b)), "SIGNS S09, SIGNS2 S09");
	/* Signs stand around mines: direct for them, as the land may hold both. */
	add(&b, "evidence.D4.APM", "DIRECT");
	CHECK_STR(sl_str_from(judge(&b)), "SIGNS S09");
	/* And a country may say that a kind of evidence proves nothing. */
	set(&b, "evidence.D5", "NONE");
	CHECK_STR(sl_str_from(judge(&b)), "SIGNS S09, SEEN S09");
	bench_end(&b);
}

TEST(the_source_that_decides_is_named)
{
	struct bench b;
	struct sl_check_programme *p;
	struct sl_revision hazard = {.record = {{1}}, .record_number = 1, .identity = SL_STR("H-1")};
	struct sl_revision source = {.record = {{2}}, .record_number = 2, .identity = SL_STR("S-12")};
	struct sl_record rec;

	bench_begin(&b, "2025-06-30");
	CHECK_OK(sl_check_programme_new(&b.a, &b.c, &b.env, &p, &b.e), &b.e);
	bench_record(&b, "hazard", SL_STR("{\"class\":\"SHA\",\"evidence_list\":\"I1\"}"), (struct sl_str){0},
	             &rec);
	CHECK_OK(sl_check_programme_add(p, &hazard, &rec, &b.e), &b.e);
	bench_record(&b, "source", SL_STR("{\"hazard\":\"H-1\",\"evidence\":\"D2\"}"), (struct sl_str){0},
	             &rec);
	CHECK_OK(sl_check_programme_add(p, &source, &rec, &b.e), &b.e);
	CHECK_OK(sl_check_programme_finish(p, &b.found, &b.e), &b.e);
	CHECK_INT(b.found.n, 1);
	CHECK_STR(b.found.v[0].text,
	          "Suspected only, and the evidence (D2 of source S-12) is direct by the national table.");
	bench_end(&b);
}

TEST(a_national_north_is_enough)
{
	struct bench b;
	struct sl_record rec;

	bench_begin(&b, "2025-06-30");
	bench_record(&b, "hazard", SL_STR("{\"id\":\"H1\",\"traverse\":\"45 120; 225 120\"}"),
	             (struct sl_str){0}, &rec);
	CHECK_OK(sl_check_record(&b.c, &rec, NULL, &b.found, &b.e), &b.e);
	for (size_t i = 0, n = 0; i <= b.found.n; i++) {
		if (i == b.found.n)
			CHECK_INT(n, 1);
		else
			n += !strcmp(b.found.v[i].rule, "G13");
	}
	set(&b, "traverse.bearing_reference", "MAG");
	sl_check_context_init(&b.c, b.dict, b.c.today);
	b.found.n = 0;
	CHECK_OK(sl_check_record(&b.c, &rec, NULL, &b.found, &b.e), &b.e);
	for (size_t i = 0; i < b.found.n; i++)
		CHECK(strcmp(b.found.v[i].rule, "G13") != 0);
	bench_end(&b);
}
