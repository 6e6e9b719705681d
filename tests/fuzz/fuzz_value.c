/* Any cell of a file as a value of each type: a value or a problem in one sentence, and never an error;
 * what was read, written as text, reads as the same. */
#include "fuzz.h"

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
	return sl_dictionary_kind(d, SL_STR("hazard"));
}

static void read_one(struct sl_arena *a, const struct sl_field *f, struct sl_str raw)
{
	struct sl_value v, again;
	const char *problem = NULL;
	struct sl_err e = {0};
	struct sl_buf b = {0};

	if (sl_value_read(a, f, raw, &v, &problem, &e))
		abort();
	if (problem ? v.type != SL_VALUE_NONE || !sl_utf8_valid(sl_str_from(problem))
	            : v.type == SL_VALUE_NONE && sl_str_trim(raw).n && f->type != SL_FIELD_SELECT_MULTIPLE)
		abort();
	sl_value_text(&b, &v);
	if (sl_value_read(a, f, sl_buf_view(&b), &again, &problem, &e) || problem || again.type != v.type ||
	    !sl_str_eq(again.text, v.text) || again.integer != v.integer || again.date.day != v.date.day)
		abort();
	sl_buf_done(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const selects[] = {"class", "contamination", "land_use_before"};
	struct sl_str raw = {(const char *)data, size};
	struct sl_arena a = {0};

	for (int type = SL_FIELD_TEXT; type <= SL_FIELD_DATETIME; type++)
		read_one(&a, &(struct sl_field){.type = (enum sl_field_type)type}, raw);
	for (size_t i = 0; i < sizeof selects / sizeof *selects; i++)
		read_one(&a, sl_kind_field(kind(), selects[i]), raw);
	sl_arena_done(&a);
	return 0;
}
