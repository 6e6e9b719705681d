/* A polygon as a team measured it: reference point, benchmark, start point, legs.  docs/method/traverse.md. */
#ifndef SL_APP_TRAVERSE_H
#define SL_APP_TRAVERSE_H

#include "app/account.h"
#include "geo/coord.h"
#include "geo/declination.h"
#include "geo/geometry.h"
#include "geo/traverse.h"
#include "model/dictionary.h"

/* What was written down, a line or a semicolon apart:
 *   reference POSITION           a landmark; may be missing
 *   benchmark POSITION or LEG    a leg leads there from the reference point; may be missing
 *   start POSITION or LEG        a leg leads there from the benchmark, else from the reference point
 *   TP1: LEG ...                 the rest, the last one back to the start
 * POSITION in any notation of geo/coord.h, "at" before it where a leg is expected; LEG as in geo/legs.h. */
struct sl_traverse_question {
	struct sl_str text;
	enum sl_north north;     /* what the bearings are against: said, never guessed */
	struct sl_date date;     /* of the measurement: for the declination */
	double height_m;         /* above the ellipsoid: for the declination */
	double declination_deg;  /* as read in the field; NAN: by the model, for the date and the start */
};

struct sl_traverse_answer {
	bool has_reference, has_benchmark;
	struct sl_coord reference, benchmark, start;
	double declination_deg;         /* only for magnetic bearings */
	struct sl_magnetic_field field; /* model NULL when the declination was given, or not needed */
	struct sl_leg *leg;             /* traverse.n legs */
	double *back_m;                 /* from the end of each leg to the start, as measured */
	struct sl_traverse traverse;
	double allowed_m;               /* misclosure that the programme allows: G14 */
	struct sl_str warning[6];       /* sentences, each with what to do */
	size_t n_warnings;
};

/* SL_INVALID names the line that cannot be read, and what it should look like. */
SL_CHECKED enum sl_code sl_traverse_answer(struct sl_arena *a, const struct sl_dictionary *dict,
                                           const struct sl_traverse_question *q, struct sl_traverse_answer *out,
                                           struct sl_err *e);
/* The outline, as measured or adjusted; in `a`. */
SL_CHECKED enum sl_code sl_traverse_ring(struct sl_arena *a, const struct sl_traverse_answer *answer, bool adjusted,
                                         struct sl_geom *out, struct sl_err *e);
/* The adjusted positions are written only when `adjusted` is set; then the answer says so. */
SL_CHECKED enum sl_code sl_traverse_write(struct sl_arena *a, const struct sl_traverse_question *q,
                                          const struct sl_traverse_answer *answer, enum sl_text_format format,
                                          bool adjusted, struct sl_buf *b, struct sl_err *e);

#endif
