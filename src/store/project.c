/* From the log to current state.  The current revision of a record is its approved one with the latest
 * effective date; of equal dates the one approved later.  An older-dated revision approved later
 * therefore changes nothing (domain.md C.1).  A correction takes what it corrects out of the choice.  An approved
 * record that is rejected as a correction is taken back: nothing that was said of it before counts. */
#include "store/db.h"

#include <string.h>

bool sl_record_withdrawn(const struct sl_layer *l, const struct sl_record *rec)
{
	const struct sl_value *v = l->f_status >= 0 ? &rec->value[l->f_status] : NULL;

	return v && v->type == SL_VALUE_TEXT &&
	       (sl_str_is(v->text, "EXPD") || sl_str_is(v->text, "DUPL") || sl_str_is(v->text, "MERG"));
}

struct version {
	int64_t seq, content;
	struct sl_uuid id;
	struct sl_uuid parent[SL_PARENTS_MAX];
	size_t n_parents;
	int32_t effective;
	bool approved, rejected, correction, replaced;
};

static enum sl_code versions_of(struct sl_db *db, int64_t record, int64_t known_at_ms, int64_t last_seq,
                                struct version **out, size_t *n, struct sl_err *e)
{
	struct version *list = NULL, *more;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT seq, content, id, parents, effective, state, correction FROM sl_revision "
	                "WHERE record = $1 AND recorded_ms <= $2 AND seq <= $3 ORDER BY seq",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, record);
	sl_sql_int(s, 2, known_at_ms);
	sl_sql_int(s, 3, last_seq);
	while (!sl_sql_step(s, &row, e) && row) {
		struct version *v;
		struct sl_str parents;

		more = sl_arena_grow(&db->scratch, list, &cap, k + 1, sizeof *list, e);
		if (!more)
			break;
		list = more;
		v = &list[k++];
		v->seq = sl_sql_get_int(s, 0);
		v->content = sl_sql_get_int(s, 1);
		if (!sl_sql_get_bytes(s, 2, v->id.b, sizeof v->id.b))
			memset(v->id.b, 0, sizeof v->id.b);
		parents = sl_sql_get_blob(s, 3);
		v->n_parents = parents.n / 16 > SL_PARENTS_MAX ? SL_PARENTS_MAX : parents.n / 16;
		memcpy(v->parent, parents.p, v->n_parents * 16);
		v->effective = sl_sql_is_null(s, 4) ? SL_DAY_NONE : (int32_t)sl_sql_get_int(s, 4);
		v->approved = sl_sql_get_int(s, 5) == SL_APPROVED;
		v->rejected = sl_sql_get_int(s, 5) == SL_REJECTED;
		v->correction = sl_sql_get_int(s, 6) != 0;
	}
	sl_sql_close(s);
	*out = list;
	*n = k;
	return e->code;
}

/* Version `at` (a correction, or a step of its workflow) takes out what it corrects: all versions of
 * the same content as its parents. Parents stand before their children, so this ends. */
static void take_out(struct version *v, size_t at, int64_t content)
{
	for (size_t p = 0; p < v[at].n_parents; p++)
		for (size_t i = 0; i < at; i++) {
			if (!sl_uuid_eq(v[i].id, v[at].parent[p]))
				continue;
			if (v[i].content == content) { /* submitted, returned, ...: look behind it */
				take_out(v, i, content);
				continue;
			}
			for (size_t k = 0; k < at; k++)
				v[k].replaced |= v[k].content == v[i].content;
		}
}

/* Does version `at` take back what was approved? */
static bool takes_back(const struct version *v, size_t at)
{
	for (size_t p = 0; v[at].rejected && v[at].correction && p < v[at].n_parents; p++)
		for (size_t i = 0; i < at; i++)
			if (v[i].approved && sl_uuid_eq(v[i].id, v[at].parent[p]))
				return true;
	return false;
}

enum sl_code sl_current_of(struct sl_db *db, int64_t record, int32_t as_of, int64_t known_at_ms,
                           int64_t last_seq, int64_t *seq, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	const struct version *best = NULL;
	struct version *v = NULL;
	size_t n = 0;

	if (!versions_of(db, record, known_at_ms, last_seq, &v, &n, e)) {
		for (size_t i = 0; i < n; i++) {
			if (v[i].approved && v[i].correction)
				take_out(v, i, v[i].content);
			for (size_t k = 0; k < i && takes_back(v, i); k++)
				v[k].replaced = true;
		}
		for (size_t i = 0; i < n; i++)
			if (v[i].approved && !v[i].replaced && v[i].effective <= as_of &&
			    (!best || v[i].effective >= best->effective))
				best = &v[i];
		*seq = best ? best->seq : 0;
	}
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

enum sl_code sl_current_seq(struct sl_db *db, int64_t record, int64_t *seq, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT approved FROM sl_record WHERE number = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, record);
	if (!sl_sql_step(s, &row, e))
		*seq = row ? sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	return e->code;
}

static enum sl_code set_head(struct sl_db *db, int64_t record, int64_t head, int64_t approved,
                             struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "UPDATE sl_record SET head = $1, approved = $2 WHERE number = $3", &s, e))
		return e->code;
	sl_sql_int(s, 1, head);
	if (approved)
		sl_sql_int(s, 2, approved);
	sl_sql_int(s, 3, record);
	return sl_sql_finish(s, e);
}

static enum sl_code add_identity(struct sl_db *db, const struct sl_revision *rev, struct sl_err *e)
{
	struct sl_str key;
	struct sl_sql *s;
	int32_t term;

	if (sl_identity_key(db, &db->scratch, rev->identity, &key, e) || !key.n ||
	    sl_layer_term(db, rev->kind, &term, e) ||
	    sl_sql_open(db->driver,
	                "INSERT INTO sl_identity (kind, key, record) VALUES ($1, $2, $3) "
	                "ON CONFLICT DO NOTHING",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, term);
	sl_sql_text(s, 2, key);
	sl_sql_int(s, 3, rev->record_number);
	if (sl_sql_finish(s, e))
		return e->code;
	return db->n_waiting && sl_str_is(rev->kind->name, "hazard")
	           ? sl_land_hazard_known(db, key, rev->record_number, e)
	           : SL_OK;
}

/* The layer shows `seq` of the record; `rev` and `rec` when that is the revision at hand. */
static enum sl_code show(struct sl_db *db, struct sl_layer *l, int64_t seq, const struct sl_revision *rev,
                         const struct sl_record *rec, bool existed, struct sl_err *e)
{
	struct sl_revision other;
	struct sl_record parsed;
	int64_t content, geometry;

	if (rev->seq != seq) {
		if (sl_revision_by_seq(db, &db->scratch, seq, true, &other, &content, &geometry, e) ||
		    sl_record_read(&db->scratch, &other, false, &parsed, e))
			return e->code;
		rev = &other;
		rec = &parsed;
	}
	if (sl_record_withdrawn(l, rec))
		return existed ? sl_layer_remove(db, l, rev->record_number, e) : SL_OK;
	return sl_layer_put(db, l, rev, rec, existed, e);
}

enum sl_code sl_show_again(struct sl_db *db, struct sl_layer *l, int64_t record, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_revision none = {0};
	int64_t seq;

	if (!sl_current_seq(db, record, &seq, e))
		sl_noted(seq ? show(db, l, seq, &none, NULL, true, e) : sl_layer_remove(db, l, record, e));
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

/* Is one of its parents approved?  Asked of the log, which in a rebuild knows more than the projection. */
static enum sl_code follows_approval(struct sl_db *db, const struct sl_revision *rev, bool *out, struct sl_err *e)
{
	*out = false;
	for (size_t i = 0; i < rev->n_parents && !*out; i++) {
		struct sl_sql *s;
		bool row;

		if (sl_sql_open(db->driver, "SELECT state FROM sl_revision WHERE id = $1", &s, e))
			return e->code;
		sl_sql_blob(s, 1, rev->parent[i].b, sizeof rev->parent[i].b);
		if (!sl_sql_step(s, &row, e))
			*out = row && sl_sql_get_int(s, 0) == SL_APPROVED;
		sl_sql_close(s);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

/* Nothing of the record counts any more: it leaves its layer, and the ledger hears of it. */
static enum sl_code take_back(struct sl_db *db, struct sl_layer *l, const struct sl_revision *rev, bool shown,
                              struct sl_err *e)
{
	struct sl_record rec;
	bool counted;

	if ((shown && sl_layer_remove(db, l, rev->record_number, e)) || follows_approval(db, rev, &counted, e) || !counted ||
	    sl_record_read(&db->scratch, rev, false, &rec, e))
		return e->code;
	return sl_land_append(db, l, rev, 0, &rec, e);
}

static enum sl_code project(struct sl_db *db, const struct sl_revision *rev, int64_t geometry,
                            const struct sl_record *rec, bool existed, struct sl_err *e)
{
	struct sl_layer *l = &db->layer[rev->kind->number];
	bool decides = rev->state == SL_APPROVED || (rev->state == SL_REJECTED && rev->correction);
	int64_t before = 0, now = rev->state == SL_APPROVED ? rev->seq : 0;
	struct sl_record parsed;

	if (add_identity(db, rev, e))
		return e->code;
	if (existed) {
		if (sl_current_seq(db, rev->record_number, &before, e))
			return e->code;
		now = before;
		if (decides && sl_current_of(db, rev->record_number, SL_DAY_MAX, INT64_MAX, INT64_MAX, &now, e))
			return e->code;
		if (set_head(db, rev->record_number, rev->seq, now, e) || sl_alias_follow(db, rev, e))
			return e->code;
	}
	if (rev->state != SL_APPROVED)
		return decides ? take_back(db, l, rev, before && !now, e) : SL_OK;
	if (!rec) {
		if (sl_record_read(&db->scratch, rev, false, &parsed, e))
			return e->code;
		rec = &parsed;
	}
	if (now != before && show(db, l, now, rev, rec, before != 0, e))
		return e->code;
	return sl_land_append(db, l, rev, geometry, rec, e);
}

enum sl_code sl_project(struct sl_db *db, const struct sl_revision *rev, int64_t geometry,
                        const struct sl_record *rec, bool existed, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);

	project(db, rev, geometry, rec, existed, e);
	sl_arena_reset(&db->scratch, m);
	return e->code;
}
