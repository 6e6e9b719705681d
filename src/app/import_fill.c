#include "app/import_fill.h"

#include "base/utf8.h"
#include "geo/wkb.h"

#include <string.h>

static enum sl_code object_of(struct sl_arena *a, struct sl_str text, const struct sl_json **out, struct sl_err *e)
{
	struct sl_json *tree = NULL;

	*out = NULL;
	if (text.n && sl_json_parse(a, text, &tree, e))
		return e->code;
	if (tree && tree->type != SL_JSON_OBJECT)
		return sl_fail(e, SL_INVALID, "a document is no JSON object");
	*out = tree;
	return SL_OK;
}

/* Both objects are canonical, their members sorted: one pass. */
static void put_filled(struct sl_json_writer *w, const struct sl_json *said, const struct sl_json *before)
{
	const struct sl_json *x = said ? said->child : NULL, *y = before ? before->child : NULL;

	sl_json_begin(w, '{');
	while (x || y) {
		int order = !x ? 1 : !y ? -1 : sl_str_cmp(x->key, y->key);
		const struct sl_json *v = order <= 0 ? x : y;

		sl_json_put_key(w, v->key);
		if (!order && sl_str_is(v->key, "_extra") && x->type == SL_JSON_OBJECT && y->type == SL_JSON_OBJECT)
			put_filled(w, x, y);
		else
			sl_json_put_tree(w, v, true);
		if (order <= 0)
			x = x->next;
		if (order >= 0)
			y = y->next;
	}
	sl_json_end(w, '}');
}

enum sl_code import_fill_object(struct sl_arena *a, struct sl_str said, struct sl_str before, struct sl_str *out,
                                struct sl_err *e)
{
	const struct sl_json *x, *y;
	struct sl_json_writer w;
	struct sl_buf b = {0};
	char *text;

	if (!before.n) {
		*out = said;
		return SL_OK;
	}
	if (object_of(a, said, &x, e) || object_of(a, before, &y, e))
		return e->code;
	sl_json_writer_init(&w, &b);
	put_filled(&w, x, y);
	text = sl_buf_check(&b, e) ? NULL : sl_arena_strndup(a, b.p, b.n, e);
	if (text)
		*out = (struct sl_str){text, b.n};
	sl_buf_done(&b);
	return e->code;
}

/* ---- the version that a row changes ---- */

struct version {
	struct sl_arena *a;
	int32_t day; /* of the row */
	bool found, approved;
	struct sl_revision rev;
};

static bool better(const struct version *v, const struct sl_revision *rev)
{
	bool approved = rev->state == SL_APPROVED;

	if (rev->effective.day > v->day || rev->state == SL_REJECTED)
		return false;
	if (!v->found || approved != v->approved)
		return !v->found || approved;
	return rev->effective.day >= v->rev.effective.day; /* of one day the later one counts */
}

static enum sl_code consider(void *ctx, const struct sl_revision *rev, const struct sl_record *rec, struct sl_err *e)
{
	struct version *v = ctx;
	char *document, *wkb, *identity;

	(void)rec;
	if (!better(v, rev))
		return SL_OK;
	document = sl_str_dup(v->a, rev->document, e);
	wkb = document ? sl_arena_strndup(v->a, rev->geometry.wkb.n ? rev->geometry.wkb.p : "", rev->geometry.wkb.n, e)
	               : NULL;
	identity = wkb ? sl_str_dup(v->a, rev->identity, e) : NULL;
	if (!identity)
		return e->code;
	v->found = true;
	v->approved = rev->state == SL_APPROVED;
	v->rev = *rev;
	v->rev.document.p = document;
	v->rev.identity.p = identity;
	v->rev.geometry.wkb.p = wkb;
	return SL_OK;
}

static enum sl_code sealed_before(struct sl_db *db, struct sl_arena *a, struct sl_uuid revision, struct sl_str *sealed,
                                  struct sl_err *e)
{
	*sealed = SL_STR("");
	if (sl_store_unseal(db, a, revision, sealed, e) && e->code == SL_DENIED)
		sl_err_clear(e); /* of an erased person, or without the key, nothing can be kept */
	return e->code;
}

/* The outline before stands where the row has none, and where it has the same one drawn the other way round, as
 * shapefiles and GeoJSON turn it. */
static enum sl_code fill_outline(struct sl_arena *a, struct sl_str before, struct sl_revision *rev,
                                 struct sl_geom *outline, struct sl_err *e)
{
	struct sl_geom then;

	if (rev->geometry.wkb.n && sl_wkb_read(a, rev->geometry.wkb, outline, e))
		return e->code;
	if (!before.n || (rev->geometry.wkb.n && rev->geometry.wkb.n != before.n))
		return SL_OK;
	if (sl_wkb_read(a, before, &then, e))
		return e->code;
	if (rev->geometry.wkb.n && !sl_geom_same_outline(outline, &then))
		return SL_OK;
	*outline = then;
	return sl_geometry_prepare(a, &then, &rev->geometry, e);
}

/* A row that names the record by an identifier that it had before, or that a reviewer linked to it, does not rename it. */
static enum sl_code keep_identifier(struct sl_arena *a, const struct sl_revision *before, struct sl_revision *r,
                                    struct sl_record *rec, struct sl_err *e)
{
	const struct sl_field *f = sl_kind_field(r->kind, "id");
	struct sl_record old;
	struct sl_str was, is;
	struct sl_buf b = {0};
	char *text = NULL;

	if (!f || sl_utf8_key(a, before->identity, &was, e) || sl_utf8_key(a, r->identity, &is, e) || sl_str_eq(was, is) ||
	    sl_record_from_json(a, r->kind, before->document, &old, e))
		return e->code;
	r->identity = before->identity;
	rec->value[f->index] = old.value[f->index];
	sl_record_json(&b, rec);
	if (!sl_buf_check(&b, e))
		text = sl_arena_strndup(a, b.p, b.n, e);
	if (text)
		r->document = (struct sl_str){text, b.n};
	sl_buf_done(&b);
	return e->code;
}

enum sl_code import_fill(struct sl_db *db, struct sl_arena *a, struct sl_uuid record, struct sl_revision *rev,
                         struct sl_record *out, bool *same, struct sl_err *e)
{
	struct version v = {.a = a, .day = rev->effective.day};
	struct sl_geom outline = {.type = SL_GEOM_NONE};
	struct sl_revision r = *rev;
	struct sl_str sealed;
	struct sl_hash said;
	struct sl_record rec;

	*same = false;
	if (sl_store_history(db, record, consider, &v, e))
		return e->code;
	if (!v.found)
		return SL_OK;
	if (sealed_before(db, a, v.rev.id, &sealed, e) ||
	    import_fill_object(a, r.document, v.rev.document, &r.document, e) ||
	    import_fill_object(a, r.sealed, sealed, &r.sealed, e) ||
	    fill_outline(a, v.rev.geometry.wkb, &r, &outline, e))
		return e->code;
	r.prepared = NULL; /* its hashes are of the row alone */
	if (sl_record_from_json(a, r.kind, r.document, &rec, e) || keep_identifier(a, &v.rev, &r, &rec, e) ||
	    sl_revision_said(db, record, &r, &said, e))
		return e->code;
	rec.geometry = outline;
	*same = r.effective.day == v.rev.effective.day && sl_hash_eq(said, v.rev.said);
	*rev = r;
	*out = rec;
	return SL_OK;
}
