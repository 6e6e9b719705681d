/* The log of attachments: every row's digest, chain, signature and bytes. */
#include "store/attachment_parts.h"

#include <math.h>
#include <stdio.h>

static enum sl_code damage(const struct sl_attachment_row *r, const char *what, struct sl_findings *out,
                           struct sl_err *e)
{
	struct sl_finding f = {.rule = "LOG", .severity = SL_ERROR, .lon = (double)NAN, .lat = (double)NAN};
	char text[240];

	snprintf(text, sizeof text, "Attachment %lld: %s.", (long long)r->number, what);
	f.uuid = r->at.record;
	f.text = sl_str_from(text);
	f.suggestion = SL_STR("Take this attachment from a copy of the file that verifies.");
	return sl_findings_add(out, &f, e);
}

/* NULL: the bytes are there and are what was kept. */
static enum sl_code judge_bytes(struct sl_db *db, struct sl_hash kept, const char **problem, struct sl_err *e)
{
	struct sl_str data;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT data FROM sl_blob WHERE hash = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, kept.b, sizeof kept.b);
	if (!sl_sql_step(s, &row, e)) {
		data = sl_sql_get_blob(s, 0);
		if (!row)
			*problem = "its bytes are missing";
		else if (!sl_hash_eq(sl_hash_of(data.p, data.n), kept))
			*problem = "its bytes are not what was hashed";
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code judge(struct sl_db *db, const struct sl_attachment_row *r, int64_t before, struct sl_hash previous,
                          struct sl_findings *out, struct sl_err *e)
{
	const char *problem = NULL;

	if (r->damaged)
		return damage(r, "its row is damaged", out, e);
	if (r->number != before + 1 && damage(r, "the attachment before it is missing", out, e))
		return e->code;
	if (!sl_hash_eq(r->previous, previous))
		problem = "it does not follow from the attachment before it";
	else if (!sl_hash_eq(sl_attachment_digest(r), r->digest))
		problem = "its record, names, author, time or size are not what was hashed";
	else if (r->by.made && !sl_chain_signed(&r->by, r->digest))
		problem = "its signature is not that of the device it names";
	if (problem && damage(r, problem, out, e))
		return e->code;
	problem = NULL;
	if (judge_bytes(db, r->at.kept, &problem, e))
		return e->code;
	return problem ? damage(r, problem, out, e) : SL_OK;
}

enum sl_code sl_attachments_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_hash previous = {{0}};
	struct sl_attachment_row r = {.by.made = true};
	int64_t before = 0;
	struct sl_sql *s;
	bool row;

	if (sl_dialect_table_exists(db, SL_STR("sl_attachment"), &row, e) || !row ||
	    sl_sql_open(db->driver, SL_ATTACHMENT_COLUMNS "ORDER BY id", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		sl_attachment_read(s, &r);
		if (judge(db, &r, before, previous, out, e))
			break;
		before = r.number;
		previous = r.digest;
		if (sl_env_stopped(db->env)) {
			sl_fail(e, SL_CANCELLED, "interrupted");
			break;
		}
	}
	sl_sql_close(s);
	if (!e->code && !r.by.made)
		return damage(&r, "what was signed with it is missing", out, e);
	return e->code;
}
