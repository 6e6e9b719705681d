/* What the two files of measured polygons share. */
#ifndef SL_HTTP_OUTLINE_H
#define SL_HTTP_OUTLINE_H

#include "app/outline_save.h"
#include "base/json.h"

/* A number of the body; left out, *out stays. */
SL_CHECKED enum sl_code sl_body_number(const struct sl_json *body, const char *key, double *out, struct sl_err *e);
/* text, bearings, date, declination_deg and height_m of the body. */
SL_CHECKED enum sl_code sl_body_traverse(const struct sl_json *body, struct sl_traverse_question *out, struct sl_err *e);

#endif
