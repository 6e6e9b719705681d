#include "app/tile_cache.h"

#include "base/mem.h"

#include <pthread.h>
#include <string.h>

enum { SLOTS_AT_FIRST = 256 };

struct entry {
	struct sl_tile_key key;
	struct sl_tile_bytes *tile;
	struct entry *next; /* in the same slot */
	struct entry *newer, *older;
};

struct sl_tile_cache {
	pthread_mutex_t lock;
	struct entry **slot;
	size_t n_slots;
	struct entry *newest, *oldest;
	size_t bytes_max;
	uint64_t epoch;
	struct sl_tile_cache_use use;
};

enum sl_code sl_tile_bytes_new(struct sl_str bytes, uint32_t n_features, int64_t version,
                               struct sl_tile_bytes **out, struct sl_err *e)
{
	struct sl_tile_bytes *t = sl_mem_alloc(sizeof *t + bytes.n);

	if (!t)
		return sl_fail(e, SL_NOMEM, "out of memory");
	atomic_init(&t->references, 1);
	t->n_features = n_features;
	t->version = version;
	t->n = bytes.n;
	if (bytes.n)
		memcpy(t->p, bytes.p, bytes.n);
	*out = t;
	return SL_OK;
}

struct sl_tile_bytes *sl_tile_bytes_keep(struct sl_tile_bytes *t)
{
	atomic_fetch_add(&t->references, 1);
	return t;
}

void sl_tile_bytes_release(struct sl_tile_bytes *t)
{
	if (t && atomic_fetch_sub(&t->references, 1) == 1)
		sl_mem_free(t);
}

enum sl_code sl_tile_cache_new(size_t bytes_max, struct sl_tile_cache **out, struct sl_err *e)
{
	struct sl_tile_cache *c = sl_mem_zeroed(sizeof *c);
	struct entry **slot = c ? sl_mem_zeroed(SLOTS_AT_FIRST * sizeof(struct entry *)) : NULL;

	if (!slot) {
		sl_mem_free(c);
		return sl_fail(e, SL_NOMEM, "out of memory");
	}
	if (pthread_mutex_init(&c->lock, NULL)) {
		sl_mem_free(slot);
		sl_mem_free(c);
		return sl_fail(e, SL_IO, "a lock cannot be made");
	}
	c->slot = slot;
	c->n_slots = SLOTS_AT_FIRST;
	c->bytes_max = bytes_max;
	*out = c;
	return SL_OK;
}

static bool same_key(const struct sl_tile_key *a, const struct sl_tile_key *b)
{
	return a->layer == b->layer && a->day == b->day && a->variant == b->variant && a->tile.z == b->tile.z &&
	       a->tile.x == b->tile.x && a->tile.y == b->tile.y;
}

static size_t slot_of(const struct sl_tile_cache *c, const struct sl_tile_key *k)
{
	uint64_t h = ((uint64_t)k->tile.x << 32 | k->tile.y) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= ((uint64_t)(uint32_t)k->day << 32 | k->variant) * UINT64_C(0xc2b2ae3d27d4eb4f);
	h ^= ((uint64_t)(uint32_t)k->layer << 8 | k->tile.z) * UINT64_C(0x165667b19e3779f9);
	h ^= h >> 29;
	return (size_t)(h * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (c->n_slots - 1);
}

static size_t cost(const struct entry *x)
{
	return sizeof *x + sizeof *x->tile + x->tile->n;
}

static void unlink_use(struct sl_tile_cache *c, struct entry *x)
{
	*(x->newer ? &x->newer->older : &c->newest) = x->older;
	*(x->older ? &x->older->newer : &c->oldest) = x->newer;
}

static void link_newest(struct sl_tile_cache *c, struct entry *x)
{
	x->newer = NULL;
	x->older = c->newest;
	*(c->newest ? &c->newest->newer : &c->oldest) = x;
	c->newest = x;
}

static void drop(struct sl_tile_cache *c, struct entry *x)
{
	struct entry **at = &c->slot[slot_of(c, &x->key)];

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	unlink_use(c, x);
	c->use.n--;
	c->use.bytes -= cost(x);
	sl_tile_bytes_release(x->tile);
	sl_mem_free(x);
}

void sl_tile_cache_free(struct sl_tile_cache *c)
{
	if (!c)
		return;
	while (c->newest)
		drop(c, c->newest);
	pthread_mutex_destroy(&c->lock);
	sl_mem_free(c->slot);
	sl_mem_free(c);
}

static struct entry *find(struct sl_tile_cache *c, const struct sl_tile_key *key)
{
	struct entry *x = c->slot[slot_of(c, key)];

	while (x && !same_key(&x->key, key))
		x = x->next;
	return x;
}

struct sl_tile_bytes *sl_tile_cache_get(struct sl_tile_cache *c, const struct sl_tile_key *key)
{
	struct sl_tile_bytes *t = NULL;
	struct entry *x;

	pthread_mutex_lock(&c->lock);
	x = find(c, key);
	if (x) {
		unlink_use(c, x);
		link_newest(c, x);
		t = sl_tile_bytes_keep(x->tile);
		c->use.hits++;
	} else {
		c->use.misses++;
	}
	pthread_mutex_unlock(&c->lock);
	return t;
}

uint64_t sl_tile_cache_epoch(struct sl_tile_cache *c)
{
	uint64_t epoch;

	pthread_mutex_lock(&c->lock);
	epoch = c->epoch;
	pthread_mutex_unlock(&c->lock);
	return epoch;
}

/* Twice as many slots when there are more entries than slots; when there is no memory it only gets slower.
 */
static void grow(struct sl_tile_cache *c)
{
	struct entry **slot = sl_mem_zeroed(2 * c->n_slots * sizeof(struct entry *));

	if (!slot)
		return;
	sl_mem_free(c->slot);
	c->slot = slot;
	c->n_slots *= 2;
	for (struct entry *x = c->newest; x; x = x->older) {
		struct entry **at = &c->slot[slot_of(c, &x->key)];

		x->next = *at;
		*at = x;
	}
}

void sl_tile_cache_put(struct sl_tile_cache *c, const struct sl_tile_key *key, struct sl_tile_bytes *t,
                       uint64_t epoch)
{
	struct entry *x;
	struct entry **at;

	pthread_mutex_lock(&c->lock);
	x = c->epoch == epoch && !find(c, key) ? sl_mem_alloc(sizeof *x) : NULL;
	if (!x)
		goto done;
	*x = (struct entry){.key = *key, .tile = t};
	if (cost(x) > c->bytes_max / 2) {
		sl_mem_free(x);
		goto done;
	}
	sl_tile_bytes_keep(t);
	if (c->use.n >= c->n_slots)
		grow(c);
	at = &c->slot[slot_of(c, key)];
	x->next = *at;
	*at = x;
	link_newest(c, x);
	c->use.n++;
	c->use.bytes += cost(x);
	while (c->use.bytes > c->bytes_max) {
		c->use.evicted++;
		drop(c, c->oldest);
	}
done:
	pthread_mutex_unlock(&c->lock);
}

/* One pixel more than the buffer: small ground is counted by cells of a pixel. */
enum { REACH = SL_TILE_BUFFER + 8 };

void sl_tile_cache_changed(struct sl_tile_cache *c, int32_t layer, struct sl_box box)
{
	struct sl_world_point nw, se;
	struct sl_world_box world;
	struct entry *next;

	pthread_mutex_lock(&c->lock);
	c->epoch++;
	if (box.x0 <= box.x1) {
		nw = sl_world_from(box.x0, box.y1);
		se = sl_world_from(box.x1, box.y0);
		world = (struct sl_world_box){nw.x, nw.y, se.x, se.y};
		for (struct entry *x = c->newest; x; x = next) {
			next = x->older;
			if (x->key.layer == layer &&
			    sl_world_boxes_meet(sl_tile_world_box(x->key.tile, REACH), world)) {
				c->use.invalidated++;
				drop(c, x);
			}
		}
	}
	pthread_mutex_unlock(&c->lock);
}

void sl_tile_cache_clear(struct sl_tile_cache *c)
{
	pthread_mutex_lock(&c->lock);
	c->epoch++;
	while (c->newest) {
		c->use.invalidated++;
		drop(c, c->newest);
	}
	pthread_mutex_unlock(&c->lock);
}

struct sl_tile_cache_use sl_tile_cache_use(struct sl_tile_cache *c)
{
	struct sl_tile_cache_use use;

	pthread_mutex_lock(&c->lock);
	use = c->use;
	pthread_mutex_unlock(&c->lock);
	return use;
}
