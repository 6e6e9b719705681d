/* Layers that another program edited.  Triggers wrote down which rows; each difference from the log is
 * offered as a submitted revision, and the row is put back as the log has it: an edit from outside is
 * never taken as truth and never lost. */
#include "store/db.h"

#include "base/utf8.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <string.h>

#define AUTHOR SL_OUTSIDE_AUTHOR

struct edit {
	struct sl_db *db;
	struct sl_arena *a;
	struct sl_layer *l;
	int64_t fid;
	bool known;              /* the record has a current revision */
	struct sl_revision base; /* that revision */
	int64_t content, geometry;
	struct sl_record rec; /* as edited */
	struct sl_prepared_geometry shape;
	bool differs;
	struct sl_str bad_shape; /* a geometry that cannot be read, as it stands */
};

static enum sl_code add_extra(struct edit *d, struct sl_str key, struct sl_str text, struct sl_err *e)
{
	struct sl_extra *list;
	struct sl_json_writer w;
	struct sl_buf b = {0};
	char *json = NULL, *name;
	size_t at = 0;

	sl_json_writer_init(&w, &b);
	sl_json_put_str(&w, text);
	if (!sl_buf_check(&b, e))
		json = sl_arena_strndup(d->a, b.p, b.n, e);
	name = json ? sl_arena_strndup(d->a, key.p, key.n, e) : NULL;
	list = name ? sl_arena_alloc(d->a, d->rec.n_extra + 1, sizeof *list, e) : NULL;
	if (list) {
		for (size_t i = 0; i < d->rec.n_extra; i++)
			list[i] = d->rec.extra[i];
		while (at < d->rec.n_extra && !sl_str_eq(list[at].key, key))
			at++;
		if (at == d->rec.n_extra || !sl_str_eq(list[at].value, (struct sl_str){json, b.n}))
			d->differs = true;
		list[at] = (struct sl_extra){{name, key.n}, {json, b.n}};
		d->rec.n_extra += at == d->rec.n_extra;
		d->rec.extra = list;
	}
	sl_buf_done(&b);
	return e->code;
}

static bool same_value(struct sl_sql *s, int at, const struct sl_value *v)
{
	struct sl_date date;

	switch (v->type) {
	case SL_VALUE_TEXT:
		return sl_sql_column_type(s, at) == SL_SQL_TEXT && sl_str_eq(sl_sql_get_text(s, at), v->text);
	case SL_VALUE_INTEGER:
		return sl_sql_column_type(s, at) == SL_SQL_INT && sl_sql_get_int(s, at) == v->integer;
	case SL_VALUE_DECIMAL:
		return !sl_sql_is_null(s, at) && sl_sql_get_double(s, at) >= v->decimal &&
		       sl_sql_get_double(s, at) <= v->decimal;
	case SL_VALUE_DATE:
		return sl_sql_column_type(s, at) == SL_SQL_TEXT && sl_date_parse(sl_sql_get_text(s, at), &date) &&
		       date.day == v->date.day;
	default: return sl_sql_is_null(s, at);
	}
}

static enum sl_code take_value(struct edit *d, struct sl_sql *s, int at, int field, struct sl_err *e)
{
	const struct sl_field *f = &d->l->kind->field[field];
	const char *problem = NULL;
	struct sl_value v = {0};
	struct sl_str raw;
	char *copy;

	if (same_value(s, at, &d->rec.value[field]))
		return SL_OK;
	d->differs = true;
	if (!sl_sql_is_null(s, at)) {
		raw = sl_sql_get_text(s, at);
		copy = sl_arena_strndup(d->a, raw.p, raw.n, e);
		if (!copy || sl_utf8_scrub(d->a, (struct sl_str){copy, raw.n}, &raw, e) ||
		    sl_value_read(d->a, f, raw, &v, &problem, e))
			return e->code;
		if (problem && add_extra(d, f->name, raw, e))
			return e->code;
	}
	d->rec.value[field] = v;
	return SL_OK;
}

static enum sl_code take_geometry(struct edit *d, struct sl_sql *s, int at, struct sl_err *e)
{
	struct sl_str blob = sl_sql_get_blob(s, at);
	struct sl_err unread = {0};
	struct sl_geom g = {0};
	struct sl_buf b = {0};
	char *copy;

	if (!sl_sql_is_null(s, at) && blob.n) {
		copy = sl_arena_strndup(d->a, blob.p, blob.n, e);
		if (!copy)
			return e->code;
		blob.p = copy;
		if (sl_wkb_read(d->a, blob, &g, &unread)) {
			if (unread.code == SL_NOMEM)
				return sl_fail(e, SL_NOMEM, "out of memory");
			d->bad_shape = blob; /* kept in the entry; the boundary stays as it was */
			d->differs = true;
			return SL_OK;
		}
	}
	sl_wkb_write(&b, &g);
	if (!sl_buf_check(&b, e) && !sl_str_eq(sl_buf_view(&b), d->base.geometry.wkb)) {
		d->differs = true;
		sl_noted(sl_geometry_prepare(d->a, &g, &d->shape, e));
	}
	sl_buf_done(&b);
	return e->code;
}

static int field_of_column(struct edit *d, struct sl_str name, struct sl_err *e)
{
	struct sl_buf want = {0}, have = {0};
	int field = -1;

	sl_sql_quote(&have, name);
	for (size_t i = 0; i < d->l->n_columns && field < 0; i++) {
		sl_buf_clear(&want);
		sl_layer_column_name(&want, d->l, i);
		if (!want.failed && !have.failed && sl_str_eq(sl_buf_view(&want), sl_buf_view(&have)))
			field = d->l->column[i];
	}
	if (want.failed || have.failed)
		sl_fail(e, SL_NOMEM, "out of memory");
	sl_buf_done(&want);
	sl_buf_done(&have);
	return field;
}

static enum sl_code take_row(struct edit *d, struct sl_sql *s, struct sl_err *e)
{
	/* What the store itself computes is not asked back. */
	static const char *const computed[] = {"fid", "record", "unknown", "extra", "recorded_at", "area_m2"};

	for (int i = 0; i < sl_sql_columns(s); i++) {
		struct sl_str name = sl_sql_column_name(s, i);
		bool skip = false;
		int field = field_of_column(d, name, e);

		if (e->code)
			return e->code;
		for (size_t k = 0; k < sizeof computed / sizeof *computed; k++)
			skip |= sl_str_is(name, computed[k]);
		if (field >= 0) {
			if (take_value(d, s, i, field, e))
				return e->code;
		} else if (sl_str_is(name, "geom")) {
			if (take_geometry(d, s, i, e))
				return e->code;
		} else if (!skip && !sl_sql_is_null(s, i)) { /* a column that somebody added */
			if (add_extra(d, name, sl_sql_get_text(s, i), e))
				return e->code;
		}
	}
	return SL_OK;
}

static enum sl_code read_row(struct edit *d, bool *there, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_sql *s = NULL;

	sl_buf_puts(&b, "SELECT * FROM ");
	sl_sql_quote(&b, d->l->kind->name);
	sl_buf_puts(&b, " WHERE \"fid\" = $1");
	if (!sl_buf_check(&b, e) && !sl_sql_open_text(d->db->driver, sl_buf_view(&b), &s, e)) {
		sl_sql_int(s, 1, d->fid);
		if (!sl_sql_step(s, there, e) && *there)
			sl_noted(take_row(d, s, e));
	}
	sl_sql_close(s);
	sl_buf_done(&b);
	return e->code;
}

/* A deleted row is a proposal to withdraw the record; kinds without such a status carry a note. */
static enum sl_code propose_withdrawal(struct edit *d, struct sl_err *e)
{
	const struct sl_field *f = d->l->f_status >= 0 ? &d->l->kind->field[d->l->f_status] : NULL;

	for (size_t i = 0; f && f->list && i < f->list->n; i++)
		if (sl_str_is(f->list->choice[i].code, "EXPD")) {
			d->rec.value[f->index] =
			    (struct sl_value){.type = SL_VALUE_TEXT, .text = f->list->choice[i].code};
			d->differs = true;
			return SL_OK;
		}
	return add_extra(d, SL_STR("deleted_outside"), SL_STR("yes"), e);
}

static enum sl_code entry_of(struct edit *d, const char *op, struct sl_buf *b, bool sealed_lost,
                             struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "fid", d->fid);
	sl_json_kv_str(&w, "layer", d->l->kind->name);
	sl_json_kv_str(&w, "outside", sl_str_from(op));
	if (sealed_lost)
		sl_json_kv_str(&w, "sealed_part", SL_STR("not carried over: its key is not here"));
	if (d->bad_shape.n) {
		struct sl_buf hex = {0};

		for (size_t i = 0; i < d->bad_shape.n && i < 1u << 20; i++)
			sl_buf_printf(&hex, "%02x", (unsigned char)d->bad_shape.p[i]);
		sl_json_kv_str(&w, "unreadable_geometry", sl_buf_view(&hex));
		sl_buf_done(&hex);
	}
	sl_json_end(&w, '}');
	return sl_buf_check(b, e);
}

static enum sl_code submit(struct edit *d, const char *op, struct sl_err *e)
{
	struct sl_buf document = {0}, entry = {0};
	bool sealed_lost = false;
	struct sl_revision r = {
	    .kind = d->l->kind,
	    .author = SL_STR(AUTHOR),
	    .state = SL_SUBMITTED,
	    .geometry = d->shape,
	    .effective = sl_record_date(&d->rec, "effective_date"),
	    .identity = sl_record_text(&d->rec, "id"),
	};

	if (d->known) {
		r.record = d->base.record;
		r.parent[0] = d->base.id;
		r.n_parents = 1;
		r.organisation = d->base.organisation;
		if (!r.identity.n)
			r.identity = d->base.identity;
		/* The sealed part is not in the layer; it stays with the record. */
		if (sl_store_unseal(d->db, d->a, d->base.id, &r.sealed, e)) {
			if (e->code != SL_DENIED)
				return e->code;
			sl_err_clear(e);
			sealed_lost = true;
		}
	}
	sl_record_json(&document, &d->rec);
	if (!entry_of(d, op, &entry, sealed_lost, e) && !sl_buf_check(&document, e)) {
		r.document = sl_buf_view(&document);
		r.entry = sl_buf_view(&entry);
		if (!sl_store_append(d->db, &r, NULL, e))
			d->db->n_outside++;
	}
	sl_buf_done(&document);
	sl_buf_done(&entry);
	return e->code;
}

static enum sl_code base_of(struct edit *d, struct sl_err *e)
{
	int64_t seq = 0;

	if (sl_current_seq(d->db, d->fid, &seq, e))
		return e->code;
	if (seq && sl_revision_by_seq(d->db, d->a, seq, true, &d->base, &d->content, &d->geometry, e))
		return e->code;
	d->known = seq && d->base.kind == d->l->kind;
	if (d->known && sl_record_read(d->a, &d->base, false, &d->rec, e))
		return e->code;
	d->known = d->known && !sl_record_withdrawn(d->l, &d->rec);
	if (!d->known) {
		d->base = (struct sl_revision){.geometry = {.box = {1, 1, 0, 0}}};
		if (sl_record_new(d->a, d->l->kind, &d->rec, e))
			return e->code;
	}
	d->shape = d->base.geometry;
	return SL_OK;
}

static enum sl_code take_up(struct edit *d, struct sl_err *e)
{
	bool there = false;

	if (base_of(d, e) || read_row(d, &there, e))
		return e->code;
	if (!there && !d->known)
		return SL_OK; /* made and deleted again */
	if (!there && propose_withdrawal(d, e))
		return e->code;
	if ((d->differs || !d->known) && submit(d, !there ? "delete" : d->known ? "update" : "insert", e))
		return e->code;
	return d->known ? sl_show_again(d->db, d->l, d->fid, e) : sl_layer_remove(d->db, d->l, d->fid, e);
}

struct touched {
	struct sl_layer *l;
	int64_t fid;
};

static enum sl_code touched_rows(struct sl_db *db, struct sl_arena *a, struct touched **out, size_t *n,
                                 struct sl_err *e)
{
	struct touched *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT DISTINCT layer, fid FROM sl_outside ORDER BY layer, fid", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		const struct sl_kind *kind = sl_dictionary_kind(db->dict, sl_sql_get_text(s, 0));

		if (!kind)
			continue;
		more = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		list[k++] = (struct touched){&db->layer[kind->number], sl_sql_get_int(s, 1)};
	}
	sl_sql_close(s);
	*out = list;
	*n = k;
	return e->code;
}

enum sl_code sl_outside_take(struct sl_db *db, struct sl_err *e)
{
	struct sl_arena list = {0};
	struct touched *row = NULL;
	struct sl_sql *s;
	int64_t waiting = 0;
	size_t n = 0;

	if (sl_sql_number(db->driver, "SELECT count(*) FROM (SELECT 1 FROM sl_outside LIMIT 1) AS t", &waiting,
	                  e) ||
	    !waiting)
		return e->code;
	sl_noted(touched_rows(db, &list, &row, &n, e));
	for (size_t i = 0; i < n && !e->code; i++) {
		struct sl_arena a = {0};
		struct edit d = {.db = db, .a = &a, .l = row[i].l, .fid = row[i].fid};

		if (take_up(&d, e))
			sl_err_within(e, "the edit of %.*s, fid %lld", SL_STR_ARG(d.l->kind->name), (long long)d.fid);
		sl_arena_done(&a);
	}
	sl_arena_done(&list);
	if (e->code || sl_sql_open(db->driver, "DELETE FROM sl_outside", &s, e))
		return e->code;
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_outside_edits(struct sl_db *db, size_t *n_submitted, struct sl_err *e)
{
	/* Beginning a transaction takes the edits up. */
	if (db->mode == SL_OPEN_WRITE && !sl_driver_in_transaction(db->driver) &&
	    (sl_store_begin(db, e) || sl_store_commit(db, e)))
		return e->code;
	*n_submitted = db->n_outside;
	return SL_OK;
}
