/* The layer tables as GeoPackage wants them: registered, with a spatial index and its triggers (annex
 * F.3), so that QGIS and others can edit them; and triggers of ours that write down each such edit.
 * Our own connection runs no triggers (driver_sqlite.c): it keeps the index itself. */
#include "store/db.h"
#include "store/listing.h"

#include <string.h>

static const char *column_type(const struct sl_field *f)
{
	switch (f->type) {
	case SL_FIELD_INTEGER: return "INTEGER";
	case SL_FIELD_DECIMAL: return "DOUBLE";
	case SL_FIELD_DATE: return "DATE";
	default: return "TEXT";
	}
}

void sl_spatial_table(struct sl_buf *b, const struct sl_layer *l, const char *suffix)
{
	struct sl_buf t = {0};

	sl_buf_printf(&t, "rtree_%.*s_geom%s", SL_STR_ARG(l->kind->name), suffix);
	if (t.failed)
		b->failed = true;
	else
		sl_sql_quote(b, sl_buf_view(&t));
	sl_buf_done(&t);
}

/* 'text' with quotes doubled. */
static void literal(struct sl_buf *b, struct sl_str s)
{
	sl_buf_putc(b, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			sl_buf_putc(b, '\'');
		sl_buf_putc(b, s.p[i]);
	}
	sl_buf_putc(b, '\'');
}

/* "sl_outside_<kind><suffix>", quoted. */
static void outside_trigger(struct sl_buf *b, const struct sl_layer *l, const char *suffix)
{
	struct sl_buf t = {0};

	sl_buf_printf(&t, "sl_outside_%.*s%s", SL_STR_ARG(l->kind->name), suffix);
	if (t.failed)
		b->failed = true;
	else
		sl_sql_quote(b, sl_buf_view(&t));
	sl_buf_done(&t);
}

/* `text` with @T the quoted layer, @L its name as a literal, @R the quoted index, @N<suffix>@ and
 * @O<suffix>@ the quoted names of a trigger of the index and of one that watches the layer. */
static void expand(struct sl_buf *b, const struct sl_layer *l, const char *text)
{
	for (const char *p = text; *p; p++) {
		char suffix[32];
		const char *end;

		if (*p != '@') {
			sl_buf_putc(b, *p);
			continue;
		}
		switch (*++p) {
		case 'T': sl_sql_quote(b, l->kind->name); break;
		case 'L': literal(b, l->kind->name); break;
		case 'R': sl_spatial_table(b, l, ""); break;
		case 'N':
		case 'O':
			end = strchr(p, '@');
			memcpy(suffix, p + 1, (size_t)(end - p - 1));
			suffix[end - p - 1] = 0;
			(*p == 'N' ? sl_spatial_table : outside_trigger)(b, l, suffix);
			p = end;
			break;
		}
	}
}

static const char spatial[] =
    "INSERT INTO gpkg_geometry_columns VALUES (@L, 'geom', 'GEOMETRY', 4326, 0, 0);"
    "INSERT INTO gpkg_extensions VALUES (@L, 'geom', 'gpkg_rtree_index',"
    " 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');"
    "CREATE VIRTUAL TABLE @R USING rtree(id, minx, maxx, miny, maxy);"
    "CREATE TRIGGER @N_insert@ AFTER INSERT ON @T"
    " WHEN (NEW.\"geom\" NOT NULL AND NOT ST_IsEmpty(NEW.\"geom\")) BEGIN"
    " INSERT OR REPLACE INTO @R VALUES (NEW.\"fid\", ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"),"
    " ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); END;"
    "CREATE TRIGGER @N_update1@ AFTER UPDATE OF \"geom\" ON @T"
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"geom\" NOTNULL AND NOT ST_IsEmpty(NEW.\"geom\")) BEGIN"
    " INSERT OR REPLACE INTO @R VALUES (NEW.\"fid\", ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"),"
    " ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); END;"
    "CREATE TRIGGER @N_update2@ AFTER UPDATE OF \"geom\" ON @T"
    " WHEN OLD.\"fid\" = NEW.\"fid\" AND (NEW.\"geom\" ISNULL OR ST_IsEmpty(NEW.\"geom\")) BEGIN"
    " DELETE FROM @R WHERE id = OLD.\"fid\"; END;"
    "CREATE TRIGGER @N_update3@ AFTER UPDATE ON @T"
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"geom\" NOTNULL AND NOT ST_IsEmpty(NEW.\"geom\")) BEGIN"
    " DELETE FROM @R WHERE id = OLD.\"fid\";"
    " INSERT OR REPLACE INTO @R VALUES (NEW.\"fid\", ST_MinX(NEW.\"geom\"), ST_MaxX(NEW.\"geom\"),"
    " ST_MinY(NEW.\"geom\"), ST_MaxY(NEW.\"geom\")); END;"
    "CREATE TRIGGER @N_update4@ AFTER UPDATE ON @T"
    " WHEN OLD.\"fid\" != NEW.\"fid\" AND (NEW.\"geom\" ISNULL OR ST_IsEmpty(NEW.\"geom\")) BEGIN"
    " DELETE FROM @R WHERE id IN (OLD.\"fid\", NEW.\"fid\"); END;"
    "CREATE TRIGGER @N_delete@ AFTER DELETE ON @T WHEN OLD.\"geom\" NOT NULL BEGIN"
    " DELETE FROM @R WHERE id = OLD.\"fid\"; END;";

static const char watched[] =
    "CREATE TRIGGER @O_insert@ AFTER INSERT ON @T BEGIN"
    " INSERT INTO sl_outside (layer, fid, op) VALUES (@L, NEW.\"fid\", 'insert'); END;"
    "CREATE TRIGGER @O_update@ AFTER UPDATE ON @T BEGIN"
    " INSERT INTO sl_outside (layer, fid, op) VALUES (@L, OLD.\"fid\", 'update');"
    " INSERT INTO sl_outside (layer, fid, op) SELECT @L, NEW.\"fid\", 'insert'"
    " WHERE NEW.\"fid\" != OLD.\"fid\"; END;"
    "CREATE TRIGGER @O_delete@ AFTER DELETE ON @T BEGIN"
    " INSERT INTO sl_outside (layer, fid, op) VALUES (@L, OLD.\"fid\", 'delete'); END;";

static void columns(struct sl_buf *b, const struct sl_layer *l)
{
	for (size_t i = 0; i < l->n_columns; i++) {
		sl_buf_puts(b, ", ");
		sl_layer_column_name(b, l, i);
		sl_buf_printf(b, " %s", column_type(&l->kind->field[l->column[i]]));
	}
}

/* What the rest of the file knows of a layer: its index and its entries. A plain DROP TABLE leaves them. */
static const char unregister[] = "DROP TABLE IF EXISTS @R;"
                                 "DELETE FROM gpkg_extensions WHERE table_name = @L;"
                                 "DELETE FROM gpkg_geometry_columns WHERE table_name = @L;"
                                 "DELETE FROM gpkg_contents WHERE table_name = @L;";

static enum sl_code make(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0};
	char now[32];

	sl_time_text(sl_env_now_ms(db->env), now);
	expand(&b, l, unregister);
	expand(&b, l, "CREATE TABLE @T (\"fid\" INTEGER PRIMARY KEY NOT NULL");
	if (l->has_geometry)
		sl_buf_puts(&b, ", \"geom\" GEOMETRY");
	sl_buf_puts(&b, ", \"record\" TEXT");
	columns(&b, l);
	sl_buf_puts(&b, ", \"unknown\" TEXT, \"extra\" TEXT, \"recorded_at\" DATETIME");
	if (l->has_geometry)
		sl_buf_puts(&b, ", \"area_m2\" DOUBLE");
	expand(&b, l,
	       ");INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, "
	       "srs_id) VALUES (@L, ");
	sl_buf_puts(&b, l->has_geometry ? "'features', " : "'attributes', ");
	literal(&b, l->kind->name);
	sl_buf_puts(&b, ", ");
	literal(&b, l->kind->label);
	sl_buf_printf(&b, ", '%s', %s);", now, l->has_geometry ? "4326" : "NULL");
	if (l->has_geometry)
		expand(&b, l, spatial);
	expand(&b, l, watched);
	sl_buf_putc(&b, 0);
	if (!sl_buf_check(&b, e))
		sl_noted(sl_driver_exec(db->driver, b.p, e));
	sl_buf_done(&b);
	l->made = true;
	return e->code;
}

/* Fields that the dictionary has gained since the table was made. */
static enum sl_code add_columns(struct sl_db *db, const struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0}, have = {0}, name = {0};
	struct sl_sql *s = NULL;
	bool row;

	sl_buf_puts(&b, "SELECT * FROM ");
	sl_sql_quote(&b, l->kind->name);
	sl_buf_puts(&b, " LIMIT 0");
	if (sl_buf_check(&b, e) || sl_sql_open_text(db->driver, sl_buf_view(&b), &s, e) ||
	    sl_sql_step(s, &row, e))
		goto done;
	sl_buf_putc(&have, '\n');
	for (int i = 0; i < sl_sql_columns(s); i++) {
		sl_sql_quote(&have, sl_sql_column_name(s, i));
		sl_buf_putc(&have, '\n');
	}
	sl_sql_close(s);
	s = NULL;
	sl_buf_clear(&b);
	for (size_t i = 0; i < l->n_columns; i++) {
		sl_buf_clear(&name);
		sl_buf_putc(&name, '\n');
		sl_layer_column_name(&name, l, i);
		sl_buf_puts(&name, "\n");
		sl_buf_putc(&name, 0);
		if (sl_buf_check(&name, e) || sl_buf_check(&have, e))
			goto done;
		if (strstr(have.p, name.p))
			continue;
		expand(&b, l, "ALTER TABLE @T ADD COLUMN ");
		sl_layer_column_name(&b, l, i);
		sl_buf_printf(&b, " %s;", column_type(&l->kind->field[l->column[i]]));
	}
	sl_buf_putc(&b, 0);
	if (!sl_buf_check(&b, e) && b.n > 1)
		sl_noted(sl_driver_exec(db->driver, b.p, e));
done:
	sl_sql_close(s);
	sl_buf_done(&b);
	sl_buf_done(&have);
	sl_buf_done(&name);
	return e->code;
}

enum sl_code sl_dialect_table_exists(struct sl_db *db, struct sl_str table, bool *yes, struct sl_err *e)
{
	struct sl_sql *s;

	if (sl_sql_open(db->driver, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1", &s, e))
		return e->code;
	sl_sql_text(s, 1, table);
	sl_noted(sl_sql_step(s, yes, e));
	sl_sql_close(s);
	return e->code;
}

enum sl_code sl_dialect_layers_make(struct sl_db *db, struct sl_err *e)
{
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];
		bool there = false;

		if (sl_dialect_table_exists(db, l->kind->name, &there, e) || (there ? add_columns(db, l, e) : make(db, l, e)))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_dialect_layers_drop(struct sl_db *db, struct sl_err *e)
{
	for (size_t i = 0; i < db->dict->n_kinds; i++) {
		struct sl_layer *l = &db->layer[i];
		struct sl_buf b = {0};

		sl_layer_done(l);
		l->n_changes = l->cap_changes = 0;
		l->n_indexed = -1;
		/* Dropping the table drops its triggers. */
		expand(&b, l, "DROP TABLE IF EXISTS @T;");
		expand(&b, l, unregister);
		sl_buf_putc(&b, 0);
		if (!sl_buf_check(&b, e))
			sl_noted(sl_driver_exec(db->driver, b.p, e));
		sl_buf_done(&b);
		if (e->code)
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_dialect_layer_touched(struct sl_db *db, struct sl_layer *l, struct sl_err *e)
{
	struct sl_sql *s;
	char now[32];

	if (sl_sql_open(db->driver,
	                "UPDATE gpkg_contents SET last_change = $1,"
	                " min_x = CASE WHEN min_x < $2 THEN min_x ELSE coalesce($2, min_x) END,"
	                " min_y = CASE WHEN min_y < $3 THEN min_y ELSE coalesce($3, min_y) END,"
	                " max_x = CASE WHEN max_x > $4 THEN max_x ELSE coalesce($4, max_x) END,"
	                " max_y = CASE WHEN max_y > $5 THEN max_y ELSE coalesce($5, max_y) END"
	                " WHERE table_name = $6",
	                &s, e))
		return e->code;
	sl_time_text(sl_env_now_ms(db->env), now);
	sl_sql_text(s, 1, sl_str_from(now));
	if (l->touched.x0 <= l->touched.x1) {
		sl_sql_double(s, 2, l->touched.x0);
		sl_sql_double(s, 3, l->touched.y0);
		sl_sql_double(s, 4, l->touched.x1);
		sl_sql_double(s, 5, l->touched.y1);
	}
	sl_sql_text(s, 6, l->kind->name);
	return sl_sql_finish(s, e);
}

/* ---- which records name this one ---- */

static size_t n_references(const struct sl_db *db)
{
	size_t n = 0;

	for (size_t i = 0; i < db->dict->n_kinds; i++)
		for (size_t k = 0; k < db->layer[i].n_columns; k++)
			n += db->layer[i].kind->field[db->layer[i].column[k]].ref.n > 0;
	return n;
}

enum sl_code sl_store_references_indexed(struct sl_db *db, bool *yes, struct sl_err *e)
{
	int64_t n;

	if (sl_sql_number(db->driver, "SELECT count(*) FROM sqlite_master WHERE type = 'index' AND substr(name, 1, 7) = 'sl_ref_'",
	                  &n, e))
		return e->code;
	*yes = n >= (int64_t)n_references(db);
	return SL_OK;
}

static enum sl_code index_references(struct sl_db *db, const struct sl_layer *l, struct sl_err *e)
{
	struct sl_buf b = {0}, name = {0};

	for (size_t i = 0; i < l->n_columns; i++) {
		const struct sl_field *f = &l->kind->field[l->column[i]];

		if (!f->ref.n)
			continue;
		sl_buf_clear(&name);
		sl_buf_printf(&name, "sl_ref_%.*s_%.*s", SL_STR_ARG(l->kind->name), SL_STR_ARG(f->name));
		sl_buf_puts(&b, "CREATE INDEX IF NOT EXISTS ");
		sl_sql_quote(&b, sl_buf_view(&name));
		expand(&b, l, " ON @T(");
		sl_layer_column_name(&b, l, i);
		sl_buf_puts(&b, " COLLATE NOCASE) WHERE ");
		sl_layer_column_name(&b, l, i);
		sl_buf_puts(&b, " IS NOT NULL;");
	}
	sl_buf_putc(&b, 0);
	if (!sl_buf_check(&name, e) && !sl_buf_check(&b, e) && b.n > 1)
		sl_noted(sl_driver_exec(db->driver, b.p, e));
	sl_buf_done(&b);
	sl_buf_done(&name);
	return e->code;
}

enum sl_code sl_store_index_references(struct sl_db *db, struct sl_err *e)
{
	if (sl_store_begin(db, e))
		return e->code;
	for (size_t i = 0; i < db->dict->n_kinds && !e->code; i++)
		sl_noted(index_references(db, &db->layer[i], e));
	if (e->code || sl_store_commit(db, e))
		sl_store_rollback(db);
	return e->code;
}
