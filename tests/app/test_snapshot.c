/* Frozen accounts and the differences between them, on programmes that go on being edited. */
#include "check.h"

#include "app/diff.h"

/* The same small programmes that the ledger is tested on. */
#include "ledger/programme.c"

/* As the command line does it. */
static void freeze(struct test_programme *p, const char *name, int day)
{
	struct sl_programme reading;
	struct sl_hash account;
	char text[11];

	sl_date_text((struct sl_date){day}, text);
	CHECK_OK(sl_programme_open(&reading, p->path, SL_OPEN_READ, &p->env, &p->e), &p->e);
	CHECK_OK(sl_snapshot_make(&reading, &(struct sl_snapshot_request){.name = sl_str_from(name), .as_of = text}, &account,
	                          &p->e),
	         &p->e);
	sl_programme_close(&reading);
}

static void verify(struct test_programme *p, const char *name, struct sl_snapshot_verdict *out)
{
	struct sl_programme reading;

	CHECK_OK(sl_programme_open(&reading, p->path, SL_OPEN_READ, &p->env, &p->e), &p->e);
	CHECK_OK(sl_snapshot_verify(&reading, &p->arena, sl_str_from(name), out, &p->e), &p->e);
	sl_programme_close(&reading);
}

/* The JSON, in which the changes of a line are added up as a reader would; exact: as square millimetres. */
static sl_mm2 read_m2(const struct sl_json *o, const char *key)
{
	const struct sl_json *v = sl_json_get(o, key);
	sl_mm2 mm2 = 0;
	int decimals = -1;
	bool minus = v && v->text.n && v->text.p[0] == '-';

	for (size_t i = minus; v && i < v->text.n; i++) {
		if (v->text.p[i] == '.') {
			decimals = 0;
			continue;
		}
		CHECK(v->text.p[i] >= '0' && v->text.p[i] <= '9');
		mm2 = mm2 * 10 + (v->text.p[i] - '0');
		decimals += decimals >= 0;
	}
	for (int i = decimals < 0 ? 0 : decimals; i < 6; i++)
		mm2 *= 10;
	return minus ? -mm2 : mm2;
}

static const char *const figures[] = {"stock.SHA", "stock.CHA", "flow.new_sha", "flow.cleared", "flow.withdrawn",
                                      "flow.boundary_gain", "on_repairs_m2", "without_boundary.reported_m2"};
enum { N_FIGURES = sizeof figures / sizeof *figures };

/* How many changes, and how much of the stock is a matter of definition. */
static int add_up(const struct sl_json *line, sl_mm2 *definition)
{
	sl_mm2 sum[N_FIGURES] = {0};
	int n = 0;

	for (const struct sl_json *c = sl_json_get(line, "changes")->child; c; c = c->next, n++) {
		const struct sl_json *m2 = sl_json_get(c, "m2");
		bool by_definition = sl_str_is(sl_json_get_str(c, "cause"), "definition");

		CHECK(sl_json_get_str(c, "sentence").n > 10);
		CHECK(by_definition || sl_json_get_str(sl_json_get(c, "record"), "revision").n == 36);
		for (int f = 0; f < N_FIGURES; f++)
			sum[f] += read_m2(m2, figures[f]);
		if (by_definition)
			*definition += read_m2(m2, "stock.SHA") + read_m2(m2, "stock.CHA");
	}
	for (int f = 0; f < N_FIGURES; f++)
		CHECK(sum[f] == read_m2(sl_json_get(line, "b"), figures[f]) - read_m2(sl_json_get(line, "a"), figures[f]));
	return n;
}

static int difference(struct test_programme *p, const char *a, const char *b, const char *by, sl_mm2 *definition)
{
	struct sl_programme reading;
	struct sl_diff d = {0};
	struct sl_buf text = {0};
	struct sl_json *tree = NULL;
	int n = 0;

	*definition = 0;
	CHECK_OK(sl_programme_open(&reading, p->path, SL_OPEN_READ, &p->env, &p->e), &p->e);
	CHECK_OK(sl_diff_make(&reading, &(struct sl_diff_request){.a = a, .b = b, .by = by}, &d, &p->e), &p->e);
	CHECK_OK(sl_diff_text(&d, SL_FORMAT_JSON, &text, &p->e), &p->e);
	CHECK_OK(sl_json_parse(&p->arena, sl_buf_view(&text), &tree, &p->e), &p->e);
	for (const struct sl_json *line = tree ? sl_json_get(tree, "lines")->child : NULL; line; line = line->next)
		n += add_up(line, definition);
	for (enum sl_text_format f = SL_FORMAT_TABLE; f <= SL_FORMAT_GEOJSON; f++) {
		struct sl_buf other = {0};

		CHECK_OK(sl_diff_text(&d, f, &other, &p->e), &p->e);
		CHECK(other.n > 0);
		sl_buf_done(&other);
	}
	sl_buf_done(&text);
	sl_diff_done(&d);
	sl_programme_close(&reading);
	return n;
}

TEST(snapshots_stay_what_they_were_whatever_is_edited_later)
{
	static const char *const by[] = {NULL, "admin1", "org", "contamination"};
	uint64_t seed = 8;
	int changes = 0;

	if (getenv("SL_SEED"))
		seed = strtoull(getenv("SL_SEED"), NULL, 10);
	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 12 && !test_failures; round++) {
		struct sl_snapshot_verdict v;
		struct test_programme p;
		sl_mm2 definition;
		int number = 0, n;

		programme_open(&p);
		for (int step = 0; step < 3; step++) {
			char name[24];

			for (n = 3 + (int)(sl_uniform(&seed) * 10); n > 0; n--)
				programme_edit(&p, &seed, number++);
			snprintf(name, sizeof name, "step %d", step);
			freeze(&p, name, PROGRAMME_FIRST_DAY + 10 * (step + 1));
		}
		for (n = 0; n < 5; n++)
			programme_edit(&p, &seed, number++);
		if (round % 3 == 0)
			CHECK_OK(sl_store_rebuild(p.db, &p.e), &p.e);
		for (int step = 0; step < 3; step++) {
			char name[24];

			snprintf(name, sizeof name, "step %d", step);
			verify(&p, name, &v);
			CHECK(v.same);
			CHECK_INT(v.n_cells, 0);
		}
		for (int k = 0; k < 4; k++) {
			changes += difference(&p, "step 0", "step 2", by[k], &definition);
			/* only what later boundaries cut finer: far below a square metre */
			CHECK(definition < 1000000 && definition > -1000000);
			changes += difference(&p, "step 1", "2019-05-20", by[k], &definition);
			CHECK(definition < 1000000 && definition > -1000000);
		}
		CHECK_INT(difference(&p, "step 1", "step 1", NULL, &definition) & 1, 0); /* none, or out and back */
		CHECK(!definition);
		programme_close(&p);
	}
	printf("%d changes\n", changes);
	CHECK(test_failures || changes > 500);
}

static void set(struct test_programme *p, const char *key, struct sl_str value)
{
	for (size_t i = 0; i < p->dict->n_settings; i++)
		if (sl_str_is(p->dict->setting[i].key, key))
			p->dict->setting[i].value = value;
}

/* A country decides that land reduced without an asset counts as cancelled: the old account is told apart. */
TEST(snapshots_name_the_cells_that_another_definition_changes)
{
	static const char field[] = "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))";
	struct sl_snapshot_verdict v;
	struct test_programme p;
	struct sl_programme reading;
	struct sl_buf text = {0};
	int seen = 0;

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "HA-1", "2019-01-01", "class=SHA", field);
	programme_add_wkt(&p, "release", "R-1", "2019-03-01", "product=RDN;hazard=HA-1", field);
	freeze(&p, "end of 2019", 18261);
	verify(&p, "end of 2019", &v);
	CHECK(v.same);
	/* as a programme whose dictionary/rules.csv says so is opened */
	CHECK_OK(sl_programme_open(&reading, p.path, SL_OPEN_WRITE, &p.env, &p.e), &p.e);
	for (size_t i = 0; i < reading.dict->n_settings; i++)
		if (sl_str_is(reading.dict->setting[i].key, "reduced_without_asset_is"))
			reading.dict->setting[i].value = SL_STR("cancelled");
	set(&p, "reduced_without_asset_is", SL_STR("cancelled"));
	CHECK_OK(sl_store_rebuild(reading.db, &p.e), &p.e);
	CHECK_OK(sl_snapshot_verify(&reading, &p.arena, SL_STR("end of 2019"), &v, &p.e), &p.e);
	CHECK(!v.same);
	for (size_t i = 0; i < v.n_cells; i++) {
		bool reduced = sl_str_is(v.cell[i].figure, "flow.reduced");

		CHECK(reduced || sl_str_is(v.cell[i].figure, "flow.cancelled"));
		CHECK(reduced ? v.cell[i].frozen > 0 && !v.cell[i].now : !v.cell[i].frozen && v.cell[i].now > 0);
		seen |= reduced ? 1 : 2;
	}
	CHECK_INT(seen, 3);
	sl_verdict_text(&text, &v, SL_FORMAT_TABLE);
	CHECK(text.n && strstr(text.p, "reduced without asset is reduced") && strstr(text.p, "is cancelled"));
	sl_buf_done(&text);
	{
		struct sl_diff d = {0};

		CHECK_OK(sl_diff_make(&reading, &(struct sl_diff_request){.a = "end of 2019", .b = "2019-12-31"}, &d, &p.e), &p.e);
		CHECK_INT(d.changes.n, 1);
		CHECK(d.changes.n && d.changes.v[0].cause == SL_CAUSE_DEFINITION);
		CHECK(d.changes.n && d.changes.v[0].figure[SL_FIGURE_FLOW + SL_FLOW_REDUCED] < 0 &&
		      d.changes.v[0].figure[SL_FIGURE_FLOW + SL_FLOW_REDUCED] ==
		          -d.changes.v[0].figure[SL_FIGURE_FLOW + SL_FLOW_CANCELLED]);
		sl_diff_done(&d);
	}
	sl_programme_close(&reading);
	programme_close(&p);
}

/* Afterwards a reviewer finds that the hazard is another one, and that an older release meant that: what was frozen is
 * counted as it was. */
TEST(snapshots_stay_when_a_release_is_found_to_mean_another_hazard)
{
	static const char field[] = "POLYGON((102 13,102.001 13,102.001 13.001,102 13.001,102 13))";
	static const char beside[] = "POLYGON((102.0005 13,102.002 13,102.002 13.001,102.0005 13.001,102.0005 13))";
	struct sl_snapshot_verdict v;
	struct test_programme p;
	const struct sl_kind *kind;
	struct sl_uuid other;
	char entry[120], uuid[37];

	programme_open(&p);
	programme_add_wkt(&p, "hazard", "HA-1", "2019-01-01", "class=CHA", beside);
	programme_add_wkt(&p, "hazard", "HA-9", "2019-01-01", "class=SHA", field);
	programme_add_wkt(&p, "release", "R-1", "2019-03-01", "product=CAN;hazard=HA-9", field);
	freeze(&p, "before", 18261);
	CHECK_OK(sl_store_find(p.db, SL_STR("hazard:HA-1"), &other, &kind, &p.e), &p.e);
	sl_uuid_text(other, uuid);
	snprintf(entry, sizeof entry, "{\"review\":{\"action\":\"link\",\"linked_to\":\"%s\"}}", uuid);
	p.entry = entry;
	p.state = SL_REJECTED;
	p.correction = true;
	programme_add_wkt(&p, "hazard", "HA-9", "2019-01-01", "class=SHA", field);
	p.entry = NULL;
	p.state = SL_APPROVED;
	p.correction = false;
	freeze(&p, "after", 18261);
	verify(&p, "before", &v);
	CHECK(v.same);
	verify(&p, "after", &v);
	CHECK(v.same);
	programme_close(&p);
}

TEST(snapshots_of_an_empty_programme_stay_empty)
{
	struct sl_snapshot_verdict v;
	struct test_programme p;
	sl_mm2 definition;
	uint64_t seed = 3;

	programme_open(&p);
	freeze(&p, "nothing yet", PROGRAMME_FIRST_DAY + 60);
	for (int i = 0; i < 8; i++)
		programme_edit(&p, &seed, i);
	verify(&p, "nothing yet", &v);
	CHECK(v.same);
	CHECK(difference(&p, "nothing yet", "2019-12-31", NULL, &definition) > 0);
	CHECK(!definition);
	programme_close(&p);
}
