/* What a revision's hashes are made of.  The order of the parts is part of the file format. */
#include "store/db.h"

#include <math.h>
#include <string.h>

static void put_double(struct sl_hasher *h, double x)
{
	int64_t bits;

	if (isnan(x)) /* one pattern for every NaN */
		bits = INT64_MIN + 1;
	else
		memcpy(&bits, &x, sizeof bits);
	sl_hash_int(h, bits);
}

struct sl_hash sl_base_hash(const struct sl_revision *rev)
{
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "base", 4);
	sl_hash_part(&h, rev->document.p, rev->document.n);
	sl_hash_part(&h, rev->geometry.wkb.p, rev->geometry.wkb.n);
	return sl_hash_end(&h);
}

struct sl_hash sl_said_hash(struct sl_hash base, struct sl_str sealed_mac)
{
	struct sl_hasher h;

	if (!sealed_mac.n)
		return base;
	sl_hash_begin(&h);
	sl_hash_part(&h, "said", 4);
	sl_hash_part(&h, base.b, sizeof base.b);
	sl_hash_part(&h, sealed_mac.p, sealed_mac.n);
	return sl_hash_end(&h);
}

struct sl_hash sl_content_hash(const struct sl_revision *rev, struct sl_hash base, struct sl_hash said,
                               struct sl_str sealed)
{
	const struct sl_prepared_geometry *g = &rev->geometry;
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "content", 7);
	sl_hash_part(&h, base.b, sizeof base.b);
	sl_hash_part(&h, said.b, sizeof said.b);
	sl_hash_part(&h, rev->entry.p, rev->entry.n);
	sl_hash_part(&h, sealed.p, sealed.n);
	/* What was computed from the geometry is kept with it, so it is covered too. */
	if (g->wkb.n) {
		sl_hash_part(&h, g->repaired.p, g->repaired.n);
		put_double(&h, g->area_m2);
		put_double(&h, g->repaired_area_m2);
		put_double(&h, g->box.x0);
		put_double(&h, g->box.y0);
		put_double(&h, g->box.x1);
		put_double(&h, g->box.y1);
		sl_hash_part(&h, g->reason, strnlen(g->reason, sizeof g->reason));
		put_double(&h, g->reason_lon);
		put_double(&h, g->reason_lat);
	}
	return sl_hash_end(&h);
}

struct sl_hash sl_revision_hash(const struct sl_revision *rev, struct sl_str kind,
                                const struct sl_hash *parent_hash)
{
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "revision", 8);
	sl_hash_part(&h, rev->id.b, sizeof rev->id.b);
	sl_hash_part(&h, rev->record.b, sizeof rev->record.b);
	sl_hash_part(&h, kind.p, kind.n);
	sl_hash_int(&h, (int64_t)rev->n_parents);
	for (size_t i = 0; i < rev->n_parents; i++) {
		sl_hash_part(&h, rev->parent[i].b, sizeof rev->parent[i].b);
		sl_hash_part(&h, parent_hash[i].b, sizeof parent_hash[i].b);
	}
	sl_hash_int(&h, rev->effective.day);
	sl_hash_part(&h, rev->author.p, rev->author.n);
	sl_hash_part(&h, rev->organisation.p, rev->organisation.n);
	sl_hash_part(&h, rev->device.p, rev->device.n);
	sl_hash_int(&h, rev->recorded_ms);
	sl_hash_int(&h, rev->state);
	sl_hash_int(&h, rev->correction);
	sl_hash_part(&h, rev->identity.p, rev->identity.n);
	sl_hash_part(&h, rev->content.b, sizeof rev->content.b);
	return sl_hash_end(&h);
}
