/* gzip (RFC 1952) of what is in memory. */
#ifndef SL_BASE_GZIP_H
#define SL_BASE_GZIP_H

#include "base/str.h"

/* Appends to `out`.  Level 1 is quick, 9 is small. */
SL_CHECKED enum sl_code sl_gzip(struct sl_str in, int level, struct sl_buf *out, struct sl_err *e);
/* SL_INVALID when it is no sound gzip or unpacks to more than `max` bytes. */
SL_CHECKED enum sl_code sl_gunzip(struct sl_str in, size_t max, struct sl_buf *out, struct sl_err *e);

#endif
