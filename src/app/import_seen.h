/* How often a 64-bit hash was seen: 16 bytes an entry, for files of ten million rows.  Two things with one
 * hash (once in 10^5 files of that size) are counted as one, which only changes a number in a name. */
#ifndef SL_APP_IMPORT_SEEN_H
#define SL_APP_IMPORT_SEEN_H

#include "base/str.h"

struct import_seen {
	struct sl_buf memory;
	size_t n, cap;
};

/* *count is how often it was seen before; this time is added. */
SL_CHECKED enum sl_code import_seen_add(struct import_seen *s, uint64_t hash, uint32_t *count,
                                        struct sl_err *e);
uint32_t import_seen_count(const struct import_seen *s, uint64_t hash);
void import_seen_done(struct import_seen *s);

#endif
