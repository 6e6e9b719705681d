/* The inside of the feature query, shared by the files feature_*.c. */
#ifndef SL_STORE_FEATURE_H
#define SL_STORE_FEATURE_H

#include "store/db.h"
#include "store/feature_query.h"

/* The state of the file as this handle sees it: equal stamps, equal content. */
struct sl_feature_stamp {
	int64_t seq, data_version, changes;
};

/* The matches of a filter that was asked before: clients turn pages. */
struct sl_feature_found {
	struct sl_hash key;
	int64_t *number;
	size_t n;
	uint64_t used; /* larger is later */
};
#define SL_FEATURE_FOUND 4

/* What a handle keeps of one kind. */
struct sl_feature_reader {
	struct sl_layer *layer;
	struct sl_feature_schema schema;
	struct sl_feature_value *value;                /* the row at hand */
	struct sl_sql *by_number, *by_list, *geometry; /* owned */
	struct sl_feature_value *spread;               /* of by_list, by property */
	uint16_t *pick;                                /* the properties that it selects */
	size_t n_pick;
	struct sl_sql *boxes;                          /* of the spatial index; owned */
	struct sl_feature_stamp stamp;                 /* of everything below */
	bool listed;
	int64_t *all, *placeless; /* record numbers in the layer, ascending; sl_mem */
	size_t n_all, n_placeless;
	/* For questions about the past, made when the first is asked.  Most records have one version: it counts from
	 * its day on, as it stands in the layer; only the others have to be looked up in the log. */
	bool dated;
	int32_t *day;      /* of all[i]; SL_DAY_NONE: several versions, or none of its day is known */
	int64_t *elsewhere; /* several versions, and not in the layer now; ascending; sl_mem */
	size_t n_elsewhere;
	struct sl_feature_found found[SL_FEATURE_FOUND];
	uint64_t uses;
};

struct sl_features {
	struct sl_feature_reader **reader; /* by kind number; NULL until used */
};

/* ---- feature_read.c ---- */
SL_CHECKED enum sl_code sl_feature_reader_of(struct sl_db *db, const struct sl_kind *kind,
                                             struct sl_feature_reader **out, struct sl_err *e);
/* "SELECT fid, record, properties ..., geom FROM layer ": all properties, or those that were picked */
void sl_feature_columns(struct sl_buf *b, const struct sl_feature_reader *r, bool picked);
/* Picks what is wanted (NULL: all); *changed when it was not so before. */
SL_CHECKED enum sl_code sl_feature_pick(struct sl_db *db, struct sl_feature_reader *r, const bool *wanted,
                                        bool *changed, struct sl_err *e);
void sl_feature_picked_row(struct sl_feature_reader *r, struct sl_sql *s, struct sl_feature *out);
void sl_feature_row(struct sl_feature_reader *r, struct sl_sql *s, struct sl_feature *out);
/* The same from the log; `text` keeps what had to be made and lives as long as *out. */
SL_CHECKED enum sl_code sl_feature_of_record(struct sl_feature_reader *r, struct sl_arena *text,
                                             const struct sl_revision *rev, const struct sl_record *rec,
                                             struct sl_feature *out, struct sl_err *e);
/* Does the filter mean this feature?  `keep` lives through the query, `scratch` through the call. */
SL_CHECKED enum sl_code sl_feature_meant(const struct sl_feature_reader *r, const struct sl_feature *f,
                                         struct sl_cql2 *filter, struct sl_arena *keep, bool *yes,
                                         struct sl_err *e);

/* ---- feature_where.c ---- */
struct sl_feature_where {
	struct sl_buf sql;            /* a condition, parameters from $1 on */
	const struct sl_cql2 **bound; /* the literal behind each parameter */
	struct sl_str *text;          /* what to bind instead of the literal's own; p NULL: the literal's */
	size_t n, cap;
	bool exact; /* else the condition holds of more than the filter */
};
/* Lives in `a`, but for `sql`. */
SL_CHECKED enum sl_code sl_feature_where_make(struct sl_arena *a, const struct sl_feature_reader *r,
                                              const struct sl_cql2 *filter, struct sl_feature_where *out,
                                              struct sl_err *e);
void sl_feature_where_bind(const struct sl_feature_where *w, struct sl_sql *s);

/* ---- feature_query.c ---- */
struct sl_feature_page {
	struct sl_db *db;
	struct sl_feature_reader *r;
	const struct sl_feature_query *q;
	struct sl_arena keep; /* lives through the query */
	int64_t *number;      /* matches in order */
	size_t n, cap;
	bool only_own;        /* only these, ascending, can match */
	int64_t *own;
	size_t n_own;
	sl_feature_fn *fn;
	void *ctx;
	struct sl_err *e;
};
/* One match more, in their order. */
SL_CHECKED enum sl_code sl_feature_match(struct sl_feature_page *p, int64_t number);
/* From the layer, or from the log when the past is asked for; *found is false when it is not there. */
SL_CHECKED enum sl_code sl_feature_hand_out(struct sl_feature_page *p, int64_t number, bool *found);

/* ---- feature_list.c ---- */
SL_CHECKED enum sl_code sl_feature_fresh(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e);
SL_CHECKED enum sl_code sl_feature_lists(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e);
SL_CHECKED enum sl_code sl_feature_days(struct sl_db *db, struct sl_feature_reader *r, struct sl_err *e);

/* ---- feature_sqlite.c ---- */
SL_CHECKED enum sl_code sl_dialect_stamp(struct sl_db *db, struct sl_feature_stamp *out, struct sl_err *e);
/* One snapshot for several statements; nested calls and calls inside a transaction do nothing. */
SL_CHECKED enum sl_code sl_dialect_read_begin(struct sl_db *db, bool *begun, struct sl_err *e);
void sl_dialect_read_end(struct sl_db *db, bool begun);
/* "WHERE ..." of the rows whose fid is in the list $1, a JSON array, in the order of fid. */
extern const char sl_dialect_in_list[];
struct sl_feature_hit {
	int64_t number;
	bool inside; /* its box lies in the box asked for: its geometry does too */
};
/* Entries of the spatial index that meet `box`, in no order. */
SL_CHECKED enum sl_code sl_dialect_hits(struct sl_db *db, struct sl_feature_reader *r, struct sl_arena *a,
                                        struct sl_box box, struct sl_feature_hit **out, size_t *n,
                                        struct sl_err *e);
/* Numbers in the spatial index, ascending, one at a time: a statement to step. */
SL_CHECKED enum sl_code sl_dialect_placed(struct sl_db *db, const struct sl_layer *l, struct sl_sql **out,
                                          struct sl_err *e);

#endif
