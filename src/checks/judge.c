#include "checks/judge.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool sl_geom_somewhere(const struct sl_geom *g, double *lon, double *lat)
{
	if (g->type == SL_GEOM_NONE || !g->n_points)
		return false;
	*lon = g->xy[0];
	*lat = g->xy[1];
	return true;
}

const char *sl_number_text(double x, char out[40])
{
	char digits[32];
	bool fraction = fabs(x) < 99.95;
	long long whole = llround(fabs(x) * (fraction ? 10 : 1));
	int n, k = 0;

	if (!(fabs(x) < 1e17)) {
		snprintf(out, 40, "%.3g", x);
		return out;
	}
	n = snprintf(digits, sizeof digits, "%lld", fraction ? whole / 10 : whole);
	if (x < 0 && whole)
		out[k++] = '-';
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	if (fraction && whole % 10) {
		out[k++] = '.';
		out[k++] = (char)('0' + whole % 10);
	}
	out[k] = 0;
	return out;
}

const char *sl_day_text(struct sl_date d, char out[11])
{
	sl_date_text(d, out);
	if (!out[0])
		memcpy(out, "no date", 8);
	return out;
}

/* The file and row of an entry, when it says them. */
static void source_text(const struct sl_judged *j, char *out, size_t size)
{
	struct sl_json *entry;
	struct sl_err ignored = {0};
	const struct sl_json *row;
	struct sl_str file;

	out[0] = 0;
	if (!j->rev || !j->rev->entry.n || sl_json_parse(j->scratch, j->rev->entry, &entry, &ignored))
		return; /* an entry that is no JSON is the store's business (debug verify) */
	file = sl_json_get_str(entry, "file");
	row = sl_json_get(entry, "row");
	if (file.n && row && row->type == SL_JSON_NUMBER)
		snprintf(out, size, "%.*s, row %.*s", SL_STR_ARG(file), SL_STR_ARG(row->text));
	else if (file.n)
		snprintf(out, size, "%.*s", SL_STR_ARG(file));
}

enum sl_code sl_judge_say(const struct sl_judged *j, const char *rule, struct sl_spot at, struct sl_err *e,
                          const char *fmt, ...)
{
	const struct sl_rule *r = sl_rule_find(sl_str_from(rule));
	char text[600], source[260], uuid[37];
	struct sl_finding f;
	va_list args;

	assert(r);
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	source_text(j, source, sizeof source);
	f = (struct sl_finding){.rule = r->id,
	                        .severity = at.graded ? at.severity : r->severity,
	                        .kind = j->r->kind->name,
	                        .field = sl_str_from(at.field),
	                        .source = sl_str_from(source),
	                        .text = sl_str_from(text),
	                        .suggestion = sl_str_from(at.advice ? at.advice : r->advice),
	                        .lon = NAN,
	                        .lat = NAN,
	                        .area_m2 = at.m2};
	if (j->rev) {
		f.uuid = j->rev->record;
		f.record = j->rev->identity;
	}
	if (!f.record.n)
		f.record = sl_record_text(j->r, "id");
	if (!f.record.n && !sl_uuid_is_nil(f.uuid)) {
		sl_uuid_text(f.uuid, uuid);
		f.record = sl_str_from(uuid);
	}
	if (j->r->kind->geometry >= 0 && j->r->kind->field[j->r->kind->geometry].sensitive) {
		/* The place of a victim stays sealed: a finding is read by more people than the record. */
	} else if (at.placed) {
		f.lon = at.lon;
		f.lat = at.lat;
	} else if (!sl_geom_somewhere(&j->r->geometry, &f.lon, &f.lat)) {
		f.lon = f.lat = NAN;
	}
	return sl_findings_add(j->out, &f, e);
}
