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
