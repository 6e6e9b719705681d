#include "store/attachment_parts.h"

#include <string.h>

bool sl_attachment_is_sealed(const struct sl_kind *kind, struct sl_str field)
{
	if (sl_kind_hides_geometry(kind) || kind->seals_extra)
		return true;
	for (size_t i = 0; i < kind->n_fields; i++)
		if (sl_str_eq(kind->field[i].name, field))
			return kind->field[i].sensitive;
	return false;
}

/* ---- rows ---- */

void sl_attachment_read(struct sl_sql *s, struct sl_attachment_row *out)
{
	struct sl_attachment *at = &out->at;

	*out = (struct sl_attachment_row){.number = sl_sql_get_int(s, 0)};
	out->damaged = !sl_sql_get_bytes(s, 1, at->id.b, sizeof at->id.b) ||
	               !sl_sql_get_bytes(s, 2, at->record.b, sizeof at->record.b) ||
	               !sl_sql_get_bytes(s, 9, at->kept.b, sizeof at->kept.b) ||
	               !sl_sql_get_bytes(s, 14, out->previous.b, sizeof out->previous.b) ||
	               !sl_sql_get_bytes(s, 15, out->digest.b, sizeof out->digest.b) ||
	               !sl_chain_signature(s, 16, &out->by);
	at->field = sl_sql_get_text(s, 3);
	at->name = sl_sql_get_text(s, 4);
	at->caption = sl_sql_get_text(s, 5);
	at->media_type = sl_sql_get_text(s, 6);
	at->size = sl_sql_get_int(s, 7);
	at->sealed = sl_sql_get_int(s, 8) != 0;
	at->author = sl_sql_get_text(s, 10);
	at->organisation = sl_sql_get_text(s, 11);
	at->device = sl_sql_get_text(s, 12);
	at->recorded_ms = sl_sql_get_int(s, 13);
}

/* The order of the parts is part of the file format. */
struct sl_hash sl_attachment_digest(const struct sl_attachment_row *r)
{
	const struct sl_attachment *at = &r->at;
	const struct sl_str text[] = {at->field,  at->name,         at->caption, at->media_type,
	                              at->author, at->organisation, at->device};
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "attachment", 10);
	sl_hash_part(&h, r->previous.b, sizeof r->previous.b);
	sl_hash_int(&h, r->number);
	sl_hash_part(&h, at->id.b, sizeof at->id.b);
	sl_hash_part(&h, at->record.b, sizeof at->record.b);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		sl_hash_part(&h, text[i].p, text[i].n);
	sl_hash_int(&h, at->size);
	sl_hash_int(&h, at->sealed);
	sl_hash_part(&h, at->kept.b, sizeof at->kept.b);
	sl_hash_int(&h, at->recorded_ms);
	return sl_hash_end(&h);
}

static enum sl_code keep(struct sl_arena *a, struct sl_str *text, struct sl_err *e)
{
	const char *copy = text->n ? sl_arena_strndup(a, text->p, text->n, e) : "";

	if (!copy)
		return e->code;
	text->p = copy;
	return SL_OK;
}

static enum sl_code keep_texts(struct sl_arena *a, struct sl_attachment *at, struct sl_err *e)
{
	struct sl_str *const text[] = {&at->field,  &at->name,         &at->caption, &at->media_type,
	                               &at->author, &at->organisation, &at->device};

	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		if (keep(a, text[i], e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_store_attachments(struct sl_db *db, struct sl_arena *a, struct sl_uuid record,
                                  struct sl_attachment **out, size_t *n, struct sl_err *e)
{
	struct sl_attachment *list = NULL;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	/* Opened for writing it has the table. */
	if (db->mode != SL_OPEN_WRITE && sl_dialect_table_exists(db, SL_STR("sl_attachment"), &row, e))
		return e->code;
	if (db->mode != SL_OPEN_WRITE && !row) {
		*n = 0;
		return SL_OK;
	}
	if (sl_sql_open(db->driver, SL_ATTACHMENT_COLUMNS "WHERE record = $1 ORDER BY id", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_attachment_row r;

		sl_attachment_read(s, &r);
		if (r.damaged) {
			sl_fail(e, SL_CORRUPT, "%s: attachment %lld is damaged", db->path, (long long)r.number);
			break;
		}
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list || keep_texts(a, &r.at, e))
			break;
		list[k++] = r.at;
	}
	sl_sql_close(s);
	if (e->code)
		return e->code;
	*out = list;
	*n = k;
	return SL_OK;
}

static enum sl_code kept_bytes(struct sl_db *db, struct sl_arena *a, struct sl_hash kept, struct sl_str *out,
                               struct sl_err *e)
{
	struct sl_str data = {"", 0};
	struct sl_sql *s;
	char text[65];
	bool row;

	sl_hash_text(kept, text);
	if (sl_sql_open(db->driver, "SELECT data FROM sl_blob WHERE hash = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, kept.b, sizeof kept.b);
	if (!sl_sql_step(s, &row, e)) {
		data = row ? sl_sql_get_blob(s, 0) : data;
		if (!row || !sl_hash_eq(sl_hash_of(data.p, data.n), kept))
			sl_fail(e, SL_CORRUPT, "%s: the bytes %.16s... of an attachment are %s", db->path, text,
			        row ? "not what was kept" : "missing");
		else
			data.p = sl_arena_strndup(a, data.p, data.n, e);
	}
	sl_sql_close(s);
	if (!e->code)
		*out = data;
	return e->code;
}

enum sl_code sl_store_attachment_bytes(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at,
                                       struct sl_str *bytes, struct sl_err *e)
{
	struct sl_str kept;

	if (kept_bytes(db, a, at->kept, &kept, e))
		return e->code;
	if (at->sealed)
		return sl_attachment_open(db, a, at, kept, bytes, e);
	*bytes = kept;
	return SL_OK;
}

/* ---- adding ---- */

static enum sl_code record_exists(struct sl_db *db, struct sl_uuid record, struct sl_err *e)
{
	struct sl_sql *s;
	char text[37];
	bool row;

	sl_uuid_text(record, text);
	if (sl_sql_open(db->driver, "SELECT 1 FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	if (!sl_sql_step(s, &row, e) && !row)
		sl_fail(e, SL_NOT_FOUND, "%s: there is no record %s", db->path, text);
	sl_sql_close(s);
	return e->code;
}

/* Was this said before?  A ciphertext is never the same twice, so sealed ones are opened to be compared. */
static enum sl_code known_already(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at, struct sl_str bytes,
                                  struct sl_hash hash, bool *already, struct sl_err *e)
{
	struct sl_attachment *have;
	size_t n;

	*already = false;
	if (sl_store_attachments(db, a, at->record, &have, &n, e))
		return e->code;
	for (size_t i = 0; i < n && !*already; i++) {
		struct sl_arena_mark m = sl_arena_mark(&db->scratch);
		struct sl_attachment old = have[i];
		struct sl_str plain;
		bool same = old.size == (int64_t)bytes.n && old.sealed == at->sealed && sl_str_eq(old.field, at->field);

		if (same && old.sealed) {
			if (sl_store_attachment_bytes(db, &db->scratch, &old, &plain, e)) {
				if (e->code != SL_DENIED)
					return e->code;
				sl_err_clear(e); /* its key is not here: it cannot be the same */
				same = false;
			} else {
				same = sl_str_eq(plain, bytes);
			}
		} else if (same) {
			same = sl_hash_eq(old.kept, hash);
		}
		sl_arena_reset(&db->scratch, m);
		if (same) {
			*at = have[i];
			*already = true;
		}
	}
	return SL_OK;
}

static enum sl_code insert_blob(struct sl_db *db, struct sl_hash hash, struct sl_str bytes, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "INSERT INTO sl_blob (hash, data) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING", &s, e))
		return e->code;
	sl_sql_blob(s, 1, hash.b, sizeof hash.b);
	sl_sql_blob(s, 2, bytes.p, bytes.n);
	return sl_sql_finish(s, e);
}

static enum sl_code insert_row(struct sl_db *db, const struct sl_attachment_row *r, struct sl_err *e)
{
	const struct sl_attachment *at = &r->at;
	const struct sl_str none = {"", 0};
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_attachment (id, uuid, record, field, name, caption, media_type, size, sealed, kept, "
	                "author, organisation, device, recorded_ms, previous, digest, signer, signature) VALUES "
	                "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, x'', x'')",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, r->number);
	sl_sql_blob(s, 2, at->id.b, sizeof at->id.b);
	sl_sql_blob(s, 3, at->record.b, sizeof at->record.b);
	sl_sql_text(s, 4, at->field);
	sl_sql_text(s, 5, at->sealed ? none : at->name);
	sl_sql_text(s, 6, at->sealed ? none : at->caption);
	sl_sql_text(s, 7, at->media_type);
	sl_sql_int(s, 8, at->size);
	sl_sql_int(s, 9, at->sealed);
	sl_sql_blob(s, 10, at->kept.b, sizeof at->kept.b);
	sl_sql_text(s, 11, at->author);
	sl_sql_text(s, 12, at->organisation);
	sl_sql_text(s, 13, at->device);
	sl_sql_int(s, 14, at->recorded_ms);
	sl_sql_blob(s, 15, r->previous.b, sizeof r->previous.b);
	sl_sql_blob(s, 16, r->digest.b, sizeof r->digest.b);
	return sl_sql_finish(s, e);
}

/* What stands open in the row: of a sealed one neither name nor caption. */
static struct sl_attachment_row row_of(const struct sl_attachment *at)
{
	struct sl_attachment_row r = {.at = *at};

	if (at->sealed)
		r.at.name = r.at.caption = (struct sl_str){"", 0};
	return r;
}

/* `hash`: of the bytes. */
static enum sl_code add(struct sl_db *db, struct sl_attachment *at, struct sl_str bytes, struct sl_hash hash,
                        struct sl_err *e)
{
	struct sl_attachment_row r;
	struct sl_str kept = bytes;

	at->id = sl_uuid_new(db->env);
	at->size = (int64_t)bytes.n;
	at->recorded_ms = sl_env_now_ms(db->env);
	at->device = sl_str_from(db->env->device);
	if (!at->author.n)
		at->author = sl_str_from(db->env->author);
	if (at->sealed && sl_attachment_seal(db, &db->scratch, at, bytes, &kept, e))
		return e->code;
	at->kept = at->sealed ? sl_hash_of(kept.p, kept.n) : hash;
	r = row_of(at);
	if (sl_chain_next(db, SL_CHAIN_ATTACHMENTS, &r.number, &r.previous, e))
		return e->code;
	r.digest = sl_attachment_digest(&r);
	db->failed = true; /* until all of it stands */
	if (insert_blob(db, at->kept, kept, e) || insert_row(db, &r, e))
		return e->code;
	db->failed = false;
	sl_chain_added(db, SL_CHAIN_ATTACHMENTS, r.number, r.digest);
	return SL_OK;
}

enum sl_code sl_store_attach(struct sl_db *db, struct sl_arena *a, struct sl_attachment *at, struct sl_str bytes,
                             bool *already, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_attachment made = *at;
	struct sl_hash hash;
	bool known = false;

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: an attachment belongs into a transaction", db->path);
	if (!bytes.n)
		return sl_fail(e, SL_INVALID, "the file is empty");
	if (bytes.n > SL_ATTACHMENT_MAX)
		return sl_fail(e, SL_INVALID, "the file has more than %u MB; make the picture smaller",
		               SL_ATTACHMENT_MAX >> 20);
	hash = sl_hash_of(bytes.p, bytes.n);
	if (record_exists(db, at->record, e) || known_already(db, a, &made, bytes, hash, &known, e) ||
	    (!known && add(db, &made, bytes, hash, e))) {
		sl_arena_reset(&db->scratch, m);
		return e->code;
	}
	sl_arena_reset(&db->scratch, m);
	*at = made;
	*already = known;
	return SL_OK;
}
