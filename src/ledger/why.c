#include "ledger/why.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *sl_figure_name(enum sl_figure f)
{
	static const char *const names[] = {
		"opening.SHA", "opening.CHA", "stock.SHA", "stock.CHA",
		"flow.new_sha", "flow.new_cha", "flow.confirmed", "flow.downgraded", "flow.cancelled", "flow.reduced",
		"flow.cleared", "flow.reopened", "flow.boundary_gain", "flow.boundary_loss", "flow.withdrawn",
		"outside_m2", "again_m2", "without_boundary", "on_repairs_m2", "naive_m2"};

	return names[f];
}

bool sl_figure_from(struct sl_str name, enum sl_figure *out)
{
	for (int f = 0; f < SL_FIGURES; f++)
		if (sl_str_is(name, sl_figure_name((enum sl_figure)f))) {
			*out = (enum sl_figure)f;
			return true;
		}
	return false;
}

struct asking {
	struct sl_arena *a;
	const struct sl_ledger *l;
	struct sl_timeline t, u; /* u: the second account of a difference */
	struct sl_parts parts;
	struct sl_map by_key;    /* part identity -> index */
	struct sl_face_story story;
};

static int record_order(const void *pa, const void *pb)
{
	int64_t a = *(const int64_t *)pa, b = *(const int64_t *)pb;

	return (a > b) - (a < b);
}

/* Add a face's area to the part with these records (sorted here), day and states. */
static enum sl_code add_part(struct asking *q, uint32_t face, sl_mm2 area, int32_t day, enum sl_land_state from,
                             enum sl_land_state to, int64_t *records, size_t n, struct sl_err *e)
{
	struct sl_arena_mark mark = sl_arena_mark(q->a);
	const struct sl_ledger_face *f = face == UINT32_MAX ? NULL : &q->l->face[face];
	int64_t *key;
	uint64_t *index;
	struct sl_part *p;
	size_t kept = 0;
	bool is_new;

	qsort(records, n, sizeof *records, record_order);
	for (size_t i = 0; i < n; i++)
		if (!i || records[i] != records[i - 1])
			records[kept++] = records[i];
	key = sl_arena_alloc(q->a, kept + 3, sizeof *key, e);
	if (!key)
		return e->code;
	key[0] = day;
	key[1] = (int64_t)from;
	key[2] = (int64_t)to;
	memcpy(key + 3, records, kept * sizeof *key);
	index = sl_map_put(&q->by_key, (struct sl_str){(const char *)key, (kept + 3) * sizeof *key}, q->parts.n,
	                   &is_new, e);
	if (!index)
		return e->code;
	if (is_new) {
		q->parts.v = sl_arena_grow(q->a, q->parts.v, &q->parts.cap, q->parts.n + 1, sizeof *q->parts.v, e);
		if (!q->parts.v)
			return e->code;
		q->parts.v[q->parts.n++] = (struct sl_part){
			.day = day, .record = key + 3, .n_records = kept, .from = from, .to = to,
			.lon = f ? f->lon : (double)NAN, .lat = f ? f->lat : (double)NAN};
	} else {
		sl_arena_reset(q->a, mark);
	}
	p = &q->parts.v[*index];
	p->mm2 += area;
	q->parts.total += area;
	if (!f)
		return SL_OK;
	p->face = sl_arena_grow(q->a, p->face, &p->cap_faces, p->n_faces + 1, sizeof *p->face, e);
	if (!p->face)
		return e->code;
	p->face[p->n_faces++] = face;
	return SL_OK;
}

static int part_order(const void *pa, const void *pb)
{
	const struct sl_part *a = pa, *b = pb;

	if (a->mm2 != b->mm2)
		return a->mm2 > b->mm2 ? -1 : 1;
	if (a->day != b->day)
		return a->day < b->day ? -1 : 1;
	for (size_t i = 0; i < a->n_records && i < b->n_records; i++)
		if (a->record[i] != b->record[i])
			return a->record[i] < b->record[i] ? -1 : 1;
	return (a->n_records > b->n_records) - (a->n_records < b->n_records);
}

/* Hazards standing on the face, of both classes: a suspected area stands on confirmed ground too, as it is counted. */
static size_t standing(const struct asking *q, const uint8_t *active, int64_t *records)
{
	size_t n = 0;

	for (size_t i = 0; i < q->story.n_slots; i++)
		if (active[i])
			records[n++] = q->story.slot_record[i];
	return n;
}

static enum sl_code ask_face(struct asking *q, const struct sl_account_spec *spec, uint32_t number,
                             enum sl_figure figure, struct sl_err *e)
{
	const struct sl_ledger_face *f = &q->l->face[number];
	const uint32_t *cover = &q->l->cover[f->cover];
	struct sl_fold fold;
	int64_t *records;
	bool opened = false, repaired = false;

	if (sl_face_story(&q->t, cover, f->n_cover, spec->as_of.day, q->a, &q->story, e))
		return e->code;
	records = sl_arena_alloc(q->a, q->story.n_slots + 1, sizeof *records, e);
	if (!records)
		return e->code;
	fold = (struct sl_fold){.active = q->story.active, .n_slots = (int32_t)q->story.n_slots};
	for (size_t i = 0; i <= q->story.n; i++) {
		const struct sl_fold_event *ev = i < q->story.n ? &q->story.event[i] : NULL;
		bool in_period = sl_date_is_none(spec->from) || (ev && ev->day >= spec->from.day);
		enum sl_land_state from;
		enum sl_flow moved;
		size_t n;

		if (!opened && (in_period || !ev)) {
			opened = true;
			if (figure <= SL_FIGURE_OPENING_CHA &&
			    fold.state == (figure == SL_FIGURE_OPENING_SHA ? SL_STATE_SHA : SL_STATE_CHA)) {
				n = standing(q, fold.active, records);
				if (add_part(q, number, f->area_mm2, SL_DAY_NONE, fold.state, fold.state, records, n, e))
					return e->code;
			}
		}
		if (!ev)
			break;
		from = fold.state;
		n = standing(q, fold.active, records); /* what stood there, and what changed it */
		moved = sl_fold_step(&fold, ev);
		if (!in_period || moved == SL_FLOW_NONE || figure != SL_FIGURE_FLOW + moved)
			continue;
		records[n++] = q->l->event[ev->event].record;
		if (add_part(q, number, f->area_mm2, ev->day, from, fold.state, records, n, e))
			return e->code;
	}
	for (uint32_t i = 0; i < f->n_cover; i++)
		repaired |= q->l->event[cover[i]].repaired && q->t.moment[cover[i]].flags & SL_IN_FORCE;
	if (fold.state < SL_STATE_SHA)
		return SL_OK;
	if ((figure == SL_FIGURE_STOCK_SHA && fold.state == SL_STATE_SHA) ||
	    (figure == SL_FIGURE_STOCK_CHA && fold.state == SL_STATE_CHA) ||
	    (figure == SL_FIGURE_ON_REPAIRS && repaired))
		return add_part(q, number, f->area_mm2, SL_DAY_NONE, fold.state, fold.state, records,
		                standing(q, fold.active, records), e);
	return SL_OK;
}

static void finish(struct asking *q, struct sl_parts *out, struct sl_err *e)
{
	sl_map_done(&q->by_key);
	if (e->code)
		return;
	if (q->parts.n)
		qsort(q->parts.v, q->parts.n, sizeof *q->parts.v, part_order);
	*out = q->parts;
}

enum sl_code sl_why(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *spec,
                    const struct sl_account_names *names, struct sl_str key, enum sl_figure figure,
                    struct sl_parts *out, struct sl_err *e)
{
	struct asking q = {.a = a, .l = l};

	if (figure == SL_FIGURE_NAIVE || figure == SL_FIGURE_WITHOUT_BOUNDARY)
		return sl_fail(e, SL_UNSUPPORTED, "%s has no parts: it is a sum of what the records state",
		               sl_figure_name(figure));
	if (sl_timeline_init_at(&q.t, a, l, spec->known_at_ms, spec->last_seq, e))
		return e->code;
	for (size_t c = 0; c < l->n_clusters && !e->code; c++)
		for (uint32_t f = 0; f < l->cluster[c].n_faces && !l->cluster[c].dead && !e->code; f++) {
			uint32_t number = l->cluster[c].face + f;
			struct sl_str own;

			if (key.n && sl_account_key(&q.t, spec, names, &l->face[number], a, &own, e))
				break;
			if (!key.n || sl_str_eq(own, key))
				(void)!ask_face(&q, spec, number, figure, e);
		}
	finish(&q, out, e);
	return e->code;
}

static enum sl_land_state state_of(struct asking *q, const struct sl_timeline *t, const struct sl_ledger_face *f,
                                   int32_t day, struct sl_err *e)
{
	if (sl_face_story(t, &q->l->cover[f->cover], f->n_cover, day, q->a, &q->story, e))
		return SL_STATE_NONE;
	return sl_story_state(&q->story);
}

/* Events in force for one account and not for the other, on this face. */
static enum sl_code changed_records(struct asking *q, const struct sl_ledger_face *f, int32_t day_a, int32_t day_b,
                                    int64_t **records, size_t *n, struct sl_err *e)
{
	struct sl_face_story first = {0}, second = {0};

	if (sl_face_story(&q->t, &q->l->cover[f->cover], f->n_cover, day_a, q->a, &first, e) ||
	    sl_face_story(&q->u, &q->l->cover[f->cover], f->n_cover, day_b, q->a, &second, e))
		return e->code;
	*records = sl_arena_alloc(q->a, first.n + second.n + 1, sizeof **records, e);
	if (!*records)
		return e->code;
	*n = 0;
	for (int side = 0; side < 2; side++) {
		const struct sl_face_story *x = side ? &second : &first, *y = side ? &first : &second;

		for (size_t i = 0; i < x->n; i++) {
			bool both = false;

			for (size_t k = 0; k < y->n && !both; k++)
				both = y->event[k].event == x->event[i].event;
			if (!both)
				(*records)[(*n)++] = q->l->event[x->event[i].event].record;
		}
	}
	return SL_OK;
}

enum sl_code sl_difference(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *first,
                           const struct sl_account_spec *second, struct sl_parts *out, struct sl_err *e)
{
	struct asking q = {.a = a, .l = l};

	if (sl_timeline_init_at(&q.t, a, l, first->known_at_ms, first->last_seq, e) ||
	    sl_timeline_init_at(&q.u, a, l, second->known_at_ms, second->last_seq, e))
		return e->code;
	for (size_t c = 0; c < l->n_clusters && !e->code; c++)
		for (uint32_t f = 0; f < l->cluster[c].n_faces && !l->cluster[c].dead && !e->code; f++) {
			uint32_t number = l->cluster[c].face + f;
			const struct sl_ledger_face *face = &l->face[number];
			enum sl_land_state was = state_of(&q, &q.t, face, first->as_of.day, e), is;
			int64_t *records = NULL;
			size_t n = 0;

			if (e->code)
				break;
			is = state_of(&q, &q.u, face, second->as_of.day, e);
			if (e->code || was == is)
				continue;
			if (!changed_records(&q, face, first->as_of.day, second->as_of.day, &records, &n, e))
				(void)!add_part(&q, number, face->area_mm2, SL_DAY_NONE, was, is, records, n, e);
		}
	finish(&q, out, e);
	return e->code;
}
