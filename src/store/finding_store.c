#include "store/db.h"

#include <string.h>

/* A finding of the import speaks of what the record said then: its newest content.  It holds as long as that is
 * what counts or waits for approval. */
enum sl_code sl_store_finding_add(struct sl_db *db, const struct sl_finding *f, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver,
	                "INSERT INTO sl_finding (rule, severity, kind, record, uuid, field, source, text, "
	                "suggestion, lon, lat, area_m2, content) "
	                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, "
	                "COALESCE((SELECT r.content FROM sl_record p JOIN sl_revision r ON r.seq = p.head "
	                "WHERE p.uuid = $5), 0))",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(f->rule));
	sl_sql_int(s, 2, f->severity);
	sl_sql_text(s, 3, f->kind);
	sl_sql_text(s, 4, f->record);
	sl_sql_blob(s, 5, f->uuid.b, sizeof f->uuid.b);
	sl_sql_text(s, 6, f->field);
	sl_sql_text(s, 7, f->source);
	sl_sql_text(s, 8, f->text);
	sl_sql_text(s, 9, f->suggestion);
	sl_sql_double(s, 10, f->lon);
	sl_sql_double(s, 11, f->lat);
	sl_sql_double(s, 12, f->area_m2);
	return sl_sql_finish(s, e);
}

/* Of the content of these revisions of the record, or of none. */
#define FINDINGS(revisions)                                                                                \
	"SELECT rule, severity, kind, record, uuid, field, source, text, suggestion, lon, lat, area_m2 "      \
	"FROM sl_finding f WHERE (content = 0 OR EXISTS (SELECT 1 FROM sl_record p "                           \
	"JOIN sl_revision r ON r.seq IN (" revisions ") WHERE p.uuid = f.uuid AND r.content = f.content)) "

/* Reads all rows, and closes. */
static enum sl_code read_findings(struct sl_sql *s, struct sl_findings *out, struct sl_err *e)
{
	bool row;

	while (!sl_sql_step(s, &row, e) && row) {
		int64_t severity = sl_sql_get_int(s, 1);
		struct sl_finding f = {
		    .rule = sl_sql_get_text(s, 0).p,
		    .severity = severity < SL_NOTE || severity > SL_ERROR ? SL_ERROR : (enum sl_severity)severity,
		    .kind = sl_sql_get_text(s, 2),
		    .record = sl_sql_get_text(s, 3),
		    .field = sl_sql_get_text(s, 5),
		    .source = sl_sql_get_text(s, 6),
		    .text = sl_sql_get_text(s, 7),
		    .suggestion = sl_sql_get_text(s, 8),
		    .lon = sl_sql_get_double(s, 9),
		    .lat = sl_sql_get_double(s, 10),
		    .area_m2 = sl_sql_get_double(s, 11),
		};

		if (!sl_sql_get_bytes(s, 4, f.uuid.b, sizeof f.uuid.b))
			memset(f.uuid.b, 0, sizeof f.uuid.b);
		if (sl_findings_add(out, &f, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_findings(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_sql *s;

	return sl_sql_open(db->driver, FINDINGS("p.head, p.approved") "ORDER BY id", &s, e) ? e->code : read_findings(s, out, e);
}

enum sl_code sl_store_findings_of(struct sl_db *db, struct sl_uuid record, struct sl_findings *out, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, FINDINGS("p.head") "AND uuid = $1 ORDER BY id", &s, e))
		return e->code;
	sl_sql_blob(s, 1, record.b, sizeof record.b);
	return read_findings(s, out, e);
}
