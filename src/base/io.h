/* Files.  Output is whole or absent: written beside, synced, renamed. */
#ifndef SL_BASE_IO_H
#define SL_BASE_IO_H

#include "base/str.h"

#include <stdio.h>

/* The whole file, read-only, mapped; unmapped when the arena goes.  An empty file gives n = 0. */
SL_CHECKED enum sl_code sl_io_map(struct sl_arena *a, const char *path, struct sl_str *out,
                                  struct sl_err *e);
SL_CHECKED enum sl_code sl_io_read(struct sl_arena *a, const char *path, size_t max, struct sl_str *out,
                                   struct sl_err *e);

/* A file that appears at `path` only when closed well.  /dev/... is written directly. */
struct sl_io_out {
	FILE *f;
	char path[1024], temp[1060];
	bool direct;
};
SL_CHECKED enum sl_code sl_io_create(struct sl_io_out *o, const char *path, struct sl_err *e);
SL_CHECKED enum sl_code sl_io_write(struct sl_io_out *o, const void *p, size_t n, struct sl_err *e);
SL_CHECKED enum sl_code sl_io_commit(struct sl_io_out *o, struct sl_err *e); /* flush, fsync, rename */
void sl_io_discard(struct sl_io_out *o); /* nothing remains; no effect after commit */

bool sl_io_exists(const char *path);

#endif
