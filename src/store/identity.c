/* The source's own identifiers, compared as a clerk would (sl_utf8_key). */
#include "store/db.h"

#include "base/utf8.h"

#include <string.h>

enum sl_code sl_identity_key(struct sl_db *db, struct sl_arena *a, struct sl_str identity,
                             struct sl_str *key, struct sl_err *e)
{
	(void)db;
	if (!identity.n) {
		*key = (struct sl_str){"", 0};
		return SL_OK;
	}
	return sl_utf8_key(a, identity, key, e) ? sl_err_within(e, "identifier") : SL_OK;
}

enum sl_code sl_identity_lookup(struct sl_db *db, int32_t kind_term, struct sl_str key, int64_t *record,
                                struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT record FROM sl_identity WHERE kind = $1 AND key = $2 "
	                "ORDER BY record LIMIT 1",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, kind_term);
	sl_sql_text(s, 2, key);
	if (!sl_sql_step(s, &row, e))
		*record = row ? sl_sql_get_int(s, 0) : 0;
	sl_sql_close(s);
	return e->code;
}

/* The number of the kind's name, without making one. */
enum sl_code sl_layer_term_known(struct sl_db *db, const struct sl_kind *kind, int32_t *term, struct sl_err *e)
{
	struct sl_layer *l = &db->layer[kind->number];
	uint64_t *t;

	if (!l->term) {
		if (sl_terms_load(db, e)) /* what others have added */
			return e->code;
		t = sl_map_get(&db->terms.by_text, kind->name);
		l->term = t ? (int32_t)*t : 0;
	}
	*term = l->term;
	return SL_OK;
}

static enum sl_code head_of(struct sl_db *db, int64_t record, struct sl_identity *out, struct sl_err *e)
{
	struct sl_identity id = {.record_number = record};
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver,
	                "SELECT p.uuid, r.id, r.effective, r.state, c.hash, c.said FROM sl_record p "
	                "JOIN sl_revision r ON r.seq = p.head JOIN sl_content c ON c.id = r.content "
	                "WHERE p.number = $1",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, record);
	if (!sl_sql_step(s, &row, e)) {
		if (row && sl_sql_get_bytes(s, 0, id.record.b, sizeof id.record.b) &&
		    sl_sql_get_bytes(s, 1, id.head.b, sizeof id.head.b) &&
		    sl_sql_get_bytes(s, 4, id.content.b, sizeof id.content.b) &&
		    sl_sql_get_bytes(s, 5, id.said.b, sizeof id.said.b)) {
			id.effective.day = sl_sql_is_null(s, 2) ? SL_DAY_NONE : (int32_t)sl_sql_get_int(s, 2);
			id.state = (enum sl_state)sl_sql_get_int(s, 3);
			*out = id;
		} else {
			sl_fail(e, SL_CORRUPT,
			        "%s: record %lld has no readable revision; 'safelane debug verify' says more", db->path,
			        (long long)record);
		}
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_identify(struct sl_db *db, const struct sl_kind *kind, struct sl_str identity,
                               bool *found, struct sl_identity *out, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct sl_identity id;
	int64_t record = 0;
	struct sl_str key;
	int32_t term;

	if (!sl_layer_term_known(db, kind, &term, e) && !sl_identity_key(db, &db->scratch, identity, &key, e) && term &&
	    key.n)
		sl_noted(sl_identity_lookup(db, term, key, &record, e));
	sl_arena_reset(&db->scratch, m);
	if (e->code || (record && head_of(db, record, &id, e)))
		return e->code;
	*found = record != 0;
	if (record)
		*out = id;
	return SL_OK;
}

/* ---- find ---- */
struct finding_by_name {
	struct sl_uuid record;
	const struct sl_kind *kind;
	size_t n;
	struct sl_buf kinds; /* of all that match, for the message */
};

static enum sl_code by_uuid(struct sl_db *db, struct sl_uuid u, struct finding_by_name *f, struct sl_err *e)
{
	const struct sl_layer *l;
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT kind FROM sl_record WHERE uuid = $1", &s, e))
		return e->code;
	sl_sql_blob(s, 1, u.b, sizeof u.b);
	if (!sl_sql_step(s, &row, e) && row) {
		(void)!sl_layer_by_term(db, sl_sql_get_int(s, 0), &l, e);
		f->record = u;
		f->kind = l ? l->kind : NULL;
		f->n = 1;
	}
	sl_sql_close(s);
	return e->code;
}

static enum sl_code by_identifier(struct sl_db *db, const struct sl_kind *only, struct sl_str key,
                                  struct finding_by_name *f, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		const struct sl_kind *k = &db->dict->kind[i];
		int32_t term;

		if (sl_layer_term_known(db, k, &term, e))
			return e->code;
		if ((only && only != k) || !term)
			continue;
		if (sl_sql_open(db->driver,
		                "SELECT p.uuid FROM sl_identity i JOIN sl_record p ON p.number = i.record "
		                "WHERE i.kind = $1 AND i.key = $2 ORDER BY i.record",
		                &s, e))
			return e->code;
		sl_sql_int(s, 1, term);
		sl_sql_text(s, 2, key);
		while (!sl_sql_step(s, &row, e) && row) {
			char text[37];

			if (!f->n && !sl_sql_get_bytes(s, 0, f->record.b, sizeof f->record.b))
				continue;
			f->kind = f->n++ ? f->kind : k;
			if (f->n < 8) {
				struct sl_uuid u = {{0}};

				if (sl_sql_get_bytes(s, 0, u.b, sizeof u.b))
					sl_uuid_text(u, text);
				else
					text[0] = 0;
				sl_buf_printf(&f->kinds, "%s%.*s (%s)", f->n > 1 ? ", " : "", SL_STR_ARG(k->name), text);
			}
		}
		sl_sql_close(s);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_store_find(struct sl_db *db, struct sl_str name, struct sl_uuid *record,
                           const struct sl_kind **kind, struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(&db->scratch);
	struct finding_by_name f = {0};
	struct sl_str rest = name, first, key;
	const struct sl_kind *only = NULL;
	struct sl_uuid u;

	if (sl_uuid_parse(sl_str_trim(name), &u) && by_uuid(db, u, &f, e))
		return e->code;
	if (!f.n && !sl_identity_key(db, &db->scratch, name, &key, e) && key.n)
		by_identifier(db, NULL, key, &f, e);
	/* "hazard:HA-1": only when no identifier reads so as a whole. */
	if (!e->code && !f.n && sl_str_split(&rest, ':', &first) && rest.n) {
		only = sl_dictionary_kind(db->dict, sl_str_trim(first));
		if (only && !sl_identity_key(db, &db->scratch, rest, &key, e) && key.n)
			by_identifier(db, only, key, &f, e);
	}
	sl_arena_reset(&db->scratch, m);
	if (!e->code && !f.n)
		sl_fail(e, SL_NOT_FOUND, "%s: no record is called '%.*s'", db->path, SL_STR_ARG(name));
	else if (!e->code && f.n > 1)
		sl_fail(e, SL_CONFLICT,
		        "'%.*s' is the identifier of %zu records: %s; name one by kind:identifier or by "
		        "its UUID",
		        SL_STR_ARG(name), f.n, f.kinds.failed ? "" : f.kinds.p);
	sl_buf_done(&f.kinds);
	if (e->code)
		return e->code;
	*record = f.record;
	*kind = f.kind;
	return SL_OK;
}
