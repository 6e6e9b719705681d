/* What routes share that answer with a report: one is made at a time, of a size that is known, with its own style. */
#ifndef SL_HTTP_REPORT_BODY_H
#define SL_HTTP_REPORT_BODY_H

#include "http/http.h"
#include "report/sink.h"

/* Wait for the turn; SL_BUSY when others take too long.  After SL_OK: sl_report_turn_over. */
SL_CHECKED enum sl_code sl_report_turn(struct sl_err *e);
void sl_report_turn_over(void);
/* Into the body of the answer; SL_INVALID when it grows too large. */
struct sl_sink sl_report_body(struct sl_response *out);
/* The policy of a report as a page: its own style, no script, nothing from elsewhere. */
SL_CHECKED enum sl_code sl_report_policy(struct sl_request *r, struct sl_response *out, struct sl_err *e);

#endif
