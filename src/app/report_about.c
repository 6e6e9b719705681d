/* What a template is, before a report is made of it. */
#include "app/report_parts.h"

#include <string.h>

/* The first comment: lines that begin with %, up to the first that does not. */
static enum sl_code read_description(struct sl_arena *a, struct sl_str text, struct sl_str *out, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str line;

	while (sl_str_split(&text, '\n', &line) && line.n && line.p[0] == '%') {
		struct sl_str words = sl_str_trim((struct sl_str){line.p + 1, line.n - 1});

		sl_buf_printf(&b, "%s%.*s", b.n ? " " : "", SL_STR_ARG(words));
	}
	if (!sl_buf_check(&b, e))
		*out = (struct sl_str){sl_arena_strndup(a, b.n ? b.p : "", b.n, e), b.n};
	sl_buf_done(&b);
	return e->code;
}

/* A part that is taken over by name may be from anything: those of parts.txt are from no findings. */
static bool reads_findings(const struct sl_template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (sl_str_has_prefix(sl_template_property(&t->item[i], "from"), "findings"))
			return true;
	return false;
}

static enum sl_code read_asks(struct sl_report_maker *m, struct sl_report_about *out, struct sl_err *e)
{
	out->ask = sl_arena_alloc(m->a, m->template.n + 1, sizeof *out->ask, e);
	for (size_t i = 0; out->ask && i < m->template.n; i++) {
		const struct sl_template_item *item = &m->template.item[i];

		struct sl_str name = sl_template_part(item->text, 0);

		if (item->type == SL_TEMPLATE_WORD && sl_str_is(item->word, "ask"))
			out->ask[out->n_asks++] = (struct sl_report_ask){
			    name, sl_maker_text(m, sl_template_part(item->text, 1), e),
			    sl_str_is(name, "deposited") || sl_str_is(name, "extended")}; /* report_article5.c reckons with them */
	}
	return e->code;
}

enum sl_code sl_report_about(struct sl_programme *p, struct sl_arena *a, const struct sl_report_request *r,
                             struct sl_report_about *out, struct sl_err *e)
{
	struct sl_report_maker m = {.p = p, .a = a, .request = r};
	struct sl_report_about found = {0};
	struct sl_str text;
	const char *file;

	m.locale = r->language ? sl_locale_find(sl_str_from(r->language)) : sl_locale_at(0);
	if (!m.locale)
		return sl_fail(e, SL_INVALID, "there is no language '%.20s'", r->language);
	if (sl_maker_find(&m, r->template_name, &text, &file, e) || sl_template_read(a, file, text, &m.template, e) || read_description(a, text, &found.description, e) ||
	    sl_maker_period(&m, e) || sl_document_new(a, m.locale, &m.d, e) ||
	    sl_store_fact(p->db, a, "country", &m.d->country, e) ||
	    sl_store_fact(p->db, a, "name", &m.d->programme, e) || read_asks(&m, &found, e))
		return e->code;
	m.d->as_of = m.to;
	m.d->from = m.from;
	found.period = sl_maker_page_word(&m, "period");
	found.of = sl_maker_page_word(&m, "of");
	if (found.of.n) /* the record that its title would name is not chosen yet */
		m.subject = (struct sl_subject){.number = 1, .id = SL_STR("…"), .name = SL_STR("…")};
	found.findings = reads_findings(&m.template);
	memcpy(found.from, m.from_text, sizeof found.from);
	memcpy(found.to, m.to_text, sizeof found.to);
	if (sl_maker_plain(&m, sl_maker_page_word(&m, "title"), 1, &found.title, e))
		return e->code;
	*out = found;
	return SL_OK;
}
