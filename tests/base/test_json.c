#include "base/env.h"
#include "base/json.h"
#include "check.h"

static struct sl_arena a;

static bool parses(const char *text)
{
	struct sl_err e = {0}, e2 = {0};
	struct sl_json_cursor c;
	struct sl_str raw;
	struct sl_json *v;
	bool ok = !sl_json_parse(&a, sl_str_from(text), &v, &e), passes;

	/* Passing over a value is as strict as reading it. */
	sl_json_cursor_init(&c, sl_str_from(text));
	passes = !sl_json_skip(&c, &raw, &e2) && !sl_json_finish(&c, &e2);
	if (ok != passes) {
		printf("%s: parse says \"%s\", skip says \"%s\"\n", text, e.msg, e2.msg);
		test_failures++;
	}
	CHECK(ok || (e.code == SL_INVALID && e.msg[0]));
	return ok;
}

TEST(json_refuses_what_is_not_json)
{
	static const char *const bad[] = {"",
	                                  " ",
	                                  "{",
	                                  "[",
	                                  "]",
	                                  "}",
	                                  "[1,]",
	                                  "[,1]",
	                                  "[1 2]",
	                                  "[1,,2]",
	                                  "{\"a\"}",
	                                  "{\"a\":}",
	                                  "{\"a\":1,}",
	                                  "{a:1}",
	                                  "{\"a\" 1}",
	                                  "{\"a\":1 \"b\":2}",
	                                  "[1}",
	                                  "{\"a\":1]",
	                                  "nul",
	                                  "tru",
	                                  "nullx",
	                                  "truefalse",
	                                  "01",
	                                  "-",
	                                  "+1",
	                                  ".5",
	                                  "1.",
	                                  "1e",
	                                  "1e+",
	                                  "--1",
	                                  "0x1",
	                                  "1e999",
	                                  "-1e999",
	                                  "\"",
	                                  "\"abc",
	                                  "\"\\\"",
	                                  "\"\\x\"",
	                                  "\"\\u12\"",
	                                  "\"\\u12g4\"",
	                                  "\"a\nb\"",
	                                  "\"\\",
	                                  "[1] 2",
	                                  "{\"a\\",
	                                  "{\"a\":\"\\u\"}",
	                                  "NaN",
	                                  "Infinity",
	                                  "'a'",
	                                  "/* */1",
	                                  "[\"\t\"]",
	                                  "{1:2}",
	                                  "\"\\u00\"",
	                                  "[\"a\", \"b",
	                                  "{\"a\":{\"b\":[}}"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (parses(bad[i])) {
			printf("accepted: %s\n", bad[i]);
			test_failures++;
		}
	sl_arena_done(&a);
}

TEST(json_takes_what_is)
{
	static const char *const good[] = {"null",
	                                   " true ",
	                                   "0",
	                                   "-0",
	                                   "-0.5e-3",
	                                   "1E5",
	                                   "[]",
	                                   "{}",
	                                   "[ ]",
	                                   "{ }",
	                                   "\"\"",
	                                   "[[],{}]",
	                                   "{\"a\":[1,2,{\"b\":null}],\"\":false}",
	                                   "\xef\xbb\xbf[1]",
	                                   "\"\\u00e9\\ud83d\\udca3\"",
	                                   "[\n\t1 ,\r2 ]",
	                                   "\"\\\\\"",
	                                   "123456789012345678901234567890",
	                                   "\"\\/\""};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!parses(good[i])) {
			printf("refused: %s\n", good[i]);
			test_failures++;
		}
	sl_arena_done(&a);
}

TEST(json_depth_is_limited)
{
	char text[2 * 5000 + 1];

	for (size_t depth = 100; depth <= 5000; depth += depth < 140 ? 1 : 97) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		text[2 * depth] = 0;
		CHECK(parses(text) == (depth <= SL_JSON_DEPTH_MAX));
		text[depth] = 0;
		CHECK(!parses(text));
		sl_arena_done(&a);
	}
}

TEST(json_strings)
{
	struct sl_err e = {0};
	struct sl_json *v;

	CHECK_OK(sl_json_parse(&a, SL_STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\udca3\""),
	                       &v, &e),
	         &e);
	CHECK_STR(v->text, "\"\\/\b\f\n\r\tA\xc3\xa9\xe2\x82\xac\xf0\x9f\x92\xa3");
	/* Half of a surrogate pair is no character: U+FFFD, never broken UTF-8. */
	CHECK_OK(sl_json_parse(&a, SL_STR("\"\\ud83d\""), &v, &e), &e);
	CHECK_STR(v->text, "\xef\xbf\xbd");
	CHECK_OK(sl_json_parse(&a, SL_STR("\"\\udca3x\\ud83d\\u0041\""), &v, &e), &e);
	CHECK_STR(v->text, "\xef\xbf\xbdx\xef\xbf\xbd"
	                   "A");
	CHECK_OK(sl_json_parse(&a, SL_STR("\"a\\u0000b\""), &v, &e), &e);
	CHECK(v->text.n == 3 && !v->text.p[1]);
	sl_arena_done(&a);
}

TEST(json_numbers)
{
	static const struct {
		const char *text;
		double x;
	} cases[] = {{"0", 0},
	             {"-1.5", -1.5},
	             {"0.1", 0.1},
	             {"102.7654321", 102.7654321},
	             {"1e-5", 1e-5},
	             {"1.7976931348623157e308", 1.7976931348623157e308},
	             {"5e-324", 5e-324},
	             {"9007199254740993", 9007199254740992.0},
	             {"0.1234567890123456789", 0.1234567890123456789},
	             {"123456789012345678901234567890", 123456789012345678901234567890.0},
	             {"1e-400", 0}};
	struct sl_err e = {0};
	struct sl_json *v;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(sl_json_parse(&a, sl_str_from(cases[i].text), &v, &e), &e);
		if (v->number != cases[i].x) {
			printf("%s is read as %.17g\n", cases[i].text, v->number);
			test_failures++;
		}
	}
	sl_arena_done(&a);
}

TEST(json_get_and_errors_say_where)
{
	struct sl_err e = {0};
	struct sl_json *v;

	CHECK_OK(sl_json_parse(&a, SL_STR("{\"a\":1,\"b\":\"x\",\"a\":2}"), &v, &e), &e);
	CHECK_INT(v->n, 3);
	CHECK_NEAR(sl_json_get(v, "a")->number, 2, 0);
	CHECK_STR(sl_json_get_str(v, "b"), "x");
	CHECK_STR(sl_json_get_str(v, "a"), "");
	CHECK(!sl_json_get(v, "c") && !sl_json_get(NULL, "a") && !sl_json_get(sl_json_get(v, "b"), "a"));
	CHECK_INT(sl_json_parse(&a, SL_STR("{\"a\":1,?}"), &v, &e), SL_INVALID);
	CHECK(strstr(e.msg, "byte 7") && strstr(e.msg, "'?'"));
	sl_arena_done(&a);
}

static void written(const char *text, bool sort, const char *want)
{
	struct sl_err e = {0};
	struct sl_json_writer w;
	struct sl_buf b = {0};
	struct sl_json *v;

	CHECK_OK(sl_json_parse(&a, sl_str_from(text), &v, &e), &e);
	sl_json_writer_init(&w, &b);
	sl_json_put_tree(&w, v, sort);
	CHECK_STR(sl_buf_view(&b), want);
	sl_buf_done(&b);
}

TEST(json_writing)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};

	written(" [ 1 , \"a\" , null , true , {} , [ ] ] ", false, "[1,\"a\",null,true,{},[]]");
	written("{\"b\":1,\"a\":{\"d\":1.50,\"c\":-0}}", true, "{\"a\":{\"c\":0,\"d\":1.5},\"b\":1}");
	written("{\"b\":1,\"a\":2,\"b\":3}", true, "{\"a\":2,\"b\":3}");
	written("{\"b\":1,\"a\":2}", false, "{\"b\":1,\"a\":2}");
	written("[1e2,9007199254740993,-9223372036854775808,1e300]", false,
	        "[100,9007199254740993,-9223372036854775808,1e+300]");
	written("\"\\u0001\\n\\\"\\\\\\u20ac\"", false, "\"\\u0001\\n\\\"\\\\\xe2\x82\xac\"");

	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "s", SL_STR("a\x80z\xed\xa0\x80"));
	sl_json_kv_double(&w, "nan", (double)NAN);
	sl_json_kv_double(&w, "inf", (double)INFINITY);
	sl_json_kv_int(&w, "i", -5);
	sl_json_put_key(&w, SL_STR("l"));
	sl_json_begin(&w, '[');
	sl_json_put_bool(&w, false);
	sl_json_put_raw(&w, SL_STR("{\"x\":1}"));
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("n"));
	sl_json_put_null(&w);
	sl_json_end(&w, '}');
	CHECK_STR(sl_buf_view(&b),
	          "{\"s\":\"a\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"nan\":null,\"inf\":null,"
	          "\"i\":-5,\"l\":[false,{\"x\":1}],\"n\":null}");
	sl_buf_done(&b);
	sl_arena_done(&a);
}

TEST(json_big_objects_sort_in_time)
{
	struct sl_buf text = {0}, out = {0};
	struct sl_err e = {0};
	struct sl_json_writer w;
	struct sl_json *v;

	for (int i = 0; i < 200000; i++)
		sl_buf_printf(&text, "%c\"k%d\":%d", i ? ',' : '{', 200000 - i, i);
	sl_buf_putc(&text, '}');
	CHECK_OK(sl_json_parse(&a, sl_buf_view(&text), &v, &e), &e);
	sl_json_writer_init(&w, &out);
	sl_json_put_tree(&w, v, true);
	CHECK(out.n == text.n && sl_str_has_prefix(sl_buf_view(&out), "{\"k1\":199999,\"k10\":199990,"));
	sl_buf_done(&text);
	sl_buf_done(&out);
	sl_arena_done(&a);
}

static void random_value(struct sl_json_writer *w, uint64_t *seed, int depth)
{
	char text[12];
	size_t n = sl_splitmix64(seed) % 10;

	switch (sl_splitmix64(seed) % (depth > 4 ? 5 : 7)) {
	case 0: sl_json_put_null(w); break;
	case 1: sl_json_put_bool(w, n & 1); break;
	case 2: sl_json_put_int(w, (int64_t)sl_splitmix64(seed)); break;
	case 3: sl_json_put_double(w, (sl_uniform(seed) - 0.5) * pow(10, (double)n * 8 - 30)); break;
	case 4:
		for (size_t i = 0; i < n; i++)
			text[i] = (char)sl_splitmix64(seed);
		sl_json_put_str(w, (struct sl_str){text, n});
		break;
	case 5:
		sl_json_begin(w, '[');
		for (size_t i = 0; i < n; i++)
			random_value(w, seed, depth + 1);
		sl_json_end(w, ']');
		break;
	default:
		sl_json_begin(w, '{');
		for (size_t i = 0; i < n; i++) {
			text[0] = (char)('a' + i);
			text[1] = (char)sl_splitmix64(seed);
			sl_json_put_key(w, (struct sl_str){text, 2});
			random_value(w, seed, depth + 1);
		}
		sl_json_end(w, '}');
	}
}

/* What is written reads back and is written the same. */
TEST(json_round_trip)
{
	uint64_t seed = 7719;

	printf("seed %llu\n", (unsigned long long)seed);
	for (int i = 0; i < 20000; i++) {
		struct sl_buf first = {0}, second = {0};
		struct sl_err e = {0};
		struct sl_json_writer w;
		struct sl_json *v;

		sl_json_writer_init(&w, &first);
		random_value(&w, &seed, 0);
		CHECK_OK(sl_json_parse(&a, sl_buf_view(&first), &v, &e), &e);
		CHECK(parses(first.p));
		sl_json_writer_init(&w, &second);
		sl_json_put_tree(&w, v, false);
		if (!sl_str_eq(sl_buf_view(&first), sl_buf_view(&second))) {
			printf("%s\n%s\n", first.p, second.p);
			test_failures++;
			i = 20000;
		}
		sl_buf_done(&first);
		sl_buf_done(&second);
		sl_arena_done(&a);
	}
}
