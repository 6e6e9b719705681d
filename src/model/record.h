/* A record as entered: the values of one kind's fields, and what the dictionary has no field for. */
#ifndef SL_MODEL_RECORD_H
#define SL_MODEL_RECORD_H

#include "base/date.h"
#include "base/json.h"
#include "geo/geometry.h"
#include "model/dictionary.h"

enum sl_value_type {
	SL_VALUE_NONE,    /* not asked */
	SL_VALUE_UNKNOWN, /* asked, not known: UNK */
	SL_VALUE_NA,      /* does not apply: NA */
	SL_VALUE_TEXT,
	SL_VALUE_INTEGER,
	SL_VALUE_DECIMAL,
	SL_VALUE_DATE,
};

struct sl_value {
	enum sl_value_type type;
	struct sl_str text; /* TEXT; selects: the code, or codes sorted and separated by one blank */
	int64_t integer;
	double decimal;
	struct sl_date date;
};

struct sl_extra {
	struct sl_str key, value;
}; /* value: JSON text */

struct sl_record {
	const struct sl_kind *kind;
	struct sl_value *value; /* kind->n_fields; the geometry field stays NONE */
	struct sl_extra *extra; /* columns without a field, kept as they came */
	size_t n_extra;
	struct sl_geom geometry; /* WGS 84; type NONE when there is none */
};

SL_CHECKED enum sl_code sl_record_new(struct sl_arena *a, const struct sl_kind *kind, struct sl_record *out,
                                      struct sl_err *e);
/* By field name; a NONE value when there is no such field. */
struct sl_value sl_record_get(const struct sl_record *r, const char *field);
struct sl_str sl_record_text(const struct sl_record *r, const char *field); /* empty unless TEXT */
struct sl_date sl_record_date(const struct sl_record *r, const char *field);
/* Number of an integer or decimal field; NAN when unknown, not asked or not applicable. */
double sl_record_number(const struct sl_record *r, const char *field);
bool sl_record_has_code(const struct sl_record *r, const char *field, const char *code);

/* Read `raw` as a value of `f`: numbers with decimal comma, dates loosely, codes by alias; "UNK",
 * "unknown" and "NA" in any type.  When it cannot be read, out is NONE and *problem says why in one
 * sentence (NULL otherwise): the caller keeps the raw text as an extra and makes a finding. */
SL_CHECKED enum sl_code sl_value_read(struct sl_arena *a, const struct sl_field *f, struct sl_str raw,
                                      struct sl_value *out, const char **problem, struct sl_err *e);

/* Canonical JSON of the public part: keys sorted, NONE left out, UNKNOWN "UNK", NA "NA", dates ISO,
 * extras under "_extra" (unless the kind seals them).  Sensitive fields are left out: see sl_record_sealed_json.  Geometry is not in it.
 */
void sl_record_json(struct sl_buf *b, const struct sl_record *r);
/* The sensitive fields (and the geometry when it is sensitive, as WKT); *any tells whether there is one. */
void sl_record_sealed_json(struct sl_buf *b, const struct sl_record *r, bool *any);
/* The same with `n` extras behind it that would show what is sealed; for kinds that do not seal all of theirs. */
void sl_record_sealed_json_with(struct sl_buf *b, const struct sl_record *r, const struct sl_extra *extra, size_t n,
                                bool *any);
/* Back from canonical JSON; unknown keys go to extra. */
SL_CHECKED enum sl_code sl_record_from_json(struct sl_arena *a, const struct sl_kind *kind,
                                            struct sl_str json, struct sl_record *out, struct sl_err *e);
/* A value as text for tables and CSV: ISO dates, shortest numbers, codes. */
void sl_value_text(struct sl_buf *b, const struct sl_value *v);

#endif
