#include "base/err.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum sl_code sl_err_set(struct sl_err *e, enum sl_code code, const char *file, int line, const char *fmt,
                        ...)
{
	va_list ap;

	assert(code != SL_OK);
	assert(e->code == SL_OK && "an error is set once");
	e->code = code;
	e->file = file;
	e->line = line;
	va_start(ap, fmt);
	vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	return code;
}

enum sl_code sl_err_within(struct sl_err *e, const char *fmt, ...)
{
	char old[sizeof e->msg];
	va_list ap;
	int n;

	assert(e->code != SL_OK);
	memcpy(old, e->msg, sizeof old);
	va_start(ap, fmt);
	n = vsnprintf(e->msg, sizeof e->msg, fmt, ap);
	va_end(ap);
	if (n >= 0 && (size_t)n + 3 < sizeof e->msg) {
		size_t room = sizeof e->msg - (size_t)n - 3, len = strlen(old);

		if (len > room)
			len = room; /* the beginning of a message says most */
		memcpy(e->msg + n, ": ", 2);
		memcpy(e->msg + n + 2, old, len);
		e->msg[(size_t)n + 2 + len] = 0;
	}
	return e->code;
}

void sl_err_clear(struct sl_err *e)
{
	*e = (struct sl_err){0};
}

static const struct {
	const char *name;
	int exit_status;
} codes[] = {
    [SL_OK] = {"ok", 0},
    [SL_INVALID] = {"invalid", 3},
    [SL_NOT_FOUND] = {"not_found", 3},
    [SL_CONFLICT] = {"conflict", 3},
    [SL_DENIED] = {"denied", 4},
    [SL_BUSY] = {"busy", 5},
    [SL_UNSUPPORTED] = {"unsupported", 3},
    [SL_IO] = {"io", 4},
    [SL_CORRUPT] = {"corrupt", 3},
    [SL_NOMEM] = {"no_memory", 4},
    [SL_CANCELLED] = {"cancelled", 4},
};

const char *sl_code_name(enum sl_code code)
{
	return codes[code].name;
}

int sl_code_exit(enum sl_code code)
{
	return codes[code].exit_status;
}
