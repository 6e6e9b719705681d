/* Features of a layer: pages, boxes, filters; the layer and the log answer alike. */
#include "fixture.h"
#include "store/feature_query.h"

#include "geo/wkb.h"

#include <stdlib.h>

static struct sl_uuid put(struct fixture *f, const char *kind, const char *const *field, const char *wkt,
                          enum sl_state state)
{
	struct append_options o = {.state = state, .wkt = wkt, .date = "2024-03-01"};
	struct sl_revision r = {0};

	CHECK(fixture_append(f, kind, &o, field, &r));
	return r.record;
}

struct seen {
	int64_t number[4000];
	size_t n;
	char record[40], id[40], class[40];
	double area;
	size_t geometry;
	const struct sl_feature_schema *schema;
};

static const struct sl_feature_value *value_called(const struct seen *s, const struct sl_feature *f,
                                                   const char *name)
{
	for (size_t i = 0; i < s->schema->n_properties; i++)
		if (sl_str_is(s->schema->property[i].name, name))
			return &f->value[i];
	CHECK(!name);
	return &f->value[0];
}

static enum sl_code see(void *ctx, const struct sl_feature *f, struct sl_err *e)
{
	struct seen *s = ctx;
	const struct sl_feature_value *v;

	(void)e;
	if (s->n < sizeof s->number / sizeof *s->number)
		s->number[s->n++] = f->number;
	snprintf(s->record, sizeof s->record, "%.*s", SL_STR_ARG(f->record));
	v = value_called(s, f, "id");
	snprintf(s->id, sizeof s->id, "%.*s", v->type == SL_FEATURE_TEXT ? (int)v->text.n : 0,
	         v->text.p ? v->text.p : "");
	v = value_called(s, f, "area_m2");
	s->area = v->type == SL_FEATURE_DECIMAL ? v->decimal : -1;
	s->geometry = f->geometry.n;
	return SL_OK;
}

static uint64_t asked(struct fixture *f, struct sl_feature_query q, const char *filter, struct seen *s)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	uint64_t matched = 0;

	*s = (struct seen){0};
	q.kind = sl_dictionary_kind(f->dict, SL_STR("hazard"));
	q.limit = q.limit ? q.limit : 10000;
	CHECK_OK(sl_feature_schema_of(f->db, q.kind, &s->schema, &e), &e);
	if (filter && !sl_cql2_read_text(&a, sl_str_from(filter), &q.filter, &e))
		CHECK_OK(sl_cql2_bind(q.filter, s->schema->field, s->schema->n_fields, &e), &e);
	if (e.code)
		printf("%s: %s\n", filter, e.msg);
	CHECK(!e.code);
	if (!e.code)
		CHECK_OK(sl_feature_each(f->db, &q, see, s, &matched, &e), &e);
	sl_arena_done(&a);
	return matched;
}

static struct sl_feature_interval when_of(struct fixture *f, const struct sl_kind *kind, int64_t after)
{
	struct sl_feature_interval all[64];

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		all[i] = (struct sl_feature_interval){sl_date_none(), sl_date_none()};
	CHECK(f->dict->n_kinds <= sizeof all / sizeof *all);
	CHECK_OK(sl_feature_intervals(f->db, after, all, &f->e), &f->e);
	return all[kind->number];
}

TEST(features_in_pages)
{
	struct fixture f;
	struct seen s;
	struct sl_feature_query q = {0};
	const struct sl_kind *hazard;
	struct sl_feature_interval when;
	struct sl_box box;
	uint64_t n;
	int64_t seq;
	struct sl_uuid third = {{0}};
	char name[40];
	bool found = false;

	fixture_open(&f);
	hazard = sl_dictionary_kind(f.dict, SL_STR("hazard"));
	CHECK_OK(sl_feature_box(f.db, hazard, &box, &f.e), &f.e);
	when = when_of(&f, hazard, 0);
	CHECK_OK(sl_feature_count(f.db, hazard, &n, &f.e), &f.e);
	CHECK(n == 0 && box.x0 > box.x1 && sl_date_is_none(when.first));
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < 25; i++) {
		char id[32], wkt[200];
		const char *field[] = {id, i % 2 ? "class=SHA" : "class=CHA", "effective_date=2024-03-01", NULL};
		struct sl_uuid u;

		snprintf(id, sizeof id, "id=HA-%d", i);
		snprintf(wkt, sizeof wkt, "POLYGON((%d 13,%d.001 13,%d.001 13.001,%d 13))", 100 + i, 100 + i,
		         100 + i, 100 + i);
		u = put(&f, "hazard", field, i == 7 ? NULL : wkt, i == 9 ? SL_SUBMITTED : SL_APPROVED);
		third = i == 3 ? u : third;
	}
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);

	/* Twenty-four approved; pages neither repeat nor leave out. */
	CHECK_INT(asked(&f, q, NULL, &s), 24);
	CHECK_INT(s.n, 24);
	q.limit = 10;
	for (q.offset = 0; q.offset < 30; q.offset += 10) {
		struct seen page;

		CHECK_INT(asked(&f, q, NULL, &page), 24);
		CHECK_INT(page.n, q.offset == 20 ? 4 : q.offset == 30 ? 0 : 10);
		for (size_t i = 0; i < page.n; i++)
			CHECK_INT(page.number[i], s.number[q.offset + i]);
	}
	q.offset = 0;
	/* A box: two hazards, and the one without a place, last. */
	q.box = (struct sl_box[]){{101.5, 12, 103.5, 14}};
	q.n_boxes = 1;
	CHECK_INT(asked(&f, q, NULL, &s), 3);
	CHECK_INT(s.n, 3);
	CHECK_STR(sl_str_from(s.id), "HA-7");
	CHECK_INT(s.geometry, 0);
	CHECK_INT(asked(&f, q, "class = 'SHA'", &s), 2);
	/* The triangle's box meets this one, the triangle does not. */
	q.box = (struct sl_box[]){{102, 13.0009, 102.00005, 13.002}};
	CHECK_INT(asked(&f, q, NULL, &s), 1);
	/* Touching counts; across the antimeridian two boxes are one question. */
	q.box = (struct sl_box[]){{103.001, 13, 104, 14}, {90, 10, 101.0005, 15}};
	q.n_boxes = 2;
	CHECK_INT(asked(&f, q, NULL, &s), 5);
	q = (struct sl_feature_query){0};

	/* One, by UUID and by identifier as a clerk would write it. */
	s = (struct seen){.schema = s.schema};
	sl_uuid_text(third, name);
	CHECK_OK(sl_feature_find(f.db, hazard, sl_str_from(name), sl_date_none(), see, &s, &found, &f.e), &f.e);
	CHECK(found);
	CHECK_STR(sl_str_from(s.id), "HA-3");
	CHECK(s.area > 1000 && s.geometry > 50);
	CHECK_OK(sl_feature_find(f.db, hazard, SL_STR("ha-3 "), sl_date_none(), see, &s, &found, &f.e), &f.e);
	CHECK(found);
	CHECK_STR(sl_str_from(s.record), name);
	CHECK_OK(sl_feature_find(f.db, hazard, SL_STR("HA-9"), sl_date_none(), see, &s, &found, &f.e), &f.e);
	CHECK(!found);
	CHECK_OK(sl_feature_find(f.db, hazard, SL_STR("no such"), sl_date_none(), see, &s, &found, &f.e), &f.e);
	CHECK(!found);

	CHECK_OK(sl_feature_count(f.db, hazard, &n, &f.e), &f.e);
	CHECK_OK(sl_feature_box(f.db, hazard, &box, &f.e), &f.e);
	when = when_of(&f, hazard, 0);
	CHECK_INT(n, 24);
	CHECK_NEAR(box.x0, 100, 1e-9);
	CHECK_NEAR(box.x1, 124.001, 1e-9);
	sl_date_text(when.first, name);
	CHECK_STR(sl_str_from(name), "2024-03-01");
	seq = fixture_number(&f, "SELECT max(seq) FROM sl_revision");

	/* A withdrawn record is no feature any more, and the lists follow the writing at once. */
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	{
		const char *field[] = {"id=HA-3", "class=SHA", "status=DUPL", "effective_date=2024-04-01", NULL};
		struct append_options o = {.state = SL_APPROVED, .record = third, .date = "2024-04-01"};
		struct sl_revision r;

		CHECK(fixture_append(&f, "hazard", &o, field, &r));
	}
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	when = when_of(&f, hazard, seq);
	sl_date_text(when.last, name);
	CHECK_STR(sl_str_from(name), "2024-04-01");
	CHECK_INT(asked(&f, q, NULL, &s), 23);
	CHECK_INT(asked(&f, q, "id = 'HA-3'", &s), 0);
	/* But it was one in March. */
	sl_date_from_ymd(2024, 3, 15, &q.as_of);
	CHECK_INT(asked(&f, q, "id = 'HA-3'", &s), 1);
	fixture_close(&f);
}

/* ---- the layer and the log answer alike, whatever is asked ---- */

static uint64_t dice;

static unsigned roll(unsigned n)
{
	return (unsigned)(sl_splitmix64(&dice) % n);
}

static void random_value(struct sl_buf *b, int type)
{
	static const char *const texts[] = {"'SHA'", "'CHA'", "'IND'", "'a*b?['", "'Ünï'", "''", "'HA-5'"};

	switch (type) {
	case 0: sl_buf_puts(b, texts[roll(7)]); break;
	case 1: sl_buf_printf(b, "%d", (int)roll(40) * 100 - 500); break;
	default:
		if (roll(3))
			sl_buf_printf(b, "DATE('2024-0%u-1%u')", 1 + roll(9), roll(10));
		else
			sl_buf_printf(b, "TIMESTAMP('2024-0%u-1%uT0%u:00:00Z')", 1 + roll(9), roll(10), roll(3));
	}
}

static void random_condition(struct sl_buf *b, int depth)
{
	static const char *const columns[3][3] = {{"class", "name", "id"},
	                                          {"area_reported_m2", "area_m2", "accuracy_m"},
	                                          {"effective_date", "recorded_at", "status_date"}};
	static const char *const compares[] = {"=", "<>", "<", "<=", ">", ">="};
	static const char *const patterns[] = {"'HA-%'", "'%A'", "'_HA'", "'a*b?['", "'%\\%%'", "'%*%'", "'%'"};
	static const char *const spatial[] = {"S_INTERSECTS", "S_DISJOINT", "S_WITHIN", "S_CONTAINS",
	                                      "S_TOUCHES"};
	const unsigned type = roll(3);
	const char *column = columns[type][roll(3)];

	if (depth && roll(3)) {
		const char *word = roll(2) ? " AND " : " OR ";

		sl_buf_puts(b, roll(3) ? "(" : "NOT (");
		random_condition(b, depth - 1);
		sl_buf_puts(b, word);
		random_condition(b, depth - 1);
		sl_buf_puts(b, ")");
		return;
	}
	switch (roll(8)) {
	case 0: sl_buf_printf(b, "%s IS%s NULL", roll(5) ? column : "geometry", roll(2) ? " NOT" : ""); return;
	case 1:
		sl_buf_printf(b, "%s%s LIKE %s", columns[0][roll(3)], roll(3) ? "" : " NOT", patterns[roll(7)]);
		return;
	case 2:
		sl_buf_printf(b, "%s IN (", column);
		random_value(b, (int)type);
		sl_buf_puts(b, ", ");
		random_value(b, (int)type);
		sl_buf_puts(b, ")");
		return;
	case 3:
		sl_buf_printf(b, "%s BETWEEN ", column);
		random_value(b, (int)type);
		sl_buf_puts(b, " AND ");
		random_value(b, (int)type);
		return;
	case 4:
		sl_buf_printf(b, "%s(geometry, BBOX(%u, 12, %u.5, 14.0005))", spatial[roll(5)], 100 + roll(10),
		              110 + roll(10));
		return;
	case 5: sl_buf_printf(b, "CASEI(%s) = CASEI('ünÏ')", columns[0][roll(3)]); return;
	case 6: sl_buf_printf(b, "%s %s %s", column, compares[roll(6)], columns[type][roll(3)]); return;
	default: sl_buf_printf(b, "%s %s ", column, compares[roll(6)]); random_value(b, (int)type);
	}
}

TEST(layer_and_log_answer_alike)
{
	static const char *const classes[] = {"class=SHA", "class=CHA", "class=IND", "class=UNK"};
	static const char *const names[] = {"name=Ünï", "name=ünï", "name=a*b?[", "name=100%", "name=UNK"};
	const struct sl_box middle = {105, 13.002, 110.5, 13.005};
	struct fixture f;
	struct sl_buf b = {0};
	int some = 0;

	dice = 4711;
	printf("seed %llu\n", (unsigned long long)dice);
	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	for (int i = 0; i < 150; i++) {
		char id[32], wkt[200], area[64], date[64], other[64];
		const char *field[8] = {id};
		int k = 1;

		snprintf(id, sizeof id, "id=HA-%d", i);
		snprintf(area, sizeof area, "area_reported_m2=%u", roll(30) * 100);
		snprintf(date, sizeof date, "effective_date=2024-0%u-1%u", 1 + roll(9), roll(10));
		snprintf(other, sizeof other, "status_date=2024-0%u-1%u", 1 + roll(9), roll(10));
		if (roll(5))
			field[k++] = classes[roll(4)];
		if (roll(2))
			field[k++] = names[roll(5)];
		if (roll(2))
			field[k++] = area;
		if (roll(5))
			field[k++] = date;
		if (roll(2))
			field[k++] = other;
		snprintf(wkt, sizeof wkt, "POLYGON((%u 13,%u.01 13,%u.01 13.01,%u 13))", 100 + roll(20),
		         101 + roll(20), 100 + roll(20), 101 + roll(20));
		put(&f, "hazard", field, roll(6) ? wkt : NULL, roll(10) ? SL_APPROVED : SL_DRAFT);
	}
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	for (int round = 0; round < 1000; round++) {
		struct sl_feature_query q = {0};
		struct seen layer, log;
		uint64_t n, m;

		sl_buf_clear(&b);
		random_condition(&b, 3);
		sl_buf_putc(&b, 0);
		if (!roll(3)) {
			q.box = &middle;
			q.n_boxes = 1;
		}
		n = asked(&f, q, b.p, &layer);
		sl_date_from_ymd(9000, 1, 1, &q.as_of);
		m = asked(&f, q, b.p, &log);
		if (n != m) {
			printf("%s%s: %llu in the layer, %llu in the log\n", q.n_boxes ? "in a box " : "", b.p,
			       (unsigned long long)n, (unsigned long long)m);
			CHECK(n == m);
			break;
		}
		/* With a box the layer hands out records without a place last; the log keeps the order of numbers.
		 */
		for (size_t i = 0; i < layer.n && !q.n_boxes; i++)
			CHECK_INT(layer.number[i], log.number[i]);
		some += n > 0 && n < 130;
	}
	CHECK(some > 250);
	sl_buf_done(&b);
	fixture_close(&f);
}

TEST(hostile_filters_stay_small_in_sql)
{
	struct fixture f;
	struct seen s;
	struct sl_buf b = {0};
	const char *field[] = {"id=HA-1", "class=SHA", "effective_date=2024-03-01", NULL};

	fixture_open(&f);
	CHECK_OK(sl_store_begin(f.db, &f.e), &f.e);
	put(&f, "hazard", field, "POINT(100 13)", SL_APPROVED);
	CHECK_OK(sl_store_commit(f.db, &f.e), &f.e);
	/* A thousand alternatives, deeper than SQLite's limit if they were chained. */
	for (int i = 0; i < 1300; i++)
		sl_buf_printf(&b, "%sclass = 'x%d'", i ? " OR " : "", i);
	sl_buf_puts(&b, " OR class = 'SHA'");
	sl_buf_putc(&b, 0);
	CHECK_INT(asked(&f, (struct sl_feature_query){0}, b.p, &s), 1);
	sl_buf_clear(&b);
	sl_buf_puts(&b, "class LIKE '");
	for (int i = 0; i < 30000; i++)
		sl_buf_puts(&b, "%S");
	sl_buf_puts(&b, "'");
	sl_buf_putc(&b, 0);
	CHECK_INT(asked(&f, (struct sl_feature_query){0}, b.p, &s), 0);
	CHECK_INT(asked(&f, (struct sl_feature_query){0}, "id = 'x'' OR 1=1 --'", &s), 0);
	sl_buf_done(&b);
	fixture_close(&f);
}
