/* What a file of map tiles says of itself: a base map of the user's own.  Read from files that anybody may have made. */
#ifndef SL_MODEL_TILESET_H
#define SL_MODEL_TILESET_H

#include "base/str.h"

enum sl_tile_form { SL_TILE_MVT, SL_TILE_PNG, SL_TILE_JPEG, SL_TILE_WEBP };

enum {
	SL_TILESET_TILE_MAX = 8 << 20,     /* bytes of one tile */
	SL_TILESET_METADATA_MAX = 4 << 20, /* and of what the file says of itself */
	SL_TILESET_LAYERS_MAX = 64,
	SL_TILESET_ZOOM_MAX = 24,
};

struct sl_tileset {
	struct sl_str name, attribution; /* may be empty */
	enum sl_tile_form form;
	int min_zoom, max_zoom;
	bool has_box;
	double west, south, east, north;
	struct sl_str layer[SL_TILESET_LAYERS_MAX]; /* names of the vector layers */
	size_t n_layers;
};

/* The vector layers of a JSON object as TileJSON has it; what is no such object adds none. */
SL_CHECKED enum sl_code sl_tileset_layers(struct sl_arena *a, struct sl_str json, struct sl_tileset *out,
                                          struct sl_err *e);
/* SL_INVALID when zooms or box are none. */
SL_CHECKED enum sl_code sl_tileset_check(const struct sl_tileset *t, struct sl_err *e);

#endif
