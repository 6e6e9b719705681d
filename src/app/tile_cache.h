/* Finished tiles in memory: a bounded list, the one longest unused goes first.  Thread-safe.
 * Tiles are counted references: a tile that is being sent stays whole though the cache lets go of it. */
#ifndef SL_APP_TILE_CACHE_H
#define SL_APP_TILE_CACHE_H

#include "geo/mercator.h"

#include <stdatomic.h>

struct sl_tile_bytes {
	atomic_int references;
	uint32_t n_features;
	int64_t version; /* place of the newest revision when it was made: good for an ETag */
	size_t n;        /* 0: nothing lies in the tile (HTTP 204) */
	char p[];        /* n bytes */
};

/* A copy of `bytes` with one reference, the caller's. */
SL_CHECKED enum sl_code sl_tile_bytes_new(struct sl_str bytes, uint32_t n_features, int64_t version,
                                          struct sl_tile_bytes **out, struct sl_err *e);
struct sl_tile_bytes *sl_tile_bytes_keep(struct sl_tile_bytes *t);
void sl_tile_bytes_release(struct sl_tile_bytes *t); /* NULL is allowed; any thread */

enum { SL_TILE_LAYER_LAND = -1 };

struct sl_tile_key {
	int32_t layer; /* number of the kind (struct sl_kind); SL_TILE_LAYER_LAND */
	int32_t day;   /* as of; 0 where there is no date */
	uint32_t
	    variant; /* options; the server may keep compressed forms under bits of its own (from 1 << 24) */
	struct sl_tile_id tile;
};

struct sl_tile_cache;
SL_CHECKED enum sl_code sl_tile_cache_new(size_t bytes_max, struct sl_tile_cache **out, struct sl_err *e);
void sl_tile_cache_free(struct sl_tile_cache *c); /* NULL is allowed */

/* With a reference for the caller; NULL when it is not there. */
struct sl_tile_bytes *sl_tile_cache_get(struct sl_tile_cache *c, const struct sl_tile_key *key);

/* A number that changes whenever something is invalidated.  Read it before looking at the programme: `put`
 * keeps a tile only when nothing was invalidated since. */
uint64_t sl_tile_cache_epoch(struct sl_tile_cache *c);
/* Keeps a reference of its own, or none: when the tile is out of date, too large, or there is no memory. */
void sl_tile_cache_put(struct sl_tile_cache *c, const struct sl_tile_key *key, struct sl_tile_bytes *t,
                       uint64_t epoch);

/* Something of the layer changed within the box (degrees): tiles that meet it, with their buffer, go. */
void sl_tile_cache_changed(struct sl_tile_cache *c, int32_t layer, struct sl_box box);
void sl_tile_cache_clear(struct sl_tile_cache *c);

struct sl_tile_cache_use {
	uint64_t hits, misses, evicted, invalidated;
	size_t n, bytes;
};
struct sl_tile_cache_use sl_tile_cache_use(struct sl_tile_cache *c);

#endif
