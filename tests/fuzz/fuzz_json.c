/* Any text: reading it as a tree and passing over it agree; what is written reads back to the same bytes;
 * a record made of it has one canonical text. */
#include "fuzz.h"

#include "base/json.h"
#include "base/utf8.h"
#include "model/record.h"

#include <stdlib.h>

static const struct sl_kind *kind(void)
{
	static struct sl_arena arena; /* lives as long as the process */
	static struct sl_dictionary *d;
	struct sl_err e = {0};

	if (!d && sl_dictionary_load(&arena, NULL, &d, &e))
		abort();
	return sl_dictionary_kind(d, SL_STR("victim"));
}

static void tree(struct sl_arena *a, struct sl_str text)
{
	struct sl_buf first = {0}, second = {0};
	struct sl_err e = {0}, e2 = {0};
	struct sl_json_cursor c;
	struct sl_json_writer w;
	struct sl_json *v;
	bool reads = !sl_json_parse(a, text, &v, &e), passes;

	sl_json_cursor_init(&c, text);
	passes = !sl_json_skip(&c, NULL, &e2) && !sl_json_finish(&c, &e2);
	if (reads != passes)
		abort();
	if (reads && sl_utf8_valid(text)) { /* else U+FFFD stands in for bytes, and two keys may become one */
		sl_json_writer_init(&w, &first);
		sl_json_put_tree(&w, v, true);
		if (sl_json_parse(a, sl_buf_view(&first), &v, &e))
			abort();
		sl_json_writer_init(&w, &second);
		sl_json_put_tree(&w, v, true);
		if (!sl_str_eq(sl_buf_view(&first), sl_buf_view(&second)))
			abort();
	}
	sl_buf_done(&first);
	sl_buf_done(&second);
}

static void record(struct sl_arena *a, struct sl_str text)
{
	struct sl_buf first = {0}, second = {0}, sealed = {0};
	struct sl_err e = {0};
	struct sl_record r;
	bool any;

	if (!sl_record_from_json(a, kind(), text, &r, &e)) {
		sl_record_json(&first, &r);
		sl_record_sealed_json(&sealed, &r, &any);
		if (sl_record_from_json(a, kind(), sl_buf_view(&first), &r, &e))
			abort();
		sl_record_json(&second, &r);
		if (!sl_str_eq(sl_buf_view(&first), sl_buf_view(&second)))
			abort();
		if (sl_record_from_json(a, kind(), sl_buf_view(&sealed), &r, &e))
			abort();
	}
	sl_buf_done(&first);
	sl_buf_done(&second);
	sl_buf_done(&sealed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_str text = {(const char *)data, size};

	tree(&a, text);
	record(&a, text);
	sl_arena_done(&a);
	return 0;
}
