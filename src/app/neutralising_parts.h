/* Private to app/neutralising*.c. */
#ifndef SL_APP_NEUTRALISING_PARTS_H
#define SL_APP_NEUTRALISING_PARTS_H

#include "analysis/neutralising.h"
#include "app/neutralising.h"

/* A claim, and who makes it. */
struct clock_claim {
	struct sl_neutral_claim c;
	struct sl_str label;   /* "R2, 1": document and number; a catalogue entry */
	struct sl_str said_by; /* on whose word */
	struct sl_str grade;   /* "B2", "F6"; empty: not graded */
	struct sl_str text;    /* of the claim */
	struct sl_str record;  /* UUID; empty: the catalogue, or given */
	struct sl_str identity, derived_from, origin, via, document;
	bool unreadable; /* its unit is no time: counted as not said */
};

/* A type, or what sources call it: whose claims count. */
struct clock_type {
	const struct sl_ordnance_type *entry; /* NULL: only `name` */
	struct sl_str name;
	struct clock_claim *claim;
	struct sl_neutral_claim *plain; /* the same, for analysis/ */
	size_t n, cap;
	int n_origins;
};

/* What lies somewhere: a number of items laid in a time. */
struct clock_field {
	struct sl_str name, record;
	struct sl_geom *place;
	int64_t number; /* of the record */
	const struct clock_type *type;
	int64_t items_low, items_high;
	struct sl_date from, to; /* laid */
	struct sl_str told; /* what is missing, for a record that cannot be reckoned with; empty: nothing */
};

struct clock_fields {
	struct clock_field *v;
	size_t n, cap;
	struct clock_type **type;
	size_t n_types, cap_types;
};

/* What a programme's sources and the catalogue claim of a type; `given` goes behind them when it is not
 * NULL. */
SL_CHECKED enum sl_code sl_clock_claims(struct sl_programme *p, struct sl_arena *a, struct clock_type *t,
                                        const struct clock_claim *given, bool limits, struct sl_err *e);
/* The entry of the catalogue by identifier, model or alias; NULL. */
const struct sl_ordnance_type *sl_clock_entry(const struct sl_dictionary *d, struct sl_arena *a,
                                              struct sl_str name, struct sl_err *e);

/* Hazards (one, or all when `record` is empty) whose models the catalogue says to neutralise themselves;
 * one that lacks a number or a date has `told`. */
SL_CHECKED enum sl_code sl_clock_hazards(struct sl_programme *p, struct sl_arena *a, struct sl_str record,
                                         struct clock_fields *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_clock_type_of(struct sl_programme *p, struct sl_arena *a, struct clock_fields *f,
                                         struct sl_str name, struct clock_type **out, struct sl_err *e);

/* ---- what is asked ---- */

struct clock {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_analysis_question *q;
	struct sl_statement *s;
	struct sl_date date;
	double level;
	struct clock_fields fields;
	struct clock_claim given;
	bool one;          /* one field, given or a record */
	const char *lacks; /* why there is no number: what the records do not say; NULL: nothing */
};

struct reckoned {
	double able_low, able_high; /* interval */
	double expected_low, expected_high;
	double lying_low, lying_high;
};

/* Laid at any hour of its days and looked at in any hour of `date`. */
void sl_clock_ages(const struct clock_field *f, struct sl_date date, double *low, double *high);
/* Fields of one type and one time of laying are one: the sum of independent items is binomial again.  Sorts
 * the fields.  NULL after a failure. */
struct clock_field *sl_clock_groups(struct clock *m, size_t *n, struct sl_err *e);
SL_CHECKED enum sl_code sl_clock_reckon(const struct clock *m, const struct clock_field *g, size_t n,
                                        struct sl_date date, struct reckoned *out, struct sl_err *e);

void sl_clock_say_figures(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e);
/* The table of claims of all types, and what is said of them. */
void sl_clock_say_claims(const struct clock *m, struct sl_err *e);
void sl_clock_say_fields(const struct clock *m, struct sl_err *e);
void sl_clock_say_steps(const struct clock *m, const struct clock_field *g, size_t n, struct sl_err *e);
void sl_clock_say_rest(const struct clock *m, struct sl_err *e);

#endif
