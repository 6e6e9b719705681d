/* Values and labels that a country adds to the lists of the dictionary. */
#include "base/utf8.h"
#include "model/parts.h"

#include <string.h>

enum { CODE_MAX = 60, LABEL_MAX = 200, ALIASES_MAX = 1000 };

/* What rules and accounts count by: another value there would be land or a date that nobody reckons with. */
static const char *const closed[] = {"yes_no",        "land_class",    "land_status", "land_product",
                                     "geometry_kind", "date_precision", "place_level", "area_unit"};

bool sl_choice_list_is_closed(const struct sl_choice_list *l)
{
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
		if (sl_str_is(l->name, closed[i]))
			return true;
	return false;
}

static enum sl_code one_line(struct sl_str s, const char *what, size_t most, struct sl_err *e)
{
	if (s.n > most || !sl_utf8_valid(s))
		return sl_fail(e, SL_INVALID, "the %s is longer than %zu bytes, or no UTF-8", what, most);
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return sl_fail(e, SL_INVALID, "the %s holds a control character", what);
	return SL_OK;
}

static enum sl_code check_texts(const struct sl_choice *c, struct sl_err *e)
{
	if (one_line(c->code, "code", CODE_MAX, e) || one_line(c->label, "label", LABEL_MAX, e) ||
	    one_line(c->aliases, "list of other spellings", ALIASES_MAX, e))
		return e->code;
	if (!c->code.n || memchr(c->code.p, ' ', c->code.n) || memchr(c->code.p, '|', c->code.n))
		return sl_fail(e, SL_INVALID, "'%.*s' cannot be a code: a code is one word", SL_STR_ARG(c->code));
	return sl_str_trim(c->label).n ? SL_OK
	                               : sl_fail(e, SL_INVALID, "%.*s needs a label", SL_STR_ARG(c->code));
}

/* Does the spelling already mean another value? */
static enum sl_code check_free(struct sl_arena *a, const struct sl_choice_list *l, struct sl_str spelling,
                               const struct sl_choice *self, struct sl_err *e)
{
	const struct sl_choice *other;

	if (sl_choice_lookup(l, a, spelling, &other, e))
		return e->code;
	return !other || other == self ? SL_OK
	                               : sl_fail(e, SL_INVALID, "'%.*s' already means %.*s in the list %.*s",
	                                         SL_STR_ARG(spelling), SL_STR_ARG(other->code), SL_STR_ARG(l->name));
}

static enum sl_code check_aliases(struct sl_arena *a, const struct sl_choice_list *l, struct sl_str aliases,
                                  const struct sl_choice *self, struct sl_err *e)
{
	struct sl_str part;

	while (sl_str_split(&aliases, '|', &part))
		if (sl_str_trim(part).n && check_free(a, l, sl_str_trim(part), self, e))
			return e->code;
	return SL_OK;
}

static struct sl_str joined(struct sl_arena *a, struct sl_str x, struct sl_str y, struct sl_err *e)
{
	char *both = sl_arena_printf(a, e, "%.*s%s%.*s", SL_STR_ARG(x), x.n && y.n ? "|" : "", SL_STR_ARG(y));

	return both ? sl_str_from(both) : SL_STR("");
}

enum sl_code sl_dictionary_add_choice(struct sl_arena *a, struct sl_dictionary *d, struct sl_str name,
                                      const struct sl_choice *choice, struct sl_err *e)
{
	const struct sl_choice_list *known = sl_dictionary_list(d, name);
	struct sl_choice_list next;
	struct sl_choice *self = NULL;
	size_t *line;

	if (!known)
		return sl_fail(e, SL_INVALID, "there is no list '%.*s'", SL_STR_ARG(name));
	if (check_texts(choice, e))
		return e->code;
	for (size_t i = 0; i < known->n && !self; i++)
		if (sl_str_eq(known->choice[i].code, choice->code))
			self = &known->choice[i];
	if (!self && sl_choice_list_is_closed(known))
		return sl_fail(e, SL_INVALID, "accounts and rules read the list %.*s: its labels can be changed, no value added",
		               SL_STR_ARG(name));
	if (check_free(a, known, choice->code, self, e) || check_aliases(a, known, choice->aliases, self, e))
		return e->code;
	next = *known;
	next.n += !self;
	next.by_key = (struct sl_map){0};
	next.choice = sl_arena_alloc(a, next.n, sizeof *next.choice, e);
	line = sl_arena_alloc(a, next.n, sizeof *line, e);
	if (!next.choice || !line)
		return e->code;
	if (known->n)
		memcpy(next.choice, known->choice, known->n * sizeof *next.choice);
	self = &next.choice[self ? (size_t)(self - known->choice) : known->n];
	if ((size_t)(self - next.choice) == known->n)
		*self = (struct sl_choice){.code = choice->code};
	self->code = joined(a, choice->code, SL_STR(""), e);
	self->label = joined(a, choice->label, SL_STR(""), e);
	self->aliases = joined(a, self->aliases, choice->aliases, e);
	self->translated = NULL; /* what the country calls it, it is called in every language */
	if (e->code || sl_choices_index(a, "local values", &next, line, e))
		return e->code;
	*(struct sl_choice_list *)known = next; /* it stands in d->list, where fields point to it */
	return SL_OK;
}

enum sl_code sl_dictionary_extend(struct sl_arena *a, struct sl_dictionary *d, const char *file, struct sl_str csv,
                                  struct sl_err *e)
{
	int list, name, label, aliases;
	struct sl_table t;
	bool more;

	if (sl_table_open(&t, a, file, csv, e) || sl_table_need(&t, "list_name", &list, e) ||
	    sl_table_need(&t, "name", &name, e) || sl_table_need(&t, "label", &label, e) ||
	    sl_table_need(&t, "aliases", &aliases, e))
		return e->code;
	for (;;) {
		struct sl_choice c;

		if (sl_table_next(&t, &more, e) || !more)
			return e->code;
		c = (struct sl_choice){.code = sl_csv_get(&t.row, name),
		                       .label = sl_csv_get(&t.row, label),
		                       .aliases = sl_csv_get(&t.row, aliases)};
		if (sl_dictionary_add_choice(a, d, sl_csv_get(&t.row, list), &c, e) == SL_INVALID)
			sl_err_clear(e);
		if (e->code)
			return e->code;
	}
}
