#include "app/history.h"

#include <string.h>

struct version {
	struct sl_revision rev; /* texts in the arena */
	struct sl_json *document;
	size_t n_points;
};

struct history {
	struct sl_arena *a;
	struct version *v;
	size_t n, cap;
};

struct change {
	struct sl_str field;             /* as in the document; "geometry" for the boundary */
	const struct sl_json *from, *to; /* NULL: not there */
};

typedef void change_fn(void *ctx, const struct change *c);

static struct sl_str keep(struct sl_arena *a, struct sl_str s, struct sl_err *e)
{
	char *p = e->code ? NULL : sl_str_dup(a, s, e);

	return p ? (struct sl_str){p, s.n} : (struct sl_str){"", 0};
}

static enum sl_code collect(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                            struct sl_err *e)
{
	struct history *h = ctx;
	struct version *list = sl_arena_grow(h->a, h->v, &h->cap, h->n + 1, sizeof *list, e);
	struct version *v;

	if (!list)
		return e->code;
	h->v = list;
	v = &list[h->n];
	*v = (struct version){.rev = *rev, .n_points = rec->geometry.n_points};
	v->rev.author = keep(h->a, rev->author, e);
	v->rev.organisation = keep(h->a, rev->organisation, e);
	v->rev.device = keep(h->a, rev->device, e);
	v->rev.identity = keep(h->a, rev->identity, e);
	v->rev.document = keep(h->a, rev->document, e);
	v->rev.geometry.wkb = keep(h->a, rev->geometry.wkb, e);
	v->rev.entry = keep(h->a, rev->entry, e);
	if (e->code || sl_json_parse(h->a, v->rev.document, &v->document, e))
		return e->code;
	h->n++;
	return SL_OK;
}

/* What the revision builds on: its first parent. */
static const struct version *before(const struct history *h, const struct version *v)
{
	for (size_t i = 0; v->rev.n_parents && i < h->n; i++)
		if (sl_uuid_eq(h->v[i].rev.id, v->rev.parent[0]))
			return &h->v[i];
	return NULL;
}

static void value_text(struct sl_buf *b, const struct sl_json *v)
{
	struct sl_json_writer w;

	if (v->type == SL_JSON_STRING) {
		sl_buf_str(b, v->text);
		return;
	}
	sl_json_writer_init(&w, b);
	sl_json_put_tree(&w, v, true);
}

static bool same(const struct sl_json *x, const struct sl_json *y)
{
	struct sl_buf a = {0}, b = {0};
	struct sl_json_writer w;
	bool equal;

	if (!x || !y)
		return x == y;
	sl_json_writer_init(&w, &a);
	sl_json_put_tree(&w, x, true);
	sl_json_writer_init(&w, &b);
	sl_json_put_tree(&w, y, true);
	equal = !a.failed && !b.failed && sl_str_eq(sl_buf_view(&a), sl_buf_view(&b));
	sl_buf_done(&a);
	sl_buf_done(&b);
	return equal;
}

/* Members of both, those of `to` first in its order (documents are sorted), then what went away. */
static void each_member(const struct sl_json *from, const struct sl_json *to, change_fn *fn, void *ctx)
{
	for (const struct sl_json *m = to ? to->child : NULL; m; m = m->next) {
		const struct sl_json *old = NULL;

		for (const struct sl_json *o = from ? from->child : NULL; o; o = o->next)
			if (sl_str_eq(o->key, m->key))
				old = o;
		if (sl_str_is(m->key, "_extra") && m->type == SL_JSON_OBJECT)
			each_member(old && old->type == SL_JSON_OBJECT ? old : NULL, m, fn, ctx);
		else if (!same(old, m))
			fn(ctx, &(struct change){m->key, old, m});
	}
	for (const struct sl_json *o = from ? from->child : NULL; o; o = o->next) {
		bool there = false;

		for (const struct sl_json *m = to ? to->child : NULL; m; m = m->next)
			there |= sl_str_eq(o->key, m->key);
		if (there)
			continue;
		if (sl_str_is(o->key, "_extra") && o->type == SL_JSON_OBJECT)
			each_member(o, NULL, fn, ctx);
		else
			fn(ctx, &(struct change){o->key, o, NULL});
	}
}

/* ---- sentences ---- */
struct sentences {
	struct sl_buf *b;
	const struct sl_kind *kind;
	size_t n;
	bool first; /* of the record: everything is new, so it is told as it is */
};

/* "SHA (Suspected hazardous area)": the code and what it means. */
static void coded(struct sentences *s, struct sl_str field, const struct sl_json *v)
{
	char name[128];
	const struct sl_field *f = NULL;

	value_text(s->b, v);
	if (field.n < sizeof name) {
		memcpy(name, field.p, field.n);
		name[field.n] = 0;
		f = sl_kind_field(s->kind, name);
	}
	for (size_t i = 0; f && f->list && v->type == SL_JSON_STRING && i < f->list->n; i++)
		if (sl_str_eq(f->list->choice[i].code, v->text)) {
			sl_buf_puts(s->b, " (");
			sl_buf_str(s->b, f->list->choice[i].label);
			sl_buf_putc(s->b, ')');
		}
}

static void sentence(void *ctx, const struct change *c)
{
	struct sentences *s = ctx;

	s->n++;
	sl_buf_puts(s->b, "   ");
	sl_buf_str(s->b, c->field);
	if (s->first && c->to) {
		sl_buf_puts(s->b, " is ");
		coded(s, c->field, c->to);
	} else if (c->from && c->to) {
		sl_buf_puts(s->b, " changed from ");
		coded(s, c->field, c->from);
		sl_buf_puts(s->b, " to ");
		coded(s, c->field, c->to);
	} else if (c->to) {
		sl_buf_puts(s->b, " was empty and is now ");
		coded(s, c->field, c->to);
	} else {
		sl_buf_puts(s->b, " was ");
		coded(s, c->field, c->from);
		sl_buf_puts(s->b, " and is now empty");
	}
	sl_buf_puts(s->b, ".\n");
}

static void shape_text(struct sl_buf *b, const struct version *v)
{
	const struct sl_prepared_geometry *g = &v->rev.geometry;

	sl_buf_printf(b, "%zu point%s", v->n_points, v->n_points == 1 ? "" : "s");
	if (g->area_m2 > 0)
		sl_buf_printf(b, " and %.0f m2", g->area_m2);
	if (g->reason[0])
		sl_buf_printf(b, " (not valid: %s)", g->reason);
}

static void boundary_sentence(struct sentences *s, const struct version *old, const struct version *v)
{
	bool was = old && old->rev.geometry.wkb.n, is = v->rev.geometry.wkb.n > 0;

	if (!was && !is)
		return;
	if (was && is && sl_str_eq(old->rev.geometry.wkb, v->rev.geometry.wkb))
		return;
	s->n++;
	sl_buf_puts(s->b, "   The geometry ");
	if (was && is) {
		sl_buf_puts(s->b, "changed from ");
		shape_text(s->b, old);
		sl_buf_puts(s->b, " to ");
		shape_text(s->b, v);
	} else if (is) {
		sl_buf_puts(s->b, "has ");
		shape_text(s->b, v);
	} else {
		sl_buf_puts(s->b, "was taken away");
	}
	sl_buf_puts(s->b, ".\n");
}

static const char *deed(const struct version *old, const struct version *v, bool changed)
{
	if (!old)
		return v->rev.state == SL_APPROVED ? "recorded and approved it" : "recorded it";
	if (changed)
		return v->rev.correction             ? "corrected it: what it builds on was wrong from the start"
		       : v->rev.state == SL_APPROVED ? "revised and approved it"
		                                     : "revised it";
	switch (v->rev.state) {
	case SL_APPROVED: return "approved it";
	case SL_RETURNED: return "returned it";
	case SL_REJECTED: return "rejected it";
	case SL_SUBMITTED: return "submitted it";
	default: return "put it back to draft";
	}
}

static void head_line(struct sl_buf *b, size_t number, const struct version *old, const struct version *v,
                      bool changed)
{
	char when[32], date[11];

	sl_time_text(v->rev.recorded_ms, when);
	when[10] = ' ';
	when[16] = 0; /* to the minute */
	sl_date_text(v->rev.effective, date);
	sl_buf_printf(b, "%zu. On %s UTC ", number, when);
	sl_buf_str(b, v->rev.author.n ? v->rev.author : SL_STR("somebody"));
	if (v->rev.organisation.n) {
		sl_buf_puts(b, " of ");
		sl_buf_str(b, v->rev.organisation);
	}
	sl_buf_printf(b, " %s", deed(old, v, changed));
	if (date[0])
		sl_buf_printf(b, ", effective %s", date);
	else
		sl_buf_puts(b, ", without an effective date");
	sl_buf_printf(b, "; state: %s", sl_state_name(v->rev.state));
	if (v->rev.n_parents > 1)
		sl_buf_printf(b, "; it joins %zu versions", v->rev.n_parents);
	sl_buf_puts(b, ".\n");
}

static enum sl_code read_history(struct sl_programme *p, const char *record, struct history *h,
                                 const struct sl_kind **kind, struct sl_uuid *uuid, struct sl_err *e)
{
	*h = (struct history){.a = &p->arena};
	if (sl_store_find(p->db, sl_str_from(record), uuid, kind, e) ||
	    sl_store_history(p->db, *uuid, collect, h, e))
		return e->code;
	if (!*kind || !h->n)
		return sl_fail(e, SL_UNSUPPORTED, "%s: the dictionary has no such kind of record as '%s'", p->path,
		               record);
	return SL_OK;
}

enum sl_code sl_history_text(struct sl_programme *p, const char *record, struct sl_buf *b, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct history h;
	struct sl_uuid uuid;
	char text[37];

	if (read_history(p, record, &h, &kind, &uuid, e))
		return e->code;
	sl_uuid_text(uuid, text);
	sl_buf_str(b, kind->name);
	sl_buf_putc(b, ' ');
	sl_buf_str(b, h.v[h.n - 1].rev.identity);
	sl_buf_printf(b, " (%s): %zu revision%s\n", text, h.n, h.n == 1 ? "" : "s");
	for (size_t i = 0; i < h.n; i++) {
		const struct version *old = before(&h, &h.v[i]);
		struct sl_buf lines = {0};
		struct sentences s = {&lines, kind, 0, !old};

		boundary_sentence(&s, old, &h.v[i]);
		each_member(old ? old->document : NULL, h.v[i].document, sentence, &s);
		if (!s.n && old && !sl_hash_eq(old->rev.said, h.v[i].rev.said)) {
			sl_buf_puts(&lines, "   The sealed part changed.\n");
			s.n++;
		}
		head_line(b, i + 1, old, &h.v[i], s.n > 0);
		sl_buf_str(b, sl_buf_view(&lines));
		b->failed |= lines.failed;
		sl_buf_done(&lines);
	}
	return sl_buf_check(b, e);
}

/* ---- JSON ---- */
static void change_json(void *ctx, const struct change *c)
{
	struct sl_json_writer *w = ctx;

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "field", c->field);
	sl_json_put_key(w, SL_STR("from"));
	if (c->from)
		sl_json_put_tree(w, c->from, true);
	else
		sl_json_put_null(w);
	sl_json_put_key(w, SL_STR("to"));
	if (c->to)
		sl_json_put_tree(w, c->to, true);
	else
		sl_json_put_null(w);
	sl_json_end(w, '}');
}

static void geometry_json(struct sl_json_writer *w, const struct version *old, const struct version *v)
{
	const struct sl_prepared_geometry *g = &v->rev.geometry;
	bool changed = !sl_str_eq(old ? old->rev.geometry.wkb : (struct sl_str){"", 0}, g->wkb);

	sl_json_put_key(w, SL_STR("geometry_changed"));
	sl_json_put_bool(w, changed);
	sl_json_put_key(w, SL_STR("area_m2"));
	if (g->wkb.n && g->area_m2 > 0)
		sl_json_put_double(w, g->area_m2);
	else
		sl_json_put_null(w);
}

void sl_changes_json(struct sl_json_writer *w, const struct sl_json *from, const struct sl_json *to)
{
	sl_json_begin(w, '[');
	each_member(from, to, change_json, w);
	sl_json_end(w, ']');
}

/* Why, when a reviewer said it at this step.  A later step with the same content says nothing new. */
static void review_json(struct sl_json_writer *w, struct sl_arena *a, const struct version *old,
                        const struct version *v)
{
	struct sl_err none = {0};
	struct sl_json *entry;
	const struct sl_json *review;

	if (!v->rev.entry.n || (old && sl_hash_eq(old->rev.content, v->rev.content)) ||
	    sl_json_parse(a, v->rev.entry, &entry, &none))
		return;
	review = sl_json_get(entry, "review");
	if (!review || review->type != SL_JSON_OBJECT)
		return;
	sl_json_put_key(w, SL_STR("review"));
	sl_json_put_tree(w, review, false);
}

static void revision_json(struct sl_json_writer *w, struct sl_arena *a, const struct version *old,
                          const struct version *v)
{
	char text[65];

	sl_json_begin(w, '{');
	sl_uuid_text(v->rev.id, text);
	sl_json_kv_str(w, "id", sl_str_from(text));
	sl_json_kv_int(w, "seq", v->rev.seq);
	sl_json_put_key(w, SL_STR("parents"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < v->rev.n_parents; i++) {
		sl_uuid_text(v->rev.parent[i], text);
		sl_json_put_str(w, sl_str_from(text));
	}
	sl_json_end(w, ']');
	sl_time_text(v->rev.recorded_ms, text);
	sl_json_kv_str(w, "recorded_at", sl_str_from(text));
	sl_json_kv_str(w, "author", v->rev.author);
	sl_json_kv_str(w, "organisation", v->rev.organisation);
	sl_json_kv_str(w, "device", v->rev.device);
	sl_json_kv_str(w, "state", sl_str_from(sl_state_name(v->rev.state)));
	sl_json_put_key(w, SL_STR("correction"));
	sl_json_put_bool(w, v->rev.correction);
	sl_json_put_key(w, SL_STR("effective_date"));
	sl_date_text(v->rev.effective, text);
	if (text[0])
		sl_json_put_str(w, sl_str_from(text));
	else
		sl_json_put_null(w);
	geometry_json(w, old, v);
	sl_json_put_key(w, SL_STR("changes"));
	sl_changes_json(w, old ? old->document : NULL, v->document);
	review_json(w, a, old, v);
	sl_hash_text(v->rev.hash, text);
	sl_json_kv_str(w, "hash", sl_str_from(text));
	sl_json_end(w, '}');
}

enum sl_code sl_history_json(struct sl_programme *p, const char *record, struct sl_buf *b, struct sl_err *e)
{
	const struct sl_kind *kind;
	struct sl_json_writer w;
	struct history h;
	struct sl_uuid uuid;
	char text[37];

	if (read_history(p, record, &h, &kind, &uuid, e))
		return e->code;
	sl_uuid_text(uuid, text);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "record", sl_str_from(text));
	sl_json_kv_str(&w, "kind", kind->name);
	sl_json_kv_str(&w, "identity", h.v[h.n - 1].rev.identity);
	sl_json_put_key(&w, SL_STR("revisions"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < h.n; i++)
		revision_json(&w, h.a, before(&h, &h.v[i]), &h.v[i]);
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}
