/* Latitude and longitude as people write them in degrees, minutes and seconds.  For coord.c. */
#ifndef SL_GEO_ANGLE_TEXT_H
#define SL_GEO_ANGLE_TEXT_H

#include "geo/coord.h"

SL_CHECKED enum sl_code sl_angle_parse(struct sl_str text, struct sl_coord *out, struct sl_err *e);
/* `format` is DD, DM or DMS; the position is in range. */
void sl_angle_text(double lat_deg, double lon_deg, enum sl_coord_format format, char out[64]);

#endif
