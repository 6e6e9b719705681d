/* The log of frozen accounts: every row's digest, chain, signature and text. */
#include "store/frozen_parts.h"

#include <math.h>
#include <sodium.h>
#include <stdio.h>

static enum sl_code damage(const struct sl_frozen_row *r, const char *what, struct sl_findings *out, struct sl_err *e)
{
	struct sl_finding f = {.rule = "LOG", .severity = SL_ERROR, .lon = (double)NAN, .lat = (double)NAN};
	char text[400];

	snprintf(text, sizeof text, "Snapshot %lld, '%.*s': %s.", (long long)r->f.id, SL_STR_ARG(r->f.name), what);
	f.text = sl_str_from(text);
	f.suggestion = SL_STR("Take this snapshot from a copy of the file that verifies.");
	return sl_findings_add(out, &f, e);
}

static enum sl_code judge(const struct sl_frozen_row *r, struct sl_str account, int64_t before,
                          struct sl_hash previous, int64_t newest, struct sl_findings *out, struct sl_err *e)
{
	const char *problem = NULL;

	if (r->damaged)
		return damage(r, "its row is damaged", out, e);
	if (r->f.id != before + 1 && damage(r, "the snapshot before it is missing", out, e))
		return e->code;
	if (!sl_hash_eq(r->previous, previous))
		problem = "it does not follow from the snapshot before it";
	else if (!sl_hash_eq(sl_frozen_digest(r), r->digest))
		problem = "its name, dates, definition, author or hash are not what was hashed";
	else if (crypto_sign_verify_detached(r->signature, r->digest.b, sizeof r->digest.b, r->signer))
		problem = "its signature is not that of the device it names";
	else if (!sl_hash_eq(sl_hash_of(account.p, account.n), r->f.account))
		problem = "its account is not what was frozen";
	else if (r->f.last_seq > newest)
		problem = "the log has lost revisions that it knew";
	return problem ? damage(r, problem, out, e) : SL_OK;
}

enum sl_code sl_frozen_verify(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_hash previous = {{0}};
	int64_t before = 0, newest;
	struct sl_sql *s;
	bool row;

	if (sl_dialect_table_exists(db, SL_STR("sl_snapshot"), &row, e) || !row ||
	    sl_sql_number(db->driver, "SELECT max(seq) FROM sl_revision", &newest, e) ||
	    sl_sql_open(db->driver, SL_FROZEN_COLUMNS "ORDER BY id", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_frozen_row r;

		sl_frozen_read(s, &r);
		if (judge(&r, sl_sql_get_blob(s, 15), before, previous, newest, out, e))
			break;
		before = r.f.id;
		previous = r.digest;
	}
	sl_sql_close(s);
	return e->code;
}
