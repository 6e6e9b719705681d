/* Any bytes as CQL2, text or JSON: refused with a reason, or read, written, read again as the same, and
 * bound and asked without harm. */
#include "fuzz.h"

#include "model/cql2.h"

#include <stdlib.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

static enum sl_code value_of(void *ctx, int column, struct sl_cql2_value *out, struct sl_err *e)
{
	(void)e;
	out->is_null = column == 2;
	out->text = SL_STR("abc");
	out->number = 5;
	out->ms = 86400000;
	out->geometry = ctx;
	return SL_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sl_cql2_field fields[] = {
	    {{"a", 1}, SL_CQL2_IS_TEXT}, {{"n", 1}, SL_CQL2_IS_NUMBER},    {{"e", 1}, SL_CQL2_IS_TEXT},
	    {{"d", 1}, SL_CQL2_IS_DATE}, {{"t", 1}, SL_CQL2_IS_TIMESTAMP}, {{"g", 1}, SL_CQL2_IS_GEOMETRY},
	};
	double xy[] = {0, 0, 10, 0, 10, 10};
	uint32_t ring = 3, part = 1;
	struct sl_geom triangle = {.type = SL_GEOM_POLYGON,
	                           .xy = xy,
	                           .n_points = 3,
	                           .ring_end = &ring,
	                           .n_rings = 1,
	                           .part_end = &part,
	                           .n_parts = 1};
	struct sl_str text = {(const char *)data, size};
	struct sl_buf b = {0}, again = {0};
	struct sl_cql2 *tree, *back;
	struct sl_arena a = {0};
	struct sl_err e = {0};
	enum sl_truth truth;
	enum sl_code code;

	code = size && data[0] == '{' ? sl_cql2_read_json(&a, text, &tree, &e)
	                              : sl_cql2_read_text(&a, text, &tree, &e);
	if (code) {
		must(code == SL_INVALID && e.msg[0]);
	} else {
		sl_cql2_text(&b, tree);
		/* Written out a filter is longer, and an empty geometry has no text: it may be refused then. */
		if (!sl_cql2_read_text(&a, sl_buf_view(&b), &back, &e)) {
			sl_cql2_text(&again, back);
			must(sl_str_eq(sl_buf_view(&b), sl_buf_view(&again)));
		}
		sl_err_clear(&e);
		if (!sl_cql2_bind(tree, fields, sizeof fields / sizeof *fields, &e) &&
		    sl_cql2_ask(tree, &a, value_of, &triangle, &truth, &e))
			must(e.code != SL_OK && e.msg[0]);
	}
	sl_buf_done(&b);
	sl_buf_done(&again);
	sl_arena_done(&a);
	return 0;
}
