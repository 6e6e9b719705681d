/* A polygon from its corners: positions as a team wrote them down, fixes of a walk along the boundary, or a track file.
 * What was typed stays as it was typed.  A polygon by bearing and distance: app/traverse.h.  docs/manual/traverse.md */
#ifndef SL_APP_OUTLINE_H
#define SL_APP_OUTLINE_H

#include "app/account.h"
#include "base/json.h"
#include "geo/coord.h"
#include "model/finding.h"
#include "model/locale.h"
#include "model/record.h"

/* Corners, a line each: a position in any notation of geo/coord.h, "TP3:", "3)" or a word with a digit before it if
 * wanted, and behind '#' whatever belongs to it (accuracy, time). */
struct sl_outline_question {
	struct sl_str text;
	struct sl_str file_name, file; /* instead of the text: a track or polygon, the ending of its name says in which format */
	struct sl_str crs;             /* of latitudes and longitudes in the text: "EPSG:4326"; empty: nobody said, and that is
	                                * WGS 84 with a warning (G17) */
	struct sl_str fixed_by;        /* code of the list of that name; empty: not said */
	double accuracy_m;             /* NAN: not said */
	const struct sl_locale *locale; /* of titles and suggestions; NULL: English */
	bool walked;                   /* the text is the fixes of a walk along the boundary: how far its ends are apart counts */
};

struct sl_outline_point {
	struct sl_str label, as, note; /* label and note may be empty; as: the position as typed; empty in a file */
	struct sl_coord at;            /* on WGS 84 */
	double leg_m;                  /* to the next; from the last back to the first */
};

struct sl_outline {
	struct sl_outline_point *point;
	size_t n;
	struct sl_geom ring;      /* SL_GEOM_NONE below three points */
	double area_m2, perimeter_m;
	double gap_m;             /* from where a walk or track ended to its start; NAN of corners and polygons */
	double precision_m;       /* half-width of the coarsest notation; 0 of a file */
	size_t repeats;           /* fixes that repeat the one before and are left out of the ring */
	struct sl_findings found; /* of the rules for outlines: G.. */
};

/* SL_INVALID names the line that cannot be read, and says what to write.  In `a`. */
SL_CHECKED enum sl_code sl_outline_make(struct sl_arena *a, const struct sl_dictionary *dict,
                                        const struct sl_outline_question *q, struct sl_outline *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_outline_write(const struct sl_outline_question *q, const struct sl_outline *o,
                                         enum sl_text_format format, struct sl_buf *b, struct sl_err *e);
/* {rule, title, severity, text, suggestion}...: title and suggestion in the language. */
void sl_outline_found_json(struct sl_json_writer *w, const struct sl_locale *l, const struct sl_findings *found);

/* The rules for outlines on values and a geometry, as the review desk will judge them; found.a is set. */
SL_CHECKED enum sl_code sl_outline_judge(const struct sl_dictionary *dict, const struct sl_record *rec,
                                         struct sl_findings *found, struct sl_err *e);

#endif
