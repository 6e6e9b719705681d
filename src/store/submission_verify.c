/* The log of submissions: every row's digest, chain and signature, and that what it names is there. */
#include "store/submission_parts.h"

#include <math.h>
#include <stdio.h>

static enum sl_code damage(const struct sl_submission *x, const char *what, struct sl_findings *out, struct sl_err *e)
{
	struct sl_finding f = {.rule = "LOG", .severity = SL_ERROR, .lon = (double)NAN, .lat = (double)NAN};
	char text[240];

	snprintf(text, sizeof text, "Submission %lld: %s.", (long long)x->id, what);
	f.uuid = x->record;
	f.text = sl_str_from(text);
	f.suggestion = SL_STR("Take this submission from a copy of the file that verifies.");
	return sl_findings_add(out, &f, e);
}

static enum sl_code there(struct sl_db *db, const char *sql, struct sl_uuid id, bool *row, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, sql, &s, e))
		return e->code;
	sl_sql_blob(s, 1, id.b, sizeof id.b);
	sl_noted(sl_sql_step(s, row, e));
	sl_sql_close(s);
	return e->code;
}

static enum sl_code judge(struct sl_db *db, const struct sl_submission_row *r, int64_t before, struct sl_hash previous,
                          struct sl_findings *out, struct sl_err *e)
{
	const char *problem = NULL;
	bool revision, xml;

	if (r->damaged)
		return damage(&r->s, "its row is damaged", out, e);
	if (r->s.id != before + 1 && damage(&r->s, "the submission before it is missing", out, e))
		return e->code;
	if (there(db, "SELECT 1 FROM sl_revision WHERE id = $1", r->s.revision, &revision, e) ||
	    there(db, "SELECT 1 FROM sl_attachment WHERE uuid = $1", r->s.xml, &xml, e))
		return e->code;
	if (!sl_hash_eq(r->previous, previous))
		problem = "it does not follow from the submission before it";
	else if (!sl_hash_eq(sl_submission_digest(r), r->digest))
		problem = "its instance, form, record, sender or time are not what was hashed";
	else if (r->by.made && !sl_chain_signed(&r->by, r->digest))
		problem = "its signature is not that of the device it names";
	else if (!revision)
		problem = "the revision that it became is missing";
	else if (!xml)
		problem = "its XML is missing";
	return problem ? damage(&r->s, problem, out, e) : SL_OK;
}

enum sl_code sl_submissions_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_submission_row r = {.by.made = true};
	struct sl_hash previous = {{0}};
	int64_t before = 0;
	struct sl_sql *s;
	bool row;

	if (sl_dialect_table_exists(db, SL_STR("sl_submission"), &row, e) || !row ||
	    sl_sql_open(db->driver, SL_SUBMISSION_COLUMNS "ORDER BY id", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		sl_submission_read(s, &r);
		if (judge(db, &r, before, previous, out, e))
			break;
		before = r.s.id;
		previous = r.digest;
		if (sl_env_stopped(db->env)) {
			sl_fail(e, SL_CANCELLED, "interrupted");
			break;
		}
	}
	sl_sql_close(s);
	if (!e->code && !r.by.made)
		return damage(&r.s, "what was signed with it is missing", out, e);
	return e->code;
}
