#include "store/frozen_parts.h"

#include "base/utf8.h"

#include <string.h>

enum { FIRST_DAY = -719162, LAST_DAY = 2932896 }; /* years 1 to 9999 */

void sl_frozen_read(struct sl_sql *s, struct sl_frozen_row *out)
{
	struct sl_frozen *f = &out->f;

	*out = (struct sl_frozen_row){0};
	f->id = sl_sql_get_int(s, 0);
	f->name = sl_sql_get_text(s, 1);
	f->as_of.day = (int32_t)sl_sql_get_int(s, 2);
	f->known_at_ms = sl_sql_get_int(s, 3);
	f->last_seq = sl_sql_get_int(s, 4);
	f->definition = sl_sql_get_text(s, 5);
	f->author = sl_sql_get_text(s, 7);
	f->organisation = sl_sql_get_text(s, 8);
	f->device = sl_sql_get_text(s, 9);
	f->recorded_ms = sl_sql_get_int(s, 10);
	out->damaged = f->as_of.day < FIRST_DAY || f->as_of.day > LAST_DAY ||
	               !sl_sql_get_bytes(s, 6, f->account.b, sizeof f->account.b) ||
	               !sl_sql_get_bytes(s, 11, out->previous.b, sizeof out->previous.b) ||
	               !sl_sql_get_bytes(s, 12, out->digest.b, sizeof out->digest.b) ||
	               !sl_sql_get_bytes(s, 13, out->signer, sizeof out->signer) ||
	               !sl_sql_get_bytes(s, 14, out->signature, sizeof out->signature);
}

/* The order of the parts is part of the file format. */
struct sl_hash sl_frozen_digest(const struct sl_frozen_row *r)
{
	const struct sl_frozen *f = &r->f;
	const struct sl_str text[] = {f->name, f->definition, f->author, f->organisation, f->device};
	const int64_t number[] = {f->as_of.day, f->known_at_ms, f->last_seq, f->recorded_ms};
	struct sl_hasher h;

	sl_hash_begin(&h);
	sl_hash_part(&h, "snapshot", 8);
	sl_hash_part(&h, r->previous.b, sizeof r->previous.b);
	sl_hash_int(&h, f->id);
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		sl_hash_part(&h, text[i].p, text[i].n);
	for (size_t i = 0; i < sizeof number / sizeof *number; i++)
		sl_hash_int(&h, number[i]);
	sl_hash_part(&h, f->account.b, sizeof f->account.b);
	return sl_hash_end(&h);
}

static enum sl_code keep_texts(struct sl_arena *a, struct sl_frozen *f, struct sl_err *e)
{
	struct sl_str *const text[] = {&f->name, &f->definition, &f->author, &f->organisation, &f->device};

	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		text[i]->p = sl_str_dup(a, *text[i], e);
		if (!text[i]->p)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_store_frozen(struct sl_db *db, struct sl_arena *a, struct sl_frozen **out, size_t *n,
                             struct sl_err *e)
{
	struct sl_frozen *list = NULL;
	size_t k = 0, cap = 0;
	struct sl_sql *s;
	bool row;

	/* A file that was made before there were any, opened for reading, has no table of them. */
	if (sl_dialect_table_exists(db, SL_STR("sl_snapshot"), &row, e))
		return e->code;
	if (row && sl_sql_open(db->driver, SL_FROZEN_COLUMNS "ORDER BY id", &s, e))
		return e->code;
	if (row) {
		while (!sl_sql_step(s, &row, e) && row) {
			struct sl_frozen_row r;

			sl_frozen_read(s, &r);
			if (r.damaged) {
				sl_fail(e, SL_CORRUPT, "%s: snapshot %lld is damaged", db->path, (long long)r.f.id);
				break;
			}
			list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
			if (!list || keep_texts(a, &r.f, e))
				break;
			list[k++] = r.f;
		}
		sl_sql_close(s);
	}
	if (e->code)
		return e->code;
	*out = list;
	*n = k;
	return SL_OK;
}

static enum sl_code find(struct sl_db *db, struct sl_arena *a, struct sl_str name, bool *found, struct sl_frozen *out,
                         struct sl_err *e)
{
	struct sl_frozen *list;
	struct sl_str key, other;
	size_t n;

	*found = false;
	if (sl_utf8_key(a, name, &key, e) || sl_store_frozen(db, a, &list, &n, e))
		return e->code;
	for (size_t i = 0; i < n && !*found; i++) {
		if (sl_utf8_key(a, list[i].name, &other, e))
			return e->code;
		if (sl_str_eq(key, other)) {
			*found = true;
			*out = list[i];
		}
	}
	return SL_OK;
}

enum sl_code sl_store_frozen_named(struct sl_db *db, struct sl_arena *a, struct sl_str name, struct sl_frozen *out,
                                   struct sl_err *e)
{
	bool found;

	if (find(db, a, name, &found, out, e))
		return e->code;
	return found ? SL_OK : sl_fail(e, SL_NOT_FOUND, "there is no snapshot '%.*s'", SL_STR_ARG(name));
}

enum sl_code sl_store_frozen_account(struct sl_db *db, struct sl_arena *a, const struct sl_frozen *f,
                                     struct sl_str *out, struct sl_err *e)
{
	struct sl_str text = {"", 0};
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT account FROM sl_snapshot WHERE id = $1", &s, e))
		return e->code;
	sl_sql_int(s, 1, f->id);
	if (!sl_sql_step(s, &row, e)) {
		text = row ? sl_sql_get_blob(s, 0) : text;
		if (!row || !sl_hash_eq(sl_hash_of(text.p, text.n), f->account))
			sl_fail(e, SL_CORRUPT, "%s: the account of snapshot '%.*s' is %s", db->path, SL_STR_ARG(f->name),
			        row ? "not what was frozen" : "missing");
		else
			text.p = sl_str_dup(a, text, e);
	}
	sl_sql_close(s);
	if (!e->code)
		*out = text;
	return e->code;
}

/* ---- adding ---- */

static enum sl_code check_name(struct sl_str name, struct sl_err *e)
{
	struct sl_str trimmed = sl_str_trim(name);

	if (!trimmed.n)
		return sl_fail(e, SL_INVALID, "a snapshot needs a name");
	if (name.n > SL_FROZEN_NAME_MAX || trimmed.n != name.n || !sl_utf8_valid(name))
		return sl_fail(e, SL_INVALID, "the name of a snapshot is text of at most %d bytes, without blanks at its ends",
		               SL_FROZEN_NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 127)
			return sl_fail(e, SL_INVALID, "the name of a snapshot is one line of plain text");
	return SL_OK;
}

static enum sl_code last_row(struct sl_db *db, struct sl_frozen_row *r, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	r->f.id = 1;
	r->previous = (struct sl_hash){{0}};
	if (sl_sql_open(db->driver, "SELECT id, digest FROM sl_snapshot ORDER BY id DESC LIMIT 1", &s, e))
		return e->code;
	if (!sl_sql_step(s, &row, e) && row) {
		r->f.id = sl_sql_get_int(s, 0) + 1;
		if (!sl_sql_get_bytes(s, 1, r->previous.b, sizeof r->previous.b))
			sl_fail(e, SL_CORRUPT, "%s: snapshot %lld is damaged", db->path, (long long)r->f.id - 1);
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code insert(struct sl_db *db, const struct sl_frozen_row *r, struct sl_str account, struct sl_err *e)
{
	const struct sl_frozen *f = &r->f;
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_snapshot (id, name, as_of, known_at_ms, last_seq, definition, account, hash, author, "
	                "organisation, device, recorded_ms, previous, digest, signer, signature) VALUES "
	                "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, f->id);
	sl_sql_text(s, 2, f->name);
	sl_sql_int(s, 3, f->as_of.day);
	sl_sql_int(s, 4, f->known_at_ms);
	sl_sql_int(s, 5, f->last_seq);
	sl_sql_text(s, 6, f->definition);
	sl_sql_blob(s, 7, account.p, account.n);
	sl_sql_blob(s, 8, f->account.b, sizeof f->account.b);
	sl_sql_text(s, 9, f->author);
	sl_sql_text(s, 10, f->organisation);
	sl_sql_text(s, 11, f->device);
	sl_sql_int(s, 12, f->recorded_ms);
	sl_sql_blob(s, 13, r->previous.b, sizeof r->previous.b);
	sl_sql_blob(s, 14, r->digest.b, sizeof r->digest.b);
	sl_sql_blob(s, 15, r->signer, sizeof r->signer);
	sl_sql_blob(s, 16, r->signature, sizeof r->signature);
	return sl_sql_finish(s, e);
}

enum sl_code sl_store_freeze(struct sl_db *db, struct sl_frozen *f, struct sl_str account, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_frozen_row r = {.f = *f};
	struct sl_frozen other;
	bool used = false;

	if (!sl_driver_in_transaction(db->driver))
		return sl_fail(e, SL_CONFLICT, "%s: a snapshot belongs into a transaction", db->path);
	if (check_name(f->name, e) || find(db, &db->scratch, f->name, &used, &other, e))
		goto done;
	if (used) {
		sl_fail(e, SL_CONFLICT, "there is a snapshot '%.*s' already; what is frozen stays, give this one another name",
		        SL_STR_ARG(other.name));
		goto done;
	}
	r.f.recorded_ms = sl_env_now_ms(db->env);
	r.f.device = sl_str_from(db->env->device);
	if (!r.f.author.n)
		r.f.author = sl_str_from(db->env->author);
	r.f.account = sl_hash_of(account.p, account.n);
	if (last_row(db, &r, e))
		goto done;
	r.digest = sl_frozen_digest(&r);
	if (sl_keys_sign(db, r.digest, r.signer, r.signature, e))
		goto done;
	db->failed = true; /* until it stands */
	if (!insert(db, &r, account, e)) {
		db->failed = false;
		*f = r.f;
	}
done:
	sl_arena_reset(&db->scratch, m);
	return e->code;
}
