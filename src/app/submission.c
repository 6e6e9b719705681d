/* From the XML of a filled form to a revision that can be written: values by the names of the form's nodes. */
#include "app/submission_parts.h"

#include <math.h>
#include <string.h>

/* ---- forms ---- */

struct sl_form_known {
	int64_t id;
	struct sl_str md5, kind;
	struct sl_form_binds binds;
	struct sl_form_rules *rules;
	struct sl_form_known *next;
};

void sl_forms_known_init(struct sl_forms_known *k)
{
	*k = (struct sl_forms_known){.lock = PTHREAD_MUTEX_INITIALIZER};
}

void sl_forms_known_done(struct sl_forms_known *k)
{
	sl_arena_done(&k->arena);
	pthread_mutex_destroy(&k->lock);
}

static enum sl_code copied(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	*out = (struct sl_str){sl_str_dup(a, s, e), s.n};
	return e->code;
}

/* Under the lock: while one thread reads a form, others wait for it. */
static enum sl_code read_form(struct sl_programme *p, struct sl_forms_known *known, const struct sl_published_form *of,
                              struct sl_form_known **out, struct sl_err *e)
{
	struct sl_form_known *k = sl_arena_alloc(&known->arena, 1, sizeof *k, e);
	struct sl_published_form f;
	struct sl_str xml;
	bool found;

	if (!k || sl_store_form_version(p->db, &known->arena, of->form, of->version, &found, &f, &xml, e) ||
	    sl_form_binds_read(&known->arena, xml, &k->binds, e) ||
	    sl_submission_rules(&known->arena, xml, &k->rules, e) || copied(&known->arena, of->kind, &k->kind, e) ||
	    copied(&known->arena, of->md5, &k->md5, e))
		return e->code;
	k->id = of->id;
	k->next = known->first;
	*out = known->first = k;
	return SL_OK;
}

static enum sl_code form_of(struct sl_programme *p, struct sl_forms_known *known, struct sl_arena *a,
                            const struct sl_instance *x, struct sl_form_known **out, bool *closed, struct sl_err *e)
{
	struct sl_published_form f;
	struct sl_form_known *k;
	bool found;

	if (sl_store_form_version(p->db, a, x->form, x->version, &found, &f, NULL, e))
		return e->code;
	if (!found)
		return sl_fail(e, SL_NOT_FOUND, "there is no form '%.*s' of version '%.*s' here", SL_STR_ARG(x->form),
		               SL_STR_ARG(x->version));
	*closed = f.closed_ms != 0;
	pthread_mutex_lock(&known->lock);
	k = known->first;
	while (k && !(k->id == f.id && sl_str_eq(k->md5, f.md5)))
		k = k->next;
	if (!k)
		(void)!read_form(p, known, &f, &k, e);
	pthread_mutex_unlock(&known->lock);
	*out = k;
	return e->code;
}

/* ---- what is wrong ---- */

enum sl_code sl_submission_find(struct sl_submission_made *m, struct sl_arena *a, const char *rule,
                                const struct sl_field *f, const char *text, const char *suggestion, struct sl_err *e)
{
	struct sl_finding *v;

	if (!text)
		return e->code;
	v = sl_arena_grow(a, m->finding, &m->cap_findings, m->n_findings + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->finding = v;
	v[m->n_findings++] = (struct sl_finding){.rule = rule,
	                                         .severity = SL_WARNING,
	                                         .kind = m->kind,
	                                         .field = f ? f->name : SL_STR(""),
	                                         .source = m->instance.id,
	                                         .text = sl_str_from(text),
	                                         .suggestion = sl_str_from(suggestion),
	                                         .lon = (double)NAN,
	                                         .lat = (double)NAN};
	return SL_OK;
}

/* ---- one answer ---- */

enum sl_code sl_submission_keep(struct sl_submission_made *m, struct sl_arena *a, struct sl_str key, struct sl_str json,
                                bool sealed, struct sl_err *e)
{
	const bool aside = sealed && !m->record.kind->seals_extra; /* else all of them are sealed */
	struct sl_extra **list = aside ? &m->sealed : &m->record.extra, *v;
	size_t *n = aside ? &m->n_sealed : &m->record.n_extra;

	v = sl_arena_grow(a, *list, aside ? &m->cap_sealed : &m->cap_extra, *n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	*list = v;
	v[(*n)++] = (struct sl_extra){.key = key, .value = json};
	return SL_OK;
}

static enum sl_code put_extra(struct sl_submission_made *m, struct sl_arena *a, const struct sl_answer *x, bool sealed,
                              struct sl_err *e)
{
	struct sl_buf text = {0};
	struct sl_json_writer w;
	char *copy;

	sl_json_writer_init(&w, &text);
	sl_json_put_str(&w, x->value);
	copy = sl_buf_check(&text, e) ? NULL : sl_arena_strndup(a, text.p, text.n, e);
	if (copy)
		(void)!sl_submission_keep(m, a, x->key, (struct sl_str){copy, text.n}, sealed, e);
	sl_buf_done(&text);
	return e->code;
}

/* Codes of a list come split by blanks, and moments where a form asked for more than a day. */
static enum sl_code as_typed(struct sl_arena *a, const struct sl_field *f, struct sl_str given, struct sl_str *out,
                             struct sl_err *e)
{
	char *copy;

	*out = given;
	if (f->type == SL_FIELD_DATE && given.n > 10 && given.p[10] == 'T')
		out->n = 10;
	if (f->type != SL_FIELD_SELECT_MULTIPLE)
		return SL_OK;
	copy = sl_str_dup(a, given, e);
	for (size_t i = 0; copy && i < given.n; i++)
		if (copy[i] == ' ')
			copy[i] = ';';
	if (copy)
		out->p = copy;
	return e->code;
}

static enum sl_code put_value(struct sl_submission_made *m, struct sl_arena *a, const struct sl_field *f,
                              const struct sl_answer *x, struct sl_err *e)
{
	const bool code = f->type == SL_FIELD_SELECT_ONE || f->type == SL_FIELD_SELECT_MULTIPLE;
	const bool date = f->type == SL_FIELD_DATE || f->type == SL_FIELD_DATETIME;
	const char *problem = NULL;
	struct sl_str given;

	if (as_typed(a, f, x->value, &given, e) || sl_value_read(a, f, given, &m->record.value[f->index], &problem, e))
		return e->code;
	if (!problem)
		return SL_OK;
	if (put_extra(m, a, x, f->sensitive, e))
		return e->code;
	return sl_submission_find(m, a, code ? "I02" : date ? "T07" : "I11", f,
	            f->sensitive ? sl_arena_printf(a, e, "The %.*s cannot be read.", SL_STR_ARG(f->label))
	                         : sl_arena_printf(a, e, "%.*s: %s.", SL_STR_ARG(f->label), problem),
	            code ? "Correct the value, or add the code or its alias to the list."
	                 : "Correct the value; what was sent stands in the submission.",
	            e);
}

static enum sl_code put_place(struct sl_submission_made *m, struct sl_arena *a, const struct sl_field *f,
                              const struct sl_answer *x, struct sl_err *e)
{
	const char *problem;

	if (sl_answer_place(a, x->value, &m->record.geometry, &problem, e))
		return e->code;
	if (!problem) {
		m->place = x->value;
		return SL_OK;
	}
	if (put_extra(m, a, x, f->sensitive, e))
		return e->code;
	return sl_submission_find(m, a, "G24", f, sl_arena_printf(a, e, "The geometry cannot be read: %s.", problem),
	            "Draw it anew; what was sent stands in the submission.", e);
}

/* Whatever folders it names are its sender's. */
static struct sl_str file_name(struct sl_str s)
{
	for (size_t i = s.n; i; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
			return (struct sl_str){s.p + i, s.n - i};
	return s;
}

enum sl_code sl_submission_want(struct sl_submission_made *m, struct sl_arena *a, const struct sl_field *f,
                                const struct sl_answer *x, struct sl_err *e)
{
	struct sl_str name = file_name(x->value);
	struct sl_submission_wanted *v;

	for (size_t i = 0; i < m->n_wanted; i++)
		if (sl_str_eq(m->wanted[i].name, name))
			return SL_OK;
	v = sl_arena_grow(a, m->wanted, &m->cap_wanted, m->n_wanted + 1, sizeof *v, e);
	if (!v)
		return e->code;
	m->wanted = v;
	v[m->n_wanted++] = (struct sl_submission_wanted){name, f ? f->name : SL_STR("")};
	return SL_OK;
}

enum sl_code sl_submission_take(struct sl_submission_made *m, struct sl_arena *a, const struct sl_kind *kind,
                                const struct sl_answer *x, struct sl_err *e)
{
	char name[256];
	const struct sl_field *f = NULL;
	const struct sl_field *ground = kind->geometry < 0 ? NULL : &kind->field[kind->geometry];

	if (x->name.n < sizeof name) {
		memcpy(name, x->name.p, x->name.n);
		name[x->name.n] = 0;
		f = sl_kind_field(kind, name);
	}
	if (x->type == SL_ANSWER_FILE && sl_submission_want(m, a, f, x, e))
		return e->code;
	if (f && f != ground && m->record.value[f->index].type == SL_VALUE_NONE)
		return put_value(m, a, f, x, e);
	if (ground && m->record.geometry.type == SL_GEOM_NONE && (f == ground || (!f && x->type == SL_ANSWER_PLACE)))
		return put_place(m, a, ground, x, e);
	return put_extra(m, a, x, (f && f->sensitive) || (ground && ground->sensitive && x->type == SL_ANSWER_PLACE), e);
}

/* ---- the revision ---- */

static const struct sl_value *value_of(const struct sl_submission_made *m, const char *name)
{
	const struct sl_field *f = sl_kind_field(m->record.kind, name);

	return f ? &m->record.value[f->index] : NULL;
}

/* Each kind's own day, as when a file is imported: the day of a stay in a school is not one. */
static struct sl_date effective_of(const struct sl_submission_made *m)
{
	static const struct {
		const char *field, *kinds;
	} day[] = {{"effective_date", NULL}, {"date", "accident education quality"}, {"found_date", "ordnance"},
	           {"end_date", "activity"}, {"start_date", "activity"}};
	struct sl_date d = sl_date_none();

	for (size_t i = 0; i < sizeof day / sizeof *day && sl_date_is_none(d); i++) {
		const struct sl_value *v = value_of(m, day[i].field);
		struct sl_str kinds = sl_str_from(day[i].kinds), one;
		bool meant = !day[i].kinds;

		while (day[i].kinds && sl_str_split(&kinds, ' ', &one))
			meant |= sl_str_eq(one, m->kind);
		if (!v || !meant)
			continue;
		if (v->type == SL_VALUE_DATE)
			d = v->date;
		else if (v->type == SL_VALUE_TEXT && v->text.n > 10 && !sl_date_parse((struct sl_str){v->text.p, 10}, &d))
			d = sl_date_none();
	}
	return d;
}

static enum sl_code keep(struct sl_arena *a, struct sl_buf *b, struct sl_str *out, struct sl_err *e)
{
	if (sl_buf_check(b, e))
		return e->code;
	out->p = sl_arena_strndup(a, b->n ? b->p : "", b->n, e);
	out->n = b->n;
	sl_buf_clear(b);
	return e->code;
}

static enum sl_code write_texts(struct sl_submission_made *m, struct sl_arena *a, struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;
	bool any;

	sl_record_json(b, &m->record);
	if (keep(a, b, &m->rev.document, e))
		return e->code;
	sl_record_sealed_json_with(b, &m->record, m->sealed, m->n_sealed, &any);
	if (any && keep(a, b, &m->rev.sealed, e))
		return e->code;
	sl_buf_clear(b);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	if (m->place.n)
		sl_json_kv_str(&w, "crs", SL_STR("EPSG:4326"));
	sl_json_kv_str(&w, "form", m->instance.form);
	if (m->place.n)
		sl_json_kv_str(&w, "geometry", m->place);
	sl_json_kv_str(&w, "instance", m->instance.id);
	if (m->rules_untold)
		sl_json_kv_int(&w, "rules_not_judged", (int64_t)m->rules_untold);
	sl_json_kv_str(&w, "version", m->instance.version);
	sl_json_end(&w, '}');
	return keep(a, b, &m->rev.entry, e);
}

enum sl_code sl_submission_revision(struct sl_submission_made *m, struct sl_arena *a, const struct sl_kind *kind,
                                    struct sl_err *e)
{
	const struct sl_person *who = &m->sent->who;
	const struct sl_field *own = sl_kind_field(kind, "organisation");
	const struct sl_value *id = value_of(m, "id");
	struct sl_value *organisation = own ? &m->record.value[own->index] : NULL;
	const bool hides = kind->geometry >= 0 && kind->field[kind->geometry].sensitive;
	struct sl_buf b = {0};

	if (organisation && organisation->type == SL_VALUE_NONE && who->organisation.n)
		*organisation = (struct sl_value){.type = SL_VALUE_TEXT, .text = who->organisation};
	m->rev = (struct sl_revision){
	    .kind = kind,
	    .state = SL_SUBMITTED,
	    .effective = effective_of(m),
	    .author = who->name,
	    .organisation = who->organisation.n                                       ? who->organisation
	                    : organisation && organisation->type == SL_VALUE_TEXT ? organisation->text
	                                                                              : SL_STR(""),
	    .identity = id && id->type == SL_VALUE_TEXT ? id->text : m->instance.id,
	    .document = SL_STR(""),
	    .sealed = SL_STR(""),
	    .entry = SL_STR("")};
	(void)!write_texts(m, a, &b, e);
	sl_buf_done(&b);
	if (e->code || (!hides && m->record.geometry.type != SL_GEOM_NONE &&
	                sl_geometry_prepare(a, &m->record.geometry, &m->rev.geometry, e)))
		return e->code;
	/* What is sealed does not go on in the open, not even to the writer. */
	if (hides)
		m->record.geometry = (struct sl_geom){.type = SL_GEOM_NONE};
	if (kind->seals_extra)
		m->record.n_extra = 0;
	return sl_revision_prepare(a, &m->rev, &m->record, &m->prepared, e);
}

enum sl_code sl_submission_make(struct sl_programme *p, struct sl_forms_known *known, struct sl_arena *a,
                                const struct sl_submission_sent *sent, struct sl_submission_made **out,
                                struct sl_err *e)
{
	struct sl_submission_made *m = sl_arena_alloc(a, 1, sizeof *m, e);
	const struct sl_kind *kind;
	struct sl_form_known *form;

	if (!m || sl_instance_read(a, sent->xml, &m->instance, e))
		return e->code;
	m->sent = sent;
	if (m->instance.encrypted)
		return sl_fail(e, SL_INVALID, "encrypted submissions are not taken here: take the public key out of the form");
	if (form_of(p, known, a, &m->instance, &form, &m->closed, e))
		return e->code;
	kind = sl_dictionary_kind(p->dict, form->kind);
	if (!kind)
		return sl_fail(e, SL_NOT_FOUND, "form %.*s: there is no kind of record '%.*s'", SL_STR_ARG(m->instance.form),
		               SL_STR_ARG(form->kind));
	if (!sl_may_write_record(&sent->who, &(struct sl_standing){.author = sent->who.name,
	                                                            .organisation = sent->who.organisation,
	                                                            .quality = sl_str_is(kind->name, "quality")}))
		return sl_fail(e, SL_DENIED, "your account does not enter records of this kind");
	m->kind = kind->name;
	if (sl_record_new(a, kind, &m->record, e) || sl_instance_answers(a, &form->binds, &m->instance, e))
		return e->code;
	if (sl_submission_answers(m, a, p->dict, kind, e) || sl_submission_judge(p, form->rules, a, m, e) ||
	    sl_submission_revision(m, a, kind, e))
		return e->code;
	*out = m;
	return SL_OK;
}
