/* The rows that the ledger is made of.  A release names its hazard by the source's identifier; when that
 * hazard is not recorded yet, the row waits and is joined to it later. */
#include "store/db.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum sl_land_what what_of_hazard(const struct sl_layer *l, const struct sl_record *rec)
{
	struct sl_value class = l->f_class >= 0 ? rec->value[l->f_class] : (struct sl_value){0};

	if (sl_record_withdrawn(l, rec))
		return SL_LAND_WITHDRAWN;
	if (class.type == SL_VALUE_TEXT && sl_str_is(class.text, "SHA"))
		return SL_LAND_SHA;
	if (class.type == SL_VALUE_TEXT && sl_str_is(class.text, "CHA"))
		return SL_LAND_CHA;
	return SL_LAND_OTHER;
}

static enum sl_land_what what_of_release(const struct sl_db *db, const struct sl_layer *l,
                                         const struct sl_record *rec)
{
	struct sl_value v = l->f_product >= 0 ? rec->value[l->f_product] : (struct sl_value){0};

	if (sl_record_withdrawn(l, rec) || v.type != SL_VALUE_TEXT)
		return SL_LAND_NO_RELEASE;
	if (sl_str_is(v.text, "CLR"))
		return SL_LAND_CLEARED;
	if (sl_str_is(v.text, "CAN"))
		return SL_LAND_CANCELLED;
	if (sl_str_is(v.text, "RDT"))
		return SL_LAND_REDUCED;
	if (sl_str_is(v.text, "RDN")) /* countries differ: a national setting */
		return sl_str_is(sl_setting_text(db->dict, "reduced_without_asset_is"), "cancelled")
		           ? SL_LAND_CANCELLED
		           : SL_LAND_REDUCED;
	return SL_LAND_NO_RELEASE;
}

static uint32_t contamination_of(const struct sl_layer *l, const struct sl_record *rec)
{
	const struct sl_value *v = l->f_contamination >= 0 ? &rec->value[l->f_contamination] : NULL;
	const struct sl_choice_list *list = v ? l->kind->field[l->f_contamination].list : NULL;
	struct sl_str rest, code;
	uint32_t bits = 0;

	if (!list || (v->type != SL_VALUE_TEXT && v->type != SL_VALUE_UNKNOWN))
		return 0;
	rest = v->type == SL_VALUE_UNKNOWN ? SL_STR("UNK") : v->text;
	while (sl_str_split(&rest, ' ', &code))
		for (size_t i = 0; i < list->n && i < 32; i++)
			if (sl_str_eq(list->choice[i].code, code))
				bits |= 1u << i;
	return bits;
}

/* The code when there is one, else the name that the source wrote. */
static enum sl_code place_term(struct sl_db *db, const struct sl_record *rec, int code, int name,
                               int32_t *out, struct sl_err *e)
{
	struct sl_str text = {"", 0};

	if (code >= 0 && rec->value[code].type == SL_VALUE_TEXT)
		text = rec->value[code].text;
	if (!text.n && name >= 0 && rec->value[name].type == SL_VALUE_TEXT)
		text = rec->value[name].text;
	return sl_term_of(db, text, out, e);
}

/* The first position in WKB that sl_wkb_write made: little-endian, at most multi > polygon > ring. */
static void first_position(struct sl_str wkb, double *lon, double *lat)
{
	static const size_t nested[7] = {0, 5, 9, 13, 14, 18, 22};
	int type = wkb.n > 5 ? (unsigned char)wkb.p[1] : 0;
	double xy[2] = {(double)NAN, (double)NAN};

	if (type >= 1 && type <= 6 && wkb.n >= nested[type] + 16)
		for (int i = 0; i < 2; i++) {
			uint64_t bits = 0;

			for (int k = 0; k < 8; k++)
				bits |= (uint64_t)(unsigned char)wkb.p[nested[type] + (size_t)(8 * i + k)] << (8 * k);
			memcpy(&xy[i], &bits, sizeof bits);
		}
	*lon = xy[0];
	*lat = xy[1];
}

static enum sl_code hazard_of(struct sl_db *db, const struct sl_layer *l, const struct sl_record *rec,
                              struct sl_str *key, int64_t *hazard, struct sl_err *e)
{
	const struct sl_value *v = l->f_hazard >= 0 ? &rec->value[l->f_hazard] : NULL;
	const struct sl_kind *kind = sl_dictionary_kind(db->dict, SL_STR("hazard"));
	int32_t term;

	*key = (struct sl_str){"", 0};
	*hazard = 0;
	if (!v || v->type != SL_VALUE_TEXT || !kind)
		return SL_OK;
	if (sl_identity_key(db, &db->scratch, v->text, key, e) || sl_layer_term(db, kind, &term, e))
		return e->code;
	return key->n ? sl_identity_lookup(db, term, *key, hazard, e) : SL_OK;
}

enum sl_code sl_land_append(struct sl_db *db, const struct sl_layer *l, const struct sl_revision *rev,
                            int64_t geometry, const struct sl_record *rec, struct sl_err *e)
{
	bool release = sl_str_is(l->kind->name, "release");
	int32_t organisation, admin1, admin2;
	struct sl_str key = {"", 0}, org = rev->organisation;
	struct sl_sql *s;
	int64_t hazard = 0;
	int shape = rev->geometry.wkb.n > 5 ? (unsigned char)rev->geometry.wkb.p[1] : 0;
	double lon, lat;

	if (!release && !sl_str_is(l->kind->name, "hazard"))
		return SL_OK;
	if (l->f_organisation >= 0 && rec->value[l->f_organisation].type == SL_VALUE_TEXT)
		org = rec->value[l->f_organisation].text;
	if (sl_term_of(db, org, &organisation, e) ||
	    place_term(db, rec, l->f_admin1, l->f_admin1_name, &admin1, e) ||
	    place_term(db, rec, l->f_admin2, l->f_admin2_name, &admin2, e) ||
	    (release && hazard_of(db, l, rec, &key, &hazard, e)))
		return e->code;
	first_position(rev->geometry.wkb, &lon, &lat);
	if (sl_sql_open(
	        db->driver,
	        "INSERT INTO sl_land_event (seq, approved_ms, record, geometry, hazard, hazard_key, "
	        "reported_m2, "
	        "lon, lat, day, organisation, admin1, admin2, contamination, what, correction, polygon) VALUES "
	        "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
	        &s, e))
		return e->code;
	sl_sql_int(s, 1, rev->seq);
	sl_sql_int(s, 2, rev->recorded_ms);
	sl_sql_int(s, 3, rev->record_number);
	sl_sql_int(s, 4, geometry);
	sl_sql_int(s, 5, hazard);
	if (key.n)
		sl_sql_text(s, 6, key);
	sl_sql_double(s, 7,
	              l->f_area >= 0 ? rec->value[l->f_area].type == SL_VALUE_DECIMAL
	                                   ? rec->value[l->f_area].decimal
	                                   : (double)NAN
	                             : (double)NAN);
	sl_sql_double(s, 8, lon);
	sl_sql_double(s, 9, lat);
	sl_sql_int(s, 10, rev->effective.day);
	sl_sql_int(s, 11, organisation);
	sl_sql_int(s, 12, admin1);
	sl_sql_int(s, 13, admin2);
	sl_sql_int(s, 14, contamination_of(l, rec));
	/* Taken back: the timeline forgets whatever it had of the record. */
	sl_sql_int(s, 15, rev->state != SL_APPROVED ? SL_LAND_NO_RELEASE
	                  : release                 ? what_of_release(db, l, rec)
	                                            : what_of_hazard(l, rec));
	sl_sql_int(s, 16, rev->correction);
	sl_sql_int(s, 17, geometry && (shape == 3 || shape == 6));
	db->n_waiting += key.n && !hazard;
	return sl_sql_finish(s, e);
}

enum sl_code sl_land_hazard_known(struct sl_db *db, struct sl_str key, int64_t record, struct sl_err *e)
{
	struct sl_sql *s;

	if (!db->n_waiting)
		return SL_OK;
	if (sl_sql_open(db->driver, "UPDATE sl_land_event SET hazard = $1 WHERE hazard = 0 AND hazard_key = $2",
	                &s, e))
		return e->code;
	sl_sql_int(s, 1, record);
	sl_sql_text(s, 2, key);
	if (sl_sql_finish(s, e))
		return e->code;
	db->n_waiting -= sl_driver_changes(db->driver); /* the ledger looks again when a new hazard comes */
	return SL_OK;
}

/* Releases that name the hazard by `key` mean `to` from now on, where they meant `from`. */
enum sl_code sl_land_hazard_is(struct sl_db *db, struct sl_str key, int64_t from, int64_t to, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "UPDATE sl_land_event SET hazard = $1 WHERE hazard = $2 AND hazard_key = $3", &s, e))
		return e->code;
	sl_sql_int(s, 1, to);
	sl_sql_int(s, 2, from);
	sl_sql_text(s, 3, key);
	if (sl_sql_finish(s, e))
		return e->code;
	if (!sl_driver_changes(db->driver))
		return SL_OK;
	/* The ledger takes the row in when it comes; what changed in it afterwards it does not see. */
	return sl_store_blocks_clear(db, e);
}

#define LAND_COLUMNS                                                                                       \
	"SELECT seq, approved_ms, record, geometry, "                                                          \
	"CASE WHEN hazard = 0 AND hazard_key IS NOT NULL THEN -1 ELSE hazard END, reported_m2, lon, lat, "     \
	"day, "                                                                                                \
	"organisation, admin1, admin2, contamination, what, correction, polygon FROM sl_land_event "

struct land_rows {
	struct sl_land_event *v;
	size_t n, cap;
};

/* Appends every row of the statement, and closes it. */
static enum sl_code collect_rows(struct sl_sql *s, struct sl_arena *a, struct land_rows *rows,
                                 struct sl_err *e)
{
	struct sl_land_event *more;
	bool row;

	while (!sl_sql_step(s, &row, e) && row) {
		more = sl_arena_grow(a, rows->v, &rows->cap, rows->n + 1, sizeof *more, e);
		if (!more)
			break;
		rows->v = more;
		more[rows->n++] = (struct sl_land_event){
		    .seq = sl_sql_get_int(s, 0),
		    .approved_ms = sl_sql_get_int(s, 1),
		    .record = sl_sql_get_int(s, 2),
		    .geometry = sl_sql_get_int(s, 3),
		    .hazard = sl_sql_get_int(s, 4),
		    .reported_m2 = sl_sql_get_double(s, 5),
		    .lon = sl_sql_get_double(s, 6),
		    .lat = sl_sql_get_double(s, 7),
		    .day = (int32_t)sl_sql_get_int(s, 8),
		    .organisation = (int32_t)sl_sql_get_int(s, 9),
		    .admin1 = (int32_t)sl_sql_get_int(s, 10),
		    .admin2 = (int32_t)sl_sql_get_int(s, 11),
		    .contamination = (uint32_t)sl_sql_get_int(s, 12),
		    .what = (uint8_t)sl_sql_get_int(s, 13),
		    .correction = sl_sql_get_int(s, 14) != 0,
		    .polygon = sl_sql_get_int(s, 15) != 0,
		};
	}
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_store_land_events(struct sl_db *db, struct sl_arena *a, int64_t after_seq,
                                  int64_t known_at_ms, struct sl_land_event **out, size_t *n,
                                  struct sl_err *e)
{
	struct land_rows rows = {0};
	struct sl_sql *s;

	if (sl_sql_open(db->driver, LAND_COLUMNS "WHERE seq > $1 AND approved_ms <= $2 ORDER BY seq", &s, e))
		return e->code;
	sl_sql_int(s, 1, after_seq);
	sl_sql_int(s, 2, known_at_ms);
	if (collect_rows(s, a, &rows, e) || sl_terms_load(db, e))
		return e->code;
	*out = rows.v;
	*n = rows.n;
	return SL_OK;
}

enum sl_code sl_store_land_events_to(struct sl_db *db, struct sl_arena *a, int64_t last_seq,
                                     struct sl_land_event **out, size_t *n, struct sl_err *e)
{
	struct land_rows rows = {0};
	struct sl_sql *s;

	if (sl_sql_open(db->driver, LAND_COLUMNS "WHERE seq <= $1 ORDER BY seq", &s, e))
		return e->code;
	sl_sql_int(s, 1, last_seq);
	if (collect_rows(s, a, &rows, e) || sl_terms_load(db, e) ||
	    (last_seq < INT64_MAX && sl_alias_undo(db, last_seq, rows.v, rows.n, e)))
		return e->code;
	*out = rows.v;
	*n = rows.n;
	return SL_OK;
}

static int seq_order(const void *pa, const void *pb)
{
	const struct sl_land_event *a = pa, *b = pb;

	return (a->seq > b->seq) - (a->seq < b->seq);
}

enum sl_code sl_store_land_events_of(struct sl_db *db, struct sl_arena *a, const int64_t *records,
                                     size_t n_records, struct sl_land_event **out, size_t *n,
                                     struct sl_err *e)
{
	struct land_rows rows = {0};
	struct sl_sql *s;

	for (size_t i = 0; i < n_records; i++) {
		if (sl_sql_open(db->driver,
		                LAND_COLUMNS
		                "WHERE seq IN (SELECT seq FROM sl_revision WHERE record = $1) ORDER BY seq",
		                &s, e))
			return e->code;
		sl_sql_int(s, 1, records[i]);
		if (collect_rows(s, a, &rows, e))
			return e->code;
	}
	if (sl_terms_load(db, e))
		return e->code;
	if (rows.n)
		qsort(rows.v, rows.n, sizeof *rows.v, seq_order);
	*out = rows.v;
	*n = rows.n;
	return SL_OK;
}
