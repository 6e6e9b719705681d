/* UUIDv7 (RFC 9562): record and revision identifiers that sort by time of making. */
#ifndef SL_BASE_UUID_H
#define SL_BASE_UUID_H

#include "base/env.h"

struct sl_uuid {
	unsigned char b[16];
};

/* Later ones of one `env` are greater, also within one millisecond. */
struct sl_uuid sl_uuid_new(struct sl_env *env);
void sl_uuid_text(struct sl_uuid u, char out[37]);
bool sl_uuid_parse(struct sl_str s, struct sl_uuid *out);
bool sl_uuid_eq(struct sl_uuid a, struct sl_uuid b);
bool sl_uuid_is_nil(struct sl_uuid u);

#endif
