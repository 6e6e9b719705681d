/* The inside of the way from one account to another, shared by its files. */
#ifndef SL_LEDGER_DIFFERENCE_PARTS_H
#define SL_LEDGER_DIFFERENCE_PARTS_H

#include "ledger/difference.h"

/* What a face puts into an account. */
struct sl_view {
	enum sl_land_state state;
	bool counts, repaired;
	uint16_t moved[SL_FLOWS];
	size_t line;
	int64_t *hazard; /* those standing, and their class */
	uint8_t *class;
	size_t n_hazards;
};

/* A record that stands without a boundary. */
struct sl_loose {
	bool counts;
	size_t line;
	sl_mm2 reported;
};

struct sl_walk_range { /* a record's events or faces: first in the list, and behind the last */
	uint32_t first, end;
};

struct sl_walk {
	struct sl_arena *a, scratch; /* scratch: of one step */
	const struct sl_ledger *l;
	const struct sl_account_names *names;
	enum sl_account_by by;
	struct sl_timeline t;
	struct sl_face_story story;
	bool *knew, *knows, *known; /* by event: the first account, the second, the walk just now */
	struct sl_walk_range *events, *faces; /* by record */
	uint32_t *event, *face;
	struct sl_map by_key;
	struct sl_changes out;
	int sign;
};

/* One event that comes in or goes. */
struct sl_walk_step {
	uint32_t event, previous; /* previous: what it replaces or follows */
	size_t first_change;
	bool in_time, correcting;
};

/* ---- difference_look.c: what ground counts, and where it lies ---- */
SL_CHECKED enum sl_code sl_walk_index_events(struct sl_walk *w, struct sl_err *e);
/* Faces of the records that take a step; `moves`: by record. */
SL_CHECKED enum sl_code sl_walk_index_faces(struct sl_walk *w, const bool *moves, struct sl_err *e);
SL_CHECKED enum sl_code sl_walk_look(struct sl_walk *w, const struct sl_ledger_face *f, const struct sl_horizon *until,
                                     struct sl_view *v, struct sl_err *e);
/* As the account does it: the last of the record's events that counts (ledger/account.c). */
SL_CHECKED enum sl_code sl_walk_look_loose(struct sl_walk *w, int32_t record, const struct sl_horizon *until,
                                           struct sl_loose *out, struct sl_err *e);

#endif
