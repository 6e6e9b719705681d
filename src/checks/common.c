/* Rules that follow from the dictionary alone: required fields, ranges, dates. */
#include "checks/judge.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* A field name as a C string: dictionary texts are views. */
static const char *name_of(const struct sl_field *f, char out[64])
{
	snprintf(out, 64, "%.*s", SL_STR_ARG(f->name));
	return out;
}

static const char *find(struct sl_str in, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= in.n; i++)
		if (!memcmp(in.p + i, what, n))
			return in.p + i;
	return NULL;
}

static size_t characters(struct sl_str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

/* IMSMA cuts its lists of links at 20,000 characters, without a word. */
enum sl_code sl_i05_long_list(struct sl_judged *j, struct sl_err *e)
{
	size_t limit = (size_t)j->c->limit.links_max_chars;
	char name[64];

	for (size_t i = 0; i < j->r->kind->n_fields; i++)
		if (j->r->value[i].type == SL_VALUE_TEXT && j->r->value[i].text.n >= limit &&
		    characters(j->r->value[i].text) >= limit)
			return sl_judge_say(
			    j, "I05", (struct sl_spot){.field = name_of(&j->r->kind->field[i], name)}, e,
			    "A text of %zu characters: lists of %zu and more were cut by the system they come from.",
			    characters(j->r->value[i].text), limit);
	for (size_t i = 0; i < j->r->n_extra; i++)
		if (j->r->extra[i].value.n >= limit && characters(j->r->extra[i].value) >= limit)
			return sl_judge_say(
			    j, "I05", (struct sl_spot){0}, e,
			    "The column %.*s holds %zu characters: lists of %zu and more were cut by the system they "
			    "come from.",
			    SL_STR_ARG(j->r->extra[i].key), characters(j->r->extra[i].value), limit);
	return SL_OK;
}

enum sl_code sl_i07_required(struct sl_judged *j, struct sl_err *e)
{
	char name[64];

	for (size_t i = 0; i < j->r->kind->n_fields; i++) {
		const struct sl_field *f = &j->r->kind->field[i];
		bool decides;

		if (!f->required || (f->relevant.n && !f->relevance) || (int)i == j->r->kind->geometry ||
		    j->r->value[i].type != SL_VALUE_NONE || sl_str_is(f->name, "effective_date") || !sl_field_is_asked(j, f))
			continue;
		/* Without its class a hazard, without its product a release, cannot enter the account. */
		decides = sl_str_is(f->name, "class") || sl_str_is(f->name, "product");
		if (sl_judge_say(j, "I07",
		                 (struct sl_spot){.field = name_of(f, name),
		                                  .graded = true,
		                                  .severity = decides ? SL_ERROR : SL_WARNING},
		                 e, "%.*s is required and missing%s.", SL_STR_ARG(f->label),
		                 decides ? ": the record cannot enter the account" : ""))
			return e->code;
	}
	return SL_OK;
}

/* The terms ". >= number" and ". <= number" that a constraint begins with, joined by "and". */
static bool within(struct sl_str constraint, double x, double *bound, bool *low)
{
	while (sl_str_has_prefix(constraint, ". >= ") || sl_str_has_prefix(constraint, ". <= ")) {
		bool at_least = constraint.p[2] == '>';
		struct sl_str rest = {constraint.p + 5, constraint.n - 5}, word;
		double limit;

		if (!sl_str_split(&rest, ' ', &word) || !sl_str_double(word, &limit))
			return true;
		if (at_least ? x < limit : x > limit) {
			*bound = limit;
			*low = at_least;
			return false;
		}
		if (!sl_str_has_prefix(rest, "and "))
			return true;
		constraint = (struct sl_str){rest.p + 4, rest.n - 4};
	}
	return true;
}

enum sl_code sl_i08_number(struct sl_judged *j, struct sl_err *e)
{
	for (size_t i = 0; i < j->r->kind->n_fields; i++) {
		const struct sl_field *f = &j->r->kind->field[i];
		const struct sl_value *v = &j->r->value[i];
		double x = v->type == SL_VALUE_INTEGER ? (double)v->integer : v->decimal, bound = 0;
		char name[64], a[40], b[40];
		bool low = false;

		if (v->type != SL_VALUE_INTEGER && v->type != SL_VALUE_DECIMAL)
			continue;
		if (f->sensitive)
			continue;
		if (within(f->constraint, x, &bound, &low)) {
			bool count = sl_str_is(f->unit, "count") && x > j->c->limit.quantity_max;
			bool depth = sl_str_is(f->unit, "cm") && x > j->c->limit.depth_max_cm;

			if (!count && !depth)
				continue;
			bound = count ? j->c->limit.quantity_max : j->c->limit.depth_max_cm;
			low = false;
		}
		if (sl_judge_say(j, "I08", (struct sl_spot){.field = name_of(f, name)}, e,
		                 "%.*s is %s, %s than %s.", SL_STR_ARG(f->label), sl_number_text(x, a),
		                 low ? "less" : "more", sl_number_text(bound, b)))
			return e->code;
	}
	return SL_OK;
}

/* The date field that `f` may not precede: "... or . >= ${name}". */
static const struct sl_field *not_before(const struct sl_kind *kind, const struct sl_field *f)
{
	static const char mark[] = "or . >= ${";
	const char *p = find(f->constraint, mark), *end = f->constraint.p + f->constraint.n;
	char name[64];
	size_t n = 0;

	if (!p)
		return NULL;
	for (p += sizeof mark - 1; p < end && *p != '}' && n + 1 < sizeof name; p++)
		name[n++] = *p;
	name[n] = 0;
	return sl_kind_field(kind, name);
}

enum sl_code sl_t01_order(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_kind *kind = j->r->kind;

	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i], *first;
		const struct sl_value *v = &j->r->value[i], *start;
		char a[11], b[11], name[64];

		if (f->type != SL_FIELD_DATE || v->type != SL_VALUE_DATE || f->sensitive)
			continue;
		first = not_before(kind, f);
		if (!first || first->type != SL_FIELD_DATE || first->sensitive)
			continue;
		start = &j->r->value[first - kind->field];
		if (start->type != SL_VALUE_DATE || v->date.day >= start->date.day)
			continue;
		if (sl_judge_say(j, "T01", (struct sl_spot){.field = name_of(f, name)}, e,
		                 "%.*s is %s, before %.*s, %s.", SL_STR_ARG(f->label), sl_day_text(v->date, a),
		                 SL_STR_ARG(first->label), sl_day_text(start->date, b)))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_t02_future(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_kind *kind = j->r->kind;
	int32_t latest = j->c->today.day + (int32_t)j->c->limit.date_future_days;
	struct sl_date effective, entry;
	char a[11], b[11];

	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct sl_field *f = &kind->field[i];
		const struct sl_value *v = &j->r->value[i];
		char name[64];

		if (v->type != SL_VALUE_DATE || f->sensitive)
			continue;
		if (v->date.day > latest && find(f->constraint, "today()")) {
			if (sl_judge_say(j, "T02", (struct sl_spot){.field = name_of(f, name)}, e,
			                 "%.*s is %s, in the future (today is %s).", SL_STR_ARG(f->label),
			                 sl_day_text(v->date, a), sl_day_text(j->c->today, b)))
				return e->code;
		} else if (!sl_date_is_none(j->c->limit.earliest) && v->date.day < j->c->limit.earliest.day) {
			if (sl_judge_say(j, "T02",
			                 (struct sl_spot){
			                     .field = name_of(f, name),
			                     .advice = "Look at the original: a missing century, or another calendar "
			                               "(Solar Hijri, Hijri, Ethiopian)."},
			                 e, "%.*s is %s, earlier than any record can be.", SL_STR_ARG(f->label),
			                 sl_day_text(v->date, a)))
				return e->code;
		}
	}
	effective = sl_record_date(j->r, "effective_date");
	entry = sl_record_date(j->r, "entry_date");
	if (sl_date_is_none(effective) || sl_date_is_none(entry) || effective.day <= entry.day)
		return SL_OK;
	return sl_judge_say(j, "T02", (struct sl_spot){.field = "effective_date"}, e,
	                    "The information is dated %s, after it was entered on %s.",
	                    sl_day_text(effective, a), sl_day_text(entry, b));
}

enum sl_code sl_t06_no_date(struct sl_judged *j, struct sl_err *e)
{
	const struct sl_field *f = sl_kind_field(j->r->kind, "effective_date");
	bool land = j->kind == SL_CHECK_HAZARD || j->kind == SL_CHECK_RELEASE;

	if (!f || !f->required || !sl_date_is_none(sl_record_date(j->r, "effective_date")) ||
	    (j->rev && !sl_date_is_none(j->rev->effective)))
		return SL_OK;
	return sl_judge_say(j, "T06",
	                    (struct sl_spot){.field = "effective_date",
	                                     .m2 = j->area_m2,
	                                     .graded = true,
	                                     .severity = land ? SL_ERROR : SL_WARNING},
	                    e, "Nothing says from when this is true%s.",
	                    land ? ": the land cannot enter an account at any date" : "");
}
