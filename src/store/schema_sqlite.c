/* The tables of the log in SQLite's words, and what makes the file a GeoPackage (OGC 12-128r17,
 * GeoPackage Encoding Standard 1.3).  docs/formats explains every table and column. */
#include "store/db.h"

#include <math.h>

/* 'GPKG' and 1.3.0: requirement 2 of the standard. */
#define GPKG_APPLICATION_ID "1196444487"
#define GPKG_USER_VERSION "10300"

static const char gpkg_tables[] =
    "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,"
    " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL,"
    " description TEXT);"
    "INSERT INTO gpkg_spatial_ref_sys VALUES"
    " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference "
    "system'),"
    " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference "
    "system'),"
    " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\","
    "6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM["
    "\"Greenwich\",0,"
    "AUTHORITY[\"EPSG\",\"8901\"]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],"
    "AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]',"
    " 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');"
    "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,"
    " identifier TEXT UNIQUE, description TEXT DEFAULT '',"
    " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
    " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,"
    " CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,"
    " geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,"
    " CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),"
    " CONSTRAINT uk_gc_table_name UNIQUE (table_name),"
    " CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),"
    " CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));"
    "CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,"
    " definition TEXT NOT NULL, scope TEXT NOT NULL,"
    " CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));";

/* The log: never changed, never deleted.  sl_record's head and approved are derived from it. */
static const char log_tables[] =
    "CREATE TABLE sl_meta (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE sl_fact (key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL);"
    "CREATE TABLE sl_term (id INTEGER PRIMARY KEY NOT NULL, text TEXT NOT NULL UNIQUE);"
    "CREATE TABLE sl_record (number INTEGER PRIMARY KEY NOT NULL, uuid BLOB NOT NULL UNIQUE,"
    " kind INTEGER NOT NULL, head INTEGER, approved INTEGER);"
    "CREATE TABLE sl_revision (seq INTEGER PRIMARY KEY NOT NULL, id BLOB NOT NULL UNIQUE,"
    " record INTEGER NOT NULL, parents BLOB NOT NULL, effective INTEGER, author INTEGER NOT NULL,"
    " organisation INTEGER NOT NULL, device INTEGER NOT NULL, recorded_ms INTEGER NOT NULL,"
    " state INTEGER NOT NULL, correction INTEGER NOT NULL, content INTEGER NOT NULL, hash BLOB NOT NULL);"
    "CREATE INDEX sl_revision_record ON sl_revision(record, seq);"
    "CREATE TABLE sl_content (id INTEGER PRIMARY KEY NOT NULL, geometry INTEGER NOT NULL,"
    " said BLOB NOT NULL, hash BLOB NOT NULL, identity TEXT NOT NULL, document TEXT NOT NULL,"
    " entry TEXT NOT NULL);"
    "CREATE TABLE sl_geometry (id INTEGER PRIMARY KEY NOT NULL, shape INTEGER NOT NULL,"
    " wkb BLOB NOT NULL, repaired BLOB, area_m2 REAL NOT NULL, repaired_area_m2 REAL NOT NULL,"
    " min_x REAL NOT NULL, min_y REAL NOT NULL, max_x REAL NOT NULL, max_y REAL NOT NULL,"
    " reason TEXT, reason_lon REAL, reason_lat REAL);"
    "CREATE TABLE sl_sealed (content INTEGER PRIMARY KEY NOT NULL, data BLOB NOT NULL);"
    "CREATE TABLE sl_batch (id INTEGER PRIMARY KEY NOT NULL, source TEXT NOT NULL, file BLOB NOT NULL,"
    " begun_ms INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,"
    " previous BLOB NOT NULL, digest BLOB NOT NULL, signer BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE INDEX sl_batch_file ON sl_batch(file);"
    "CREATE TABLE sl_finding (id INTEGER PRIMARY KEY NOT NULL, rule TEXT NOT NULL, severity INTEGER NOT "
    "NULL,"
    " kind TEXT NOT NULL, record TEXT NOT NULL, uuid BLOB NOT NULL, field TEXT NOT NULL,"
    " source TEXT NOT NULL, text TEXT NOT NULL, suggestion TEXT NOT NULL, lon REAL, lat REAL,"
    " area_m2 REAL NOT NULL, content INTEGER NOT NULL);"
    /* Written by the layers' triggers when another program edits a layer. */
    "CREATE TABLE sl_outside (id INTEGER PRIMARY KEY NOT NULL, layer TEXT NOT NULL, fid INTEGER NOT NULL,"
    " op TEXT NOT NULL);";

/* Registered, so that other programs show who added which file to which record. */
static const char attachment_tables[] =
    "CREATE TABLE IF NOT EXISTS sl_attachment (id INTEGER PRIMARY KEY NOT NULL, uuid BLOB NOT NULL UNIQUE,"
    " record BLOB NOT NULL, field TEXT NOT NULL, name TEXT NOT NULL, caption TEXT NOT NULL, media_type TEXT NOT NULL,"
    " size INTEGER NOT NULL, sealed INTEGER NOT NULL, kept BLOB NOT NULL, author TEXT NOT NULL,"
    " organisation TEXT NOT NULL, device TEXT NOT NULL, recorded_ms INTEGER NOT NULL, previous BLOB NOT NULL,"
    " digest BLOB NOT NULL, signer BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS sl_attachment_record ON sl_attachment(record, id);"
    "CREATE TABLE IF NOT EXISTS sl_blob (id INTEGER PRIMARY KEY NOT NULL, hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL);";

/* What phones are given, and what they sent.  sl_submission is part of the log: only added to. */
static const char submission_tables[] =
    "CREATE TABLE IF NOT EXISTS sl_form (id INTEGER PRIMARY KEY NOT NULL, form TEXT NOT NULL, version TEXT NOT NULL,"
    " title TEXT NOT NULL, kind TEXT NOT NULL, md5 TEXT NOT NULL, published_ms INTEGER NOT NULL,"
    " closed_ms INTEGER NOT NULL, xml BLOB NOT NULL, UNIQUE (form, version));"
    "CREATE TABLE IF NOT EXISTS sl_form_file (id INTEGER PRIMARY KEY NOT NULL, form INTEGER NOT NULL,"
    " name TEXT NOT NULL, md5 TEXT NOT NULL, data BLOB NOT NULL, UNIQUE (form, name));"
    "CREATE TABLE IF NOT EXISTS sl_submission (id INTEGER PRIMARY KEY NOT NULL, instance TEXT NOT NULL UNIQUE,"
    " form TEXT NOT NULL, version TEXT NOT NULL, record BLOB NOT NULL, revision BLOB NOT NULL, xml BLOB NOT NULL,"
    " edits INTEGER NOT NULL, files INTEGER NOT NULL, account TEXT NOT NULL, organisation TEXT NOT NULL,"
    " device TEXT NOT NULL, received_ms INTEGER NOT NULL, previous BLOB NOT NULL, digest BLOB NOT NULL,"
    " signer BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE UNIQUE INDEX IF NOT EXISTS sl_submission_edits ON sl_submission(edits) WHERE edits > 0;"
    "CREATE INDEX IF NOT EXISTS sl_submission_record ON sl_submission(record);"
    "CREATE TABLE IF NOT EXISTS sl_submission_file (submission INTEGER NOT NULL, name BLOB NOT NULL,"
    " attachment BLOB NOT NULL, PRIMARY KEY (submission, name)) WITHOUT ROWID;";

/* Part of the log: only added to. */
static const char frozen_tables[] =
    "CREATE TABLE IF NOT EXISTS sl_snapshot (id INTEGER PRIMARY KEY NOT NULL, name TEXT NOT NULL UNIQUE,"
    " as_of INTEGER NOT NULL, known_at_ms INTEGER NOT NULL, last_seq INTEGER NOT NULL, definition TEXT NOT NULL,"
    " account BLOB NOT NULL, hash BLOB NOT NULL, author TEXT NOT NULL, organisation TEXT NOT NULL, device TEXT NOT NULL,"
    " recorded_ms INTEGER NOT NULL, previous BLOB NOT NULL, digest BLOB NOT NULL, signer BLOB NOT NULL,"
    " signature BLOB NOT NULL);";

/* Derived: emptied and filled by sl_store_rebuild. */
static const char derived_tables[] =
    "CREATE TABLE IF NOT EXISTS sl_identity (kind INTEGER NOT NULL, key TEXT NOT NULL, record INTEGER NOT NULL,"
    " PRIMARY KEY (kind, key, record)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS sl_land_event (seq INTEGER PRIMARY KEY NOT NULL, approved_ms INTEGER NOT NULL,"
    " record INTEGER NOT NULL, geometry INTEGER NOT NULL, hazard INTEGER NOT NULL, hazard_key TEXT,"
    " reported_m2 REAL, lon REAL, lat REAL, day INTEGER NOT NULL, organisation INTEGER NOT NULL,"
    " admin1 INTEGER NOT NULL, admin2 INTEGER NOT NULL, contamination INTEGER NOT NULL,"
    " what INTEGER NOT NULL, correction INTEGER NOT NULL, polygon INTEGER NOT NULL);"
    "CREATE INDEX IF NOT EXISTS sl_land_waiting ON sl_land_event(hazard_key) WHERE hazard = 0 AND hazard_key IS NOT NULL;"
    "CREATE TABLE IF NOT EXISTS sl_ledger (block INTEGER PRIMARY KEY NOT NULL, data BLOB NOT NULL);";

enum sl_code sl_dialect_new_file(struct sl_db *db, struct sl_err *e)
{
	return sl_driver_exec(db->driver,
	                      "PRAGMA page_size=8192; PRAGMA application_id=" GPKG_APPLICATION_ID
	                      "; PRAGMA user_version=" GPKG_USER_VERSION "; PRAGMA journal_mode=WAL",
	                      e);
}

enum sl_code sl_dialect_is_programme(struct sl_db *db, bool *yes, struct sl_err *e)
{
	int64_t n;

	if (sl_sql_number(db->driver,
	                  "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
	                  "('sl_meta', 'sl_revision', 'sl_record', 'sl_content')",
	                  &n, e))
		return e->code;
	*yes = n == 4;
	return SL_OK;
}

enum sl_code sl_dialect_migrate(struct sl_db *db, int from, struct sl_err *e)
{
	switch (from) {
	case 0:
		if (sl_driver_exec(db->driver, gpkg_tables, e) || sl_driver_exec(db->driver, log_tables, e))
			return e->code;
		return sl_driver_exec(db->driver, derived_tables, e);
	default:
		return sl_fail(e, SL_CORRUPT, "%s: schema version %d is unknown", db->path, from);
	}
}

enum sl_code sl_dialect_attachments_make(struct sl_db *db, struct sl_err *e)
{
	struct sl_sql *s;
	char now[32];

	sl_time_text(sl_env_now_ms(db->env), now);
	if (sl_driver_exec(db->driver, attachment_tables, e) ||
	    sl_sql_open(db->driver,
	                "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES "
	                "('sl_attachment', 'attributes', 'sl_attachment', 'Files that belong to records', $1), "
	                "('sl_blob', 'attributes', 'sl_blob', 'Their bytes, by hash', $1) ON CONFLICT DO NOTHING",
	                &s, e))
		return e->code;
	sl_sql_text(s, 1, sl_str_from(now));
	return sl_sql_finish(s, e);
}

enum sl_code sl_dialect_submissions_make(struct sl_db *db, struct sl_err *e)
{
	return sl_driver_exec(db->driver, submission_tables, e);
}

enum sl_code sl_dialect_frozen_make(struct sl_db *db, struct sl_err *e)
{
	return sl_driver_exec(db->driver, frozen_tables, e);
}

enum sl_code sl_dialect_derived(struct sl_db *db, bool *missing, struct sl_err *e)
{
	int64_t n;

	if (sl_sql_number(db->driver,
	                  "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
	                  "('sl_identity', 'sl_land_event', 'sl_ledger')",
	                  &n, e))
		return e->code;
	*missing = n < 3;
	if (db->mode != SL_OPEN_WRITE)
		return SL_OK;
	if (*missing && sl_driver_exec(db->driver, derived_tables, e))
		return e->code;
	/* Files of earlier versions lack it; the desk asks for the findings of one record. */
	return sl_driver_exec(db->driver, "CREATE INDEX IF NOT EXISTS sl_finding_record ON sl_finding(uuid)", e);
}

enum sl_code sl_dialect_opened(struct sl_db *db, struct sl_err *e)
{
	/* A process killed while it filled an empty programme leaves the other journal mode behind. */
	return sl_driver_exec(db->driver, "PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=67108864", e);
}

enum sl_code sl_dialect_integrity(struct sl_db *db, struct sl_findings *out, struct sl_err *e)
{
	struct sl_sql *s;
	bool row;

	if (sl_sql_open(db->driver, "PRAGMA integrity_check(20)", &s, e))
		return e->code;
	while (!sl_sql_step(s, &row, e) && row) {
		struct sl_finding f = {
		    .rule = "LOG",
		    .severity = SL_ERROR,
		    .text = sl_sql_get_text(s, 0),
		    .suggestion =
		        SL_STR("Restore the file from a copy; the log of a good copy can be merged again."),
		    .lon = (double)NAN,
		    .lat = (double)NAN,
		};

		if (!sl_str_is(f.text, "ok") && sl_findings_add(out, &f, e))
			break;
	}
	sl_sql_close(s);
	return e->code;
}

/* The first filling of an empty programme goes straight into the file: its pages are new, so a rollback
 * journal holds next to nothing, where WAL would write every page twice. There is nothing to read yet, so
 * nobody waits. When another connection is open the engine refuses, and WAL it is. */
static enum sl_code begin_filling(struct sl_db *db, struct sl_err *e)
{
	struct sl_err refused = {0};
	int64_t revisions;

	if (sl_sql_number(db->driver, "SELECT count(*) FROM (SELECT 1 FROM sl_revision LIMIT 1) AS t",
	                  &revisions, e) ||
	    revisions)
		return e->code;
	sl_driver_busy_timeout(db->driver, 0);
	db->filling = sl_driver_exec(db->driver, "PRAGMA journal_mode=DELETE", &refused) == SL_OK;
	sl_driver_busy_timeout(db->driver, SL_DRIVER_BUSY_MS);
	return SL_OK;
}

enum sl_code sl_dialect_begin(struct sl_db *db, struct sl_err *e)
{
	if (begin_filling(db, e))
		return e->code;
	if (sl_driver_begin(db->driver, e))
		sl_dialect_ended(db);
	else if (db->filling) /* without WAL the commit waits for readers: long work is not given up at once */
		sl_driver_busy_timeout(db->driver, 12 * SL_DRIVER_BUSY_MS);
	return e->code;
}

void sl_dialect_ended(struct sl_db *db)
{
	struct sl_err later = {0}; /* when it cannot be now, the next opening does it */

	if (!db->filling)
		return;
	sl_driver_busy_timeout(db->driver, SL_DRIVER_BUSY_MS);
	sl_noted(sl_driver_exec(db->driver, "PRAGMA journal_mode=WAL", &later));
	db->filling = false;
}
