/* What somebody sent, for who wants to know what became of it. */
#include "model/role.h"
#include "store/submission_parts.h"

/* Read from the newest down; who looks wants the first page, and it ends when that is full. */
static enum sl_code collect(struct sl_db *db, struct sl_arena *a, const struct sl_sent_query *q, struct sl_sql *s,
                            struct sl_sent_row *out, size_t *n, bool *more, struct sl_err *e)
{
	struct sl_submission_row r;
	size_t k = 0;
	bool row;

	*more = false;
	while (!sl_sql_step(s, &row, e) && row) {
		sl_submission_read(s, &r);
		if (q->organisation && !sl_organisation_same(*q->organisation, r.s.organisation))
			continue;
		if (k == q->limit) {
			*more = true;
			break;
		}
		if (r.damaged)
			return sl_fail(e, SL_CORRUPT, "%s: submission %lld is damaged", db->path, (long long)r.s.id);
		out[k] = (struct sl_sent_row){.s = r.s};
		if (sl_submission_copy(a, &out[k].s, e))
			return e->code;
		k++;
	}
	*n = k;
	return e->code;
}

static enum sl_code look_up(struct sl_db *db, struct sl_arena *a, struct sl_sent_row *x, struct sl_err *e)
{
	struct sl_published_form f;
	bool found;

	x->title = x->kind = SL_STR("");
	if (sl_store_submission_edited(db, x->s.id, &x->edited, e) || sl_store_submission_files(db, x->s.id, &x->came, e) ||
	    sl_store_form_version(db, a, x->s.form, x->s.version, &found, &f, NULL, e))
		return e->code;
	if (found) {
		x->title = f.title;
		x->kind = f.kind;
	}
	return SL_OK;
}

enum sl_code sl_store_sent(struct sl_db *db, struct sl_arena *a, const struct sl_sent_query *q,
                           struct sl_sent_row **out, size_t *n, bool *more, struct sl_err *e)
{
	struct sl_sent_row *list = sl_arena_alloc(a, q->limit + 1, sizeof *list, e);
	size_t found = 0;
	bool there, rest = false;
	struct sl_sql *s;

	if (!list || sl_dialect_table_exists(db, SL_STR("sl_submission"), &there, e))
		return e->code;
	if (there) {
		if (sl_sql_open(db->driver,
		                SL_SUBMISSION_COLUMNS "WHERE id < $1 AND ($2 = '' OR account = $2) ORDER BY id DESC", &s, e))
			return e->code;
		sl_sql_int(s, 1, q->before ? q->before : INT64_MAX);
		sl_sql_text(s, 2, q->account);
		(void)!collect(db, a, q, s, list, &found, &rest, e);
		sl_sql_close(s);
	}
	for (size_t i = 0; i < found && !e->code; i++)
		(void)!look_up(db, a, &list[i], e);
	if (e->code)
		return e->code;
	*out = list;
	*n = found;
	*more = rest;
	return SL_OK;
}
