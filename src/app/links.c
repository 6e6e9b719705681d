#include "app/links.h"

#include "app/browse.h"

struct links {
	struct sl_programme *p;
	const struct sl_person *who;
	const struct sl_str *organisation;
	int64_t limit;
	struct sl_json_writer w;
};

/* ---- what it names ---- */

static enum sl_code put_target(struct links *l, const struct sl_field *f, const struct sl_kind *kind, struct sl_str id,
                               bool *found, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_revision rev;
	struct sl_record rec;

	*found = !sl_record_seen(l->p, &a, kind, id, l->who, &rev, &rec, e);
	if (!*found && e->code == SL_NOT_FOUND)
		sl_err_clear(e);
	if (!e->code) {
		sl_json_begin(&l->w, '{');
		sl_json_kv_str(&l->w, "field", f->name);
		sl_json_kv_str(&l->w, "kind", kind->name);
		sl_json_kv_str(&l->w, "id", *found ? rev.identity : id);
		sl_json_kv_str(&l->w, "name", *found ? sl_record_text(&rec, "name") : SL_STR(""));
		sl_json_put_key(&l->w, SL_STR("found"));
		sl_json_put_bool(&l->w, *found);
		sl_json_end(&l->w, '}');
	}
	sl_arena_done(&a);
	return e->code;
}

static bool is_known(struct links *l, const struct sl_kind *kind, struct sl_str id, struct sl_err *e)
{
	struct sl_identity known;
	bool found = false;

	return !sl_store_identify(l->p->db, kind, id, &found, &known, e) && found;
}

/* Some name several, with semicolons between them. */
static enum sl_code put_field(struct links *l, const struct sl_field *f, struct sl_str value, struct sl_err *e)
{
	const struct sl_kind *kind = sl_dictionary_kind(l->p->dict, f->ref);
	struct sl_str rest = value, one;
	bool found;

	if (!kind || !value.n || is_known(l, kind, value, e))
		return e->code || !kind || !value.n ? e->code : put_target(l, f, kind, value, &found, e);
	while (!e->code && sl_str_split(&rest, ';', &one)) {
		one = sl_str_trim(one);
		if (one.n)
			(void)!put_target(l, f, kind, one, &found, e);
	}
	return e->code;
}

/* ---- what names it ---- */

static enum sl_code put_naming(void *ctx, const struct sl_cell *cell, size_t n, struct sl_err *e)
{
	struct sl_json_writer *w = ctx;

	(void)e;
	sl_json_begin(w, '{');
	for (size_t i = 0; i < n; i++)
		if (cell[i].type == SL_CELL_TEXT && (sl_str_is(cell[i].name, "id") || sl_str_is(cell[i].name, "record") ||
		                                     sl_str_is(cell[i].name, "name")))
			sl_json_kv_str(w, cell[i].name.p[0] == 'i'   ? "id"
			                  : cell[i].name.p[0] == 'r' ? "record"
			                                             : "name",
			               cell[i].text);
	sl_json_end(w, '}');
	return SL_OK;
}

static enum sl_code put_from(struct links *l, const struct sl_kind *kind, const struct sl_field *f, struct sl_str id,
                             struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_list_condition same = {.column = f->name};
	struct sl_listing q = {.kind = kind, .condition = &same, .n_conditions = 1, .organisation = l->organisation};
	char *whole = sl_arena_printf(&a, e, "=%.*s", (int)id.n, id.p);
	int64_t total = 0;

	if (!whole)
		return e->code;
	same.text = sl_str_from(whole);
	if (!sl_store_list(l->p->db, &q, NULL, NULL, &total, e) && total) {
		sl_json_begin(&l->w, '{');
		sl_json_kv_str(&l->w, "kind", kind->name);
		sl_json_kv_str(&l->w, "field", f->name);
		sl_json_kv_int(&l->w, "total", total);
		sl_json_put_key(&l->w, SL_STR("records"));
		sl_json_begin(&l->w, '[');
		q.limit = l->limit;
		(void)!sl_store_list(l->p->db, &q, put_naming, &l->w, NULL, e);
		sl_json_end(&l->w, ']');
		sl_json_end(&l->w, '}');
	}
	sl_arena_done(&a);
	return e->code;
}

enum sl_code sl_links_json(struct sl_programme *p, const struct sl_kind *kind, struct sl_str id,
                           const struct sl_person *who, const struct sl_str *organisation, int64_t limit,
                           struct sl_buf *b, struct sl_err *e)
{
	struct links l = {.p = p, .who = who, .organisation = organisation, .limit = limit};
	struct sl_arena a = {0};
	struct sl_revision rev;
	struct sl_record rec;

	if (sl_record_seen(p, &a, kind, id, who, &rev, &rec, e))
		goto done;
	sl_json_writer_init(&l.w, b);
	sl_json_begin(&l.w, '{');
	sl_json_put_key(&l.w, SL_STR("to"));
	sl_json_begin(&l.w, '[');
	for (size_t i = 0; i < kind->n_fields && !e->code; i++)
		if (kind->field[i].ref.n && !kind->field[i].sensitive)
			(void)!put_field(&l, &kind->field[i], rec.value[i].type == SL_VALUE_TEXT ? rec.value[i].text : SL_STR(""),
			                 e);
	sl_json_end(&l.w, ']');
	sl_json_put_key(&l.w, SL_STR("from"));
	sl_json_begin(&l.w, '[');
	for (size_t k = 0; k < p->dict->n_kinds; k++)
		for (size_t i = 0; i < p->dict->kind[k].n_fields && !e->code; i++) {
			const struct sl_field *f = &p->dict->kind[k].field[i];

			if (sl_str_eq(f->ref, kind->name) && !f->sensitive && rev.identity.n)
				(void)!put_from(&l, &p->dict->kind[k], f, rev.identity, e);
		}
	sl_json_end(&l.w, ']');
	sl_json_end(&l.w, '}');
	sl_buf_putc(b, '\n');
	if (!e->code)
		(void)!sl_buf_check(b, e);
done:
	sl_arena_done(&a);
	return e->code;
}
