/* A hash map from bytes to a number.  Keys are kept by reference: they must live as long as the map. */
#ifndef SL_BASE_MAP_H
#define SL_BASE_MAP_H

#include "base/str.h"

struct sl_map_slot {
	struct sl_str key;
	uint64_t value;
	uint64_t hash;
};

struct sl_map {
	struct sl_map_slot *slot; /* in the heap */
	size_t n, cap;
};

/* A zeroed struct is an empty map. */
void sl_map_done(struct sl_map *m);
/* Room for `n` keys without growing on the way. */
SL_CHECKED enum sl_code sl_map_reserve(struct sl_map *m, size_t n, struct sl_err *e);
/* Pointer to the value of `key`, NULL when absent; valid until the next put. */
uint64_t *sl_map_get(const struct sl_map *m, struct sl_str key);
/* Pointer to the value of `key`, made with `initial` when absent (*is_new tells). NULL with SL_NOMEM. */
uint64_t *sl_map_put(struct sl_map *m, struct sl_str key, uint64_t initial, bool *is_new, struct sl_err *e);

#endif
