/* Base maps in MBTiles (https://github.com/mapbox/mbtiles-spec, version 1.3): an SQLite file of tiles, read only.
 * Nothing is kept open: the file may be replaced at any time. */
#ifndef SL_STORE_MBTILES_H
#define SL_STORE_MBTILES_H

#include "base/env.h"
#include "geo/mercator.h"
#include "model/tileset.h"

/* SL_INVALID when it is no MBTiles that can be shown.  Texts in `a`. */
SL_CHECKED enum sl_code sl_mbtiles_describe(struct sl_arena *a, const char *path, struct sl_env *env,
                                            struct sl_tileset *out, struct sl_err *e);
/* The bytes as they are kept, maybe gzipped; empty when there is no such tile. */
SL_CHECKED enum sl_code sl_mbtiles_tile(struct sl_arena *a, const char *path, struct sl_env *env, struct sl_tile_id t,
                                        struct sl_str *out, struct sl_err *e);

#endif
