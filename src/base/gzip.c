#include "base/gzip.h"

#include "base/mem.h"

#include <limits.h>
#include <stdint.h>
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

static enum sl_code begin(z_stream *z, int level, struct sl_err *e)
{
	*z = (z_stream){.zalloc = sl_zlib_take, .zfree = sl_zlib_give_back};
	return deflateInit2(z, level, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) == Z_OK
	           ? SL_OK
	           : sl_fail(e, SL_NOMEM, "out of memory");
}

static enum sl_code pack(z_stream *z, struct sl_str in, struct sl_buf *out, struct sl_err *e)
{
	size_t bound;
	char *to;

	if (in.n > UINT_MAX / 2)
		return sl_fail(e, SL_UNSUPPORTED, "too large to be compressed in one piece");
	bound = deflateBound(z, in.n);
	to = sl_buf_room(out, bound);
	if (!to)
		return sl_buf_check(out, e);
	z->next_in = (Bytef *)(uintptr_t)in.p;
	z->avail_in = (unsigned)in.n;
	z->next_out = (Bytef *)to;
	z->avail_out = (unsigned)bound;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		return sl_fail(e, SL_NOMEM, "out of memory");
	out->n += bound - z->avail_out;
	return SL_OK;
}

enum sl_code sl_gzip(struct sl_str in, int level, struct sl_buf *out, struct sl_err *e)
{
	z_stream z;

	if (begin(&z, level, e))
		return e->code;
	(void)!pack(&z, in, out, e);
	deflateEnd(&z);
	return e->code;
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

struct sl_gzipper {
	z_stream z;
};

enum sl_code sl_gzipper_new(int level, struct sl_gzipper **out, struct sl_err *e)
{
	struct sl_gzipper *g = sl_mem_zeroed(sizeof *g);

	if (!g)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (begin(&g->z, level, e)) {
		sl_mem_free(g);
		return e->code;
	}
	*out = g;
	return SL_OK;
}

void sl_gzipper_free(struct sl_gzipper *g)
{
	if (!g)
		return;
	deflateEnd(&g->z);
	sl_mem_free(g);
}

enum sl_code sl_gzipper_pack(struct sl_gzipper *g, struct sl_str in, struct sl_buf *out, struct sl_err *e)
{
	sl_buf_clear(out);
	deflateReset(&g->z);
	return pack(&g->z, in, out, e);
}
