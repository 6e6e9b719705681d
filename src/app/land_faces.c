#include "app/land_faces.h"

#include "geo/globe.h"
#include "ledger/timeline.h"

#include <stdlib.h>

struct numbers {
	struct sl_arena *a;
	int64_t *v;
	size_t n, cap;
};

static enum sl_code take_land(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	struct numbers *x = ctx;

	(void)rec;
	if (!sl_str_is(rev->kind->name, "hazard") && !sl_str_is(rev->kind->name, "release"))
		return SL_OK;
	x->v = sl_arena_grow(x->a, x->v, &x->cap, x->n + 1, sizeof *x->v, e);
	if (x->v)
		x->v[x->n++] = rev->record_number;
	return e->code;
}

static enum sl_code hand_out(struct sl_programme *p, struct sl_arena *a, struct sl_ledger *l, struct sl_date as_of,
                             sl_land_face_fn *fn, void *ctx, struct sl_err *e)
{
	struct sl_timeline t;

	if (sl_timeline_init(&t, a, l, INT64_MAX, e))
		return e->code;
	for (uint32_t c = 0; c < l->n_clusters; c++) {
		struct sl_geom *piece;

		if (l->cluster[c].dead)
			continue;
		if (sl_ledger_geometry(l, p->db, c, a, &piece, e))
			return e->code;
		for (uint32_t i = 0; i < l->cluster[c].n_faces; i++) {
			const struct sl_ledger_face *f = &l->face[l->cluster[c].face + i];
			struct sl_face_story story = {0};
			enum sl_land_state state;

			if (sl_face_story(&t, &l->cover[f->cover], f->n_cover, as_of.day, a, &story, e))
				return e->code;
			state = sl_story_state(&story);
			if (state != SL_STATE_NONE && fn(ctx, &piece[i], state, e))
				return e->code;
		}
	}
	return SL_OK;
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* What lies on both sides of the antimeridian is found twice. */
static void once(struct numbers *x)
{
	size_t kept = 0;

	if (x->n)
		qsort(x->v, x->n, sizeof *x->v, by_number);
	for (size_t i = 0; i < x->n; i++)
		if (!i || x->v[i] != x->v[i - 1])
			x->v[kept++] = x->v[i];
	x->n = kept;
}

enum sl_code sl_land_faces(struct sl_programme *p, struct sl_box box, struct sl_date as_of, sl_land_face_fn *fn,
                           void *ctx, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct numbers x = {.a = &a};
	struct sl_land_event *rows;
	struct sl_ledger l = {0};
	struct sl_box half[2];
	int halves = sl_box_halves(box, half);
	size_t n;

	for (int i = 0; i < halves && !e->code; i++)
		(void)!sl_store_near(p->db, NULL, half[i], take_land, &x, e);
	once(&x);
	if (!e->code && !sl_store_land_events_of(p->db, &a, x.v, x.n, &rows, &n, e) && !sl_ledger_local(&l, p->db, rows, n, e))
		(void)!hand_out(p, &a, &l, as_of, fn, ctx, e);
	sl_ledger_close(&l);
	sl_arena_done(&a);
	return e->code;
}
