/* Inside submissions only. */
#ifndef SL_APP_SUBMISSION_PARTS_H
#define SL_APP_SUBMISSION_PARTS_H

#include "app/submission.h"
#include "model/form_rules.h"

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
	size_t rules_asked, rules_untold; /* of its form; untold: that only the phone could judge */
};

/* submission_judge.c: the rules of one published XForm, read once; and what one submission breaks of them. */
SL_CHECKED enum sl_code sl_submission_rules(struct sl_arena *a, struct sl_str xform, struct sl_form_rules **out,
                                            struct sl_err *e);
SL_CHECKED enum sl_code sl_submission_judge(struct sl_programme *p, struct sl_form_rules *rules, struct sl_arena *a,
                                            struct sl_submission_made *m, struct sl_err *e);

#endif
