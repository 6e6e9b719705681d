/* A polygon that was measured becomes a record that waits at the review desk.  All of the original entry is kept: the
 * text as it was typed, what bearings and positions are against, the track file, how it was measured.
 * docs/formats/api.md */
#ifndef SL_APP_OUTLINE_SAVE_H
#define SL_APP_OUTLINE_SAVE_H

#include "app/outline.h"
#include "app/people.h"
#include "app/traverse.h"

enum sl_measured { SL_MEASURED_LEGS, SL_MEASURED_POINTS, SL_MEASURED_WALK, SL_MEASURED_TRACK };
bool sl_measured_from(struct sl_str name, enum sl_measured *out); /* "legs", "points", "walk", "track" */

struct sl_outline_value {
	struct sl_str field, text;
};
struct sl_outline_save {
	const struct sl_person *who;
	const struct sl_kind *kind; /* one with an outline on the map, and an id and a date */
	struct sl_str id;
	const struct sl_outline_value *value; /* fields of the form: effective_date is needed; texts as in an import */
	size_t n_values;
	enum sl_measured measured;
	struct sl_traverse_question legs;     /* SL_MEASURED_LEGS */
	bool adjusted;                        /* the outline is that of the adjusted traverse */
	struct sl_outline_question corners;   /* the others */
};
struct sl_outline_saved {
	struct sl_uuid record, revision;
	struct sl_str id;
	bool known; /* it is a new version of a record that is there */
	struct sl_findings found;
};

/* One transaction of `writer`, durable on SL_OK.  SL_INVALID says what is missing or cannot be read; SL_DENIED: they may
 * not write it; SL_CONFLICT: somebody else's record has the identifier, or a version of it waits already. */
SL_CHECKED enum sl_code sl_outline_save(struct sl_programme *writer, struct sl_arena *a, const struct sl_outline_save *s,
                                        struct sl_outline_saved *out, struct sl_err *e);

#endif
