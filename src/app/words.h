/* The dictionary in the language of a reader, as JSON for pages and forms: docs/formats/api.md. */
#ifndef SL_APP_WORDS_H
#define SL_APP_WORDS_H

#include "model/dictionary.h"

/* {language, languages, kinds}: what there is. */
SL_CHECKED enum sl_code sl_words_json(const struct sl_dictionary *d, int language, struct sl_buf *b,
                                      struct sl_err *e);
/* {kind, label, language, nothing, groups, fields, lists}: one kind, with the code lists that it uses. */
SL_CHECKED enum sl_code sl_kind_words_json(const struct sl_dictionary *d, const struct sl_kind *k, int language,
                                           struct sl_buf *b, struct sl_err *e);

#endif
