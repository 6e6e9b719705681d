#include "base/gzip.h"

#include "base/mem.h"

#include <limits.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

void *sl_zlib_take(void *ctx, unsigned count, unsigned size)
{
	size_t n;

	(void)ctx;
	return __builtin_mul_overflow((size_t)count, (size_t)size, &n) ? NULL : sl_mem_alloc(n);
}

void sl_zlib_give_back(void *ctx, void *p)
{
	(void)ctx;
	sl_mem_free(p);
}

enum sl_code sl_gzip(struct sl_str in, int level, struct sl_buf *out, struct sl_err *e)
{
	z_stream z = {.zalloc = sl_zlib_take, .zfree = sl_zlib_give_back};
	size_t bound;
	char *to;
	int rc;

	if (in.n > UINT_MAX / 2)
		return sl_fail(e, SL_UNSUPPORTED, "too large to be compressed in one piece");
	if (deflateInit2(&z, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return sl_fail(e, SL_NOMEM, "out of memory");
	bound = deflateBound(&z, in.n);
	to = sl_buf_room(out, bound);
	if (!to) {
		deflateEnd(&z);
		return sl_buf_check(out, e);
	}
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (unsigned)in.n;
	z.next_out = (Bytef *)to;
	z.avail_out = (unsigned)bound;
	rc = deflate(&z, Z_FINISH);
	out->n += bound - z.avail_out;
	deflateEnd(&z);
	return rc == Z_STREAM_END ? SL_OK : sl_fail(e, SL_NOMEM, "out of memory");
}

enum sl_code sl_gunzip(struct sl_str in, size_t max, struct sl_buf *out, struct sl_err *e)
{
	z_stream z = {.zalloc = sl_zlib_take, .zfree = sl_zlib_give_back};
	enum { PIECE = 1 << 16 };
	size_t begin = out->n;
	int rc = Z_OK;

	if (in.n > UINT_MAX)
		return sl_fail(e, SL_UNSUPPORTED, "too large to be unpacked in one piece");
	if (inflateInit2(&z, GZIP_WINDOW) != Z_OK)
		return sl_fail(e, SL_NOMEM, "out of memory");
	z.next_in = (Bytef *)(uintptr_t)in.p;
	z.avail_in = (unsigned)in.n;
	while (rc == Z_OK && !e->code) {
		char *to = sl_buf_room(out, PIECE);

		if (!to) {
			sl_fail(e, SL_NOMEM, "out of memory");
			break;
		}
		z.next_out = (Bytef *)to;
		z.avail_out = PIECE;
		rc = inflate(&z, Z_NO_FLUSH);
		out->n += PIECE - z.avail_out;
		if (out->n - begin > max)
			sl_fail(e, SL_INVALID, "the gzipped body unpacks to more than %zu bytes", max);
	}
	inflateEnd(&z);
	if (!e->code && rc != Z_STREAM_END)
		sl_fail(e, SL_INVALID, "the body is no sound gzip");
	return e->code;
}
