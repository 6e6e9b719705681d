#include "geo/wkb.h"

#include <math.h>
#include <string.h>

/* OGC 06-103r4 (Simple features, WKB with Z and M), PostGIS's EWKB flags, OGC 12-128r18 (GeoPackage). */
enum {
	WKB_POINT = 1, WKB_LINE, WKB_POLYGON, WKB_MULTIPOINT, WKB_MULTILINE, WKB_MULTIPOLYGON, WKB_COLLECTION,
	EWKB_SRID_FLAG = 0x20000000, COLLECTION_DEPTH_MAX = 16,
};
#define EWKB_Z_FLAG 0x80000000u
#define EWKB_M_FLAG 0x40000000u

struct reader {
	const unsigned char *p, *end;
	bool swap; /* byte order of the geometry being read is not this machine's */
	struct sl_geom_builder b;
	bool typed; /* the kind of geometry has been decided by a first member */
};

static bool host_is_little(void)
{
	const uint16_t one = 1;

	return *(const unsigned char *)&one == 1;
}

static size_t bytes_left(const struct reader *r)
{
	return (size_t)(r->end - r->p);
}

static uint32_t take_u32(struct reader *r)
{
	uint32_t x;

	memcpy(&x, r->p, 4);
	r->p += 4;
	return r->swap ? __builtin_bswap32(x) : x;
}

static double take_double(struct reader *r)
{
	uint64_t bits;
	double x;

	memcpy(&bits, r->p, 8);
	r->p += 8;
	bits = r->swap ? __builtin_bswap64(bits) : bits;
	memcpy(&x, &bits, 8);
	return x;
}

static enum sl_code too_short(struct sl_err *e)
{
	return sl_fail(e, SL_INVALID, "WKB ends in the middle of a geometry");
}

/* A count of things that take at least `least` bytes each; a count that lies is found before any memory
 * is asked for. */
static enum sl_code take_count(struct reader *r, size_t least, const char *what, uint32_t *n,
                               struct sl_err *e)
{
	uint32_t count;

	if (bytes_left(r) < 4)
		return too_short(e);
	count = take_u32(r);
	if (count > bytes_left(r) / least)
		return sl_fail(e, SL_INVALID, "WKB says %u %s where only %zu bytes are left", count, what,
		               bytes_left(r));
	*n = count;
	return SL_OK;
}

static enum sl_code take_points(struct reader *r, size_t n, size_t dims, struct sl_err *e)
{
	if (n && dims == 2 && !r->swap) {
		if (sl_geom_add_points(&r->b, r->p, n, e))
			return e->code;
		r->p += n * 16;
		return SL_OK;
	}
	for (size_t i = 0; i < n; i++) {
		double x = take_double(r), y = take_double(r);

		r->p += (dims - 2) * 8;
		if (sl_geom_add_point(&r->b, x, y, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code take_ring(struct reader *r, size_t dims, struct sl_err *e)
{
	uint32_t n;

	if (take_count(r, dims * 8, "points", &n, e) || sl_geom_add_ring(&r->b, e))
		return e->code;
	return take_points(r, n, dims, e);
}

static enum sl_code take_simple(struct reader *r, uint32_t type, size_t dims, struct sl_err *e)
{
	const enum sl_geom_type kind = (enum sl_geom_type)type; /* both count point, line, polygon from 1 */
	uint32_t n;

	if (r->typed && r->b.g.type != kind)
		return sl_fail(e, SL_UNSUPPORTED,
		               "a collection of points, lines and polygons together; split it by kind");
	r->typed = true;
	r->b.g.type = kind;
	r->b.g.had_z |= dims > 2;
	if (sl_geom_add_part(&r->b, e))
		return e->code;
	if (type == WKB_POINT) {
		double x, y;

		if (bytes_left(r) < dims * 8)
			return too_short(e);
		x = take_double(r);
		y = take_double(r);
		r->p += (dims - 2) * 8;
		/* An empty point is written as NaN NaN. */
		if (isnan(x) && isnan(y))
			return SL_OK;
		return sl_geom_add_ring(&r->b, e) ? e->code : sl_geom_add_point(&r->b, x, y, e);
	}
	if (type == WKB_LINE)
		return take_ring(r, dims, e);
	if (take_count(r, 4, "rings", &n, e))
		return e->code;
	for (uint32_t i = 0; i < n; i++)
		if (take_ring(r, dims, e))
			return e->code;
	return SL_OK;
}

static enum sl_code take_geometry(struct reader *r, uint32_t wanted, int depth, struct sl_err *e)
{
	uint32_t code, type, n;
	size_t dims = 2;

	if (bytes_left(r) < 5)
		return too_short(e);
	if (*r->p > 1)
		return sl_fail(e, SL_INVALID, "WKB byte order mark %u; it must be 0 or 1", *r->p);
	r->swap = (*r->p++ == 1) != host_is_little();
	code = take_u32(r);
	dims += (code & EWKB_Z_FLAG) != 0;
	dims += (code & EWKB_M_FLAG) != 0;
	type = code & 0x1fffffff;
	if (type >= 1000 && type < 4000) {
		dims = type < 3000 ? 3 : 4;
		type %= 1000;
	}
	if (code & EWKB_SRID_FLAG) {
		if (bytes_left(r) < 4)
			return too_short(e);
		take_u32(r);
	}
	if (type >= 8 && type <= 17)
		return sl_fail(e, SL_UNSUPPORTED, "geometry type %u (curves and surfaces); make it a polygon", type);
	if (type < WKB_POINT || type > WKB_COLLECTION)
		return sl_fail(e, SL_INVALID, "WKB has no geometry type %u", code);
	if (wanted && type != wanted)
		return sl_fail(e, SL_INVALID, "WKB type %u inside a multi-geometry of type %u", type, wanted + 3);
	if (type <= WKB_POLYGON)
		return take_simple(r, type, dims, e);
	if (depth >= COLLECTION_DEPTH_MAX)
		return sl_fail(e, SL_INVALID, "WKB collections nested more than %d deep", COLLECTION_DEPTH_MAX);
	if (take_count(r, 9, "members", &n, e))
		return e->code;
	for (uint32_t i = 0; i < n; i++)
		if (take_geometry(r, type < WKB_COLLECTION ? type - 3 : 0, depth + 1, e))
			return e->code;
	return SL_OK;
}

/* Pass over a GeoPackage header; *empty when it says so. */
static enum sl_code skip_gpkg_header(struct reader *r, bool *empty, struct sl_err *e)
{
	static const size_t envelope_bytes[8] = {0, 32, 48, 48, 64, 0, 0, 0};
	unsigned flags, envelope;

	if (bytes_left(r) < 8)
		return sl_fail(e, SL_INVALID, "GeoPackage geometry of only %zu bytes", bytes_left(r));
	if (r->p[2] != 0)
		return sl_fail(e, SL_UNSUPPORTED, "GeoPackage geometry of version %u; only version 0 is known",
		               r->p[2]);
	flags = r->p[3];
	if (flags & 0x20)
		return sl_fail(e, SL_UNSUPPORTED, "GeoPackage extended geometry");
	envelope = flags >> 1 & 7;
	if (envelope > 4)
		return sl_fail(e, SL_INVALID, "GeoPackage geometry with envelope code %u; it ends at 4", envelope);
	if (bytes_left(r) < 8 + envelope_bytes[envelope])
		return sl_fail(e, SL_INVALID, "GeoPackage geometry ends in its envelope");
	r->p += 8 + envelope_bytes[envelope];
	*empty = flags >> 4 & 1;
	return SL_OK;
}

enum sl_code sl_wkb_read(struct sl_arena *a, struct sl_str bytes, struct sl_geom *out, struct sl_err *e)
{
	struct reader r = {.p = (const unsigned char *)bytes.p, .end = (const unsigned char *)bytes.p + bytes.n};
	bool empty = false;

	sl_geom_build(&r.b, a, SL_GEOM_NONE);
	if (sl_str_has_prefix(bytes, "GP") && skip_gpkg_header(&r, &empty, e))
		return e->code;
	if (empty && !bytes_left(&r)) {
		*out = (struct sl_geom){.type = SL_GEOM_NONE};
		return SL_OK;
	}
	if (take_geometry(&r, 0, 0, e))
		return e->code;
	if (bytes_left(&r))
		return sl_fail(e, SL_INVALID, "WKB with %zu bytes after its end", bytes_left(&r));
	sl_geom_finish(&r.b, out);
	return SL_OK;
}

static unsigned char *put_u32(unsigned char *p, uint32_t x)
{
	for (int i = 0; i < 4; i++)
		*p++ = (unsigned char)(x >> 8 * i);
	return p;
}

static unsigned char *put_doubles(unsigned char *p, const double *x, size_t n)
{
	if (host_is_little()) {
		memcpy(p, x, n * 8);
		return p + n * 8;
	}
	for (size_t k = 0; k < n; k++) {
		uint64_t bits;

		memcpy(&bits, x + k, 8);
		for (int i = 0; i < 8; i++)
			*p++ = (unsigned char)(bits >> 8 * i);
	}
	return p;
}

static unsigned char *put_head(unsigned char *p, unsigned type)
{
	*p++ = 1;
	return put_u32(p, type);
}

void sl_wkb_write(struct sl_buf *b, const struct sl_geom *g)
{
	const unsigned type = (unsigned)g->type;
	size_t ring = 0, start = 0, bytes;
	unsigned char *p;

	if (g->type == SL_GEOM_NONE)
		return;
	/* An upper bound: heads of parts, counts of rings, points and closing points. */
	bytes = 9 + g->n_parts * 9 + g->n_rings * 20 + g->n_points * 16;
	p = (unsigned char *)sl_buf_room(b, bytes);
	if (!p)
		return;
	if (g->n_parts > 1) {
		p = put_head(p, type + 3);
		p = put_u32(p, (uint32_t)g->n_parts);
	}
	for (size_t part = 0; part < g->n_parts; part++) {
		p = put_head(p, type);
		if (g->type == SL_GEOM_POLYGON)
			p = put_u32(p, (uint32_t)(g->part_end[part] - ring));
		for (; ring < g->part_end[part]; ring++) {
			size_t n = g->ring_end[ring] - start;
			const double *xy = g->xy + 2 * start;
			const bool closed = g->type == SL_GEOM_POLYGON;

			if (g->type != SL_GEOM_POINT)
				p = put_u32(p, (uint32_t)(n + closed));
			p = put_doubles(p, xy, 2 * n);
			if (closed)
				p = put_doubles(p, xy, 2);
			start = g->ring_end[ring];
		}
	}
	b->n = (size_t)((char *)p - b->p);
	b->p[b->n] = 0;
}

void sl_gpkg_write(struct sl_buf *b, const struct sl_geom *g)
{
	const bool envelope = g->type != SL_GEOM_POINT;
	struct sl_box box;
	unsigned char head[40] = {'G', 'P', 0, (unsigned char)(1 | envelope << 1)}, *p;

	if (g->type == SL_GEOM_NONE)
		return;
	p = put_u32(head + 4, 4326);
	if (envelope) {
		box = sl_geom_box(g);
		p = put_doubles(p, (double[]){box.x0, box.x1, box.y0, box.y1}, 4);
	}
	sl_buf_add(b, head, (size_t)(p - head));
	sl_wkb_write(b, g);
}
