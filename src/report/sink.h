/* Where the bytes of a report go: piece by piece, so that a long one needs no memory. */
#ifndef SL_REPORT_SINK_H
#define SL_REPORT_SINK_H

#include "base/str.h"

struct sl_sink {
	enum sl_code (*write)(void *ctx, const void *p, size_t n, struct sl_err *e);
	void *ctx;
};

/* Hand on what `b` holds when it is more than `most` bytes, and empty it; SL_NOMEM when it had failed. */
SL_CHECKED enum sl_code sl_sink_drain(const struct sl_sink *s, struct sl_buf *b, size_t most,
                                      struct sl_err *e);

#endif
