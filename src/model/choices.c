#include "base/mem.h"
#include "model/parts.h"

#include <string.h>

struct choice_row {
	struct sl_choice choice;
	size_t list, line;
};

struct choice_columns {
	struct sl_word_columns words;
	int list, name, aliases;
};

static enum sl_code find_columns(const struct sl_table *t, struct sl_dictionary *d, struct choice_columns *c,
                                 struct sl_err *e)
{
	static const char *const known[] = {"list_name", "name",  "aliases", "note", "image", "audio",
	                                    "video",     "media", "filter",  NULL};
	int label;

	if (sl_table_need(t, "list_name", &c->list, e) || sl_table_need(t, "name", &c->name, e) ||
	    sl_table_column(t, "aliases", &c->aliases, e) ||
	    sl_words_find(t, d, 1U << SL_LABEL, known, &c->words, e))
		return e->code;
	for (size_t i = 0; i < c->words.n; i++)
		if (!c->words.v[i].language)
			return SL_OK;
	return sl_table_need(t, "label", &label, e);
}

/* A value of select_multiple is codes separated by blanks, so a code has none. */
static bool has_blank(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ' ' || (s.p[i] >= '\t' && s.p[i] <= '\r'))
			return true;
	return false;
}

/* All rows, each with the number of its list; *lists maps names of lists to numbers. */
static enum sl_code read_rows(struct sl_table *t, struct sl_dictionary *d, struct sl_map *lists,
                              struct choice_row **out, size_t *n, struct sl_err *e)
{
	struct choice_columns col;
	struct choice_row *rows = NULL;
	size_t cap = 0, count = 0;
	bool more;

	if (find_columns(t, d, &col, e))
		return e->code;
	rows = sl_arena_grow(t->a, rows, &cap, sl_table_lines(t), sizeof *rows, e);
	if (!rows)
		return e->code;
	for (;;) {
		struct choice_row r = {0};
		struct sl_str list;
		uint64_t *slot;

		if (sl_table_next(t, &more, e))
			return e->code;
		if (!more)
			break;
		list = sl_csv_get(&t->row, col.list);
		r.choice.code = sl_csv_get(&t->row, col.name);
		r.choice.label = sl_words_english(t, &col.words, SL_LABEL);
		r.choice.aliases = sl_csv_get(&t->row, col.aliases);
		r.line = t->row.line;
		if (!list.n) {
			sl_fail(e, SL_INVALID, "the name of the list is missing");
			return sl_table_within(t, col.list, e);
		}
		if (!r.choice.code.n || has_blank(r.choice.code)) {
			sl_fail(e, SL_INVALID, "'%.*s' cannot be a code: a code is one word",
			        SL_STR_ARG(r.choice.code));
			return sl_table_within(t, col.name, e);
		}
		if (!r.choice.label.n)
			r.choice.label = r.choice.code;
		slot = sl_map_put(lists, list, lists->n, NULL, e);
		if (!slot || sl_words_read(t, &col.words, &r.choice.translated, e))
			return e->code;
		r.list = (size_t)*slot;
		rows = sl_arena_grow(t->a, rows, &cap, count + 1, sizeof *rows, e);
		if (!rows)
			return e->code;
		rows[count++] = r;
	}
	*out = rows;
	*n = count;
	return SL_OK;
}

static enum sl_code conflict(const char *file, size_t line, const char *column, struct sl_str text,
                             const struct sl_choice_list *l, size_t old, struct sl_err *e)
{
	if (e->code == SL_INVALID)
		return sl_err_within(e, "%s: line %zu, column '%s'", file, line, column);
	if (e->code != SL_CONFLICT)
		return e->code;
	sl_err_clear(e);
	return sl_fail(e, SL_INVALID, "%s: line %zu, column '%s': '%.*s' already names %.*s in the list %.*s",
	               file, line, column, SL_STR_ARG(text), SL_STR_ARG(l->choice[old].code),
	               SL_STR_ARG(l->name));
}

/* Codes first, then aliases, then labels: what is written for the purpose wins. */
static enum sl_code index_list(struct sl_spellings *s, struct sl_map *labels, const char *file,
                               const struct sl_choice_list *l, const size_t *line, struct sl_err *e)
{
	struct sl_str part = {0};
	size_t old = 0, room = 0;

	for (size_t i = 0; i < l->n; i++)
		room += 3 + sl_spelling_count(l->choice[i].aliases) * 3 / 4;
	if (sl_map_reserve(&s->map, room, e) || sl_map_reserve(labels, l->n, e))
		return e->code;
	for (size_t i = 0; i < l->n; i++)
		if (sl_spelling_add(s, l->choice[i].code, i, &old, e))
			return conflict(file, line[i], "name", l->choice[i].code, l, old, e);
	for (size_t i = 0; i < l->n; i++)
		if (sl_spelling_add_all(s, l->choice[i].aliases, i, &old, &part, e))
			return conflict(file, line[i], "aliases", part, l, old, e);
	for (size_t i = 0; i < l->n; i++)
		if (sl_spelling_add_label(s, labels, l->choice[i].label, i, e))
			return e->code;
	return sl_spelling_labels_done(s, labels, e);
}

enum sl_code sl_choices_index(struct sl_arena *a, const char *file, struct sl_choice_list *l, const size_t *line,
                              struct sl_err *e)
{
	struct sl_spellings s = {.a = a};
	struct sl_map labels = {0};
	enum sl_code code = index_list(&s, &labels, file, l, line, e);

	sl_map_done(&labels);
	if (!code)
		code = sl_spellings_keep(a, &s.map, &l->by_key, e);
	sl_map_done(&s.map);
	return code;
}

/* The same code twice: by bytes here, by spelling in index_list. */
static enum sl_code fill_lists(struct sl_arena *a, const char *file, struct sl_choice_list *list,
                               size_t n_lists, const struct choice_row *rows, size_t n, struct sl_err *e)
{
	size_t **line = sl_arena_alloc(a, n_lists, sizeof *line, e);

	if (!line)
		return e->code;
	for (size_t i = 0; i < n; i++)
		list[rows[i].list].n++;
	for (size_t i = 0; i < n_lists; i++) {
		list[i].choice = sl_arena_alloc(a, list[i].n, sizeof *list[i].choice, e);
		if (!list[i].choice)
			return e->code;
		line[i] = sl_arena_alloc(a, list[i].n, sizeof **line, e);
		if (!line[i])
			return e->code;
		list[i].n = 0;
	}
	for (size_t i = 0; i < n; i++) {
		struct sl_choice_list *l = &list[rows[i].list];

		line[rows[i].list][l->n] = rows[i].line;
		l->choice[l->n++] = rows[i].choice;
	}
	for (size_t i = 0; i < n_lists; i++)
		if (sl_choices_index(a, file, &list[i], line[i], e))
			return e->code;
	return SL_OK;
}

enum sl_code sl_choices_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                              struct sl_str csv, struct sl_err *e)
{
	struct sl_table t;
	struct sl_map names = {0};
	struct choice_row *rows = NULL;
	struct sl_choice_list *list = NULL;
	size_t n = 0, n_lists;

	if (sl_table_open(&t, a, file, csv, e))
		return e->code;
	if (!read_rows(&t, d, &names, &rows, &n, e)) {
		list = sl_arena_alloc(a, names.n, sizeof *list, e);
		for (size_t i = 0; list && i < names.cap; i++)
			if (names.slot[i].key.p)
				list[names.slot[i].value].name = names.slot[i].key;
	}
	n_lists = names.n;
	sl_map_done(&names);
	if (!list || fill_lists(a, file, list, n_lists, rows, n, e))
		return e->code;
	d->list = list;
	d->n_lists = n_lists;
	return SL_OK;
}

enum sl_code sl_choice_lookup(const struct sl_choice_list *l, struct sl_arena *a, struct sl_str text,
                              const struct sl_choice **out, struct sl_err *e)
{
	size_t index = 0;
	bool found;

	/* Most files and all our own write the code itself. */
	if (l->n <= 32)
		for (size_t i = 0; i < l->n; i++)
			if (sl_str_eq(l->choice[i].code, text)) {
				*out = &l->choice[i];
				return SL_OK;
			}
	if (sl_spelling_find(&l->by_key, false, a, text, &found, &index, e))
		return e->code;
	*out = found ? &l->choice[index] : NULL;
	return SL_OK;
}

const struct sl_choice *sl_choice_find(const struct sl_choice_list *l, struct sl_arena *a,
                                       struct sl_str text)
{
	const struct sl_choice *c = NULL;
	struct sl_err e = {0};

	return sl_choice_lookup(l, a, text, &c, &e) ? NULL : c;
}
