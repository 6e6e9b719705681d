#include "formats/pmtiles.h"

#include "base/gzip.h"
#include "base/io.h"
#include "base/json.h"

#include <string.h>

enum {
	HEADER = 127,
	DIRECTORY_MAX = 4 << 20, /* bytes of one, unpacked */
	DEPTH_MAX = 4,           /* directories from the root to a tile: the format needs two */
};

struct span {
	uint64_t at, n;
};

struct header {
	struct span root, metadata, leaves, data;
	unsigned packing, tile_packing, tile_type; /* 1 none, 2 gzip */
	int min_zoom, max_zoom;
	double west, south, east, north;
};

static uint64_t little(const char *p, size_t n)
{
	uint64_t x = 0;

	while (n--)
		x = x << 8 | (unsigned char)p[n];
	return x;
}

static struct span span_at(const char *p)
{
	return (struct span){little(p, 8), little(p + 8, 8)};
}

static double degrees_at(const char *p)
{
	return (double)(int32_t)(uint32_t)little(p, 4) / 1e7;
}

static enum sl_code read_header(struct sl_arena *a, const char *path, struct header *out, struct sl_err *e)
{
	struct sl_str b;

	if (sl_io_part(a, path, 0, HEADER, &b, e))
		return e->code;
	if (memcmp(b.p, "PMTiles", 7) || b.p[7] != 3)
		return sl_fail(e, SL_INVALID, "it is no PMTiles of version 3");
	*out = (struct header){.root = span_at(b.p + 8), .metadata = span_at(b.p + 24), .leaves = span_at(b.p + 40),
	                       .data = span_at(b.p + 56), .packing = (unsigned char)b.p[97],
	                       .tile_packing = (unsigned char)b.p[98], .tile_type = (unsigned char)b.p[99],
	                       .min_zoom = (unsigned char)b.p[100], .max_zoom = (unsigned char)b.p[101],
	                       .west = degrees_at(b.p + 102), .south = degrees_at(b.p + 106),
	                       .east = degrees_at(b.p + 110), .north = degrees_at(b.p + 114)};
	if (out->packing != 1 && out->packing != 2)
		return sl_fail(e, SL_UNSUPPORTED, "its directories are not packed with gzip");
	if (out->tile_packing > 2)
		return sl_fail(e, SL_UNSUPPORTED, "its tiles are not packed with gzip");
	return SL_OK;
}

/* A piece of the file, unpacked. */
static enum sl_code read_piece(struct sl_arena *a, const char *path, const struct header *h, struct span s, size_t max,
                               struct sl_str *out, struct sl_err *e)
{
	struct sl_buf plain = {0};
	struct sl_str raw;

	if (s.n > max)
		return sl_fail(e, SL_INVALID, "a part of it is larger than such a part can be");
	if (sl_io_part(a, path, s.at, (size_t)s.n, &raw, e))
		return e->code;
	if (h->packing == 1) {
		*out = raw;
		return SL_OK;
	}
	if (!sl_gunzip(raw, max, &plain, e)) {
		char *copy = sl_arena_strndup(a, plain.n ? plain.p : "", plain.n, e);

		if (copy)
			*out = (struct sl_str){copy, plain.n};
	}
	sl_buf_done(&plain);
	return e->code;
}

/* ---- directories ---- */

struct reader {
	const char *at, *end;
	bool broken;
};

static uint64_t varint(struct reader *r)
{
	uint64_t x = 0;

	for (unsigned shift = 0; shift < 64 && r->at < r->end; shift += 7) {
		unsigned char c = (unsigned char)*r->at++;

		x |= (uint64_t)(c & 127) << shift;
		if (!(c & 128))
			return x;
	}
	r->broken = true;
	return 0;
}

struct entry {
	uint64_t id, run, length, offset;
	bool found;
};

/* The last entry that is not behind `id`.  Four columns of varints: identifiers as differences, runs, lengths,
 * offsets; an offset of 0 follows on the entry before. */
static enum sl_code find_entry(struct sl_str directory, uint64_t id, struct entry *out, struct sl_err *e)
{
	struct reader r = {directory.p, directory.p + directory.n, false};
	uint64_t n = varint(&r), at = 0, sum = 0, place = 0;
	struct reader lengths;

	*out = (struct entry){0};
	if (n > directory.n)
		r.broken = true;
	for (uint64_t i = 0; i < n && !r.broken; i++) {
		sum += varint(&r);
		if (sum <= id) {
			at = i;
			out->id = sum;
			out->found = true;
		}
	}
	for (uint64_t i = 0; i < n && !r.broken; i++) {
		uint64_t run = varint(&r);

		if (i == at)
			out->run = run;
	}
	lengths = r;
	for (uint64_t i = 0; i < n && !r.broken; i++)
		varint(&r);
	for (uint64_t i = 0, before = 0; i <= at && i < n && !r.broken; i++) {
		uint64_t offset = varint(&r);

		place = offset ? offset - 1 : place + before;
		before = varint(&lengths);
		out->length = before;
	}
	out->offset = place;
	return r.broken || lengths.broken ? sl_fail(e, SL_CORRUPT, "a directory of it is damaged") : SL_OK;
}

/* Place along the Hilbert curves of all zooms before and of this one. */
static uint64_t tile_number(struct sl_tile_id t)
{
	uint64_t d = (((uint64_t)1 << 2 * t.z) - 1) / 3;
	uint32_t x = t.x, y = t.y;

	for (uint32_t s = t.z ? 1u << (t.z - 1) : 0; s; s >>= 1) {
		uint32_t rx = (x & s) != 0, ry = (y & s) != 0, swap;

		d += (uint64_t)s * s * ((3 * rx) ^ ry);
		if (ry)
			continue;
		if (rx) {
			x = s - 1 - x;
			y = s - 1 - y;
		}
		swap = x;
		x = y;
		y = swap;
	}
	return d;
}

/* A piece within a section of the file. */
static bool within(struct span section, uint64_t offset, uint64_t n, struct span *out)
{
	uint64_t end;

	*out = (struct span){section.at + offset, n};
	return !__builtin_add_overflow(offset, n, &end) && end <= section.n && section.at + offset >= section.at;
}

enum sl_code sl_pmtiles_tile(struct sl_arena *a, const char *path, struct sl_tile_id t, struct sl_str *out,
                             struct sl_err *e)
{
	struct sl_str none = {0}, directory;
	struct header h;
	struct span next;
	uint64_t id;

	if (t.z > SL_TILESET_ZOOM_MAX || t.x >> t.z || t.y >> t.z) {
		*out = none;
		return SL_OK;
	}
	if (read_header(a, path, &h, e))
		return e->code;
	id = tile_number(t);
	next = h.root;
	for (int depth = 0; depth < DEPTH_MAX; depth++) {
		struct entry found;

		if (read_piece(a, path, &h, next, DIRECTORY_MAX, &directory, e) || find_entry(directory, id, &found, e))
			return e->code;
		if (!found.found || (found.run && id - found.id >= found.run)) {
			*out = none;
			return SL_OK;
		}
		if (!within(found.run ? h.data : h.leaves, found.offset, found.length, &next))
			return sl_fail(e, SL_CORRUPT, "a directory of it points beyond its end");
		if (found.run)
			return next.n > SL_TILESET_TILE_MAX
			           ? sl_fail(e, SL_INVALID, "a tile is larger than a map can draw")
			           : sl_io_part(a, path, next.at, (size_t)next.n, out, e);
	}
	return sl_fail(e, SL_CORRUPT, "its directories have no end");
}

/* ---- what it says of itself ---- */

static enum sl_code read_metadata(struct sl_arena *a, struct sl_str text, struct sl_tileset *t, struct sl_err *e)
{
	struct sl_json *all;

	if (!text.n)
		return SL_OK;
	if (sl_json_parse(a, text, &all, e)) {
		if (e->code == SL_INVALID)
			sl_err_clear(e); /* the tiles can be drawn without */
		return e->code;
	}
	t->name = sl_json_get_str(all, "name");
	t->attribution = sl_json_get_str(all, "attribution");
	return sl_tileset_layers(a, text, t, e);
}

enum sl_code sl_pmtiles_describe(struct sl_arena *a, const char *path, struct sl_tileset *out, struct sl_err *e)
{
	static const enum sl_tile_form forms[] = {SL_TILE_MVT, SL_TILE_PNG, SL_TILE_JPEG, SL_TILE_WEBP};
	struct sl_str metadata = {0};
	struct sl_tileset t;
	struct header h;

	if (read_header(a, path, &h, e))
		return e->code;
	if (h.tile_type < 1 || h.tile_type > sizeof forms / sizeof *forms)
		return sl_fail(e, SL_INVALID, "its tiles are neither mvt, png, jpeg nor webp");
	t = (struct sl_tileset){.form = forms[h.tile_type - 1], .min_zoom = h.min_zoom, .max_zoom = h.max_zoom,
	                        .has_box = h.west < h.east, .west = h.west, .south = h.south, .east = h.east,
	                        .north = h.north};
	if ((h.metadata.n && read_piece(a, path, &h, h.metadata, SL_TILESET_METADATA_MAX, &metadata, e)) ||
	    read_metadata(a, metadata, &t, e) || sl_tileset_check(&t, e))
		return e->code;
	*out = t;
	return SL_OK;
}
