/* The releases of a programme with what was searched and found on them. */
#include "app/residual.h"

#include "geo/area.h"
#include "geo/wkb.h"

#include <math.h>

struct gathering {
	struct sl_residual_site_list *list;
	struct sl_date as_of;
};

static struct sl_str kept(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *copy = e->code ? NULL : sl_str_dup(a, s, e);

	return copy ? (struct sl_str){copy, s.n} : SL_STR("");
}

static size_t chain(struct sl_map *map, struct sl_str key, size_t index, struct sl_err *e)
{
	bool is_new = true;
	uint64_t *value = key.n && !e->code ? sl_map_put(map, key, index, &is_new, e) : NULL, before;

	if (!value || is_new)
		return SL_NONE_SITE;
	before = *value;
	*value = index;
	return (size_t)before;
}

static enum sl_code take_geometry(struct sl_arena *a, const struct sl_revision *rev,
                                  const struct sl_record *rec, struct sl_residual_site *site,
                                  struct sl_err *e)
{
	if (rec->geometry.type != SL_GEOM_POLYGON) {
		site->area_m2 = sl_record_number(rec, "area_reported_m2");
		site->area_reported = true;
		return SL_OK;
	}
	site->area_m2 = rev->geometry.repaired_area_m2;
	if (rev->geometry.repaired.n)
		return sl_wkb_read(a, rev->geometry.repaired, &site->geometry, e);
	return sl_geom_copy(a, &rec->geometry, &site->geometry, e);
}

static enum sl_code take_release(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                 struct sl_err *e)
{
	struct sl_residual_site_list *list = ((struct gathering *)ctx)->list;
	struct sl_residual_site *v, *site;
	char uuid[37];
	bool is_new;

	if (!sl_record_has_code(rec, "product", "CLR") && !sl_record_has_code(rec, "product", "RDT"))
		return SL_OK;
	if (!(v = sl_arena_grow(list->a, list->v, &list->cap, list->n + 1, sizeof *v, e)))
		return e->code;
	list->v = v;
	site = &v[list->n];
	sl_uuid_text(rev->record, uuid);
	*site = (struct sl_residual_site){
	    .number = rev->record_number,
	    .id = kept(list->a, rev->identity, e),
	    .record = kept(list->a, sl_str_from(uuid), e),
	    .method = kept(list->a, sl_record_text(rec, "method"), e),
	    .soil = kept(list->a, sl_record_text(rec, "soil"), e),
	    .hazard = kept(list->a, sl_record_text(rec, "hazard"), e),
	    .activity = kept(list->a, sl_record_text(rec, "activity"), e),
	    .task = kept(list->a, sl_record_text(rec, "task"), e),
	    .day = rev->effective,
	    .passes = sl_record_number(rec, "search_passes"),
	    .probability = sl_record_number(rec, "detection_probability"),
	    .trials = sl_record_number(rec, "detection_trials"),
	    .processed_m2 = sl_record_number(rec, "processed_m2"),
	    .depth_cm = sl_record_number(rec, "depth_cm"),
	    .fade_out_m = sl_record_number(rec, "fade_out_m"),
	    .stated = sl_record_number(rec, "ordnance_found"),
	    .first_find = SL_NONE_SITE,
	};
	if (e->code || take_geometry(list->a, rev, rec, site, e) ||
	    !sl_map_put(&list->by_id, site->id, list->n, &is_new, e))
		return e->code;
	site->next_activity = chain(&list->by_activity, site->activity, list->n, e);
	site->next_hazard = chain(&list->by_hazard, site->hazard, list->n, e);
	list->n++;
	return e->code;
}

static bool holds(const struct sl_residual_site *site, const struct sl_geom *point)
{
	struct sl_box box;

	if (point->type != SL_GEOM_POINT || site->geometry.type != SL_GEOM_POLYGON)
		return false;
	box = sl_geom_box(&site->geometry);
	return point->xy[0] >= box.x0 && point->xy[0] <= box.x1 && point->xy[1] >= box.y0 &&
	       point->xy[1] <= box.y1 && sl_geom_contains(&site->geometry, point->xy[0], point->xy[1]);
}

/* The release that a record speaks of: the one it names; of those of the activity or hazard that it names
 * the one on whose ground it lies, or the only one. */
static struct sl_residual_site *site_of(struct sl_residual_site_list *list, const struct sl_record *rec)
{
	struct sl_str release = sl_record_text(rec, "release"), activity = sl_record_text(rec, "activity");
	struct sl_str hazard = sl_record_text(rec, "hazard");
	const uint64_t *at = release.n    ? sl_map_get(&list->by_id, release)
	                     : activity.n ? sl_map_get(&list->by_activity, activity)
	                     : hazard.n   ? sl_map_get(&list->by_hazard, hazard)
	                                  : NULL;
	size_t i = at ? (size_t)*at : SL_NONE_SITE, only = i, n = 0;

	if (release.n)
		return at ? &list->v[*at] : NULL;
	for (; i != SL_NONE_SITE; i = activity.n ? list->v[i].next_activity : list->v[i].next_hazard, n++)
		if (holds(&list->v[i], &rec->geometry))
			return &list->v[i];
	/* A place on nobody's ground is not that of the only release either. */
	return n == 1 && rec->geometry.type == SL_GEOM_NONE ? &list->v[only] : NULL;
}

/* Small-arms ammunition and components are never counted as items; what turned out to be no ordnance is
 * none. */
static bool is_item(const struct sl_record *rec)
{
	return !sl_record_has_code(rec, "category", "SAA") && !sl_record_has_code(rec, "category", "FUZ") &&
	       !sl_record_has_code(rec, "verification", "REJECTED");
}

static enum sl_code take_ordnance(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                  struct sl_err *e)
{
	struct gathering *g = ctx;
	struct sl_residual_site *site = is_item(rec) ? site_of(g->list, rec) : NULL;
	double quantity = sl_record_number(rec, "quantity");
	struct sl_date found = sl_record_date(rec, "found_date");
	struct sl_residual_find *v;

	if (!is_item(rec))
		return SL_OK;
	if (!site) {
		g->list->n_unplaced++;
		return SL_OK;
	}
	if (!(quantity >= 0)) { /* "many" or unknown: one at least */
		quantity = 1;
		site->quantity_unknown = true;
	}
	if (sl_date_is_none(found))
		found = rev->effective;
	if (!sl_date_is_none(found) && !sl_date_is_none(site->day) && found.day > site->day.day) {
		site->later += quantity;
		return SL_OK;
	}
	site->any_recorded = true;
	site->recorded += quantity;
	if (rec->geometry.type != SL_GEOM_POINT || !(quantity > 0))
		return SL_OK;
	if (!(v = sl_arena_grow(g->list->a, g->list->find, &g->list->cap_finds, g->list->n_finds + 1, sizeof *v,
	                        e)))
		return e->code;
	g->list->find = v;
	v[g->list->n_finds] =
	    (struct sl_residual_find){rec->geometry.xy[0], rec->geometry.xy[1], quantity, site->first_find};
	site->first_find = g->list->n_finds++;
	return SL_OK;
}

static enum sl_code take_visit(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                               struct sl_err *e)
{
	struct gathering *g = ctx;
	double m2 = sl_record_number(rec, "sample_area_m2"), found = sl_record_number(rec, "ordnance_found");
	struct sl_residual_site *site;

	(void)rev;
	(void)e;
	if (!(m2 > 0))
		return SL_OK;
	if (!(site = site_of(g->list, rec))) {
		g->list->n_unplaced++;
		return SL_OK;
	}
	site->n_samples++;
	if (isnan(found)) { /* nobody said whether anything was found: no evidence */
		site->n_silent++;
		return SL_OK;
	}
	site->sample_m2 += m2;
	site->sample_found += found;
	return SL_OK;
}

static void done_map(void *map)
{
	sl_map_done(map);
}

enum sl_code sl_residual_gather(struct sl_programme *p, struct sl_arena *a, struct sl_date as_of,
                                struct sl_residual_site_list **out, struct sl_err *e)
{
	static const struct {
		const char *kind;
		sl_each_fn *take;
	} kinds[] = {{"release", take_release}, {"ordnance", take_ordnance}, {"quality", take_visit}};
	struct sl_residual_site_list *list = sl_arena_alloc(a, 1, sizeof *list, e);
	struct gathering g = {list, as_of};

	if (!list || sl_arena_defer(a, done_map, &list->by_id, e) ||
	    sl_arena_defer(a, done_map, &list->by_activity, e) ||
	    sl_arena_defer(a, done_map, &list->by_hazard, e))
		return e->code;
	list->a = a;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		struct sl_query q = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kinds[i].kind)),
		                     .as_of = as_of};

		if (sl_store_each(p->db, &q, true, kinds[i].take, &g, e))
			return e->code;
	}
	*out = list;
	return SL_OK;
}
