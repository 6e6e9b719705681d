/* A template becomes a document. */
#include "app/report_parts.h"

#include "report/wording.h"

#include <string.h>

/* ---- the period ---- */

static enum sl_code parse_date(const char *text, const char *what, struct sl_date *out, struct sl_err *e)
{
	if (!text)
		return SL_OK;
	return sl_date_parse(sl_str_from(text), out)
	           ? SL_OK
	           : sl_fail(e, SL_INVALID, "%s '%.40s' is no date; write 2025-12-31", what, text);
}

struct sl_str sl_maker_page_word(const struct sl_report_maker *m, const char *word)
{
	for (size_t i = 0; i < m->template.n; i++)
		if (m->template.item[i].type == SL_TEMPLATE_WORD && sl_str_is(m->template.item[i].word, word))
			return m->template.item[i].text;
	return SL_STR("");
}

/* Asked for nothing, a report is of the last whole year, or month, as its template says ("@period month").
 */
enum sl_code sl_maker_period(struct sl_report_maker *m, struct sl_err *e)
{
	const struct sl_report_request *r = m->request;
	struct sl_str period = sl_maker_page_word(m, "period");
	struct sl_date as_of = sl_date_none(), today = {(int32_t)(sl_env_now_ms(m->p->env) / 86400000)};
	bool monthly = sl_str_is(period, "month");
	int year, month, day;

	m->from = m->to = sl_date_none();
	if (parse_date(r->from, "--from", &m->from, e) || parse_date(r->to, "--to", &m->to, e) ||
	    parse_date(r->as_of, "--as-of", &as_of, e))
		return e->code;
	if (!sl_date_is_none(m->to) && !sl_date_is_none(as_of) && m->to.day != as_of.day)
		return sl_fail(e, SL_INVALID, "--as-of and --to name two closing dates; give one");
	if (sl_date_is_none(m->to))
		m->to = as_of;
	if (sl_date_is_none(m->to)) {
		sl_date_to_ymd(today, &year, &month, &day);
		(void)sl_date_from_ymd(year, monthly ? month : 1, 1, &m->to);
		m->to.day--;
		if (sl_str_is(period, "today"))
			m->to = today;
	}
	sl_date_to_ymd(m->to, &year, &month, &day);
	if (sl_date_is_none(m->from) && !sl_str_is(period, "all"))
		(void)sl_date_from_ymd(year, monthly ? month : 1, 1, &m->from);
	if (!sl_date_is_none(m->from) && m->from.day > m->to.day)
		return sl_fail(e, SL_INVALID, "the period ends before it begins");
	sl_date_text(m->from, m->from_text);
	sl_date_text(m->to, m->to_text);
	return SL_OK;
}

/* ---- shared parts ---- */

enum sl_code sl_maker_find(struct sl_report_maker *m, const char *name, struct sl_str *text, const char **file,
                           struct sl_err *e)
{
	const struct sl_report_request *r = m->request;

	if (!r->given)
		return sl_report_template_find(m->p, m->a, r->folder, name, m->locale->code, text, file, e);
	*text = r->given->text;
	*file = r->given->file;
	return SL_OK;
}

static bool mentions(struct sl_str text, struct sl_str name)
{
	for (size_t i = 0; i + name.n + 1 < text.n; i++)
		if (text.p[i] == '{' && text.p[i + name.n + 1] == '}' && !memcmp(text.p + i + 1, name.p, name.n))
			return true;
	return false;
}

/* Does the template say {name}, or count by it, and has no figure of its own by that name? */
static bool needs_figure(const struct sl_template *t, struct sl_str name)
{
	bool needed = false;

	for (size_t i = 0; i < t->n; i++) {
		const struct sl_template_item *item = &t->item[i];

		if (sl_str_is(item->word, "figure") && sl_str_eq(item->text, name))
			return false;
		needed |= mentions(item->text, name) ||
		          (sl_str_is(item->word, "count") && sl_str_eq(sl_template_part(item->text, 0), name));
		for (size_t k = 0; k < item->n_properties; k++)
			needed |= mentions(item->property[k].value, name);
	}
	return needed;
}

static const struct sl_template_item *part_named(const struct sl_template *parts, struct sl_str name)
{
	for (size_t i = 0; i < parts->n; i++)
		if ((sl_str_is(parts->item[i].word, "table") || sl_str_is(parts->item[i].word, "chart") ||
		     sl_str_is(parts->item[i].word, "map")) &&
		    sl_str_eq(parts->item[i].text, name))
			return &parts->item[i];
	return NULL;
}

/* "@use NAME" takes a table or chart of parts.txt; figures and notes are taken as they are named. */
static enum sl_code take_parts(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_template *t = &m->template, parts;
	struct sl_template_item *v;
	struct sl_str text;
	const char *file;
	size_t n = 0;

	if (sl_report_template_find(m->p, m->a, m->request->folder, "parts", m->locale->code, &text, &file, e) ||
	    sl_template_read(m->a, file, text, &parts, e))
		return e->code;
	v = sl_arena_alloc(m->a, t->n + parts.n, sizeof *v, e);
	if (!v)
		return e->code;
	for (size_t i = 0; i < t->n; i++) {
		const struct sl_template_item *item = &t->item[i];

		if (sl_str_is(item->word, "use"))
			item = part_named(&parts, item->text);
		if (!item)
			return sl_fail(e, SL_INVALID, "%s, line %d: %s has no table or chart '%.*s'", t->name,
			               t->item[i].line, file, SL_STR_ARG(t->item[i].text));
		v[n++] = *item;
	}
	t->item = v;
	t->n = n;
	for (size_t i = 0; i < parts.n; i++)
		if (sl_str_is(parts.item[i].word, "note") ||
		    (sl_str_is(parts.item[i].word, "figure") && needs_figure(t, parts.item[i].text)))
			v[n++] = parts.item[i];
	t->n = n;
	return SL_OK;
}

/* ---- parts ---- */

static bool is_word(const struct sl_template_item *item, const char *word)
{
	return item->type == SL_TEMPLATE_WORD && sl_str_is(item->word, word);
}

static bool has_spec(const struct sl_template_item *item)
{
	return is_word(item, "table") || is_word(item, "chart") || is_word(item, "figure");
}

static enum sl_code read_specs(struct sl_report_maker *m, struct sl_err *e)
{
	m->spec = sl_arena_alloc(m->a, m->template.n + 1, sizeof *m->spec, e);
	m->tally = m->spec ? sl_arena_alloc(m->a, m->p->dict->n_kinds + 1, sizeof *m->tally, e) : NULL;
	if (!m->tally)
		return e->code;
	for (size_t i = 0; i < m->template.n; i++)
		if (has_spec(&m->template.item[i]) && sl_spec_read(m, &m->template.item[i], &m->spec[i], e))
			return e->code;
	for (size_t i = 0; i < m->template.n; i++)
		if (m->spec[i] && sl_spec_want(m, m->spec[i], e))
			return e->code;
	for (size_t i = 0; i < m->p->dict->n_kinds; i++)
		if (m->tally[i].kind && sl_tally_load(&m->tally[i], e))
			return e->code;
	return SL_OK;
}

static enum sl_code add_figure(struct sl_report_maker *m, const struct sl_spec *s, struct sl_err *e)
{
	struct sl_named_amount *v =
	    sl_arena_grow(m->a, m->figure, &m->cap_figures, m->n_figures + 1, sizeof *v, e);

	if (!v)
		return e->code;
	m->figure = v;
	v[m->n_figures].name = s->item->text;
	if (sl_maker_value(m, s, &s->column[0].measure, NULL, NULL, 0, &v[m->n_figures].amount, e))
		return e->code;
	/* Of a kind that has no records at all, nothing is known. */
	if (s->source == SL_FROM_RECORDS && !m->tally[s->kind->number].n)
		v[m->n_figures].amount.state = SL_AMOUNT_UNKNOWN;
	m->n_figures++;
	return SL_OK;
}

static enum sl_code add_text(struct sl_report_maker *m, enum sl_node_type type,
                             const struct sl_template_item *item, struct sl_str text, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, type, e);

	if (!node)
		return e->code;
	node->level = (uint8_t)item->level;
	return sl_maker_runs(m, text, item->line, &node->runs, e);
}

static enum sl_code add_item(struct sl_report_maker *m, const struct sl_template_item *item,
                             struct sl_err *e)
{
	struct sl_node *list =
	    m->d->last && m->d->last->type == SL_NODE_LIST ? m->d->last : sl_doc_add(m->d, SL_NODE_LIST, e);
	struct sl_node *node = list ? sl_arena_alloc(m->a, 1, sizeof *node, e) : NULL, **at;

	if (!node)
		return e->code;
	node->type = SL_NODE_PARAGRAPH;
	for (at = &list->child; *at;)
		at = &(*at)->next;
	*at = node;
	return sl_maker_runs(m, sl_maker_text(m, item->text, e), item->line, &node->runs, e);
}

/* "@count FIGURE | {n} area ... | {n} areas ...": a paragraph in the form that its number asks for. */
static enum sl_code add_counted(struct sl_report_maker *m, const struct sl_template_item *item,
                                struct sl_err *e)
{
	struct sl_str name = sl_template_part(item->text, 0);
	struct sl_named_amount *figure = NULL;
	const char *one = sl_str_dup(m->a, sl_template_part(item->text, 1), e),
	           *other = one ? sl_str_dup(m->a, sl_template_part(item->text, 2), e) : NULL, *text;
	size_t n = m->n_figures;
	uint64_t count;

	if (!other)
		return e->code;
	for (size_t i = 0; i < n; i++)
		if (sl_str_eq(m->figure[i].name, name))
			figure = &m->figure[i];
	if (!figure)
		return sl_fail(e, SL_INVALID, "%s, line %d: there is no @figure '%.*s' above", m->template.name,
		               item->line, SL_STR_ARG(name));
	count = figure->amount.units > 0 && !figure->amount.scale ? (uint64_t)figure->amount.units : 0;
	text = sl_catalogue_plural((struct sl_str){m->locale->mo, (size_t)(m->locale->mo_end - m->locale->mo)},
	                           "template", one, count);
	/* {n} is the figure itself for the time of this paragraph. */
	if (n == m->cap_figures) {
		struct sl_named_amount *v = sl_arena_grow(m->a, m->figure, &m->cap_figures, n + 1, sizeof *v, e);

		if (!v)
			return e->code;
		figure = v + (figure - m->figure);
		m->figure = v;
	}
	m->figure[n] = (struct sl_named_amount){SL_STR("n"), figure->amount};
	m->n_figures = n + 1;
	(void)!add_text(m, SL_NODE_PARAGRAPH, item, sl_str_from(text ? text : count == 1 ? one : other), e);
	m->n_figures = n;
	return e->code;
}

/* Neighbours stand side by side. */
static enum sl_code add_signature(struct sl_report_maker *m, const struct sl_template_item *item,
                                  struct sl_err *e)
{
	struct sl_node *node = m->d->last && m->d->last->type == SL_NODE_SIGNATURES
	                           ? m->d->last
	                           : sl_doc_add(m->d, SL_NODE_SIGNATURES, e);
	struct sl_signature *v = node ? sl_arena_alloc(m->a, node->signatures.n + 1, sizeof *v, e) : NULL;
	struct sl_str name = sl_template_part(item->text, 1);

	if (!v)
		return e->code;
	if (node->signatures.n)
		memcpy(v, node->signatures.v, node->signatures.n * sizeof *v);
	if (sl_maker_plain(m, sl_template_part(item->text, 0), item->line, &v[node->signatures.n].role, e) ||
	    (name.n && sl_maker_plain(m, name, item->line, &v[node->signatures.n].name, e)))
		return e->code;
	node->signatures.v = v;
	node->signatures.n++;
	return SL_OK;
}

static enum sl_code add_room(struct sl_report_maker *m, const struct sl_template_item *item,
                             struct sl_err *e)
{
	struct sl_template_item room = *item;
	int64_t lines = 0;

	if (!sl_str_int64(sl_template_part(item->text, 0), &lines) || lines < 1 || lines > 40)
		return sl_fail(e, SL_INVALID, "%s, line %d: @room LINES | TEXT, with 1 to 40 lines",
		               m->template.name, item->line);
	room.level = (int)lines;
	return add_text(m, SL_NODE_SPACE, &room, sl_maker_text(m, sl_template_part(item->text, 1), e), e);
}

/* What only gives the report its frame, or is looked up by name. */
static bool is_frame(const struct sl_template_item *item)
{
	static const char *const words[] = {"title", "subtitle", "marking", "page",  "period",
	                                    "ask",   "note",     "figure",  "break", "of"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (sl_str_is(item->word, words[i]))
			return true;
	return false;
}

static enum sl_code add_part(struct sl_report_maker *m, size_t i, struct sl_err *e)
{
	const struct sl_template_item *item = &m->template.item[i];

	if (item->type == SL_TEMPLATE_HEADING)
		return add_text(m, SL_NODE_HEADING, item, sl_maker_text(m, item->text, e), e);
	if (item->type == SL_TEMPLATE_TEXT)
		return add_text(m, SL_NODE_PARAGRAPH, item, sl_maker_text(m, item->text, e), e);
	if (item->type == SL_TEMPLATE_ITEM)
		return add_item(m, item, e);
	if (is_word(item, "table"))
		return sl_maker_table(m, m->spec[i], e);
	if (is_word(item, "chart"))
		return sl_maker_chart(m, m->spec[i], e);
	if (is_word(item, "map"))
		return sl_maker_map(m, item, e);
	if (is_word(item, "count"))
		return add_counted(m, item, e);
	if (is_word(item, "sign"))
		return add_signature(m, item, e);
	if (is_word(item, "room"))
		return add_room(m, item, e);
	if (is_word(item, "residual"))
		return sl_maker_residual(m, item, e);
	if (is_word(item, "answer") && m->has_answer)
		return sl_maker_answer(m, e);
	return is_frame(item) ? SL_OK
	                      : sl_fail(e, SL_INVALID, "%s, line %d: there is no word '@%.*s'",
	                                m->template.name, item->line, SL_STR_ARG(item->word));
}

static enum sl_code add_frame(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_document *d = m->d;
	struct sl_str page = sl_maker_page_word(m, "page"), about = SL_STR("");

	if (sl_store_fact(m->p->db, m->a, "name", &d->programme, e) ||
	    sl_store_fact(m->p->db, m->a, "country", &d->country, e))
		return e->code;
	d->name = sl_str_from(m->request->template_name);
	d->as_of = m->to;
	d->from = m->from;
	d->made_ms = sl_env_now_ms(m->p->env);
	d->paper = sl_str_find(page, "A3") ? SL_PAPER_A3 : SL_PAPER_A4;
	d->landscape = sl_str_find(page, "landscape") != NULL;
	about = sl_str_from(
	    sl_text(m->locale, "report",
	            "Made on {made} from the approved records of {programme}, as of {as_of}."));
	return sl_maker_plain(m, sl_maker_page_word(m, "title"), 1, &d->title, e) ||
	               sl_maker_plain(m, sl_maker_page_word(m, "subtitle"), 1, &d->subtitle, e) ||
	               sl_maker_plain(m, sl_maker_page_word(m, "marking"), 1, &d->marking, e) ||
	               sl_maker_plain(m, about, 1, &d->about, e)
	           ? e->code
	           : SL_OK;
}

static enum sl_code fill(struct sl_report_maker *m, struct sl_err *e)
{
	bool broken = false;

	for (size_t i = 0; i < m->template.n; i++)
		if (is_word(&m->template.item[i], "figure") && add_figure(m, m->spec[i], e))
			return e->code;
	if (add_frame(m, e))
		return e->code;
	for (size_t i = 0; i < m->template.n; i++) {
		struct sl_node *last = m->d->last;

		if (add_part(m, i, e))
			return e->code;
		if (broken && m->d->last != last && m->d->last) {
			m->d->last->hints |= SL_PAGE_BREAK_BEFORE;
			broken = false;
		}
		broken |= is_word(&m->template.item[i], "break");
	}
	return sl_suppress_document(m, e);
}

/* "@of record", "@of place": what has to be named, and only then may be. */
static enum sl_code find_subject(struct sl_report_maker *m, struct sl_err *e)
{
	struct sl_str of = sl_maker_page_word(m, "of");
	bool record = sl_str_is(of, "record"), place = sl_str_is(of, "place");

	if (of.n && !record && !place)
		return sl_fail(e, SL_INVALID, "%s: a template is '@of record' or '@of place', not '%.*s'",
		               m->template.name, SL_STR_ARG(of));
	if (record != (m->request->record != NULL))
		return sl_fail(e, SL_INVALID,
		               record ? "'%s' is of one record: name it with --record"
		                      : "'%s' is not of one record: leave --record away",
		               m->request->template_name);
	if (place != (m->request->place != NULL))
		return sl_fail(e, SL_INVALID,
		               place ? "'%s' is of one place: give --at LAT,LON or --parcel FILE"
		                     : "'%s' is not of one place: leave --at and --parcel away",
		               m->request->template_name);
	if (place)
		return sl_maker_place(m, e);
	return record ? sl_maker_subject(m, e) : SL_OK;
}

static enum sl_code begin(struct sl_programme *p, const struct sl_report_request *r, struct sl_report *out,
                          struct sl_err *e)
{
	struct sl_report_maker *m;
	struct sl_str text;
	const char *file;

	*out = (struct sl_report){0};
	m = sl_arena_alloc(&out->arena, 1, sizeof *m, e);
	if (!m)
		return e->code;
	out->maker = m;
	m->p = p;
	m->a = &out->arena;
	m->request = r;
	m->locale = r->language ? sl_locale_find(sl_str_from(r->language)) : sl_locale_at(0);
	if (!m->locale)
		return sl_fail(e, SL_INVALID, "there is no language '%.20s'", r->language);
	m->language = sl_dictionary_language(p->dict, sl_str_from(m->locale->code));
	m->language = m->language < 0 ? 0 : m->language;
	if (sl_maker_find(m, r->template_name, &text, &file, e) || sl_template_read(m->a, file, text, &m->template, e) ||
	    take_parts(m, e) || sl_maker_period(m, e) || sl_document_new(m->a, m->locale, &m->d, e))
		return e->code;
	return sl_maker_names(m, e);
}

enum sl_code sl_report_read(struct sl_programme *p, const struct sl_report_request *r, struct sl_report *out,
                            struct sl_err *e)
{
	return begin(p, r, out, e) ? e->code : read_specs(out->maker, e);
}

enum sl_code sl_report_make(struct sl_programme *p, const struct sl_report_request *r,
                            struct sl_report *out, struct sl_err *e)
{
	if (begin(p, r, out, e) || find_subject(out->maker, e) || read_specs(out->maker, e) || fill(out->maker, e))
		return e->code;
	out->document = out->maker->d;
	return SL_OK;
}

void sl_report_done(struct sl_report *r)
{
	struct sl_report_maker *m = r->maker;

	for (size_t i = 0; m && i < m->n_accounts; i++)
		sl_account_done(&m->account[i].answer);
	for (size_t i = 0; m && m->tally && i < m->p->dict->n_kinds; i++)
		if (m->tally[i].kind)
			sl_tally_done(&m->tally[i]);
	if (m && m->has_first)
		sl_account_done(&m->first);
	sl_arena_done(&r->arena);
	*r = (struct sl_report){0};
}
