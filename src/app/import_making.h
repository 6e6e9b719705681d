/* Inside the import only: one record of one row while it is made. */
#ifndef SL_APP_IMPORT_MAKING_H
#define SL_APP_IMPORT_MAKING_H

#include "app/import_parts.h"

/* A column whose text was changed on the way into a field, or could not be read as one. */
struct import_raw {
	struct sl_str column, text;
};

struct import_dated { /* a date that stands in several columns */
	const struct sl_field *field;
	struct sl_date_parts parts;
};

struct import_making {
	struct import_worker *w;
	struct import_chunk *c;
	const struct sl_row *row;
	const struct import_kind *k;
	size_t kind; /* index in the mapping */
	size_t item; /* index in the chunk */
	struct sl_record rec;
	size_t cap_extra;
	struct import_raw *raw;
	size_t n_raw, cap_raw;
	struct sl_extra *sealed; /* extras that would show what is sealed */
	size_t n_sealed, cap_sealed;
	struct sl_place_texts place;
	struct import_dated dated[4];
	size_t n_dated;
	bool said; /* some column of this kind said something */
	bool has_error; /* of severity error */
};

/* A finding about the record; NULL as text passes on the error of the printf that should have made it. */
SL_CHECKED enum sl_code import_making_find(struct import_making *m, const char *rule,
                                           enum sl_severity severity, const struct sl_field *field,
                                           const char *text, const char *suggestion, struct sl_err *e);
/* Its place, documents and identity; the finished item goes to the chunk. */
SL_CHECKED enum sl_code import_making_finish(struct import_making *m, struct sl_err *e);

#endif
