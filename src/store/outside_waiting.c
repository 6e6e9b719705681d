/* What other programs edited and nobody has decided yet, told without changing anything. */
#include "store/db.h"

#include <math.h>
#include <stdio.h>

#define RULE "I13"
#define TEXT_MAX 160

static struct sl_finding about(const struct sl_kind *kind, const char *text, const char *suggestion)
{
	return (struct sl_finding){.rule = RULE,
	                           .severity = SL_WARNING,
	                           .kind = kind->name,
	                           .text = sl_str_from(text),
	                           .suggestion = sl_str_from(suggestion),
	                           .lon = (double)NAN,
	                           .lat = (double)NAN};
}

static enum sl_code in_layer(struct sl_db *db, const struct sl_kind *kind, int64_t fid, struct sl_str op,
                             struct sl_findings *out, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	const char *what = sl_str_is(op, "delete") ? "deleted" : sl_str_is(op, "insert") ? "added" : "changed";
	char text[TEXT_MAX], number[40];
	struct sl_finding f = about(kind, "",
	                            "The next import takes it up as a revision that waits for approval, and puts the "
	                            "layer back as the log has it.");
	int64_t seq = 0, content, geometry;
	struct sl_revision rev;

	snprintf(text, sizeof text,
	         "Another program has %s this row of the layer; accounts and exports do not follow it.", what);
	snprintf(number, sizeof number, "row %lld", (long long)fid);
	f.text = sl_str_from(text);
	f.record = sl_str_from(number);
	if (sl_current_seq(db, fid, &seq, e) ||
	    (seq && sl_revision_by_seq(db, &db->scratch, seq, false, &rev, &content, &geometry, e)))
		return e->code;
	if (seq) {
		f.uuid = rev.record;
		if (rev.identity.n)
			f.record = rev.identity;
	}
	sl_noted(sl_findings_add(out, &f, e));
	sl_arena_reset(&db->scratch, m);
	return e->code;
}

static enum sl_code not_taken_up(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	/* The last that was done to a row. */
	if (sl_sql_open(db->driver,
	                "SELECT o.layer, o.fid, o.op FROM (SELECT max(id) AS last FROM sl_outside GROUP BY layer, fid) m "
	                "JOIN sl_outside o ON o.id = m.last ORDER BY o.layer, o.fid",
	                &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		const struct sl_kind *kind = sl_dictionary_kind(db->dict, sl_sql_get_text(s, 0));

		if (kind && in_layer(db, kind, sl_sql_get_int(s, 1), sl_sql_get_text(s, 2), out, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code not_approved(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT p.kind, p.uuid, c.identity FROM sl_term t JOIN sl_revision r ON r.author = t.id "
	                "JOIN sl_record p ON p.number = r.record AND p.head = r.seq "
	                "JOIN sl_content c ON c.id = r.content WHERE t.text = $1 AND r.state = $2 ORDER BY r.seq",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, SL_STR(SL_OUTSIDE_AUTHOR));
	sl_sql_int(s, 2, SL_SUBMITTED);
	while (!sl_sql_step(s, &row, e) && row) {
		const struct sl_layer *l;
		struct sl_finding f;

		if (sl_layer_by_term(db, sl_sql_get_int(s, 0), &l, e))
			break;
		if (!l)
			continue;
		f = about(l->kind, "Another program has edited this record; the edit waits for approval.",
		          "'safelane history' shows both; when it is right, import it with --approve.");
		f.record = sl_sql_get_text(s, 2);
		if (sl_sql_get_bytes(s, 1, f.uuid.b, sizeof f.uuid.b) && sl_findings_add(out, &f, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_outside_waiting(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	return not_taken_up(db, out, e) ? e->code : not_approved(db, out, e);
}
