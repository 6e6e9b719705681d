/* Findings as JSON, CSV and a list for people. */
#include "app/check.h"
#include "base/csv.h"
#include "checks/rule.h"

#include <math.h>
#include <string.h>

static void put_or_null(struct sl_json_writer *w, const char *key, struct sl_str s)
{
	sl_json_put_key(w, sl_str_from(key));
	if (s.n)
		sl_json_put_str(w, s);
	else
		sl_json_put_null(w);
}

static struct sl_str uuid_of(const struct sl_finding *f, char out[37])
{
	if (sl_uuid_is_nil(f->uuid))
		return (struct sl_str){0};
	sl_uuid_text(f->uuid, out);
	return sl_str_from(out);
}

/* The title of its rule, and what to do, as far as that is translated. */
void sl_finding_words_json(struct sl_json_writer *w, const char *rule_id, struct sl_str suggestion,
                           const struct sl_locale *l)
{
	const struct sl_rule *rule = sl_rule_find(sl_str_from(rule_id));

	if (l)
		sl_json_kv_str(w, "title", rule ? sl_str_from(sl_text(l, "rule", rule->title)) : SL_STR(""));
	sl_json_kv_str(w, "suggestion", l && suggestion.n ? sl_str_from(sl_text(l, "rule", suggestion.p)) : suggestion);
}

void sl_finding_json(struct sl_json_writer *w, const struct sl_finding *f, bool head, bool text, bool place,
                     bool source)
{
	char uuid[37];

	if (head) {
		sl_json_kv_str(w, "rule", sl_str_from(f->rule));
		sl_json_kv_str(w, "severity", sl_str_from(sl_severity_name(f->severity)));
		put_or_null(w, "kind", f->kind);
		put_or_null(w, "record", f->record);
		put_or_null(w, "uuid", uuid_of(f, uuid));
		put_or_null(w, "field", f->field);
	}
	if (text)
		sl_json_kv_str(w, "text", f->text);
	if (place) {
		sl_json_kv_double(w, "lat", f->lat);
		sl_json_kv_double(w, "lon", f->lon);
		sl_json_kv_double(w, "area_m2", f->area_m2);
	}
	if (source)
		put_or_null(w, "source", f->source);
}

void sl_check_json(struct sl_buf *b, const struct sl_check_answer *answer)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "records", (int64_t)answer->n_records);
	sl_json_put_key(&w, SL_STR("counts"));
	sl_json_begin(&w, '{');
	sl_json_kv_int(&w, "error", (int64_t)answer->count[SL_ERROR]);
	sl_json_kv_int(&w, "warning", (int64_t)answer->count[SL_WARNING]);
	sl_json_kv_int(&w, "note", (int64_t)answer->count[SL_NOTE]);
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("findings"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < answer->findings.n; i++) {
		sl_json_begin(&w, '{');
		sl_finding_json(&w, &answer->findings.v[i], true, true, false, false);
		sl_finding_words_json(&w, answer->findings.v[i].rule, answer->findings.v[i].suggestion, NULL);
		sl_finding_json(&w, &answer->findings.v[i], false, false, true, true);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}

void sl_check_csv(struct sl_buf *b, const struct sl_check_answer *answer)
{
	static const char *const heading[] = {"rule", "severity",   "kind", "record", "uuid",    "field",
	                                      "text", "suggestion", "lat",  "lon",    "area_m2", "source"};
	struct sl_csv_writer w;
	char uuid[37];

	sl_csv_writer_init(&w, b, ',', true);
	for (size_t i = 0; i < sizeof heading / sizeof *heading; i++)
		sl_csv_put(&w, sl_str_from(heading[i]));
	sl_csv_end(&w);
	for (size_t i = 0; i < answer->findings.n; i++) {
		const struct sl_finding *f = &answer->findings.v[i];

		sl_csv_put(&w, sl_str_from(f->rule));
		sl_csv_put(&w, sl_str_from(sl_severity_name(f->severity)));
		sl_csv_put(&w, f->kind);
		sl_csv_put(&w, f->record);
		sl_csv_put(&w, uuid_of(f, uuid));
		sl_csv_put(&w, f->field);
		sl_csv_put(&w, f->text);
		sl_csv_put(&w, f->suggestion);
		sl_csv_put_double(&w, f->lat);
		sl_csv_put_double(&w, f->lon);
		sl_csv_put_double(&w, f->area_m2);
		sl_csv_put(&w, f->source);
		sl_csv_end(&w);
	}
}

enum { LISTED = 20 };

static void put_finding(struct sl_buf *b, const struct sl_finding *f)
{
	sl_buf_puts(b, "  ");
	if (f->record.n)
		sl_buf_printf(b, "%.*s %.*s", SL_STR_ARG(f->kind), SL_STR_ARG(f->record));
	else if (f->kind.n)
		sl_buf_str(b, f->kind);
	else
		sl_buf_puts(b, f->source.n ? "file" : "programme");
	if (isfinite(f->lat) && isfinite(f->lon))
		sl_buf_printf(b, " (%.6f, %.6f)", f->lat, f->lon);
	sl_buf_puts(b, ": ");
	sl_buf_str(b, f->text);
	if (f->source.n)
		sl_buf_printf(b, " [%.*s]", SL_STR_ARG(f->source));
	sl_buf_putc(b, '\n');
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void sl_check_table(struct sl_buf *b, const struct sl_check_answer *answer)
{
	const struct sl_findings *all = &answer->findings;

	/* Sorted by severity and rule: what belongs together stands together. */
	for (size_t i = 0, end; i < all->n; i = end) {
		const struct sl_finding *first = &all->v[i];
		const struct sl_rule *rule = sl_rule_find(sl_str_from(first->rule));
		size_t shown;

		for (end = i + 1; end < all->n && all->v[end].severity == first->severity &&
		                  !strcmp(all->v[end].rule, first->rule);)
			end++;
		shown = answer->all || end - i <= LISTED ? end : i + LISTED;
		sl_buf_printf(b, "%s %s: %s (%zu)\n", sl_severity_name(first->severity), first->rule,
		              rule ? rule->title : "see the text", end - i);
		for (size_t k = i; k < shown; k++)
			put_finding(b, &all->v[k]);
		if (shown < end)
			sl_buf_printf(b, "  ... and %zu more: --rule %s lists all\n", end - shown, first->rule);
		sl_buf_printf(b, "  -> %.*s\n\n", SL_STR_ARG(first->suggestion));
	}
	sl_buf_printf(b, "%zu record%s checked: %zu error%s, %zu warning%s, %zu note%s.\n", answer->n_records,
	              plural(answer->n_records), answer->count[SL_ERROR], plural(answer->count[SL_ERROR]),
	              answer->count[SL_WARNING], plural(answer->count[SL_WARNING]), answer->count[SL_NOTE],
	              plural(answer->count[SL_NOTE]));
	if (answer->n_sealed)
		sl_buf_printf(b, "The names of %zu victim%s are sealed here and were not compared.\n",
		              answer->n_sealed, plural(answer->n_sealed));
}
