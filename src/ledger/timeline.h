/* Which events are in force, as known at a moment: corrections replace what they correct, a later approval
 * for the same day replaces the earlier one, a release counts as last approved. */
#ifndef SL_LEDGER_TIMELINE_H
#define SL_LEDGER_TIMELINE_H

#include "ledger/fold.h"
#include "ledger/ledger.h"

struct sl_moment;

struct sl_timeline {
	const struct sl_ledger *l;
	int64_t known_at_ms, last_seq; /* events approved later, or that came into the log later, are not known */
	struct sl_arena *a;
	struct sl_moment *moment; /* by event */
	uint32_t *first;  /* record number -> its first in force; UINT32_MAX: none */
	size_t cap_moments, cap_first, n_records;
};

/* What the fold needs of an event, packed: accounts go through all of them in the order of the ground. */
struct sl_moment {
	int32_t day, record;
	uint32_t next; /* next in force of the same record, in fold order; UINT32_MAX ends */
	uint8_t what, flags;
	bool repaired;
};

/* SL_ONLY: the record has no other event in force. */
enum { SL_IN_FORCE = 1, SL_KNOWN_BEFORE = 2, SL_SAME_AS_BEFORE = 4, SL_ONLY = 8 };

SL_CHECKED enum sl_code sl_timeline_init(struct sl_timeline *t, struct sl_arena *a, const struct sl_ledger *l,
                                         int64_t known_at_ms, struct sl_err *e);
/* As the log stood, too: nothing after its revision `last_seq` (0: all of it). */
SL_CHECKED enum sl_code sl_timeline_init_at(struct sl_timeline *t, struct sl_arena *a, const struct sl_ledger *l,
                                            int64_t known_at_ms, int64_t last_seq, struct sl_err *e);
bool sl_timeline_knows(const struct sl_timeline *t, uint32_t event);
/* Tell one record anew: only these of its events (ascending) are known. */
void sl_timeline_retell(struct sl_timeline *t, int64_t record, const uint32_t *all, size_t n_all,
                        const bool *known);

/* How far a story is told: up to an event in fold order, with it or without it. */
struct sl_horizon {
	struct sl_fold_event last;
	bool before;
};
struct sl_horizon sl_horizon_day(int32_t day); /* the whole of the day */
/* Up to an event: with it, or to just before it. */
struct sl_horizon sl_horizon_event(const struct sl_timeline *t, uint32_t event, bool before);
bool sl_horizon_beyond(const struct sl_timeline *t, uint32_t event, const struct sl_horizon *h);

/* The ledger has new events from `first_new` on: look at their records again. */
SL_CHECKED enum sl_code sl_timeline_extend(struct sl_timeline *t, size_t first_new, struct sl_err *e);

/* The events of one face, in fold order, up to and including `until`.  Slots are numbered 0.. in the order of
 * their first event's approval; slot_record[slot] is the hazard. */
struct sl_face_story {
	struct sl_fold_event *event;
	size_t n, cap;
	int64_t *slot_record;
	size_t n_slots, cap_slots;
	uint8_t *active; /* room for the fold; zeroed */
	size_t cap_active;
};
SL_CHECKED enum sl_code sl_face_story(const struct sl_timeline *t, const uint32_t *cover, size_t n_cover,
                                      int32_t until, struct sl_arena *a, struct sl_face_story *out,
                                      struct sl_err *e);
SL_CHECKED enum sl_code sl_face_story_to(const struct sl_timeline *t, const uint32_t *cover, size_t n_cover,
                                         const struct sl_horizon *until, struct sl_arena *a,
                                         struct sl_face_story *out, struct sl_err *e);
/* The state that the story ends in; `active` then tells which hazards stand. */
enum sl_land_state sl_story_state(struct sl_face_story *s);

#endif
