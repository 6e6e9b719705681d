/* One line of coordinates in, one line of answer out. */
#ifndef SL_APP_COORDINATES_H
#define SL_APP_COORDINATES_H

#include "geo/coord.h"

enum sl_coordinates_task {
	SL_COORDINATES_CONVERT,  /* one position, any format -> `format` */
	SL_COORDINATES_DISTANCE, /* lat lon lat lon ... -> length of the geodesics between them, m */
	SL_COORDINATES_AREA,     /* lat lon lat lon lat lon ... -> geodesic area of the ring, m² */
	SL_COORDINATES_DECLINATION, /* lat lon height_m decimal_year -> declination, degrees, east positive */
};

struct sl_coordinates_question {
	enum sl_coordinates_task task;
	enum sl_coord_format format;
	bool corner; /* MGRS as the south-west corner of its square, not its centre */
};

/* Appends the answer, without the end of line; nothing when it fails. */
SL_CHECKED enum sl_code sl_coordinates_answer(const struct sl_coordinates_question *q, struct sl_str line,
                                              struct sl_buf *answer, struct sl_err *e);

#endif
