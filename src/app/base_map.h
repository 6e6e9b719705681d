/* The user's own base maps: MBTiles and PMTiles in the folder FILE.gpkg.maps beside the programme.  Whoever may put a
 * file there adds a base map; nothing is kept, so that it is there, or gone, at once. */
#ifndef SL_APP_BASE_MAP_H
#define SL_APP_BASE_MAP_H

#include "app/programme.h"
#include "geo/mercator.h"
#include "model/tileset.h"

enum { SL_BASE_MAPS_MAX = 64 };

struct sl_base_map {
	struct sl_str file; /* "country.mbtiles": what it is called in addresses */
	const char *path;
	bool pmtiles;
	int64_t changed; /* another number when the file is another */
};

/* All of them by name; in `a`. */
SL_CHECKED enum sl_code sl_base_maps(struct sl_programme *p, struct sl_arena *a, struct sl_base_map **out, size_t *n,
                                     struct sl_err *e);
/* SL_NOT_FOUND when there is none of the name: a name is looked for among those that are there, never made a path. */
SL_CHECKED enum sl_code sl_base_map_find(struct sl_programme *p, struct sl_arena *a, struct sl_str file,
                                         struct sl_base_map *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_base_map_describe(struct sl_programme *p, struct sl_arena *a, const struct sl_base_map *m,
                                             struct sl_tileset *out, struct sl_err *e);
/* As it is kept, maybe gzipped; empty: no such tile. */
SL_CHECKED enum sl_code sl_base_map_tile(struct sl_programme *p, struct sl_arena *a, const struct sl_base_map *m,
                                         struct sl_tile_id t, struct sl_str *out, struct sl_err *e);

/* {"basemaps": [...]}; `base` is put before the addresses of tiles.  A file that is no base map stands in the list with
 * what is wrong with it. */
SL_CHECKED enum sl_code sl_base_maps_json(struct sl_programme *p, const char *base, struct sl_buf *b,
                                          struct sl_err *e);

#endif
