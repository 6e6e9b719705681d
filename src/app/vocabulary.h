/* The lists of choices of the dictionary, and the values and labels that a country has added to them.  They are kept
 * in the programme (a fact of it), not in the dictionary: every program that opens the file knows them. */
#ifndef SL_APP_VOCABULARY_H
#define SL_APP_VOCABULARY_H

#include "app/people.h"

/* {"lists": [{name, fields: ["hazard.class"...], closed, choices: [{code, label, aliases, local}...]}...]};
 * `only_local`: only what the country added or renamed, and only lists with any of it. */
SL_CHECKED enum sl_code sl_vocabularies_json(struct sl_programme *p, bool only_local, struct sl_buf *b,
                                             struct sl_err *e);
/* Add a value, or give one another label (sl_dictionary_add_choice).  SL_INVALID says why not.  It is never taken out
 * again: records may say it.  Programmes that are open learn it by sl_programme_outdated. */
SL_CHECKED enum sl_code sl_vocabulary_put(struct sl_programme *writer, struct sl_people *people,
                                          const struct sl_actor *by, struct sl_str list,
                                          const struct sl_choice *choice, struct sl_err *e);

#endif
