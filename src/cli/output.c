#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool sl_format_from(const char *name, enum sl_text_format *out)
{
	static const char *const names[] = {"table", "csv", "json", "geojson"};

	*out = SL_FORMAT_TABLE;
	if (!name)
		return true;
	for (int i = 0; i < 4; i++)
		if (!strcmp(name, names[i])) {
			*out = (enum sl_text_format)i;
			return true;
		}
	return false;
}

enum sl_code sl_print(const struct sl_buf *b, struct sl_err *e)
{
	if (sl_buf_check(b, e))
		return e->code;
	if ((b->n && fwrite(b->p, 1, b->n, stdout) != b->n) || fflush(stdout))
		return sl_fail(e, SL_IO, "standard output: %s", strerror(errno));
	return SL_OK;
}

static enum sl_code to_file(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	return sl_io_write(ctx, p, n, e);
}

struct sl_sink sl_file_sink(struct sl_io_out *out)
{
	return (struct sl_sink){to_file, out};
}

enum sl_code sl_save_report(const struct sl_report *r, enum sl_report_format format, const struct sl_html *html,
                            struct sl_str table, const char *to, struct sl_err *e)
{
	struct sl_io_out out = {0};
	const struct sl_sink sink = sl_file_sink(&out);

	if (sl_io_create(&out, to, e))
		return e->code;
	if (!sl_report_write(r, format, html, table, &sink, e))
		(void)!sl_io_commit(&out, e);
	sl_io_discard(&out);
	return e->code;
}
