#include "app/account.h"
#include "app/check.h"
#include "app/training.h"
#include "base/csv.h"
#include "base/hash.h"
#include "base/io.h"
#include "geo/area.h"

#include "check.h"

static struct sl_hash file_hash(const char *path)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str text = {0};
	struct sl_hash h;

	CHECK_OK(sl_io_map(&a, path, &text, &e), &e);
	h = sl_hash_of(text.p, text.n);
	sl_arena_done(&a);
	return h;
}

static void make_hashes(uint64_t seed, struct sl_hash out[SL_SIMULATED_FILES + 1])
{
	struct sl_simulation s = {.seed = seed, .hazards = 400, .faults = 0.03};
	struct training t;

	training_folder(&t);
	CHECK_OK(sl_crypto_init(&t.e), &t.e);
	CHECK_OK(sl_simulate(&s, t.files, &t.env, &t.made, &t.e), &t.e);
	for (int i = 0; i < SL_SIMULATED_FILES; i++)
		out[i] = file_hash(t.made.file[i].path);
	out[SL_SIMULATED_FILES] = file_hash(t.made.truth);
	training_close(&t);
}

TEST(one_seed_one_country)
{
	struct sl_hash a[SL_SIMULATED_FILES + 1], b[SL_SIMULATED_FILES + 1], c[SL_SIMULATED_FILES + 1];

	make_hashes(5, a);
	make_hashes(5, b);
	make_hashes(6, c);
	for (int i = 0; i <= SL_SIMULATED_FILES; i++) {
		CHECK(sl_hash_eq(a[i], b[i]));
		/* The organisations are always the same ones. */
		CHECK(i == SL_SIMULATED_ORGANISATION || !sl_hash_eq(a[i], c[i]));
	}
}

TEST(numbers_out_of_range_are_refused)
{
	static const struct sl_simulation bad[] = {{.hazards = 10},
	                                           {.hazards = 2000000},
	                                           {.hazards = 500, .faults = 0.9},
	                                           {.hazards = 500, .overlap = -0.1}};
	struct training t;

	training_folder(&t);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_INT(sl_simulate(&bad[i], t.files, &t.env, &t.made, &t.e), SL_INVALID);
		sl_err_clear(&t.e);
	}
	/* A folder that is not there leaves nothing behind. */
	CHECK_INT(sl_simulate(&(struct sl_simulation){.hazards = 100}, "/nonexistent", &t.env, &t.made, &t.e),
	          SL_NOT_FOUND);
	training_close(&t);
}

struct areas {
	double m2[3]; /* country, provinces, districts */
	int n[3];
};

static enum sl_code add_area(void *ctx, const struct sl_revision *rev, const struct sl_record *r,
                             struct sl_err *e)
{
	static const char *const levels[] = {"country", "admin1", "admin2"};
	struct areas *a = ctx;

	(void)rev;
	(void)e;
	for (int i = 0; i < 3; i++)
		if (sl_record_has_code(r, "level", levels[i])) {
			a->m2[i] += sl_geom_area_m2(&r->geometry);
			a->n[i]++;
		}
	return SL_OK;
}

static void print_finding(const struct sl_finding *f)
{
	printf("  %s %s %.*s %.*s\n", f->rule, sl_severity_name(f->severity), SL_STR_ARG(f->record),
	       SL_STR_ARG(f->text));
}

/* What the sheets of the dictionary ask, notes among it. */
static bool is_of_form(const char *rule)
{
	static const char *const rules[] = {"I07", "I14", "I15", "I16", "I17"};
	bool is = false;

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		is |= !strcmp(rule, rules[i]);
	return is;
}

static void clean_programme(uint32_t hazards, uint64_t seed)
{
	struct sl_check_request request = {.names = true};
	struct sl_account_request account = {0};
	struct sl_account_answer answer = {0};
	struct sl_check_answer found = {0};
	const struct sl_account_line *total;
	struct areas areas = {0};
	struct training t;
	size_t alarms = 0;

	training_open(&t, hazards, seed, 0);
	CHECK_INT(t.made.faults, 0);
	CHECK_OK(sl_check_answer(&t.p, &request, &found, &t.e), &t.e);
	for (size_t i = 0; i < found.findings.n; i++) {
		if (found.findings.v[i].severity < SL_WARNING && !is_of_form(found.findings.v[i].rule))
			continue;
		if (alarms++ < 10)
			print_finding(&found.findings.v[i]);
	}
	printf("seed %llu: %zu records without a planted fault, %zu findings\n", (unsigned long long)seed,
	       found.n_records, alarms);
	CHECK_INT(alarms, 0);

	/* Provinces and districts partition the country. */
	CHECK_OK(sl_store_each(t.p.db,
	                       &(struct sl_query){.kind = sl_dictionary_kind(t.p.dict, SL_STR("place")),
	                                          .as_of = sl_date_none()},
	                       true, add_area, &areas, &t.e),
	         &t.e);
	CHECK_INT(areas.n[0], 1);
	CHECK(areas.n[1] >= 12 && areas.n[1] <= 25);
	CHECK(areas.n[2] >= 4 * areas.n[1] && areas.n[2] <= 6 * areas.n[1]);
	CHECK_NEAR(areas.m2[1] / areas.m2[0], 1, 1e-12);
	CHECK_NEAR(areas.m2[2] / areas.m2[0], 1, 1e-12);

	/* Releases are slices of their hazards, to the last digit: nothing lies outside, nothing is released
	 * twice, and no boundary moves. */
	CHECK_OK(sl_account_answer(&t.p, &account, &answer, &t.e), &t.e);
	total = &answer.account.total;
	CHECK(total->flow[SL_FLOW_CLEARED] > 0 && total->flow[SL_FLOW_CANCELLED] > 0 &&
	      total->flow[SL_FLOW_REDUCED] > 0);
	CHECK(total->flow[SL_FLOW_CONFIRMED] > 0 && total->flow[SL_FLOW_WITHDRAWN] > 0 &&
	      total->flow[SL_FLOW_REOPENED] > 0);
	CHECK_INT(total->flow[SL_FLOW_OUTSIDE], 0);
	CHECK_INT(total->flow[SL_FLOW_AGAIN], 0);
	CHECK_INT(total->flow[SL_FLOW_BOUNDARY_GAIN], 0);
	CHECK_INT(total->flow[SL_FLOW_BOUNDARY_LOSS], 0);
	CHECK_INT(total->on_repairs, 0);
	CHECK(total->without_boundary > 0);
	sl_account_done(&answer);
	sl_check_answer_done(&found);
	training_close(&t);
}

TEST(clean_records_raise_no_alarm)
{
	clean_programme(1500, 1);
	clean_programme(1500, 7);
	clean_programme(1000, 19);
}

/* ---- how many of the planted faults are found ---- */

struct planted {
	struct sl_str fault, rule, ids;
	bool found;
};

static bool names(struct sl_str ids, struct sl_str record)
{
	struct sl_str id;

	while (sl_str_split(&ids, '|', &id))
		if (sl_str_eq(id, record))
			return true;
	return false;
}

static size_t read_truth(struct sl_arena *a, const char *path, struct planted **out, struct sl_err *e)
{
	struct sl_csv csv;
	struct sl_csv_row row;
	struct sl_str text = {0};
	struct planted *v = NULL;
	size_t n = 0, cap = 0;
	bool more;

	if (sl_io_map(a, path, &text, e) || sl_csv_open(&csv, path, text, ',', e) ||
	    sl_csv_next(&csv, a, &row, &more, e))
		return 0;
	while (!sl_csv_next(&csv, a, &row, &more, e) && more) {
		v = sl_arena_grow(a, v, &cap, n + 1, sizeof *v, e);
		if (!v)
			return 0;
		v[n++] = (struct planted){row.field[0], row.field[1], row.field[3], false};
	}
	*out = v;
	return n;
}

/* Several kinds of fault share a rule: counted by their own name. */
static void print_recall(const struct planted *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t all = 0, found = 0;
		bool first = true;

		for (size_t k = 0; k < i && first; k++)
			first = !sl_str_eq(v[k].fault, v[i].fault);
		for (size_t k = i; k < n && first; k++)
			if (sl_str_eq(v[k].fault, v[i].fault)) {
				all++;
				found += v[k].found;
			}
		if (first)
			printf("  %.*s %-28.*s %zu of %zu\n", SL_STR_ARG(v[i].rule), SL_STR_ARG(v[i].fault), found,
			       all);
	}
}

/* Faults of every rule that the generator can break are among the planted ones. */
static void check_variety(const struct planted *v, size_t n)
{
	static const char *const rules[] = {
	    "E01", "E02", "E03", "E04", "E05", "G01", "G02", "G03", "G04", "G05", "G06", "G10", "G11",
	    "G12", "G13", "G14", "G15", "G16", "G19", "G20", "G21", "G22", "G23", "I01", "I02", "I03",
	    "I04", "I05", "I06", "I07", "Q02", "Q03", "Q04", "R03", "R04", "R05", "R06", "R07", "R08",
	    "R09", "S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "T01",
	    "T02", "T03", "T04", "T05", "V01", "V02", "V03", "V04", "V06"};

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		bool planted = false;

		for (size_t k = 0; k < n && !planted; k++)
			planted = sl_str_is(v[k].rule, rules[i]);
		if (!planted)
			printf("no fault of %s is planted\n", rules[i]);
		CHECK(planted);
	}
}

static void find_planted(uint32_t hazards, uint64_t seed, double rate, bool variety)
{
	struct sl_check_request request = {.names = true};
	struct sl_check_answer found = {0};
	struct planted *planted = NULL;
	struct sl_arena a = {0};
	struct training t;
	size_t n, hits = 0, alarms = 0;

	training_open(&t, hazards, seed, rate);
	n = read_truth(&a, t.made.truth, &planted, &t.e);
	CHECK_INT(n, t.made.faults);
	if (variety)
		check_variety(planted, n);
	CHECK_OK(sl_check_answer(&t.p, &request, &found, &t.e), &t.e);
	for (size_t i = 0; i < found.findings.n; i++) {
		const struct sl_finding *f = &found.findings.v[i];
		bool known = f->severity == SL_NOTE;

		for (size_t k = 0; k < n; k++)
			if (names(planted[k].ids, f->record)) {
				known = true;
				planted[k].found |= sl_str_is(planted[k].rule, f->rule);
			}
		if (!known && alarms++ < 20)
			print_finding(f);
	}
	for (size_t k = 0; k < n; k++) {
		hits += planted[k].found;
		if (!planted[k].found)
			printf("  missed: %.*s %.*s %.*s\n", SL_STR_ARG(planted[k].rule), SL_STR_ARG(planted[k].fault),
			       SL_STR_ARG(planted[k].ids));
	}
	if (variety)
		print_recall(planted, n);
	printf("seed %llu: %zu of %zu planted faults found, %zu false alarms in %zu records\n",
	       (unsigned long long)seed, hits, n, alarms, found.n_records);
	CHECK_INT(hits, n);
	CHECK_INT(alarms, 0);
	sl_check_answer_done(&found);
	sl_arena_done(&a);
	training_close(&t);
}

TEST(planted_faults_are_found)
{
	find_planted(6000, 11, 0.03, true);
	find_planted(1500, 3, 0.06, false);
	find_planted(300, 29, 0.1, false);
	find_planted(50, 4, 0.03, false);
}
