/* The rules of the form, asked again when what was filled in arrives: by the XForm that its phone had, before anybody
 * waits for the writer.  What breaks one is kept as it came and becomes a finding of the record
 * (docs/method/rules-of-forms.md). */
#include "app/submission_parts.h"

#include "checks/rule.h"
#include "formats/xform_read.h"

#include <math.h>
#include <string.h>

enum { TEXT_MAX = 200 };
_Static_assert(SL_FORM_BREACHES_MAX == 1000, "what is said of too many");

enum sl_code sl_submission_rules(struct sl_arena *a, struct sl_str xform, struct sl_form_rules **out, struct sl_err *e)
{
	struct sl_form *form = sl_arena_alloc(a, 1, sizeof *form, e);

	*out = NULL;
	if (form && !sl_xform_read(a, xform, form, e))
		return sl_form_rules_new(a, form, out, e);
	if (e->code == SL_INVALID) /* no submission is lost for it: each says that it was not judged */
		sl_err_clear(e);
	return e->code;
}

/* ---- what a finding may say ---- */

static bool holds_sealed(const struct sl_submission_made *m)
{
	const struct sl_kind *kind = m->record.kind;

	if (kind->seals_extra || m->n_sealed || (kind->geometry >= 0 && kind->field[kind->geometry].sensitive))
		return true;
	for (size_t i = 0; i < kind->n_fields; i++)
		if (kind->field[i].sensitive && m->record.value[i].type != SL_VALUE_NONE)
			return true;
	return false;
}

/* A value shows what is sealed beside it, an age its date of birth, the sum of an accident the ages of its victims: so of
 * a submission with anything sealed in any of its records, and of what may be a person of its own, none is told. */
static bool is_open(const struct sl_submission_made *m)
{
	bool open = !holds_sealed(m);

	for (size_t i = 0; i < m->n_parts && open; i++)
		open = is_open(&m->part[i]);
	return open;
}

/* What people wrote, on one line and not endless. */
static void put(struct sl_buf *b, struct sl_str s)
{
	size_t n = s.n > TEXT_MAX ? TEXT_MAX : s.n;

	while (n < s.n && n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	for (size_t i = 0; i < n; i++)
		sl_buf_putc(b, (unsigned char)s.p[i] < 32 || s.p[i] == 127 ? ' ' : s.p[i]);
	if (n < s.n)
		sl_buf_puts(b, "…");
}

static const struct sl_field *field_of(const struct sl_submission_made *m, const struct sl_form_breach *b, struct sl_str key)
{
	struct sl_str field = sl_form_field_of(b->node->name);
	char name[256];

	if (memchr(key.p, '[', key.n) || field.n >= sizeof name)
		return NULL;
	memcpy(name, field.p, field.n);
	name[field.n] = 0;
	return sl_kind_field(m->record.kind, name);
}

static bool decides(const struct sl_field *f)
{
	return f && (sl_str_is(f->name, "class") || sl_str_is(f->name, "product"));
}

/* The sentences of I07, I14 and I15 as src/checks says them of every record. */
static void put_sentence(struct sl_buf *b, const struct sl_form_breach *x, const struct sl_field *f, bool tell)
{
	struct sl_str message = x->message;

	put(b, f ? f->label : x->label.n ? x->label : x->node->name);
	switch (x->kind) {
	case SL_BREACH_MISSING:
		sl_buf_puts(b, " is required and missing");
		sl_buf_puts(b, decides(f) ? ": the record cannot enter the account" : "");
		break;
	case SL_BREACH_CONSTRAINT:
		sl_buf_puts(b, message.n ? ": " : " does not keep the rule of the form: ");
		if (message.n && message.p[message.n - 1] == '.')
			message.n--;
		put(b, message.n ? message : x->node->constraint);
		break;
	case SL_BREACH_IRRELEVANT:
		sl_buf_puts(b, " is answered, and the form asks for it only where ");
		put(b, f && f->relevant.n ? f->relevant : x->node->relevant.n ? x->node->relevant : SL_STR("its group is asked"));
		break;
	default:
		sl_buf_puts(b, " is not what the form calculates");
		if (tell) {
			sl_buf_puts(b, ": ");
			put(b, x->expected);
		}
	}
	if (tell && x->value.n) {
		sl_buf_puts(b, ". Submitted: ");
		put(b, x->value);
	}
	sl_buf_putc(b, '.');
}

/* `text` lives as long as what is made. */
static enum sl_code add(struct sl_submission_made *m, struct sl_arena *a, const char *rule, struct sl_str field,
                        bool grave, const char *text, struct sl_err *e)
{
	const struct sl_rule *r = sl_rule_find(sl_str_from(rule));
	struct sl_finding *v =
	    text ? sl_arena_grow(a, m->finding, &m->cap_findings, m->n_findings + 1, sizeof *v, e) : NULL;

	if (!v)
		return e->code;
	m->finding = v;
	v[m->n_findings++] = (struct sl_finding){.rule = r->id,
	                                         .severity = grave ? SL_ERROR : r->severity,
	                                         .kind = m->kind,
	                                         .field = field,
	                                         .source = m->instance.id,
	                                         .text = sl_str_from(text),
	                                         .suggestion = sl_str_from(r->advice),
	                                         .lon = (double)NAN,
	                                         .lat = (double)NAN};
	return SL_OK;
}

static enum sl_code not_judged(struct sl_submission_made *m, struct sl_arena *a, const char *why, struct sl_err *e)
{
	if (!why)
		return sl_fail(e, SL_NOMEM, "out of memory");
	return add(m, a, "I17", SL_STR(""), false, why, e);
}

/* Two things are left to the rules of the record itself: an unknown is not a breach, and of the missing date T06
 * speaks. */
static bool is_ours(const struct sl_submission_made *m, const struct sl_form_breach *x, const struct sl_field *f)
{
	if (!f)
		return true;
	return m->record.value[f->index].type != SL_VALUE_UNKNOWN &&
	       !(x->kind == SL_BREACH_MISSING && sl_str_is(f->name, "effective_date"));
}

static enum sl_code tell(struct sl_submission_made *m, struct sl_arena *a, const struct sl_form_verdict *v,
                         struct sl_err *e)
{
	const bool open = is_open(m);
	struct sl_buf text = {0};

	for (size_t i = 0; i < v->n && !e->code; i++) {
		const struct sl_form_breach *x = &v->breach[i];
		struct sl_str key;
		struct sl_submission_made *to = sl_submission_owner(m, x->path, &key);
		const struct sl_field *f = to ? field_of(to, x, key) : NULL;

		if (!to || !is_ours(to, x, f))
			continue;
		sl_buf_clear(&text);
		put_sentence(&text, x, f, open && !memchr(key.p, '[', key.n));
		if (!sl_buf_check(&text, e))
			(void)!add(to, a, x->rule, f ? f->name : key, x->kind == SL_BREACH_MISSING && decides(f),
			           sl_arena_strndup(a, text.p, text.n, e), e);
	}
	sl_buf_done(&text);
	return e->code || !v->too_many
	           ? e->code
	           : not_judged(m, a, "It breaks more than 1,000 rules of its form; the others are not listed.", e);
}

enum sl_code sl_submission_judge(struct sl_programme *p, struct sl_form_rules *rules, struct sl_arena *a,
                                 struct sl_submission_made *m, struct sl_err *e)
{
	const struct sl_form_moment at = {sl_env_now_ms(p->env), SL_STR("en")};
	struct sl_form_verdict v;
	struct sl_err none = {0};
	const char *why;

	if (!rules)
		return not_judged(m, a, "The form cannot be read: none of its rules was asked.", e);
	if (!sl_form_rules_judge(rules, a, m->sent->xml, &at, &v, e)) {
		m->rules_asked = v.asked;
		m->rules_untold = v.untold;
		return tell(m, a, &v, e);
	}
	if (e->code != SL_INVALID)
		return e->code;
	why = sl_arena_printf(a, &none, "Its answers cannot be put to the rules of its form: %s.", e->msg);
	sl_err_clear(e);
	return not_judged(m, a, why, e);
}
