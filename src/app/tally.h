/* Sums over the records of one kind, as of a date: how many, or how much of a field, under conditions. What
 * a report's figures about people, items and visits are made of; each is a cell that `safelane why` takes:
 * docs/formats/cell.md. */
#ifndef SL_APP_TALLY_H
#define SL_APP_TALLY_H

#include "app/programme.h"
#include "ledger/square_millimetres.h"

enum sl_tally_what { SL_TALLY_COUNT, SL_TALLY_SUM, SL_TALLY_DISTINCT };

struct sl_tally_condition {
	struct sl_str attribute; /* a field, or one of: year, month, province, age_band */
	struct sl_str values; /* "A,B": any of them; of a field of several choices, when it holds any of them */
};

struct sl_tally_query {
	const struct sl_kind *kind;
	enum sl_tally_what what;
	struct sl_str field; /* of the sum, or whose values are told apart */
	struct sl_str
	    dates; /* "destroyed_date,effective_date": the first that is stated places the record in time */
	struct sl_date from, to; /* none: open; a record without any of the dates counts only when both are */
	const struct sl_tally_condition *condition;
	size_t n_conditions;
};

/* The records of a kind, with the attributes that are asked for. */
struct sl_tally {
	struct sl_programme *p;
	struct sl_arena arena;
	const struct sl_kind *kind;
	struct sl_date as_of;
	int64_t known_at_ms; /* 0: now */
	struct sl_str *attribute;
	size_t n_attributes, cap_attributes;
	struct sl_tally_column *column; /* one an attribute */
	int64_t *record;
	size_t n, cap;
};

struct sl_tally_result {
	sl_mm2 units;     /* of a sum of decimals: millionths (an area in mm²); else whole */
	uint8_t scale;    /* 6 or 0 */
	int64_t n;        /* records that meet the conditions */
	int64_t unstated; /* of them: the field is not stated */
};

/* Say what will be asked, then load once: attributes of conditions, fields, chains of dates. */
SL_CHECKED enum sl_code sl_tally_want(struct sl_tally *t, struct sl_str attribute, struct sl_err *e);
SL_CHECKED enum sl_code sl_tally_load(struct sl_tally *t, struct sl_err *e);
void sl_tally_done(struct sl_tally *t);

/* SL_INVALID names a field that the kind has not, or one that is sensitive: it is in no report. */
SL_CHECKED enum sl_code sl_tally_ask(struct sl_tally *t, const struct sl_tally_query *q,
                                     struct sl_tally_result *out, struct sl_err *e);
/* Values that an attribute has among the records that meet the conditions: choices in the order of their
 * list, other texts in byte order, "UNK" last. */
SL_CHECKED enum sl_code sl_tally_values(struct sl_tally *t, const struct sl_tally_query *q,
                                        struct sl_str attribute, struct sl_arena *a, struct sl_str **out,
                                        size_t *n, struct sl_err *e);
/* Numbers of the records behind a result, with what each adds. */
typedef enum sl_code sl_tally_fn(void *ctx, int64_t record, sl_mm2 units, bool stated, struct sl_err *e);
SL_CHECKED enum sl_code sl_tally_each(struct sl_tally *t, const struct sl_tally_query *q, sl_tally_fn *fn,
                                      void *ctx, struct sl_err *e);

#endif
