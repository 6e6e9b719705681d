/* Identifiers of records that a reviewer found to be another one: the step is in the log (member "review" of the
 * entry: {"action":"link","linked_to":UUID}), who is found by the identifier follows from it. */
#include "store/db.h"

#include <string.h>

/* Most entries hold no review, and need not be parsed to know it. */
static bool has_review(struct sl_str entry)
{
	static const char mark[] = "\"review\"";

	for (size_t i = 0; i + sizeof mark - 1 <= entry.n; i++)
		if (entry.p[i] == '"' && !memcmp(entry.p + i, mark, sizeof mark - 1))
			return true;
	return false;
}

static enum sl_code review_in(struct sl_arena *a, struct sl_str entry, const struct sl_json **out, struct sl_err *e)
{
	struct sl_json *tree;

	*out = NULL;
	if (!has_review(entry))
		return SL_OK;
	if (sl_json_parse(a, entry, &tree, e))
		return e->code;
	*out = sl_json_get(tree, "review");
	if (*out && (*out)->type != SL_JSON_OBJECT)
		*out = NULL;
	return SL_OK;
}

enum sl_code sl_review_of_entry(struct sl_arena *a, struct sl_str entry, struct sl_str *out, struct sl_err *e)
{
	const struct sl_json *review;
	struct sl_json_writer w;
	struct sl_buf b = {0};
	char *text = NULL;

	*out = (struct sl_str){"", 0};
	if (review_in(a, entry, &review, e) || !review)
		return e->code;
	sl_json_writer_init(&w, &b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("review"));
	sl_json_put_tree(&w, review, false);
	sl_json_end(&w, '}');
	if (!sl_buf_check(&b, e))
		text = sl_arena_strndup(a, b.p, b.n, e);
	if (text)
		*out = (struct sl_str){text, b.n};
	sl_buf_done(&b);
	return e->code;
}

/* The record that `entry` links to; 0: none. */
static enum sl_code linked_to(struct sl_db *db, struct sl_str entry, int64_t *record, struct sl_err *e)
{
	const struct sl_json *review;
	struct sl_uuid uuid;
	struct sl_sql *s;
	bool row;

	*record = 0;
	if (review_in(&db->scratch, entry, &review, e) || !review ||
	    !sl_str_is(sl_json_get_str(review, "action"), "link") ||
	    !sl_uuid_parse(sl_json_get_str(review, "linked_to"), &uuid))
		return e->code;
	if (sl_sql_open(db->driver, "SELECT number FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, uuid.b, sizeof uuid.b);
	if (!sl_sql_step(s, &row, e) && row)
		*record = sl_sql_get_int(s, 0);
	sl_sql_close(s);
	return e->code;
}

/* The same of the step before `rev`, when that rejected it. */
static enum sl_code was_linked_to(struct sl_db *db, const struct sl_revision *rev, int64_t *record, struct sl_err *e)
{
	struct sl_str entry = {"", 0};
	struct sl_sql *s;
	bool row;

	*record = 0;
	if (sl_sql_open(db->driver,
	                "SELECT c.entry FROM sl_revision r JOIN sl_content c ON c.id = r.content "
	                "WHERE r.id = $1 AND r.state = $2",
	                &s, e))
		return e->code;
	sl_sql_blob(s, 1, rev->parent[0].b, sizeof rev->parent[0].b);
	sl_sql_int(s, 2, SL_REJECTED);
	if (!sl_sql_step(s, &row, e) && row) {
		entry = sl_sql_get_text(s, 0);
		entry.p = sl_arena_strndup(&db->scratch, entry.p, entry.n, e);
	}
	sl_sql_close(s);
	return e->code ? e->code : linked_to(db, entry, record, e);
}

static enum sl_code give(struct sl_db *db, const struct sl_revision *rev, int64_t from, int64_t to, struct sl_err *e)
{
	static const char *const part[] = {
	    "DELETE FROM sl_identity WHERE kind = $1 AND key = $2 AND record = $3",
	    "INSERT INTO sl_identity (kind, key, record) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
	};
	const int64_t record[] = {from, to};
	struct sl_str key;
	struct sl_sql *s;
	int32_t term;

	if (sl_identity_key(db, &db->scratch, rev->identity, &key, e) || !key.n || sl_layer_term(db, rev->kind, &term, e))
		return e->code;
	for (size_t i = 0; i < 2; i++) {
		if (sl_sql_open(db->driver, part[i], &s, e))
			return e->code;
		sl_sql_int(s, 1, term);
		sl_sql_text(s, 2, key);
		sl_sql_int(s, 3, record[i]);
		if (sl_sql_finish(s, e))
			return e->code;
	}
	return sl_str_is(rev->kind->name, "hazard") ? sl_land_hazard_is(db, key, from, to, e) : SL_OK;
}

/* Does `rev` give its identifier away, or take it back?  *from is 0 when it does neither. */
static enum sl_code passes(struct sl_db *db, const struct sl_revision *rev, int64_t *from, int64_t *to, struct sl_err *e)
{
	int64_t other = 0;

	*from = 0;
	if (rev->state == SL_REJECTED) {
		if (linked_to(db, rev->entry, &other, e) || !other)
			return e->code;
		*from = rev->record_number;
		*to = other;
		return SL_OK;
	}
	if (rev->state != SL_SUBMITTED || !rev->n_parents || was_linked_to(db, rev, &other, e) || !other)
		return e->code;
	*from = other;
	*to = rev->record_number;
	return SL_OK;
}

enum sl_code sl_alias_follow(struct sl_db *db, const struct sl_revision *rev, struct sl_err *e)
{
	int64_t from, to;

	if (passes(db, rev, &from, &to, e) || !from)
		return e->code;
	return give(db, rev, from, to, e);
}

/* The releases of `key` up to `last_seq` that mean `to` meant `from` then. */
static enum sl_code meant(struct sl_db *db, struct sl_str key, int64_t from, int64_t to, int64_t last_seq,
                          struct sl_land_event *rows, size_t n, struct sl_err *e)
{
	struct sl_sql *s;
	size_t at = 0;
	bool row;

	if (sl_sql_open(db->driver, "SELECT seq FROM sl_land_event WHERE hazard_key = $1 AND seq <= $2 ORDER BY seq", &s, e))
		return e->code;
	sl_sql_text(s, 1, key);
	sl_sql_int(s, 2, last_seq);
	while (!sl_sql_step(s, &row, e) && row) {
		int64_t seq = sl_sql_get_int(s, 0);

		while (at < n && rows[at].seq < seq)
			at++;
		if (at < n && rows[at].seq == seq && rows[at].hazard == to)
			rows[at].hazard = from;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_alias_undo(struct sl_db *db, int64_t last_seq, struct sl_land_event *rows, size_t n, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, SL_REVISION_COLUMNS "WHERE r.seq > $1 AND r.state IN ($2, $3) ORDER BY r.seq DESC", &s, e))
		return e->code;
	sl_sql_int(s, 1, last_seq);
	sl_sql_int(s, 2, SL_SUBMITTED);
	sl_sql_int(s, 3, SL_REJECTED);
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_arena_mark m = sl_arena_mark(&db->scratch);
		int64_t content, geometry, from = 0, to = 0;
		struct sl_revision rev;
		struct sl_str key;

		if (!sl_revision_read(db, &db->scratch, s, &rev, &content, &geometry, e) && rev.kind &&
		    sl_str_is(rev.kind->name, "hazard") && !passes(db, &rev, &from, &to, e) && from &&
		    !sl_identity_key(db, &db->scratch, rev.identity, &key, e) && key.n)
			sl_noted(meant(db, key, from, to, last_seq, rows, n, e));
		sl_arena_reset(&db->scratch, m);
		if (e->code)
			break;
	}
	sl_sql_close(s);
	return e->code;
}
