/* A tile archive: MBTiles 1.3 (https://github.com/mapbox/mbtiles-spec), one SQLite file. */
#ifndef SL_STORE_MBTILES_WRITER_H
#define SL_STORE_MBTILES_WRITER_H

#include "base/env.h"
#include "geo/mercator.h"

struct sl_mbtiles;

/* Writes beside `path`; what is there is replaced when the archive is closed whole. */
SL_CHECKED enum sl_code sl_mbtiles_create(const char *path, struct sl_mbtiles **out, struct sl_err *e);
/* One caller at a time.  Rows count from the north, as everywhere here. */
SL_CHECKED enum sl_code sl_mbtiles_put(struct sl_mbtiles *m, struct sl_tile_id t, struct sl_str bytes,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_mbtiles_say(struct sl_mbtiles *m, const char *name, struct sl_str value,
                                       struct sl_err *e);
/* With `whole`: index, commit, take the place of `path`.  Without: nothing of it is left.  Frees in any case. */
SL_CHECKED enum sl_code sl_mbtiles_close(struct sl_mbtiles *m, bool whole, struct sl_err *e);

#endif
