#include "ledger/difference_parts.h"

#include <stdlib.h>
#include <string.h>

const char *sl_cause_name(enum sl_cause c)
{
	static const char *const names[] = {"new information", "late approval",    "correction", "re-survey",
	                                    "boundary",        "reclassification", "definition"};

	return names[c];
}

sl_mm2 sl_line_figure(const struct sl_account_line *l, enum sl_figure f)
{
	switch (f) {
	case SL_FIGURE_OPENING_SHA: return l->opening.mm2[0];
	case SL_FIGURE_OPENING_CHA: return l->opening.mm2[1];
	case SL_FIGURE_STOCK_SHA: return l->closing.mm2[0];
	case SL_FIGURE_STOCK_CHA: return l->closing.mm2[1];
	case SL_FIGURE_WITHOUT_BOUNDARY: return l->without_boundary_reported;
	case SL_FIGURE_ON_REPAIRS: return l->on_repairs;
	case SL_FIGURE_NAIVE: return l->naive;
	default: return l->flow[f - SL_FIGURE_FLOW];
	}
}

/* ---- causes ---- */

static bool covers(const struct sl_ledger *l, const struct sl_ledger_face *f, uint32_t event)
{
	for (uint32_t i = 0; i < f->n_cover; i++)
		if (l->cover[f->cover + i] == event)
			return true;
	return false;
}

static enum sl_cause boundary_cause(const struct sl_ledger_event *ev, const struct sl_ledger_event *before)
{
	return ev->day != before->day ? SL_CAUSE_RESURVEY : SL_CAUSE_BOUNDARY;
}

/* Of a step on a face (NULL: of a record without a boundary). docs/method/differences.md has these rules in words. */
static enum sl_cause cause_of(const struct sl_walk *w, const struct sl_walk_step *s, const struct sl_ledger_face *f)
{
	const struct sl_ledger_event *ev = &w->l->event[s->event], *before;
	enum sl_cause plain = s->in_time ? SL_CAUSE_NEW : SL_CAUSE_LATE;
	bool moved;

	if (s->correcting)
		return SL_CAUSE_CORRECTION;
	if (s->previous == UINT32_MAX)
		return plain;
	before = &w->l->event[s->previous];
	moved = f && covers(w->l, f, s->event) != covers(w->l, f, s->previous);
	if (ev->what >= SL_LAND_CANCELLED) {
		if (ev->what != before->what)
			return SL_CAUSE_RECLASSIFICATION;
		return moved ? boundary_cause(ev, before) : SL_CAUSE_CORRECTION;
	}
	if (before->what == SL_LAND_WITHDRAWN)
		return SL_CAUSE_CORRECTION;
	if (ev->what == SL_LAND_OTHER || before->what == SL_LAND_OTHER || (ev->what != before->what && !moved))
		return SL_CAUSE_RECLASSIFICATION;
	if (moved || ev->shape != before->shape)
		return boundary_cause(ev, before);
	return w->by == SL_BY_CONTAMINATION && ev->contamination != before->contamination ? SL_CAUSE_RECLASSIFICATION
	                                                                                  : plain;
}

/* ---- changes ---- */

static struct sl_change *change_of(struct sl_walk *w, const struct sl_walk_step *s, enum sl_cause cause, size_t line,
                                   struct sl_err *e)
{
	for (size_t i = s->first_change; i < w->out.n; i++)
		if (w->out.v[i].cause == cause && w->out.v[i].line == line)
			return &w->out.v[i];
	w->out.v = sl_arena_grow(w->a, w->out.v, &w->out.cap, w->out.n + 1, sizeof *w->out.v, e);
	if (!w->out.v)
		return NULL;
	w->out.v[w->out.n] = (struct sl_change){.cause = cause, .event = s->event, .replaces = s->previous, .line = line,
	                                        .late = !s->in_time, .face = UINT32_MAX};
	return &w->out.v[w->out.n++];
}

static void put_view(struct sl_change *c, const struct sl_view *v, sl_mm2 area)
{
	if (v->state >= SL_STATE_SHA) {
		c->figure[v->state == SL_STATE_CHA ? SL_FIGURE_STOCK_CHA : SL_FIGURE_STOCK_SHA] += area;
		if (v->repaired)
			c->figure[SL_FIGURE_ON_REPAIRS] += area;
	}
	for (int i = 0; i < SL_FLOWS; i++)
		c->figure[SL_FIGURE_FLOW + i] += v->moved[i] * area;
}

static bool same_view(const struct sl_view *x, const struct sl_view *y)
{
	if (!x->counts && !y->counts)
		return true;
	return x->counts == y->counts && x->state == y->state && x->line == y->line &&
	       (x->repaired == y->repaired || x->state < SL_STATE_SHA) && !memcmp(x->moved, y->moved, sizeof x->moved);
}

static bool stands(const struct sl_view *v, int64_t record, uint8_t class)
{
	for (size_t i = 0; i < v->n_hazards; i++)
		if (v->hazard[i] == record)
			return v->class[i] == class;
	return false;
}

static enum sl_code name_hazards(struct sl_walk *w, struct sl_change *c, const struct sl_view *x,
                                 const struct sl_view *y, struct sl_err *e)
{
	for (size_t i = 0; i < x->n_hazards; i++) {
		bool named = x->hazard[i] == w->l->event[c->event].record || stands(y, x->hazard[i], x->class[i]);

		for (size_t k = 0; k < c->n_hazards && !named; k++)
			named = c->hazard[k] == x->hazard[i];
		if (named)
			continue;
		c->hazard = sl_arena_grow(w->a, c->hazard, &c->cap_hazards, c->n_hazards + 1, sizeof *c->hazard, e);
		if (!c->hazard)
			return e->code;
		c->hazard[c->n_hazards++] = x->hazard[i];
	}
	return SL_OK;
}

static enum sl_code weigh_face(struct sl_walk *w, const struct sl_walk_step *s, uint32_t face,
                               const struct sl_view *before, const struct sl_view *after, struct sl_err *e)
{
	const struct sl_ledger_face *f = &w->l->face[face];
	const struct sl_view *const side[2] = {before, after};
	enum sl_cause cause;

	if (same_view(before, after))
		return SL_OK;
	cause = cause_of(w, s, f);
	for (int i = 0; i < 2; i++) {
		struct sl_change *c = side[i]->counts ? change_of(w, s, cause, side[i]->line, e) : NULL;

		if (!c) {
			if (side[i]->counts)
				return e->code;
			continue;
		}
		put_view(c, side[i], (i ? 1 : -1) * w->sign * (sl_mm2)f->area_mm2);
		if (c->face == UINT32_MAX)
			c->face = face;
		if (name_hazards(w, c, before, after, e) || name_hazards(w, c, after, before, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code weigh_loose(struct sl_walk *w, const struct sl_walk_step *s, const struct sl_loose *before,
                                const struct sl_loose *after, struct sl_err *e)
{
	const struct sl_loose *const side[2] = {before, after};

	if (before->counts == after->counts &&
	    (!before->counts || (before->line == after->line && before->reported == after->reported)))
		return SL_OK;
	for (int i = 0; i < 2; i++) {
		struct sl_change *c = side[i]->counts ? change_of(w, s, cause_of(w, s, NULL), side[i]->line, e) : NULL;

		if (!c) {
			if (side[i]->counts)
				return e->code;
			continue;
		}
		c->figure[SL_FIGURE_WITHOUT_BOUNDARY] += (i ? 1 : -1) * w->sign * side[i]->reported;
		c->without_boundary += (i ? 1 : -1) * w->sign;
	}
	return SL_OK;
}

/* ---- the way ---- */

struct before { /* the record's ground, on the eve of a step */
	struct sl_view *view;
	struct sl_loose loose;
	struct sl_arena_mark mark;
};

static enum sl_code look_round(struct sl_walk *w, int32_t record, const struct sl_horizon *until, struct before *b,
                               struct sl_err *e)
{
	struct sl_walk_range r = w->faces[record];

	b->mark = sl_arena_mark(&w->scratch);
	b->view = sl_arena_alloc(&w->scratch, (size_t)(r.end - r.first) + 1, sizeof *b->view, e);
	for (uint32_t i = r.first; i < r.end && !e->code; i++)
		(void)!sl_walk_look(w, &w->l->face[w->face[i]], until, &b->view[i - r.first], e);
	return e->code ? e->code : sl_walk_look_loose(w, record, until, &b->loose, e);
}

/* The step was taken: what is different? */
static enum sl_code weigh_step(struct sl_walk *w, struct sl_walk_step *s, const struct sl_horizon *until,
                               const struct before *b, struct sl_err *e)
{
	int32_t record = w->l->event[s->event].record;
	struct sl_walk_range r = w->faces[record];
	struct sl_loose loose;

	s->first_change = w->out.n;
	for (uint32_t i = r.first; i < r.end; i++) {
		struct sl_view now;

		if (sl_walk_look(w, &w->l->face[w->face[i]], until, &now, e) ||
		    weigh_face(w, s, w->face[i], &b->view[i - r.first], &now, e))
			return e->code;
	}
	if (sl_walk_look_loose(w, record, until, &loose, e) || weigh_loose(w, s, &b->loose, &loose, e))
		return e->code;
	sl_arena_reset(&w->scratch, b->mark);
	return SL_OK;
}

static uint32_t in_chain_before(const struct sl_timeline *t, uint32_t event)
{
	uint32_t before = UINT32_MAX;

	for (uint32_t k = t->first[t->moment[event].record]; k != UINT32_MAX && k != event; k = t->moment[k].next)
		before = k;
	return before;
}

static bool is_release(uint8_t what)
{
	return what >= SL_LAND_CANCELLED;
}

static uint32_t newest(const struct sl_walk *w, int32_t record, const bool *of)
{
	uint32_t found = UINT32_MAX;

	for (uint32_t i = w->events[record].first; i < w->events[record].end; i++)
		if (of[w->event[i]])
			found = w->event[i];
	return found;
}

/* What an event changes that happens after the date can be seen only then, but for repairs (an account says of all
 * its ground whether it rests on one) and for what it takes the place of. */
static bool cannot_matter_yet(const struct sl_walk *w, uint32_t event, int32_t day)
{
	const struct sl_ledger_event *ev = &w->l->event[event];
	struct sl_walk_range r = w->events[ev->record];

	if (ev->day <= day || ev->correction || (is_release(ev->what) && r.end - r.first > 1))
		return false;
	for (uint32_t i = r.first; i < r.end; i++)
		if (w->l->event[w->event[i]].repaired)
			return false;
	return true;
}

/* One event becomes known, or unknown, at a date that stays. */
static enum sl_code know(struct sl_walk *w, uint32_t event, bool comes, const struct sl_horizon *until, struct sl_err *e)
{
	const struct sl_ledger_event *ev = &w->l->event[event];
	struct sl_walk_range r = w->events[ev->record];
	struct sl_walk_step s = {.event = event, .previous = UINT32_MAX,
	                 .correcting = ev->correction || ev->what == SL_LAND_WITHDRAWN || ev->what == SL_LAND_NO_RELEASE};
	bool quiet = cannot_matter_yet(w, event, until->last.day), *was = NULL;
	struct before b = {0};

	if (!quiet && look_round(w, ev->record, until, &b, e))
		return e->code;
	was = quiet ? NULL : sl_arena_alloc(&w->scratch, (size_t)(r.end - r.first) + 1, sizeof *was, e);
	if (!quiet && !was)
		return e->code;
	for (uint32_t i = r.first; i < r.end && !quiet; i++)
		was[i - r.first] = w->t.moment[w->event[i]].flags & SL_IN_FORCE;
	if (!quiet && !comes)
		s.previous = in_chain_before(&w->t, event);
	w->known[event] = comes;
	sl_timeline_retell(&w->t, ev->record, &w->event[r.first], r.end - r.first, w->known);
	if (quiet)
		return SL_OK;
	if (comes)
		s.previous = in_chain_before(&w->t, event);
	for (uint32_t i = r.first; i < r.end; i++) { /* what it pushed aside, or makes room for */
		bool is = w->t.moment[w->event[i]].flags & SL_IN_FORCE;

		if (w->event[i] != event && is != was[i - r.first] && is != comes)
			s.previous = w->event[i];
	}
	return weigh_step(w, &s, until, &b, e);
}

/* One event in force happens. */
static enum sl_code happen(struct sl_walk *w, uint32_t event, struct sl_err *e)
{
	const struct sl_ledger_event *ev = &w->l->event[event];
	struct sl_horizon eve = sl_horizon_event(&w->t, event, true), now = sl_horizon_event(&w->t, event, false);
	struct sl_walk_step s = {.event = event, .previous = in_chain_before(&w->t, event), .in_time = true};
	uint32_t knew = w->knew[event] ? UINT32_MAX : newest(w, ev->record, w->knew);
	struct before b;

	if (is_release(ev->what))
		s.previous = knew; /* only one of its versions is ever in force */
	s.correcting = ev->what == SL_LAND_WITHDRAWN || (ev->correction && knew != UINT32_MAX);
	return look_round(w, ev->record, &eve, &b, e) ? e->code : weigh_step(w, &s, &now, &b, e);
}

struct plan { /* events that take a step */
	uint32_t *gone, *come, *happen;
	size_t n_gone, n_come, n_happen;
};

static int sooner(const void *pa, const void *pb)
{
	return sl_fold_order(pa, pb);
}

/* In force when all is known, and between the two dates: in fold order. */
static enum sl_code plan_days(struct sl_walk *w, const struct sl_timeline *t, int32_t after, int32_t until,
                              struct plan *p, struct sl_err *e)
{
	struct sl_fold_event *v = sl_arena_alloc(w->a, w->l->n_events + 1, sizeof *v, e);
	size_t n = 0;

	p->happen = v ? sl_arena_alloc(w->a, w->l->n_events + 1, sizeof *p->happen, e) : NULL;
	if (!p->happen)
		return e->code;
	for (uint32_t i = 0; i < w->l->n_events; i++)
		if (t->moment[i].flags & SL_IN_FORCE && t->moment[i].day > after && t->moment[i].day <= until)
			v[n++] = sl_horizon_event(t, i, false).last;
	if (n)
		qsort(v, n, sizeof *v, sooner);
	for (size_t i = 0; i < n; i++)
		p->happen[i] = v[i].event;
	p->n_happen = n;
	return SL_OK;
}

static enum sl_code make_plan(struct sl_walk *w, const struct sl_account_spec *first,
                              const struct sl_account_spec *second, const struct sl_timeline *t, struct plan *p,
                              struct sl_err *e)
{
	bool back = second->as_of.day < first->as_of.day;
	size_t n = w->l->n_events;
	bool *moves;

	*p = (struct plan){0};
	p->gone = sl_arena_alloc(w->a, n + 1, sizeof *p->gone, e);
	p->come = p->gone ? sl_arena_alloc(w->a, n + 1, sizeof *p->come, e) : NULL;
	moves = p->come ? sl_arena_alloc(w->a, w->t.n_records + 1, sizeof *moves, e) : NULL;
	if (!moves)
		return e->code;
	for (uint32_t i = 0; i < n; i++) {
		if (w->knew[i] && !w->knows[i])
			p->gone[p->n_gone++] = i;
		if (w->knows[i] && !w->knew[i])
			p->come[p->n_come++] = i;
		if (w->knew[i] != w->knows[i])
			moves[w->l->event[i].record] = true;
	}
	if (plan_days(w, t, back ? second->as_of.day : first->as_of.day, back ? first->as_of.day : second->as_of.day, p, e))
		return e->code;
	for (size_t i = 0; i < p->n_happen; i++)
		moves[w->l->event[p->happen[i]].record] = true;
	return sl_walk_index_faces(w, moves, e);
}

static enum sl_code go(struct sl_walk *w, const struct sl_account_spec *first, const struct sl_account_spec *second,
                       struct sl_err *e)
{
	struct sl_horizon day = sl_horizon_day(first->as_of.day);
	struct sl_timeline later;
	struct plan p;
	size_t n = w->l->n_events;

	w->knew = sl_arena_alloc(w->a, n + 1, sizeof *w->knew, e);
	w->knows = w->knew ? sl_arena_alloc(w->a, n + 1, sizeof *w->knows, e) : NULL;
	w->known = w->knows ? sl_arena_alloc(w->a, n + 1, sizeof *w->known, e) : NULL;
	if (!w->known ||
	    sl_timeline_init_at(&w->t, w->a, w->l, first->known_at_ms, first->last_seq, e) ||
	    sl_timeline_init_at(&later, w->a, w->l, second->known_at_ms, second->last_seq, e) || sl_walk_index_events(w, e))
		return e->code;
	for (uint32_t i = 0; i < n; i++) {
		w->known[i] = w->knew[i] = sl_timeline_knows(&w->t, i);
		w->knows[i] = sl_timeline_knows(&later, i);
	}
	if (make_plan(w, first, second, &later, &p, e))
		return e->code;
	for (size_t i = p.n_gone; i-- > 0 && !e->code;)
		(void)!know(w, p.gone[i], false, &day, e);
	for (size_t i = 0; i < p.n_come && !e->code; i++)
		(void)!know(w, p.come[i], true, &day, e);
	if (second->as_of.day < first->as_of.day)
		w->sign = -w->sign;
	for (size_t i = 0; i < p.n_happen && !e->code; i++)
		(void)!happen(w, p.happen[i], e);
	return e->code;
}

static int compare(int64_t x, int64_t y)
{
	return (x > y) - (x < y);
}

/* The one that knows less comes first, whichever way is asked for. */
static bool is_later(const struct sl_account_spec *x, const struct sl_account_spec *y)
{
	int64_t xs = x->last_seq ? x->last_seq : INT64_MAX, ys = y->last_seq ? y->last_seq : INT64_MAX;
	int order = compare(x->known_at_ms, y->known_at_ms);

	order = order ? order : compare(xs, ys);
	return (order ? order : compare(x->as_of.day, y->as_of.day)) > 0;
}

/* What cancelled out within a step says nothing. */
static void drop_empty(struct sl_changes *c)
{
	static const sl_mm2 nothing[SL_FIGURES];
	size_t kept = 0;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].without_boundary || memcmp(c->v[i].figure, nothing, sizeof nothing))
			c->v[kept++] = c->v[i];
	c->n = kept;
}

enum sl_code sl_changes_make(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *first,
                             const struct sl_account_spec *second, const struct sl_account_names *names,
                             struct sl_changes *out, struct sl_err *e)
{
	struct sl_walk w = {.a = a, .l = l, .names = names, .by = first->by, .sign = 1};
	bool turned = is_later(first, second);

	if (first->by == SL_BY_YEAR)
		return sl_fail(e, SL_UNSUPPORTED, "a year is an account of its own: give the two dates instead of a breakdown "
		               "by year");
	if (w.by == SL_BY_NOTHING) {
		w.out.line = sl_arena_grow(a, NULL, &w.out.cap_lines, 1, sizeof *w.out.line, e);
		if (!w.out.line)
			return e->code;
		w.out.line[w.out.n_lines++] = SL_STR("");
	}
	if (turned)
		w.sign = -1;
	if (l->n_events && !go(&w, turned ? second : first, turned ? first : second, e))
		drop_empty(&w.out);
	sl_map_done(&w.by_key);
	sl_arena_done(&w.scratch);
	if (!e->code)
		*out = w.out;
	return e->code;
}
