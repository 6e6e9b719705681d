/* The history of a record: every revision, oldest first, and what each one changed. */
#ifndef SL_APP_HISTORY_H
#define SL_APP_HISTORY_H

#include "app/programme.h"

/* `record`: a UUID, the source's identifier, or kind:identifier (sl_store_find's codes). */
SL_CHECKED enum sl_code sl_history_text(struct sl_programme *p, const char *record, struct sl_buf *b,
                                        struct sl_err *e);
/* docs/formats/history.md */
SL_CHECKED enum sl_code sl_history_json(struct sl_programme *p, const char *record, struct sl_buf *b,
                                        struct sl_err *e);

/* What is different between two documents, as an array of {field, from, to}; either may be NULL. */
void sl_changes_json(struct sl_json_writer *w, const struct sl_json *from, const struct sl_json *to);

#endif
