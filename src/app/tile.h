/* Map tiles: the records of a kind, or the land by its state at a date, as Mapbox Vector Tiles 2.1.
 * What is simplified, merged and left out: docs/method/tiles.md.  Sensitive fields and kinds whose place is
 * sensitive are never in a tile; nothing here knows who asks, rights are the caller's.
 *
 * struct sl_tiles is shared by all threads of a process and one programme; each thread has a struct
 * sl_tile_maker with a database handle of its own (open for reading, not in a transaction).  What was
 * approved since, by whatever process, is noticed at each call: a tile is never older than the log at the
 * moment of the call. */
#ifndef SL_APP_TILE_H
#define SL_APP_TILE_H

#include "app/tile_cache.h"
#include "ledger/ledger.h"
#include "model/role.h"
#include "store/store.h"

enum {
	SL_TILE_MIN_ZOOM = 0,
	SL_TILE_MAX_ZOOM = 14
}; /* clients draw closer zooms from the tiles of zoom 14 */

struct sl_tiles;
struct sl_tile_maker;

struct sl_tile_limits {
	size_t record_bytes; /* records kept ready to draw; what does not fit is read again for each tile. 0: 72
	                        MiB */
	size_t face_bytes;   /* the same for faces of the land. 0: 8 MiB */
	size_t cache_bytes;  /* finished tiles. 0: 8 MiB */
};
SL_CHECKED enum sl_code sl_tiles_new(const struct sl_tile_limits *limits, struct sl_tiles **out,
                                     struct sl_err *e);
void sl_tiles_free(struct sl_tiles *t); /* after all makers; NULL is allowed */
struct sl_tile_cache *sl_tiles_cache(struct sl_tiles *t);

/* `db` must outlive the maker. */
SL_CHECKED enum sl_code sl_tile_maker_new(struct sl_tiles *t, struct sl_db *db, struct sl_tile_maker **out,
                                          struct sl_err *e);
void sl_tile_maker_free(struct sl_tile_maker *m); /* NULL is allowed */

struct sl_tile_options {
	bool all_fields; /* every field that is not sensitive, and "extra.<name>" of what has no field; else
	                  * only record, id, class (product, type, category, kind, level) and status */
	bool merge; /* ground smaller than a pixel (8 units) is counted into one square per pixel and class */
	bool exact; /* outlines are not simplified; only corners exactly on the line, on the tile's grid, go */
	bool no_cache; /* make it anew and do not keep it: for measuring */
	uint32_t generalise_m; /* published: positions are moved to a grid so wide; 0: exact.  At most 100,000 */
	const struct sl_person *only; /* NULL: everybody's; else records that this person may see.  Not kept */
};
/* What a map wants: all fields from zoom 11 on, merged below zoom 14. */
struct sl_tile_options sl_tile_usual(uint32_t z);
uint32_t sl_tile_variant(const struct sl_tile_options *o); /* for struct sl_tile_key, but for `only` */

/* One layer named like the kind.  Feature ids are record numbers; merged squares have none but `count`, and
 * class and status.  The tile is released by the caller (sl_tile_bytes_release). SL_NOT_FOUND: no such
 * tile, or the kind has no places that may be shown. */
SL_CHECKED enum sl_code sl_tile_kind(struct sl_tile_maker *m, const struct sl_kind *kind,
                                     struct sl_tile_id t, const struct sl_tile_options *o,
                                     struct sl_tile_bytes **out, struct sl_err *e);

/* One layer "land": the ledger's faces that have a state at the end of the day `as_of`:
 *   state (sl_land_state_name), since (the day that it came into this state), area_m2 (geodesic, of the
 * whole face), face and cluster (their numbers in the ledger, as long as the programme stays), records (the
 * hazards and releases that cover it as "kind:id", one a line, as sl_store_find takes them). The ledger is
 * opened at the first call (0.2 s for 200,000 hazards) and follows the log from then on. */
SL_CHECKED enum sl_code sl_tile_land(struct sl_tile_maker *m, struct sl_date as_of, struct sl_tile_id t,
                                     const struct sl_tile_options *o, struct sl_tile_bytes **out,
                                     struct sl_err *e);

/* The ledger that the land is made from, lent to whoever else needs it, for as long as a call takes: while it
 * is lent it stays as it is, and nobody sees newer land.  The caller stands in a read transaction whose newest
 * revision is `version`.  When the land is further already, the loan is a ledger of its own. */
struct sl_tile_loan {
	const struct sl_ledger *ledger;
	uint64_t generation; /* faces and clusters keep their numbers as long as it is the same; 0: for this loan */
	struct sl_ledger *own;
	struct sl_tile_maker *maker;
};
SL_CHECKED enum sl_code sl_tile_ledger_borrow(struct sl_tile_maker *m, int64_t version, struct sl_tile_loan *out,
                                              struct sl_err *e);
void sl_tile_ledger_return(struct sl_tile_loan *loan); /* by the thread that borrowed; zeroed is allowed */
/* sl_ledger_geometry, one at a time. */
SL_CHECKED enum sl_code sl_tile_ledger_geometry(struct sl_tile_loan *loan, uint32_t cluster, struct sl_arena *a,
                                                struct sl_geom **out, struct sl_err *e);
/* A ledger that had to be built is stored for the next start; the caller holds the write transaction. */
bool sl_tile_ledger_is_saved(struct sl_tiles *t);
SL_CHECKED enum sl_code sl_tile_ledger_save(struct sl_tiles *t, struct sl_db *writer, struct sl_err *e);

/* Calls fn for every tile of the kind that is not empty, from zoom `from` to `to`, each tile before those
 * inside it; `o` NULL: the usual options of each zoom.  `t` is valid during the call.  Makes them anew and keeps none.  Needs memory for the records
 * in one tile of zoom `from`, and reads one state of the programme from the first tile to the last. */
typedef enum sl_code sl_tile_fn(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t,
                                struct sl_err *e);
SL_CHECKED enum sl_code sl_tile_walk(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t from,
                                     uint32_t to, const struct sl_tile_options *o, sl_tile_fn *fn,
                                     void *ctx, struct sl_err *e);

/* The same in parts, for several threads, each with a maker of its own that stands in a read transaction of the
 * same moment: the tiles of zoom `z` that records may reach, and what lies in one of them. */
SL_CHECKED enum sl_code sl_tile_tops(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t z,
                                     struct sl_arena *a, struct sl_tile_id **out, size_t *n, struct sl_err *e);
SL_CHECKED enum sl_code sl_tile_walk_top(struct sl_tile_maker *m, const struct sl_kind *kind,
                                         struct sl_tile_id top, uint32_t to, const struct sl_tile_options *o,
                                         sl_tile_fn *fn, void *ctx, struct sl_err *e);

/* What TileJSON and MBTiles call vector_layers: one layer, its zooms and its fields. */
void sl_tile_layers_json(struct sl_json_writer *w, const struct sl_kind *kind, bool published, uint32_t from,
                         uint32_t to);
/* Where the layer has anything (NULL: the land); empty (x0 > x1) when it has nothing. */
SL_CHECKED enum sl_code sl_tile_bounds(struct sl_db *db, const struct sl_kind *kind, struct sl_box *out,
                                       struct sl_err *e);

/* TileJSON 3.0.0 of a kind (NULL: the land).  `url` is the template with {z}, {x} and {y}; `published` tells of
 * tiles without all fields, whose bounds are roughly given. */
SL_CHECKED enum sl_code sl_tile_json(struct sl_db *db, const struct sl_kind *kind, struct sl_str url,
                                     bool published, struct sl_buf *b, struct sl_err *e);

#endif
