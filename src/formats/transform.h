/* What a mapping says to do with the text of a column before it is read as a field.  Only what is written
 * in the mapping is done: a lost zero is put back by "lpad:5", never by itself. */
#ifndef SL_FORMATS_TRANSFORM_H
#define SL_FORMATS_TRANSFORM_H

#include "base/date.h"
#include "base/str.h"

enum sl_transform {
	SL_TRANSFORM_TRIM,
	SL_TRANSFORM_UPPER,         /* ASCII letters */
	SL_TRANSFORM_NUMBER,        /* thousands separators removed; a point before the fraction */
	SL_TRANSFORM_DECIMAL_COMMA, /* points and blanks removed, the comma becomes a point */
	SL_TRANSFORM_HA,            /* ha_to_m2 */
	SL_TRANSFORM_KM2,           /* km2_to_m2 */
	SL_TRANSFORM_NEGATE,
	SL_TRANSFORM_LPAD,  /* lpad:N: zeros before, up to N digits */
	SL_TRANSFORM_CONST, /* const:VALUE, whatever the column says */
	SL_TRANSFORM_SPLIT, /* split:SEPARATOR: several values; split:SEPARATOR:N: the Nth of them */
	SL_TRANSFORM_DMY,   /* date:DMY and so on: the order in which the date is written */
	SL_TRANSFORM_MDY,
	SL_TRANSFORM_YMD,
	SL_TRANSFORM_EXCEL, /* date:excel: days since 1899-12-30 */
	/* Parts of one date in several columns.  A missing day is never guessed: "month_end" says that the
	 * last day of the month stands for it, "year_end" the last day of the year; "_start" the first. */
	SL_TRANSFORM_YEAR,
	SL_TRANSFORM_YEAR_START,
	SL_TRANSFORM_YEAR_END,
	SL_TRANSFORM_MONTH,
	SL_TRANSFORM_MONTH_START,
	SL_TRANSFORM_MONTH_END,
	SL_TRANSFORM_DAY,
	/* Parts of a place (formats/place.h). */
	SL_TRANSFORM_WKT,
	SL_TRANSFORM_WKB, /* hexadecimal */
	SL_TRANSFORM_LAT,
	SL_TRANSFORM_LON,
	SL_TRANSFORM_LATLON, /* both in one text: decimal degrees, minutes, seconds */
	SL_TRANSFORM_MGRS,
	SL_TRANSFORM_UTM, /* "48N 251034 1493597" */
	SL_TRANSFORM_UTM_ZONE,
	SL_TRANSFORM_UTM_EASTING,
	SL_TRANSFORM_UTM_NORTHING,
	SL_TRANSFORM_X,
	SL_TRANSFORM_Y,
};

struct sl_transform_step {
	enum sl_transform what;
	struct sl_str text; /* CONST: the value; SPLIT: the separator */
	int number;         /* LPAD: digits; SPLIT: which part, 0 all */
};

#define SL_TRANSFORM_STEPS_MAX 4

/* "trim|number|ha_to_m2".  The last step may be one that makes a part of a date or a place.
 * SL_INVALID names the step that is not known. */
SL_CHECKED enum sl_code sl_transform_parse(struct sl_str text,
                                           struct sl_transform_step step[SL_TRANSFORM_STEPS_MAX], size_t *n,
                                           struct sl_err *e); /* steps hold views of `text` */
bool sl_transform_is_place(enum sl_transform t);
bool sl_transform_is_date_part(enum sl_transform t);
const char *sl_transform_name(enum sl_transform t); /* "ha_to_m2" */

/* Carries out one step that makes text of text; parts of dates and places leave it as it is.
 * *problem (with SL_OK) says in one sentence why it cannot be done. */
SL_CHECKED enum sl_code sl_transform_text(struct sl_arena *a, const struct sl_transform_step *step,
                                          struct sl_str in, struct sl_str *out, const char **problem,
                                          struct sl_err *e);

/* A date in several columns. */
struct sl_date_parts {
	int year, month, day;     /* 0: no column said it */
	enum sl_transform stands; /* SL_TRANSFORM_MONTH_END ...: which day stands for the missing ones */
	bool any;
};
SL_CHECKED enum sl_code sl_date_part_add(struct sl_arena *a, struct sl_date_parts *d,
                                         enum sl_transform part, struct sl_str text, const char **problem,
                                         struct sl_err *e);
/* False when parts are missing that no rule stands in for, or there is no such day. */
bool sl_date_parts_date(const struct sl_date_parts *d, struct sl_date *out);

#endif
