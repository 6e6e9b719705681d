/* What a programme keeps about itself and changes from the pages: its name and country, and the organisations that
 * work in it.  Each change is in the audit log before it counts: what is not in the log was not done. */
#ifndef SL_APP_LISTS_H
#define SL_APP_LISTS_H

#include "app/people.h"

/* An empty text leaves it as it is.  SL_INVALID: no name, or no ISO 3166 code of three letters. */
SL_CHECKED enum sl_code sl_programme_describe(struct sl_programme *writer, struct sl_people *people,
                                              const struct sl_actor *by, struct sl_str name, struct sl_str country,
                                              struct sl_err *e);

struct sl_organisation_change {
	struct sl_str id;            /* the source's identifier; empty: a new organisation, values say its own */
	struct sl_uuid before;       /* of a known one: its newest revision, as who changes it saw it */
	const struct sl_json *value; /* an object of field: text; an empty text takes a value away */
};
/* A record of the kind organisation, or a new revision of one, approved at once: who manages lists answers for them.
 * Sealed values stay as they are.  SL_INVALID names the field; SL_CONFLICT: there is one so called, or it has changed
 * meanwhile; SL_NOT_FOUND. */
SL_CHECKED enum sl_code sl_organisation_put(struct sl_programme *writer, struct sl_people *people,
                                            const struct sl_person *who, const struct sl_actor *by,
                                            const struct sl_organisation_change *change, struct sl_err *e);

#endif
