/* Inside checks/ only: the compact index that programme rules work on. */
#ifndef SL_CHECKS_INDEX_H
#define SL_CHECKS_INDEX_H

#include "checks/judge.h"
#include "checks/programme.h"
#include "geo/boxtree.h"
#include "geo/overlay.h"

#define SL_NO_ITEM UINT32_MAX

/* A polygon of a record, valid (the proposed repair where there is one). */
struct sl_shape {
	struct sl_geom g; /* type NONE for kinds whose ground is never overlaid */
	struct sl_box box;
	double area_m2;
	uint64_t key; /* sl_geom_key */
	uint32_t item;
	uint32_t older; /* another, older shape of the same hazard; SL_NO_ITEM at the end */
	bool current;
};

/* What every record has. */
struct sl_item {
	struct sl_uuid uuid;
	double lon, lat; /* somewhere on it; NAN when nowhere or sealed */
	enum sl_check_kind what;
	uint32_t detail;    /* index in the array of its kind */
	uint32_t shape;     /* current polygon; SL_NO_ITEM when there is none */
	uint32_t id_term;   /* its identifier; 0: none */
	uint32_t spelling;  /* index in spelling, when it is not written as the term is; 0 */
	uint32_t same_term; /* next item with the same identifier, SL_NO_ITEM at the end */
	uint32_t organisation, team, place, locality, admin[3]; /* terms; 0: not stated */
	int32_t day;                                            /* date of information; SL_DAY_NONE */
	int32_t first_day; /* earliest date of information of any revision */
	bool sealed_place;
};

enum sl_hazard_class { SL_CLASS_OTHER, SL_CLASS_SHA, SL_CLASS_CHA };
enum sl_hazard_state { SL_HAZARD_OPEN, SL_HAZARD_CLOSED, SL_HAZARD_HANDED, SL_HAZARD_WITHDRAWN };

struct sl_hazard_item {
	uint32_t item;
	enum sl_hazard_class class;
	enum sl_hazard_state state;
	bool stated; /* a status was given at all */
	double reported_m2;
	int32_t identified;           /* SL_DAY_NONE */
	int32_t first_sha, first_cha; /* first date of information of each class; SL_DAY_NONE */
	uint32_t reopens;             /* term; 0 */
};

enum sl_product { SL_PRODUCT_NONE, SL_PRODUCT_CANCELLED, SL_PRODUCT_REDUCED, SL_PRODUCT_CLEARED };

struct sl_release_item {
	uint32_t item;
	enum sl_product product;
	bool extension, certificate;
	uint32_t hazard, activity; /* terms */
	double reported_m2, agreed_outside_m2, found;
};

struct sl_activity_item {
	uint32_t item;
	char type[5], status[5];
	uint32_t hazard, task;
	int32_t start, end;
	double processed_m2, cleared_m2;
	double found;    /* items; NAN when nobody said */
	bool none_found; /* somebody said that there were none */
	bool cumulative;
};

struct sl_ordnance_item {
	uint32_t item;
	uint32_t hazard, activity, release;
	double quantity, destroyed, disposal_lat, disposal_lon, accuracy_m;
	int32_t found_day;
	bool counts;   /* an item that is evidence: no ammunition, no hoax, not rejected */
	bool gone;     /* its state says what became of it */
	bool in_place; /* destroyed where it lay */
};

struct sl_accident_item {
	uint32_t item;
	uint32_t release;
	double killed, injured, unknown, total, accuracy_m;
	int32_t day;
	bool exact;
	uint32_t victims_killed, victims_injured, victims_unknown;
};

struct sl_victim_item {
	uint32_t item;
	uint32_t accident; /* term */
	char sex[4], outcome[3];
	double age;
	int32_t day;
	struct sl_str name; /* empty unless it may be read */
	double lon, lat;    /* of the accident, or its own: never printed */
	bool public;
	bool child, adult;
};

struct sl_quality_item {
	uint32_t item;
	uint32_t activity, hazard, task;
	uint32_t visit;     /* that it is part of; 0: it is one */
	bool critical, major, closed;
	bool by_result;     /* no severity: the result of the visit says it */
	int32_t due;
};

struct sl_place_item {
	uint32_t item;
	uint32_t code, parent; /* terms */
	char level[12];
	double population, population_year;
};

struct sl_claim_item { /* a figure that a source gives */
	uint32_t item;
	uint32_t document, subject, attribute, unit;
	double value;
	int decimals;
};

/* How directly contamination is known (IMSMA wiki, Evidence of Contamination). */
enum sl_directness { SL_EVIDENCE_SILENT, SL_EVIDENCE_NONE, SL_EVIDENCE_INDIRECT, SL_EVIDENCE_DIRECT };

struct sl_evidence_item { /* what a hazard, or a source about it, has as evidence */
	uint32_t item;
	uint32_t hazard;                   /* term of the hazard that it is evidence of */
	uint32_t list;                     /* term: the codes as entered */
	uint32_t origin, derived_from;     /* terms: the word for a common origin; the source repeated */
	enum sl_directness stated, listed; /* in words; by the national table */
	bool reliable, fairly_reliable;    /* enough alone; enough beside another of independent origin */
};

struct sl_form_item { /* the identifiers that maXML gives a report */
	uint32_t item;
	uint32_t template, form; /* terms of reportGUID and fieldReportGUID; 0 */
};

struct sl_served_item { /* people served, in a public record that sums them up */
	uint32_t item;
	double people[4]; /* women, men, girls, boys; NAN when not stated */
};

struct sl_reference {
	uint32_t item, term;
	uint16_t field; /* of the item's kind */
};

/* One name in many records, of a kind that has far fewer records than are named (organisations, places). */
struct sl_named {
	struct sl_reference first;
	size_t n;
};

struct sl_approvals {
	uint32_t author, n, item;
};

/* A growing array: one block that is moved, not copied beside the old one as in an arena. */
#define SL_LIST(type)                                                                                      \
	struct {                                                                                               \
		type *v;                                                                                           \
		size_t n;                                                                                          \
		struct sl_buf memory;                                                                              \
	}

#define SL_PUSH(owner, list, value, e)                                                                 \
	do {                                                                                               \
		sl_buf_add(&(owner)->list.memory, &(value), sizeof(value));                                    \
		if (sl_buf_check(&(owner)->list.memory, (e)))                                                  \
			return (e)->code;                                                                          \
		(owner)->list.v = (void *)(owner)->list.memory.p;                                              \
		(owner)->list.n++;                                                                             \
	} while (0)

struct sl_term_slot {
	uint32_t hash, term; /* term 0: free */
};

struct sl_check_programme {
	struct sl_arena *a;
	struct sl_arena rule; /* what a rule needs while it runs */
	const struct sl_check_context *c;
	const struct sl_env *env;
	struct sl_findings *out; /* while judging */
	int32_t horizon;         /* newest date of information, today at the latest */

	SL_LIST(struct sl_item) item;
	SL_LIST(struct sl_shape) shape;
	SL_LIST(struct sl_hazard_item) hazard;
	SL_LIST(struct sl_release_item) release;
	SL_LIST(struct sl_activity_item) activity;
	SL_LIST(struct sl_ordnance_item) ordnance;
	SL_LIST(struct sl_accident_item) accident;
	SL_LIST(struct sl_victim_item) victim;
	SL_LIST(struct sl_quality_item) quality;
	SL_LIST(struct sl_place_item) place;
	SL_LIST(struct sl_claim_item) claim;
	SL_LIST(struct sl_evidence_item) evidence;
	SL_LIST(struct sl_form_item) form;
	SL_LIST(struct sl_served_item) served;
	SL_LIST(struct sl_reference) reference;
	SL_LIST(struct sl_approvals) approval;

	SL_LIST(struct sl_named) named;
	struct sl_map named_at; /* kind and term → index in named */

	SL_LIST(struct sl_str) term;  /* text as first written; 0 is empty */
	SL_LIST(uint32_t) first_item; /* of a term: the first item with this identifier */
	struct sl_term_slot *slot;    /* open addressing by the hash of sl_utf8_key */
	size_t n_slots;
	struct sl_buf slot_memory;
	SL_LIST(struct sl_str) spelling;  /* identifiers that are written otherwise, and UUIDs for none */
	SL_LIST(uint32_t) item_of_number; /* by record number */
	struct sl_map item_by_other_name; /* names of organisations, codes of places: sl_index_find_named */
	const struct sl_kind *kind_of_bit[16];
	size_t count_of_kind[16]; /* by bit number */

	/* made once before the rules run */
	struct sl_boxtree shape_tree; /* over shape */
	uint32_t *hazard_of_release;  /* index in hazard; SL_NO_ITEM when none is named or known */
	uint32_t *release_of_hazard;  /* index in release of the first; SL_NO_ITEM */
	uint32_t *next_release;       /* of the same hazard */
	struct sl_gathering *gathering; /* gather.c; NULL until there is something */
	struct sl_verdict *verdict;   /* on the evidence of each hazard; NULL until evidence.c is asked */
};

/* index.c */
struct sl_str sl_item_id(const struct sl_check_programme *p,
                         const struct sl_item *item); /* as findings print it */
const struct sl_kind *sl_item_kind(const struct sl_check_programme *p, const struct sl_item *item);
const struct sl_field *sl_reference_field(const struct sl_check_programme *p, const struct sl_reference *r);
enum sl_check_kind sl_reference_target(const struct sl_check_programme *p, const struct sl_reference *r);
int sl_check_bit(enum sl_check_kind kind); /* its number, 0 for the lowest */
SL_CHECKED enum sl_code sl_index_term(struct sl_check_programme *p, struct sl_str text, uint32_t *term,
                                      struct sl_err *e);
/* The first item of a kind with this identifier; SL_NO_ITEM. */
uint32_t sl_index_find(const struct sl_check_programme *p, enum sl_check_kind what, uint32_t term);
/* The same, or by another name that it has. */
uint32_t sl_index_find_named(const struct sl_check_programme *p, enum sl_check_kind what, uint32_t term);
struct sl_grid_box sl_index_box(struct sl_box b);
SL_CHECKED enum sl_code sl_index_say(struct sl_check_programme *p, const char *rule,
                                     const struct sl_item *item, struct sl_spot at, struct sl_err *e,
                                     const char *fmt, ...) SL_PRINTF(6, 7);

/* The pair of an item with its neighbours: shapes of `kind` whose boxes meet the box of `s`; fn as in
 * sl_boxtree_search. */
void sl_index_near(const struct sl_check_programme *p, struct sl_box box,
                   bool (*fn)(void *ctx, uint32_t shape), void *ctx);
/* The release at this shape when it takes land away (cancelled, reduced, cleared), else NULL. */
const struct sl_release_item *sl_index_release(const struct sl_check_programme *p, uint32_t shape);
/* The day on which a hazard was first recorded or identified; SL_DAY_NONE. */
int32_t sl_hazard_since(const struct sl_check_programme *p, const struct sl_hazard_item *h);

/* A list of polygons in an arena, for overlays. */
struct sl_grounds {
	struct sl_arena a;
	const struct sl_geom **v;
	size_t n, cap;
	enum sl_code code;
};
SL_CHECKED enum sl_code sl_grounds_add(struct sl_grounds *g, const struct sl_geom *geom, struct sl_err *e);
/* Ground under all of `in` and none of `out`, which is emptied; when *e holds an error already, only that.
 */
SL_CHECKED enum sl_code sl_grounds_overlay(const struct sl_check_programme *p,
                                           const struct sl_geom *const *in, size_t n_in,
                                           struct sl_grounds *out, struct sl_ground *ground,
                                           struct sl_err *e);

/* What these files keep of the record that is about to be item p->item.n. */
SL_CHECKED enum sl_code sl_evidence_add(struct sl_check_programme *p, const struct sl_record *r,
                                        const struct sl_item *item, struct sl_err *e); /* evidence.c */
SL_CHECKED enum sl_code sl_form_add(struct sl_check_programme *p, const struct sl_record *r,
                                    struct sl_err *e); /* forms.c */
SL_CHECKED enum sl_code sl_served_add(struct sl_check_programme *p, const struct sl_record *r,
                                      struct sl_err *e); /* small_cells.c */

/* The programme rules. */
typedef enum sl_code sl_programme_rule(struct sl_check_programme *p, struct sl_err *e);
/* overlaps.c */
sl_programme_rule sl_g10_overlap, sl_g11_outside_hazard, sl_g23_released_twice;
/* stages.c */
sl_programme_rule sl_s02_remaining, sl_s03_confirmed_and_released, sl_s05_activity, sl_s06_over_released,
    sl_s07_handed_over, sl_t03_before_identified;
/* places.c */
sl_programme_rule sl_g12_g16_places, sl_g21_too_large, sl_i03_codes, sl_r02_parts;
/* populated.c */
sl_programme_rule sl_g26_populated;
/* identity.c */
sl_programme_rule sl_i01_identifiers, sl_i06_references;
/* evidence.c */
sl_programme_rule sl_s09_confirmed, sl_s10_suspected, sl_s11_contradiction;
/* forms.c */
sl_programme_rule sl_i04_form_identifiers;
/* finds.c */
sl_programme_rule sl_e02_unresolved, sl_e03_disposal, sl_e04_released;
/* persons.c */
sl_programme_rule sl_v03_duplicates, sl_v06_outcomes;
/* small_cells.c */
sl_programme_rule sl_v05_small_cells;
/* conduct.c */
sl_programme_rule sl_q01_approvals, sl_q02_overdue, sl_q05_visits, sl_r05_digits, sl_r07_nothing_found,
    sl_r09_identical;
/* copies.c */
sl_programme_rule sl_r06_copies;

#endif
