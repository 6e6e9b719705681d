/* Records into files: GeoJSON features or CSV rows, as the name of the file says; flat memory. */
#include "app/simulate_parts.h"

#include <string.h>

#define FLUSH_AT (1u << 20)

enum sl_code writer_open(struct writer *w, const char *path, const char *name, const char *const *columns,
                         int n_columns, struct sl_err *e)
{
	*w = (struct writer){.columns = columns, .n_columns = n_columns, .geojson = !columns};
	if (sl_io_create(&w->out, path, e))
		return e->code;
	w->open = true;
	if (w->geojson)
		sl_buf_printf(&w->b, "{\"type\":\"FeatureCollection\",\"name\":\"%s\",\"features\":[", name);
	else {
		sl_csv_writer_init(&w->csv, &w->b, ',', false);
		for (int i = 0; i < n_columns; i++)
			sl_csv_put(&w->csv, sl_str_from(columns[i]));
		sl_csv_end(&w->csv);
	}
	return SL_OK;
}

static enum sl_code flush(struct writer *w, size_t at, struct sl_err *e)
{
	if (sl_buf_check(&w->b, e))
		return e->code;
	if (w->b.n < at)
		return SL_OK;
	if (sl_io_write(&w->out, w->b.p, w->b.n, e))
		return e->code;
	sl_buf_clear(&w->b);
	return SL_OK;
}

enum sl_code writer_close(struct writer *w, struct sl_err *e)
{
	enum sl_code code;

	if (w->geojson)
		sl_buf_puts(&w->b, "\n]}\n");
	if (flush(w, 0, e)) {
		writer_discard(w);
		return e->code;
	}
	code = sl_io_commit(&w->out, e);
	sl_buf_done(&w->b);
	w->open = false;
	return code;
}

void writer_discard(struct writer *w)
{
	if (w->open)
		sl_io_discard(&w->out);
	sl_buf_done(&w->b);
	w->open = false;
}

void record_begin(struct writer *w)
{
	w->at = 0;
	if (!w->geojson)
		return;
	sl_buf_puts(&w->b, w->records ? ",\n{\"type\":\"Feature\",\"properties\":"
	                              : "\n{\"type\":\"Feature\",\"properties\":");
	sl_json_writer_init(&w->json, &w->b);
	sl_json_begin(&w->json, '{');
}

/* CSV: empty fields up to the column. */
static void seek(struct writer *w, const char *field)
{
	while (w->at < w->n_columns && strcmp(w->columns[w->at], field)) {
		sl_csv_put(&w->csv, SL_STR(""));
		w->at++;
	}
	w->at++;
}

void put_text(struct writer *w, const char *field, const char *text)
{
	if (!text || !*text)
		return;
	if (w->geojson) {
		sl_json_kv_str(&w->json, field, sl_str_from(text));
		return;
	}
	seek(w, field);
	sl_csv_put(&w->csv, sl_str_from(text));
}

void put_int(struct writer *w, const char *field, int64_t x)
{
	if (w->geojson) {
		sl_json_kv_int(&w->json, field, x);
		return;
	}
	seek(w, field);
	sl_csv_put_int(&w->csv, x);
}

void put_number(struct writer *w, const char *field, double x)
{
	if (w->geojson) {
		sl_json_kv_double(&w->json, field, x);
		return;
	}
	seek(w, field);
	sl_csv_put_double(&w->csv, x);
}

void put_day(struct writer *w, const char *field, int day)
{
	char text[11];

	sl_date_text((struct sl_date){day}, text);
	put_text(w, field, text);
}

/* 1e-7 degrees as decimal degrees, without trailing zeros: "78.1234567". */
static size_t degrees(int64_t v, char out[48])
{
	uint64_t a = v < 0 ? (uint64_t)-v : (uint64_t)v, whole = a / 10000000, part = a % 10000000;
	size_t n = 0;
	int digits = 7;

	if (v < 0)
		out[n++] = '-';
	n += sl_int_text((int64_t)whole, out + n);
	while (digits && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	if (digits)
		out[n++] = '.';
	for (int i = digits - 1; i >= 0; i--, part /= 10)
		out[n + (size_t)i] = (char)('0' + part % 10);
	return n + (size_t)digits;
}

void put_lonlat(struct writer *w, struct spot at)
{
	char text[48];
	size_t n = degrees(at.y, text);

	seek(w, "latitude");
	sl_csv_put(&w->csv, (struct sl_str){text, n});
	n = degrees(at.x, text);
	seek(w, "longitude");
	sl_csv_put(&w->csv, (struct sl_str){text, n});
}

static void position(struct sl_buf *b, struct spot p)
{
	char *to = sl_buf_room(b, 128);
	size_t n = 0;

	if (!to)
		return;
	to[n++] = '[';
	n += degrees(p.x, to + n);
	to[n++] = ',';
	n += degrees(p.y, to + n);
	to[n++] = ']';
	b->n += n;
}

enum sl_code record_end_long(struct writer *w, const struct spot *p, int n, struct sl_err *e)
{
	sl_json_end(&w->json, '}');
	sl_buf_puts(&w->b, ",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[");
	for (int i = 0; i <= n; i++) {
		if (i)
			sl_buf_putc(&w->b, ',');
		position(&w->b, p[i % n]);
	}
	sl_buf_puts(&w->b, "]]}}");
	w->records++;
	return flush(w, FLUSH_AT, e);
}

enum sl_code record_end(struct writer *w, const struct ring *ring, const struct spot *point,
                        struct sl_err *e)
{
	if (!w->geojson) {
		for (; w->at < w->n_columns; w->at++)
			sl_csv_put(&w->csv, SL_STR(""));
		sl_csv_end(&w->csv);
	} else if (ring)
		return record_end_long(w, ring->p, ring->n, e);
	else {
		sl_json_end(&w->json, '}');
		if (point) {
			sl_buf_puts(&w->b, ",\"geometry\":{\"type\":\"Point\",\"coordinates\":");
			position(&w->b, *point);
			sl_buf_puts(&w->b, "}}");
		} else
			sl_buf_puts(&w->b, ",\"geometry\":null}");
	}
	w->records++;
	return flush(w, FLUSH_AT, e);
}
