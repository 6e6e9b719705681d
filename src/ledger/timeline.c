#include "ledger/timeline.h"

#include <stdlib.h>
#include <string.h>

static bool is_release(uint8_t what)
{
	return what >= SL_LAND_CANCELLED;
}

static uint8_t fold_what(uint8_t what)
{
	switch (what) {
	case SL_LAND_SHA: return SL_FOLD_SHA;
	case SL_LAND_CHA: return SL_FOLD_CHA;
	case SL_LAND_OTHER: return SL_FOLD_NO_HAZARD;
	case SL_LAND_WITHDRAWN: return SL_FOLD_WITHDRAWN;
	case SL_LAND_CANCELLED: return SL_FOLD_CANCELLED;
	case SL_LAND_REDUCED: return SL_FOLD_REDUCED;
	default: return SL_FOLD_CLEARED;
	}
}

static struct sl_fold_event as_fold(const struct sl_timeline *t, uint32_t ev)
{
	return (struct sl_fold_event){.day = t->moment[ev].day, .what = fold_what(t->moment[ev].what), .hazard = -1,
	                              .event = ev};
}

/* Put event `ev` into its record's chain. Events come in approval order. */
static void enter(struct sl_timeline *t, uint32_t ev)
{
	const struct sl_ledger_event *r = &t->l->event[ev];
	uint32_t *link = &t->first[r->record], newest = UINT32_MAX;
	struct sl_fold_event own = as_fold(t, ev);

	if (is_release(r->what)) {
		/* Only the last approval of a release counts; without a date it cannot release ground.  A hazard that was
		 * taken back is treated alike. */
		for (uint32_t i = *link; i != UINT32_MAX; i = t->moment[i].next)
			t->moment[i].flags = 0;
		*link = UINT32_MAX;
		if (r->what == SL_LAND_NO_RELEASE || r->day == SL_DAY_NONE)
			return;
	} else if (r->correction) {
		for (uint32_t i = *link; i != UINT32_MAX; i = t->moment[i].next)
			if (newest == UINT32_MAX || i > newest)
				newest = i;
	}
	while (*link != UINT32_MAX) {
		uint32_t here = *link;
		struct sl_fold_event other = as_fold(t, here);

		/* On one day a version replaces a version, a withdrawal a withdrawal; both together both count. */
		if (here == newest || (other.day == own.day && (other.what >= SL_FOLD_NO_HAZARD) ==
		                                                   (own.what >= SL_FOLD_NO_HAZARD))) {
			*link = t->moment[here].next;
			t->moment[here].flags = 0;
			continue;
		}
		if (sl_fold_order(&other, &own) > 0)
			break;
		link = &t->moment[here].next;
	}
	/* what stood on the same day or was corrected may come later in the chain, too */
	for (uint32_t *k = link; *k != UINT32_MAX;) {
		if (*k == newest) {
			t->moment[*k].flags = 0;
			*k = t->moment[*k].next;
		} else {
			k = &t->moment[*k].next;
		}
	}
	t->moment[ev].next = *link;
	*link = ev;
}

static void mark_chain(struct sl_timeline *t, int64_t record)
{
	const struct sl_ledger_event *before = NULL;
	bool version = false;

	for (uint32_t i = t->first[record]; i != UINT32_MAX; i = t->moment[i].next) {
		const struct sl_ledger_event *ev = &t->l->event[i];

		t->moment[i].flags = SL_IN_FORCE | (version ? SL_KNOWN_BEFORE : 0);
		if (before && before->what == ev->what && before->shape == ev->shape &&
		    ev->what <= SL_LAND_CHA)
			t->moment[i].flags |= SL_SAME_AS_BEFORE; /* news about a hazard, not a new boundary or class */
		version |= ev->what <= SL_LAND_CHA;
		before = ev;
	}
	if (t->first[record] != UINT32_MAX && t->moment[t->first[record]].next == UINT32_MAX)
		t->moment[t->first[record]].flags |= SL_ONLY;
}

enum sl_code sl_timeline_extend(struct sl_timeline *t, size_t first_new, struct sl_err *e)
{
	const struct sl_ledger *l = t->l;
	int64_t top = 0;
	size_t n = l->n_events;

	for (size_t i = first_new; i < n; i++)
		top = l->event[i].record > top ? l->event[i].record : top;
	t->moment = sl_arena_grow(t->a, t->moment, &t->cap_moments, n, sizeof *t->moment, e);
	t->first = t->moment ? sl_arena_grow(t->a, t->first, &t->cap_first, (size_t)top + 1, sizeof *t->first, e)
	                    : NULL;
	if (!t->first)
		return e->code;
	for (; t->n_records <= (size_t)top; t->n_records++)
		t->first[t->n_records] = UINT32_MAX;
	for (size_t i = first_new; i < n; i++) {
		const struct sl_ledger_event *ev = &l->event[i];

		t->moment[i] = (struct sl_moment){ev->day, ev->record, UINT32_MAX, ev->what, 0, ev->repaired};
		if (sl_timeline_knows(t, (uint32_t)i))
			enter(t, (uint32_t)i);
	}
	for (size_t i = first_new; i < n; i++)
		if (sl_timeline_knows(t, (uint32_t)i))
			mark_chain(t, l->event[i].record);
	return SL_OK;
}

enum sl_code sl_timeline_init(struct sl_timeline *t, struct sl_arena *a, const struct sl_ledger *l,
                              int64_t known_at_ms, struct sl_err *e)
{
	return sl_timeline_init_at(t, a, l, known_at_ms, 0, e);
}

enum sl_code sl_timeline_init_at(struct sl_timeline *t, struct sl_arena *a, const struct sl_ledger *l,
                                 int64_t known_at_ms, int64_t last_seq, struct sl_err *e)
{
	*t = (struct sl_timeline){
		.l = l, .known_at_ms = known_at_ms, .last_seq = last_seq ? last_seq : INT64_MAX, .a = a};
	return sl_timeline_extend(t, 0, e);
}

bool sl_timeline_knows(const struct sl_timeline *t, uint32_t event)
{
	return t->l->event[event].approved_ms <= t->known_at_ms && t->l->event[event].seq <= t->last_seq;
}

void sl_timeline_retell(struct sl_timeline *t, int64_t record, const uint32_t *all, size_t n_all, const bool *known)
{
	t->first[record] = UINT32_MAX;
	for (size_t i = 0; i < n_all; i++) {
		t->moment[all[i]].flags = 0;
		t->moment[all[i]].next = UINT32_MAX;
	}
	for (size_t i = 0; i < n_all; i++)
		if (known[all[i]])
			enter(t, all[i]);
	mark_chain(t, record);
}

struct sl_horizon sl_horizon_day(int32_t day)
{
	return (struct sl_horizon){.last = {.day = day, .what = SL_FOLD_CLEARED, .event = UINT32_MAX}};
}

struct sl_horizon sl_horizon_event(const struct sl_timeline *t, uint32_t event, bool before)
{
	return (struct sl_horizon){.last = as_fold(t, event), .before = before};
}

static bool beyond(const struct sl_timeline *t, uint32_t event, const struct sl_horizon *h)
{
	struct sl_fold_event own;
	int order;

	if (t->moment[event].day != h->last.day)
		return t->moment[event].day > h->last.day;
	own = as_fold(t, event);
	order = sl_fold_order(&own, &h->last);
	return order > 0 || (order == 0 && h->before);
}

bool sl_horizon_beyond(const struct sl_timeline *t, uint32_t event, const struct sl_horizon *h)
{
	return beyond(t, event, h);
}

static bool covered(const uint32_t *cover, size_t n, uint32_t ev)
{
	for (size_t i = 0; i < n; i++)
		if (cover[i] == ev)
			return true;
	return false;
}

static enum sl_code add(struct sl_arena *a, struct sl_face_story *s, struct sl_fold_event ev, struct sl_err *e)
{
	s->event = sl_arena_grow(a, s->event, &s->cap, s->n + 1, sizeof *s->event, e);
	if (!s->event)
		return e->code;
	s->event[s->n++] = ev;
	return SL_OK;
}

static int32_t slot_of(const struct sl_face_story *s, int64_t record)
{
	for (size_t i = 0; i < s->n_slots; i++)
		if (s->slot_record[i] == record)
			return (int32_t)i;
	return -1;
}

enum sl_code sl_face_story(const struct sl_timeline *t, const uint32_t *cover, size_t n_cover, int32_t until,
                           struct sl_arena *a, struct sl_face_story *s, struct sl_err *e)
{
	struct sl_horizon day = sl_horizon_day(until);

	return sl_face_story_to(t, cover, n_cover, &day, a, s, e);
}

enum sl_code sl_face_story_to(const struct sl_timeline *t, const uint32_t *cover, size_t n_cover,
                              const struct sl_horizon *until, struct sl_arena *a, struct sl_face_story *s,
                              struct sl_err *e)
{
	s->n = s->n_slots = 0;
	for (size_t i = 0; i < n_cover; i++) {
		const struct sl_moment *r = &t->moment[cover[i]];

		if (!(r->flags & SL_IN_FORCE) || is_release(r->what) || slot_of(s, r->record) >= 0)
			continue;
		s->slot_record = sl_arena_grow(a, s->slot_record, &s->cap_slots, s->n_slots + 1,
		                               sizeof *s->slot_record, e);
		if (!s->slot_record)
			return e->code;
		s->slot_record[s->n_slots++] = r->record;
		for (uint32_t k = t->first[r->record]; k != UINT32_MAX && !beyond(t, k, until); k = t->moment[k].next) {
			struct sl_fold_event ev = as_fold(t, k);

			if (t->moment[k].flags & SL_SAME_AS_BEFORE)
				continue;
			ev.covers = covered(cover, n_cover, k);
			ev.known = t->moment[k].flags & SL_KNOWN_BEFORE;
			ev.hazard = (int32_t)s->n_slots - 1;
			if (add(a, s, ev, e))
				return e->code;
		}
	}
	for (size_t i = 0; i < n_cover; i++) {
		const struct sl_moment *r = &t->moment[cover[i]];
		struct sl_fold_event ev = as_fold(t, cover[i]);
		int32_t hazard;

		if (!(r->flags & SL_IN_FORCE) || !is_release(r->what) || beyond(t, cover[i], until))
			continue;
		hazard = t->l->event[cover[i]].hazard;
		if (hazard) { /* named: its slot, or nobody here */
			ev.hazard = slot_of(s, hazard);
			if (ev.hazard < 0)
				ev.hazard = INT32_MAX;
		}
		if (add(a, s, ev, e))
			return e->code;
	}
	if (s->n > 1)
		qsort(s->event, s->n, sizeof *s->event, sl_fold_order);
	s->active = sl_arena_grow(a, s->active, &s->cap_active, s->n_slots, sizeof *s->active, e);
	if (!s->active)
		return e->code;
	if (s->n_slots)
		memset(s->active, 0, s->n_slots);
	return SL_OK;
}

enum sl_land_state sl_story_state(struct sl_face_story *s)
{
	struct sl_fold fold = {.active = s->active, .n_slots = (int32_t)s->n_slots};

	for (size_t i = 0; i < s->n; i++)
		sl_fold_step(&fold, &s->event[i]);
	return fold.state;
}
