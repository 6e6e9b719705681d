/* gzip (RFC 1952), by zlib. */
#ifndef SL_BASE_GZIP_H
#define SL_BASE_GZIP_H

#include "base/str.h"

SL_CHECKED enum sl_code sl_gzip(struct sl_str in, int level, struct sl_buf *out, struct sl_err *e);
/* SL_INVALID for what is no gzip, or unpacks to more than `max` bytes. */
SL_CHECKED enum sl_code sl_gunzip(struct sl_str in, size_t max, struct sl_buf *out, struct sl_err *e);

/* zlib's memory is ours: for a z_stream of one's own. */
void *sl_zlib_take(void *ctx, unsigned count, unsigned size);
void sl_zlib_give_back(void *ctx, void *p);

#endif
