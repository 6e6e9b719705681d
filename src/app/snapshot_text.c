/* Snapshots as a table, CSV and JSON. */
#include "app/snapshot.h"

#include "base/csv.h"

#include <stdio.h>
#include <string.h>

struct texts {
	char as_of[11], known_at[32], recorded[32], hash[65];
};

static struct texts texts_of(const struct sl_frozen *f)
{
	struct texts t;

	sl_date_text(f->as_of, t.as_of);
	sl_time_text(f->known_at_ms, t.known_at);
	sl_time_text(f->recorded_ms, t.recorded);
	sl_hash_text(f->account, t.hash);
	return t;
}

void sl_frozen_json(struct sl_json_writer *w, const struct sl_frozen *f)
{
	struct texts t = texts_of(f);

	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", f->name);
	sl_json_kv_str(w, "as_of", sl_str_from(t.as_of));
	sl_json_kv_str(w, "known_at", sl_str_from(t.known_at));
	sl_json_kv_int(w, "last_revision", f->last_seq);
	sl_json_kv_str(w, "definition", f->definition);
	sl_json_kv_str(w, "account_hash", sl_str_from(t.hash));
	sl_json_kv_str(w, "author", f->author);
	sl_json_kv_str(w, "organisation", f->organisation);
	sl_json_kv_str(w, "device", f->device);
	sl_json_kv_str(w, "recorded_at", sl_str_from(t.recorded));
	sl_json_end(w, '}');
}

static void put_csv(struct sl_buf *b, const struct sl_frozen *list, size_t n)
{
	struct sl_csv_writer w;

	sl_csv_writer_init(&w, b, ',', true);
	sl_buf_puts(b, "name,as_of,known_at,last_revision,definition,account_hash,author,organisation,device,recorded_at\n");
	for (size_t i = 0; i < n; i++) {
		const struct sl_frozen *f = &list[i];
		struct texts t = texts_of(f);

		sl_csv_put(&w, f->name);
		sl_csv_put(&w, sl_str_from(t.as_of));
		sl_csv_put(&w, sl_str_from(t.known_at));
		sl_csv_put_int(&w, f->last_seq);
		sl_csv_put(&w, f->definition);
		sl_csv_put(&w, sl_str_from(t.hash));
		sl_csv_put(&w, f->author);
		sl_csv_put(&w, f->organisation);
		sl_csv_put(&w, f->device);
		sl_csv_put(&w, sl_str_from(t.recorded));
		sl_csv_end(&w);
	}
}

static void put_table(struct sl_buf *b, const struct sl_frozen *list, size_t n)
{
	if (!n) {
		sl_buf_puts(b, "No snapshots yet: safelane snapshot FILE.gpkg --as-of 2025-12-31 --name 'end of 2025'\n");
		return;
	}
	sl_buf_printf(b, "  %-10s  %-24s  %-16s  %s\n", "as of", "known at", "account", "name");
	for (size_t i = 0; i < n; i++) {
		struct texts t = texts_of(&list[i]);

		sl_buf_printf(b, "  %-10s  %-24s  %.16s  %.*s\n", t.as_of, t.known_at, t.hash, SL_STR_ARG(list[i].name));
	}
}

enum sl_code sl_snapshots_text(struct sl_programme *p, enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_frozen *list;
	struct sl_json_writer w;
	size_t n;

	if (sl_store_frozen(p->db, &a, &list, &n, e))
		goto done;
	if (format == SL_FORMAT_CSV) {
		put_csv(b, list, n);
	} else if (format == SL_FORMAT_TABLE) {
		put_table(b, list, n);
	} else {
		sl_json_writer_init(&w, b);
		sl_json_begin(&w, '{');
		sl_json_put_key(&w, SL_STR("snapshots"));
		sl_json_begin(&w, '[');
		for (size_t i = 0; i < n; i++)
			sl_frozen_json(&w, &list[i]);
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	}
done:
	sl_arena_done(&a);
	return e->code;
}

/* ---- counted again ---- */

static void verdict_json(struct sl_buf *b, const struct sl_snapshot_verdict *v)
{
	struct sl_json_writer w;
	struct sl_buf digits = {0};

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("snapshot"));
	sl_frozen_json(&w, &v->f);
	sl_json_put_key(&w, SL_STR("same"));
	sl_json_put_bool(&w, v->same);
	sl_json_kv_str(&w, "definition_now", v->definition);
	sl_json_put_key(&w, SL_STR("cells"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < v->n_cells; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "by", v->cell[i].by);
		sl_json_kv_str(&w, "key", v->cell[i].key);
		sl_json_kv_str(&w, "figure", v->cell[i].figure);
		for (int k = 0; k < 2; k++) {
			sl_buf_clear(&digits);
			sl_mm2_digits(&digits, k ? v->cell[i].now : v->cell[i].frozen);
			sl_json_kv_str(&w, k ? "now" : "frozen", sl_buf_view(&digits));
		}
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	b->failed |= digits.failed;
	sl_buf_done(&digits);
}

static void verdict_table(struct sl_buf *b, const struct sl_snapshot_verdict *v)
{
	struct texts t = texts_of(&v->f);

	if (v->same) {
		sl_buf_printf(b, "'%.*s', as of %s: counted again, the same to the last square millimetre (%.16s).\n",
		              SL_STR_ARG(v->f.name), t.as_of, t.hash);
		return;
	}
	sl_buf_printf(b, "'%.*s', as of %s: %zu cells are not what was frozen.\n", SL_STR_ARG(v->f.name), t.as_of,
	              v->n_cells);
	if (!sl_str_eq(v->f.definition, v->definition))
		sl_buf_printf(b, "frozen by: %.*s\ncounted by: %.*s\n", SL_STR_ARG(v->f.definition), SL_STR_ARG(v->definition));
	sl_buf_printf(b, "\n  %-14s %-12s %-28s %22s %22s\n", "by", "key", "figure", "frozen", "counted again");
	for (size_t i = 0; i < v->n_cells; i++) {
		const struct sl_cell_difference *c = &v->cell[i];
		struct sl_buf was = {0}, is = {0};

		sl_mm2_digits(&was, c->frozen);
		sl_mm2_digits(&is, c->now);
		sl_buf_printf(b, "  %-14.*s %-12.*s %-28.*s %22.*s %22.*s\n", SL_STR_ARG(c->by.n ? c->by : SL_STR("total")),
		              SL_STR_ARG(c->key), SL_STR_ARG(c->figure), SL_STR_ARG(sl_buf_view(&was)),
		              SL_STR_ARG(sl_buf_view(&is)));
		b->failed |= was.failed | is.failed;
		sl_buf_done(&was);
		sl_buf_done(&is);
	}
	sl_buf_puts(b, "\n  Areas in square millimetres; .count and .size_not_stated are numbers of records.\n");
}

void sl_verdict_text(struct sl_buf *b, const struct sl_snapshot_verdict *v, enum sl_text_format format)
{
	if (format == SL_FORMAT_JSON)
		verdict_json(b, v);
	else
		verdict_table(b, v);
}
