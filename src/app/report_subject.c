/* The record that a report is of, and what speaks of it: through fields that refer to a kind of record by its
 * identifier. */
#include "app/field_map.h"
#include "app/report_parts.h"

static void done_map(void *map)
{
	sl_map_done(map);
}

static struct sl_str key_of(struct sl_arena *a, struct sl_str kind, struct sl_str id, struct sl_err *e)
{
	return sl_str_from(sl_arena_printf(a, e, "%.*s:%.*s", SL_STR_ARG(kind), SL_STR_ARG(id)));
}

static enum sl_code put(struct sl_report_maker *m, struct sl_map *map, struct sl_str kind, struct sl_str id,
                        struct sl_err *e)
{
	struct sl_str key = id.n ? key_of(m->a, kind, id, e) : SL_STR("");
	bool is_new;

	if (id.n && !e->code)
		(void)sl_map_put(map, key, 1, &is_new, e);
	return e->code;
}

static enum sl_code take_number(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                struct sl_err *e)
{
	(void)rec;
	(void)e;
	*(int64_t *)ctx = rev->record_number;
	return SL_OK;
}

/* Does a field that refers to records name one of these? */
static bool names_one_of(const struct sl_map *map, const struct sl_kind *kind, const struct sl_record *rec)
{
	bool found = false;

	for (size_t i = 0; i < kind->n_fields && !found; i++) {
		const struct sl_field *f = &kind->field[i];
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_str key;

		if (!f->ref.n || rec->value[i].type != SL_VALUE_TEXT || !rec->value[i].text.n)
			continue;
		key = key_of(&a, f->ref, rec->value[i].text, &e);
		found = !e.code && sl_map_get(map, key);
		sl_arena_done(&a);
	}
	return found;
}

bool sl_subject_has(const struct sl_report_maker *m, const struct sl_kind *kind, const struct sl_record *rec)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str key = key_of(&a, kind->name, sl_record_text(rec, "id"), &e);
	bool land = sl_str_is(kind->name, "hazard");
	bool found = !e.code && sl_map_get(land ? &m->subject.lands : &m->subject.about, key);

	sl_arena_done(&a);
	return found || (!land && names_one_of(&m->subject.about, kind, rec));
}

struct taking {
	struct sl_report_maker *m;
	const struct sl_kind *kind;
	struct sl_map *direct; /* the subject alone: work on work on it is another's */
};

static enum sl_code take_work(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	struct taking *t = ctx;

	(void)rev;
	if (!names_one_of(t->direct, t->kind, rec))
		return SL_OK;
	if (sl_str_is(t->kind->name, "release") && rec->geometry.type == SL_GEOM_POLYGON)
		sl_globe_add(&t->m->subject.globe, &rec->geometry);
	return put(t->m, &t->m->subject.about, t->kind->name, sl_record_text(rec, "id"), e);
}

/* Tasks, activities and releases on a hazard, activities and releases of a task: what was found in them, and how they
 * were inspected, belongs to it. */
static enum sl_code find_work(struct sl_report_maker *m, struct sl_err *e)
{
	static const char *const kinds[] = {"task", "activity", "release"};
	struct sl_subject *s = &m->subject;
	struct sl_map direct = {0};

	(void)!put(m, &direct, s->rev.kind->name, s->id, e);
	for (size_t i = sl_str_is(s->rev.kind->name, "task"); i < 3 && !e->code; i++) {
		struct taking t = {m, sl_dictionary_kind(m->p->dict, sl_str_from(kinds[i])), &direct};
		struct sl_query q = {.kind = t.kind, .as_of = m->to};

		if (t.kind)
			(void)!sl_store_each(m->p->db, &q, i == 2, take_work, &t, e);
	}
	sl_map_done(&direct);
	s->box = sl_globe_box(&s->globe);
	return e->code;
}

enum sl_code sl_maker_subject(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_subject *s = &m->subject;
	const struct sl_kind *kind;
	struct sl_uuid uuid;

	if (sl_store_find(m->p->db, sl_str_from(m->request->record), &uuid, &kind, e))
		return e->code;
	if (!sl_str_is(kind->name, "hazard") && !sl_str_is(kind->name, "release") && !sl_str_is(kind->name, "task"))
		return sl_fail(e, SL_INVALID, "'%.100s' is a record of kind %.*s: this report is of a hazard, release or task",
		               m->request->record, SL_STR_ARG(kind->name));
	s->box = (struct sl_box){1, 1, 0, 0};
	if (sl_arena_defer(m->a, done_map, &s->about, e) || sl_arena_defer(m->a, done_map, &s->lands, e) ||
	    sl_store_history(m->p->db, uuid, take_number, &s->number, e) ||
	    sl_store_by_number(m->p->db, m->a, s->number, &s->rev, &s->rec, e))
		return e->code;
	/* What it was on an earlier day is in its history; a paper that is signed speaks of what is known. */
	if (!sl_date_is_none(s->rev.effective) && s->rev.effective.day > m->to.day) {
		char day[11];

		sl_date_text(s->rev.effective, day);
		return sl_fail(e, SL_INVALID, "'%.100s' has information of %s: the report cannot be as of %s",
		               m->request->record, day, m->to_text);
	}
	s->id = sl_str_from(sl_str_dup(m->a, s->rev.identity, e));
	s->name = sl_record_text(&s->rec, "name");
	if (e->code || put(m, &s->about, kind->name, s->id, e) ||
	    put(m, &s->lands, SL_STR("hazard"),
	        sl_str_is(kind->name, "hazard") ? s->id : sl_record_text(&s->rec, "hazard"), e))
		return e->code;
	return sl_str_is(kind->name, "release") ? SL_OK : find_work(m, e);
}

/* ---- points ---- */

struct pointing {
	struct sl_report_maker *m;
	const struct sl_kind *kind;
	struct sl_doc_table *t;
};

static enum sl_code take_release(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                                 struct sl_err *e)
{
	struct pointing *x = ctx;
	char *heading;

	if (!sl_subject_has(x->m, x->kind, rec))
		return SL_OK;
	heading = sl_str_dup(x->m->a, rev->identity, e);
	return heading ? sl_field_points(x->m->p, x->m->d, rec, sl_str_from(heading), x->m->to, x->t, e) : e->code;
}

enum sl_code sl_maker_points(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t,
                             struct sl_err *e)
{
	struct pointing x = {m, sl_dictionary_kind(m->p->dict, SL_STR("release")), t};
	struct sl_query q = {.kind = x.kind, .as_of = m->to};
	bool release = m->subject.number && sl_str_is(m->subject.rev.kind->name, "release");

	if (!m->subject.number)
		return sl_fail(e, SL_INVALID, "%s, line %d: only a template with '@of record' has points",
		               m->template.name, s->item->line);
	if (sl_field_points(m->p, m->d, &m->subject.rec, release ? SL_STR("") : m->subject.id, m->to, t, e))
		return e->code;
	return release ? SL_OK : sl_store_each(m->p->db, &q, true, take_release, &x, e);
}
