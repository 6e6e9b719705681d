/* Administrative units as polygons: which units a place lies in, and their outlines near a box. */
#ifndef SL_LEDGER_ADMIN_H
#define SL_LEDGER_ADMIN_H

#include "geo/boxtree.h"
#include "store/store.h"

struct sl_admin_unit {
	int64_t record; /* record number of the place */
	int level;      /* 1 or 2 */
	struct sl_grid_shape shape;
};

struct sl_admin {
	struct sl_admin_unit *unit; /* ordered by record number */
	size_t n_units;
	struct admin_edge *edge;
	size_t n_edges;
	struct sl_boxtree tree; /* of the edges */
	struct sl_hash digest;
	bool has1, has2;
};

/* Approved places of level admin1 and admin2 with polygons. Lives in `a`; then read-only, thread-safe. */
SL_CHECKED enum sl_code sl_admin_load(struct sl_arena *a, struct sl_db *db, struct sl_admin **out,
                                      struct sl_err *e);
/* As they stood after a revision of the log; 0: now. */
SL_CHECKED enum sl_code sl_admin_load_at(struct sl_arena *a, struct sl_db *db, int64_t last_seq,
                                         struct sl_admin **out, struct sl_err *e);
/* Digest alone: has anything changed? */
SL_CHECKED enum sl_code sl_admin_digest(struct sl_db *db, struct sl_hash *out, struct sl_err *e);
/* Record numbers of the units at p; 0: none. Of overlapping units of one level the first counts. */
void sl_admin_at(const struct sl_admin *ad, struct sl_grid_point p, int64_t *admin1, int64_t *admin2);
/* Units whose boundary passes through `box`, clipped to it; n = 0 when it lies in one unit. In `a`. */
struct sl_admin_piece {
	const struct sl_admin_unit *unit;
	struct sl_grid_shape shape;
};
SL_CHECKED enum sl_code sl_admin_pieces(const struct sl_admin *ad, struct sl_arena *a,
                                        struct sl_grid_box box, struct sl_admin_piece **out, size_t *n,
                                        struct sl_err *e);

#endif
