/* The sealed part of a record, for who may read it; each reading is in the audit log before it happens. */
#ifndef SL_APP_SEALED_H
#define SL_APP_SEALED_H

#include "app/people.h"

/* {kind, record, id, sealed: {...}} of a current record, by UUID or the source's identifier.  SL_NOT_FOUND
 * when `who` may not see the record at all, SL_DENIED when not its sealed part, or when its key is gone. */
SL_CHECKED enum sl_code sl_sealed_json(struct sl_programme *p, struct sl_people *people,
                                       const struct sl_person *who, const struct sl_actor *by,
                                       const struct sl_kind *kind, struct sl_str id, struct sl_buf *b,
                                       struct sl_err *e);

#endif
