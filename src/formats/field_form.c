#include "formats/field_form.h"

#include "formats/workbook.h"
#include "formats/workbook_parts.h"

#include <string.h>

enum { COLUMNS_MAX = 256, DEPTH_MAX = 64 };

/* Columns of ours, and what an XLSForm calls them; and, as in the dictionary, a text without a language is
 * English. */
static const char *const own_columns[][2] = {{"record", "bind::safelane:record"},
                                             {"link", "bind::safelane:link"},
                                             {"inherit", "bind::safelane:inherit"},
                                             {"label", "label::English (en)"},
                                             {"hint", "hint::English (en)"},
                                             {"constraint_message", "constraint_message::English (en)"},
                                             {"required_message", "required_message::English (en)"}};

struct rows {
	struct sl_sheet_row *v;
	size_t n, cap;
};

struct making {
	struct sl_arena *a;
	struct sl_form_faults *faults;
	struct sl_err *e;
	const struct sl_sheet *form; /* its survey */
	struct sl_str head[COLUMNS_MAX];
	size_t n_heads;
	struct sl_sheet kind[DEPTH_MAX]; /* of the records that are made at each depth */
	bool repeat[DEPTH_MAX];          /* of a kind of its own, not only rows */
	size_t depth;
	struct rows out;
};

static const struct sl_sheet *sheet_named(const struct sl_workbook *book, const char *name)
{
	for (size_t i = 0; i < book->n_sheets; i++)
		if (sl_str_is_nocase(sl_str_trim(book->sheet[i].name), name))
			return &book->sheet[i];
	return NULL;
}

static const struct sl_sheet *survey_of(const struct sl_workbook *book)
{
	return book->n_sheets == 1 ? &book->sheet[0] : sheet_named(book, "survey");
}

static struct sl_str cell_at(const struct sl_sheet_row *row, int column)
{
	return column >= 0 && (size_t)column < row->n ? row->cell[column] : SL_STR("");
}

static int column_of(const struct sl_sheet *s, const char *name)
{
	for (size_t c = 0; s && s->n_rows && c < s->row[0].n; c++)
		if (sl_str_is_nocase(s->row[0].cell[c], name))
			return (int)c;
	return -1;
}

static struct sl_str setting(const struct sl_workbook *book, const char *name)
{
	const struct sl_sheet *s = sheet_named(book, "settings");

	return s && s->n_rows > 1 ? cell_at(&s->row[1], column_of(s, name)) : SL_STR("");
}

bool sl_field_form_is(const struct sl_workbook *book)
{
	return setting(book, "kind").n || column_of(survey_of(book), "record") >= 0;
}

/* ---- columns ---- */

static struct sl_str head_for(struct sl_str text)
{
	for (size_t i = 0; i < sizeof own_columns / sizeof *own_columns; i++)
		if (sl_str_is_nocase(text, own_columns[i][0]))
			return sl_str_from(own_columns[i][1]);
	return text;
}

static int head_number(const struct making *m, struct sl_str text)
{
	for (size_t i = 0; i < m->n_heads; i++)
		if (sl_str_eq(m->head[i], text))
			return (int)i;
	return -1;
}

static enum sl_code add_heads(struct making *m, const struct sl_sheet *s)
{
	for (size_t c = 0; s->n_rows && c < s->row[0].n; c++) {
		struct sl_str text = head_for(s->row[0].cell[c]);

		if (!text.n || head_number(m, text) >= 0)
			continue;
		if (m->n_heads == COLUMNS_MAX)
			return sl_fail(m->e, SL_INVALID, "more than %d columns: this is not a form", COLUMNS_MAX);
		m->head[m->n_heads++] = text;
	}
	return SL_OK;
}

/* A row of the columns of the result, empty. */
static struct sl_str *new_row(struct making *m, size_t number)
{
	struct sl_sheet_row *more =
	    sl_arena_grow(m->a, m->out.v, &m->out.cap, m->out.n + 1, sizeof *more, m->e);
	struct sl_str *cell = more ? sl_arena_alloc(m->a, m->n_heads, sizeof *cell, m->e) : NULL;

	if (!cell)
		return NULL;
	m->out.v = more;
	more[m->out.n++] = (struct sl_sheet_row){cell, m->n_heads, number};
	return cell;
}

static void lay(const struct making *m, const struct sl_sheet *s, const struct sl_sheet_row *row,
                struct sl_str *out)
{
	for (size_t c = 0; c < row->n && c < s->row[0].n; c++) {
		int at = head_number(m, head_for(s->row[0].cell[c]));

		if (at < 0 || !row->cell[c].n)
			continue;
		out[at] = sl_str_is(row->cell[c], "-") ? SL_STR("") : row->cell[c];
	}
}

static struct sl_str *put_row(struct making *m, const struct sl_sheet *s, const struct sl_sheet_row *row,
                              size_t number)
{
	struct sl_str *cell = new_row(m, number);

	if (cell)
		lay(m, s, row, cell);
	return cell;
}

static void set_cell(const struct making *m, struct sl_str *cell, const char *column, struct sl_str text)
{
	int at = head_number(m, sl_str_from(column));

	if (at >= 0)
		cell[at] = text;
}

/* ---- what the dictionary says ---- */

static enum sl_code load_kind(struct making *m, struct sl_str name, struct sl_sheet *out, bool *found)
{
	struct sl_str csv = sl_str_is(name, "choices") ? SL_STR("") : sl_dictionary_csv(name);

	*found = csv.n > 0;
	if (!csv.n)
		return SL_OK;
	return sl_sheet_from_csv(m->a, "dictionary", SL_STR("survey"), csv, out, m->e);
}

static const struct sl_sheet_row *row_named(const struct sl_sheet *kind, struct sl_str name, bool group)
{
	const int type = column_of(kind, "type"), at = column_of(kind, "name");

	for (size_t i = 1; i < kind->n_rows; i++) {
		const struct sl_sheet_row *row = &kind->row[i];
		struct sl_str t = cell_at(row, type);

		if (sl_str_eq(cell_at(row, at), name) && (group == sl_str_has_prefix(t, "begin")) &&
		    !sl_str_has_prefix(t, "end"))
			return row;
	}
	return NULL;
}

static enum sl_code fault(struct making *m, size_t row, const char *column, const char *message,
                          struct sl_str name)
{
	return sl_form_fault(m->a, m->faults, true, "survey", row, column, m->e, "\"%.*s\": %s",
	                     SL_STR_ARG(name), message);
}

/* All of a group of the kind; its first row also as the form has it. */
static enum sl_code put_group(struct making *m, const struct sl_sheet_row *row, struct sl_str name)
{
	const struct sl_sheet *kind = &m->kind[m->depth];
	const struct sl_sheet_row *at = row_named(kind, name, true);
	const int type = column_of(kind, "type"), type_out = head_number(m, SL_STR("type"));
	int open = 0;

	if (!at)
		return fault(m, row->number, "name",
		             "the dictionary has no such group in this kind of record: correct the name", name);
	for (const struct sl_sheet_row *r = at; r < kind->row + kind->n_rows; r++) {
		struct sl_str t = cell_at(r, type), *cell = put_row(m, kind, r, row->number);

		if (!cell)
			return m->e->code;
		set_cell(m, cell, "name", sl_form_element_of(cell_at(r, column_of(kind, "name"))));
		if (r == at) {
			lay(m, m->form, row, cell);
			cell[type_out] = t;
		}
		open += sl_str_has_prefix(t, "begin");
		open -= sl_str_has_prefix(t, "end");
		if (!open)
			break;
	}
	return SL_OK;
}

static enum sl_code put_field(struct making *m, const struct sl_sheet_row *row, struct sl_str name)
{
	const struct sl_sheet_row *field = row_named(&m->kind[m->depth], name, false);
	struct sl_str *cell;

	if (!field)
		return fault(m, row->number, "name",
		             "the dictionary has no such field in this kind of record: give the question a type, "
		             "or correct the name",
		             name);
	cell = put_row(m, &m->kind[m->depth], field, row->number);
	if (!cell)
		return m->e->code;
	lay(m, m->form, row, cell);
	set_cell(m, cell, "name", sl_form_element_of(name));
	return SL_OK;
}

/* ---- groups and repeats ---- */

/* What tells one repetition from another when some are added and removed later. */
static enum sl_code put_row_id(struct making *m, size_t number)
{
	struct sl_str *cell = new_row(m, number);

	if (!cell)
		return m->e->code;
	set_cell(m, cell, "type", SL_STR("calculate"));
	set_cell(m, cell, "name", SL_STR(SL_FORM_ROW));
	set_cell(m, cell, "calculation", SL_STR("once(uuid())"));
	return SL_OK;
}

static enum sl_code begin(struct making *m, const struct sl_sheet_row *row, bool repeat)
{
	struct sl_str record = cell_at(row, column_of(m->form, "record")),
	              link = cell_at(row, column_of(m->form, "link"));
	bool found = true;

	if (m->depth + 1 == DEPTH_MAX)
		return fault(m, row->number, "type", "groups lie too deep in each other",
		             cell_at(row, column_of(m->form, "name")));
	m->kind[m->depth + 1] = m->kind[m->depth];
	m->repeat[m->depth + 1] = m->repeat[m->depth] || (repeat && record.n);
	m->depth++;
	if (!put_row(m, m->form, row, row->number) || !record.n)
		return m->e->code;
	if (!repeat || m->repeat[m->depth - 1])
		return fault(m, row->number, "record",
		             repeat ? "a record cannot be made inside of another that is made"
		                    : "only repeats make records",
		             record);
	if (load_kind(m, record, &m->kind[m->depth], &found))
		return m->e->code;
	if (!found)
		return fault(m, row->number, "record", "there is no such kind of record", record);
	if (!row_named(&m->kind[m->depth], link, false))
		return fault(m, row->number, "link",
		             "that kind has no such field: name the one that is to name the record around it",
		             link);
	return put_row_id(m, row->number);
}

static enum sl_code take_row(struct making *m, const struct sl_sheet_row *row, int type_at, int name_at)
{
	struct sl_str type = cell_at(row, type_at), name = cell_at(row, name_at);

	if (!type.n && name.n)
		return put_field(m, row, name);
	if (sl_str_is_nocase(type, "fields"))
		return put_group(m, row, name);
	if (sl_str_has_prefix(type, "begin"))
		return begin(m, row, sl_str_find(type, "repeat") != NULL);
	if (sl_str_has_prefix(type, "end") && !sl_str_is_nocase(type, "end") && m->depth)
		m->depth--;
	return put_row(m, m->form, row, row->number) ? SL_OK : m->e->code;
}

static enum sl_code survey(struct making *m, struct sl_str kind, struct sl_sheet *out)
{
	const int type = column_of(m->form, "type"), name = column_of(m->form, "name"),
	          record = column_of(m->form, "record");
	static const char *const more[] = {"type", "name", "calculation"};
	struct sl_sheet other;
	bool found;

	if (load_kind(m, kind, &m->kind[0], &found))
		return m->e->code;
	if (!found && kind.n &&
	    sl_form_fault(m->a, m->faults, true, "settings", 2, "kind", m->e, "there is no kind of record %.*s",
	                  SL_STR_ARG(kind)))
		return m->e->code;
	if (add_heads(m, m->form) || (found && add_heads(m, &m->kind[0])))
		return m->e->code;
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (head_number(m, sl_str_from(more[i])) < 0 && m->n_heads < COLUMNS_MAX)
			m->head[m->n_heads++] = sl_str_from(more[i]);
	for (size_t i = 1; i < m->form->n_rows; i++)
		if (cell_at(&m->form->row[i], record).n &&
		    (load_kind(m, cell_at(&m->form->row[i], record), &other, &found) ||
		     (found && add_heads(m, &other))))
			return m->e->code;
	struct sl_str *cell = new_row(m, m->form->n_rows ? m->form->row[0].number : 1);

	if (!cell)
		return m->e->code;
	memcpy(cell, m->head, m->n_heads * sizeof *cell);
	for (size_t i = 1; i < m->form->n_rows; i++)
		if (take_row(m, &m->form->row[i], type, name))
			return m->e->code;
	*out = (struct sl_sheet){SL_STR("survey"), m->out.v, m->out.n};
	return SL_OK;
}

/* ---- the other sheets ---- */

static bool has_list(const struct sl_sheet *own, int at, struct sl_str list)
{
	for (size_t i = 1; own && i < own->n_rows; i++)
		if (sl_str_eq(cell_at(&own->row[i], at), list))
			return true;
	return false;
}

/* The form's own lists, and of the dictionary's those that some question asks for and the form has not. */
static enum sl_code choices(struct making *m, const struct sl_sheet *own, const struct sl_sheet *asked,
                            struct sl_sheet *out)
{
	const int type = column_of(asked, "type"), own_list = column_of(own, "list_name");
	struct sl_sheet all;
	int list;

	m->n_heads = 0;
	m->out = (struct rows){0};
	if (sl_sheet_from_csv(m->a, "dictionary/choices.csv", SL_STR("choices"),
	                      sl_dictionary_csv(SL_STR("choices")), &all, m->e) ||
	    (own && add_heads(m, own)) || add_heads(m, &all))
		return m->e->code;
	list = column_of(&all, "list_name");
	struct sl_str *cell = new_row(m, 1), wanted, word;

	if (!cell)
		return m->e->code;
	memcpy(cell, m->head, m->n_heads * sizeof *cell);
	for (size_t i = 1; own && i < own->n_rows; i++)
		if (!put_row(m, own, &own->row[i], own->row[i].number))
			return m->e->code;
	for (size_t i = 1; i < all.n_rows; i++) {
		struct sl_str name = cell_at(&all.row[i], list);
		bool used = false;

		for (size_t k = 1; k < asked->n_rows && !used; k++)
			for (wanted = cell_at(&asked->row[k], type); !used && sl_str_split(&wanted, ' ', &word);)
				used = sl_str_eq(word, name);
		if (used && !has_list(own, own_list, name) && !put_row(m, &all, &all.row[i], all.row[i].number))
			return m->e->code;
	}
	*out = (struct sl_sheet){SL_STR("choices"), m->out.v, m->out.n};
	return SL_OK;
}

/* With the namespace of our columns. */
static enum sl_code settings(struct making *m, const struct sl_workbook *book, struct sl_sheet *out)
{
	static const char space[] = "safelane=\"" SL_FORM_SPACE "\"";
	const struct sl_sheet *own = sheet_named(book, "settings");
	struct sl_str before = setting(book, "namespaces"), *cell;

	m->n_heads = 0;
	m->out = (struct rows){0};
	if (own && add_heads(m, own))
		return m->e->code;
	if (head_number(m, SL_STR("namespaces")) < 0 && m->n_heads < COLUMNS_MAX)
		m->head[m->n_heads++] = SL_STR("namespaces");
	cell = new_row(m, 1);
	if (!cell)
		return m->e->code;
	memcpy(cell, m->head, m->n_heads * sizeof *cell);
	cell = own && own->n_rows > 1 ? put_row(m, own, &own->row[1], own->row[1].number) : new_row(m, 2);
	if (!cell)
		return m->e->code;
	set_cell(m, cell, "namespaces",
	         before.n ? sl_str_from(sl_arena_printf(m->a, m->e, "%.*s %s", SL_STR_ARG(before), space))
	                  : sl_str_from(space));
	*out = (struct sl_sheet){SL_STR("settings"), m->out.v, m->out.n};
	return m->e->code;
}

enum sl_code sl_field_form_expand(struct sl_arena *a, const struct sl_workbook *book,
                                  struct sl_workbook *out, struct sl_form_faults *faults, struct sl_err *e)
{
	struct making *m = sl_arena_alloc(a, 1, sizeof *m, e);
	struct sl_sheet *sheet = m ? sl_arena_alloc(a, 3, sizeof *sheet, e) : NULL;

	*faults = (struct sl_form_faults){0};
	if (!sheet)
		return e->code;
	*m = (struct making){.a = a, .faults = faults, .e = e, .form = survey_of(book)};
	if (!m->form) {
		*out = *book; /* the reader of forms says what is missing */
		return SL_OK;
	}
	if (survey(m, setting(book, "kind"), &sheet[0]) ||
	    choices(m, sheet_named(book, "choices"), &sheet[0], &sheet[1]) || settings(m, book, &sheet[2]))
		return e->code;
	*out = (struct sl_workbook){book->name, sheet, 3};
	return SL_OK;
}

enum sl_code sl_field_form_read(struct sl_arena *a, const struct sl_field_form *form,
                                struct sl_workbook *out, struct sl_err *e)
{
	char *file = sl_arena_printf(a, e, "dictionary/forms/%s.csv", form->name);

	*out = (struct sl_workbook){.name = sl_str_from(form->name)};
	return file ? sl_workbook_from_csv(a, file, form->csv, out, e) : e->code;
}
