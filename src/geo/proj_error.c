#include "geo/proj_error.h"

#include <proj.h>

PJ_CONTEXT *sl_proj_context(struct sl_err *e)
{
	PJ_CONTEXT *ctx = proj_context_create();

	if (!ctx) {
		sl_fail(e, SL_NOMEM, "out of memory");
		return NULL;
	}
	proj_context_set_enable_network(ctx, 0);
	proj_log_level(ctx, PJ_LOG_NONE);
	return ctx;
}

enum sl_code sl_proj_fail(PJ_CONTEXT *ctx, struct sl_err *e, const char *what)
{
	int number = proj_context_errno(ctx);

	if (!number)
		return sl_fail(e, SL_INVALID, "%s", what);
	return sl_fail(e, SL_INVALID, "%s: %s", what, proj_context_errno_string(ctx, number));
}
