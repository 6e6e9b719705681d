/* Records of one kind as rows: the plain current layer with conditions, an order and a page, for tables that
 * people look at.  What is sealed is not here at all. */
#ifndef SL_STORE_LISTING_H
#define SL_STORE_LISTING_H

#include "store/store.h"

struct sl_list_condition {
	struct sl_str column; /* a field that is not sensitive, or "recorded_at", "area_m2" */
	struct sl_str text;   /* select: the code; text: a part of it, capitals or not (ASCII), or "=" and the whole of
	                       * it, which of a field with a ref is found through an index; numbers and dates: a value,
	                       * or "low..high" with either end left out; "none": it is not stated */
};

struct sl_listing {
	const struct sl_kind *kind;
	const struct sl_list_condition *condition; /* all must hold */
	size_t n_conditions;
	struct sl_str sort; /* a column; empty: in the order in which records came */
	bool descending;
	int64_t offset, limit;
	const struct sl_str *
	    organisation; /* only records whose current revision is of it, compared by sl_utf8_key; NULL: all */
};

enum sl_cell_type { SL_CELL_NONE, SL_CELL_TEXT, SL_CELL_INTEGER, SL_CELL_DECIMAL };
struct sl_cell {
	struct sl_str name;
	enum sl_cell_type type;
	struct sl_str text;
	int64_t integer;
	double decimal;
};
/* Cells of one row: "number", "record" (UUID), the fields, "unknown", "extra" (JSON), "recorded_at", "area_m2";
 * valid during the call. */
typedef enum sl_code sl_list_fn(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e);

/* SL_INVALID names a column that is not there or a condition that cannot be read.  `total` (may be NULL): how
 * many rows meet the conditions. */
SL_CHECKED enum sl_code sl_store_list(struct sl_db *db, const struct sl_listing *q, sl_list_fn *fn, void *ctx,
                                      int64_t *total, struct sl_err *e);

/* Whether a condition "=text" on a field with a ref finds its rows through an index, and making those indexes.  They
 * cost an import a tenth of its time, so they are made when they are first wanted and kept from then on; a rebuild
 * leaves them out.  Without them the answer is the same, by a walk through the layer. */
SL_CHECKED enum sl_code sl_store_references_indexed(struct sl_db *db, bool *yes, struct sl_err *e);
SL_CHECKED enum sl_code sl_store_index_references(struct sl_db *db, struct sl_err *e); /* outside a transaction */

/* Current records of each kind, by its number, and the first effective date of the log; `count` has room for all
 * kinds. */
SL_CHECKED enum sl_code sl_store_counts(struct sl_db *db, int64_t *count, struct sl_date *first, struct sl_err *e);

/* Numbers of records whose identifier begins with `text`, compared as sl_store_identify compares; `n` goes in as
 * the room and comes back as how many were found. */
SL_CHECKED enum sl_code sl_store_identity_begins(struct sl_db *db, struct sl_str text, int64_t *number, size_t *n,
                                                 struct sl_err *e);
/* The number of a record. SL_NOT_FOUND. */
SL_CHECKED enum sl_code sl_store_number_of(struct sl_db *db, struct sl_uuid record, int64_t *number,
                                           struct sl_err *e);

#endif
