/* Which hazards hold ordnance that is said to neutralise itself, how many items, and laid when: as their
 * records say, and nothing guessed. */
#include "app/neutralising_parts.h"

#include "base/utf8.h"

#include <string.h>

struct name {
	struct sl_str key;
	const struct sl_ordnance_type *entry;
};

struct walk {
	struct sl_programme *p;
	struct sl_arena *a;
	struct clock_fields *out;
	struct name *name;
	size_t n_names, cap;
	bool one; /* a record that was asked for by name */
};

static enum sl_code add_name(struct walk *w, struct sl_str text, const struct sl_ordnance_type *entry,
                             struct sl_err *e)
{
	struct name *grown = sl_arena_grow(w->a, w->name, &w->cap, w->n_names + 1, sizeof *grown, e);

	if (!grown)
		return e->code;
	w->name = grown;
	if (text.n && !sl_utf8_key(w->a, text, &grown[w->n_names].key, e))
		grown[w->n_names++].entry = entry;
	return e->code;
}

static enum sl_code take_names(struct walk *w, struct sl_err *e)
{
	for (size_t i = 0; i < w->p->dict->n_ordnance; i++) {
		const struct sl_ordnance_type *o = &w->p->dict->ordnance[i];
		struct sl_str rest = o->aliases, one;

		if (!o->neutralise_kind.n)
			continue;
		if (add_name(w, o->id, o, e) || add_name(w, o->model, o, e))
			return e->code;
		while (sl_str_split(&rest, '|', &one))
			if (add_name(w, one, o, e))
				return e->code;
	}
	return SL_OK;
}

/* The whole list as one name first ("ADAM (M67, M72)"), then its parts. */
static const struct sl_ordnance_type *entry_named(const struct walk *w, struct sl_arena *scratch,
                                                  struct sl_str models, struct sl_err *e)
{
	struct sl_str part = models, key;
	size_t from = 0;

	for (int whole = 1; whole >= 0 && !e->code; whole--)
		for (size_t i = 0; i <= models.n; i++) {
			if (i < models.n && (whole || !strchr(",;|/", models.p[i])))
				continue;
			part = whole ? models : (struct sl_str){models.p + from, i - from};
			from = whole ? 0 : i + 1;
			if (sl_utf8_key(scratch, part, &key, e))
				return NULL;
			for (size_t k = 0; k < w->n_names && key.n; k++)
				if (sl_str_eq(w->name[k].key, key))
					return w->name[k].entry;
		}
	return NULL;
}

enum sl_code sl_clock_type_of(struct sl_programme *p, struct sl_arena *a, struct clock_fields *f,
                              struct sl_str name, struct clock_type **out, struct sl_err *e)
{
	const struct sl_ordnance_type *entry = sl_clock_entry(p->dict, a, name, e);
	struct clock_type **grown, *t;

	if (e->code)
		return e->code;
	for (size_t i = 0; i < f->n_types; i++)
		if (entry ? f->type[i]->entry == entry : sl_str_eq(f->type[i]->name, name)) {
			*out = f->type[i];
			return SL_OK;
		}
	grown = sl_arena_grow(a, f->type, &f->cap_types, f->n_types + 1, sizeof *grown, e);
	if (!grown || !(t = sl_arena_alloc(a, 1, sizeof *t, e)))
		return e->code;
	f->type = grown;
	*t = (struct clock_type){.entry = entry, .name = entry ? entry->model : name};
	grown[f->n_types++] = *out = t;
	return SL_OK;
}

/* "1200", "1000-1500", "1000 to 1500": numbers, and no words. */
static bool read_quantity(struct sl_str text, int64_t *low, int64_t *high)
{
	struct sl_str rest = sl_str_trim(text), first = rest, second = rest;
	const char *to = sl_str_find(rest, " to "), *dash = sl_str_find(rest, "-");

	if (to || dash) {
		const char *at = to ? to : dash;
		size_t n = to ? 4 : 1;

		first = (struct sl_str){rest.p, (size_t)(at - rest.p)};
		second = (struct sl_str){at + n, rest.n - (size_t)(at - rest.p) - n};
	}
	return sl_str_int64(first, low) && sl_str_int64(second, high) && *low >= 0 && *low <= *high &&
	       *high <= SL_NEUTRAL_ITEMS_MAX;
}

static void read_years(const struct sl_record *rec, struct clock_field *f)
{
	struct sl_value from = sl_record_get(rec, "emplaced_from_year"),
	                to = sl_record_get(rec, "emplaced_to_year");

	f->from = f->to = sl_date_none();
	if (from.type == SL_VALUE_INTEGER && sl_date_from_ymd((int)from.integer, 1, 1, &f->from) &&
	    !sl_date_from_ymd((int)(to.type == SL_VALUE_INTEGER ? to.integer : from.integer), 12, 31, &f->to))
		f->from = sl_date_none();
}

static enum sl_code take_hazard(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	struct walk *w = ctx;
	struct sl_str models = sl_record_text(rec, "device_models");
	const struct sl_ordnance_type *entry;
	struct clock_field f = {0}, *grown;
	struct clock_type *type;
	const char *id;
	char uuid[37];

	if (!models.n && !w->one)
		return SL_OK;
	entry = entry_named(w, w->a, models, e);
	if (e->code || !entry)
		return e->code;
	sl_uuid_text(rev->record, uuid);
	if (sl_clock_type_of(w->p, w->a, w->out, entry->id, &type, e) ||
	    !(id = sl_str_dup(w->a, rev->identity, e)) || !(f.record.p = sl_arena_strndup(w->a, uuid, 36, e)))
		return e->code;
	f.record.n = 36;
	f.name = sl_str_from(id);
	f.number = rev->record_number;
	f.type = type;
	read_years(rec, &f);
	if (!read_quantity(sl_record_text(rec, "quantity_text"), &f.items_low, &f.items_high))
		f.told = SL_STR("items");
	else if (sl_date_is_none(f.from))
		f.told = SL_STR("laid");
	grown = sl_arena_grow(w->a, w->out->v, &w->out->cap, w->out->n + 1, sizeof *grown, e);
	if (!grown)
		return e->code;
	w->out->v = grown;
	grown[w->out->n++] = f;
	return SL_OK;
}

/* Places are read of these few only: to read those of all hazards takes longer than everything else. */
static enum sl_code take_places(const struct walk *w, struct sl_err *e)
{
	struct sl_revision rev;
	struct sl_record rec;

	for (size_t i = 0; i < w->out->n; i++) {
		struct clock_field *f = &w->out->v[i];

		f->place = sl_arena_alloc(w->a, 1, sizeof *f->place, e);
		if (!f->place || sl_store_by_number(w->p->db, w->a, f->number, &rev, &rec, e))
			return e->code;
		*f->place = rec.geometry;
	}
	return SL_OK;
}

static enum sl_code take_number(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	(void)rec;
	(void)e;
	*(int64_t *)ctx = rev->record_number;
	return SL_OK;
}

enum sl_code sl_clock_hazards(struct sl_programme *p, struct sl_arena *a, struct sl_str record,
                              struct clock_fields *out, struct sl_err *e)
{
	struct walk w = {.p = p, .a = a, .out = out, .one = record.n > 0};
	struct sl_query query = {.kind = sl_dictionary_kind(p->dict, SL_STR("hazard"))};
	const struct sl_kind *kind;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_uuid uuid;
	int64_t number = 0;

	if (take_names(&w, e))
		return e->code;
	if (!record.n)
		return sl_store_each(p->db, &query, false, take_hazard, &w, e) ? e->code : take_places(&w, e);
	if (sl_store_find(p->db, record, &uuid, &kind, e))
		return e->code;
	if (kind != query.kind)
		return sl_fail(e, SL_INVALID, "'%.*s' is a record of kind %.*s, not a hazard", SL_STR_ARG(record),
		               SL_STR_ARG(kind->name));
	if (sl_store_history(p->db, uuid, take_number, &number, e) ||
	    sl_store_by_number(p->db, a, number, &rev, &rec, e) || take_hazard(&w, &rev, &rec, e))
		return e->code;
	return take_places(&w, e);
}
