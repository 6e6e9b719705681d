#include "formats/geojson_writer.h"

#include "base/json.h"
#include "base/parallel.h"
#include "geo/wkb.h"

#include <string.h>

#define SLICE 256
#define BATCH_ROWS 8192
#define BATCH_BYTES ((size_t)16 << 20)
#define SLICES (BATCH_ROWS / SLICE)

/* `{"_extra":{...},"a":1,...}` becomes `{...,"a":1,...}`: sorted keys put "_extra" first.  An extra that is
 * called as a field of the record gets the word "extra " before its name, so that no name stands twice. */
static enum sl_code flatten(struct sl_arena *a, struct sl_buf *b, struct sl_str document, struct sl_err *e)
{
	struct sl_json_cursor c;
	struct sl_json *fields, *extra = NULL;
	struct sl_json_writer w;

	sl_json_cursor_init(&c, document);
	if (sl_json_value(&c, a, &fields, e))
		return e->code;
	for (struct sl_json *m = fields->child; m; m = m->next)
		if (sl_str_is(m->key, "_extra"))
			extra = m;
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	for (struct sl_json *m = extra ? extra->child : NULL; m; m = m->next) {
		bool taken = false;

		for (struct sl_json *f = fields->child; f && !taken; f = f->next)
			taken = sl_str_eq(f->key, m->key);
		if (taken) {
			char *name = sl_arena_printf(a, e, "extra %.*s", SL_STR_ARG(m->key));

			if (!name)
				return e->code;
			sl_json_put_key(&w, sl_str_from(name));
		} else
			sl_json_put_key(&w, m->key);
		sl_json_put_tree(&w, m, false);
	}
	for (struct sl_json *f = fields->child; f; f = f->next) {
		if (f == extra)
			continue;
		sl_json_put_key(&w, f->key);
		sl_json_put_tree(&w, f, false);
	}
	sl_json_end(&w, '}');
	return SL_OK;
}

enum sl_code sl_geojson_feature(struct sl_arena *a, struct sl_buf *b, struct sl_str document,
                                struct sl_str wkb, struct sl_err *e)
{
	struct sl_geom g;

	sl_buf_puts(b, "{\"type\":\"Feature\",\"properties\":");
	if (sl_str_has_prefix(document, "{\"_extra\":")) {
		if (flatten(a, b, document, e))
			return e->code;
	} else
		sl_buf_str(b, document);
	sl_buf_puts(b, ",\"geometry\":");
	if (!wkb.n)
		sl_buf_puts(b, "null");
	else {
		if (sl_wkb_read(a, wkb, &g, e))
			return e->code;
		sl_geojson_write(b, &g);
	}
	sl_buf_putc(b, '}');
	return sl_buf_check(b, e);
}

enum sl_code sl_geojson_writer_open(struct sl_geojson_writer *w, struct sl_arena *a, const char *path,
                                    struct sl_str name, const struct sl_env *env, struct sl_err *e)
{
	struct sl_json_writer json;

	*w = (struct sl_geojson_writer){.env = env, .first = true};
	w->part = sl_arena_alloc(a, SLICES, sizeof *w->part, e);
	if (!w->part || sl_io_create(&w->out, path, e))
		return e->code;
	w->open = true;
	sl_buf_puts(&w->part[0], "{\"type\":\"FeatureCollection\",\"name\":");
	sl_json_writer_init(&json, &w->part[0]);
	sl_json_put_str(&json, name);
	sl_buf_puts(&w->part[0], ",\"features\":[");
	if (sl_buf_check(&w->part[0], e))
		return e->code;
	return sl_io_write(&w->out, w->part[0].p, w->part[0].n, e);
}

/* Rows first..last of the batch, one slice: its text is its own, so the number of cores changes nothing. */
static enum sl_code make_slice(void *ctx, unsigned worker, size_t first, size_t last, struct sl_err *e)
{
	struct sl_geojson_writer *w = ctx;
	struct sl_buf *b = &w->part[first / SLICE];
	struct sl_arena scratch = {0};

	(void)worker;
	sl_buf_clear(b);
	for (size_t i = first; i < last && !e->code; i++) {
		struct sl_arena_mark m = sl_arena_mark(&scratch);
		struct sl_geojson_row row;

		memcpy(&row, w->rows.p + i * sizeof row, sizeof row);
		sl_buf_puts(b, w->first && !i ? "\n" : ",\n");
		if (sl_geojson_feature(&scratch, b, (struct sl_str){w->text.p + row.document, row.n_document},
		                       (struct sl_str){w->text.p + row.wkb, row.n_wkb}, e))
			break;
		sl_arena_reset(&scratch, m);
	}
	sl_arena_done(&scratch);
	return e->code;
}

static enum sl_code write_batch(struct sl_geojson_writer *w, struct sl_err *e)
{
	if (!w->n_rows)
		return SL_OK;
	if (sl_parallel(w->env, w->n_rows, SLICE, make_slice, w, e))
		return e->code;
	for (size_t i = 0; i * SLICE < w->n_rows; i++)
		if (sl_io_write(&w->out, w->part[i].p, w->part[i].n, e))
			return e->code;
	w->first = false;
	w->n_rows = 0;
	sl_buf_clear(&w->text);
	sl_buf_clear(&w->rows);
	return SL_OK;
}

enum sl_code sl_geojson_writer_add(struct sl_geojson_writer *w, struct sl_str document, struct sl_str wkb,
                                   struct sl_err *e)
{
	struct sl_geojson_row row = {w->text.n, document.n, w->text.n + document.n, wkb.n};

	sl_buf_str(&w->text, document);
	sl_buf_str(&w->text, wkb);
	sl_buf_add(&w->rows, &row, sizeof row);
	if (sl_buf_check(&w->text, e) || sl_buf_check(&w->rows, e))
		return e->code;
	w->n++;
	w->n_rows++;
	return w->n_rows == BATCH_ROWS || w->text.n >= BATCH_BYTES ? write_batch(w, e) : SL_OK;
}

static void let_go(struct sl_geojson_writer *w)
{
	sl_buf_done(&w->text);
	sl_buf_done(&w->rows);
	for (size_t i = 0; w->part && i < SLICES; i++)
		sl_buf_done(&w->part[i]);
	w->part = NULL;
	w->open = false;
}

enum sl_code sl_geojson_writer_close(struct sl_geojson_writer *w, struct sl_err *e)
{
	if (write_batch(w, e) || sl_io_write(&w->out, "\n]}\n", 4, e)) {
		sl_geojson_writer_discard(w);
		return e->code;
	}
	let_go(w);
	return sl_io_commit(&w->out, e);
}

void sl_geojson_writer_discard(struct sl_geojson_writer *w)
{
	if (w->open)
		sl_io_discard(&w->out);
	let_go(w);
}
