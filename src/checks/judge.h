/* Inside checks/ only: what a rule is given, and how it speaks. */
#ifndef SL_CHECKS_JUDGE_H
#define SL_CHECKS_JUDGE_H

#include "checks/check.h"

/* One record before its judge. */
struct sl_judged {
	const struct sl_check_context *c;
	const struct sl_record *r;
	const struct sl_revision *rev;
	enum sl_check_kind kind;
	const struct sl_geom *shape; /* valid polygon of the record: the proposed repair where there is one */
	double area_m2;              /* of that polygon */
	bool invalid;                /* the polygon as entered is not valid */
	struct sl_prepared_geometry prepared;
	struct sl_arena *scratch; /* for this record only */
	struct sl_findings *out;
	size_t first; /* finding of this record in `out` */
};

/* Where and how gravely; a zeroed one means: at the record, with the rule's own severity. */
struct sl_spot {
	const char *field;
	bool placed;
	double lon, lat;
	double m2;
	bool graded; /* use `severity` instead of the rule's own */
	enum sl_severity severity;
	const char *advice; /* instead of the rule's own */
};

SL_CHECKED enum sl_code sl_judge_say(const struct sl_judged *j, const char *rule, struct sl_spot at,
                                     struct sl_err *e, const char *fmt, ...) SL_PRINTF(5, 6);

/* A position on the record's own ground: the first vertex; false when it has none. */
bool sl_geom_somewhere(const struct sl_geom *g, double *lon, double *lat);

/* "32,140" (whole numbers from 100 on, else one decimal), independent of the locale. */
const char *sl_number_text(double x, char out[40]);
/* "2024-03-01", or "no date". */
const char *sl_day_text(struct sl_date d, char out[11]);

/* The record rules, in the files named after their subject. */
typedef enum sl_code sl_record_rule(struct sl_judged *j, struct sl_err *e);

/* shape.c */
sl_record_rule sl_g01_invalid, sl_g02_vertices, sl_g03_duplicate_vertices, sl_g04_closing_point,
    sl_g05_last_two, sl_g06_long_leg, sl_g07_intermediate, sl_g08_duplicate_parts, sl_g09_parts_overlap,
    sl_g15_precision;
/* bearings.c */
sl_record_rule sl_g13_bearing_reference, sl_g14_misclosure;
/* claimed_area.c */
sl_record_rule sl_g19_area, sl_g20_unit_slip, sl_g22_circle;
/* form_rules.c: after all others, what they said of a field is not said again */
sl_record_rule sl_i14_constraint, sl_i15_not_asked;
/* Is the field asked for at all, by what the others say?  False when that cannot be told. */
bool sl_field_is_asked(const struct sl_judged *j, const struct sl_field *f);
/* common.c */
sl_record_rule sl_i05_long_list, sl_i07_required, sl_i08_number, sl_t01_order, sl_t02_future,
    sl_t06_no_date;
/* land.c */
sl_record_rule sl_s03_release_and_reclassified, sl_s04_depth, sl_s06_reopened, sl_s07_certificate,
    sl_s08_withdrawn, sl_r04_productivity;
/* items.c */
sl_record_rule sl_e01_ammunition, sl_e02_destroyed, sl_e05_hoax, sl_r01_stockpile;
/* people.c */
sl_record_rule sl_v01_total, sl_v02_age, sl_v04_consent, sl_v06_killed, sl_r03_media, sl_r08_bands;
/* inspection.c */
sl_record_rule sl_q03_accepted, sl_q04_sample;

#endif
