/* PROJ's geodesic.h on WGS 84, set up once.  For the .c files of this floor. */
#ifndef SL_GEO_GEODESIC_WGS84_H
#define SL_GEO_GEODESIC_WGS84_H

struct geod_geodesic;

const struct geod_geodesic *sl_geodesic_wgs84(void);

#endif
