#include "store/db.h"

#define COLUMNS                                                                                                       \
	"SELECT r.seq, p.uuid, r.id, p.kind, c.identity, r.author, r.organisation, r.effective, r.recorded_ms, r.correction "   \
	"FROM sl_revision r JOIN sl_record p ON p.number = r.record JOIN sl_content c ON c.id = r.content "

static enum sl_code take(struct sl_db *db, struct sl_arena *a, struct sl_sql *s, struct sl_told *out, struct sl_err *e)
{
	struct sl_str *const text[] = {&out->kind, &out->identity, &out->author, &out->organisation};
	static const int term[] = {3, 5, 6};

	*out = (struct sl_told){.seq = sl_sql_get_int(s, 0), .recorded_ms = sl_sql_get_int(s, 8),
	                        .correction = sl_sql_get_int(s, 9) != 0};
	out->effective.day = sl_sql_is_null(s, 7) ? SL_DAY_NONE : (int32_t)sl_sql_get_int(s, 7);
	if (!sl_sql_get_bytes(s, 1, out->record.b, sizeof out->record.b) ||
	    !sl_sql_get_bytes(s, 2, out->revision.b, sizeof out->revision.b))
		return sl_fail(e, SL_CORRUPT, "%s: revision %lld is damaged", db->path, (long long)out->seq);
	for (size_t i = 0; i < sizeof term / sizeof *term; i++)
		if (sl_term_meet(db, sl_sql_get_int(s, term[i]), e))
			return e->code;
	out->kind = sl_store_term(db, sl_sql_get_int(s, 3));
	out->identity = sl_sql_get_text(s, 4);
	out->author = sl_store_term(db, sl_sql_get_int(s, 5));
	out->organisation = sl_store_term(db, sl_sql_get_int(s, 6));
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		text[i]->p = sl_str_dup(a, *text[i], e);
		if (!text[i]->p)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_store_told(struct sl_db *db, struct sl_arena *a, int64_t seq, int64_t record_number,
                           struct sl_told *out, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (seq ? sl_sql_open(db->driver, COLUMNS "WHERE r.seq = $1", &s, e)
	        : sl_sql_open(db->driver, COLUMNS "WHERE r.record = $1 ORDER BY r.seq DESC LIMIT 1", &s, e))
		return e->code;
	sl_sql_int(s, 1, seq ? seq : record_number);
	if (!sl_sql_step(s, &row, e)) {
		if (row)
			sl_noted(take(db, a, s, out, e));
		else
			sl_fail(e, SL_NOT_FOUND, "%s: no revision %lld of record %lld", db->path, (long long)seq,
			        (long long)record_number);
	}
	sl_sql_close(s);
	return e->code;
}
