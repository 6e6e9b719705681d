/* Residual risk of recorded releases: what goes in is told from the records, and what is missing or
 * impossible is a sentence and no number (tests/cases/residual_records.txt). */
#include "cases.h"

#include "app/residual.h"
#include "app/report.h"
#include "app/training.h"

static void import(struct training *t, struct sl_programme *p, const char *kind, const char *path)
{
	struct sl_import_options o = {.approve = true, .no_suggestion = true, .kind = kind, .crs = "EPSG:4326"};
	struct sl_import_result result;
	char full[300];
	const char *file = full;

	snprintf(full, sizeof full, "%s/%s", SL_SOURCE_DIR, path);
	CHECK_OK(sl_import_files(p, &o, &file, 1, &result, &t->e), &t->e);
}

static bool searched(struct training *t, struct sl_programme *p)
{
	training_folder(t);
	if (!training_empty(t, "searched.gpkg", t->path, p))
		return false;
	import(t, p, "release", "docs/manual/files/searched.csv");
	import(t, p, "ordnance", "docs/manual/files/finds.csv");
	import(t, p, "quality", "docs/manual/files/samples.csv");
	import(t, p, "release", "tests/data/residual_faults.csv");
	import(t, p, "ordnance", "tests/data/residual_finds.csv");
	return !t->e.code;
}

/* "record=RL-1 detection=0.9" */
static enum sl_code run(struct sl_programme *p, struct sl_arena *a, const char *asked,
                        struct sl_statement *s, struct sl_err *e)
{
	const struct sl_analysis *n = sl_analysis_find(SL_STR("residual"));
	struct sl_str rest = sl_str_from(asked), one, name, value;
	struct sl_analysis_question q;

	if (sl_analysis_ask(n, a, &q, e))
		return e->code;
	while (sl_str_split(&rest, ' ', &one)) {
		value = one;
		if (!sl_str_split(&value, '=', &name))
			continue;
		if (sl_str_has_prefix(value, "docs/") || sl_str_has_prefix(value, "tests/"))
			value = sl_str_from(sl_arena_printf(a, e, "%s/%.*s", SL_SOURCE_DIR, SL_STR_ARG(value)));
		if (sl_analysis_answer(&q, name, value, e))
			return e->code;
	}
	return sl_analysis_run(p, a, &q, s, e);
}

static double figure(const struct sl_statement *s, const char *name)
{
	for (size_t i = 0; i < s->n_figures; i++)
		if (!strcmp(s->figure[i].name, name))
			return s->figure[i].value;
	for (size_t i = 0; i < s->n_inputs; i++)
		if (!strcmp(s->input[i].name, name))
			return s->input[i].value;
	return (double)NAN;
}

static bool as_expected(const struct sl_statement *s, const struct case_file *c, char *got, size_t size)
{
	char text[500], *rest = text, *one;
	bool ok = true;

	snprintf(text, sizeof text, "%.499s", c->expect);
	got[0] = 0;
	while ((one = strsep(&rest, " "))) {
		char *value = strchr(one, '=');
		double want, is;

		if (!value)
			return false;
		*value++ = 0;
		want = strtod(value, NULL);
		is = figure(s, one);
		ok &= isnan(want) ? isnan(is) : fabs(is - want) <= c->tolerance;
		snprintf(got + strlen(got), size - strlen(got), "%s=%.9g ", one, is);
	}
	return ok;
}

TEST(residual_risk_of_records_is_a_number_or_a_sentence)
{
	struct training t;
	struct sl_programme p = {0};
	struct case_file c;
	int n = 0;

	if (searched(&t, &p))
		for (bool ok = case_open(&c, "residual_records.txt"); ok && case_next(&c); n++) {
			struct sl_arena a = {0};
			struct sl_statement s;
			struct sl_err e = {0};
			char got[600];

			if (run(&p, &a, c.input, &s, &e)) {
				const char *end =
				    strlen(e.msg) > strlen(c.expect) ? e.msg + strlen(e.msg) - strlen(c.expect) : e.msg;

				/* Only the folder of a file may stand before the sentence. */
				if (strcmp(end, c.expect) != 0 || (end > e.msg && end[-1] != '/'))
					case_fail(&c, e.msg);
			} else if (!as_expected(&s, &c, got, sizeof got))
				case_fail(&c, got);
			sl_arena_done(&a);
		}
	CHECK(n > 25);
	sl_programme_close(&p);
	training_close(&t);
}

/* Cells are a layer for the map; their sum is what the release is expected to hold. */
TEST(residual_cells_are_a_layer_that_sums_to_the_release)
{
	struct training t;
	struct sl_programme p = {0};
	struct sl_arena a = {0};
	struct sl_statement s;
	double sum = 0;

	if (searched(&t, &p)) {
		CHECK_OK(run(&p, &a, "record=RL-2", &s, &t.e), &t.e);
		CHECK(s.n_shapes >= 200);
		for (size_t i = 0; i < s.n_shapes; i++)
			sum += s.shape[i].value;
		CHECK_NEAR(sum, figure(&s, "remaining_items"), 1e-4);
		CHECK(s.n_tables == 1);
		CHECK_STR(s.table[0]->cell[0].text,
		          "3, 4"); /* four of the seven lie 30 to 34 m east, 40 to 43 m north */
		CHECK_NEAR(s.table[0]->cell[2].number, 4, 0);
	}
	sl_arena_done(&a);
	sl_programme_close(&p);
	training_close(&t);
}

static bool warns(const struct sl_statement *s, const char *of)
{
	for (size_t i = 0; i < s->n_sentences; i++)
		if (s->sentence[i].sort == SL_SAYS_WARNING && strstr(s->sentence[i].text, of))
			return true;
	return false;
}

/* What is odd about the records is said, and counted as nobody could complain of: what was found later was
 * missed. */
TEST(residual_risk_says_what_is_doubtful)
{
	static const struct {
		const char *asked, *of, *not_of;
	} cases[] = {
	    {"record=F-POINT", "after its release", "no number of items"},
	    {"record=F-POINT", "There is no boundary", "is shorter than"},
	    {"record=RL-3 detection=0.9", "no number of items", "after its release"},
	    {"record=RL-2 scatter=3", "is shorter than", "after its release"},
	    {"record=RL-2", "How much of the ground was searched is not recorded", "is shorter than"},
	};
	struct training t;
	struct sl_programme p = {0};

	if (searched(&t, &p))
		for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
			struct sl_arena a = {0};
			struct sl_statement s = {0};

			CHECK_OK(run(&p, &a, cases[i].asked, &s, &t.e), &t.e);
			CHECK(warns(&s, cases[i].of));
			CHECK(!warns(&s, cases[i].not_of));
			sl_arena_done(&a);
		}
	sl_programme_close(&p);
	training_close(&t);
}

static bool node_says(const struct sl_document *d, const char *words)
{
	for (const struct sl_node *n = d->first; n; n = n->next) {
		const struct sl_node *list = n->type == SL_NODE_LIST ? n->child : n;

		for (; list; list = n->type == SL_NODE_LIST ? list->next : NULL)
			for (size_t i = 0; list->type == SL_NODE_PARAGRAPH && i < list->runs.n; i++)
				if (sl_str_find(list->runs.v[i].text, words))
					return true;
	}
	return false;
}

/* A certificate carries the statement with its inputs, or says why there is none. */
TEST(certificate_carries_residual_risk_or_the_reason_why_not)
{
	static const struct {
		const char *record, *says, *never;
	} cases[] = {
	    {"RL-2", "items are expected to be left", "was not computed"},
	    {"RL-1", "Nothing found does not prove that nothing is there", "was not computed"},
	    {"RL-3", "What may be left was not computed: RL-3: no search effort is recorded",
	     "are expected to be left"},
	    {"RL-4", "what was not searched cannot be judged by a search", "are expected to be left"},
	};
	struct training t;
	struct sl_programme p = {0};

	for (size_t i = 0; searched(&t, &p) && i < sizeof cases / sizeof *cases; i++) {
		const struct sl_report_request r = {.template_name = "completion", .record = cases[i].record};
		struct sl_report report;

		CHECK_OK(sl_report_make(&p, &r, &report, &t.e), &t.e);
		if (!t.e.code) {
			CHECK(node_says(report.document, cases[i].says));
			CHECK(!node_says(report.document, cases[i].never));
		}
		sl_report_done(&report);
		sl_programme_close(&p);
		training_close(&t);
	}
	sl_programme_close(&p);
	training_close(&t);
}
