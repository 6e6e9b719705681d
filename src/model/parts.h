/* Inside model/ only: the readers that make up a dictionary, and the index of spellings. */
#ifndef SL_MODEL_PARTS_H
#define SL_MODEL_PARTS_H

#include "base/csv.h"
#include "model/dictionary.h"

/* ---- a table: a CSV file with headings ---- */
struct sl_table {
	struct sl_csv csv;
	struct sl_csv_row header, row;
	struct sl_arena *a;
};

SL_CHECKED enum sl_code sl_table_open(struct sl_table *t, struct sl_arena *a, const char *file,
                                      struct sl_str text, struct sl_err *e);
/* Column headed so, -1 when there is none. Twice the same heading is refused. */
SL_CHECKED enum sl_code sl_table_column(const struct sl_table *t, const char *name, int *column,
                                        struct sl_err *e);
SL_CHECKED enum sl_code sl_table_need(const struct sl_table *t, const char *name, int *column,
                                      struct sl_err *e);
/* Lines that are left: mostly the number of rows, to reserve for; rows that end in CR alone are missed. */
size_t sl_table_lines(const struct sl_table *t);
SL_CHECKED enum sl_code sl_table_next(struct sl_table *t, bool *more, struct sl_err *e);
/* Put "file: line n, column 'name': " before the error that is pending. */
enum sl_code sl_table_within(const struct sl_table *t, int column, struct sl_err *e);

/* ---- texts in several languages: columns headed "label::Français (fr)" ---- */
struct sl_word_column {
	enum sl_wording what;
	int language, column;
};

struct sl_word_columns {
	struct sl_word_column *v;
	size_t n, cap;
};

/* The columns of these kinds of text (bits 1 << SL_LABEL...); a plain "label" is English.  New languages are added
 * to the dictionary; a heading without a language, or one language twice, is refused.  Of columns that
 * are neither these nor `known` (ends with NULL) the dictionary keeps a warning. */
SL_CHECKED enum sl_code sl_words_find(const struct sl_table *t, struct sl_dictionary *d, unsigned kinds,
                                      const char *const *known, struct sl_word_columns *out,
                                      struct sl_err *e);
/* The English text of the row; empty when there is none. */
struct sl_str sl_words_english(const struct sl_table *t, const struct sl_word_columns *c,
                               enum sl_wording what);
/* What the row has in other languages, in the table's arena. */
SL_CHECKED enum sl_code sl_words_read(const struct sl_table *t, const struct sl_word_columns *c,
                                      const struct sl_translated **out, struct sl_err *e);
SL_CHECKED enum sl_code sl_language_begin(struct sl_arena *a, struct sl_dictionary *d, struct sl_err *e);
SL_CHECKED enum sl_code sl_translations_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                              struct sl_str csv, struct sl_err *e);

/* ---- spellings ----
 * A map from the key of a spelling to the index of what it names.  Where the key with blanks, '_', '-'
 * and '.' left out differs, that stands in the map too, after a byte '\1', so that "HazardID" finds
 * "hazard_id"; SL_SPELLING_UNCLEAR when it could be two things. */
#define SL_SPELLING_UNCLEAR UINT64_MAX

struct sl_spellings {
	struct sl_map map;
	struct sl_arena *a;
	bool underscores; /* blanks and '-' become '_' in keys: names of fields */
};

/* Most spellings that a '|'-separated list can bring, to reserve the map once. */
size_t sl_spelling_count(struct sl_str list);
/* SL_CONFLICT when it already names another thing, *old; SL_INVALID when nothing could ever find it.  The
 * caller says where. */
SL_CHECKED enum sl_code sl_spelling_add(struct sl_spellings *s, struct sl_str text, size_t index,
                                        size_t *old, struct sl_err *e);
/* Same for every part of a '|'-separated list; *part is the one in conflict. */
SL_CHECKED enum sl_code sl_spelling_add_all(struct sl_spellings *s, struct sl_str list, size_t index,
                                            size_t *old, struct sl_str *part, struct sl_err *e);
/* A label gives way to names and aliases; two equal labels name nothing. */
SL_CHECKED enum sl_code sl_spelling_add_label(struct sl_spellings *s, struct sl_map *labels,
                                              struct sl_str text, size_t index, struct sl_err *e);
SL_CHECKED enum sl_code sl_spelling_labels_done(struct sl_spellings *s, struct sl_map *labels,
                                                struct sl_err *e);
/* *found is false when nothing or more than one thing is meant. SL_INVALID never: text that is not
 * UTF-8 names nothing. */
SL_CHECKED enum sl_code sl_spelling_find(const struct sl_map *map, bool underscores, struct sl_arena *a,
                                         struct sl_str text, bool *found, size_t *index, struct sl_err *e);
/* The finished map goes to *out and dies with the arena. */
SL_CHECKED enum sl_code sl_spellings_keep(struct sl_arena *a, struct sl_map *map, struct sl_map *out,
                                          struct sl_err *e);

/* ---- parts of the dictionary; each refuses with file, line and column ---- */
SL_CHECKED enum sl_code sl_choices_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                         struct sl_str csv, struct sl_err *e);
/* Make l->by_key of its choices; `line` has the line of each, for errors. */
SL_CHECKED enum sl_code sl_choices_index(struct sl_arena *a, const char *file, struct sl_choice_list *l,
                                         const size_t *line, struct sl_err *e);
SL_CHECKED enum sl_code sl_catalogue_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                           struct sl_str csv, struct sl_err *e);
/* Settings of `d` that the file names get its values; with `add`, new keys are taken, else refused. */
SL_CHECKED enum sl_code sl_rules_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                       struct sl_str csv, bool add, struct sl_err *e);

/* As sl_choice_find, with out of memory told apart from not found (*out NULL). */
SL_CHECKED enum sl_code sl_choice_lookup(const struct sl_choice_list *l, struct sl_arena *a,
                                         struct sl_str text, const struct sl_choice **out,
                                         struct sl_err *e);

/* Number and label of a kind by name; false when it is no kind of record. */
bool sl_kind_known(struct sl_str name, int *number, const char **label);

/* kind_rules.c: reads `relevant` and `constraint` of all fields; by_name is there.  `line`: of each field. */
SL_CHECKED enum sl_code sl_kind_rules(struct sl_arena *a, struct sl_kind *k, const size_t *line, struct sl_err *e);

#endif
