/* One feature by its name, and the names of records. */
#include "store/feature.h"

#include <string.h>

enum sl_code sl_feature_name(struct sl_db *db, struct sl_arena *a, int64_t number, struct sl_str *kind,
                             struct sl_str *id, struct sl_str *uuid, struct sl_err *e)
{
	const struct sl_layer *l;
	struct sl_uuid u;
	struct sl_sql *s;
	char *copy;
	bool row;

	*kind = *id = *uuid = (struct sl_str){"", 0};
	if (sl_sql_open(
	        db->driver,
	        "SELECT p.kind, c.identity, p.uuid FROM sl_record p JOIN sl_revision r ON r.seq = p.approved "
	        "JOIN sl_content c ON c.id = r.content WHERE p.number = $1",
	        &s, e))
		return e->code;
	sl_sql_int(s, 1, number);
	if (!sl_sql_step(s, &row, e) && row) {
		if (!sl_layer_by_term(db, sl_sql_get_int(s, 0), &l, e) && l)
			*kind = l->kind->name;
		*id = sl_sql_get_text(s, 1);
		id->p = copy = sl_str_dup(a, *id, e);
		copy = copy && sl_sql_get_bytes(s, 2, u.b, sizeof u.b) ? sl_arena_alloc(a, 37, 1, e) : NULL;
		if (copy) {
			sl_uuid_text(u, copy);
			*uuid = (struct sl_str){copy, 36};
		}
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code number_of_uuid(struct sl_db *db, struct sl_uuid u, int64_t *number, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT number FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, u.b, sizeof u.b);
	if (!sl_sql_step(s, &row, e) && row)
		*number = sl_sql_get_int(s, 0);
	sl_sql_close(s);
	return e->code;
}

static enum sl_code nothing(void *ctx, const struct sl_feature *f, struct sl_err *e)
{
	struct sl_buf *names = ctx;

	(void)e;
	sl_buf_puts(names, names->n ? ", " : "");
	sl_buf_str(names, f->record);
	return SL_OK;
}

static enum sl_code records_called(struct sl_feature_page *p, struct sl_str name)
{
	struct sl_arena_mark m = sl_arena_mark(&p->db->scratch);
	struct sl_sql *s = NULL;
	struct sl_str key;
	int32_t kind;
	bool row;

	if (!sl_layer_term_known(p->db, p->q->kind, &kind, p->e) &&
	    !sl_identity_key(p->db, &p->db->scratch, name, &key, p->e) && key.n &&
	    !sl_sql_open(p->db->driver,
	                 "SELECT record FROM sl_identity WHERE kind = $1 AND key = $2 ORDER BY record", &s,
	                 p->e)) {
		sl_sql_int(s, 1, kind);
		sl_sql_text(s, 2, key);
		while (!sl_sql_step(s, &row, p->e) && row)
			if (sl_feature_match(p, sl_sql_get_int(s, 0)))
				break;
	}
	sl_sql_close(s);
	sl_arena_reset(&p->db->scratch, m);
	return p->e->code;
}

/* Of several records that are or were called so, one may still stand there. */
static enum sl_code hand_out_named(struct sl_feature_page *p, struct sl_str name, bool *found)
{
	struct sl_feature_page look = *p;
	struct sl_buf names = {0};
	int64_t number = 0;
	size_t n = 0;

	if (records_called(p, name))
		return p->e->code;
	if (p->n < 2)
		return p->n ? sl_feature_hand_out(p, p->number[0], found) : SL_OK;
	look.fn = nothing;
	look.ctx = &names;
	for (size_t i = 0; i < p->n && !p->e->code; i++) {
		bool there;

		if (!sl_feature_hand_out(&look, p->number[i], &there) && there) {
			number = p->number[i];
			n++;
		}
	}
	if (!p->e->code && n > 1 && !sl_buf_check(&names, p->e))
		sl_fail(p->e, SL_CONFLICT, "'%.*s' is the identifier of %zu records; name one by its UUID: %.*s",
		        SL_STR_ARG(name), n, SL_STR_ARG(sl_buf_view(&names)));
	sl_buf_done(&names);
	return p->e->code || n != 1 ? p->e->code : sl_feature_hand_out(p, number, found);
}

enum sl_code sl_feature_find(struct sl_db *db, const struct sl_kind *kind, struct sl_str name,
                             struct sl_date as_of, sl_feature_fn *fn, void *ctx, bool *found,
                             struct sl_err *e)
{
	const struct sl_feature_query q = {.kind = kind, .as_of = as_of};
	struct sl_feature_page p = {.db = db, .q = &q, .fn = fn, .ctx = ctx, .e = e};
	int64_t number = 0;
	struct sl_uuid u;
	bool begun, yes = false;

	if (sl_feature_reader_of(db, kind, &p.r, e) || sl_dialect_read_begin(db, &begun, e))
		return e->code;
	if (sl_uuid_parse(name, &u) && !number_of_uuid(db, u, &number, e) && number)
		sl_noted(sl_feature_hand_out(&p, number, &yes));
	if (!e->code && !number)
		sl_noted(hand_out_named(&p, name, &yes));
	sl_dialect_read_end(db, begun);
	sl_arena_done(&p.keep);
	if (!e->code)
		*found = yes;
	return e->code;
}
