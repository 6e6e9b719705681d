/* Records as the features of a collection: one kind, filtered by box and by CQL2, in pages, without
 * building a record in memory.  Reads the plain current layer, or the log where a date is asked for. What
 * is sealed is not here at all.  A handle's lists are kept as long as nothing is written. */
#ifndef SL_STORE_FEATURE_QUERY_H
#define SL_STORE_FEATURE_QUERY_H

#include "model/cql2.h"
#include "store/feature_value.h"
#include "store/store.h"

enum sl_feature_own { /* what stands in `own` of a property that is no field of the dictionary */
	                  SL_FEATURE_FIELD,
	                  SL_FEATURE_UNKNOWN_FIELDS, /* "age:UNK depth_cm:NA" */
	                  SL_FEATURE_EXTRA,          /* a JSON object of what has no field */
	                  SL_FEATURE_RECORDED_AT,
	                  SL_FEATURE_AREA_M2,
};

struct sl_feature_property {
	struct sl_str name;
	struct sl_str key;      /* the name as a member of a JSON object: comma, quoted name, colon */
	struct sl_str key_null; /* the same with null behind it */
	enum sl_cql2_type type;
	const struct sl_field *field; /* NULL unless own is SL_FEATURE_FIELD */
	enum sl_feature_own own;
};

struct sl_feature_schema {
	const struct sl_kind *kind;
	struct sl_feature_property *property;
	size_t n_properties;
	bool has_geometry;
	/* For sl_cql2_bind: the properties in their order, then "record" (the UUID), then "geometry" when there
	 * is one. */
	struct sl_cql2_field *field;
	size_t n_fields;
	int time; /* the property that tells when: effective_date; -1 when none */
};

struct sl_feature {
	int64_t number;                       /* of the record: the unique key that pages are ordered by */
	struct sl_str record;                 /* UUID */
	const struct sl_feature_value *value; /* by property */
	struct sl_str geometry;               /* WKB or GeoPackage bytes, WGS 84; empty when there is none */
};
/* Everything in it is valid during the call. */
typedef enum sl_code sl_feature_fn(void *ctx, const struct sl_feature *f, struct sl_err *e);

struct sl_feature_query {
	const struct sl_kind *kind;
	struct sl_date as_of;     /* none or {0}: current */
	const struct sl_box *box; /* none: everywhere; two when a box crosses the antimeridian.  The geometry
	                           * itself must meet one; records without a geometry always match */
	size_t n_boxes;
	struct sl_cql2 *filter; /* bound to the schema; NULL: all */
	const bool *wanted; /* by property: the others may come as NULL, which is quicker; NULL: all are wanted */
	const struct sl_str *organisation; /* only its records (model/role.h decides); NULL: everybody's */
	uint64_t offset,
	    limit; /* in the order of the unique key; with boxes, records without a place come last */
};

/* Lives as long as the handle. */
SL_CHECKED enum sl_code sl_feature_schema_of(struct sl_db *db, const struct sl_kind *kind,
                                             const struct sl_feature_schema **out, struct sl_err *e);
/* Hand out a page; *matched is the exact number of all that match. */
SL_CHECKED enum sl_code sl_feature_each(struct sl_db *db, const struct sl_feature_query *q,
                                        sl_feature_fn *fn, void *ctx, uint64_t *matched, struct sl_err *e);
/* One feature by the record's UUID or by the source's identifier.  *found is false when there is none;
 * SL_CONFLICT names the records when the identifier is that of several. */
SL_CHECKED enum sl_code sl_feature_find(struct sl_db *db, const struct sl_kind *kind, struct sl_str name,
                                        struct sl_date as_of, sl_feature_fn *fn, void *ctx, bool *found,
                                        struct sl_err *e);

/* Kind and identifier of a record by its number; empty when it is not there. In `a`. */
SL_CHECKED enum sl_code sl_feature_name(struct sl_db *db, struct sl_arena *a, int64_t number,
                                        struct sl_str *kind, struct sl_str *id, struct sl_str *uuid,
                                        struct sl_err *e);

SL_CHECKED enum sl_code sl_feature_count(struct sl_db *db, const struct sl_kind *kind, uint64_t *n,
                                         struct sl_err *e);
/* Where features are: it holds all of them and may be larger; empty when nothing ever had a place. */
SL_CHECKED enum sl_code sl_feature_box(struct sl_db *db, const struct sl_kind *kind, struct sl_box *out,
                                       struct sl_err *e);
/* When features are, by number of the kind: from the log, in one pass for all kinds, and widened by what was
 * approved after that revision; 0: all.  What was withdrawn since still counts. None when nothing has a date. */
struct sl_feature_interval {
	struct sl_date first, last;
};
SL_CHECKED enum sl_code sl_feature_intervals(struct sl_db *db, int64_t after_seq,
                                             struct sl_feature_interval *io, struct sl_err *e);

#endif
