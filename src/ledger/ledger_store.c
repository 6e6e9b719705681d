/* The ledger as blocks of bytes in the programme file: derived, droppable, in the byte order and struct layout
 * of the machine that wrote it (the header tells; another machine builds its own). */
#include "ledger/ledger.h"

#include "ledger/admin.h"

#include <string.h>

enum { EVENTS_PER_CHUNK = 512, REBUILD_ABOVE = 400 };

static const int64_t first_face_block = 1, first_event_block = (int64_t)1 << 40;

struct header {
	char magic[8];
	uint32_t event_size, face_version;
	uint64_t n_events, n_faces, n_cover, n_clusters; /* at least; sizes to begin with */
	uint32_t n_blocks, last_block_faces;
	unsigned char admin_digest[32];
	uint8_t has_admin1, has_admin2, pad[6];
};

static struct header header_of(const struct sl_ledger *l)
{
	struct header h = {.magic = "SLEDGER", .event_size = sizeof(struct sl_ledger_event), .face_version = 1,
	                   .n_events = l->n_events, .n_faces = l->n_faces, .n_cover = l->n_cover,
	                   .n_clusters = l->n_clusters, .n_blocks = l->n_blocks, .last_block_faces = l->last_block_faces,
	                   .has_admin1 = l->has_admin1, .has_admin2 = l->has_admin2};

	memcpy(h.admin_digest, l->admin_digest.b, sizeof h.admin_digest);
	return h;
}

/* ---- writing ---- */

static void put_number(struct sl_buf *b, uint64_t v)
{
	while (v >= 0x80) {
		sl_buf_putc(b, (char)(v | 0x80));
		v >>= 7;
	}
	sl_buf_putc(b, (char)v);
}

static void put_cluster(struct sl_buf *b, const struct sl_ledger *l, const struct sl_cluster *c)
{
	sl_buf_add(b, &c->box, sizeof c->box);
	put_number(b, c->n_faces);
	for (uint32_t i = c->face; i < c->face + c->n_faces; i++) {
		const struct sl_ledger_face *f = &l->face[i];
		uint32_t last = 0;

		put_number(b, (uint64_t)f->area_mm2);
		put_number(b, (uint64_t)f->admin1);
		put_number(b, (uint64_t)f->admin2);
		sl_buf_add(b, &f->lon, sizeof f->lon);
		sl_buf_add(b, &f->lat, sizeof f->lat);
		put_number(b, f->n_cover);
		for (uint32_t k = 0; k < f->n_cover; k++) {
			put_number(b, l->cover[f->cover + k] - last);
			last = l->cover[f->cover + k];
		}
	}
}

static enum sl_code save_faces(struct sl_ledger *l, struct sl_db *db, struct sl_arena *a, struct sl_err *e)
{
	struct sl_buf *block = sl_arena_alloc(a, l->n_blocks, sizeof *block, e);

	if (!block)
		return e->code;
	for (size_t c = 0; c < l->n_clusters; c++)
		if (!l->cluster[c].dead && l->block_dirty[l->cluster[c].block])
			put_cluster(&block[l->cluster[c].block], l, &l->cluster[c]);
	for (uint32_t i = 0; i < l->n_blocks; i++) {
		if (!e->code && l->block_dirty[i] && !sl_buf_check(&block[i], e) &&
		    !sl_store_block_put(db, first_face_block + i, sl_buf_view(&block[i]), e))
			l->block_dirty[i] = false;
		sl_buf_done(&block[i]);
	}
	return e->code;
}

enum sl_code sl_ledger_save(struct sl_ledger *l, struct sl_db *db, struct sl_err *e)
{
	struct header h = header_of(l);
	struct sl_arena a = {0};

	if (l->rebuilt && sl_store_blocks_clear(db, e))
		return e->code;
	(void)!save_faces(l, db, &a, e);
	sl_arena_done(&a);
	for (size_t i = l->n_saved_events / EVENTS_PER_CHUNK * EVENTS_PER_CHUNK; !e->code && i < l->n_events;
	     i += EVENTS_PER_CHUNK) {
		size_t n = l->n_events - i < EVENTS_PER_CHUNK ? l->n_events - i : EVENTS_PER_CHUNK;
		struct sl_str bytes = {(const char *)&l->event[i], n * sizeof *l->event};

		(void)!sl_store_block_put(db, first_event_block + (int64_t)(i / EVENTS_PER_CHUNK), bytes, e);
	}
	if (e->code || sl_store_block_put(db, 0, (struct sl_str){(const char *)&h, sizeof h}, e))
		return e->code;
	l->n_saved_events = l->n_events;
	l->rebuilt = false;
	return SL_OK;
}

bool sl_ledger_is_saved(const struct sl_ledger *l)
{
	if (l->rebuilt || l->n_saved_events != l->n_events)
		return false;
	for (uint32_t b = 0; b < l->n_blocks; b++)
		if (l->block_dirty[b])
			return false;
	return true;
}

/* ---- reading ---- */

struct reader {
	const unsigned char *p, *end;
	bool bad;
};

static uint64_t get_number(struct reader *r)
{
	uint64_t v = 0;

	for (int shift = 0; r->p < r->end && shift < 64; shift += 7) {
		unsigned char c = *r->p++;

		v |= (uint64_t)(c & 0x7f) << shift;
		if (c < 0x80)
			return v;
	}
	r->bad = true;
	return 0;
}

static void get_bytes(struct reader *r, void *to, size_t n)
{
	if ((size_t)(r->end - r->p) < n) {
		r->bad = true;
		return;
	}
	memcpy(to, r->p, n);
	r->p += n;
}

static enum sl_code get_cluster(struct sl_ledger *l, struct reader *r, uint32_t block, struct sl_err *e)
{
	struct sl_cluster c = {.face = (uint32_t)l->n_faces, .block = block};
	uint64_t n;

	get_bytes(r, &c.box, sizeof c.box);
	n = get_number(r);
	if (r->bad || n > (uint64_t)(r->end - r->p))
		return sl_fail(e, SL_CORRUPT, "ledger block %u is damaged", block);
	l->face = sl_arena_grow(&l->arena, l->face, &l->cap_faces, l->n_faces + n, sizeof *l->face, e);
	l->cluster = l->face ? sl_arena_grow(&l->arena, l->cluster, &l->cap_clusters, l->n_clusters + 1,
	                                     sizeof *l->cluster, e) : NULL;
	if (!l->cluster)
		return e->code;
	c.n_faces = (uint32_t)n;
	for (uint64_t i = 0; i < n; i++) {
		struct sl_ledger_face f = {.cover = (uint32_t)l->n_cover};
		uint64_t ev = 0, k;

		f.area_mm2 = (int64_t)get_number(r);
		f.admin1 = (int32_t)get_number(r);
		f.admin2 = (int32_t)get_number(r);
		get_bytes(r, &f.lon, sizeof f.lon);
		get_bytes(r, &f.lat, sizeof f.lat);
		k = get_number(r);
		if (r->bad || k > (uint64_t)(r->end - r->p))
			return sl_fail(e, SL_CORRUPT, "ledger block %u is damaged", block);
		l->cover = sl_arena_grow(&l->arena, l->cover, &l->cap_cover, l->n_cover + k, sizeof *l->cover, e);
		if (!l->cover)
			return e->code;
		for (f.n_cover = (uint32_t)k; k; k--) {
			ev += get_number(r);
			if (r->bad || ev >= l->n_events)
				return sl_fail(e, SL_CORRUPT, "ledger block %u is damaged", block);
			l->cover[l->n_cover++] = (uint32_t)ev;
			l->cluster_of[ev] = (uint32_t)l->n_clusters;
		}
		l->face[l->n_faces++] = f;
	}
	l->cluster[l->n_clusters++] = c;
	return SL_OK;
}

/* Blocks come in the order of their numbers: header, faces, events.  Events stand after the faces but are
 * needed first, so the arrays are sized from the header. */
static enum sl_code take_block(void *ctx, int64_t block, struct sl_str bytes, struct sl_err *e)
{
	struct sl_ledger *l = ctx;
	struct reader r = {(const unsigned char *)bytes.p, (const unsigned char *)bytes.p + bytes.n, false};

	if (!block)
		return SL_OK;
	if (block >= first_event_block) {
		size_t first = (size_t)(block - first_event_block) * EVENTS_PER_CHUNK;

		if (first >= l->n_events || bytes.n % sizeof *l->event ||
		    bytes.n / sizeof *l->event > l->n_events - first)
			return sl_fail(e, SL_CORRUPT, "ledger block %lld is damaged", (long long)block);
		memcpy(&l->event[first], bytes.p, bytes.n);
		return SL_OK;
	}
	while (r.p < r.end)
		if (get_cluster(l, &r, (uint32_t)(block - first_face_block), e))
			return e->code;
	return SL_OK;
}

static enum sl_code load(struct sl_ledger *l, struct sl_db *db, const struct header *h, struct sl_err *e)
{
	l->n_events = l->cap_events = l->cap_cluster_of = l->n_saved_events = h->n_events;
	l->n_blocks = h->n_blocks;
	l->cap_dirty = h->n_blocks;
	l->last_block_faces = h->last_block_faces;
	l->has_admin1 = h->has_admin1;
	l->has_admin2 = h->has_admin2;
	memcpy(l->admin_digest.b, h->admin_digest, sizeof h->admin_digest);
	l->event = sl_arena_alloc(&l->arena, l->n_events, sizeof *l->event, e);
	l->cluster_of = l->event ? sl_arena_alloc(&l->arena, l->n_events, sizeof *l->cluster_of, e) : NULL;
	l->block_dirty = l->cluster_of ? sl_arena_alloc(&l->arena, l->n_blocks, sizeof *l->block_dirty, e) : NULL;
	l->cap_faces = h->n_faces;
	l->cap_cover = h->n_cover;
	l->cap_clusters = h->n_clusters;
	l->face = l->block_dirty ? sl_arena_alloc(&l->arena, l->cap_faces, sizeof *l->face, e) : NULL;
	l->cover = l->face ? sl_arena_alloc(&l->arena, l->cap_cover, sizeof *l->cover, e) : NULL;
	l->cluster = l->cover ? sl_arena_alloc(&l->arena, l->cap_clusters, sizeof *l->cluster, e) : NULL;
	if (!l->cluster)
		return e->code;
	memset(l->cluster_of, 0xff, l->n_events * sizeof *l->cluster_of);
	return sl_store_blocks(db, take_block, l, e);
}

enum sl_code sl_ledger_open(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct header h, want;
	struct sl_hash admin;
	struct sl_land_event *rows;
	struct sl_str bytes;
	bool usable;
	size_t n;

	*l = (struct sl_ledger){0};
	want = header_of(l);
	if (sl_store_block_get(db, &a, 0, &bytes, e) || sl_admin_digest(db, &admin, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	usable = bytes.n == sizeof h;
	if (usable) {
		memcpy(&h, bytes.p, sizeof h);
		usable = !memcmp(h.magic, want.magic, sizeof h.magic) && h.event_size == want.event_size &&
		         h.face_version == want.face_version && !memcmp(h.admin_digest, admin.b, sizeof admin.b);
	}
	if (usable && load(l, db, &h, e)) {
		sl_arena_done(&a);
		if (e->code != SL_CORRUPT)
			return e->code;
		sl_err_clear(e); /* derived data: build it again */
		usable = false;
	}
	if (usable && sl_store_land_events(db, &a, l->n_events ? l->event[l->n_events - 1].seq : 0, INT64_MAX,
	                                   &rows, &n, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	sl_arena_done(&a);
	if (!usable || n > REBUILD_ABOVE)
		return sl_ledger_build(l, db, env, e);
	return n ? sl_ledger_sync(l, db, NULL, e) : SL_OK;
}
