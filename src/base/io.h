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

/* `n` bytes from `at` on; SL_CORRUPT when the file is shorter.  Not mapped: the file may be changed meanwhile. */
SL_CHECKED enum sl_code sl_io_part(struct sl_arena *a, const char *path, uint64_t at, size_t n, struct sl_str *out,
                                   struct sl_err *e);

/* The plain files of a folder, by name, without hidden ones; none when there is no such folder. */
struct sl_io_entry {
	const char *name;
	uint64_t bytes;
	int64_t changed_ns; /* since 1970 */
};
SL_CHECKED enum sl_code sl_io_list(struct sl_arena *a, const char *folder, struct sl_io_entry **out, size_t *n,
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
