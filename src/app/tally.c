#include "app/tally.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What an attribute is made of. */
enum source { FIELD, YEAR, MONTH, PROVINCE, AGE_BAND, DATES };

struct sl_tally_column {
	enum source source;
	int field;           /* FIELD */
	struct sl_str dates; /* YEAR, MONTH, DATES: a chain of fields */
	bool number;         /* FIELD of a number: for sums */
	const struct sl_choice_list *list;
	uint32_t *text; /* place in `value` of each record */
	sl_mm2 *amount; /* number: millionths or whole */
	bool *stated;
	int32_t *day;
	struct sl_str *value; /* the texts that occur; [0] is UNK */
	size_t n_values, cap_values;
	struct sl_map by_value;
	size_t cap[4];
};

static struct sl_tally_column *column_of(struct sl_tally *t, struct sl_str attribute)
{
	for (size_t i = 0; i < t->n_attributes; i++)
		if (sl_str_eq(t->attribute[i], attribute))
			return &t->column[i];
	return NULL;
}

/* "year:accident_date,effective_date", "when:...": an attribute that follows from dates brings their chain.
 */
static bool split_dates(struct sl_str attribute, const char *name, struct sl_str *chain)
{
	size_t n = strlen(name);

	if (!sl_str_has_prefix(attribute, name) || attribute.n <= n || attribute.p[n] != ':')
		return false;
	*chain = (struct sl_str){attribute.p + n + 1, attribute.n - n - 1};
	return true;
}

static enum sl_code check_field(const struct sl_kind *kind, struct sl_str name, int *index,
                                struct sl_err *e)
{
	for (size_t i = 0; i < kind->n_fields; i++)
		if (sl_str_eq(kind->field[i].name, name)) {
			if (kind->field[i].sensitive)
				return sl_fail(e, SL_INVALID,
				               "field '%.*s' of %.*s is about a person: it goes into no report",
				               SL_STR_ARG(name), SL_STR_ARG(kind->name));
			*index = (int)i;
			return SL_OK;
		}
	return sl_fail(e, SL_INVALID, "records of kind %.*s have no field '%.*s'", SL_STR_ARG(kind->name),
	               SL_STR_ARG(name));
}

static enum sl_code check_chain(const struct sl_kind *kind, struct sl_str chain, struct sl_err *e)
{
	struct sl_str rest = chain, one;
	int index = 0;

	while (sl_str_split(&rest, ',', &one)) {
		if (check_field(kind, one, &index, e))
			return e->code;
		if (kind->field[index].type != SL_FIELD_DATE && kind->field[index].type != SL_FIELD_DATETIME)
			return sl_fail(e, SL_INVALID, "field '%.*s' of %.*s is no date", SL_STR_ARG(one),
			               SL_STR_ARG(kind->name));
	}
	return SL_OK;
}

enum sl_code sl_tally_want(struct sl_tally *t, struct sl_str attribute, struct sl_err *e)
{
	struct sl_tally_column c = {.source = FIELD};
	struct sl_tally_column *v;
	struct sl_str *names;
	size_t cap = t->cap_attributes;
	bool province = sl_str_is(attribute, "province");

	if (!attribute.n || column_of(t, attribute))
		return SL_OK;
	if (split_dates(attribute, "year", &c.dates))
		c.source = YEAR;
	else if (split_dates(attribute, "month", &c.dates))
		c.source = MONTH;
	else if (split_dates(attribute, "when", &c.dates))
		c.source = DATES;
	else if (province)
		c.source = PROVINCE;
	else if (sl_str_is(attribute, "age_band"))
		c.source = AGE_BAND;
	else if (check_field(t->kind, attribute, &c.field, e))
		return e->code;
	if (c.dates.n && check_chain(t->kind, c.dates, e))
		return e->code;
	if (c.source == FIELD) {
		const struct sl_field *f = &t->kind->field[c.field];

		c.number = f->type == SL_FIELD_INTEGER || f->type == SL_FIELD_DECIMAL;
		c.list = f->list;
	}
	names = sl_arena_grow(&t->arena, t->attribute, &cap, t->n_attributes + 1, sizeof *names, e);
	v = names ? sl_arena_grow(&t->arena, t->column, &t->cap_attributes, t->n_attributes + 1, sizeof *v, e)
	          : NULL;
	if (!v)
		return e->code;
	t->attribute = names;
	t->column = v;
	t->attribute[t->n_attributes] = attribute;
	t->column[t->n_attributes++] = c;
	return SL_OK;
}

/* ---- one record ---- */

static struct sl_date date_of(const struct sl_record *r, struct sl_str chain)
{
	struct sl_str rest = chain, one;
	char name[64];

	while (sl_str_split(&rest, ',', &one)) {
		struct sl_date d;

		if (one.n >= sizeof name)
			continue;
		memcpy(name, one.p, one.n);
		name[one.n] = '\0';
		d = sl_record_date(r, name);
		if (!sl_date_is_none(d))
			return d;
	}
	return sl_date_none();
}

/* Child or adult: as recorded, else by the age, else by the years of birth and accident where they leave no
 * doubt. */
static struct sl_str age_band(const struct sl_tally *t, const struct sl_record *r)
{
	double below = sl_setting_number(t->p->dict, "child.age_below"), age = sl_record_number(r, "age"), born,
	       year;
	struct sl_str group = sl_record_text(r, "age_group");
	struct sl_date when = date_of(r, SL_STR("accident_date"));

	if (group.n && !sl_str_is(group, "UNK"))
		return group;
	if (isfinite(age))
		return age < below ? SL_STR("CHILD") : SL_STR("ADULT");
	born = sl_record_number(r, "birth_year");
	year = sl_date_is_none(when) ? sl_record_number(r, "year") : sl_date_year(when);
	if (isfinite(born) && isfinite(year) && year - born < below)
		return SL_STR("CHILD");
	if (isfinite(born) && isfinite(year) && year - born > below)
		return SL_STR("ADULT");
	return SL_STR("UNK");
}

static struct sl_str text_of(const struct sl_tally *t, const struct sl_tally_column *c,
                             const struct sl_record *r, struct sl_buf *b)
{
	struct sl_date d;
	int year, month, day;
	struct sl_str s;

	switch (c->source) {
	case AGE_BAND: return age_band(t, r);
	case PROVINCE: s = sl_record_text(r, "admin1"); return s.n ? s : sl_record_text(r, "admin1_name");
	case YEAR:
	case MONTH:
		d = date_of(r, c->dates);
		if (sl_date_is_none(d))
			return SL_STR("");
		sl_date_to_ymd(d, &year, &month, &day);
		if (c->source == YEAR)
			sl_buf_printf(b, "%04d", year);
		else
			sl_buf_printf(b, "%04d-%02d", year, month);
		return sl_buf_view(b);
	case FIELD:
	case DATES: break;
	}
	if (r->value[c->field].type == SL_VALUE_NA)
		return SL_STR("NA");
	if (r->value[c->field].type == SL_VALUE_UNKNOWN)
		return SL_STR("UNK");
	sl_value_text(b, &r->value[c->field]);
	return sl_buf_view(b);
}

static enum sl_code intern(struct sl_tally *t, struct sl_tally_column *c, struct sl_str s, uint32_t *out,
                           struct sl_err *e)
{
	struct sl_str *v;
	uint64_t *at;
	char *copy;
	bool is_new;

	if (!s.n || sl_str_is(s, "UNK")) {
		*out = 0;
		return SL_OK;
	}
	at = sl_map_get(&c->by_value, s);
	if (at) {
		*out = (uint32_t)*at;
		return SL_OK;
	}
	v = sl_arena_grow(&t->arena, c->value, &c->cap_values, c->n_values + 1, sizeof *v, e);
	copy = v ? sl_str_dup(&t->arena, s, e) : NULL;
	if (!copy)
		return e->code;
	c->value = v;
	c->value[c->n_values] = (struct sl_str){copy, s.n};
	if (!sl_map_put(&c->by_value, c->value[c->n_values], c->n_values, &is_new, e))
		return e->code;
	*out = (uint32_t)c->n_values++;
	return SL_OK;
}

static enum sl_code take_number(struct sl_tally *t, struct sl_tally_column *c, size_t row,
                                const struct sl_value *v, struct sl_err *e)
{
	sl_mm2 *amount = sl_arena_grow(&t->arena, c->amount, &c->cap[1], row + 1, sizeof *amount, e);
	bool *stated =
	    amount ? sl_arena_grow(&t->arena, c->stated, &c->cap[2], row + 1, sizeof *stated, e) : NULL;

	if (!stated)
		return e->code;
	c->amount = amount;
	c->stated = stated;
	c->stated[row] = v->type == SL_VALUE_INTEGER || (v->type == SL_VALUE_DECIMAL && isfinite(v->decimal));
	c->amount[row] = 0;
	if (v->type == SL_VALUE_INTEGER)
		c->amount[row] =
		    t->kind->field[c->field].type == SL_FIELD_DECIMAL ? (sl_mm2)v->integer * 1000000 : v->integer;
	else if (c->stated[row])
		c->amount[row] =
		    sl_square_millimetres(v->decimal < 0 ? -v->decimal : v->decimal) * (v->decimal < 0 ? -1 : 1);
	return SL_OK;
}

static enum sl_code take(void *ctx, const struct sl_revision *rev, const struct sl_record *rec,
                         struct sl_err *e)
{
	struct sl_tally *t = ctx;
	int64_t *record = sl_arena_grow(&t->arena, t->record, &t->cap, t->n + 1, sizeof *record, e);
	struct sl_buf b = {0};

	if (!record)
		return e->code;
	t->record = record;
	for (size_t i = 0; i < t->n_attributes && !e->code; i++) {
		struct sl_tally_column *c = &t->column[i];

		sl_buf_clear(&b);
		if (c->source == DATES) {
			int32_t *day = sl_arena_grow(&t->arena, c->day, &c->cap[3], t->n + 1, sizeof *day, e);

			if (!day)
				break;
			c->day = day;
			c->day[t->n] = date_of(rec, c->dates).day;
		} else {
			uint32_t *text = sl_arena_grow(&t->arena, c->text, &c->cap[0], t->n + 1, sizeof *text, e);

			if (!text)
				break;
			c->text = text;
			if (intern(t, c, text_of(t, c, rec, &b), &c->text[t->n], e) ||
			    (c->number && take_number(t, c, t->n, &rec->value[c->field], e)))
				break;
		}
	}
	if (!e->code)
		(void)!sl_buf_check(&b, e);
	sl_buf_done(&b);
	if (e->code)
		return e->code;
	t->record[t->n++] = rev->record_number;
	return SL_OK;
}

enum sl_code sl_tally_load(struct sl_tally *t, struct sl_err *e)
{
	struct sl_query q = {.kind = t->kind, .as_of = t->as_of, .known_at_ms = t->known_at_ms};

	for (size_t i = 0; i < t->n_attributes; i++) {
		struct sl_tally_column *c = &t->column[i];

		c->value = sl_arena_grow(&t->arena, NULL, &c->cap_values, 1, sizeof *c->value, e);
		if (!c->value)
			return e->code;
		c->value[0] = SL_STR("UNK");
		c->n_values = 1;
	}
	return sl_store_each(t->p->db, &q, false, take, t, e);
}

void sl_tally_done(struct sl_tally *t)
{
	for (size_t i = 0; i < t->n_attributes; i++)
		sl_map_done(&t->column[i].by_value);
	sl_arena_done(&t->arena);
}

/* ---- asking ---- */

/* A condition as a set: which of the values of its column it takes. */
struct test {
	const struct sl_tally_column *c;
	bool *takes;
};

struct asking {
	struct sl_arena a;
	struct test *test;
	size_t n;
	const struct sl_tally_column *when, *field;
	int32_t from, to;
	bool dated;
};

static bool holds(struct sl_str list, char separator, struct sl_str one)
{
	struct sl_str rest = list, part;

	while (sl_str_split(&rest, separator, &part))
		if (sl_str_eq(part, one))
			return true;
	return false;
}

static bool takes(const struct sl_tally_column *c, struct sl_str value, struct sl_str wanted, bool several)
{
	struct sl_str rest = value, one;

	(void)c;
	if (holds(wanted, ',', value))
		return true;
	while (several && sl_str_split(&rest, ' ', &one))
		if (holds(wanted, ',', one))
			return true;
	return false;
}

/* The column of an attribute; "year" and "month" are of the query's own chain of dates. */
static enum sl_code find(struct sl_tally *t, const struct sl_tally_query *q, struct sl_str attribute,
                         struct sl_arena *a, struct sl_tally_column **out, struct sl_err *e)
{
	struct sl_str name = attribute;

	if (sl_str_is(attribute, "year") || sl_str_is(attribute, "month")) {
		char *full = sl_arena_printf(a, e, "%.*s:%.*s", SL_STR_ARG(attribute), SL_STR_ARG(q->dates));

		if (!full)
			return e->code;
		name = sl_str_from(full);
	}
	*out = column_of(t, name);
	return *out ? SL_OK
	            : sl_fail(e, SL_INVALID, "attribute '%.*s' of %.*s was not loaded", SL_STR_ARG(name),
	                      SL_STR_ARG(t->kind->name));
}

static enum sl_code ask(struct sl_tally *t, const struct sl_tally_query *q, struct asking *x,
                        struct sl_err *e)
{
	struct sl_tally_column *c = NULL;

	x->from = sl_date_is_none(q->from) ? INT32_MIN : q->from.day;
	x->to = sl_date_is_none(q->to) ? INT32_MAX : q->to.day;
	x->dated = q->dates.n && (x->from != INT32_MIN || x->to != INT32_MAX);
	x->test = sl_arena_alloc(&x->a, q->n_conditions + 1, sizeof *x->test, e);
	if (!x->test)
		return e->code;
	if (x->dated) {
		char *name = sl_arena_printf(&x->a, e, "when:%.*s", SL_STR_ARG(q->dates));

		if (!name || find(t, q, sl_str_from(name), &x->a, &c, e))
			return e->code;
		x->when = c;
	}
	if (q->what != SL_TALLY_COUNT) {
		if (find(t, q, q->field, &x->a, &c, e))
			return e->code;
		if (q->what == SL_TALLY_SUM && !c->number)
			return sl_fail(e, SL_INVALID, "field '%.*s' of %.*s is no number", SL_STR_ARG(q->field),
			               SL_STR_ARG(t->kind->name));
		x->field = c;
	}
	for (size_t i = 0; i < q->n_conditions; i++) {
		struct test *test = &x->test[x->n++];

		if (find(t, q, q->condition[i].attribute, &x->a, &c, e))
			return e->code;
		*test = (struct test){c, sl_arena_alloc(&x->a, c->n_values, sizeof(bool), e)};
		if (!test->takes)
			return e->code;
		for (size_t v = 0; v < c->n_values; v++)
			test->takes[v] =
			    takes(c, c->value[v], q->condition[i].values,
			          c->source == FIELD && t->kind->field[c->field].type == SL_FIELD_SELECT_MULTIPLE);
	}
	return SL_OK;
}

static bool meets(const struct asking *x, size_t row)
{
	if (x->when &&
	    (x->when->day[row] == SL_DAY_NONE || x->when->day[row] < x->from || x->when->day[row] > x->to))
		return false;
	for (size_t i = 0; i < x->n; i++)
		if (!x->test[i].takes[x->test[i].c->text[row]])
			return false;
	return true;
}

enum sl_code sl_tally_ask(struct sl_tally *t, const struct sl_tally_query *q, struct sl_tally_result *out,
                          struct sl_err *e)
{
	struct sl_tally_result r = {0};
	struct asking x = {0};
	bool *seen = NULL;

	if (!ask(t, q, &x, e) && q->what == SL_TALLY_DISTINCT)
		seen = sl_arena_alloc(&x.a, x.field->n_values, sizeof *seen, e);
	for (size_t i = 0; i < t->n && !e->code; i++) {
		if (!meets(&x, i))
			continue;
		r.n++;
		if (q->what == SL_TALLY_SUM) {
			r.units += x.field->amount[i];
			r.unstated += !x.field->stated[i];
		} else if (q->what == SL_TALLY_DISTINCT) {
			r.unstated += !x.field->text[i];
			r.units += x.field->text[i] && !seen[x.field->text[i]];
			seen[x.field->text[i]] = true;
		} else {
			r.units++;
		}
	}
	if (!e->code && q->what == SL_TALLY_SUM && t->kind->field[x.field->field].type == SL_FIELD_DECIMAL)
		r.scale = 6;
	sl_arena_done(&x.a);
	if (!e->code)
		*out = r;
	return e->code;
}

enum sl_code sl_tally_each(struct sl_tally *t, const struct sl_tally_query *q, sl_tally_fn *fn, void *ctx,
                           struct sl_err *e)
{
	struct asking x = {0};

	(void)!ask(t, q, &x, e);
	for (size_t i = 0; i < t->n && !e->code; i++)
		if (meets(&x, i))
			(void)!fn(ctx, t->record[i], q->what == SL_TALLY_SUM ? x.field->amount[i] : 1,
			          q->what == SL_TALLY_SUM        ? x.field->stated[i]
			          : q->what == SL_TALLY_DISTINCT ? x.field->text[i] != 0
			                                         : true,
			          e);
	sl_arena_done(&x.a);
	return e->code;
}

/* ---- values ---- */

struct valued {
	struct sl_str text;
	size_t rank;
};

static int by_rank(const void *a, const void *b)
{
	const struct valued *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank ? -1 : 1) : sl_str_cmp(x->text, y->text);
}

static size_t rank_of(const struct sl_tally_column *c, struct sl_str text)
{
	if (sl_str_is(text, "UNK"))
		return SIZE_MAX;
	for (size_t i = 0; c->list && i < c->list->n; i++)
		if (sl_str_eq(c->list->choice[i].code, text))
			return i;
	return c->list ? c->list->n : 0;
}

enum sl_code sl_tally_values(struct sl_tally *t, const struct sl_tally_query *q, struct sl_str attribute,
                             struct sl_arena *a, struct sl_str **out, size_t *n, struct sl_err *e)
{
	struct sl_tally_column *c = NULL;
	struct asking x = {0};
	struct valued *v = NULL;
	bool *seen = NULL;
	size_t k = 0;

	if (!find(t, q, attribute, &x.a, &c, e) && !ask(t, q, &x, e)) {
		seen = sl_arena_alloc(&x.a, c->n_values, sizeof *seen, e);
		v = sl_arena_alloc(&x.a, c->n_values, sizeof *v, e);
	}
	if (v && seen && !e->code) {
		for (size_t i = 0; i < t->n; i++)
			if (meets(&x, i))
				seen[c->text[i]] = true;
		for (size_t i = 0; i < c->n_values; i++)
			if (seen[i])
				v[k++] = (struct valued){c->value[i], rank_of(c, c->value[i])};
		qsort(v, k, sizeof *v, by_rank);
		*out = sl_arena_alloc(a, k, sizeof **out, e);
		*n = k;
		for (size_t i = 0; i < k && !e->code; i++) {
			char *copy = sl_str_dup(a, v[i].text, e);

			if (copy)
				(*out)[i] = (struct sl_str){copy, v[i].text.n};
		}
	}
	sl_arena_done(&x.a);
	return e->code;
}
