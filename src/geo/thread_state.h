/* What one thread keeps of GEOS and PROJ: contexts and projections are costly to make and must not be
 * shared between threads.  For the .c files of this floor. */
#ifndef SL_GEO_THREAD_STATE_H
#define SL_GEO_THREAD_STATE_H

#include "base/err.h"

/* GEOSContextHandle_t and PJ, without showing their libraries. */
struct GEOSContextHandle_HS;
struct PJconsts;

/* This thread's context, made at the first use and ended with the thread; NULL with SL_NOMEM. */
struct GEOSContextHandle_HS *sl_geos(struct sl_err *e);
/* Turn what GEOS complained about last on this thread into an error; returns its code. */
enum sl_code sl_geos_fail(struct sl_err *e, const char *doing);

/* The grids of UTM and MGRS on WGS 84, ready made.  One transverse Mercator serves all zones: longitude
 * goes in relative to the central meridian. */
enum sl_grid_projection { SL_GRID_TM, SL_GRID_UPS_NORTH, SL_GRID_UPS_SOUTH, SL_GRID_N };
struct PJconsts *sl_grid_projection(enum sl_grid_projection which, struct sl_err *e);

#endif
