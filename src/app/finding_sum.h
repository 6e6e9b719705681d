/* Findings of the rules added up: how many, what ground, how old.  Each with whose record it is about and since when
 * that record stands so. */
#ifndef SL_APP_FINDING_SUM_H
#define SL_APP_FINDING_SUM_H

#include "app/check.h"
#include "base/date.h"
#include "ledger/square_millimetres.h"

enum sl_finding_what {
	SL_FINDINGS_COUNT,
	SL_FINDINGS_AREA,  /* the ground that they are about */
	SL_FINDINGS_OLDEST /* days since the oldest of their records was recorded */
};
struct sl_finding_query {
	enum sl_finding_what what;
	/* Empty: any.  An organisation's "UNK": whose record nobody says. */
	struct sl_str rule, organisation, kind, severity;
	struct sl_date from, to; /* when their records were recorded, both included; none: any day */
	struct sl_date on;       /* OLDEST: until this day */
};

struct sl_finding_owner {
	struct sl_uuid uuid;
	struct sl_str organisation;
	int64_t recorded_ms;
};
struct sl_finding_sums {
	struct sl_check_answer check;
	struct sl_finding_owner *owner; /* by UUID */
	size_t n_owners, cap_owners;
};

/* Judges every record, as `safelane check` does. */
SL_CHECKED enum sl_code sl_finding_sums_open(struct sl_programme *p, struct sl_finding_sums *out, struct sl_err *e);
void sl_finding_sums_done(struct sl_finding_sums *s); /* also after a failure */

/* NULL: the finding is of no record. */
const struct sl_finding_owner *sl_finding_owner_of(const struct sl_finding_sums *s, const struct sl_finding *f);
bool sl_finding_is_of(const struct sl_finding_sums *s, const struct sl_finding *f, const struct sl_finding_query *q);
/* What one finding adds: 1, mm², or the days of its record; -1: it has none. */
sl_mm2 sl_finding_units(const struct sl_finding_sums *s, const struct sl_finding *f, const struct sl_finding_query *q);
sl_mm2 sl_finding_sum(const struct sl_finding_sums *s, const struct sl_finding_query *q);

#endif
