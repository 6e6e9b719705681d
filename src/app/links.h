/* Records that speak of each other: through fields that refer to a kind of record by its identifier. */
#ifndef SL_APP_LINKS_H
#define SL_APP_LINKS_H

#include "app/programme.h"
#include "model/role.h"

/* {to: [...], from: [...]}, docs/formats/api.md: what a current record names, and which current records name it, at
 * most `limit` of each kind and field with the exact number of all.  Records of others are left out for who may
 * not see them (`organisation`: only its records; NULL: all).  SL_NOT_FOUND as sl_record_seen. */
SL_CHECKED enum sl_code sl_links_json(struct sl_programme *p, const struct sl_kind *kind, struct sl_str id,
                                      const struct sl_person *who, const struct sl_str *organisation, int64_t limit,
                                      struct sl_buf *b, struct sl_err *e);

#endif
