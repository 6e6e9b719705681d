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
#include "ledger/fold.h"
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
	size_t face_bytes;   /* the same for faces of the land. 0: 40 MiB */
	size_t cache_bytes;  /* finished tiles. 0: 16 MiB */
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
};
/* What a map wants: all fields from zoom 11 on, merged below zoom 14. */
struct sl_tile_options sl_tile_usual(uint32_t z);

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

/* Calls fn for every tile of the kind that is not empty, from zoom `from` to `to`, each tile before those
 * inside it.  `t` is valid during the call.  Makes them anew and keeps none.  Needs memory for the records
 * in one tile of zoom `from`, and reads one state of the programme from the first tile to the last. */
typedef enum sl_code sl_tile_fn(void *ctx, struct sl_tile_id id, const struct sl_tile_bytes *t,
                                struct sl_err *e);
SL_CHECKED enum sl_code sl_tile_walk(struct sl_tile_maker *m, const struct sl_kind *kind, uint32_t from,
                                     uint32_t to, const struct sl_tile_options *o, sl_tile_fn *fn,
                                     void *ctx, struct sl_err *e);

/* TileJSON 3.0.0 of a kind (NULL: the land).  `url` is the template with {z}, {x} and {y}. */
SL_CHECKED enum sl_code sl_tile_json(struct sl_db *db, const struct sl_kind *kind, struct sl_str url,
                                     struct sl_buf *b, struct sl_err *e);

#endif
