/* What is behind a figure: the ground it is made of, by the records that put it there; and why two accounts
 * differ. Both answers add up to the figure exactly. */
#ifndef SL_LEDGER_WHY_H
#define SL_LEDGER_WHY_H

#include "ledger/account.h"

enum sl_figure {
	SL_FIGURE_OPENING_SHA, SL_FIGURE_OPENING_CHA, SL_FIGURE_STOCK_SHA, SL_FIGURE_STOCK_CHA,
	SL_FIGURE_FLOW, /* + enum sl_flow */
	SL_FIGURE_WITHOUT_BOUNDARY = SL_FIGURE_FLOW + SL_FLOWS,
	SL_FIGURE_ON_REPAIRS, SL_FIGURE_NAIVE,
	SL_FIGURES
};
/* "stock.SHA", "flow.cleared", "outside_m2", ...: the names of the JSON. */
const char *sl_figure_name(enum sl_figure f);
bool sl_figure_from(struct sl_str name, enum sl_figure *out);

/* Ground that one set of records put into the figure. */
struct sl_part {
	sl_mm2 mm2;
	int32_t day;           /* of the flow; SL_DAY_NONE for stocks */
	const int64_t *record; /* record numbers, ascending */
	size_t n_records;
	double lon, lat;       /* a point of it */
	uint32_t *face;        /* the ledger's faces */
	size_t n_faces, cap_faces;
	enum sl_land_state from, to; /* differences only */
};

struct sl_parts {
	struct sl_part *v;
	size_t n, cap;
	sl_mm2 total;
};

/* `key` is the line's key, empty for the total. Parts come largest first. */
SL_CHECKED enum sl_code sl_why(struct sl_arena *a, const struct sl_ledger *l, const struct sl_account_spec *spec,
                               const struct sl_account_names *names, struct sl_str key, enum sl_figure figure,
                               struct sl_parts *out, struct sl_err *e);

/* Ground whose state differs between two accounts (date and knowledge of each), with the records whose events
 * are in force on it in one of the two only. */
SL_CHECKED enum sl_code sl_difference(struct sl_arena *a, const struct sl_ledger *l,
                                      const struct sl_account_spec *first, const struct sl_account_spec *second,
                                      struct sl_parts *out, struct sl_err *e);

#endif
