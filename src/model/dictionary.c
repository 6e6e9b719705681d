#include "model/dictionary.h"

#include "base/io.h"
#include "model/parts.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* The order is part of the contract: sl_kind.number counts along it. */
#define KINDS(X)                                                                                           \
	X(hazard, "Hazardous area")                                                                            \
	X(activity, "Activity")                                                                                \
	X(release, "Land release")                                                                             \
	X(ordnance, "Explosive ordnance")                                                                      \
	X(accident, "Accident")                                                                                \
	X(victim, "Victim")                                                                                    \
	X(education, "Risk education")                                                                         \
	X(quality, "Quality management")                                                                       \
	X(stockpile, "Stockpile")                                                                              \
	X(task, "Task")                                                                                        \
	X(organisation, "Organisation")                                                                        \
	X(place, "Place")                                                                                      \
	X(assistance, "Victim assistance")                                                                     \
	X(funding, "Funding")                                                                                  \
	X(source, "Source")

/* The bytes of dictionary/<name>.csv, placed by dictionary_data.S. */
#define DECLARE(name, label) extern const char sl_dictionary_##name[], sl_dictionary_##name##_end[];
KINDS(DECLARE)
DECLARE(choices, )
DECLARE(catalogue, )
DECLARE(rules, )
DECLARE(translations, )

struct part {
	const char *name, *label, *begin, *end;
};

#define PART(name, label) {#name, label, sl_dictionary_##name, sl_dictionary_##name##_end},
static const struct part kinds[] = {KINDS(PART)};
#define ONE(name)                                                                                          \
	{                                                                                                      \
#name, "", sl_dictionary_##name, sl_dictionary_##name##_end                                        \
	}
static const struct part choices = ONE(choices), catalogue = ONE(catalogue), rules = ONE(rules),
                         translations = ONE(translations);

enum { N_KINDS = sizeof kinds / sizeof *kinds };

bool sl_kind_known(struct sl_str name, int *number, const char **label)
{
	for (int i = 0; i < N_KINDS; i++)
		if (sl_str_is(name, kinds[i].name)) {
			if (number)
				*number = i;
			if (label)
				*label = kinds[i].label;
			return true;
		}
	return false;
}

struct sl_str sl_dictionary_csv(struct sl_str name)
{
	const struct part *p = sl_str_is(name, choices.name) ? &choices : NULL;

	for (int i = 0; i < N_KINDS && !p; i++)
		if (sl_str_is(name, kinds[i].name))
			p = &kinds[i];
	return p ? (struct sl_str){p->begin, (size_t)(p->end - p->begin)} : SL_STR("");
}

/* Name and bytes of one file, from the binary or from the folder. */
static enum sl_code open_part(struct sl_arena *a, const char *dir, const struct part *p, const char **file,
                              struct sl_str *text, struct sl_err *e)
{
	*file = sl_arena_printf(a, e, "%s/%s.csv", dir ? dir : "dictionary", p->name);
	if (!*file)
		return e->code;
	*text = (struct sl_str){p->begin, (size_t)(p->end - p->begin)};
	return dir ? sl_io_map(a, *file, text, e) : SL_OK;
}

static enum sl_code load_rules(struct sl_arena *a, const char *dir, struct sl_dictionary *d,
                               struct sl_err *e)
{
	const char *file;
	struct sl_str text;

	if (open_part(a, NULL, &rules, &file, &text, e) || sl_rules_parse(a, d, file, text, true, e))
		return e->code;
	if (!dir)
		return SL_OK;
	if (open_part(a, dir, &rules, &file, &text, e))
		return e->code;
	return sl_rules_parse(a, d, file, text, false, e);
}

/* The folder's own words go first; the built-in ones fill what it leaves out. */
static enum sl_code load_translations(struct sl_arena *a, const char *dir, struct sl_dictionary *d,
                                      struct sl_err *e)
{
	const char *file;
	struct sl_str text;

	if (dir) {
		if (!open_part(a, dir, &translations, &file, &text, e)) {
			if (sl_translations_parse(a, d, file, text, e))
				return e->code;
		} else if (e->code != SL_NOT_FOUND) {
			return e->code;
		} else {
			sl_err_clear(e);
		}
	}
	if (open_part(a, NULL, &translations, &file, &text, e))
		return e->code;
	return sl_translations_parse(a, d, file, text, e);
}

static void seal_extras(struct sl_dictionary *d)
{
	struct sl_str rest = sl_setting_text(d, "sealed_extra"), name;

	while (sl_str_split(&rest, ' ', &name))
		for (size_t i = 0; i < d->n_kinds; i++)
			d->kind[i].seals_extra |= sl_str_eq(d->kind[i].name, name);
}

enum sl_code sl_dictionary_load(struct sl_arena *a, const char *dir, struct sl_dictionary **out,
                                struct sl_err *e)
{
	struct sl_dictionary *d = sl_arena_alloc(a, 1, sizeof *d, e);
	const char *file;
	struct sl_str text;

	if (!d || sl_language_begin(a, d, e) || load_translations(a, dir, d, e) ||
	    open_part(a, dir, &choices, &file, &text, e) || sl_choices_parse(a, d, file, text, e))
		return e->code;
	d->kind = sl_arena_alloc(a, N_KINDS, sizeof *d->kind, e);
	if (!d->kind)
		return e->code;
	for (size_t i = 0; i < N_KINDS; i++) {
		if (open_part(a, dir, &kinds[i], &file, &text, e) ||
		    sl_kind_parse(a, d, file, text, &d->kind[i], e))
			return e->code;
		d->n_kinds++;
	}
	if (open_part(a, dir, &catalogue, &file, &text, e) || sl_catalogue_parse(a, d, file, text, e) ||
	    load_rules(a, dir, d, e))
		return e->code;
	seal_extras(d);
	*out = d;
	return SL_OK;
}

const struct sl_kind *sl_dictionary_kind(const struct sl_dictionary *d, struct sl_str name)
{
	for (size_t i = 0; i < d->n_kinds; i++)
		if (sl_str_eq(d->kind[i].name, name))
			return &d->kind[i];
	return NULL;
}

const struct sl_choice_list *sl_dictionary_list(const struct sl_dictionary *d, struct sl_str name)
{
	for (size_t i = 0; i < d->n_lists; i++)
		if (sl_str_eq(d->list[i].name, name))
			return &d->list[i];
	return NULL;
}

static const struct sl_setting *setting(const struct sl_dictionary *d, const char *key)
{
	for (size_t i = 0; i < d->n_settings; i++)
		if (sl_str_is(d->setting[i].key, key))
			return &d->setting[i];
	assert(!"the setting stands in dictionary/rules.csv");
	return NULL;
}

double sl_setting_number(const struct sl_dictionary *d, const char *key)
{
	const struct sl_setting *s = setting(d, key);

	assert(!isnan(s->number) && "the setting is a number");
	return s->number;
}

struct sl_str sl_setting_text(const struct sl_dictionary *d, const char *key)
{
	return setting(d, key)->value;
}
