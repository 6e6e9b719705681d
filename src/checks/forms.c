/* I04: maXML gives a report two identifiers, reportGUID for the template of the form and fieldReportGUID
 * for the one form that was filled in; files exchange them (GICHD, MARS instructions).  A template is
 * shared by many reports, and a filled form has one template. */
#include "checks/index.h"

enum sl_code sl_form_add(struct sl_check_programme *p, const struct sl_record *r, struct sl_err *e)
{
	struct sl_form_item x = {.item = (uint32_t)p->item.n};

	if (sl_index_term(p, sl_record_text(r, "report_guid"), &x.template, e) ||
	    sl_index_term(p, sl_record_text(r, "field_report_guid"), &x.form, e))
		return e->code;
	if (x.template || x.form)
		SL_PUSH(p, form, x, e);
	return SL_OK;
}

/* How one identifier is used. */
struct use {
	uint32_t as_template, as_form;       /* records */
	uint32_t first_template, first_form; /* index in p->form of the first of them */
	uint32_t other_templates;            /* records with this form and another template than the first */
};

static void count_uses(const struct sl_check_programme *p, struct use *use)
{
	for (uint32_t i = 0; i < p->form.n; i++) {
		const struct sl_form_item *x = &p->form.v[i];
		struct use *t = &use[x->template], *f = &use[x->form];

		if (x->template && !t->as_template++)
			t->first_template = i;
		if (!x->form)
			continue;
		if (!f->as_form++)
			f->first_form = i;
		f->other_templates += x->template != p->form.v[f->first_form].template;
	}
}

static struct sl_str id_of(const struct sl_check_programme *p, uint32_t form)
{
	return sl_item_id(p, &p->item.v[p->form.v[form].item]);
}

/* Of the two uses of one identifier the rarer one is the mistake; of two alike, the later one. */
static enum sl_code judge_form(struct sl_check_programme *p, const struct use *use, uint32_t i,
                               struct sl_err *e)
{
	const struct sl_form_item *x = &p->form.v[i];
	const struct sl_item *item = &p->item.v[x->item];
	const struct use *t = &use[x->template], *f = &use[x->form];
	struct sl_spot at = {.field = "field_report_guid"};

	if (x->template && x->template == x->form)
		return sl_index_say(p, "I04", item, at, e,
		                    "The template and the filled form have one identifier, %.*s.",
		                    SL_STR_ARG(p->term.v[x->form]));
	if (f->as_template > f->as_form ||
	    (f->as_template && f->as_template == f->as_form && i > f->first_template))
		return sl_index_say(p, "I04", item, at, e,
		                    "Gives as its filled form %.*s, which is the template of %u other record%s, "
		                    "%.*s first.",
		                    SL_STR_ARG(p->term.v[x->form]), (unsigned)f->as_template,
		                    f->as_template == 1 ? "" : "s", SL_STR_ARG(id_of(p, f->first_template)));
	at.field = "report_guid";
	if (t->as_form > t->as_template || (t->as_form && t->as_form == t->as_template && i > t->first_form))
		return sl_index_say(p, "I04", item, at, e,
		                    "Gives as its template %.*s, which is the filled form of %u other record%s, "
		                    "%.*s first.",
		                    SL_STR_ARG(p->term.v[x->template]), (unsigned)t->as_form,
		                    t->as_form == 1 ? "" : "s", SL_STR_ARG(id_of(p, t->first_form)));
	if (f->other_templates && f->first_form == i && !f->as_template)
		return sl_index_say(
		    p, "I04", item, at, e,
		    "%u records give %.*s as their filled form, this one first, and not all the same "
		    "template: the two identifiers are exchanged.",
		    (unsigned)f->as_form, SL_STR_ARG(p->term.v[x->form]));
	return SL_OK;
}

enum sl_code sl_i04_form_identifiers(struct sl_check_programme *p, struct sl_err *e)
{
	struct use *use = p->form.n ? sl_arena_alloc(&p->rule, p->term.n, sizeof *use, e) : NULL;

	if (!p->form.n)
		return SL_OK;
	if (!use)
		return e->code;
	count_uses(p, use);
	for (uint32_t i = 0; i < p->form.n; i++)
		if (judge_form(p, use, i, e))
			return e->code;
	return SL_OK;
}
