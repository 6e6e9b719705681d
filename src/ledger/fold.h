/* The state of a piece of land, event by event: the rules of state and flow, in one small replaceable place.
 * Source: DESIGN section 4, "the state of a face at date D, exactly" (IMAS 07.11 terms).
 * Pure: no I/O, no allocation. */
#ifndef SL_LEDGER_FOLD_H
#define SL_LEDGER_FOLD_H

#include "base/str.h"

/* Raised whenever the rules below, or those of the timeline and the account, give another answer for the same records:
 * frozen accounts say by which they were counted. */
#define SL_FOLD_VERSION 1

enum sl_land_state {
	SL_STATE_NONE, /* never recorded as hazardous, or recorded in error */
	SL_STATE_CANCELLED, SL_STATE_REDUCED, SL_STATE_CLEARED,
	SL_STATE_SHA, SL_STATE_CHA,
	SL_STATES
};
const char *sl_land_state_name(enum sl_land_state s);

enum sl_flow {
	SL_FLOW_NEW_SHA, SL_FLOW_NEW_CHA, /* none -> SHA, CHA by a hazard not known before */
	SL_FLOW_CONFIRMED,     /* SHA -> CHA */
	SL_FLOW_DOWNGRADED,    /* CHA -> SHA */
	SL_FLOW_CANCELLED, SL_FLOW_REDUCED, SL_FLOW_CLEARED, /* SHA or CHA -> released, by what ended the last hazard */
	SL_FLOW_REOPENED,      /* released -> SHA or CHA */
	SL_FLOW_BOUNDARY_GAIN, /* none -> SHA or CHA by a new boundary of a known hazard */
	SL_FLOW_BOUNDARY_LOSS, /* SHA or CHA -> none or an older release, because a boundary shrank */
	SL_FLOW_WITHDRAWN,     /* the same, because a record was erroneous, a duplicate or merged */
	SL_FLOW_OUTSIDE,       /* a release over land never recorded as hazardous: no change of stock */
	SL_FLOW_AGAIN,         /* a release over land already released and not reopened: no change of stock */
	SL_FLOWS,
	SL_FLOW_NONE = SL_FLOWS
};
const char *sl_flow_name(enum sl_flow f);

/* What happens on a face; `order` ranks events of one day: hazards first, then withdrawals, then cancelled,
 * reduced, cleared; then approval order. */
enum sl_fold_what {
	SL_FOLD_SHA, SL_FOLD_CHA,   /* a hazard version; `covers` tells whether its boundary holds this face */
	SL_FOLD_NO_HAZARD,          /* the hazard became something that is no land area: treated as withdrawn */
	SL_FOLD_WITHDRAWN,
	SL_FOLD_CANCELLED, SL_FOLD_REDUCED, SL_FOLD_CLEARED
};

struct sl_fold_event {
	int32_t day;
	uint8_t what;    /* enum sl_fold_what */
	bool covers;     /* hazard versions */
	bool known;      /* hazard versions: an earlier version of the hazard exists (anywhere) */
	int32_t hazard;  /* slot of the hazard on this face; -1: a release that names none */
	uint32_t event;  /* the ledger's event: events are numbered in approval order */
};

/* Orders events as the rules say. For qsort. */
int sl_fold_order(const void *a, const void *b);

/* The state of one face. `active[i]`: class of the hazard in slot i while it is active here, else
 * SL_STATE_NONE. The caller gives room for as many slots as the face has hazards, zeroed. */
struct sl_fold {
	enum sl_land_state state;
	enum sl_land_state released; /* kind of the last release over the face, or NONE */
	uint8_t *active;
	int32_t n_slots;
};

/* Apply the next event in order; returns the flow it causes (SL_FLOW_NONE when nothing changes). */
enum sl_flow sl_fold_step(struct sl_fold *f, const struct sl_fold_event *ev);

#endif
