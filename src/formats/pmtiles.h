/* Base maps in PMTiles (https://github.com/protomaps/PMTiles, version 3): one file with directories of tiles along a
 * Hilbert curve.  Read part by part and nothing is kept open: the file may be replaced at any time. */
#ifndef SL_FORMATS_PMTILES_H
#define SL_FORMATS_PMTILES_H

#include "geo/mercator.h"
#include "model/tileset.h"

/* SL_INVALID or SL_CORRUPT when it is no PMTiles that can be shown.  Texts in `a`. */
SL_CHECKED enum sl_code sl_pmtiles_describe(struct sl_arena *a, const char *path, struct sl_tileset *out,
                                            struct sl_err *e);
/* The bytes as they are kept, maybe gzipped; empty when there is no such tile. */
SL_CHECKED enum sl_code sl_pmtiles_tile(struct sl_arena *a, const char *path, struct sl_tile_id t, struct sl_str *out,
                                        struct sl_err *e);

#endif
