/* Any text: refused with a line and a column, or rows that are written and read back as they were. */
#include "fuzz.h"

#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

static void write_rows(struct sl_csv *c, struct sl_arena *a, struct sl_buf *out)
{
	struct sl_csv_writer w;
	struct sl_csv_row row;
	struct sl_err e = {0};
	bool more;

	sl_csv_writer_init(&w, out, c->separator, false);
	for (;;) {
		if (sl_csv_next(c, a, &row, &more, &e)) {
			if (e.code != SL_INVALID || !strstr(e.msg, "fuzz: line "))
				abort();
			return;
		}
		if (!more)
			return;
		for (size_t i = 0; i < row.n; i++)
			sl_csv_put(&w, row.field[i]);
		sl_csv_end(&w);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_buf first = {0}, second = {0};
	struct sl_err e = {0};
	struct sl_csv c;

	if (!sl_csv_open(&c, "fuzz", (struct sl_str){(const char *)data, size}, 0, &e)) {
		char separator = c.separator;

		/* A separator that is also a quote or a line end ("sep=\"") writes nothing that reads back. */
		write_rows(&c, &a, &first);
		if (separator != '"' && separator != '\r' && separator != '\n') {
			c = (struct sl_csv){.name = "fuzz", .separator = separator, .line = 1};
			c.start = c.p = first.n ? first.p : "";
			c.end = c.p + first.n;
			write_rows(&c, &a, &second);
			if (!sl_str_eq(sl_buf_view(&first), sl_buf_view(&second)))
				abort();
		}
	}
	sl_buf_done(&first);
	sl_buf_done(&second);
	sl_arena_done(&a);
	return 0;
}
