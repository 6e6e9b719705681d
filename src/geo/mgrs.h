/* The lettering of the Military Grid Reference System.  For the .c files of this floor. */
#ifndef SL_GEO_MGRS_H
#define SL_GEO_MGRS_H

#include "geo/coord.h"

/* Does the text look like an MGRS reference (zone and three letters, or three letters at the poles,
 * then only digits and blanks)? */
bool sl_mgrs_looks(struct sl_str text);
/* Centre of the named square, or its south-west corner. */
SL_CHECKED enum sl_code sl_mgrs_parse(struct sl_str text, bool corner, struct sl_coord *out,
                                      struct sl_err *e);
/* Ten digits: the square of one metre that holds the position. */
SL_CHECKED enum sl_code sl_mgrs_text(double lat_deg, double lon_deg, char out[64], struct sl_err *e);

#endif
