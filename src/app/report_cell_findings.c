/* Cells of findings: "findings.area?rule=G06&severity=error". */
#include "app/report_cell_parts.h"

#include "checks/rule.h"

static const char *const whats[] = {"findings.count", "findings.area", "findings.oldest"};

static enum sl_code read_part(struct sl_finding_query *q, struct sl_str name, struct sl_str value, struct sl_err *e)
{
	if (sl_str_is(name, "rule"))
		q->rule = value;
	else if (sl_str_is(name, "org"))
		q->organisation = value;
	else if (sl_str_is(name, "kind"))
		q->kind = value;
	else if (sl_str_is(name, "severity"))
		q->severity = value;
	else if (sl_str_is(name, "from"))
		return sl_cell_date(value, &q->from, e);
	else if (sl_str_is(name, "to"))
		return sl_cell_date(value, &q->to, e);
	else if (sl_str_is(name, "on"))
		return sl_cell_date(value, &q->on, e);
	else
		return sl_fail(e, SL_INVALID,
		               "a cell of findings has no '%.*s'; there are rule, org, kind, severity, from, to and on",
		               SL_STR_ARG(name));
	return SL_OK;
}

enum sl_code sl_finding_cell_read(struct sl_arena *a, struct sl_str names, struct sl_str rest,
                                  struct sl_report_cell *c, struct sl_err *e)
{
	struct sl_finding_query *q = &c->finding;
	struct sl_str part, name, value;
	int what = 0;

	c->of = SL_CELL_OF_FINDINGS;
	while (what < 3 && !sl_str_is(names, whats[what]))
		what++;
	if (what == 3)
		return sl_fail(e, SL_INVALID,
		               "'%.*s' is no sum of findings; there are findings.count, findings.area and findings.oldest",
		               SL_STR_ARG(names));
	*q = (struct sl_finding_query){.what = (enum sl_finding_what)what,
	                               .from = sl_date_none(),
	                               .to = sl_date_none(),
	                               .on = sl_date_none()};
	while (sl_str_split(&rest, '&', &part)) {
		struct sl_str v = part;

		(void)!sl_str_split(&v, '=', &name);
		if (sl_cell_unescape(a, v, &value, e) || read_part(q, name, value, e))
			return e->code;
	}
	if (q->rule.n && !sl_rule_find(q->rule))
		return sl_fail(e, SL_INVALID, "there is no rule '%.*s'; docs/manual/rules.md lists them", SL_STR_ARG(q->rule));
	if (q->what == SL_FINDINGS_OLDEST && sl_date_is_none(q->on))
		return sl_fail(e, SL_INVALID, "findings.oldest counts days until a day: give on=2025-12-31");
	return SL_OK;
}

static void put_text(struct sl_buf *b, const char *name, struct sl_str value, char *separator)
{
	if (!value.n)
		return;
	sl_buf_printf(b, "%c%s=", *separator, name);
	sl_cell_put_text(b, value);
	*separator = '&';
}

static void put_date(struct sl_buf *b, const char *name, struct sl_date d, char *separator)
{
	char day[11];

	sl_date_text(d, day);
	put_text(b, name, sl_date_is_none(d) ? SL_STR("") : sl_str_from(day), separator);
}

void sl_finding_cell_text(struct sl_buf *b, const struct sl_finding_query *q)
{
	char separator = '?';

	sl_buf_puts(b, whats[q->what]);
	put_text(b, "rule", q->rule, &separator);
	put_text(b, "org", q->organisation, &separator);
	put_text(b, "kind", q->kind, &separator);
	put_text(b, "severity", q->severity, &separator);
	put_date(b, "from", q->from, &separator);
	put_date(b, "to", q->to, &separator);
	put_date(b, "on", q->on, &separator);
}

static struct sl_amount amount(const struct sl_finding_query *q, sl_mm2 units)
{
	return (struct sl_amount){.units = units,
	                          .scale = q->what == SL_FINDINGS_AREA ? 6 : 0,
	                          .state = SL_AMOUNT_KNOWN,
	                          .unit = q->what == SL_FINDINGS_AREA    ? SL_UNIT_M2
	                                  : q->what == SL_FINDINGS_COUNT ? SL_UNIT_COUNT
	                                                                 : SL_UNIT_DAYS};
}

enum sl_code sl_finding_cell_value(struct sl_programme *p, const struct sl_report_cell *c, struct sl_amount *out,
                                   struct sl_err *e)
{
	struct sl_finding_sums s;

	if (!sl_finding_sums_open(p, &s, e))
		*out = amount(&c->finding, sl_finding_sum(&s, &c->finding));
	sl_finding_sums_done(&s);
	return e->code;
}

/* Of the age, only those that are as old as the oldest. */
static bool is_behind(const struct sl_finding_sums *s, const struct sl_finding *f, const struct sl_finding_query *q,
                      sl_mm2 sum)
{
	return sl_finding_is_of(s, f, q) && (q->what != SL_FINDINGS_OLDEST || sl_finding_units(s, f, q) == sum);
}

enum sl_code sl_finding_cell_why(struct sl_programme *p, const struct sl_report_cell *c, struct sl_str cell,
                                 enum sl_text_format format, struct sl_buf *b, struct sl_err *e)
{
	const struct sl_finding_query *q = &c->finding;
	struct sl_finding_sums s;
	struct sl_behind out;
	struct sl_amount total, one;
	struct sl_buf text = {0};
	sl_mm2 sum;
	int64_t n = 0;

	if (sl_finding_sums_open(p, &s, e))
		goto done;
	sum = sl_finding_sum(&s, q);
	total = amount(q, sum);
	for (size_t i = 0; i < s.check.findings.n; i++)
		n += is_behind(&s, &s.check.findings.v[i], q, sum);
	if (sl_behind_begin(&out, b, format, cell, &total, "findings", n, 0, true, e))
		goto done;
	for (size_t i = 0; i < s.check.findings.n; i++) {
		const struct sl_finding *f = &s.check.findings.v[i];

		if (!is_behind(&s, f, q, sum))
			continue;
		one = amount(q, sl_finding_units(&s, f, q));
		sl_buf_clear(&text);
		sl_buf_printf(&text, "%s %s: ", f->rule, sl_severity_name(f->severity));
		sl_buf_str(&text, f->text);
		sl_behind_row(&out, f->kind, f->record, &one, sl_buf_view(&text));
	}
	sl_behind_end(&out);
	b->failed |= text.failed;
done:
	sl_buf_done(&text);
	sl_finding_sums_done(&s);
	return e->code ? e->code : sl_buf_check(b, e);
}
