#include "store/submission_parts.h"

void sl_submission_read(struct sl_sql *s, struct sl_submission_row *out)
{
	struct sl_submission *x = &out->s;

	*out = (struct sl_submission_row){.s = {.id = sl_sql_get_int(s, 0),
	                                        .instance = sl_sql_get_text(s, 1),
	                                        .form = sl_sql_get_text(s, 2),
	                                        .version = sl_sql_get_text(s, 3),
	                                        .edits = sl_sql_get_int(s, 7),
	                                        .files = sl_sql_get_int(s, 8),
	                                        .account = sl_sql_get_text(s, 9),
	                                        .organisation = sl_sql_get_text(s, 10),
	                                        .device = sl_sql_get_text(s, 11),
	                                        .received_ms = sl_sql_get_int(s, 12)}};
	out->damaged = !sl_sql_get_bytes(s, 4, x->record.b, sizeof x->record.b) ||
	               !sl_sql_get_bytes(s, 5, x->revision.b, sizeof x->revision.b) ||
	               !sl_sql_get_bytes(s, 6, x->xml.b, sizeof x->xml.b) ||
	               !sl_sql_get_bytes(s, 13, out->previous.b, sizeof out->previous.b) ||
	               !sl_sql_get_bytes(s, 14, out->digest.b, sizeof out->digest.b) ||
	               !sl_chain_signature(s, 15, &out->by);
}

/* The order of the parts is part of the file format. */
struct sl_hash sl_submission_digest(const struct sl_submission_row *r)
{
	const struct sl_submission *x = &r->s;
	const struct sl_str text[] = {x->instance, x->form, x->version, x->account, x->organisation, x->device};
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "submission", 10);
	sl_hash_part(&h, r->previous.b, sizeof r->previous.b);
	sl_hash_int(&h, x->id);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		sl_hash_part(&h, text[i].p, text[i].n);
	sl_hash_part(&h, x->record.b, sizeof x->record.b);
	sl_hash_part(&h, x->revision.b, sizeof x->revision.b);
	sl_hash_part(&h, x->xml.b, sizeof x->xml.b);
	sl_hash_int(&h, x->edits);
	sl_hash_int(&h, x->files);
	sl_hash_int(&h, x->received_ms);
	return sl_hash_end(&h);
}

enum sl_code sl_submission_copy(struct sl_arena *a, struct sl_submission *x, struct sl_err *e)
{
	struct sl_str *const text[] = {&x->instance, &x->form, &x->version, &x->account, &x->organisation, &x->device};

	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		text[i]->p = sl_arena_strndup(a, text[i]->n ? text[i]->p : "", text[i]->n, e);
		if (!text[i]->p)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_store_submission(struct sl_db *db, struct sl_arena *a, struct sl_str instance, bool *found,
                                 struct sl_submission *out, struct sl_err *e)
{
	struct sl_submission_row r;
	struct sl_sql *s;
	bool row;

	*found = false;
	if (sl_submissions_there(db, &row, e) || !row ||
	    sl_sql_open(db->driver, SL_SUBMISSION_COLUMNS "WHERE instance = $1", &s, e))
		return e->code;
	sl_sql_text(s, 1, instance);
	if (!sl_sql_step(s, &row, e) && row) {
		sl_submission_read(s, &r);
		if (r.damaged)
			sl_fail(e, SL_CORRUPT, "%s: submission %lld is damaged", db->path, (long long)r.s.id);
		else
			sl_noted(sl_submission_copy(a, &r.s, e));
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*found = row;
	if (row)
		*out = r.s;
	return SL_OK;
}

enum sl_code sl_store_submission_edited(struct sl_db *db, int64_t submission, bool *edited, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "SELECT 1 FROM sl_submission WHERE edits = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, submission);
	sl_noted(sl_sql_step(s, edited, e));
	sl_sql_close(s);
	return e->code;
}

static enum sl_code insert(struct sl_db *db, const struct sl_submission_row *r, struct sl_err *e)
{
	const struct sl_submission *x = &r->s;
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_submission (id, instance, form, version, record, revision, xml, edits, files, "
	                "account, organisation, device, received_ms, previous, digest, signer, signature) VALUES "
	                "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, x'', x'')",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, x->id);
	sl_sql_text(s, 2, x->instance);
	sl_sql_text(s, 3, x->form);
	sl_sql_text(s, 4, x->version);
	sl_sql_blob(s, 5, x->record.b, sizeof x->record.b);
	sl_sql_blob(s, 6, x->revision.b, sizeof x->revision.b);
	sl_sql_blob(s, 7, x->xml.b, sizeof x->xml.b);
	sl_sql_int(s, 8, x->edits);
	sl_sql_int(s, 9, x->files);
	sl_sql_text(s, 10, x->account);
	sl_sql_text(s, 11, x->organisation);
	sl_sql_text(s, 12, x->device);
	sl_sql_int(s, 13, x->received_ms);
	sl_sql_blob(s, 14, r->previous.b, sizeof r->previous.b);
	sl_sql_blob(s, 15, r->digest.b, sizeof r->digest.b);
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_submission_add(struct sl_db *db, struct sl_submission *x, struct sl_err *e)
{
	struct sl_submission_row r = {.s = *x};

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a submission belongs into a transaction", db->path);
	r.s.device = sl_str_from(db->env->device);
	r.s.received_ms = sl_env_now_ms(db->env);
	if (sl_chain_next(db, SL_CHAIN_SUBMISSIONS, &r.s.id, &r.previous, e))
		return e->code;
	r.digest = sl_submission_digest(&r);
	db->failed = true;
	if (insert(db, &r, e))
		return e->code;
	db->failed = false;
	sl_chain_added(db, SL_CHAIN_SUBMISSIONS, r.s.id, r.digest);
	*x = r.s;
	return SL_OK;
}

/* A name may be a person's: only its hash stands in the open. */
static struct sl_hash name_hash(int64_t submission, struct sl_str name)
{
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_int(&h, submission);
	sl_hash_part(&h, name.p, name.n);
	return sl_hash_end(&h);
}

enum sl_code sl_store_submission_file(struct sl_db *db, int64_t submission, struct sl_str name,
                                      struct sl_uuid attachment, struct sl_err *e)
{
	struct sl_hash hash = name_hash(submission, name);
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_submission_file (submission, name, attachment) VALUES ($1, $2, $3) "
	                "ON CONFLICT DO NOTHING",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, submission);
	sl_sql_blob(s, 2, hash.b, sizeof hash.b);
	sl_sql_blob(s, 3, attachment.b, sizeof attachment.b);
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_submission_files(struct sl_db *db, int64_t submission, int64_t *came, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT count(*) FROM sl_submission_file WHERE submission = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, submission);
	if (!sl_sql_step(s, &row, e))
		*came = row ? sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	return e->code;
}
