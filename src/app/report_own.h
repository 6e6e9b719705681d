/* A country's own templates, kept in the programme: whoever has the file has its reports.  One of the name of a built-in
 * template stands in its place; one for a language before the one for all. */
#ifndef SL_APP_REPORT_OWN_H
#define SL_APP_REPORT_OWN_H

#include "app/people.h"

struct sl_ledger;

struct sl_report_own {
	struct sl_str name, language; /* "land", "fr"; for all languages empty */
	struct sl_str text;
	struct sl_str person; /* who added it */
	int64_t added_ms;
};

/* By name and language, those for all languages first; in `a`. */
SL_CHECKED enum sl_code sl_report_own_list(struct sl_programme *p, struct sl_arena *a, struct sl_report_own **out,
                                           size_t *n, struct sl_err *e);
/* Changes when any of them does; 0: there is none. */
SL_CHECKED enum sl_code sl_report_own_version(struct sl_programme *p, uint64_t *version, struct sl_err *e);

/* "own/land.fr.txt": the name and the language of a template.  SL_INVALID says how it has to be called. */
SL_CHECKED enum sl_code sl_report_own_name(struct sl_str file, struct sl_str *name, struct sl_str *language,
                                           struct sl_err *e);

/* Does it make a report?  One of a period is made of the last one; of the others the words are read.  SL_INVALID says
 * file, line and what to do.  `ledger` as in sl_report_request. */
SL_CHECKED enum sl_code sl_report_own_judge(struct sl_programme *p, const struct sl_ledger *ledger, struct sl_str file,
                                            struct sl_str text, struct sl_err *e);
/* Put what was judged in, or in the place of what was under that name and language. */
SL_CHECKED enum sl_code sl_report_own_put(struct sl_programme *writer, struct sl_people *people,
                                          const struct sl_actor *by, struct sl_str file, struct sl_str text,
                                          struct sl_err *e);
/* SL_NOT_FOUND: there is none of that name and language. */
SL_CHECKED enum sl_code sl_report_own_remove(struct sl_programme *writer, struct sl_people *people,
                                             const struct sl_actor *by, struct sl_str name, struct sl_str language,
                                             struct sl_err *e);

#endif
