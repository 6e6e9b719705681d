/* Ordnance that is said to neutralise itself, in a programme: what hazards hold of it, what sources claim,
 * and how many items may still function at a date, beside how many lie there.  Only numbers, dates and
 * claims. */
#ifndef SL_APP_NEUTRALISING_H
#define SL_APP_NEUTRALISING_H

#include "app/analysis.h"

/* What the clock says, at the end of another statement: of one hazard, or of all when `hazard` is empty; `date` none:
 * today. */
SL_CHECKED enum sl_code sl_clock_append(struct sl_programme *p, struct sl_arena *a, struct sl_str hazard,
                                        struct sl_date date, struct sl_statement *out, struct sl_err *e);

#endif
