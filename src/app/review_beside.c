/* A record that is not approved yet, judged by the rules that compare records: a programme in small is made of it and of
 * the records that it meets, names or resembles in its identifier, and only what is said of it is kept. */
#include "app/review.h"

#include "checks/programme.h"
#include "geo/wkb.h"
#include "store/listing.h"

#include <string.h>

enum { NEAR_MAX = 400, NAMES_MAX = 64, ALIKE_MAX = 40 };

/* Rules whose verdict on one record needs no more than its neighbours. */
static const char *const rules[] = {"G10", "G11", "G23", "I01", "I06", "S03", "S05", "S06", "T03", "E04"};

struct beside {
	struct sl_programme *p;
	struct sl_check_programme *small;
	int64_t own;        /* number of the record that is judged */
	int64_t *there;     /* numbers of the records that are in it */
	size_t n, cap;
	struct sl_arena *a;
	bool *has;          /* by kind: one of it is in it */
};

static bool is_there(const struct beside *b, int64_t number)
{
	for (size_t i = 0; i < b->n; i++)
		if (b->there[i] == number)
			return true;
	return number == b->own;
}

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct beside *b = ctx;
	int64_t *more;

	if (b->n >= NEAR_MAX || is_there(b, rev->record_number))
		return SL_OK;
	more = sl_arena_grow(b->a, b->there, &b->cap, b->n + 1, sizeof *more, e);
	if (!more)
		return e->code;
	b->there = more;
	b->there[b->n++] = rev->record_number;
	b->has[rev->kind->number] = true;
	return sl_check_programme_add(b->small, rev, rec, e);
}

static enum sl_code take_number(struct beside *b, int64_t number, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_revision rev;
	struct sl_record rec;

	if (!is_there(b, number) && !sl_store_by_number(b->p->db, &a, number, &rev, &rec, e))
		(void)!take(b, &rev, &rec, e);
	if (e->code == SL_NOT_FOUND || e->code == SL_UNSUPPORTED)
		sl_err_clear(e); /* nothing of it is approved, or of a newer dictionary */
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code take_row(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	struct beside *b = ctx;

	for (size_t i = 0; i < n; i++)
		if (sl_str_is(cell[i].name, "number"))
			return take_number(b, cell[i].integer, e);
	return SL_OK;
}

/* What it names.  Where that is not there, any one record of the kind says that such records are kept at all. */
static enum sl_code take_named(struct beside *b, const struct sl_record *rec, struct sl_err *e)
{
	for (size_t i = 0; i < rec->kind->n_fields && i < 4 * NAMES_MAX; i++) {
		const struct sl_field *f = &rec->kind->field[i];
		const struct sl_kind *kind = f->ref.n ? sl_dictionary_kind(b->p->dict, f->ref) : NULL;
		struct sl_identity id;
		bool found;

		if (!kind || rec->value[i].type != SL_VALUE_TEXT)
			continue;
		if (sl_store_identify(b->p->db, kind, rec->value[i].text, &found, &id, e) ||
		    (found && take_number(b, id.record_number, e)))
			return e->code;
		if (!b->has[kind->number] &&
		    sl_store_list(b->p->db, &(struct sl_listing){.kind = kind, .limit = 1}, take_row, b, NULL, e))
			return e->code;
	}
	return SL_OK;
}

/* Identifiers that differ from this one in their separators only, "HA 12" and "HA-12", begin alike. */
static enum sl_code take_alike(struct beside *b, const struct sl_revision *rev, struct sl_err *e)
{
	struct sl_str begin = rev->identity;
	int64_t number[ALIKE_MAX];
	size_t n = ALIKE_MAX, at = 0;

	while (at < begin.n && !strchr("-_./ ", begin.p[at]))
		at++;
	begin.n = at;
	if (begin.n < 2 || begin.n == rev->identity.n)
		return SL_OK;
	/* With every separator that a clerk may have put there. */
	for (const char *s = "-_./ "; *s; s++) {
		char *text = sl_arena_printf(b->a, e, "%.*s%c%.*s", SL_STR_ARG(begin), *s, (int)(rev->identity.n - at - 1),
		                             rev->identity.p + at + 1);

		n = ALIKE_MAX;
		if (!text || sl_store_identity_begins(b->p->db, sl_str_from(text), number, &n, e))
			return e->code;
		for (size_t i = 0; i < n && i < 4; i++)
			if (take_number(b, number[i], e))
				return e->code;
	}
	return SL_OK;
}

static enum sl_code take_near(struct beside *b, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	static const char *const kinds[] = {"hazard", "release"};
	struct sl_box box = rev->geometry.box;
	bool land = false;

	for (size_t i = 0; i < 2; i++)
		land |= sl_str_is(rev->kind->name, kinds[i]);
	if (!land || rec->geometry.type == SL_GEOM_NONE || !(box.x0 <= box.x1))
		return SL_OK;
	for (size_t i = 0; i < 2; i++) {
		const struct sl_kind *kind = sl_dictionary_kind(b->p->dict, sl_str_from(kinds[i]));

		if (kind && sl_store_near(b->p->db, kind, box, take, b, e))
			return e->code;
	}
	return SL_OK;
}

static bool kept(const struct sl_finding *f, const struct sl_revision *rev)
{
	if (!sl_uuid_eq(f->uuid, rev->record))
		return false;
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (!strcmp(f->rule, rules[i]))
			return true;
	return false;
}

enum sl_code sl_review_beside(struct sl_programme *p, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_findings *out, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct beside b = {.p = p, .own = rev->record_number, .a = &a};
	struct sl_findings all = {.a = &a};
	struct sl_check_context c;

	sl_check_context_init(&c, p->dict, (struct sl_date){(int32_t)(sl_env_now_ms(p->env) / 86400000)});
	b.has = sl_arena_alloc(&a, p->dict->n_kinds, sizeof *b.has, e);
	/* The rules speak of the later of two records: it comes last. */
	if (b.has && !sl_check_programme_new(&a, &c, p->env, &b.small, e) && !take_near(&b, rev, rec, e) &&
	    !take_named(&b, rec, e) && !take_alike(&b, rev, e) && !sl_check_programme_add(b.small, rev, rec, e) &&
	    !sl_check_programme_finish(b.small, &all, e))
		for (size_t i = 0; i < all.n && !e->code; i++)
			if (kept(&all.v[i], rev))
				(void)!sl_findings_add(out, &all.v[i], e);
	sl_arena_done(&a);
	return e->code;
}
