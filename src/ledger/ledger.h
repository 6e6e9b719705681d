/* The land ledger: every boundary that was ever approved, noded once into faces that do not overlap.
 * Faces know their area, the events whose boundaries cover them and the administrative units they lie in;
 * they know no dates and no states.  An account of any date, as known at any moment, is a fold over them
 * (ledger/account.h) and needs no geometry.
 * Derived from the log: it can be dropped and rebuilt (docs/method/ledger.md). */
#ifndef SL_LEDGER_LEDGER_H
#define SL_LEDGER_LEDGER_H

#include "geo/arrangement.h"
#include "geo/boxtree.h"
#include "store/store.h"

struct sl_ledger_event { /* a row of the store's land events, and what the geometry told */
	int64_t seq;            /* approval order */
	int64_t approved_ms;
	uint64_t shape;         /* hash of the boundary on the grid: equal boundaries, equal hashes; 0: no polygon */
	double reported_m2;     /* NAN: not stated */
	int32_t record;         /* record number */
	int32_t hazard;         /* releases: record number of the hazard named; 0: none; -1: named, not known */
	int32_t geometry;       /* geometry id */
	int32_t day;            /* effective date; SL_DAY_NONE when missing */
	int32_t organisation, admin1, admin2; /* terms; 0: not stated */
	int32_t unit1, unit2;   /* of events without a polygon: record numbers of the units they lie in; 0: none */
	uint32_t contamination;
	uint8_t what;           /* enum sl_land_what */
	bool correction;
	bool polygon;
	bool repaired;          /* the polygon is a proposed repair */
	bool missing;           /* the polygon vanishes on the grid or could not be read: it covers nothing */
};

struct sl_ledger_face {
	int64_t area_mm2;  /* whole square millimetres: sums are exact in any order */
	uint32_t cover;    /* first of n_cover event numbers in sl_ledger.cover, ascending */
	uint32_t n_cover;
	int32_t admin1, admin2; /* record numbers of the places; 0: none */
	double lon, lat;
};

struct sl_cluster { /* shapes that touch or overlap, noded together */
	struct sl_grid_box box;
	uint32_t face, n_faces; /* in sl_ledger.face */
	uint32_t block;         /* where it is stored */
	bool dead;              /* replaced by a later one */
};

struct sl_ledger {
	struct sl_arena arena;
	struct sl_ledger_event *event; /* in approval order; the number of an event is its place here */
	size_t n_events, cap_events;
	struct sl_ledger_face *face;
	size_t n_faces, cap_faces;
	uint32_t *cover;
	size_t n_cover, cap_cover;
	struct sl_cluster *cluster;
	size_t n_clusters, cap_clusters;
	uint32_t *cluster_of;          /* event number -> its cluster, UINT32_MAX: none */
	size_t cap_cluster_of;
	struct sl_boxtree tree;        /* of the first n_in_tree clusters; made when the ledger begins to grow */
	uint32_t n_in_tree, n_syncs;
	uint32_t *last_of, *before;    /* record -> its last event; event -> the one before of its record; + 1 */
	size_t n_last_of, n_before, cap_before;
	struct sl_admin *admin;        /* loaded when first needed */
	bool has_admin1, has_admin2;
	struct sl_hash admin_digest;   /* of the units the faces were cut with */
	uint32_t n_blocks, last_block_faces;
	bool *block_dirty;
	size_t cap_dirty;
	size_t n_saved_events;         /* events up to here are stored as they are */
	bool rebuilt;                  /* nothing of it is stored yet */
};

/* Read the stored ledger, bring it up to the log (only the clusters that new boundaries touch are noded
 * again), build it whole when there is none or the administrative units changed. */
SL_CHECKED enum sl_code sl_ledger_open(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env,
                                       struct sl_err *e);
/* Forget what is stored and build anew. */
SL_CHECKED enum sl_code sl_ledger_build(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env,
                                        struct sl_err *e);
/* The ledger as it was when `last_seq` was the newest revision of the log, administrative units too: in memory, not
 * to be saved or synced.  What was counted then is counted again, to the last square millimetre. */
SL_CHECKED enum sl_code sl_ledger_build_at(struct sl_ledger *l, struct sl_db *db, const struct sl_env *env,
                                           int64_t last_seq, struct sl_err *e);
/* The ledger of some events only, kept in memory, without administrative units: for one place. */
SL_CHECKED enum sl_code sl_ledger_local(struct sl_ledger *l, struct sl_db *db, const struct sl_land_event *rows,
                                        size_t n, struct sl_err *e);
void sl_ledger_close(struct sl_ledger *l);

/* Write what changed; the caller holds the write transaction. */
SL_CHECKED enum sl_code sl_ledger_save(struct sl_ledger *l, struct sl_db *db, struct sl_err *e);
bool sl_ledger_is_saved(const struct sl_ledger *l);

/* Take in what the log has since the last event. `leave` is called for each cluster that is about to be
 * replaced or refolded and `enter` for each that stands after it (both may be NULL): an account kept in
 * memory follows with them (sl_running_total_watch). */
struct sl_ledger_watch {
	void (*leave)(void *ctx, const struct sl_cluster *c);
	void (*events)(void *ctx, size_t first_new);
	enum sl_code (*enter)(void *ctx, const struct sl_cluster *c, struct sl_err *e);
	void *ctx;
};
SL_CHECKED enum sl_code sl_ledger_sync(struct sl_ledger *l, struct sl_db *db,
                                       const struct sl_ledger_watch *watch, struct sl_err *e);

/* The polygons of a cluster's faces, in the order of its faces; in `a`. */
SL_CHECKED enum sl_code sl_ledger_geometry(struct sl_ledger *l, struct sl_db *db, uint32_t cluster,
                                           struct sl_arena *a, struct sl_geom **out, struct sl_err *e);

#endif
