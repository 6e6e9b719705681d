#include "app/lists.h"

#include "base/utf8.h"
#include "store/listing.h"

#include <string.h>

/* ---- the programme ---- */

enum { NAME_MAX = 200 };

static enum sl_code check_name(struct sl_str name, struct sl_err *e)
{
	if (name.n > NAME_MAX || !sl_utf8_valid(name))
		return sl_fail(e, SL_INVALID, "the name is longer than %d bytes, or no UTF-8", NAME_MAX);
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return sl_fail(e, SL_INVALID, "the name holds a control character");
	return SL_OK;
}

static enum sl_code check_country(struct sl_str country, struct sl_err *e)
{
	bool good = !country.n || country.n == 3;

	for (size_t i = 0; good && i < country.n; i++)
		good = country.p[i] >= 'A' && country.p[i] <= 'Z';
	return good ? SL_OK
	            : sl_fail(e, SL_INVALID, "the country is an ISO 3166 code of three capital letters, for instance KHM");
}

static enum sl_code describe(struct sl_programme *p, struct sl_people *people, const struct sl_actor *by,
                             struct sl_str name, struct sl_str country, struct sl_arena *a, struct sl_err *e)
{
	struct sl_str old_name, old_country;
	char *details;

	if (sl_store_fact(p->db, a, "name", &old_name, e) || sl_store_fact(p->db, a, "country", &old_country, e))
		return e->code;
	name = name.n ? name : old_name;
	country = country.n ? country : old_country;
	if (sl_str_eq(name, old_name) && sl_str_eq(country, old_country))
		return SL_OK;
	details = sl_arena_printf(a, e, "%.*s (%.*s), was %.*s (%.*s)", SL_STR_ARG(name), SL_STR_ARG(country),
	                          SL_STR_ARG(old_name), SL_STR_ARG(old_country));
	if (!details || sl_store_set_fact(p->db, "name", name, e) || sl_store_set_fact(p->db, "country", country, e))
		return e->code;
	return sl_audit_note(people, by, "programme-set", SL_STR(""), sl_str_from(details), e);
}

enum sl_code sl_programme_describe(struct sl_programme *p, struct sl_people *people, const struct sl_actor *by,
                                   struct sl_str name, struct sl_str country, struct sl_err *e)
{
	struct sl_arena a = {0};

	name = sl_str_trim(name);
	if (check_name(name, e) || check_country(country, e) || sl_store_begin(p->db, e))
		return e->code;
	if (describe(p, people, by, name, country, &a, e) || sl_store_commit(p->db, e))
		sl_store_rollback(p->db);
	sl_arena_done(&a);
	return e->code;
}

/* ---- organisations ---- */

struct office {
	struct sl_arena *a;
	struct sl_programme *p;
	struct sl_people *people;
	const struct sl_person *who;
	const struct sl_actor *by;
	const struct sl_organisation_change *change;
	struct sl_revision rev;
	struct sl_record rec;
	bool is_new;
};

static enum sl_code fill_field(struct office *o, const struct sl_json *v, struct sl_err *e)
{
	char name[64];
	const struct sl_field *f;
	const char *problem = NULL;
	struct sl_str text = v->type == SL_JSON_STRING ? sl_str_trim(v->text) : SL_STR("");

	if (v->type != SL_JSON_STRING || v->key.n >= sizeof name)
		return sl_fail(e, SL_INVALID, "'%.*s' is to be a text", (int)(v->key.n < 40 ? v->key.n : 40), v->key.p);
	memcpy(name, v->key.p, v->key.n);
	name[v->key.n] = 0;
	f = sl_kind_field(o->rev.kind, name);
	if (!f || f->sensitive || f->type == SL_FIELD_GEOMETRY)
		return sl_fail(e, SL_INVALID, "an organisation has no field '%s' that is changed here", name);
	if (sl_str_is(f->name, "id") && !o->is_new)
		return sl_str_eq(text, o->rev.identity) ? SL_OK
		                                        : sl_fail(e, SL_INVALID, "the identifier of a record does not change");
	o->rec.value[f->index] = (struct sl_value){0};
	if (!text.n)
		return SL_OK;
	if (sl_value_read(o->a, f, text, &o->rec.value[f->index], &problem, e))
		return e->code;
	return problem ? sl_fail(e, SL_INVALID, "%.*s: %s", SL_STR_ARG(f->label), problem) : SL_OK;
}

static enum sl_code find_known(struct office *o, struct sl_err *e)
{
	struct sl_identity known;
	struct sl_revision now;
	bool found;

	if (sl_store_identify(o->p->db, o->rev.kind, o->change->id, &found, &known, e))
		return e->code;
	if (!found)
		return sl_fail(e, SL_NOT_FOUND, "there is no organisation '%.*s'", SL_STR_ARG(o->change->id));
	if (!sl_uuid_eq(known.head, o->change->before))
		return sl_fail(e, SL_CONFLICT, "the organisation has changed since you looked at it; look at it again");
	if (known.state != SL_APPROVED)
		return sl_fail(e, SL_CONFLICT, "a change of this organisation waits for review; decide on it first");
	if (sl_store_by_number(o->p->db, o->a, known.record_number, &now, &o->rec, e) ||
	    sl_store_unseal(o->p->db, o->a, now.id, &o->rev.sealed, e))
		return e->code;
	o->rev.record = known.record;
	o->rev.parent[0] = known.head;
	o->rev.n_parents = 1;
	o->rev.identity = now.identity;
	o->rev.geometry = now.geometry;
	return SL_OK;
}

static enum sl_code check_whole(struct office *o, struct sl_err *e)
{
	struct sl_identity other;
	bool found;

	for (size_t i = 0; i < o->rev.kind->n_fields; i++)
		if (o->rev.kind->field[i].required && o->rec.value[i].type == SL_VALUE_NONE)
			return sl_fail(e, SL_INVALID, "%.*s is needed", SL_STR_ARG(o->rev.kind->field[i].label));
	if (!o->is_new)
		return SL_OK;
	o->rev.identity = sl_record_text(&o->rec, "id");
	if (sl_store_identify(o->p->db, o->rev.kind, o->rev.identity, &found, &other, e))
		return e->code;
	return found ? sl_fail(e, SL_CONFLICT, "there is an organisation '%.*s' already", SL_STR_ARG(o->rev.identity))
	             : SL_OK;
}

static enum sl_code append(struct office *o, struct sl_err *e)
{
	struct sl_buf json = {0}, entry = {0};
	struct sl_date day = sl_record_date(&o->rec, "effective_date");
	struct sl_json_writer w;
	char *record;

	sl_record_json(&json, &o->rec);
	sl_json_writer_init(&w, &entry);
	sl_json_begin(&w, '{');
	sl_json_put_key(&w, SL_STR("form"));
	sl_json_put_tree(&w, o->change->value, true);
	sl_json_end(&w, '}');
	o->rev.effective = day;
	o->rev.document = sl_buf_view(&json);
	o->rev.entry = sl_buf_view(&entry);
	o->rev.author = o->who->name;
	o->rev.organisation = o->who->organisation;
	o->rev.state = SL_APPROVED;
	record = sl_arena_printf(o->a, e, "organisation:%.*s", SL_STR_ARG(o->rev.identity));
	if (record && !sl_buf_check(&json, e) && !sl_buf_check(&entry, e) &&
	    !sl_store_append(o->p->db, &o->rev, NULL, e))
		(void)!sl_audit_note(o->people, o->by, o->is_new ? "organisation-add" : "organisation-change",
		                     sl_str_from(record), sl_record_text(&o->rec, "name"), e);
	sl_buf_done(&json);
	sl_buf_done(&entry);
	return e->code;
}

static enum sl_code put_in(struct office *o, struct sl_err *e)
{
	o->is_new = !o->change->id.n;
	if (o->is_new ? sl_record_new(o->a, o->rev.kind, &o->rec, e) : find_known(o, e))
		return e->code;
	/* What is said now is known from now on, unless it says another day. */
	o->rec.value[sl_kind_field(o->rev.kind, "effective_date")->index] = (struct sl_value){
	    .type = SL_VALUE_DATE, .date = {(int32_t)(sl_env_now_ms(o->p->env) / 86400000)}};
	for (const struct sl_json *v = o->change->value->child; v; v = v->next)
		if (fill_field(o, v, e))
			return e->code;
	return check_whole(o, e) ? e->code : append(o, e);
}

enum sl_code sl_organisation_put(struct sl_programme *p, struct sl_people *people, const struct sl_person *who,
                                 const struct sl_actor *by, const struct sl_organisation_change *change,
                                 struct sl_err *e)
{
	struct sl_arena a = {0};
	struct office o = {.a = &a, .p = p, .people = people, .who = who, .by = by, .change = change};

	if (!change->value || change->value->type != SL_JSON_OBJECT)
		return sl_fail(e, SL_INVALID, "values is to be an object of fields and texts");
	o.rev.kind = sl_dictionary_kind(p->dict, SL_STR("organisation"));
	o.rev.sealed = SL_STR("");
	if (sl_store_begin(p->db, e))
		return e->code;
	if (put_in(&o, e) || sl_store_commit(p->db, e))
		sl_store_rollback(p->db);
	sl_arena_done(&a);
	return e->code;
}
