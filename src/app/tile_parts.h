/* Inside app/tile_*.c: records and faces ready to draw, and the shared memory that keeps them. */
#ifndef SL_APP_TILE_PARTS_H
#define SL_APP_TILE_PARTS_H

#include "app/tile.h"
#include "base/map.h"
#include "formats/mvt.h"
#include "ledger/timeline.h"

#include <pthread.h>

/* A record or a face without anything that depends on a tile: attributes as numbers of keys and values,
 * then the geometry in world units. */
struct sl_packed {
	struct sl_world_box box;
	uint32_t n_tags, n_geometry;        /* bytes */
	uint32_t class_value, status_value; /* by which small ground is merged: numbers of values + 1; 0: none.
	                                     * Their tags stand first, class before status */
	unsigned char bytes[];              /* tags, geometry */
};
static inline struct sl_str sl_packed_geometry(const struct sl_packed *p)
{
	return (struct sl_str){(const char *)p->bytes + p->n_tags, p->n_geometry};
}

/* A tag: key number * 4 + form as a varint, then, by form: */
enum sl_tag_form {
	SL_TAG_SHARED, /* the number of a shared value */
	SL_TAG_OWN,    /* length and bytes of a value (sl_mvt_value_write) that is hardly ever met twice */
	SL_TAG_WORDS, /* length of what follows; length of the text; its words, one blank between: the number of
	               * a shared word + 1, or 0, length and bytes */
	SL_TAG_UUID,  /* 16 bytes of a UUID, a text in tiles */
};

struct sl_tile_key_name {
	struct sl_str name;
	bool basic; /* stands in tiles that do not have all fields */
};

/* Texts by number: each stands once. */
struct sl_tile_pool {
	struct sl_str *text; /* sl_mem */
	size_t n, cap;
	struct sl_map number_of;
};

struct sl_tile_keeper { /* an index: number of a record or face -> packed */
	struct sl_packed **at;
	size_t n;
	size_t bytes, bytes_max;
};

struct sl_tile_land; /* tile_land.c */

/* Lock order: land, then lock, then the cache's own. */
struct sl_tiles {
	struct sl_tile_cache *cache;
	pthread_rwlock_t lock; /* of everything below */
	int64_t seq;           /* what is kept is right for this newest revision; -1: nothing is kept */
	struct sl_arena arena; /* texts of keys and values */
	struct sl_tile_key_name *key;
	size_t n_keys, cap_keys;
	struct sl_map key_of;
	struct sl_tile_pool value, word; /* values as messages */
	size_t pool_bytes;
	struct sl_tile_keeper record, face;
	pthread_rwlock_t land_lock;
	struct sl_tile_land *land;
	uint64_t land_generation; /* counts what was made of the land: numbers of faces hold within one */
};

/* Numbers of the layer's own tables, by number of a key or value: right when the stamp is this layer's. */
struct sl_tile_local {
	uint32_t stamp, number;
};

struct sl_tile_item { /* what a tile is made of */
	uint64_t id;
	const struct sl_packed *packed; /* NULL: ground known to be smaller than a pixel, of which no more is needed
	                                 * than where it is */
	struct sl_world_point at;       /* faces, where all_fields is not set: somewhere on it, where it is counted */
	double area_m2; /* faces: this and the following */
	int32_t since;
	uint32_t cluster;
	uint8_t state; /* enum sl_land_state */
	bool placed;   /* `at` is set */
};

/* Numbers of the records that an organisation's people may see, ascending. */
struct sl_tile_mine {
	struct sl_arena arena;
	struct sl_str organisation;
	int64_t seq; /* 0: nothing is known */
	int64_t *number;
	size_t n, cap;
};

struct sl_tile_maker {
	struct sl_tiles *tiles;
	struct sl_db *db;
	struct sl_arena arena; /* of one tile */
	struct sl_tile_scratch scratch;
	struct sl_mvt_layer layer;
	struct sl_buf tile, row, value;
	struct sl_tile_local *key, *shared;
	size_t cap_key, cap_shared;
	uint32_t stamp;
	struct sl_arena keep; /* of key, shared */
	struct sl_tile_mine mine;
};

/* ---- tile_memory.c ---- */
/* Under the lock for writing.  Shares a text; UINT32_MAX when there is no more room and `must` is false. */
SL_CHECKED enum sl_code sl_tile_share(struct sl_tiles *t, struct sl_tile_pool *pool, struct sl_str text,
                                      bool must, uint32_t *number, struct sl_err *e);
SL_CHECKED enum sl_code sl_tile_key_number(struct sl_tiles *t, struct sl_str name, bool basic,
                                           uint32_t *number, struct sl_err *e);
/* Keeps a copy of `p`; NULL when it is full. */
const struct sl_packed *sl_tile_keep(struct sl_tile_keeper *k, uint64_t number, const struct sl_packed *p);
void sl_tile_forget(struct sl_tile_keeper *k, uint64_t number);
static inline const struct sl_packed *sl_tile_kept(const struct sl_tile_keeper *k, uint64_t number)
{
	return number < k->n ? k->at[number] : NULL;
}
/* Inside a read transaction of the maker's handle: what changed since is forgotten, here and in the cache.
 * *seq is the newest revision of the transaction, *epoch what to give to sl_tile_cache_put. */
SL_CHECKED enum sl_code sl_tiles_follow(struct sl_tile_maker *m, int64_t *seq, uint64_t *epoch,
                                        struct sl_err *e);

/* After a tile: its arena, and after a large one the buffers too, which every thread would keep. */
void sl_tile_maker_rest(struct sl_tile_maker *m);

/* ---- tile_row.c ---- */
bool sl_tile_is_basic(struct sl_str field); /* stands in tiles that do not have all fields */
/* Packs a row of a layer into m->row, which is then a struct sl_packed; empty when there is nothing to
 * draw. Under the lock for writing. */
SL_CHECKED enum sl_code sl_tile_pack_row(struct sl_tile_maker *m, const struct sl_kind *kind,
                                         const struct sl_layer_row *row, struct sl_err *e);
/* Appends one tag.  With `shared`, the value is shared in any case: its number + 1. */
SL_CHECKED enum sl_code sl_tile_pack_tag(struct sl_tile_maker *m, struct sl_str key, bool basic,
                                         const struct sl_mvt_value *v, bool repeats, uint32_t *shared,
                                         struct sl_err *e);
/* Writes head and geometry: m->row begins with room for the head, and the tags stand behind it. */
SL_CHECKED enum sl_code sl_tile_pack_end(struct sl_tile_maker *m, struct sl_packed *head,
                                         const struct sl_geom *g, struct sl_err *e);

/* ---- tile_make.c ---- */
/* Writes the layer of these items to m->tile (cleared before).  `land` says that they are faces.  Under the
 * lock for reading. */
SL_CHECKED enum sl_code sl_tile_write(struct sl_tile_maker *m, struct sl_str layer, struct sl_tile_id t,
                                      const struct sl_tile_options *o, const struct sl_tile_item *item,
                                      size_t n, bool land, struct sl_err *e);
/* How far around a tile ground may lie that shows in it. */
enum { SL_TILE_CELL = 8, SL_TILE_REACH = SL_TILE_BUFFER + SL_TILE_CELL };
int sl_tile_reach(const struct sl_tile_options *o, uint32_t z); /* with what is moved to a grid */
double sl_tile_grid_deg(const struct sl_tile_options *o);

bool sl_tile_is_small(struct sl_world_box b, struct sl_tile_id t);
SL_CHECKED enum sl_code sl_tile_check_id(struct sl_tile_id t, struct sl_err *e);

/* ---- tile_kind.c ---- */
/* Fills item[].packed for the records numbered so, and calls fn under the lock for reading.  In a read
 * transaction whose newest revision is `seq`. Records that have nothing to draw are left out. */
typedef enum sl_code sl_tile_items_fn(void *ctx, const struct sl_tile_item *item, size_t n,
                                      struct sl_err *e);
SL_CHECKED enum sl_code sl_tile_with_records(struct sl_tile_maker *m, const struct sl_kind *kind,
                                             const int64_t *number, size_t n, int64_t seq,
                                             sl_tile_items_fn *fn, void *ctx, struct sl_err *e);

/* ---- tile_land.c ---- */
void sl_tile_land_free(struct sl_tile_land *l); /* NULL is allowed */

#endif
