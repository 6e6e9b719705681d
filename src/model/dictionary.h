/* The dictionary: each kind of record described once, as an XLSForm in CSV (dictionary/).
 * From it follow the columns, the checks, the mapping suggestions and the labels.  Read-only after
 * loading; shared by threads. */
#ifndef SL_MODEL_DICTIONARY_H
#define SL_MODEL_DICTIONARY_H

#include "base/map.h"
#include "base/str.h"

enum sl_field_type {
	SL_FIELD_TEXT,
	SL_FIELD_INTEGER,
	SL_FIELD_DECIMAL,
	SL_FIELD_DATE,
	SL_FIELD_DATETIME,
	SL_FIELD_SELECT_ONE,
	SL_FIELD_SELECT_MULTIPLE,
	SL_FIELD_GEOMETRY,
};

/* What people read.  A text without a language is English; the others are asked for by the functions below. */
enum sl_wording { SL_LABEL, SL_HINT, SL_MESSAGE, SL_WORDINGS };

struct sl_language {
	struct sl_str code, name; /* "fr", "Français" as the first heading has it */
};

/* A text that a sheet has in a column of its own, "label::Português (pt)". */
struct sl_translated {
	enum sl_wording what;
	int language;
	struct sl_str text;
	const struct sl_translated *next;
};

/* translations.csv: an English text and what it is in other languages, wherever it stands. */
struct sl_wordbook {
	struct sl_map row;    /* English text -> row */
	struct sl_str *text;  /* n_languages a row */
	int *language;        /* of each column */
	size_t n_languages;
};

struct sl_choice {
	struct sl_str code, label;
	struct sl_str aliases; /* '|'-separated */
	const struct sl_translated *translated;
};

struct sl_choice_list {
	struct sl_str name;
	struct sl_choice *choice;
	size_t n;
	struct sl_map by_key; /* sl_utf8_key of code, label and aliases -> index in choice; private: keys that
	                       * begin with '\1' (see parts.h) */
};

struct sl_field {
	struct sl_str name, label, hint;
	struct sl_str message; /* what to say when the constraint does not hold */
	const struct sl_translated *translated;
	enum sl_field_type type;
	const struct sl_choice_list *list; /* for selects, else NULL */
	bool required, sensitive;
	struct sl_str relevant, constraint; /* XPath, as written */
	const struct sl_expression *relevance, *limit; /* the same, read: model/expression.h; NULL: none that values decide */
	struct sl_str aliases;              /* '|'-separated */
	struct sl_str ref;                  /* kind that it refers to by id, or empty */
	struct sl_str unit, quantity;
	struct sl_str group; /* name of the group it stands in, or empty */
	int index;           /* in kind->field */
};

struct sl_group {
	struct sl_str name, label;
	struct sl_str within; /* name of the group around it, or empty */
	const struct sl_translated *translated;
};

/* A rule of the sheet that records are not asked: it is no expression, or needs more than their values. */
struct sl_unjudged {
	int field;
	const char *column; /* "constraint" */
	size_t line;        /* of the sheet */
	struct sl_str text;
	const char *why;
};

struct sl_kind {
	struct sl_str name, label;
	struct sl_field *field;
	size_t n_fields;
	struct sl_group *group; /* in the order of the sheet */
	size_t n_groups;
	struct sl_unjudged *unjudged; /* in the order of the sheet */
	size_t n_unjudged;
	int geometry;           /* index of the geometry field, -1 when none */
	struct sl_map by_name;  /* exact name -> index */
	struct sl_map by_alias; /* sl_utf8_key of name, label, alias (blanks, '-' as '_') -> index; private:
	                         * keys that begin with '\1' (see parts.h) */
	int number;             /* 0.. in dictionary order, stable in one dictionary; -1: of no kind there */
	int *sorted;            /* n_fields: indexes in byte order of the names, the order of canonical JSON */
	int extra_at;           /* place in `sorted` before which "_extra" stands */
	bool seals_extra;       /* what has no field is sealed too: it may name a person (rules.csv, sealed_extra) */
};

struct sl_ordnance_type { /* a name, a category, a danger: never a construction */
	struct sl_str id, category, subcategory, model, aliases, treaty_class;
	struct sl_str neutralise_kind;              /* self-destruct, self-deactivate-battery, or empty */
	double active_hours_low, active_hours_high; /* NAN when nobody claims any */
	struct sl_str claim_source, note;
};

struct sl_setting {
	struct sl_str key, value, unit, note;
	double number; /* NAN when `value` is no number */
};

struct sl_dictionary {
	struct sl_kind *kind;
	size_t n_kinds;
	struct sl_choice_list *list;
	size_t n_lists;
	struct sl_ordnance_type *ordnance;
	size_t n_ordnance;
	struct sl_setting *setting; /* dictionary/rules.csv */
	size_t n_settings;
	struct sl_language *language; /* [0] is English; then all that any sheet has */
	size_t n_languages, language_cap;
	struct sl_wordbook book[2]; /* the folder's own goes before the built-in one */
	size_t n_books;
	struct sl_str *warning; /* "hazard.csv: column 'labl' is not known: ..."; nothing fails for it */
	size_t n_warnings, warning_cap;
};

/* The dictionary built into the binary, or the folder `dir` when not NULL: every file must be there but
 * translations.csv, and settings that its rules.csv leaves out keep their built-in value.  The first error names file, line and
 * column.  Lives in `a`. */
SL_CHECKED enum sl_code sl_dictionary_load(struct sl_arena *a, const char *dir, struct sl_dictionary **out,
                                           struct sl_err *e);
/* The CSV of a kind, or of "choices", as it is built into the binary; empty for what is not there. */
struct sl_str sl_dictionary_csv(struct sl_str name);
/* ---- forms for the field: field_forms.c ----
 * Each is a sheet of dictionary/forms, made of fields and groups of kinds (formats/field_form.h). */
struct sl_field_form {
	const char *name;  /* and its form_id */
	struct sl_str csv; /* all sheets in one */
};
bool sl_field_form(size_t i, struct sl_field_form *out); /* false behind the last */
bool sl_field_form_named(struct sl_str name, struct sl_field_form *out);

/* One kind from the text of its CSV: what the loader and the fuzzer call.  `file` names it in errors, and
 * its last part without ".csv" is the name of the kind.  Code lists are looked up in `dict`; `csv` must
 * live as long as `a`. */
SL_CHECKED enum sl_code sl_kind_parse(struct sl_arena *a, struct sl_dictionary *dict, const char *file,
                                      struct sl_str csv, struct sl_kind *out, struct sl_err *e);

/* ---- values and labels of the country's own: local_choices.c ----
 * Only while nobody else has the dictionary: it is read-only once it is shared. */
/* A new value, or for a code that is there another label and more aliases.  SL_INVALID, and nothing is changed: there
 * is no such list, the code or label cannot be one, it already means another value, or it would be a new value in a
 * list that rules and accounts read.  Texts are copied into `a`. */
SL_CHECKED enum sl_code sl_dictionary_add_choice(struct sl_arena *a, struct sl_dictionary *d, struct sl_str list,
                                                 const struct sl_choice *choice, struct sl_err *e);
bool sl_choice_list_is_closed(const struct sl_choice_list *l); /* takes no new value */
/* All rows of a CSV with list_name, name, label and aliases.  A row that cannot be taken (any more: a newer
 * dictionary may have a value of its own) is passed over. */
SL_CHECKED enum sl_code sl_dictionary_extend(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                             struct sl_str csv, struct sl_err *e);

const struct sl_kind *sl_dictionary_kind(const struct sl_dictionary *d, struct sl_str name);
const struct sl_choice_list *sl_dictionary_list(const struct sl_dictionary *d, struct sl_str name);
const struct sl_field *sl_kind_field(const struct sl_kind *k, const char *name); /* NULL when absent */
/* Field that the heading of a column means (name, label or alias; case, blanks, '_' and '-' do not count,
 * so "HazardID" is hazard_id); NULL when none or more than one.  Scratch: `a`. */
const struct sl_field *sl_kind_field_meant(const struct sl_kind *k, struct sl_arena *a,
                                           struct sl_str heading);
/* Code meant by `text` (code, label or alias, however written); NULL when none. Scratch: `a`. */
const struct sl_choice *sl_choice_find(const struct sl_choice_list *l, struct sl_arena *a,
                                       struct sl_str text);
/* ---- in the language of the reader: what is not translated stands in English ---- */
/* Number of the language that a tag means ("fr"; "fr-CA" where there is no such one is "fr"), -1 when the
 * dictionary has none. */
int sl_dictionary_language(const struct sl_dictionary *d, struct sl_str tag);
/* A field has a label at least: its name when the sheet says nothing.  A hint and a message may be empty. */
struct sl_str sl_field_text(const struct sl_dictionary *d, const struct sl_field *f, enum sl_wording what,
                            int language);
struct sl_str sl_group_label(const struct sl_dictionary *d, const struct sl_group *g, int language);
struct sl_str sl_choice_label(const struct sl_dictionary *d, const struct sl_choice *c, int language);
struct sl_str sl_kind_label(const struct sl_dictionary *d, const struct sl_kind *k, int language);
/* Any English text that translations.csv may have; itself when it has not. */
struct sl_str sl_translate(const struct sl_dictionary *d, struct sl_str english, int language);

/* A national setting as a number; asserts that the key exists in the built-in rules.csv. */
double sl_setting_number(const struct sl_dictionary *d, const char *key);
struct sl_str sl_setting_text(const struct sl_dictionary *d, const char *key);

#endif
