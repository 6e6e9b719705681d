/* Inside submissions only. */
#ifndef SL_APP_SUBMISSION_PARTS_H
#define SL_APP_SUBMISSION_PARTS_H

#include "app/submission.h"

struct sl_submission_wanted { /* a file that the XML names */
	struct sl_str name;
	struct sl_str field; /* of the kind; empty: of the record as a whole */
};

struct sl_submission_made {
	const struct sl_submission_sent *sent;
	struct sl_instance instance;
	struct sl_str kind;
	bool closed; /* the form */
	struct sl_record record;
	struct sl_revision rev;
	struct sl_prepared_revision prepared;
	struct sl_finding *finding;
	size_t n_findings, cap_findings;
	struct sl_submission_wanted *wanted;
	size_t n_wanted, cap_wanted;
	struct sl_extra *sealed; /* what would show what is sealed */
	size_t n_sealed, cap_sealed, cap_extra;
	struct sl_str place; /* as it was sent */
};

#endif
