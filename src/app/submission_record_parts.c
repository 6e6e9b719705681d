/* The parts of a record into the log: the same repetition is the same record, however often it is sent and
 * whatever stands before it.  docs/decisions/0006-repeats.md */
#include "app/submission_parts.h"

#include "base/hash.h"
#include "store/review.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- which record a part is ---- */

/* UUIDv8 (RFC 9562, 5.8): of the record around it, the repeat and the number in it. */
static struct sl_uuid part_uuid(struct sl_uuid head, const struct sl_part_known *p)
{
	struct sl_hasher h;
	struct sl_hash hash;
	struct sl_uuid u;

	sl_hash_begin(&h);
	sl_hash_part(&h, "part", 4);
	sl_hash_part(&h, head.b, sizeof head.b);
	sl_hash_part(&h, p->kind.p, p->kind.n);
	sl_hash_part(&h, p->repeat.p, p->repeat.n);
	sl_hash_int(&h, p->number);
	hash = sl_hash_end(&h);
	memcpy(u.b, hash.b, sizeof u.b);
	u.b[6] = (unsigned char)((u.b[6] & 0x0F) | 0x80);
	u.b[8] = (unsigned char)((u.b[8] & 0x3F) | 0x80);
	return u;
}

static enum sl_code add_known(struct sl_parts_known *k, struct sl_arena *a, const struct sl_part_known *p,
                              struct sl_err *e)
{
	struct sl_part_known *v = sl_arena_grow(a, k->v, &k->cap, k->n + 1, sizeof *v, e);

	if (!v)
		return e->code;
	k->v = v;
	v[k->n++] = *p;
	return SL_OK;
}

enum sl_code sl_parts_read(struct sl_arena *a, struct sl_str entry, struct sl_parts_known *out,
                           struct sl_err *e)
{
	const struct sl_json *list;
	struct sl_json *tree;
	char *copy;

	*out = (struct sl_parts_known){0};
	if (!entry.n || !sl_str_find(entry, "\"parts\""))
		return SL_OK;
	copy = sl_arena_strndup(a, entry.p, entry.n, e);
	if (!copy || sl_json_parse(a, (struct sl_str){copy, entry.n}, &tree, e))
		return e->code;
	list = sl_json_get(tree, "parts");
	for (const struct sl_json *x = list && list->type == SL_JSON_ARRAY ? list->child : NULL; x;
	     x = x->next) {
		const struct sl_json *number = sl_json_get(x, "number"), *withdrawn = sl_json_get(x, "withdrawn");
		struct sl_part_known p = {.kind = sl_json_get_str(x, "kind"),
		                          .repeat = sl_json_get_str(x, "repeat"),
		                          .row = sl_json_get_str(x, "row"),
		                          .withdrawn =
		                              withdrawn && withdrawn->type == SL_JSON_BOOL && withdrawn->boolean};

		if (!number || !sl_str_int64(number->text, &p.number) ||
		    !sl_uuid_parse(sl_json_get_str(x, "record"), &p.record))
			continue;
		if (add_known(out, a, &p, e))
			return e->code;
	}
	return SL_OK;
}

/* By the identifier that the form gave the row; without one, by its place. */
struct sl_part_known *sl_part_find(const struct sl_parts_known *known,
                                   const struct sl_submission_made *part)
{
	const struct sl_instance_part *p = part->as_part;

	for (size_t i = 0; i < known->n; i++) {
		struct sl_part_known *k = &known->v[i];

		if (!sl_str_eq(k->repeat, p->repeat->path) || !sl_str_eq(k->kind, part->kind) ||
		    !sl_str_eq(k->row, p->id))
			continue;
		if (p->id.n || k->number == (int64_t)p->position)
			return k;
	}
	return NULL;
}

static int64_t next_number(const struct sl_parts_known *known, size_t before, struct sl_str repeat,
                           size_t position)
{
	int64_t most = 0;

	if (!before)
		return (int64_t)position;
	for (size_t i = 0; i < known->n; i++)
		if (sl_str_eq(known->v[i].repeat, repeat) && known->v[i].number > most)
			most = known->v[i].number;
	return most + 1;
}

static enum sl_code list_parts(struct sl_arena *a, struct sl_str entry, const struct sl_parts_known *known,
                               struct sl_str *out, struct sl_err *e)
{
	struct sl_json_writer w;
	struct sl_buf b = {0};
	struct sl_json *tree;
	char uuid[37];

	if (sl_json_parse(a, entry, &tree, e))
		return e->code;
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	for (const struct sl_json *x = tree->child; x; x = x->next) {
		if (sl_str_is(x->key, "version")) {
			sl_json_put_key(&w, SL_STR("parts"));
			sl_json_begin(&w, '[');
			for (size_t i = 0; i < known->n; i++) {
				const struct sl_part_known *p = &known->v[i];

				sl_uuid_text(p->record, uuid);
				sl_json_begin(&w, '{');
				sl_json_kv_str(&w, "kind", p->kind);
				sl_json_kv_int(&w, "number", p->number);
				sl_json_kv_str(&w, "record", sl_str_from(uuid));
				sl_json_kv_str(&w, "repeat", p->repeat);
				sl_json_kv_str(&w, "row", p->row);
				if (p->withdrawn || !p->kept) {
					sl_json_put_key(&w, SL_STR("withdrawn"));
					sl_json_put_bool(&w, true);
				}
				sl_json_end(&w, '}');
			}
			sl_json_end(&w, ']');
		}
		sl_json_put_key(&w, x->key);
		sl_json_put_tree(&w, x, false);
	}
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e)) {
		out->p = sl_arena_strndup(a, b.p, b.n, e);
		out->n = b.n;
	}
	sl_buf_done(&b);
	return e->code;
}

/* ---- what a part takes from the record around it ---- */

static bool same_type(const struct sl_field *x, const struct sl_field *y)
{
	return x->type == y->type && (x->type != SL_FIELD_SELECT_ONE || x->list == y->list) && !y->sensitive;
}

static void take_over(const struct sl_record *from, struct sl_record *to, struct sl_str own,
                      struct sl_str other)
{
	char name[2][64];
	const struct sl_field *f, *g;

	if (own.n >= sizeof name[0] || other.n >= sizeof name[1])
		return;
	snprintf(name[0], sizeof name[0], "%.*s", SL_STR_ARG(own));
	snprintf(name[1], sizeof name[1], "%.*s", SL_STR_ARG(other));
	f = sl_kind_field(to->kind, name[0]);
	g = sl_kind_field(from->kind, name[1]);
	if (!f || !g || !same_type(f, g))
		return;
	if (f->index == to->kind->geometry && g->index == from->kind->geometry &&
	    to->geometry.type == SL_GEOM_NONE)
		to->geometry = from->geometry;
	else if (to->value[f->index].type == SL_VALUE_NONE)
		to->value[f->index] = from->value[g->index];
}

static enum sl_code complete(struct sl_arena *a, const struct sl_submission_made *m,
                             const struct sl_kind *head_kind, struct sl_str identity,
                             struct sl_part_planned *p, struct sl_err *e)
{
	const struct sl_form_repeat *r = p->made.as_part->repeat;
	struct sl_value *value = sl_arena_alloc(a, p->kind->n_fields, sizeof *value, e);
	struct sl_record head = m->record;
	struct sl_str rest = r->inherit, one;
	const struct sl_field *link;
	char name[64];

	if (!value)
		return e->code;
	memcpy(value, p->made.record.value, p->kind->n_fields * sizeof *value);
	p->made.record.value = value;
	p->made.record.kind = p->kind;
	head.kind = head_kind;
	while (sl_str_split(&rest, ' ', &one)) {
		struct sl_str own;

		if (!sl_str_split(&one, '=', &own) || !own.n)
			continue;
		take_over(&head, &p->made.record, own, one.n ? one : own);
	}
	snprintf(name, sizeof name, "%.*s", SL_STR_ARG(r->link));
	link = r->link.n < sizeof name ? sl_kind_field(p->kind, name) : NULL;
	if (link && link->type == SL_FIELD_TEXT)
		value[link->index] = (struct sl_value){.type = SL_VALUE_TEXT, .text = identity};
	return SL_OK;
}

static enum sl_code plan_one(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                             const struct sl_revision *head, struct sl_part_planned *p, struct sl_err *e)
{
	const struct sl_str name = p->made.as_part->repeat->name;
	const struct sl_field *id;

	p->kind = sl_dictionary_kind(w->dict, p->made.kind);
	if (!p->kind)
		return sl_fail(e, SL_NOT_FOUND, "there is no kind of record '%.*s'", SL_STR_ARG(p->made.kind));
	if (complete(a, m, head->kind, head->identity, p, e) || sl_submission_revision(&p->made, a, p->kind, e))
		return e->code;
	p->made.rev.record = p->known->record;
	id = sl_kind_field(p->kind, "id");
	if (!id || p->made.record.value[id->index].type != SL_VALUE_TEXT) {
		char *text = sl_arena_printf(a, e, "%.*s/%.*s/%lld", (int)head->identity.n, head->identity.p,
		                             SL_STR_ARG(name), (long long)p->known->number);

		p->made.rev.identity = sl_str_from(text);
	}
	return e->code;
}

enum sl_code sl_parts_plan(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                           struct sl_revision *rev, struct sl_parts_known *known,
                           struct sl_part_planned **out, struct sl_err *e)
{
	struct sl_part_planned *p = sl_arena_alloc(a, m->n_parts + 1, sizeof *p, e);
	size_t *at = p ? sl_arena_alloc(a, m->n_parts + 1, sizeof *at, e) : NULL;
	const size_t before = known->n;

	if (!at)
		return e->code;
	for (size_t i = 0; i < m->n_parts; i++) {
		const struct sl_form_repeat *r = m->part[i].as_part->repeat;
		struct sl_part_known *k = before ? sl_part_find(known, &m->part[i]) : NULL;
		struct sl_part_known one = {
		    .kind = m->part[i].kind, .repeat = r->path, .row = m->part[i].as_part->id, .fresh = true};

		if (!k || k->kept) {
			one.number = next_number(known, before, r->path, m->part[i].as_part->position);
			one.record = part_uuid(rev->record, &one);
			if (add_known(known, a, &one, e))
				return e->code;
			k = &known->v[known->n - 1];
		}
		k->kept = true;
		at[i] = (size_t)(k - known->v);
	}
	for (size_t i = 0; i < m->n_parts; i++) {
		p[i] = (struct sl_part_planned){.made = m->part[i], .known = &known->v[at[i]]};
		if (plan_one(w, a, m, rev, &p[i], e))
			return e->code;
	}
	*out = p;
	return known->n ? list_parts(a, rev->entry, known, &rev->entry, e) : SL_OK;
}

/* ---- into the log ---- */

struct past {
	struct sl_uuid id;
	struct sl_hash said;
	enum sl_state state;
	bool any, approved;
};

static enum sl_code take_past(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                              struct sl_err *e)
{
	struct past *p = ctx;

	(void)rec;
	(void)e;
	*p = (struct past){rev->id, rev->said, rev->state, true, p->approved || rev->state == SL_APPROVED};
	return SL_OK;
}

static enum sl_code past_of(struct sl_programme *w, struct sl_uuid record, struct past *out,
                            struct sl_err *e)
{
	*out = (struct past){.any = false};
	if (sl_store_history(w->db, record, take_past, out, e) && e->code == SL_NOT_FOUND)
		sl_err_clear(e);
	return e->code;
}

static enum sl_code say(struct sl_programme *w, const struct sl_revision *rev,
                        const struct sl_submission_made *m, const char *text, const char *suggestion,
                        struct sl_err *e)
{
	struct sl_finding f = {.rule = "I18",
	                       .severity = SL_WARNING,
	                       .kind = rev->kind->name,
	                       .source = m->instance.id,
	                       .record = rev->identity,
	                       .uuid = rev->record,
	                       .field = SL_STR(""),
	                       .text = sl_str_from(text),
	                       .suggestion = sl_str_from(suggestion),
	                       .lon = (double)NAN,
	                       .lat = (double)NAN};

	return text ? sl_store_finding_add(w->db, &f, e) : e->code;
}

/* What says nothing new is not said again, or every edit of a form would put all its rows on the desk once
 * more. */
static enum sl_code write_one(struct sl_programme *w, struct sl_part_planned *p, struct sl_err *e)
{
	struct sl_revision *rev = &p->made.rev;
	struct past past = {.any = false};
	struct sl_hash said;

	if (!p->known->fresh && past_of(w, rev->record, &past, e))
		return e->code;
	if (past.any) {
		if (sl_revision_said(w->db, rev->record, rev, &said, e))
			return e->code;
		if (sl_hash_eq(said, past.said) && !p->known->withdrawn)
			return SL_OK;
		rev->parent[0] = past.id;
		rev->n_parents = 1;
	}
	rev->prepared = &p->made.prepared;
	if (sl_store_append(w->db, rev, &p->made.record, e))
		return e->code;
	for (size_t i = 0; i < p->made.n_findings && !e->code; i++) {
		struct sl_finding f = p->made.finding[i];

		f.record = rev->identity;
		f.uuid = rev->record;
		(void)!sl_store_finding_add(w->db, &f, e);
	}
	return e->code;
}

/* It was in the form and is in it no more.  What waits is rejected; of what was approved once, people
 * decide. */
static enum sl_code withdraw(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                             const struct sl_revision *head, const struct sl_part_known *p,
                             struct sl_err *e)
{
	struct sl_step step = {.record = p->record, .author = m->sent->who.name, .review = SL_STR("")};
	struct past past;
	char uuid[37];

	if (past_of(w, p->record, &past, e) || !past.any)
		return e->code;
	sl_uuid_text(p->record, uuid);
	if (say(w, head, m,
	        sl_arena_printf(a, e, "The form has %.*s %lld no more: record %s.", SL_STR_ARG(p->repeat),
	                        (long long)p->number, uuid),
	        past.approved ? "It was approved once: take that record back when the edit is right."
	                      : "It was rejected; nothing of it is lost.",
	        e))
		return e->code;
	if (past.state == SL_REJECTED)
		return SL_OK;
	step.state = past.approved ? SL_SUBMITTED : SL_REJECTED;
	if (!past.approved)
		step.review = SL_STR("{\"action\":\"reject\",\"comment\":\"The form has this row no more.\"}");
	if (sl_store_step(w->db, &step, NULL, NULL, e) && e->code == SL_CONFLICT)
		sl_err_clear(e); /* versions side by side: the finding says what there is to settle */
	return e->code;
}

enum sl_code sl_parts_write(struct sl_programme *w, struct sl_arena *a, const struct sl_submission_made *m,
                            const struct sl_revision *head, const struct sl_parts_known *known,
                            struct sl_part_planned *planned, struct sl_err *e)
{
	for (size_t i = 0; i < m->n_parts && !e->code; i++)
		(void)!write_one(w, &planned[i], e);
	for (size_t i = 0; i < known->n && !e->code; i++)
		if (!known->v[i].kept && !known->v[i].withdrawn)
			(void)!withdraw(w, a, m, head, &known->v[i], e);
	return e->code;
}
