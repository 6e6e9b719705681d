/* Mapbox Vector Tile 2.1 (https://github.com/mapbox/vector-tile-spec): writing.  The Protocol Buffers are
 * written by hand.  Knows nothing of where features come from. */
#ifndef SL_FORMATS_MVT_H
#define SL_FORMATS_MVT_H

#include "base/map.h"
#include "geo/tile.h"

struct sl_mvt_value {
	enum { SL_MVT_TEXT, SL_MVT_DOUBLE, SL_MVT_INTEGER, SL_MVT_BOOL } type;
	struct sl_str text;
	double number;
	int64_t integer; /* BOOL: 0 or not */
};

/* One layer being made.  Zeroed is empty; the memory is kept from one layer to the next. */
struct sl_mvt_layer {
	struct sl_buf feature, key, value;    /* messages that are ready */
	struct sl_buf tag, geometry, message; /* of the open feature */
	uint32_t n_keys, n_values, n_features;
	struct sl_map key_of, value_of; /* of sl_mvt_key_of and sl_mvt_value_of */
	struct sl_arena texts;          /* their keys */
	uint64_t id;
	bool has_id;
};
void sl_mvt_layer_begin(struct sl_mvt_layer *l);
void sl_mvt_layer_done(struct sl_mvt_layer *l);

/* Appends a value in the layer's form (the content of a Value message). */
void sl_mvt_value_write(struct sl_buf *b, const struct sl_mvt_value *v);

/* A key or a value in the layer's tables; the number to tag with.  Without a search: the caller knows which
 * it has given.  `message` is what sl_mvt_value_write wrote. */
uint32_t sl_mvt_add_key(struct sl_mvt_layer *l, struct sl_str name);
uint32_t sl_mvt_add_value(struct sl_mvt_layer *l, struct sl_str message);
/* With a search: each name and each value stands once. */
SL_CHECKED enum sl_code sl_mvt_tag(struct sl_mvt_layer *l, struct sl_str name, const struct sl_mvt_value *v,
                                   struct sl_err *e);

/* The value is added without a search, for those that are hardly ever met twice. */
SL_CHECKED enum sl_code sl_mvt_tag_own(struct sl_mvt_layer *l, struct sl_str name,
                                       const struct sl_mvt_value *v, struct sl_err *e);

/* A feature: begin, tags, end with a shape that is not empty.  An id is optional (has_id). */
void sl_mvt_feature_begin(struct sl_mvt_layer *l, bool has_id, uint64_t id);
void sl_mvt_feature_tag(struct sl_mvt_layer *l, uint32_t key, uint32_t value);
void sl_mvt_feature_end(struct sl_mvt_layer *l, const struct sl_tile_shape *shape);

/* Appends the layer to a tile; nothing when it has no feature.  SL_NOMEM when anything before failed. */
SL_CHECKED enum sl_code sl_mvt_layer_write(struct sl_buf *tile, const struct sl_mvt_layer *l,
                                           struct sl_str name, struct sl_err *e);

#endif
