#include "ledger/ledger.h"

#include "base/parallel.h"
#include "geo/area.h"
#include "geo/wkb.h"
#include "ledger/admin.h"
#include "ledger/square_millimetres.h"

#include <math.h>
#include <string.h>

/* ---- shapes ---- */

struct shape {
	struct sl_grid_shape grid;
	int64_t area_mm2;
};

static uint64_t mix(uint64_t h, int64_t v)
{
	h = (h ^ (uint64_t)v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* A sum over edges: the same for every start vertex, direction and order of rings. */
static uint64_t hash_boundary(const struct sl_grid_shape *s)
{
	uint64_t sum = 1;
	uint32_t first = 0;

	for (uint32_t r = 0; r < s->n_rings; first = s->ring_end[r++])
		for (uint32_t i = first, j = s->ring_end[r] - 1; i < s->ring_end[r]; j = i++) {
			struct sl_grid_point p = s->point[j], q = s->point[i];
			bool turn = q.x < p.x || (q.x == p.x && q.y < p.y);

			sum += mix(mix(mix(mix(0, turn ? q.x : p.x), turn ? q.y : p.y), turn ? p.x : q.x), turn ? p.y : q.y);
		}
	return sum ? sum : 1;
}

/* Fill shape and the event's facts from WKB. A polygon that cannot be used covers nothing (and is a finding of
 * the checks); it never stops the ledger. */
static enum sl_code read_shape(struct sl_arena *a, struct sl_arena *scratch, struct sl_str wkb,
                               struct sl_ledger_event *ev, struct shape *out, struct sl_err *e)
{
	struct sl_geom g;

	if (sl_wkb_read(scratch, wkb, &g, e)) {
		if (e->code == SL_NOMEM)
			return e->code;
		sl_err_clear(e);
		ev->missing = true;
		return SL_OK;
	}
	if (g.type != SL_GEOM_POLYGON || !sl_geom_in_range(&g)) {
		ev->missing = true;
		return SL_OK;
	}
	if (sl_grid_shape_from(a, &g, &out->grid, e))
		return e->code;
	out->area_mm2 = sl_square_millimetres(sl_geom_area_m2(&g));
	ev->shape = hash_boundary(&out->grid);
	ev->missing = !out->grid.n_rings;
	return SL_OK;
}

/* ---- a cluster's faces ---- */

struct faces {
	struct sl_ledger_face *face;
	uint32_t *cover; /* event numbers; face[i].cover counts from 0 here */
	uint32_t n_faces, n_cover;
};

/* Cut the shapes of the given events (ascending) into faces. */
static enum sl_code cut(struct sl_arena *keep, struct sl_arena *scratch, const struct sl_admin *ad,
                        const struct shape *shapes, const uint32_t *events, size_t n,
                        struct sl_grid_box box, struct faces *out, struct sl_geom **geometry,
                        struct sl_err *e)
{
	struct sl_admin_piece *piece = NULL;
	struct sl_grid_shape *all;
	struct sl_arrangement r;
	size_t n_pieces = 0, total = 0;
	int64_t base1 = 0, base2 = 0;
	bool cut1 = false, cut2 = false;

	if (ad && ad->n_units) {
		sl_admin_at(ad, (struct sl_grid_point){shapes[0].grid.point[0].x, shapes[0].grid.point[0].y}, &base1,
		            &base2);
		if (sl_admin_pieces(ad, scratch, box, &piece, &n_pieces, e))
			return e->code;
		for (size_t i = 0; i < n_pieces; i++) {
			cut1 |= piece[i].unit->level == 1;
			cut2 |= piece[i].unit->level == 2;
		}
	}
	if (n == 1 && !n_pieces && !geometry) {
		out->face = sl_arena_alloc(keep, 1, sizeof *out->face, e);
		out->cover = out->face ? sl_arena_alloc(keep, 1, sizeof *out->cover, e) : NULL;
		if (!out->cover)
			return e->code;
		out->cover[0] = events[0];
		out->n_faces = out->n_cover = 1;
		out->face[0] = (struct sl_ledger_face){
			.area_mm2 = shapes[0].area_mm2, .n_cover = 1, .admin1 = (int32_t)base1, .admin2 = (int32_t)base2,
			.lon = sl_grid_degrees(shapes[0].grid.point[0].x), .lat = sl_grid_degrees(shapes[0].grid.point[0].y)};
		return SL_OK;
	}
	all = sl_arena_alloc(scratch, n + n_pieces, sizeof *all, e);
	if (!all)
		return e->code;
	for (size_t i = 0; i < n; i++)
		all[i] = shapes[i].grid;
	for (size_t i = 0; i < n_pieces; i++)
		all[n + i] = piece[i].shape;
	if (sl_arrange(scratch, all, n + n_pieces, n, geometry != NULL, &r, e))
		return e->code;
	for (size_t i = 0; i < r.n_faces; i++)
		total += r.face[i].n_cover;
	out->face = sl_arena_alloc(keep, r.n_faces, sizeof *out->face, e);
	out->cover = out->face ? sl_arena_alloc(keep, total, sizeof *out->cover, e) : NULL;
	if (geometry)
		*geometry = out->cover ? sl_arena_alloc(keep, r.n_faces, sizeof **geometry, e) : NULL;
	if (!out->cover || (geometry && !*geometry))
		return e->code;
	out->n_faces = (uint32_t)r.n_faces;
	for (uint32_t i = 0; i < out->n_faces; i++) {
		const struct sl_face *from = &r.face[i];
		struct sl_ledger_face *f = &out->face[i];

		*f = (struct sl_ledger_face){.area_mm2 = sl_square_millimetres(from->area_m2), .cover = out->n_cover,
		                             .admin1 = cut1 ? 0 : (int32_t)base1, .admin2 = cut2 ? 0 : (int32_t)base2,
		                             .lon = from->lon, .lat = from->lat};
		for (uint32_t k = 0; k < from->n_cover; k++) {
			const struct sl_admin_unit *u;

			if (from->cover[k] < n) {
				out->cover[out->n_cover++] = events[from->cover[k]];
				f->n_cover++;
				continue;
			}
			u = piece[from->cover[k] - n].unit; /* pieces come by record number: the first counts */
			if (u->level == 1 && !f->admin1)
				f->admin1 = (int32_t)u->record;
			if (u->level == 2 && !f->admin2)
				f->admin2 = (int32_t)u->record;
		}
		if (geometry)
			(*geometry)[i] = from->geometry;
	}
	return SL_OK;
}

/* Append a cluster with its faces to the ledger. */
static enum sl_code append_cluster(struct sl_ledger *l, const struct faces *f, struct sl_grid_box box,
                                   uint32_t block, struct sl_err *e)
{
	struct sl_cluster *c;
	uint32_t number = (uint32_t)l->n_clusters;

	l->cluster = sl_arena_grow(&l->arena, l->cluster, &l->cap_clusters, l->n_clusters + 1, sizeof *c, e);
	if (!l->cluster)
		return e->code;
	l->face = sl_arena_grow(&l->arena, l->face, &l->cap_faces, l->n_faces + f->n_faces, sizeof *l->face, e);
	if (!l->face)
		return e->code;
	l->cover = sl_arena_grow(&l->arena, l->cover, &l->cap_cover, l->n_cover + f->n_cover, sizeof *l->cover, e);
	if (!l->cover)
		return e->code;
	c = &l->cluster[number];
	*c = (struct sl_cluster){.box = box, .face = (uint32_t)l->n_faces, .n_faces = f->n_faces, .block = block};
	for (uint32_t i = 0; i < f->n_faces; i++) {
		l->face[l->n_faces + i] = f->face[i];
		l->face[l->n_faces + i].cover += (uint32_t)l->n_cover;
	}
	for (uint32_t i = 0; i < f->n_cover; i++) {
		l->cover[l->n_cover + i] = f->cover[i];
		l->cluster_of[f->cover[i]] = number;
	}
	l->n_faces += f->n_faces;
	l->n_cover += f->n_cover;
	l->n_clusters++;
	return SL_OK;
}

static enum sl_code mark_dirty(struct sl_ledger *l, uint32_t block, struct sl_err *e)
{
	l->block_dirty = sl_arena_grow(&l->arena, l->block_dirty, &l->cap_dirty, block + 1, sizeof *l->block_dirty, e);
	if (!l->block_dirty)
		return e->code;
	l->block_dirty[block] = true;
	if (block >= l->n_blocks)
		l->n_blocks = block + 1;
	return SL_OK;
}

static enum sl_code grow_events(struct sl_ledger *l, const struct sl_land_event *rows, size_t n,
                                struct sl_err *e)
{
	size_t first = l->n_events;

	l->event = sl_arena_grow(&l->arena, l->event, &l->cap_events, first + n, sizeof *l->event, e);
	l->cluster_of = l->event ? sl_arena_grow(&l->arena, l->cluster_of, &l->cap_cluster_of, first + n,
	                                         sizeof *l->cluster_of, e) : NULL;
	if (!l->cluster_of)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		struct sl_ledger_event *ev = &l->event[first + i];

		const struct sl_land_event *r = &rows[i];
		int64_t unit1 = 0, unit2 = 0;

		if (!r->polygon && l->admin && l->admin->n_units && isfinite(r->lon))
			sl_admin_at(l->admin, sl_grid_from(r->lon, r->lat), &unit1, &unit2);
		*ev = (struct sl_ledger_event){
			.seq = r->seq, .approved_ms = r->approved_ms, .reported_m2 = r->reported_m2,
			.record = (int32_t)r->record, .hazard = (int32_t)r->hazard, .geometry = (int32_t)r->geometry,
			.day = r->day, .organisation = r->organisation, .admin1 = r->admin1, .admin2 = r->admin2,
			.unit1 = (int32_t)unit1, .unit2 = (int32_t)unit2, .contamination = r->contamination, .what = r->what,
			.correction = r->correction, .polygon = r->polygon};
		l->cluster_of[first + i] = UINT32_MAX;
	}
	l->n_events = first + n;
	return SL_OK;
}

/* ---- building whole ---- */

struct build {
	struct sl_ledger *l;
	struct shape *shape;        /* by event */
	uint32_t *first, *next;     /* geometry id -> events that use it */
	int64_t max_geometry;
	struct sl_arena keep, scratch;
	const struct sl_env *env;
	int64_t last_seq;           /* 0: all of the log */
	struct sl_boxtree tree;
	uint32_t *root;             /* union-find over events */
	struct worker {
		struct sl_arena keep, scratch;
		uint32_t (*pair)[2];
		size_t n, cap;
	} worker[SL_WORKERS_MAX];
	uint32_t *member, *start;   /* cluster -> events */
	size_t n_clusters;
	struct faces *faces;        /* by cluster */
	struct sl_grid_box *box;    /* by cluster */
};

static enum sl_code take_geometry(void *ctx, int64_t id, struct sl_str wkb, bool repaired, struct sl_err *e)
{
	struct build *b = ctx;
	uint32_t first;

	if (id > b->max_geometry || (first = b->first[id]) == UINT32_MAX)
		return SL_OK;
	if (b->env && id % 1024 == 0) {
		if (sl_env_stopped(b->env))
			return sl_fail(e, SL_CANCELLED, "interrupted");
		sl_env_progress(b->env, "reading boundaries", (uint64_t)id, (uint64_t)b->max_geometry);
	}
	for (uint32_t i = first; i != UINT32_MAX; i = b->next[i]) {
		struct sl_arena_mark mark = sl_arena_mark(&b->scratch);

		b->l->event[i].repaired = repaired;
		if (read_shape(&b->keep, &b->scratch, wkb, &b->l->event[i], &b->shape[i], e))
			return e->code;
		sl_arena_reset(&b->scratch, mark);
	}
	return SL_OK;
}

static enum sl_code read_shapes(struct build *b, struct sl_db *db, struct sl_err *e)
{
	struct sl_ledger *l = b->l;

	for (size_t i = 0; i < l->n_events; i++)
		if (l->event[i].polygon && l->event[i].geometry > b->max_geometry)
			b->max_geometry = l->event[i].geometry;
	b->shape = sl_arena_alloc(&b->keep, l->n_events, sizeof *b->shape, e);
	b->next = b->shape ? sl_arena_alloc(&b->keep, l->n_events, sizeof *b->next, e) : NULL;
	b->first = b->next ? sl_arena_alloc(&b->keep, (size_t)b->max_geometry + 1, sizeof *b->first, e) : NULL;
	if (!b->first)
		return e->code;
	memset(b->first, 0xff, ((size_t)b->max_geometry + 1) * sizeof *b->first);
	for (uint32_t i = 0; i < l->n_events; i++) {
		l->event[i].missing = l->event[i].polygon;
		b->next[i] = UINT32_MAX;
		if (!l->event[i].polygon)
			continue;
		b->next[i] = b->first[l->event[i].geometry];
		b->first[l->event[i].geometry] = i;
	}
	return b->max_geometry ? sl_store_geometries(db, 1, b->max_geometry, take_geometry, b, e) : SL_OK;
}

struct pair_search {
	struct build *b;
	struct worker *w;
	uint32_t i;
	struct sl_err *e;
};

static bool try_pair(void *ctx, uint32_t k)
{
	struct pair_search *s = ctx;
	struct worker *w = s->w;

	if (k <= s->i || !sl_grid_meet(&s->b->shape[s->i].grid, &s->b->shape[k].grid))
		return true;
	w->pair = sl_arena_grow(&w->keep, w->pair, &w->cap, w->n + 1, sizeof *w->pair, s->e);
	if (!w->pair)
		return false;
	w->pair[w->n][0] = s->i;
	w->pair[w->n++][1] = k;
	return true;
}

static enum sl_code find_pairs(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct build *b = ctx;
	struct pair_search s = {b, &b->worker[worker], 0, e};

	for (size_t i = first; i < last && !e->code; i++)
		if (b->shape[i].grid.n_rings) {
			s.i = (uint32_t)i;
			sl_boxtree_search(&b->tree, b->shape[i].grid.box, try_pair, &s);
		}
	return e->code;
}

static uint32_t find_root(uint32_t *root, uint32_t i)
{
	while (root[i] != i)
		i = root[i] = root[root[i]];
	return i;
}

/* Clusters in Hilbert order of their first shape, so that a stored block is a neighbourhood. */
static enum sl_code form_clusters(struct build *b, struct sl_err *e)
{
	size_t n = b->l->n_events;
	uint32_t *number = sl_arena_alloc(&b->keep, n, sizeof *number, e);
	struct sl_grid_box *box = number ? sl_arena_alloc(&b->keep, n, sizeof *box, e) : NULL;

	b->root = box ? sl_arena_alloc(&b->keep, n, sizeof *b->root, e) : NULL;
	if (!b->root)
		return e->code;
	for (uint32_t i = 0; i < n; i++) {
		b->root[i] = i;
		box[i] = b->shape[i].grid.n_rings ? b->shape[i].grid.box
		                                  : (struct sl_grid_box){INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};
	}
	if (sl_boxtree_build(&b->keep, box, n, &b->tree, e) || sl_parallel(b->env, n, 256, find_pairs, b, e))
		return e->code;
	for (unsigned w = 0; w < SL_WORKERS_MAX; w++)
		for (size_t k = 0; k < b->worker[w].n; k++) {
			uint32_t x = find_root(b->root, b->worker[w].pair[k][0]);
			uint32_t y = find_root(b->root, b->worker[w].pair[k][1]);

			b->root[x > y ? x : y] = x > y ? y : x;
		}
	memset(number, 0xff, n * sizeof *number);
	b->start = sl_arena_alloc(&b->keep, n + 2, sizeof *b->start, e);
	b->member = b->start ? sl_arena_alloc(&b->keep, n, sizeof *b->member, e) : NULL;
	if (!b->member)
		return e->code;
	for (size_t k = 0; k < n; k++) {
		uint32_t i = b->tree.item[k], r = find_root(b->root, i);

		if (!b->shape[i].grid.n_rings)
			continue;
		if (number[r] == UINT32_MAX)
			number[r] = (uint32_t)b->n_clusters++;
		b->start[number[r] + 2]++;
	}
	for (size_t c = 0; c < b->n_clusters; c++)
		b->start[c + 2] += b->start[c + 1];
	for (uint32_t i = 0; i < n; i++) /* members in event order */
		if (b->shape[i].grid.n_rings)
			b->member[b->start[number[find_root(b->root, i)] + 1]++] = i;
	return SL_OK;
}

static enum sl_code gather(struct sl_arena *a, const struct shape *by_event, const uint32_t *events, size_t n,
                           struct shape **out, struct sl_grid_box *box, struct sl_err *e)
{
	struct shape *s = sl_arena_alloc(a, n, sizeof *s, e);

	if (!s)
		return e->code;
	*box = (struct sl_grid_box){INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN};
	for (size_t i = 0; i < n; i++) {
		const struct sl_grid_box *g = &by_event[events[i]].grid.box;

		s[i] = by_event[events[i]];
		box->x0 = g->x0 < box->x0 ? g->x0 : box->x0;
		box->y0 = g->y0 < box->y0 ? g->y0 : box->y0;
		box->x1 = g->x1 > box->x1 ? g->x1 : box->x1;
		box->y1 = g->y1 > box->y1 ? g->y1 : box->y1;
	}
	*out = s;
	return SL_OK;
}

static enum sl_code cut_clusters(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct build *b = ctx;
	struct worker *w = &b->worker[worker];

	for (size_t c = first; c < last; c++) {
		struct sl_arena_mark mark = sl_arena_mark(&w->scratch);
		const uint32_t *events = b->member + b->start[c];
		size_t n = b->start[c + 1] - b->start[c];
		struct shape *shapes = NULL;

		if (gather(&w->scratch, b->shape, events, n, &shapes, &b->box[c], e) ||
		    cut(&w->keep, &w->scratch, b->l->admin, shapes, events, n, b->box[c], &b->faces[c], NULL, e))
			return e->code;
		sl_arena_reset(&w->scratch, mark);
	}
	return SL_OK;
}

enum { BLOCK_FACES = 512 };

static enum sl_code collect(struct build *b, struct sl_err *e)
{
	struct sl_ledger *l = b->l;
	uint32_t block = 0, in_block = 0;

	for (size_t c = 0; c < b->n_clusters; c++) {
		if (in_block && in_block + b->faces[c].n_faces > BLOCK_FACES) {
			block++;
			in_block = 0;
		}
		in_block += b->faces[c].n_faces;
		if (append_cluster(l, &b->faces[c], b->box[c], block, e) || mark_dirty(l, block, e))
			return e->code;
	}
	l->last_block_faces = in_block;
	return SL_OK;
}

static enum sl_code build(struct build *b, struct sl_db *db, struct sl_err *e)
{
	struct sl_ledger *l = b->l;
	struct sl_land_event *rows;
	size_t n;

	if (sl_admin_load_at(&l->arena, db, b->last_seq, &l->admin, e))
		return e->code;
	l->admin_digest = l->admin->digest;
	l->has_admin1 = l->admin->has1;
	l->has_admin2 = l->admin->has2;
	if (sl_store_land_events_to(db, &b->keep, b->last_seq ? b->last_seq : INT64_MAX, &rows, &n, e) ||
	    grow_events(l, rows, n, e) ||
	    read_shapes(b, db, e) || form_clusters(b, e))
		return e->code;
	b->faces = sl_arena_alloc(&b->keep, b->n_clusters, sizeof *b->faces, e);
	b->box = b->faces ? sl_arena_alloc(&b->keep, b->n_clusters, sizeof *b->box, e) : NULL;
	if (!b->box || sl_parallel(b->env, b->n_clusters, 64, cut_clusters, b, e))
		return e->code;
	return collect(b, e);
}

enum sl_code sl_ledger_build(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env, struct sl_err *e)
{
	return sl_ledger_build_at(l, db, env, 0, e);
}

enum sl_code sl_ledger_build_at(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env, int64_t last_seq,
                                struct sl_err *e)
{
	struct sl_arena a = {0};
	struct build *b = sl_arena_alloc(&a, 1, sizeof *b, e);

	sl_ledger_close(l);
	if (!b)
		return e->code;
	b->l = l;
	b->env = env;
	b->last_seq = last_seq;
	if (!build(b, db, e))
		l->rebuilt = true;
	for (unsigned w = 0; w < SL_WORKERS_MAX; w++) {
		sl_arena_done(&b->worker[w].keep);
		sl_arena_done(&b->worker[w].scratch);
	}
	sl_arena_done(&b->keep);
	sl_arena_done(&b->scratch);
	sl_arena_done(&a);
	if (e->code)
		sl_ledger_close(l);
	return e->code;
}

void sl_ledger_close(struct sl_ledger *l)
{
	sl_arena_done(&l->arena);
	*l = (struct sl_ledger){0};
}

/* ---- growing ---- */

/* The events whose boundaries make a cluster, ascending. */
static enum sl_code members(struct sl_ledger *l, uint32_t cluster, struct sl_arena *a, uint32_t **out,
                            size_t *n, size_t *cap, struct sl_err *e)
{
	const struct sl_cluster *c = &l->cluster[cluster];

	for (uint32_t f = c->face; f < c->face + c->n_faces; f++)
		for (uint32_t k = 0; k < l->face[f].n_cover; k++) {
			uint32_t ev = l->cover[l->face[f].cover + k];
			bool seen = false;

			for (size_t i = 0; i < *n && !seen; i++)
				seen = (*out)[i] == ev;
			if (seen)
				continue;
			*out = sl_arena_grow(a, *out, cap, *n + 1, sizeof **out, e);
			if (!*out)
				return e->code;
			(*out)[(*n)++] = ev;
		}
	return SL_OK;
}

static enum sl_code load_shape(struct sl_ledger *l, struct sl_db *db, struct sl_arena *a, uint32_t event,
                               struct shape *out, struct sl_err *e)
{
	struct sl_geom g;
	struct sl_buf wkb = {0};
	bool repaired;

	*out = (struct shape){0};
	if (sl_store_geometry(db, a, l->event[event].geometry, &g, &repaired, e))
		return e->code;
	l->event[event].repaired = repaired;
	sl_wkb_write(&wkb, &g);
	if (!sl_buf_check(&wkb, e))
		(void)!read_shape(a, a, sl_buf_view(&wkb), &l->event[event], out, e);
	sl_buf_done(&wkb);
	return e->code;
}

static void sort_numbers(uint32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t x = v[i];
		size_t k = i;

		for (; k > 0 && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

/* ---- where a new boundary meets what is there ---- */

struct numbers { /* cluster numbers */
	struct sl_arena *a;
	uint32_t *v;
	size_t n, cap;
	struct sl_err *e;
};

static bool add_number(void *ctx, uint32_t number)
{
	struct numbers *list = ctx;

	list->v = sl_arena_grow(list->a, list->v, &list->cap, list->n + 1, sizeof *list->v, list->e);
	if (!list->v)
		return false;
	list->v[list->n++] = number;
	return true;
}

/* Living clusters whose box meets `box`, ascending: through the tree, and one by one those made since. */
static enum sl_code clusters_near(const struct sl_ledger *l, struct sl_grid_box box, struct numbers *list,
                                  struct sl_err *e)
{
	size_t kept = 0;

	list->n = 0;
	list->e = e;
	sl_boxtree_search(&l->tree, box, add_number, list);
	for (uint32_t c = l->n_in_tree; c < l->n_clusters && !e->code; c++)
		if (sl_grid_boxes_meet(l->cluster[c].box, box))
			add_number(list, c);
	for (size_t i = 0; i < list->n; i++)
		if (!l->cluster[list->v[i]].dead)
			list->v[kept++] = list->v[i];
	list->n = kept;
	sort_numbers(list->v, list->n);
	return e->code;
}

/* One look through all clusters is cheaper than a tree; from the second change on the tree pays. */
static enum sl_code keep_tree(struct sl_ledger *l, struct sl_err *e)
{
	struct sl_grid_box *box;

	if (l->n_syncs++ < 1 || (l->n_in_tree && l->n_clusters - l->n_in_tree < 4096))
		return SL_OK;
	box = sl_arena_alloc(&l->arena, l->n_clusters, sizeof *box, e);
	if (!box)
		return e->code;
	for (size_t c = 0; c < l->n_clusters; c++)
		box[c] = l->cluster[c].box;
	if (sl_boxtree_build(&l->arena, box, l->n_clusters, &l->tree, e))
		return e->code;
	l->n_in_tree = (uint32_t)l->n_clusters;
	return SL_OK;
}

/* Chain the events of each record, up to the last event. */
static enum sl_code chain_events(struct sl_ledger *l, struct sl_err *e)
{
	int32_t top = 0;

	for (size_t i = l->n_before; i < l->n_events; i++)
		top = l->event[i].record > top ? l->event[i].record : top;
	l->before = sl_arena_grow(&l->arena, l->before, &l->cap_before, l->n_events, sizeof *l->before, e);
	l->last_of = l->before ? sl_arena_grow(&l->arena, l->last_of, &l->n_last_of, (size_t)top + 1,
	                                       sizeof *l->last_of, e) : NULL;
	if (!l->last_of)
		return e->code;
	for (; l->n_before < l->n_events; l->n_before++) {
		uint32_t *last = &l->last_of[l->event[l->n_before].record];

		l->before[l->n_before] = *last;
		*last = (uint32_t)l->n_before + 1;
	}
	return SL_OK;
}

/* Node one new boundary into the ledger: with the clusters it really meets, if any. */
static enum sl_code add_shape(struct sl_ledger *l, struct sl_db *db, uint32_t event, struct sl_arena *a,
                              struct sl_err *e)
{
	struct shape own, *shapes;
	uint32_t *events = NULL, block = l->n_blocks ? l->n_blocks - 1 : 0;
	size_t n = 0, cap = 0;
	struct numbers near = {.a = a};
	struct sl_grid_box box;
	struct faces f = {0};
	bool placed = false;

	if (load_shape(l, db, a, event, &own, e))
		return e->code;
	if (!own.grid.n_rings)
		return SL_OK;
	box = own.grid.box;
	if (clusters_near(l, box, &near, e))
		return e->code;
	for (size_t k = 0; k < near.n; k++) {
		struct sl_cluster *c = &l->cluster[near.v[k]];
		size_t before = n;
		bool meets = false;

		if (members(l, near.v[k], a, &events, &n, &cap, e))
			return e->code;
		for (size_t i = before; i < n && !meets; i++) {
			struct shape other;

			if (load_shape(l, db, a, events[i], &other, e))
				return e->code;
			meets = sl_grid_meet(&own.grid, &other.grid);
		}
		if (!meets) {
			n = before;
			continue;
		}
		c->dead = true;
		if (mark_dirty(l, c->block, e))
			return e->code;
		if (!placed)
			block = c->block;
		placed = true;
	}
	events = sl_arena_grow(a, events, &cap, n + 1, sizeof *events, e);
	if (!events)
		return e->code;
	events[n++] = event;
	sort_numbers(events, n);
	shapes = sl_arena_alloc(a, n, sizeof *shapes, e);
	if (!shapes)
		return e->code;
	for (size_t i = 0; i < n; i++) {
		const struct sl_grid_box *s = &shapes[i].grid.box;

		if (load_shape(l, db, a, events[i], &shapes[i], e))
			return e->code;
		box.x0 = s->x0 < box.x0 ? s->x0 : box.x0;
		box.y0 = s->y0 < box.y0 ? s->y0 : box.y0;
		box.x1 = s->x1 > box.x1 ? s->x1 : box.x1;
		box.y1 = s->y1 > box.y1 ? s->y1 : box.y1;
	}
	if (cut(a, a, l->admin, shapes, events, n, box, &f, NULL, e))
		return e->code;
	if (!placed && l->last_block_faces + f.n_faces > BLOCK_FACES) {
		block = l->n_blocks;
		l->last_block_faces = 0;
	}
	if (!placed)
		l->last_block_faces += f.n_faces;
	return append_cluster(l, &f, box, block, e) || mark_dirty(l, block, e) ? e->code : SL_OK;
}

/* Clusters whose faces change when the events from `first` on come in: those that meet a new boundary, and
 * those that hold any boundary of a record that got a new event (its other versions end there). */
static enum sl_code affected(struct sl_ledger *l, struct sl_db *db, size_t first, struct numbers *out,
                             struct sl_err *e)
{
	struct numbers near = {.a = out->a};
	size_t kept = 0;

	out->e = e;
	for (size_t i = first; i < l->n_events; i++) {
		struct shape s = {0};

		if (l->event[i].polygon && load_shape(l, db, out->a, (uint32_t)i, &s, e))
			return e->code;
		if (s.grid.n_rings && clusters_near(l, s.grid.box, &near, e))
			return e->code;
		for (size_t k = 0; s.grid.n_rings && k < near.n; k++)
			if (!add_number(out, near.v[k]))
				return e->code;
		for (uint32_t k = l->before[i]; k; k = l->before[k - 1])
			if (l->cluster_of[k - 1] != UINT32_MAX && !add_number(out, l->cluster_of[k - 1]))
				return e->code;
	}
	sort_numbers(out->v, out->n);
	for (size_t i = 0; i < out->n; i++)
		if (!i || out->v[i] != out->v[i - 1])
			out->v[kept++] = out->v[i];
	out->n = kept;
	return SL_OK;
}

/* Does a release name a hazard that is not recorded, or one of which nothing was approved yet (a reviewer may have
 * found it to be another one since)? */
static enum sl_code names_nobody(const struct sl_ledger *l, struct sl_arena *a, bool *out, struct sl_err *e)
{
	size_t top = 0;
	bool *there;

	*out = false;
	for (size_t i = 0; i < l->n_events; i++) {
		top = (size_t)l->event[i].record > top ? (size_t)l->event[i].record : top;
		top = l->event[i].hazard > 0 && (size_t)l->event[i].hazard > top ? (size_t)l->event[i].hazard : top;
	}
	there = sl_arena_alloc(a, top + 1, sizeof *there, e);
	if (!there)
		return e->code;
	for (size_t i = 0; i < l->n_events; i++)
		if (l->event[i].what <= SL_LAND_OTHER)
			there[l->event[i].record] = true;
	for (size_t i = 0; i < l->n_events && !*out; i++)
		*out = l->event[i].hazard < 0 || (l->event[i].hazard > 0 && !there[l->event[i].hazard]);
	return SL_OK;
}

/* A release may name a hazard that is recorded later: when a new hazard came, look again. */
static enum sl_code resolve_names(struct sl_ledger *l, struct sl_db *db, size_t first, struct sl_arena *a,
                                  struct sl_err *e)
{
	bool unresolved = false, hazard = false;
	struct sl_land_event *rows;
	size_t n;

	for (size_t i = first; i < l->n_events; i++)
		hazard |= l->event[i].what <= SL_LAND_OTHER;
	if (!hazard || names_nobody(l, a, &unresolved, e) || !unresolved)
		return e->code;
	if (sl_store_land_events(db, a, 0, INT64_MAX, &rows, &n, e))
		return e->code;
	for (size_t i = 0; i < l->n_events && i < n; i++)
		if (l->event[i].hazard != rows[i].hazard) {
			l->event[i].hazard = (int32_t)rows[i].hazard;
			if (i < l->n_saved_events)
				l->n_saved_events = i;
		}
	return SL_OK;
}

static enum sl_code sync(struct sl_ledger *l, struct sl_db *db, const struct sl_ledger_watch *watch,
                         const struct sl_land_event *rows, size_t n, struct sl_arena *a, struct sl_err *e)
{
	static const struct sl_ledger_watch nobody;
	size_t first = l->n_events, old_clusters = l->n_clusters;
	struct numbers hit = {.a = a};

	if (!watch)
		watch = &nobody;
	if (!l->admin && sl_admin_load(&l->arena, db, &l->admin, e))
		return e->code;
	if (grow_events(l, rows, n, e) || keep_tree(l, e) || chain_events(l, e) || affected(l, db, first, &hit, e))
		return e->code;
	for (size_t i = 0; i < hit.n && watch->leave; i++)
		watch->leave(watch->ctx, &l->cluster[hit.v[i]]);
	if (first && resolve_names(l, db, first, a, e))
		return e->code;
	if (watch->events)
		watch->events(watch->ctx, first);
	for (size_t i = first; i < l->n_events; i++) {
		struct sl_arena_mark mark = sl_arena_mark(a);

		if (l->event[i].polygon && add_shape(l, db, (uint32_t)i, a, e))
			return e->code;
		sl_arena_reset(a, mark);
	}
	for (size_t c = old_clusters; c < l->n_clusters; c++)
		if (!add_number(&hit, (uint32_t)c))
			return e->code;
	for (size_t i = 0; i < hit.n && watch->enter; i++)
		if (!l->cluster[hit.v[i]].dead && watch->enter(watch->ctx, &l->cluster[hit.v[i]], e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_ledger_sync(struct sl_ledger *l, struct sl_db *db, const struct sl_ledger_watch *watch,
                            struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_land_event *rows;
	size_t n, have = l->n_events;

	if (!sl_store_land_events(db, &a, have ? l->event[have - 1].seq : 0, INT64_MAX, &rows, &n, e) && n)
		(void)!sync(l, db, watch, rows, n, &a, e);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_ledger_local(struct sl_ledger *l, struct sl_db *db, const struct sl_land_event *rows, size_t n,
                             struct sl_err *e)
{
	struct sl_arena a = {0};

	*l = (struct sl_ledger){0};
	l->admin = sl_arena_alloc(&l->arena, 1, sizeof *l->admin, e);
	if (l->admin)
		(void)!sync(l, db, NULL, rows, n, &a, e);
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_ledger_geometry(struct sl_ledger *l, struct sl_db *db, uint32_t cluster, struct sl_arena *a,
                                struct sl_geom **out, struct sl_err *e)
{
	uint32_t *events = NULL;
	size_t n = 0, cap = 0;
	struct shape *shapes;
	struct faces f = {0};

	if (!l->admin && sl_admin_load(&l->arena, db, &l->admin, e))
		return e->code;
	if (members(l, cluster, a, &events, &n, &cap, e))
		return e->code;
	sort_numbers(events, n);
	shapes = sl_arena_alloc(a, n, sizeof *shapes, e);
	if (!shapes)
		return e->code;
	for (size_t i = 0; i < n; i++)
		if (load_shape(l, db, a, events[i], &shapes[i], e))
			return e->code;
	return cut(a, a, l->admin, shapes, events, n, l->cluster[cluster].box, &f, out, e);
}
