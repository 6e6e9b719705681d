/* All findings of a programme at one content version, kept small for as long as a server needs them: what they are
 * chosen by stands in the open, the rest is compressed.  Read-only once made: any thread may ask. */
#ifndef SL_APP_FINDING_LIST_H
#define SL_APP_FINDING_LIST_H

#include "app/programme.h"
#include "model/role.h"

/* How long the record has said what the finding is about: the version that counts was recorded up to 30 days ago,
 * up to a year, longer; or the finding is about no record. */
enum sl_finding_age { SL_AGE_ANY, SL_AGE_MONTH, SL_AGE_YEAR, SL_AGE_OLDER, SL_AGE_NONE, SL_FINDING_AGES };
bool sl_finding_age_from(struct sl_str name, enum sl_finding_age *out); /* "month", "year", "older", "none" */

struct sl_finding_query {
	struct sl_str rule, kind; /* empty: all */
	const struct sl_str *organisation; /* NULL: all; empty: of records that name none */
	enum sl_severity least;
	enum sl_finding_age age;
	int32_t today;
	int64_t limit, offset;
	/* NULL: all.  Else findings about records of this person's organisation, without what rules that compare
	 * records say of others'. */
	const struct sl_person *only;
	const struct sl_locale *locale; /* of titles and suggestions; NULL: as they are, and no titles of findings */
};

struct sl_finding_list;
/* Runs every rule (app/check.h): takes seconds. */
SL_CHECKED enum sl_code sl_finding_list_make(struct sl_programme *p, struct sl_finding_list **out,
                                             struct sl_err *e);
void sl_finding_list_free(struct sl_finding_list *l); /* NULL is allowed */

/* docs/formats/api.md, "Findings". */
SL_CHECKED enum sl_code sl_finding_list_page(const struct sl_finding_list *l, const struct sl_finding_query *q,
                                             struct sl_buf *b, struct sl_err *e);
SL_CHECKED enum sl_code sl_finding_list_counts(const struct sl_finding_list *l, const struct sl_finding_query *q,
                                               struct sl_buf *b, struct sl_err *e);

#endif
