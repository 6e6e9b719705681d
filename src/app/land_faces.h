/* The pieces of ground of a region, each with its state on a day, as the land account counts them: what a boundary
 * drawn once says of ground that was released since is no picture of it.  Boxes may run over the antimeridian
 * (geo/globe.h). */
#ifndef SL_APP_LAND_FACES_H
#define SL_APP_LAND_FACES_H

#include "app/programme.h"
#include "ledger/fold.h"

/* `piece` is valid during the call; ground without a record is not handed out. */
typedef enum sl_code sl_land_face_fn(void *ctx, const struct sl_geom *piece, enum sl_land_state state,
                                     struct sl_err *e);
SL_CHECKED enum sl_code sl_land_faces(struct sl_programme *p, struct sl_box box, struct sl_date as_of,
                                      sl_land_face_fn *fn, void *ctx, struct sl_err *e);

#endif
