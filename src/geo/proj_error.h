/* The one translation of PROJ's errors, for the .c files of this floor. */
#ifndef SL_GEO_PROJ_ERROR_H
#define SL_GEO_PROJ_ERROR_H

#include "base/err.h"

struct pj_ctx; /* PJ_CONTEXT */

/* A context that never uses the network and never prints; NULL with SL_NOMEM. */
struct pj_ctx *sl_proj_context(struct sl_err *e);
/* What PROJ complained about last in this context, as an error "<what>: <reason>"; returns its code. */
enum sl_code sl_proj_fail(struct pj_ctx *ctx, struct sl_err *e, const char *what);

#endif
