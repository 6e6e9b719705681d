#include "model/parts.h"

#include <stdlib.h>
#include <string.h>

/* SQLite takes 2000 columns in a table; a form that people fill in stays far below. */
enum { FIELDS_MAX = 1000, GROUP_DEPTH_MAX = 16 };

struct survey_columns {
	struct sl_word_columns words;
	int type, name, required, relevant, constraint, aliases, sensitive, ref, unit, quantity;
};

/* Columns of a survey sheet (xlsform.org/en/ref-table) and ours (dictionary/README.md); of others people are
 * warned. */
static const char *const known_columns[] = {"type",         "name",
                                            "required",     "relevant",
                                            "constraint",   "aliases",
                                            "sensitive",    "ref",
                                            "unit",         "quantity",
                                            "appearance",   "default",
                                            "calculation",  "choice_filter",
                                            "parameters",   "read_only",
                                            "readonly",     "trigger",
                                            "note",         "required_message",
                                            "repeat_count", "guidance_hint",
                                            "image",        "audio",
                                            "video",        "big-image",
                                            "media",        "autoplay",
                                            "bind",         "body",
                                            "control",      "instance",
                                            "save_to",      NULL};

static enum sl_code find_columns(const struct sl_table *t, struct sl_dictionary *d, struct survey_columns *c,
                                 struct sl_err *e)
{
	const struct {
		const char *name;
		int *column;
	} all[] = {{"required", &c->required},     {"relevant", &c->relevant}, {"constraint", &c->constraint},
	           {"aliases", &c->aliases},       {"sensitive", &c->sensitive}, {"ref", &c->ref},
	           {"unit", &c->unit},             {"quantity", &c->quantity}};

	if (sl_table_need(t, "type", &c->type, e) || sl_table_need(t, "name", &c->name, e))
		return e->code;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (sl_table_column(t, all[i].name, all[i].column, e))
			return e->code;
	return sl_words_find(t, d, 1U << SL_LABEL | 1U << SL_HINT | 1U << SL_MESSAGE, known_columns, &c->words, e);
}

enum row_role { ROW_FIELD, ROW_NO_COLUMN, ROW_BEGIN, ROW_END, ROW_REPEAT, ROW_UNKNOWN };

/* XLSForm question types (xlsform.org/en/#question-types).  Notes, calculations, attachments and what the
 * phone notes by itself are part of a form and no columns of the record. */
static const struct {
	const char *name;
	enum row_role role;
	enum sl_field_type type;
} types[] = {
    {"text", ROW_FIELD, SL_FIELD_TEXT},
    {"integer", ROW_FIELD, SL_FIELD_INTEGER},
    {"decimal", ROW_FIELD, SL_FIELD_DECIMAL},
    {"date", ROW_FIELD, SL_FIELD_DATE},
    {"select_one", ROW_FIELD, SL_FIELD_SELECT_ONE},
    {"select_multiple", ROW_FIELD, SL_FIELD_SELECT_MULTIPLE},
    {"begin_group", ROW_BEGIN, 0},
    {"end_group", ROW_END, 0},
    {"geopoint", ROW_FIELD, SL_FIELD_GEOMETRY},
    {"geotrace", ROW_FIELD, SL_FIELD_GEOMETRY},
    {"geoshape", ROW_FIELD, SL_FIELD_GEOMETRY},
    {"dateTime", ROW_FIELD, SL_FIELD_DATETIME},
    {"time", ROW_FIELD, SL_FIELD_TEXT},
    {"barcode", ROW_FIELD, SL_FIELD_TEXT},
    {"note", ROW_NO_COLUMN, 0},
    {"calculate", ROW_NO_COLUMN, 0},
    {"hidden", ROW_NO_COLUMN, 0},
    {"acknowledge", ROW_NO_COLUMN, 0},
    {"image", ROW_NO_COLUMN, 0},
    {"audio", ROW_NO_COLUMN, 0},
    {"background-audio", ROW_NO_COLUMN, 0},
    {"video", ROW_NO_COLUMN, 0},
    {"file", ROW_NO_COLUMN, 0},
    {"start", ROW_NO_COLUMN, 0},
    {"end", ROW_NO_COLUMN, 0},
    {"today", ROW_NO_COLUMN, 0},
    {"deviceid", ROW_NO_COLUMN, 0},
    {"phonenumber", ROW_NO_COLUMN, 0},
    {"username", ROW_NO_COLUMN, 0},
    {"email", ROW_NO_COLUMN, 0},
    {"audit", ROW_NO_COLUMN, 0},
    {"start-geopoint", ROW_NO_COLUMN, 0},
    {"xml-external", ROW_NO_COLUMN, 0},
    {"csv-external", ROW_NO_COLUMN, 0},
    {"begin_repeat", ROW_REPEAT, 0},
    {"end_repeat", ROW_REPEAT, 0},
};

/* First word of the type; "begin group" with a blank is the older spelling. */
static enum row_role role_of(struct sl_str word, struct sl_str rest, enum sl_field_type *type)
{
	bool begin = sl_str_is(word, "begin"), end = sl_str_is(word, "end");

	if ((begin || end) && sl_str_is(rest, "group"))
		return begin ? ROW_BEGIN : ROW_END;
	if ((begin || end) && sl_str_is(rest, "repeat"))
		return ROW_REPEAT;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (sl_str_is(word, types[i].name)) {
			*type = types[i].type;
			return types[i].role;
		}
	return ROW_UNKNOWN;
}

static bool is_name(struct sl_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], low = (char)(c | 32);
		bool start = (low >= 'a' && low <= 'z') || c == '_';

		if (!start && (!i || !((c >= '0' && c <= '9') || c == '-' || c == '.')))
			return false;
	}
	return s.n > 0 && s.n <= 100 && !sl_str_is(s, "_extra");
}

struct survey {
	struct sl_table t;
	struct survey_columns col;
	struct sl_dictionary *dict;
	struct sl_kind *kind;
	size_t cap, group_cap, depth;
	struct sl_str group[GROUP_DEPTH_MAX];
	size_t *line; /* of each field */
	size_t line_cap;
};

static enum sl_code yes_no(const struct survey *s, int column, bool *out, struct sl_err *e)
{
	struct sl_str text = sl_csv_get(&s->t.row, column);
	bool yes =
	    sl_str_is_nocase(text, "yes") || sl_str_is_nocase(text, "true") || sl_str_is_nocase(text, "true()");

	if (!yes && text.n && !sl_str_is_nocase(text, "no") && !sl_str_is_nocase(text, "false") &&
	    !sl_str_is_nocase(text, "false()")) {
		sl_fail(e, SL_INVALID, "'%.*s' is neither yes nor no", SL_STR_ARG(text));
		return sl_table_within(&s->t, column, e);
	}
	*out = yes;
	return SL_OK;
}

/* "land_class" or "land_class or_other" after select_one. */
static enum sl_code find_list(const struct survey *s, struct sl_str rest, const struct sl_choice_list **out,
                              struct sl_err *e)
{
	struct sl_str name = {0};

	if (rest.n)
		sl_str_split(&rest, ' ', &name);
	if (rest.p && rest.n && !sl_str_is(sl_str_trim(rest), "or_other"))
		sl_fail(e, SL_INVALID, "'%.*s' stands after the name of the list", SL_STR_ARG(rest));
	else if (!name.n)
		sl_fail(e, SL_INVALID, "the name of the list is missing");
	else if (!(*out = sl_dictionary_list(s->dict, name)))
		sl_fail(e, SL_INVALID, "choices.csv has no list '%.*s'", SL_STR_ARG(name));
	else
		return SL_OK;
	return sl_table_within(&s->t, s->col.type, e);
}

static enum sl_code check_words(const struct survey *s, const struct sl_field *f, struct sl_err *e)
{
	if (f->ref.n && !sl_kind_known(f->ref, NULL, NULL)) {
		sl_fail(e, SL_INVALID, "'%.*s' is no kind of record", SL_STR_ARG(f->ref));
		return sl_table_within(&s->t, s->col.ref, e);
	}
	if (f->quantity.n && !sl_str_is(f->quantity, "incremental") && !sl_str_is(f->quantity, "cumulative") &&
	    !sl_str_is(f->quantity, "stock")) {
		sl_fail(e, SL_INVALID, "'%.*s' is none of incremental, cumulative, stock", SL_STR_ARG(f->quantity));
		return sl_table_within(&s->t, s->col.quantity, e);
	}
	return SL_OK;
}

static enum sl_code add_field(struct survey *s, enum sl_field_type type, struct sl_str rest,
                              struct sl_err *e)
{
	const struct sl_csv_row *row = &s->t.row;
	struct sl_kind *k = s->kind;
	struct sl_field f = {.name = sl_csv_get(row, s->col.name),
	                     .label = sl_words_english(&s->t, &s->col.words, SL_LABEL),
	                     .hint = sl_words_english(&s->t, &s->col.words, SL_HINT),
	                     .message = sl_words_english(&s->t, &s->col.words, SL_MESSAGE),
	                     .type = type,
	                     .relevant = sl_csv_get(row, s->col.relevant),
	                     .constraint = sl_csv_get(row, s->col.constraint),
	                     .aliases = sl_csv_get(row, s->col.aliases),
	                     .ref = sl_csv_get(row, s->col.ref),
	                     .unit = sl_csv_get(row, s->col.unit),
	                     .quantity = sl_csv_get(row, s->col.quantity),
	                     .group = s->depth ? s->group[s->depth - 1] : (struct sl_str){"", 0},
	                     .index = (int)k->n_fields};
	struct sl_field *grown;
	size_t *lines;
	uint64_t *slot;
	bool is_new, select = type == SL_FIELD_SELECT_ONE || type == SL_FIELD_SELECT_MULTIPLE;

	if (!is_name(f.name)) {
		sl_fail(e, SL_INVALID,
		        "'%.*s' cannot be the name of a field: letters, digits and '_', a letter first",
		        SL_STR_ARG(f.name));
		return sl_table_within(&s->t, s->col.name, e);
	}
	if (k->n_fields >= FIELDS_MAX) {
		sl_fail(e, SL_INVALID, "more than %d fields", FIELDS_MAX);
		return sl_table_within(&s->t, s->col.name, e);
	}
	if (!f.label.n)
		f.label = f.name;
	if ((select && find_list(s, rest, &f.list, e)) || yes_no(s, s->col.required, &f.required, e) ||
	    yes_no(s, s->col.sensitive, &f.sensitive, e) || check_words(s, &f, e) ||
	    sl_words_read(&s->t, &s->col.words, &f.translated, e))
		return e->code;
	if (type == SL_FIELD_GEOMETRY) {
		if (k->geometry >= 0) {
			sl_fail(e, SL_INVALID, "a second geometry beside '%.*s'; a record has one",
			        SL_STR_ARG(k->field[k->geometry].name));
			return sl_table_within(&s->t, s->col.type, e);
		}
		k->geometry = f.index;
	}
	slot = sl_map_put(&k->by_name, f.name, k->n_fields, &is_new, e);
	if (!slot)
		return e->code;
	if (!is_new) {
		sl_fail(e, SL_INVALID, "the name '%.*s' is taken", SL_STR_ARG(f.name));
		return sl_table_within(&s->t, s->col.name, e);
	}
	lines = sl_arena_grow(s->t.a, s->line, &s->line_cap, k->n_fields + 1, sizeof *lines, e);
	if (!lines)
		return e->code;
	s->line = lines;
	grown = sl_arena_grow(s->t.a, k->field, &s->cap, k->n_fields + 1, sizeof *grown, e);
	if (!grown)
		return e->code;
	k->field = grown;
	s->line[k->n_fields] = row->line;
	k->field[k->n_fields++] = f;
	return SL_OK;
}

static enum sl_code add_group(struct survey *s, struct sl_err *e)
{
	struct sl_kind *k = s->kind;
	struct sl_group *v, g = {.name = sl_csv_get(&s->t.row, s->col.name),
	                         .label = sl_words_english(&s->t, &s->col.words, SL_LABEL),
	                         .within = s->depth ? s->group[s->depth - 1] : (struct sl_str){"", 0}};

	if (!g.label.n)
		g.label = g.name;
	if (sl_words_read(&s->t, &s->col.words, &g.translated, e))
		return e->code;
	v = sl_arena_grow(s->t.a, k->group, &s->group_cap, k->n_groups + 1, sizeof *v, e);
	if (!v)
		return e->code;
	v[k->n_groups++] = g;
	k->group = v;
	s->group[s->depth++] = g.name;
	return SL_OK;
}

static enum sl_code read_row(struct survey *s, struct sl_err *e)
{
	struct sl_str rest = sl_csv_get(&s->t.row, s->col.type), word = {0};
	enum sl_field_type type = SL_FIELD_TEXT;

	sl_str_split(&rest, ' ', &word);
	rest = sl_str_trim(rest);
	switch (role_of(word, rest, &type)) {
	case ROW_FIELD: return add_field(s, type, rest, e);
	case ROW_NO_COLUMN: return SL_OK;
	case ROW_BEGIN:
		if (s->depth < GROUP_DEPTH_MAX)
			return add_group(s, e);
		sl_fail(e, SL_INVALID, "groups nested deeper than %d", GROUP_DEPTH_MAX);
		break;
	case ROW_END:
		if (s->depth) {
			s->depth--;
			return SL_OK;
		}
		sl_fail(e, SL_INVALID, "end_group without its begin_group");
		break;
	case ROW_REPEAT:
		sl_fail(e, SL_UNSUPPORTED, "repeats are not kept in a record; make what repeats a kind of its own");
		break;
	case ROW_UNKNOWN:
		sl_fail(e, SL_INVALID,
		        "'%.*s' is no type of field (text, integer, decimal, date, select_one LIST, "
		        "select_multiple LIST, geopoint, geoshape, ...)",
		        SL_STR_ARG(word));
		break;
	}
	return sl_table_within(&s->t, s->col.type, e);
}

static enum sl_code read_rows(struct survey *s, struct sl_err *e)
{
	bool more;

	if (find_columns(&s->t, s->dict, &s->col, e))
		return e->code;
	s->cap = sl_table_lines(&s->t);
	if (s->cap > FIELDS_MAX)
		s->cap = FIELDS_MAX;
	s->kind->field = sl_arena_alloc(s->t.a, s->cap, sizeof *s->kind->field, e);
	if (!s->kind->field)
		return e->code;
	for (;;) {
		if (sl_table_next(&s->t, &more, e))
			return e->code;
		if (!more)
			break;
		if (read_row(s, e))
			return e->code;
	}
	if (s->depth)
		return sl_fail(e, SL_INVALID, "%s: the group '%.*s' has no end_group", s->t.csv.name,
		               SL_STR_ARG(s->group[s->depth - 1]));
	if (!s->kind->n_fields)
		return sl_fail(e, SL_INVALID, "%s: no row describes a field", s->t.csv.name);
	return SL_OK;
}

static enum sl_code conflict(const struct survey *s, size_t field, const char *column, struct sl_str text,
                             size_t old, struct sl_err *e)
{
	if (e->code == SL_INVALID)
		return sl_err_within(e, "%s: line %zu, column '%s'", s->t.csv.name, s->line[field], column);
	if (e->code != SL_CONFLICT)
		return e->code;
	sl_err_clear(e);
	return sl_fail(e, SL_INVALID, "%s: line %zu, column '%s': '%.*s' already names the field '%.*s'",
	               s->t.csv.name, s->line[field], column, SL_STR_ARG(text),
	               SL_STR_ARG(s->kind->field[old].name));
}

static enum sl_code index_spellings(const struct survey *s, struct sl_spellings *sp, struct sl_map *labels,
                                    struct sl_err *e)
{
	const struct sl_kind *k = s->kind;
	struct sl_str part = {0};
	size_t old = 0, room = 0;

	for (size_t i = 0; i < k->n_fields; i++)
		room += 3 + sl_spelling_count(k->field[i].aliases) * 3 / 4;
	if (sl_map_reserve(&sp->map, room, e) || sl_map_reserve(labels, k->n_fields, e))
		return e->code;
	for (size_t i = 0; i < k->n_fields; i++)
		if (sl_spelling_add(sp, k->field[i].name, i, &old, e))
			return conflict(s, i, "name", k->field[i].name, old, e);
	for (size_t i = 0; i < k->n_fields; i++)
		if (sl_spelling_add_all(sp, k->field[i].aliases, i, &old, &part, e))
			return conflict(s, i, "aliases", part, old, e);
	for (size_t i = 0; i < k->n_fields; i++)
		if (sl_spelling_add_label(sp, labels, k->field[i].label, i, e))
			return e->code;
	return sl_spelling_labels_done(sp, labels, e);
}

struct sorted_name {
	struct sl_str name;
	int index;
};

static int by_name(const void *a, const void *b)
{
	const struct sorted_name *x = a, *y = b;

	return sl_str_cmp(x->name, y->name);
}

static enum sl_code sort_fields(struct sl_arena *a, struct sl_kind *k, struct sl_err *e)
{
	struct sorted_name *v = sl_arena_alloc(a, k->n_fields, sizeof *v, e);

	if (!v)
		return e->code;
	k->sorted = sl_arena_alloc(a, k->n_fields, sizeof *k->sorted, e);
	if (!k->sorted)
		return e->code;
	for (size_t i = 0; i < k->n_fields; i++)
		v[i] = (struct sorted_name){k->field[i].name, (int)i};
	qsort(v, k->n_fields, sizeof *v, by_name);
	for (size_t i = 0; i < k->n_fields; i++) {
		k->sorted[i] = v[i].index;
		k->extra_at += sl_str_cmp(v[i].name, SL_STR("_extra")) < 0;
	}
	return SL_OK;
}

/* "dictionary/hazard.csv" -> "hazard" */
static struct sl_str kind_name(const char *file)
{
	const char *slash = strrchr(file, '/');
	struct sl_str s = sl_str_from(slash ? slash + 1 : file);

	if (sl_str_has_suffix_nocase(s, ".csv"))
		s.n -= 4;
	return s;
}

enum sl_code sl_kind_parse(struct sl_arena *a, struct sl_dictionary *dict, const char *file,
                           struct sl_str csv, struct sl_kind *out, struct sl_err *e)
{
	struct sl_kind k = {.geometry = -1, .number = -1};
	struct survey s = {.dict = dict, .kind = &k};
	struct sl_spellings sp = {.a = a, .underscores = true};
	struct sl_map labels = {0};
	struct sl_str name = kind_name(file);
	const char *label = NULL, *copy = sl_str_dup(a, name, e);
	enum sl_code code;

	if (!copy || sl_table_open(&s.t, a, file, csv, e))
		return e->code;
	k.name = (struct sl_str){copy, name.n};
	k.label = sl_kind_known(k.name, &k.number, &label) ? sl_str_from(label) : k.name;
	code = read_rows(&s, e);
	if (!code)
		code = sl_kind_rules(a, &k, s.line, e);
	if (!code)
		code = index_spellings(&s, &sp, &labels, e);
	if (!code)
		code = sort_fields(a, &k, e);
	if (!code)
		code = sl_spellings_keep(a, &k.by_name, &k.by_name, e);
	if (!code)
		code = sl_spellings_keep(a, &sp.map, &k.by_alias, e);
	else
		sl_map_done(&k.by_name);
	sl_map_done(&sp.map);
	sl_map_done(&labels);
	if (!code)
		*out = k;
	return code;
}

const struct sl_field *sl_kind_field(const struct sl_kind *k, const char *name)
{
	const uint64_t *slot = sl_map_get(&k->by_name, sl_str_from(name));

	return slot ? &k->field[*slot] : NULL;
}

const struct sl_field *sl_kind_field_meant(const struct sl_kind *k, struct sl_arena *a,
                                           struct sl_str heading)
{
	struct sl_err e = {0};
	size_t index = 0;
	bool found;

	if (sl_spelling_find(&k->by_alias, true, a, heading, &found, &index, &e) || !found)
		return NULL;
	return &k->field[index];
}
