/* Check a programme: every rule over every approved record, and the findings that import has kept. */
#ifndef SL_APP_CHECK_H
#define SL_APP_CHECK_H

#include "app/programme.h"
#include "model/locale.h"

struct sl_check_request {
	const char *rule, *kind; /* only these; NULL: all */
	enum sl_severity least;  /* milder ones are left out */
	bool names;              /* compare the names of victims too; they are never printed */
};

struct sl_check_answer {
	struct sl_arena arena;
	struct sl_findings findings; /* sorted */
	size_t count[3];             /* by severity */
	size_t n_records;
	size_t n_sealed; /* victims whose names were asked for and could not be read */
	bool all;        /* one rule was asked for: the table lists every finding */
};

/* SL_INVALID for a rule or kind that there is not.  Nothing is changed in the programme. */
SL_CHECKED enum sl_code sl_check_answer(struct sl_programme *p, const struct sl_check_request *r,
                                        struct sl_check_answer *out, struct sl_err *e);
void sl_check_answer_done(struct sl_check_answer *answer); /* also after a failure */

/* docs/formats/findings.md */
void sl_check_json(struct sl_buf *b, const struct sl_check_answer *answer);
/* The same for people who read another language: also the rule's title, and the advice translated. */
void sl_check_json_for(struct sl_buf *b, const struct sl_check_answer *answer, const struct sl_locale *l);
void sl_check_csv(struct sl_buf *b, const struct sl_check_answer *answer);
/* For people: grouped by rule, the gravest first, at most twenty of each unless one rule was asked for. */
void sl_check_table(struct sl_buf *b, const struct sl_check_answer *answer);

#endif
