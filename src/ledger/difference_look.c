#include "ledger/difference_parts.h"

#include <math.h>

/* ---- lists ---- */

enum sl_code sl_walk_index_events(struct sl_walk *w, struct sl_err *e)
{
	const struct sl_ledger *l = w->l;
	uint32_t at = 0;

	w->events = sl_arena_alloc(w->a, w->t.n_records + 1, sizeof *w->events, e);
	w->event = w->events ? sl_arena_alloc(w->a, l->n_events + 1, sizeof *w->event, e) : NULL;
	if (!w->event)
		return e->code;
	for (size_t i = 0; i < l->n_events; i++)
		w->events[l->event[i].record].end++;
	for (size_t r = 0; r < w->t.n_records; r++) {
		uint32_t n = w->events[r].end;

		w->events[r] = (struct sl_walk_range){at, at};
		at += n;
	}
	for (uint32_t i = 0; i < l->n_events; i++)
		w->event[w->events[l->event[i].record].end++] = i;
	return SL_OK;
}

static bool first_of_record(const struct sl_walk *w, const struct sl_ledger_face *f, uint32_t k)
{
	int32_t record = w->l->event[w->l->cover[f->cover + k]].record;

	for (uint32_t i = 0; i < k; i++)
		if (w->l->event[w->l->cover[f->cover + i]].record == record)
			return false;
	return true;
}

enum sl_code sl_walk_index_faces(struct sl_walk *w, const bool *moves, struct sl_err *e)
{
	const struct sl_ledger *l = w->l;
	uint32_t at = 0;

	w->faces = sl_arena_alloc(w->a, w->t.n_records + 1, sizeof *w->faces, e);
	if (!w->faces)
		return e->code;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t c = 0; c < l->n_clusters; c++)
			for (uint32_t i = 0; i < l->cluster[c].n_faces && !l->cluster[c].dead; i++) {
				uint32_t number = l->cluster[c].face + i;
				const struct sl_ledger_face *f = &l->face[number];

				for (uint32_t k = 0; k < f->n_cover; k++) {
					int32_t record = l->event[l->cover[f->cover + k]].record;

					if (!moves[record] || !first_of_record(w, f, k))
						continue;
					if (pass)
						w->face[w->faces[record].end] = number;
					w->faces[record].end++;
				}
			}
		if (pass)
			break;
		for (size_t r = 0; r < w->t.n_records; r++) {
			uint32_t n = w->faces[r].end;

			w->faces[r] = (struct sl_walk_range){at, at};
			at += n;
		}
		w->face = sl_arena_alloc(w->a, (size_t)at + 1, sizeof *w->face, e);
		if (!w->face)
			return e->code;
	}
	return SL_OK;
}

/* ---- what ground counts ---- */

static enum sl_code line_of(struct sl_walk *w, const struct sl_horizon *until, const uint32_t *events, size_t n,
                            int64_t admin1, int64_t admin2, size_t *line, struct sl_err *e)
{
	struct sl_str key;
	uint64_t *known;
	const char *copy;

	*line = 0;
	if (w->by == SL_BY_NOTHING)
		return SL_OK;
	if (sl_account_key_to(&w->t, w->by, until, w->names, events, n, admin1, admin2, &w->scratch, &key, e))
		return e->code;
	known = sl_map_get(&w->by_key, key);
	if (known) {
		*line = *known;
		return SL_OK;
	}
	copy = sl_arena_strndup(w->a, key.p, key.n, e);
	w->out.line = copy ? sl_arena_grow(w->a, w->out.line, &w->out.cap_lines, w->out.n_lines + 1,
	                                   sizeof *w->out.line, e) : NULL;
	if (!w->out.line)
		return e->code;
	*line = w->out.n_lines;
	w->out.line[w->out.n_lines++] = (struct sl_str){copy, key.n};
	return sl_map_put(&w->by_key, w->out.line[*line], *line, NULL, e) ? SL_OK : e->code;
}

enum sl_code sl_walk_look(struct sl_walk *w, const struct sl_ledger_face *f, const struct sl_horizon *until,
                          struct sl_view *v, struct sl_err *e)
{
	const uint32_t *cover = &w->l->cover[f->cover];
	struct sl_fold fold;

	*v = (struct sl_view){0};
	if (sl_face_story_to(&w->t, cover, f->n_cover, until, w->a, &w->story, e))
		return e->code;
	fold = (struct sl_fold){.active = w->story.active, .n_slots = (int32_t)w->story.n_slots};
	for (size_t i = 0; i < w->story.n; i++) {
		enum sl_flow moved = sl_fold_step(&fold, &w->story.event[i]);

		if (moved != SL_FLOW_NONE) {
			v->moved[moved]++;
			v->counts = true;
		}
	}
	v->state = fold.state;
	v->counts |= fold.state >= SL_STATE_SHA;
	if (!v->counts)
		return SL_OK;
	for (uint32_t i = 0; i < f->n_cover; i++)
		v->repaired |= w->t.moment[cover[i]].repaired && w->t.moment[cover[i]].flags & SL_IN_FORCE;
	v->hazard = sl_arena_alloc(&w->scratch, w->story.n_slots + 1, sizeof *v->hazard, e);
	v->class = v->hazard ? sl_arena_alloc(&w->scratch, w->story.n_slots + 1, sizeof *v->class, e) : NULL;
	if (!v->class)
		return e->code;
	for (size_t i = 0; i < w->story.n_slots; i++)
		if (fold.active[i]) {
			v->hazard[v->n_hazards] = w->story.slot_record[i];
			v->class[v->n_hazards++] = fold.active[i];
		}
	return line_of(w, until, cover, f->n_cover, f->admin1, f->admin2, &v->line, e);
}

enum sl_code sl_walk_look_loose(struct sl_walk *w, int32_t record, const struct sl_horizon *until, struct sl_loose *out,
                                struct sl_err *e)
{
	uint32_t last = UINT32_MAX;
	const struct sl_ledger_event *ev;

	*out = (struct sl_loose){0};
	for (uint32_t k = w->t.first[record]; k != UINT32_MAX; k = w->t.moment[k].next)
		if (!sl_horizon_beyond(&w->t, k, until))
			last = k;
	if (last == UINT32_MAX)
		return SL_OK;
	ev = &w->l->event[last];
	if ((ev->polygon && !ev->missing) || (ev->what > SL_LAND_CHA && ev->what < SL_LAND_CANCELLED))
		return SL_OK;
	out->counts = true;
	out->reported = isnan(ev->reported_m2) ? 0 : sl_square_millimetres(ev->reported_m2);
	return line_of(w, until, &last, 1, ev->unit1, ev->unit2, &out->line, e);
}

