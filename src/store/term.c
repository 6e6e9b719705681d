#include "model/role.h"
#include "store/db.h"

#include <string.h>

static enum sl_code add(struct sl_db *db, int64_t id, struct sl_str text, struct sl_err *e)
{
	struct sl_terms *t = &db->terms;
	struct sl_str *list;
	char *copy;
	bool is_new;

	if (!t->n)
		t->n = 1;
	/* Ids are given without gaps; a file where they are not was changed by somebody. */
	if (id != (int64_t)t->n)
		return sl_fail(e, SL_CORRUPT, "%s: term %lld is missing", db->path, (long long)t->n);
	list = sl_arena_grow(&t->arena, t->text, &t->cap, t->n + 1, sizeof *t->text, e);
	copy = list ? sl_arena_strndup(&t->arena, text.p, text.n, e) : NULL;
	if (!copy)
		return e->code;
	t->text = list;
	t->text[t->n] = (struct sl_str){copy, text.n};
	if (!sl_map_put(&t->by_text, t->text[t->n], t->n, &is_new, e))
		return e->code;
	t->n++;
	return SL_OK;
}

enum sl_code sl_terms_load(struct sl_db *db, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "SELECT id, text FROM sl_term WHERE id >= $1 ORDER BY id", &s, e))
		return e->code;
	sl_sql_int(s, 1, db->terms.n ? (int64_t)db->terms.n : 1);
	while (!sl_sql_step(s, &row, e) && row)
		if (add(db, sl_sql_get_int(s, 0), sl_sql_get_text(s, 1), e))
			break;
	sl_sql_close(s);
	return e->code;
}

void sl_terms_forget(struct sl_db *db)
{
	sl_map_done(&db->terms.by_text);
	sl_arena_done(&db->terms.arena);
	db->terms = (struct sl_terms){0};
	for (size_t i = 0; i < db->dict->n_kinds; i++)
		db->layer[i].term = 0;
}

enum sl_code sl_term_of(struct sl_db *db, struct sl_str text, int32_t *out, struct sl_err *e)
{
	struct sl_sql *s;
	uint64_t *known;
	int64_t id;

	if (!text.n) {
		*out = 0;
		return SL_OK;
	}
	known = sl_map_get(&db->terms.by_text, text);
	if (known) {
		*out = (int32_t)*known;
		return SL_OK;
	}
	id = db->terms.n ? (int64_t)db->terms.n : 1;
	if (id >= INT32_MAX)
		return sl_fail(e, SL_UNSUPPORTED, "%s: too many different words", db->path);
	if (sl_sql_open(db->driver, "INSERT INTO sl_term (id, text) VALUES ($1, $2)", &s, e))
		return e->code;
	sl_sql_int(s, 1, id);
	sl_sql_text(s, 2, text);
	if (sl_sql_finish(s, e) || add(db, id, text, e))
		return e->code;
	*out = (int32_t)id;
	return SL_OK;
}

struct sl_str sl_store_term(const struct sl_db *db, int64_t term)
{
	return term > 0 && (size_t)term < db->terms.n ? db->terms.text[term] : (struct sl_str){"", 0};
}

enum sl_code sl_term_meet(struct sl_db *db, int64_t term, struct sl_err *e)
{
	return term > 0 && (size_t)term >= db->terms.n ? sl_terms_load(db, e) : SL_OK;
}

/* "Who said it" is no column of a layer: the log has it.  An organisation may be written in several ways, and is one
 * term for each. */
enum sl_code sl_sql_own(struct sl_db *db, struct sl_buf *b, const char *column, struct sl_str organisation,
                        struct sl_err *e)
{
	if (sl_terms_load(db, e))
		return e->code;
	sl_buf_printf(b, "%s IN (SELECT p.number FROM sl_record p JOIN sl_revision r ON r.seq = p.approved "
	                 "WHERE r.organisation IN (-1", column); /* nobody's number */
	for (size_t i = 1; i < db->terms.n; i++)
		if (sl_organisation_same(db->terms.text[i], organisation))
			sl_buf_printf(b, ", %zu", i);
	sl_buf_puts(b, "))");
	return SL_OK;
}

enum sl_code sl_layer_term(struct sl_db *db, const struct sl_kind *kind, int32_t *out, struct sl_err *e)
{
	struct sl_layer *l = &db->layer[kind->number];

	if (!l->term && sl_term_of(db, kind->name, &l->term, e))
		return e->code;
	*out = l->term;
	return SL_OK;
}

enum sl_code sl_layer_by_term(struct sl_db *db, int64_t term, const struct sl_layer **out, struct sl_err *e)
{
	const struct sl_kind *k;
	struct sl_str name;

	*out = NULL;
	for (size_t i = 0; i < db->dict->n_kinds; i++)
		if (term && db->layer[i].term == term) {
			*out = &db->layer[i];
			return SL_OK;
		}
	if (sl_term_meet(db, term, e))
		return e->code;
	name = sl_store_term(db, term);
	k = name.n ? sl_dictionary_kind(db->dict, name) : NULL;
	if (k) {
		db->layer[k->number].term = (int32_t)term;
		*out = &db->layer[k->number];
	}
	return SL_OK;
}

const struct sl_dictionary *sl_store_dictionary(const struct sl_db *db)
{
	return db->dict;
}
