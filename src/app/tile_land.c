/* The land by its state at a date.  Where faces lie is cut again from the boundaries when a tile first
 * needs them (they are not stored) and kept ready to draw; what state they are in is folded for each tile
 * and date, which costs less than drawing them. */
#include "app/tile_parts.h"

#include "base/mem.h"
#include "store/feature_query.h"

#include <stdlib.h>
#include <string.h>

/* So many clusters made since the tree was are gone through one by one. */
enum { LATE_MAX = 512 };

struct sl_tile_land {
	struct sl_ledger ledger;
	struct sl_arena timeline_arena, tree_arena;
	struct sl_timeline timeline;
	struct sl_boxtree tree;
	uint32_t n_in_tree;
	int64_t seq;          /* what it knows of */
	uint64_t generation;
	uint32_t *cluster_of; /* face -> cluster; sl_mem */
	size_t n_faces;
};

void sl_tile_land_free(struct sl_tile_land *l)
{
	if (!l)
		return;
	sl_ledger_close(&l->ledger);
	sl_arena_done(&l->timeline_arena);
	sl_arena_done(&l->tree_arena);
	sl_mem_free(l->cluster_of);
	sl_mem_free(l);
}

static enum sl_code make_tree(struct sl_tile_land *l, struct sl_err *e)
{
	static const struct sl_grid_box nowhere = {1, 1, 0, 0};
	struct sl_arena a = {0};
	size_t n = l->ledger.n_clusters;
	struct sl_grid_box *box = sl_arena_alloc(&a, n + 1, sizeof *box, e);

	for (size_t i = 0; box && i < n; i++)
		box[i] = l->ledger.cluster[i].dead ? nowhere : l->ledger.cluster[i].box;
	if (box) {
		sl_arena_done(&l->tree_arena);
		l->tree = (struct sl_boxtree){0};
		l->n_in_tree = 0;
		if (!n || !sl_boxtree_build(&l->tree_arena, box, n, &l->tree, e))
			l->n_in_tree = (uint32_t)n;
	}
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code number_faces(struct sl_tile_land *l, struct sl_err *e)
{
	uint32_t *of = sl_mem_realloc(l->cluster_of, (l->ledger.n_faces + 1) * sizeof *of);

	if (!of)
		return sl_fail(e, SL_NOMEM, "out of memory");
	l->cluster_of = of;
	l->n_faces = l->ledger.n_faces;
	for (uint32_t c = 0; c < l->ledger.n_clusters; c++)
		for (uint32_t i = 0; i < l->ledger.cluster[c].n_faces; i++)
			of[l->ledger.cluster[c].face + i] = c;
	return SL_OK;
}

/* ---- keeping up with the log ---- */

/* What covers a face may have another name now. */
static void leaves(void *ctx, const struct sl_cluster *c)
{
	struct sl_tiles *t = ctx;
	struct sl_box box = {sl_grid_degrees(c->box.x0), sl_grid_degrees(c->box.y0), sl_grid_degrees(c->box.x1),
	                     sl_grid_degrees(c->box.y1)};

	pthread_rwlock_wrlock(&t->lock);
	for (uint32_t i = 0; i < c->n_faces; i++)
		sl_tile_forget(&t->face, c->face + i);
	pthread_rwlock_unlock(&t->lock);
	sl_tile_cache_changed(t->cache, SL_TILE_LAYER_LAND, box);
}

static enum sl_code enters(void *ctx, const struct sl_cluster *c, struct sl_err *e)
{
	(void)e;
	leaves(ctx, c);
	return SL_OK;
}

static enum sl_code follow(struct sl_tiles *t, struct sl_tile_land *l, struct sl_db *db, int64_t newest,
                           struct sl_err *e)
{
	struct sl_ledger_watch watch = {.leave = leaves, .enter = enters, .ctx = t};
	size_t events = l->ledger.n_events;

	if (sl_ledger_sync(&l->ledger, db, &watch, e))
		return e->code;
	if (l->ledger.n_events != events &&
	    (sl_timeline_extend(&l->timeline, events, e) || number_faces(l, e) ||
	     (l->ledger.n_clusters > l->n_in_tree + LATE_MAX && make_tree(l, e))))
		return e->code;
	l->seq = newest;
	l->generation = ++t->land_generation;
	return SL_OK;
}

static enum sl_code open_land(struct sl_tiles *t, struct sl_db *db, int64_t newest, struct sl_err *e)
{
	struct sl_tile_land *l = sl_mem_zeroed(sizeof *l);

	if (!l)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_ledger_open(&l->ledger, db, NULL, e) ||
	    sl_timeline_init(&l->timeline, &l->timeline_arena, &l->ledger, INT64_MAX, e) || make_tree(l, e) ||
	    number_faces(l, e)) {
		sl_tile_land_free(l);
		return e->code;
	}
	l->seq = newest;
	l->generation = ++t->land_generation;
	t->land = l;
	return SL_OK;
}

/* Under the lock for writing and in a read transaction: up to what the log has in it. */
static enum sl_code bring_up_to(struct sl_tile_maker *m, int64_t newest, struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;

	if (!t->land)
		return open_land(t, m->db, newest, e);
	if (t->land->seq < newest && follow(t, t->land, m->db, newest, e)) {
		/* Half brought up: begin anew at the next call. */
		sl_tile_land_free(t->land);
		t->land = NULL;
		sl_tile_cache_clear(t->cache);
	}
	return e->code;
}

static enum sl_code bring_up(struct sl_tile_maker *m, struct sl_err *e)
{
	int64_t newest;

	if (sl_store_read_begin(m->db, e))
		return e->code;
	if (!sl_store_newest(m->db, &newest, e))
		(void)!bring_up_to(m, newest, e);
	sl_store_read_end(m->db);
	return e->code;
}

/* ---- the ledger for others ---- */

enum sl_code sl_tile_ledger_borrow(struct sl_tile_maker *m, int64_t version, struct sl_tile_loan *out,
                                   struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;

	*out = (struct sl_tile_loan){.maker = m};
	for (;;) {
		pthread_rwlock_rdlock(&t->land_lock);
		if (t->land && t->land->seq == version) {
			out->ledger = &t->land->ledger;
			out->generation = t->land->generation;
			return SL_OK;
		}
		if (t->land && t->land->seq > version) /* others look at a later moment already */
			break;
		pthread_rwlock_unlock(&t->land_lock);
		pthread_rwlock_wrlock(&t->land_lock);
		if (!t->land || t->land->seq < version)
			(void)!bring_up_to(m, version, e);
		pthread_rwlock_unlock(&t->land_lock);
		if (e->code)
			return e->code;
	}
	pthread_rwlock_unlock(&t->land_lock);
	out->own = sl_mem_zeroed(sizeof *out->own);
	if (!out->own)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_ledger_open(out->own, m->db, NULL, e)) {
		sl_mem_free(out->own);
		out->own = NULL;
		return e->code;
	}
	out->ledger = out->own;
	return SL_OK;
}

void sl_tile_ledger_return(struct sl_tile_loan *loan)
{
	if (loan->own) {
		sl_ledger_close(loan->own);
		sl_mem_free(loan->own);
	} else if (loan->ledger) {
		pthread_rwlock_unlock(&loan->maker->tiles->land_lock);
	}
	*loan = (struct sl_tile_loan){0};
}

enum sl_code sl_tile_ledger_geometry(struct sl_tile_loan *loan, uint32_t cluster, struct sl_arena *a,
                                     struct sl_geom **out, struct sl_err *e)
{
	struct sl_tiles *t = loan->maker->tiles;

	/* Cutting loads the administrative units into the ledger at the first use. */
	pthread_rwlock_wrlock(&t->lock);
	(void)!sl_ledger_geometry(loan->own ? loan->own : &t->land->ledger, loan->maker->db, cluster, a, out, e);
	pthread_rwlock_unlock(&t->lock);
	return e->code;
}

bool sl_tile_ledger_is_saved(struct sl_tiles *t)
{
	bool saved;

	pthread_rwlock_rdlock(&t->land_lock);
	saved = !t->land || sl_ledger_is_saved(&t->land->ledger);
	pthread_rwlock_unlock(&t->land_lock);
	return saved;
}

enum sl_code sl_tile_ledger_save(struct sl_tiles *t, struct sl_db *writer, struct sl_err *e)
{
	pthread_rwlock_wrlock(&t->land_lock);
	if (t->land)
		(void)!sl_ledger_save(&t->land->ledger, writer, e);
	pthread_rwlock_unlock(&t->land_lock);
	return e->code;
}

/* Leaves the land locked for reading and a read transaction open that sees what the land knows of.  The
 * lock comes first: what a transaction sees that began before it may be older than the land. */
static enum sl_code lock_land(struct sl_tile_maker *m, struct sl_err *e)
{
	struct sl_tiles *t = m->tiles;
	int64_t newest;

	for (;;) {
		pthread_rwlock_rdlock(&t->land_lock);
		if (!sl_store_read_begin(m->db, e)) {
			if (!sl_store_newest(m->db, &newest, e) && t->land && t->land->seq >= newest)
				return SL_OK;
			sl_store_read_end(m->db);
		}
		pthread_rwlock_unlock(&t->land_lock);
		if (e->code)
			return e->code;
		pthread_rwlock_wrlock(&t->land_lock);
		(void)!bring_up(m, e);
		pthread_rwlock_unlock(&t->land_lock);
		if (e->code)
			return e->code;
	}
}

/* ---- faces ready to draw ---- */

/* "hazard:HA-1" of each record that covers the face, one a line. */
static enum sl_code names_of(struct sl_tile_maker *m, const struct sl_ledger *l,
                             const struct sl_ledger_face *f, struct sl_buf *b, struct sl_err *e)
{
	for (uint32_t i = 0; i < f->n_cover; i++) {
		int32_t record = l->event[l->cover[f->cover + i]].record;
		struct sl_str kind, id, uuid;
		bool seen = false;

		for (uint32_t k = 0; k < i && !seen; k++)
			seen = l->event[l->cover[f->cover + k]].record == record;
		if (seen)
			continue;
		if (sl_feature_name(m->db, &m->arena, record, &kind, &id, &uuid, e))
			return e->code;
		if (!id.n)
			id = uuid;
		if (b->n)
			sl_buf_putc(b, '\n');
		sl_buf_str(b, kind);
		sl_buf_putc(b, ':');
		sl_buf_str(b, id);
	}
	return sl_buf_check(b, e);
}

static enum sl_code pack_face(struct sl_tile_maker *m, const struct sl_tile_land *l, uint32_t face,
                              const struct sl_geom *g, struct sl_err *e)
{
	struct sl_packed head = {0};
	struct sl_buf names = {0};

	sl_buf_clear(&m->row);
	sl_buf_add(&m->row, &head, sizeof head);
	if (!names_of(m, &l->ledger, &l->ledger.face[face], &names, e) &&
	    !sl_tile_pack_tag(m, SL_STR("records"), false,
	                      &(struct sl_mvt_value){.type = SL_MVT_TEXT, .text = sl_buf_view(&names)}, false,
	                      NULL, e))
		(void)!sl_tile_pack_end(m, &head, g, e);
	sl_buf_done(&names);
	return e->code;
}

/* All faces of a cluster, into `own` what cannot be kept.  Under both locks: of the land for reading, and
 * the other for writing, which also makes it the only user of the ledger's administrative units. */
static enum sl_code pack_cluster(struct sl_tile_maker *m, struct sl_tile_land *l, uint32_t cluster,
                                 const struct sl_packed **own, struct sl_err *e)
{
	const struct sl_cluster *c = &l->ledger.cluster[cluster];
	struct sl_arena a = {0};
	struct sl_geom *g;

	if (!sl_ledger_geometry(&l->ledger, m->db, cluster, &a, &g, e))
		for (uint32_t i = 0; i < c->n_faces && !e->code; i++) {
			struct sl_packed *copy;

			own[i] = NULL;
			if (g[i].type == SL_GEOM_NONE || pack_face(m, l, c->face + i, &g[i], e) ||
			    sl_tile_keep(&m->tiles->face, c->face + i, (struct sl_packed *)(void *)m->row.p))
				continue;
			copy = sl_arena_alloc(&m->arena, 1, m->row.n, e);
			if (!copy)
				break;
			memcpy(copy, m->row.p, m->row.n);
			own[i] = copy;
		}
	sl_arena_done(&a);
	return e->code;
}

/* ---- one tile ---- */

struct hits {
	struct sl_tile_land *l;
	struct sl_arena *a;
	uint32_t *cluster;
	size_t n, cap;
	struct sl_err *e;
};

static bool hit(void *ctx, uint32_t cluster)
{
	struct hits *h = ctx;

	if (h->l->ledger.cluster[cluster].dead)
		return true;
	h->cluster = sl_arena_grow(h->a, h->cluster, &h->cap, h->n + 1, sizeof *h->cluster, h->e);
	if (!h->cluster)
		return false;
	h->cluster[h->n++] = cluster;
	return true;
}

static int by_number(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static enum sl_code clusters_in(struct sl_tile_maker *m, struct sl_tile_land *l, struct sl_tile_id t,
                                const struct sl_tile_options *o, struct hits *h, struct sl_err *e)
{
	struct sl_box box = sl_tile_box(t, sl_tile_reach(o, t.z));
	struct sl_grid_point sw = sl_grid_from(box.x0, box.y0), ne = sl_grid_from(box.x1, box.y1);
	struct sl_grid_box grid = {sw.x, sw.y, ne.x, ne.y};

	*h = (struct hits){.l = l, .a = &m->arena, .e = e};
	if (l->n_in_tree)
		sl_boxtree_search(&l->tree, grid, hit, h);
	for (uint32_t c = l->n_in_tree; c < l->ledger.n_clusters && !e->code; c++)
		if (sl_grid_boxes_meet(l->ledger.cluster[c].box, grid))
			(void)!hit(h, c);
	if (h->n)
		qsort(h->cluster, h->n, sizeof *h->cluster, by_number);
	return e->code;
}

/* The state at the end of the day, and since when. */
static enum sl_code state_of(struct sl_tile_land *l, struct sl_arena *a, const struct sl_ledger_face *f,
                             int32_t day, struct sl_face_story *story, struct sl_tile_item *x,
                             struct sl_err *e)
{
	struct sl_fold fold;

	if (sl_face_story(&l->timeline, &l->ledger.cover[f->cover], f->n_cover, day, a, story, e))
		return e->code;
	fold = (struct sl_fold){.active = story->active, .n_slots = (int32_t)story->n_slots};
	x->since = SL_DAY_NONE;
	for (size_t i = 0; i < story->n; i++) {
		enum sl_land_state before = fold.state;

		sl_fold_step(&fold, &story->event[i]);
		if (fold.state != before)
			x->since = story->event[i].day;
	}
	x->state = (uint8_t)fold.state;
	return SL_OK;
}

static bool is_small(const struct sl_cluster *c, struct sl_tile_id t)
{
	struct sl_world_point nw = sl_world_from(sl_grid_degrees(c->box.x0), sl_grid_degrees(c->box.y1));
	struct sl_world_point se = sl_world_from(sl_grid_degrees(c->box.x1), sl_grid_degrees(c->box.y0));

	return sl_tile_is_small((struct sl_world_box){nw.x, nw.y, se.x, se.y}, t);
}

/* Items for all faces with a state; missing clusters are made ready first.  Leaves m->tiles->lock for
 * reading. */
static enum sl_code gather(struct sl_tile_maker *m, struct sl_tile_land *l, const struct hits *h,
                           struct sl_tile_id tile, const struct sl_tile_options *o, int32_t day,
                           struct sl_tile_item **out, size_t *n_out, struct sl_err *e)
{
	/* Where all that is smaller than a pixel is only counted, where it is suffices: whole countries need no
	 * cutting. */
	const bool light = o->merge && !o->all_fields;
	const struct sl_packed ***own = sl_arena_alloc(&m->arena, h->n + 1, sizeof *own, e);
	struct sl_tiles *t = m->tiles;
	struct sl_face_story story = {0};
	struct sl_tile_item *item;
	size_t n_faces = 0, n = 0;

	if (!own)
		return e->code;
	for (size_t i = 0; i < h->n; i++) {
		const struct sl_cluster *c = &l->ledger.cluster[h->cluster[i]];
		bool missing = false;

		n_faces += c->n_faces;
		if (light && is_small(c, tile))
			continue;
		pthread_rwlock_rdlock(&t->lock);
		for (uint32_t k = 0; k < c->n_faces; k++)
			missing |= !sl_tile_kept(&t->face, c->face + k);
		pthread_rwlock_unlock(&t->lock);
		if (!missing)
			continue;
		own[i] = sl_arena_alloc(&m->arena, c->n_faces + 1, sizeof **own, e);
		if (!own[i])
			return e->code;
		pthread_rwlock_wrlock(&t->lock);
		(void)!pack_cluster(m, l, h->cluster[i], own[i], e);
		pthread_rwlock_unlock(&t->lock);
		if (e->code)
			return e->code;
	}
	item = sl_arena_alloc(&m->arena, n_faces + 1, sizeof *item, e);
	if (!item)
		return e->code;
	pthread_rwlock_rdlock(&t->lock); /* faces are never forgotten while the land is locked */
	for (size_t i = 0; i < h->n && !e->code; i++) {
		const struct sl_cluster *c = &l->ledger.cluster[h->cluster[i]];
		bool small = light && is_small(c, tile);

		for (uint32_t k = 0; k < c->n_faces && !e->code; k++) {
			const struct sl_ledger_face *f = &l->ledger.face[c->face + k];
			const struct sl_packed *p = small               ? NULL
			                            : own[i] && own[i][k] ? own[i][k]
			                                                : sl_tile_kept(&t->face, c->face + k);
			struct sl_tile_item x = {.id = c->face + k,
			                         .packed = p,
			                         .cluster = h->cluster[i],
			                         .placed = light,
			                         .area_m2 = (double)f->area_mm2 / 1e6};

			if ((!p && !small) || state_of(l, &m->arena, f, day, &story, &x, e) || x.state == SL_STATE_NONE)
				continue;
			if (light)
				x.at = sl_world_from(f->lon, f->lat);
			item[n++] = x;
		}
	}
	if (e->code)
		pthread_rwlock_unlock(&t->lock);
	*out = item;
	*n_out = n;
	return e->code;
}

static enum sl_code make(struct sl_tile_maker *m, struct sl_tile_land *l, struct sl_tile_id t,
                         const struct sl_tile_options *o, int32_t day, struct sl_err *e)
{
	struct sl_tile_item *item;
	struct hits h;
	size_t n;

	if (clusters_in(m, l, t, o, &h, e) || gather(m, l, &h, t, o, day, &item, &n, e))
		return e->code;
	(void)!sl_tile_write(m, SL_STR("land"), t, o, item, n, true, e);
	pthread_rwlock_unlock(&m->tiles->lock);
	return e->code;
}

enum sl_code sl_tile_land(struct sl_tile_maker *m, struct sl_date as_of, struct sl_tile_id t,
                          const struct sl_tile_options *o, struct sl_tile_bytes **out, struct sl_err *e)
{
	struct sl_tile_key key = {SL_TILE_LAYER_LAND, as_of.day, sl_tile_variant(o), t};
	struct sl_tile_bytes *tile = NULL;
	uint64_t epoch;

	if (sl_tile_check_id(t, e))
		return e->code;
	if (sl_date_is_none(as_of))
		return sl_fail(e, SL_INVALID, "the land has a state at a date; none was given");
	if (lock_land(m, e))
		return e->code;
	/* Nobody moves the land on while it is locked: what is made now is right for its moment. */
	epoch = sl_tile_cache_epoch(m->tiles->cache);
	if (!o->no_cache)
		tile = sl_tile_cache_get(m->tiles->cache, &key);
	if (!tile && !make(m, m->tiles->land, t, o, as_of.day, e) &&
	    !sl_tile_bytes_new(sl_buf_view(&m->tile), m->layer.n_features, m->tiles->land->seq, &tile, e) &&
	    !o->no_cache)
		sl_tile_cache_put(m->tiles->cache, &key, tile, epoch);
	sl_store_read_end(m->db);
	pthread_rwlock_unlock(&m->tiles->land_lock);
	sl_tile_maker_rest(m);
	if (!e->code)
		*out = tile;
	return e->code;
}
