/* gzip (RFC 1952), by zlib. */
#ifndef SL_BASE_GZIP_H
#define SL_BASE_GZIP_H

#include "base/str.h"

/* Appends to `out`.  Level 1 is quick, 9 is small. */
SL_CHECKED enum sl_code sl_gzip(struct sl_str in, int level, struct sl_buf *out, struct sl_err *e);
/* SL_INVALID for what is no sound gzip, or unpacks to more than `max` bytes. */
SL_CHECKED enum sl_code sl_gunzip(struct sl_str in, size_t max, struct sl_buf *out, struct sl_err *e);

/* The same for many small pieces one after the other: the compressor's memory is kept. */
struct sl_gzipper;
SL_CHECKED enum sl_code sl_gzipper_new(int level, struct sl_gzipper **out, struct sl_err *e);
void sl_gzipper_free(struct sl_gzipper *g); /* NULL is allowed */
/* Replaces what is in `out`. */
SL_CHECKED enum sl_code sl_gzipper_pack(struct sl_gzipper *g, struct sl_str in, struct sl_buf *out,
                                        struct sl_err *e);

/* zlib's memory is ours: for a z_stream of one's own. */
void *sl_zlib_take(void *ctx, unsigned count, unsigned size);
void sl_zlib_give_back(void *ctx, void *p);

#endif
