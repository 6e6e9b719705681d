#include "app/browse.h"

#include "app/people.h"
#include "base/utf8.h"
#include "geo/wkb.h"

enum sl_code sl_overview_make(struct sl_programme *p, struct sl_overview *out, struct sl_err *e)
{
	out->count = sl_arena_alloc(&out->arena, p->dict->n_kinds + 1, sizeof *out->count, e);
	if (!out->count || sl_store_counts(p->db, out->count, &out->first, e)) {
		sl_overview_done(out);
		return e->code;
	}
	return SL_OK;
}

enum sl_code sl_overview_make_of(struct sl_programme *p, struct sl_str organisation,
                                 struct sl_overview *out, struct sl_err *e)
{
	if (sl_overview_make(p, out, e))
		return e->code;
	for (size_t i = 0; i < p->dict->n_kinds && !e->code; i++) {
		const struct sl_listing q = {.kind = &p->dict->kind[i], .organisation = &organisation};

		(void)!sl_store_list(p->db, &q, NULL, NULL, &out->count[i], e);
	}
	if (e->code)
		sl_overview_done(out);
	return e->code;
}

void sl_overview_done(struct sl_overview *o)
{
	sl_arena_done(&o->arena);
	*o = (struct sl_overview){0};
}

static void put_date(struct sl_json_writer *w, const char *key, struct sl_date d)
{
	char day[11];

	sl_date_text(d, day);
	sl_json_put_key(w, sl_str_from(key));
	if (day[0])
		sl_json_put_str(w, sl_str_from(day));
	else
		sl_json_put_null(w);
}

enum sl_code sl_overview_json(struct sl_programme *p, const struct sl_overview *o, int64_t version, int language,
                              struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_str name, country;
	struct sl_json_writer w;
	int64_t all = 0;

	if (sl_store_fact(p->db, &a, "name", &name, e) || sl_store_fact(p->db, &a, "country", &country, e)) {
		sl_arena_done(&a);
		return e->code;
	}
	for (size_t i = 0; i < p->dict->n_kinds; i++)
		all += o->count[i];
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "name", name);
	sl_json_kv_str(&w, "country", country);
	put_date(&w, "first", o->first);
	put_date(&w, "today", (struct sl_date){(int32_t)(sl_env_now_ms(p->env) / 86400000)});
	sl_json_kv_int(&w, "version", version);
	sl_json_kv_int(&w, "records", all);
	sl_json_put_key(&w, SL_STR("kinds"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < p->dict->n_kinds; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "kind", p->dict->kind[i].name);
		sl_json_kv_str(&w, "label", sl_kind_label(p->dict, &p->dict->kind[i], language));
		sl_json_kv_int(&w, "records", o->count[i]);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	sl_arena_done(&a);
	return e->code;
}

/* ---- a table ---- */

/* Of our own making, unless another program has just written into the layer. */
static bool is_json(struct sl_str text)
{
	struct sl_json_cursor c;
	struct sl_err none = {0};
	struct sl_str raw;

	sl_json_cursor_init(&c, text);
	return sl_utf8_valid(text) && !sl_json_skip(&c, &raw, &none) && !sl_json_finish(&c, &none);
}

static void put_cell(struct sl_json_writer *w, const struct sl_cell *c)
{
	sl_json_put_key(w, c->name);
	switch (c->type) {
	case SL_CELL_NONE: sl_json_put_null(w); break;
	case SL_CELL_TEXT:
		if (sl_str_is(c->name, "extra") && is_json(c->text))
			sl_json_put_raw(w, c->text);
		else
			sl_json_put_str(w, c->text);
		break;
	case SL_CELL_INTEGER: sl_json_put_int(w, c->integer); break;
	case SL_CELL_DECIMAL: sl_json_put_double(w, c->decimal); break;
	}
}

static enum sl_code put_row(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	struct sl_json_writer *w = ctx;

	(void)e;
	sl_json_begin(w, '{');
	for (size_t i = 0; i < n; i++)
		put_cell(w, &cell[i]);
	sl_json_end(w, '}');
	return SL_OK;
}

enum sl_code sl_list_json(struct sl_programme *p, const struct sl_listing *q, int64_t total, struct sl_buf *b,
                          struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "kind", q->kind->name);
	sl_json_kv_int(&w, "offset", q->offset);
	sl_json_kv_int(&w, "limit", q->limit);
	sl_json_put_key(&w, SL_STR("records"));
	sl_json_begin(&w, '[');
	if (sl_store_list(p->db, q, put_row, &w, total < 0 ? &total : NULL, e))
		return e->code;
	sl_json_end(&w, ']');
	sl_json_kv_int(&w, "total", total);
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}

/* ---- one record ---- */

void sl_revision_json(struct sl_json_writer *w, const struct sl_revision *rev, const struct sl_record *rec)
{
	const struct sl_kind *k = rev->kind;
	char uuid[37], moment[32];
	struct sl_buf geometry = {0};

	sl_uuid_text(rev->record, uuid);
	sl_time_text(rev->recorded_ms, moment);
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "kind", k->name);
	sl_json_kv_str(w, "record", sl_str_from(uuid));
	sl_json_kv_int(w, "number", rev->record_number);
	sl_uuid_text(rev->id, uuid);
	sl_json_kv_str(w, "revision", sl_str_from(uuid));
	sl_json_kv_str(w, "id", rev->identity);
	sl_json_kv_str(w, "state", sl_str_from(sl_state_name(rev->state)));
	put_date(w, "effective_date", rev->effective);
	sl_json_kv_str(w, "recorded_at", sl_str_from(moment));
	sl_json_kv_str(w, "author", rev->author);
	sl_json_kv_str(w, "organisation", rev->organisation);
	sl_json_put_key(w, SL_STR("values"));
	sl_json_put_raw(w, rev->document);
	sl_json_put_key(w, SL_STR("geometry"));
	if (k->geometry >= 0 && !k->field[k->geometry].sensitive && rec->geometry.type != SL_GEOM_NONE) {
		sl_geojson_write(&geometry, &rec->geometry);
		sl_json_put_raw(w, sl_buf_view(&geometry));
		if (geometry.failed)
			w->b->failed = true;
		sl_json_kv_double(w, "area_m2", rev->geometry.area_m2);
	} else {
		sl_json_put_null(w);
	}
	sl_json_end(w, '}');
	sl_buf_done(&geometry);
}

static enum sl_code number_of(struct sl_programme *p, const struct sl_kind *kind, struct sl_str id,
                              int64_t *number, struct sl_err *e)
{
	struct sl_uuid record;
	struct sl_identity known;
	bool found = false;

	if (sl_uuid_parse(id, &record))
		return sl_store_number_of(p->db, record, number, e);
	if (!sl_store_identify(p->db, kind, id, &found, &known, e) && found)
		*number = known.record_number;
	return e->code || found ? e->code : sl_fail(e, SL_NOT_FOUND, "not found");
}

enum sl_code sl_record_seen(struct sl_programme *p, struct sl_arena *a, const struct sl_kind *kind,
                            struct sl_str id, const struct sl_person *who, struct sl_revision *rev,
                            struct sl_record *rec, struct sl_err *e)
{
	struct sl_standing standing;
	int64_t number = 0;

	/* One answer to all of these: what it is not told from what one may not see. */
	if (number_of(p, kind, id, &number, e) || sl_store_by_number(p->db, a, number, rev, rec, e)) {
		if (e->code != SL_NOT_FOUND)
			return e->code;
		sl_err_clear(e);
	} else {
		standing = sl_standing_of(rev);
		if (rev->kind == kind && (!who || sl_may_see_record(who, &standing)))
			return SL_OK;
	}
	return sl_fail(e, SL_NOT_FOUND, "no %.*s is called '%.*s'", SL_STR_ARG(kind->name), SL_STR_ARG(id));
}

enum sl_code sl_record_page_json(struct sl_programme *p, const struct sl_kind *kind, struct sl_str id,
                                 const struct sl_person *who, struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_json_writer w;

	if (!sl_record_seen(p, &a, kind, id, who, &rev, &rec, e)) {
		sl_json_writer_init(&w, b);
		sl_revision_json(&w, &rev, &rec);
		sl_buf_putc(b, '\n');
		(void)!sl_buf_check(b, e);
	}
	sl_arena_done(&a);
	return e->code;
}
