/* The one translation of PROJ's errors, for the .c files of this floor. */
#ifndef SL_GEO_PROJ_ERROR_H
#define SL_GEO_PROJ_ERROR_H

#include "base/err.h"

#include <proj.h>

/* A context that never uses the network and never prints; NULL with SL_NOMEM. */
PJ_CONTEXT *sl_proj_context(struct sl_err *e);
/* What PROJ complained about last in this context, as an error "<what>: <reason>"; returns its code. */
enum sl_code sl_proj_fail(PJ_CONTEXT *ctx, struct sl_err *e, const char *what);

#endif
