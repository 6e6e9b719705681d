/* A place that a table gives in columns: WKT, hexadecimal WKB, latitude and longitude, MGRS, UTM, or x and
 * y of a system that the person names.  Nothing is guessed: what cannot be read is a problem in words. */
#ifndef SL_FORMATS_PLACE_H
#define SL_FORMATS_PLACE_H

#include "formats/transform.h"
#include "geo/geometry.h"

enum sl_place_part {
	SL_PLACE_WKT,
	SL_PLACE_WKB,
	SL_PLACE_LAT,
	SL_PLACE_LON,
	SL_PLACE_LATLON,
	SL_PLACE_MGRS,
	SL_PLACE_UTM,
	SL_PLACE_ZONE,
	SL_PLACE_EASTING,
	SL_PLACE_NORTHING,
	SL_PLACE_X,
	SL_PLACE_Y,
	SL_PLACE_PARTS,
};

struct sl_place_texts {
	struct sl_str part[SL_PLACE_PARTS]; /* empty: no column, or nothing in it */
	bool any;
};

struct sl_place {
	struct sl_geom geometry; /* type NONE when the parts are empty */
	bool wgs84;          /* the words themselves mean WGS 84 (latitude, MGRS, UTM); else x and y of a CRS */
	int srid;            /* of EWKT; 0 when it says none */
	double precision_m;  /* what the digits leave open; 0 when not known */
	const char *rule;    /* of the problem: "G16", "G18", "G24" */
	const char *problem; /* NULL when it was read, or nothing was there */
};

enum sl_place_part sl_place_part_of(enum sl_transform t);
/* What a heading means, as the headings of positions are written most; SL_PLACE_PARTS: nothing of a position. */
enum sl_place_part sl_place_part_meant(struct sl_str heading);
/* The texts as one geometry.  Lives in `a`. */
SL_CHECKED enum sl_code sl_place_read(struct sl_arena *a, const struct sl_place_texts *texts,
                                      struct sl_place *out, struct sl_err *e);
/* A coordinate of its own: decimal point or comma; false when it is no plain number or, above 180, when
 * a comma could part thousands. */
bool sl_place_number(struct sl_str text, double *out);
bool sl_place_is_wkt(struct sl_str text); /* it begins as WKT or EWKT does */
bool sl_place_is_hex_wkb(struct sl_str text);

#endif
