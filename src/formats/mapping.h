/* From columns of a file to fields of the dictionary.  A mapping is a CSV that a person writes or confirms:
 * source_field,kind,field,transform,value_map.  What it does not name maps by name and alias; what nothing
 * names is kept among the extras.  A suggestion says how sure it is and why; it is never taken for a yes.
 */
#ifndef SL_FORMATS_MAPPING_H
#define SL_FORMATS_MAPPING_H

#include "formats/place.h"
#include "formats/source.h"
#include "formats/transform.h"
#include "model/dictionary.h"

enum sl_match {
	SL_MATCH_GIVEN,  /* by the mapping file */
	SL_MATCH_FIXED,  /* by --set */
	SL_MATCH_NAME,   /* the column is called as the field */
	SL_MATCH_ALIAS,  /* or as one of its aliases */
	SL_MATCH_PLACE,  /* lat, lon, mgrs, ... and its values fit */
	SL_MATCH_VALUES, /* only its values fit: suggested, never applied */
	SL_MATCH_NONE,
};

struct sl_value_map {
	struct sl_str from, from_key, to; /* from_key: as sl_utf8_key */
};

struct sl_mapping_rule {
	struct sl_str source; /* column; empty for a constant */
	const struct sl_kind *kind;
	const struct sl_field *field; /* NULL: the column stays among the extras */
	struct sl_transform_step step[SL_TRANSFORM_STEPS_MAX];
	size_t n_steps;
	struct sl_value_map *map;
	size_t n_map;
	bool has_fallback; /* "*=..." */
	struct sl_str fallback;
	enum sl_match match;
};

struct sl_mapping {
	struct sl_mapping_rule *rule; /* the first that gives a value wins */
	size_t n, cap;
	const struct sl_kind **kind; /* one record a row for each */
	size_t n_kinds, cap_kinds;
};

/* What the first rows hold, to look at values. */
struct sl_sample {
	struct sl_str *column; /* names */
	struct sl_str **value; /* [column]: values that are not empty */
	size_t *n_values;      /* [column] */
	size_t n_columns;
	bool own_geometry; /* the rows have a geometry of the format's own */
};
SL_CHECKED enum sl_code sl_sample_take(struct sl_arena *a, struct sl_source *s, struct sl_sample *out,
                                       struct sl_err *e); /* the source begins again */

/* The mapping file.  Rows without a kind are for `kind` (NULL: refused).  The first error names file, line
 * and column. Views into `text`, which must live as long as `a`. */
SL_CHECKED enum sl_code sl_mapping_parse(struct sl_arena *a, const struct sl_dictionary *d,
                                         const char *file, struct sl_str text, const struct sl_kind *kind,
                                         struct sl_mapping *out, struct sl_err *e);
/* "field=value" of --set, for every kind of the mapping that has the field; put before all rules.
 * SL_INVALID when no kind has the field or the value cannot be one. */
SL_CHECKED enum sl_code sl_mapping_set(struct sl_arena *a, struct sl_mapping *m, struct sl_str assignment,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_mapping_add_kind(struct sl_arena *a, struct sl_mapping *m,
                                            const struct sl_kind *kind, struct sl_err *e);
SL_CHECKED enum sl_code sl_mapping_add(struct sl_arena *a, struct sl_mapping *m,
                                       const struct sl_mapping_rule *rule, struct sl_err *e);
/* Does a rule name this column for this kind? */
bool sl_mapping_names(const struct sl_mapping *m, const struct sl_kind *kind, struct sl_str column);
/* Is there a rule that gives this field (not as one part of a place)? */
bool sl_mapping_gives(const struct sl_mapping *m, const struct sl_field *field, const struct sl_kind *kind);

/* What was found out about one column. */
struct sl_column_match {
	struct sl_str column;
	const struct sl_field *field;  /* NULL: nothing fits */
	struct sl_transform_step step; /* for parts of a place; else unused */
	bool has_step;
	enum sl_match match;
	double confidence; /* 0 to 1 */
	const char *why;   /* words for the suggestion */
	const struct sl_field
	    *named; /* SL_MATCH_VALUES: the field its name means, though its values do not fit */
};
/* Match the columns that no rule names with fields that no rule gives. out has sample->n_columns items. */
SL_CHECKED enum sl_code sl_mapping_match(struct sl_arena *a, const struct sl_mapping *m,
                                         const struct sl_kind *kind, const struct sl_sample *sample,
                                         struct sl_column_match **out, struct sl_err *e);
/* Add rules for what matched by name, alias or place.  *complete: every column is given, named or empty. */
SL_CHECKED enum sl_code sl_mapping_complete(struct sl_arena *a, struct sl_mapping *m,
                                            const struct sl_kind *kind, const struct sl_column_match *match,
                                            size_t n, bool *complete, struct sl_err *e);
/* Is it a word for coordinates: lat, easting, wkt, mgrs, ...? */
bool sl_mapping_shows_place(struct sl_str column);
/* The kind that the columns, or the words of the file's name, tell with certainty; NULL when they do not.
 * *best is the likeliest one, for a suggestion. */
SL_CHECKED enum sl_code sl_mapping_kind(struct sl_arena *a, const struct sl_dictionary *d,
                                        const struct sl_sample *sample, struct sl_str file_name,
                                        struct sl_str layer, const struct sl_kind **certain,
                                        const struct sl_kind **best, struct sl_err *e);
/* The suggestion as CSV: the columns of a mapping, `confidence` and `example`. */
void sl_mapping_suggest(struct sl_buf *b, const struct sl_kind *kind, const struct sl_column_match *match,
                        const struct sl_sample *sample);

#endif
