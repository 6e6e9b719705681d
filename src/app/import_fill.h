/* What a row leaves empty stays as it is: a list of identifiers and new classes says nothing of boundaries and
 * names (domain.md C.2: an update acts only on the fields that are filled in).  To say that something is not known
 * any more there are UNK and NA. */
#ifndef SL_APP_IMPORT_FILL_H
#define SL_APP_IMPORT_FILL_H

#include "store/store.h"

/* The members of JSON object `said` and, where it has none of that name, those of `before`, sorted by name; the
 * extras likewise, one by one.  Either may be empty.  SL_INVALID when one is no object. */
SL_CHECKED enum sl_code import_fill_object(struct sl_arena *a, struct sl_str said, struct sl_str before,
                                           struct sl_str *out, struct sl_err *e);

/* Completes revision and record from the version of the record that the row changes: the latest approved one that
 * is not later than the row, else the latest said one.  *same: nothing is then left that the row says anew, and
 * `out` is not needed.  Texts live in `a`. */
SL_CHECKED enum sl_code import_fill(struct sl_db *db, struct sl_arena *a, struct sl_uuid record,
                                    struct sl_revision *rev, struct sl_record *out, bool *same,
                                    struct sl_err *e);

#endif
