/* An open programme: what every use case works on. */
#ifndef SL_APP_PROGRAMME_H
#define SL_APP_PROGRAMME_H

#include "store/store.h"

struct sl_programme {
	struct sl_arena arena;
	struct sl_dictionary *dict;
	struct sl_db *db;
	struct sl_env *env;
	const char *path;
	struct sl_str choices; /* the country's own values, as they stood when it was opened: app/vocabulary.h */
};

#define SL_CHOICES_FACT "choices" /* sl_store_fact: a CSV for sl_dictionary_extend */
/* Have the country's own values changed since it was opened?  Then its dictionary is old: open it anew. */
bool sl_programme_outdated(struct sl_programme *p, struct sl_err *e);

SL_CHECKED enum sl_code sl_programme_open(struct sl_programme *p, const char *path,
                                          enum sl_open_mode mode, struct sl_env *env,
                                          struct sl_err *e);
void sl_programme_close(struct sl_programme *p); /* also after a failed open */

#endif
