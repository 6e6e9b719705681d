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
void sl_check_csv(struct sl_buf *b, const struct sl_check_answer *answer);
/* Members of the JSON object of one finding, in their order: what it is about, its text; then, of the second, the
 * title of its rule (with a locale) and what to do, as far as that is translated; then its place, its source. */
void sl_finding_json(struct sl_json_writer *w, const struct sl_finding *f, bool head, bool text, bool place,
                     bool source);
void sl_finding_words_json(struct sl_json_writer *w, const char *rule_id, struct sl_str suggestion,
                           const struct sl_locale *l); /* suggestion.p ends with a NUL */
/* For people: grouped by rule, the gravest first, at most twenty of each unless one rule was asked for. */
void sl_check_table(struct sl_buf *b, const struct sl_check_answer *answer);

#endif
