/* What is sent gzipped, and streams of it. */
#include "http/parts.h"

#include <limits.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16, MEMORY_LEVEL = 8 };

bool sl_worth_gzip(const char *type)
{
	static const char *const dense[] = {"image/png",  "image/jpeg", "image/webp",      "font/woff2",
	                                    "video/",     "audio/",     "application/zip", "application/gzip",
	                                    "application/octet-stream", "application/geopackage",
	                                    "application/vnd.openxmlformats"};

	for (size_t i = 0; i < sizeof dense / sizeof *dense; i++)
		if (!strncmp(type, dense[i], strlen(dense[i])))
			return false;
	return true;
}

/* ---- a stream ---- */

struct gzip_stream {
	sl_stream_fn *from;
	void *from_ctx;
	z_stream z;
	bool ended; /* nothing more comes in */
	bool done;
	char in[1 << 14];
};

static void end_stream(void *ctx)
{
	struct gzip_stream *g = ctx;

	deflateEnd(&g->z);
}

static enum sl_code read_gzip(void *ctx, char *to, size_t max, size_t *n, struct sl_err *e)
{
	struct gzip_stream *g = ctx;
	unsigned room = max > UINT_MAX ? UINT_MAX : (unsigned)max;
	size_t got;
	int rc;

	g->z.next_out = (Bytef *)to;
	g->z.avail_out = room;
	while (!g->done && g->z.avail_out == room) {
		if (!g->z.avail_in && !g->ended) {
			if (g->from(g->from_ctx, g->in, sizeof g->in, &got, e))
				return e->code;
			g->ended = got == 0;
			g->z.next_in = (Bytef *)g->in;
			g->z.avail_in = (unsigned)got;
		}
		rc = deflate(&g->z, g->ended ? Z_FINISH : Z_NO_FLUSH);
		g->done = rc == Z_STREAM_END;
		if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
			return sl_fail(e, SL_NOMEM, "out of memory");
	}
	*n = room - g->z.avail_out;
	return SL_OK;
}

enum sl_code sl_gzip_stream(struct sl_arena *a, struct sl_response *out, struct sl_err *e)
{
	struct gzip_stream *g = sl_arena_alloc(a, 1, sizeof *g, e);

	if (!g)
		return e->code;
	g->from = out->stream;
	g->from_ctx = out->stream_ctx;
	g->z.zalloc = sl_zlib_take;
	g->z.zfree = sl_zlib_give_back;
	if (deflateInit2(&g->z, 1, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_arena_defer(a, end_stream, g, e))
		return e->code;
	out->stream = read_gzip;
	out->stream_ctx = g;
	return SL_OK;
}
