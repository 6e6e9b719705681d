/* Inside the export only: what a table has in it, and its rows. */
#ifndef SL_APP_EXPORT_PARTS_H
#define SL_APP_EXPORT_PARTS_H

#include "app/export.h"
#include "formats/gdal_writer.h"

/* How a record is placed, as far as formats care. */
enum export_place { PLACE_NONE, PLACE_POINT, PLACE_POINTS, PLACE_LINE, PLACE_POLYGON, PLACES };

enum extra_type { EXTRA_NEW, EXTRA_INTEGER, EXTRA_NUMBER, EXTRA_TEXT };

struct export_column {
	struct sl_str name;      /* in the file */
	enum sl_field_type type; /* of the column: text when not every value is of the field's type */
	int field;               /* index in the kind; -1: an extra */
	struct sl_str extra;     /* key of the extra */
};

struct export_table {
	const struct sl_kind *kind;
	bool hides_geometry; /* exact places of people stay */
	struct sl_arena *a;
	bool *used,
	    *mixed; /* by field: some record has a value; some value is UNK or NA, not a number or date */
	struct sl_str *extra; /* keys, in the order of their first record */
	enum extra_type *extra_type;
	size_t n_extra, cap_extra, cap_extra_type;
	struct sl_map by_extra;
	uint64_t rows, placed[PLACES];
	struct export_column *column;
	size_t n_columns;
};

enum export_place export_place_of(const struct export_table *t, const struct sl_record *r);
/* One pass over the records: which columns there are.  `by_extra` is let go by export_table_done. */
SL_CHECKED enum sl_code export_table_look(struct sl_arena *a, struct sl_db *db, const struct sl_query *q,
                                          struct export_table *out, struct sl_err *e);
void export_table_done(struct export_table *t);
/* The record's values by column; texts of extras live in `a`. */
SL_CHECKED enum sl_code export_row(struct sl_arena *a, const struct export_table *t,
                                   const struct sl_record *r, struct sl_value *value, struct sl_err *e);

#endif
