/* Findings that say the same of record after record are a property of the source, not of the record: they become one.
 *
 * A country whose source never says how contamination was confirmed has such a finding for each of 200,000 hazards.
 * Until it is known which become one, a finding that says of its record what the first of its group says is kept as
 * the number of that record and where it came from. */
#include "checks/index.h"

#include <math.h>
#include <string.h>

enum { GATHER_FROM = 20, GROUPS_MAX = 256 };

struct like_first {
	uint32_t item;
	struct sl_str source;
};

struct group {
	struct sl_findings told; /* the first, and those that differ from it in more than their record */
	size_t n;
	double m2;
	SL_LIST(struct like_first) like; /* the others */
	bool in_list, gathered; /* in_list: none came from sl_check_programme_told */
};

struct sl_gathering {
	struct group *v;
	size_t n;
};

static bool gathers(const struct sl_finding *f)
{
	return !strcmp(f->rule, "I07") || !strcmp(f->rule, "T06") ||
	       (!strcmp(f->rule, "G22") && f->severity == SL_NOTE);
}

static bool alike(const struct sl_finding *a, const struct sl_finding *b)
{
	return !strcmp(a->rule, b->rule) && a->severity == b->severity && sl_str_eq(a->kind, b->kind) &&
	       sl_str_eq(a->field, b->field);
}

static void done(void *ptr)
{
	struct sl_gathering *all = ptr;

	for (size_t i = 0; i < all->n; i++)
		sl_buf_done(&all->v[i].like.memory);
}

static enum sl_code begin(struct sl_check_programme *p, struct sl_err *e)
{
	struct sl_gathering *all = p->gathering ? p->gathering : sl_arena_alloc(p->a, 1, sizeof *all, e);

	if (!all || all == p->gathering)
		return e->code;
	all->v = sl_arena_alloc(p->a, GROUPS_MAX, sizeof *all->v, e);
	if (!all->v || sl_arena_defer(p->a, done, all, e))
		return e->code;
	p->gathering = all;
	return SL_OK;
}

static struct group *find(const struct sl_gathering *all, const struct sl_finding *f)
{
	for (size_t i = 0; i < all->n; i++)
		if (alike(&all->v[i].told.v[0], f))
			return &all->v[i];
	return NULL;
}

/* NULL when there are too many groups, or with an error. */
static struct group *group_of(struct sl_check_programme *p, const struct sl_finding *f, bool in_list, bool *is_new,
                              struct sl_err *e)
{
	struct sl_gathering *all = p->gathering;
	struct group *g = find(all, f);

	*is_new = false;
	if (g || all->n == GROUPS_MAX)
		return g;
	g = &all->v[all->n];
	*g = (struct group){.told.a = p->a, .in_list = in_list};
	if (sl_findings_add(&g->told, f, e))
		return NULL;
	all->n++;
	*is_new = true;
	return g;
}

static bool same_number(double a, double b)
{
	return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

/* Of a finding like the first of its group, about the item. */
static struct sl_finding said_of(const struct sl_check_programme *p, const struct group *g, struct like_first one)
{
	const struct sl_item *item = &p->item.v[one.item];
	struct sl_finding f = g->told.v[0];

	f.record = sl_item_id(p, item);
	f.uuid = item->uuid;
	f.source = one.source;
	f.lon = item->sealed_place ? (double)NAN : item->lon;
	f.lat = item->sealed_place ? (double)NAN : item->lat;
	return f;
}

static bool equal(const struct sl_finding *a, const struct sl_finding *b)
{
	return sl_uuid_eq(a->uuid, b->uuid) && sl_str_eq(a->record, b->record) &&
	       sl_str_eq(a->text, b->text) && sl_str_eq(a->suggestion, b->suggestion) && same_number(a->lon, b->lon) &&
	       same_number(a->lat, b->lat) && same_number(a->area_m2, b->area_m2);
}

static enum sl_code keep(struct sl_check_programme *p, struct group *g, const struct sl_finding *f, struct sl_err *e)
{
	struct like_first one = {.item = (uint32_t)p->item.n - 1, .source = f->source};
	struct sl_finding said;
	char *source;

	if (p->item.n) {
		said = said_of(p, g, one);
		if (equal(&said, f)) {
			source = sl_str_dup(p->a, f->source, e);
			if (!source)
				return e->code;
			one.source.p = source;
			SL_PUSH(g, like, one, e);
			return SL_OK;
		}
	}
	return sl_findings_add(&g->told, f, e);
}

/* Of these nothing more can be said against gathering. */
static bool settled(const struct group *g)
{
	return g->n >= GATHER_FROM && !strcmp(g->told.v[0].rule, "G22");
}

enum sl_code sl_check_programme_told(struct sl_check_programme *p, const struct sl_finding *f,
                                     struct sl_findings *list, struct sl_err *e)
{
	struct group *g;
	bool is_new;

	if (!gathers(f))
		return sl_findings_add(list, f, e);
	if (begin(p, e))
		return e->code;
	g = group_of(p, f, false, &is_new, e);
	if (!g)
		return e->code ? e->code : sl_findings_add(list, f, e);
	g->n++;
	g->m2 += f->area_m2;
	return is_new || settled(g) ? SL_OK : keep(p, g, f, e);
}

static bool enough(const struct sl_check_programme *p, const struct group *g)
{
	const struct sl_finding *first = &g->told.v[0];
	const struct sl_kind *kind = sl_dictionary_kind(p->c->dict, first->kind);
	enum sl_check_kind what = kind ? sl_check_kind_of(kind) : (enum sl_check_kind)0;
	size_t all = 0;

	if (g->n < GATHER_FROM)
		return false;
	for (unsigned bit = 0; what && bit < 16; bit++)
		if ((unsigned)what >> bit & 1u)
			all = p->count_of_kind[bit];
	return settled(g) || 2 * g->n >= all;
}

static enum sl_code say_group(struct sl_check_programme *p, const struct group *g, struct sl_err *e)
{
	struct sl_finding f = g->told.v[0];
	char n[40], m2[40];
	char *text;

	sl_number_text((double)g->n, n);
	text = !strcmp(f.rule, "G22") ? sl_arena_printf(p->a, e,
	                                                "%s hazards are known only as a point and a reported "
	                                                "size, %s m² in all: they are counted on "
	                                                "their own line, never as boundaries.",
	                                                n, sl_number_text(g->m2, m2))
	                              : sl_arena_printf(p->a, e, "%s records, the first %.*s: %.*s", n,
	                                                SL_STR_ARG(f.record), SL_STR_ARG(f.text));
	if (!text)
		return e->code;
	f.text = sl_str_from(text);
	f.record = (struct sl_str){0};
	f.uuid = (struct sl_uuid){0};
	f.source = (struct sl_str){0};
	f.lon = f.lat = NAN;
	f.area_m2 = g->m2;
	return sl_findings_add(p->out, &f, e);
}

/* One by one, after all. */
static enum sl_code say_each(struct sl_check_programme *p, const struct group *g, struct sl_err *e)
{
	for (size_t i = 0; i < g->told.n; i++)
		if (sl_findings_add(p->out, &g->told.v[i], e))
			return e->code;
	for (size_t i = 0; i < g->like.n; i++) {
		const struct sl_finding f = said_of(p, g, g->like.v[i]);

		if (sl_findings_add(p->out, &f, e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_check_programme_gather(struct sl_check_programme *p, struct sl_findings *list, struct sl_err *e)
{
	struct sl_gathering *all;
	size_t kept = 0;
	bool is_new;

	if (begin(p, e))
		return e->code;
	all = p->gathering;
	for (size_t i = 0; i < list->n; i++) {
		struct group *g = gathers(&list->v[i]) ? group_of(p, &list->v[i], true, &is_new, e) : NULL;

		if (e->code)
			return e->code;
		if (g) {
			g->n++;
			g->m2 += list->v[i].area_m2;
		}
	}
	for (size_t i = 0; i < all->n; i++)
		all->v[i].gathered = enough(p, &all->v[i]);
	for (size_t i = 0; i < list->n; i++) {
		const struct group *g = gathers(&list->v[i]) ? find(all, &list->v[i]) : NULL;

		if (!g || !g->gathered)
			list->v[kept++] = list->v[i];
	}
	list->n = kept;
	p->out = list;
	for (size_t i = 0; i < all->n; i++) {
		const struct group *g = &all->v[i];

		if (g->gathered ? say_group(p, g, e) : !g->in_list && say_each(p, g, e))
			return e->code;
	}
	return SL_OK;
}
