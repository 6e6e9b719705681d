#include "dict.h"

#include "base/env.h"

#include <time.h>

static struct sl_arena a;

static struct sl_record new_record(const char *kind)
{
	struct sl_record r = {0};
	struct sl_err e = {0};

	CHECK_OK(sl_record_new(&a, test_kind(kind), &r, &e), &e);
	return r;
}

static void set(struct sl_record *r, const char *field, const char *raw)
{
	const struct sl_field *f = sl_kind_field(r->kind, field);
	const char *problem = NULL;
	struct sl_err e = {0};

	CHECK(f);
	CHECK_OK(sl_value_read(&a, f, sl_str_from(raw), &r->value[f->index], &problem, &e), &e);
	CHECK(!problem);
}

static struct sl_str json_of(const struct sl_record *r)
{
	struct sl_buf b = {0};
	struct sl_err e = {0};
	struct sl_str out;

	sl_record_json(&b, r);
	CHECK_OK(sl_buf_check(&b, &e), &e);
	out = (struct sl_str){sl_arena_strndup(&a, b.n ? b.p : "", b.n, &e), b.n};
	sl_buf_done(&b);
	return out;
}

static struct sl_record from(const char *kind, struct sl_str json)
{
	struct sl_record r = {0};
	struct sl_err e = {0};

	CHECK_OK(sl_record_from_json(&a, test_kind(kind), json, &r, &e), &e);
	return r;
}

TEST(record_json_is_canonical)
{
	struct sl_record r = new_record("hazard");
	struct sl_extra extra[] = {{SL_STR("zone"), SL_STR("\"B\"")}, {SL_STR("Colour"), SL_STR("3")}};

	CHECK_STR(json_of(&r), "{}");
	set(&r, "name", "Field \"7\"");
	set(&r, "id", "HA-1");
	set(&r, "class", "suspected");
	set(&r, "effective_date", "31/12/2023");
	set(&r, "contamination", "UXO; AP mine");
	set(&r, "source_reliability", "");
	set(&r, "admin1", "UNK");
	set(&r, "locality", "NA");
	r.extra = extra;
	r.n_extra = 2;
	CHECK_STR(json_of(&r), "{\"_extra\":{\"Colour\":3,\"zone\":\"B\"},\"admin1\":\"UNK\",\"class\":\"SHA\","
	                       "\"contamination\":\"APM UXO\","
	                       "\"effective_date\":\"2023-12-31\",\"id\":\"HA-1\",\"locality\":\"NA\",\"name\":"
	                       "\"Field \\\"7\\\"\"}");
	sl_arena_done(&a);
}

TEST(record_sensitive_fields_are_apart)
{
	struct sl_record r = new_record("victim"), back;
	double place[] = {102.7, 13.5};
	uint32_t one = 1;
	struct sl_buf b = {0};
	bool any = true;

	set(&r, "id", "V-1");
	set(&r, "age", "34");
	sl_record_sealed_json(&b, &r, &any);
	CHECK(!any);
	CHECK_STR(sl_buf_view(&b), "{}");
	sl_buf_clear(&b);

	set(&r, "given_name", "Dara");
	set(&r, "telephone", "+855 12 345");
	r.geometry = (struct sl_geom){.type = SL_GEOM_POINT,
	                              .xy = place,
	                              .n_points = 1,
	                              .ring_end = &one,
	                              .n_rings = 1,
	                              .part_end = &one,
	                              .n_parts = 1};
	CHECK_STR(json_of(&r), "{\"age\":34,\"id\":\"V-1\"}");
	sl_record_sealed_json(&b, &r, &any);
	CHECK(any);
	CHECK(strstr(b.p, "\"given_name\":\"Dara\"") && strstr(b.p, "\"telephone\":\"+855 12 345\"") &&
	      strstr(b.p, "\"geometry\":\"POINT"));
	CHECK(!strstr(b.p, "age") && !strstr(b.p, "V-1"));

	/* The sealed part reads back, geometry and all. */
	back = from("victim", sl_buf_view(&b));
	CHECK_STR(sl_record_text(&back, "given_name"), "Dara");
	CHECK(sl_geom_equal(&back.geometry, &r.geometry));
	CHECK_INT(back.n_extra, 0);
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(record_getters)
{
	struct sl_record r = new_record("hazard");

	set(&r, "id", "HA-1");
	set(&r, "contamination", "UXO APM");
	set(&r, "effective_date", "2023-12-31");
	set(&r, "marked", "UNK");
	set(&r, "class", "SHA");
	CHECK_STR(sl_record_text(&r, "id"), "HA-1");
	CHECK_STR(sl_record_text(&r, "effective_date"), "");
	CHECK_STR(sl_record_text(&r, "nothing"), "");
	CHECK(sl_record_date(&r, "effective_date").day > 0);
	CHECK(sl_date_is_none(sl_record_date(&r, "id")) && sl_date_is_none(sl_record_date(&r, "nothing")));
	CHECK(sl_record_has_code(&r, "contamination", "UXO") && sl_record_has_code(&r, "contamination", "APM"));
	CHECK(!sl_record_has_code(&r, "contamination", "AP") &&
	      !sl_record_has_code(&r, "contamination", "APM UXO"));
	CHECK(sl_record_has_code(&r, "marked", "UNK") && !sl_record_has_code(&r, "marked", "NA"));
	CHECK(sl_record_has_code(&r, "class", "SHA") && !sl_record_has_code(&r, "nothing", "SHA"));
	CHECK_INT(sl_record_get(&r, "nothing").type, SL_VALUE_NONE);
	CHECK(isnan(sl_record_number(&r, "id")) && isnan(sl_record_number(&r, "nothing")) &&
	      isnan(sl_record_number(&r, "marked")));
	sl_arena_done(&a);
}

TEST(record_from_json_keeps_what_does_not_fit)
{
	struct sl_buf b = {0};
	bool any;
	/* A field of another type, a field that is gone, keys out of order, and null. */
	struct sl_record r = from(
	    "victim",
	    SL_STR(
	        "{\"sex\":\"F\",\"age\":\"about 30\",\"shoe_size\":{\"eu\":[41,42]},\"id\":\"V\","
	        "\"accident_date\":\"31/12/2023\",\"birth_year\":1990.5,\"_extra\":{\"x\":1},\"month\":null}"));

	CHECK_STR(sl_record_text(&r, "id"), "V");
	CHECK_STR(sl_record_text(&r, "sex"), "F");
	CHECK_STR(json_of(&r), "{\"id\":\"V\",\"sex\":\"F\"}"); /* a victim's extras are sealed */
	sl_record_sealed_json(&b, &r, &any);
	CHECK(any);
	CHECK_STR(sl_buf_view(&b),
	          "{\"_extra\":{\"accident_date\":\"31/12/2023\",\"age\":\"about 30\",\"birth_year\":1990.5,"
	          "\"shoe_size\":{\"eu\":[41,42]},\"x\":1}}");
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(record_from_json_refuses_broken_text)
{
	static const char *const bad[] = {"",
	                                  "[]",
	                                  "{",
	                                  "{\"id\":}",
	                                  "{\"id\":\"x\"",
	                                  "{\"id\":\"x\"} x",
	                                  "{\"_extra\":{\"a\":[1,}}",
	                                  "{\"_extra\":{\"a\" 1}}",
	                                  "null",
	                                  "{\"age\":1e999}",
	                                  "{\"x\":\"\\q\"}"};
	struct sl_record r = {.n_extra = 77};
	struct sl_err e = {0};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		CHECK_INT(sl_record_from_json(&a, test_kind("victim"), sl_str_from(bad[i]), &r, &e), SL_INVALID);
		CHECK(strstr(e.msg, "record of kind victim: "));
		CHECK_INT(r.n_extra, 77);
		sl_err_clear(&e);
	}
	sl_arena_done(&a);
}

/* ---- round trip ---- */

static struct sl_str random_text(uint64_t *seed)
{
	static const char *const pieces[] = {
	    "a", "Z",  " ", "\"", "\\", "\n", "\t", "\x01", "\xc3\xa9", "\xe1\x9e\x98", "\xf0\x9f\x92\xa3",
	    "/", "UNK"};
	struct sl_buf b = {0};
	struct sl_err e = {0};
	struct sl_str s;
	size_t n = sl_splitmix64(seed) % 8;

	sl_buf_putc(&b, 'x');
	for (size_t i = 0; i < n; i++)
		sl_buf_puts(&b, pieces[sl_splitmix64(seed) % (sizeof pieces / sizeof *pieces)]);
	s = (struct sl_str){sl_arena_strndup(&a, b.p, b.n, &e), b.n};
	sl_buf_done(&b);
	return s;
}

static struct sl_value random_value(uint64_t *seed, const struct sl_field *f)
{
	struct sl_value v = {.type = SL_VALUE_NONE};
	struct sl_date first, last;

	if (f->type == SL_FIELD_GEOMETRY)
		return v;
	switch (sl_splitmix64(seed) % 6) {
	case 0: return v;
	case 1: v.type = SL_VALUE_UNKNOWN; return v;
	case 2: v.type = SL_VALUE_NA; return v;
	default: break;
	}
	switch (f->type) {
	case SL_FIELD_INTEGER:
		v.type = SL_VALUE_INTEGER;
		v.integer = (int64_t)sl_splitmix64(seed) >> sl_splitmix64(seed) % 64;
		break;
	case SL_FIELD_DECIMAL:
		v.type = SL_VALUE_DECIMAL;
		v.decimal = (sl_uniform(seed) - 0.5) * pow(10, (double)(sl_splitmix64(seed) % 30) - 10);
		break;
	case SL_FIELD_DATE:
	case SL_FIELD_DATETIME:
		v.type = SL_VALUE_DATE;
		CHECK(sl_date_from_ymd(1, 1, 1, &first) && sl_date_from_ymd(9999, 12, 31, &last));
		v.date.day = first.day + (int32_t)(sl_splitmix64(seed) % (uint64_t)(last.day - first.day + 1));
		break;
	case SL_FIELD_SELECT_ONE:
	case SL_FIELD_SELECT_MULTIPLE:
		v.type = SL_VALUE_TEXT;
		v.text = f->list->choice[sl_splitmix64(seed) % f->list->n].code;
		if (sl_str_is(v.text, "UNK"))
			v = (struct sl_value){.type = SL_VALUE_UNKNOWN};
		else if (sl_str_is(v.text, "NA"))
			v = (struct sl_value){.type = SL_VALUE_NA};
		break;
	case SL_FIELD_TEXT:
		v.type = SL_VALUE_TEXT;
		v.text = random_text(seed);
		break;
	case SL_FIELD_GEOMETRY: break;
	}
	return v;
}

static bool same(const struct sl_value *x, const struct sl_value *y)
{
	if (x->type != y->type)
		return false;
	switch (x->type) {
	case SL_VALUE_TEXT: return sl_str_eq(x->text, y->text);
	case SL_VALUE_INTEGER: return x->integer == y->integer;
	case SL_VALUE_DECIMAL: return !(x->decimal < y->decimal || x->decimal > y->decimal);
	case SL_VALUE_DATE: return x->date.day == y->date.day;
	default: return true;
	}
}

/* from_json(json(r)) is r, public and sealed part together, and json of that has the same bytes; the order
 * in which the extras came changes nothing. */
TEST(record_round_trip)
{
	const struct sl_dictionary *d = test_dictionary();
	uint64_t seed = 20241109;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int round = 0; round < 3000; round++) {
		const struct sl_kind *k = &d->kind[sl_splitmix64(&seed) % d->n_kinds];
		struct sl_record r, public, sealed;
		struct sl_extra extra[50];
		struct sl_str first;
		struct sl_err e = {0};
		struct sl_buf b = {0};
		bool any;

		CHECK_OK(sl_record_new(&a, k, &r, &e), &e);
		for (size_t i = 0; i < k->n_fields; i++)
			r.value[i] = random_value(&seed, &k->field[i]);
		r.n_extra = sl_splitmix64(&seed) % 3 ? sl_splitmix64(&seed) % 4 : sl_splitmix64(&seed) % 50;
		for (size_t i = 0; i < r.n_extra; i++) {
			const char *key = sl_arena_printf(&a, &e, "%c%zu", (int)('A' + sl_splitmix64(&seed) % 58), i);

			extra[i] = (struct sl_extra){sl_str_from(key),
			                             i % 2 ? SL_STR("[1,{\"a\":\"b\"}]") : SL_STR("\"text\"")};
		}
		r.extra = extra;
		first = json_of(&r);
		CHECK_OK(sl_record_from_json(&a, k, first, &public, &e), &e);
		CHECK(sl_str_eq(json_of(&public), first));
		sl_record_sealed_json(&b, &r, &any);
		CHECK_OK(sl_record_from_json(&a, k, sl_buf_view(&b), &sealed, &e), &e);
		/* what has no field stands on one side only: with the names, where a kind seals it */
		CHECK_INT(public.n_extra, k->seals_extra ? 0 : r.n_extra);
		CHECK_INT(sealed.n_extra, k->seals_extra ? r.n_extra : 0);
		for (size_t i = 0; i < k->n_fields; i++) {
			bool hidden = k->field[i].sensitive;

			if (!same(&r.value[i], hidden ? &sealed.value[i] : &public.value[i]) ||
			    (hidden ? public : sealed).value[i].type != SL_VALUE_NONE) {
				printf("%.*s.%.*s does not come back\n", SL_STR_ARG(k->name), SL_STR_ARG(k->field[i].name));
				test_failures++;
			}
		}
		for (size_t i = 0; i + 1 < r.n_extra; i++) {
			size_t j = i + sl_splitmix64(&seed) % (r.n_extra - i);
			struct sl_extra t = extra[i];

			extra[i] = extra[j];
			extra[j] = t;
		}
		CHECK(sl_str_eq(json_of(&r), first));
		sl_buf_done(&b);
		sl_arena_done(&a);
	}
}

/* Both run once for each of 200,000 rows of an import: how long they take is printed. */
TEST(record_json_is_fast)
{
	struct sl_record r = new_record("hazard"), back;
	struct sl_buf b = {0};
	struct sl_err e = {0};
	struct timespec t0, t1, t2;
	const int rounds = 20000;
	double write_us, read_us;

	for (size_t i = 0; i < r.kind->n_fields; i++) {
		const struct sl_field *f = &r.kind->field[i];
		uint64_t seed = i + 1;

		if (i % 3 == 0)
			r.value[i] = random_value(&seed, f);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t0);
	for (int i = 0; i < rounds; i++) {
		sl_buf_clear(&b);
		sl_record_json(&b, &r);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t1);
	for (int i = 0; i < rounds; i++) {
		struct sl_arena_mark m = sl_arena_mark(&a);

		CHECK_OK(sl_record_from_json(&a, r.kind, sl_buf_view(&b), &back, &e), &e);
		sl_arena_reset(&a, m);
	}
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t2);
	write_us = ((double)(t1.tv_sec - t0.tv_sec) * 1e6 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e3) / rounds;
	read_us = ((double)(t2.tv_sec - t1.tv_sec) * 1e6 + (double)(t2.tv_nsec - t1.tv_nsec) / 1e3) / rounds;
	printf("a record of %zu bytes is written in %.2f us and read in %.2f us\n", b.n, write_us, read_us);
	sl_buf_done(&b);
	sl_arena_done(&a);
}
