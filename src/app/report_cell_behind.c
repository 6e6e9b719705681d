#include "app/report_cell_parts.h"

#include "report/wording.h"

static void put_value(struct sl_buf *b, const struct sl_amount *value)
{
	if (value)
		sl_amount_exact(b, value);
	else
		sl_buf_puts(b, "UNK");
}

enum sl_code sl_behind_begin(struct sl_behind *x, struct sl_buf *b, enum sl_text_format format, struct sl_str cell,
                             const struct sl_amount *total, const char *what, int64_t n, int64_t unstated,
                             bool texts, struct sl_err *e)
{
	struct sl_buf value = {0};

	if (format == SL_FORMAT_GEOJSON)
		return sl_fail(e, SL_UNSUPPORTED, "this figure is a sum over %s, not ground: --format table, csv or json",
		               what);
	x->b = b;
	x->format = format;
	x->texts = texts;
	put_value(&value, total);
	sl_json_writer_init(&x->json, b);
	sl_csv_writer_init(&x->csv, b, ',', true);
	if (format == SL_FORMAT_JSON) {
		sl_json_begin(&x->json, '{');
		sl_json_kv_str(&x->json, "cell", cell);
		sl_json_put_key(&x->json, SL_STR("value"));
		sl_json_put_raw(&x->json, sl_buf_view(&value));
		sl_json_kv_int(&x->json, "not_stated", unstated);
		sl_json_put_key(&x->json, SL_STR("records"));
		sl_json_begin(&x->json, '[');
	} else if (format == SL_FORMAT_CSV) {
		sl_buf_puts(b, x->texts ? "kind,id,value,text\n" : "kind,id,value\n");
	} else {
		sl_buf_str(b, cell);
		sl_buf_printf(b, "\n%16.*s  in %lld %s", SL_STR_ARG(sl_buf_view(&value)), (long long)n, what);
		if (unstated)
			sl_buf_printf(b, ", of which %lld do not state it", (long long)unstated);
		sl_buf_puts(b, "\n\n");
	}
	b->failed |= value.failed;
	sl_buf_done(&value);
	return SL_OK;
}

void sl_behind_row(struct sl_behind *x, struct sl_str kind, struct sl_str id, const struct sl_amount *value,
                   struct sl_str text)
{
	struct sl_buf v = {0};

	put_value(&v, value);
	if (x->format == SL_FORMAT_JSON) {
		sl_json_begin(&x->json, '{');
		sl_json_kv_str(&x->json, "kind", kind);
		sl_json_kv_str(&x->json, "id", id);
		sl_json_put_key(&x->json, SL_STR("value"));
		if (value)
			sl_json_put_raw(&x->json, sl_buf_view(&v));
		else
			sl_json_put_null(&x->json);
		if (text.n)
			sl_json_kv_str(&x->json, "text", text);
		sl_json_end(&x->json, '}');
	} else if (x->format == SL_FORMAT_CSV) {
		sl_csv_put(&x->csv, kind);
		sl_csv_put(&x->csv, id);
		sl_csv_put(&x->csv, sl_buf_view(&v));
		if (x->texts)
			sl_csv_put(&x->csv, text);
		sl_csv_end(&x->csv);
	} else {
		sl_buf_printf(x->b, "%16.*s  %.*s%s%.*s", SL_STR_ARG(sl_buf_view(&v)), SL_STR_ARG(kind), kind.n ? " " : "",
		              SL_STR_ARG(id));
		sl_buf_printf(x->b, "%s%.*s\n", text.n ? ": " : "", SL_STR_ARG(text));
	}
	x->b->failed |= v.failed;
	sl_buf_done(&v);
}

void sl_behind_end(struct sl_behind *x)
{
	if (x->format != SL_FORMAT_JSON)
		return;
	sl_json_end(&x->json, ']');
	sl_json_end(&x->json, '}');
	sl_buf_putc(x->b, '\n');
}
