/* The sheet `survey`: a row for each question, and for the beginning and end of groups and repeats. */
#include "model/form_parts.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

struct reading {
	struct sl_arena *a;
	struct sl_form *form;
	struct sl_form_faults *faults;
	struct sl_err *e;
	struct sl_form_head *head;
	size_t n_heads;
	struct sl_form_node *open[DEPTH_MAX]; /* groups not yet ended; the first is the form */
	bool table[DEPTH_MAX];                /* it is drawn as a table */
	size_t depth;
};

static enum sl_code fault(struct reading *r, size_t row, const char *column, const char *message)
{
	return sl_form_fault(r->a, r->faults, true, "survey", row, column, r->e, "%s", message);
}

static struct sl_str cell_of(const struct reading *r, const struct sl_sheet_row *row, enum sl_form_column column)
{
	for (size_t c = 0; c < row->n && c < r->n_heads; c++)
		if (r->head[c].column == column && row->cell[c].n)
			return row->cell[c];
	return SL_STR("");
}

/* "randomize=true seed=${x}", "start=1;end=5" */
static enum sl_code read_parameters(struct reading *r, struct sl_form_node *node, struct sl_str text)
{
	size_t i = 0;

	while (i < text.n) {
		size_t start, equal = 0;

		while (i < text.n && (text.p[i] == ' ' || text.p[i] == ';' || text.p[i] == ',' || text.p[i] == '\n'))
			i++;
		start = i;
		for (int braces = 0; i < text.n && (braces || (text.p[i] != ' ' && text.p[i] != ';' && text.p[i] != ',')); i++) {
			braces += (text.p[i] == '{' || text.p[i] == '(') - (text.p[i] == '}' || text.p[i] == ')');
			if (text.p[i] == '=' && !equal)
				equal = i;
		}
		if (i == start)
			break;
		if (!equal)
			return fault(r, node->row, "parameters", "write each parameter as name=value");
		if (sl_form_attribute(r->a, &node->parameter, &node->n_parameters, (struct sl_str){text.p + start, equal - start},
		                      (struct sl_str){text.p + equal + 1, i - equal - 1}, r->e))
			return r->e->code;
	}
	return SL_OK;
}

static enum sl_code fill_cell(struct reading *r, struct sl_form_node *node, const struct sl_form_head *head,
                              struct sl_str text)
{
	switch (head->column) {
	case SL_COLUMN_WORD:
		return sl_form_set_word(r->a, r->form, &node->words, head, text, r->e);
	case SL_COLUMN_RELEVANT: node->relevant = text; break;
	case SL_COLUMN_CONSTRAINT: node->constraint = text; break;
	case SL_COLUMN_REQUIRED: node->required = text; break;
	case SL_COLUMN_READONLY: node->readonly = text; break;
	case SL_COLUMN_CALCULATION: node->calculation = text; break;
	case SL_COLUMN_DEFAULT: node->value = text; break;
	case SL_COLUMN_APPEARANCE: node->appearance = text; break;
	case SL_COLUMN_CHOICE_FILTER: node->choice_filter = text; break;
	case SL_COLUMN_COUNT: node->count = text; break;
	case SL_COLUMN_TRIGGER: node->trigger = text; break;
	case SL_COLUMN_PARAMETERS: return read_parameters(r, node, text);
	case SL_COLUMN_BIND: return sl_form_attribute(r->a, &node->bind, &node->n_bind, head->attribute, text, r->e);
	case SL_COLUMN_BODY: return sl_form_attribute(r->a, &node->body, &node->n_body, head->attribute, text, r->e);
	case SL_COLUMN_INSTANCE:
		return sl_form_attribute(r->a, &node->instance, &node->n_instance, head->attribute, text, r->e);
	default: break;
	}
	return SL_OK;
}

static enum sl_code fill(struct reading *r, struct sl_form_node *node, const struct sl_sheet_row *row)
{
	for (size_t c = 0; c < row->n && c < r->n_heads; c++)
		if (row->cell[c].n && fill_cell(r, node, &r->head[c], row->cell[c]))
			return r->e->code;
	return SL_OK;
}

static const struct sl_form_node *sibling(const struct sl_form_node *parent, struct sl_str name)
{
	for (const struct sl_form_node *n = parent->child; n; n = n->next)
		if (sl_str_eq(n->name, name))
			return n;
	return NULL;
}

/* A node of this row under the innermost group; NULL, without failing, when its name will not do. */
static struct sl_form_node *add(struct reading *r, const struct sl_sheet_row *row, struct sl_str name,
                                const struct sl_form_type *type)
{
	struct sl_form_node *parent = r->open[r->depth - 1];
	const struct sl_form_node *twin;

	if (!sl_form_is_name(name)) {
		(void)!sl_form_fault(r->a, r->faults, true, "survey", row->number, "name", r->e,
		                     name.n ? "\"%.*s\" is not a name: letters, digits, _ and -, a letter first"
		                            : "%.*sthere is no name: give the question one, without blanks",
		                     SL_STR_ARG(name));
		return NULL;
	}
	twin = sibling(parent, name);
	if (twin) {
		(void)!sl_form_fault(r->a, r->faults, true, "survey", row->number, "name", r->e,
		                     "%.*s stands already in row %zu: give each question of a group a name of its own",
		                     SL_STR_ARG(name), twin->row);
		return NULL;
	}
	return sl_form_add_node(r->a, parent, name, type, row->number, r->e);
}

static struct sl_form_node *add_made(struct reading *r, struct sl_form_node *parent, const char *type, size_t row,
                                     const char *fmt, size_t number)
{
	const char *name = sl_arena_printf(r->a, r->e, "%s_%zu", fmt, number);

	return name ? sl_form_add_node(r->a, parent, sl_str_from(name), sl_form_type_of(type), row, r->e) : NULL;
}

/* Appearance without a word of it: "table-list w4" -> "field-list w4". */
static enum sl_code as_table(struct reading *r, struct sl_form_node *group)
{
	const char *at = sl_str_find(group->appearance, "table-list");
	const char *text;

	if (!at)
		return SL_OK;
	r->table[r->depth - 1] = true;
	text = sl_arena_printf(r->a, r->e, "%.*sfield-list%.*s", (int)(at - group->appearance.p), group->appearance.p,
	                       (int)(group->appearance.n - (size_t)(at - group->appearance.p) - 10), at + 10);
	if (!text)
		return r->e->code;
	group->appearance = sl_str_from(text);
	return SL_OK;
}

/* The count of a repeat has to be a path: an expression is calculated into a node before it. */
static enum sl_code add_count(struct reading *r, const struct sl_sheet_row *row, struct sl_str *path)
{
	struct sl_str text = cell_of(r, row, SL_COLUMN_COUNT), name = cell_of(r, row, SL_COLUMN_NAME);
	struct sl_form_node *node;
	const char *count;

	*path = text;
	if (!text.n || (text.p[0] == '$' && memchr(text.p, '}', text.n) == text.p + text.n - 1))
		return SL_OK;
	count = sl_arena_printf(r->a, r->e, "%.*s_count", (int)name.n, name.p);
	node = count ? sl_form_add_node(r->a, r->open[r->depth - 1], sl_str_from(count), sl_form_type_of("calculate"), row->number,
	                           r->e)
	             : NULL;
	count = node ? sl_arena_printf(r->a, r->e, "${%.*s_count}", (int)name.n, name.p) : NULL;
	if (!count)
		return r->e->code;
	node->calculation = text;
	node->readonly = SL_STR("yes");
	*path = sl_str_from(count);
	return SL_OK;
}

static enum sl_code begin(struct reading *r, const struct sl_sheet_row *row, const char *type)
{
	struct sl_form_node *group;
	struct sl_str count;

	if (add_count(r, row, &count))
		return r->e->code;
	group = add(r, row, cell_of(r, row, SL_COLUMN_NAME), sl_form_type_of(type));
	if (r->e->code)
		return r->e->code;
	if (r->depth == DEPTH_MAX)
		return sl_fail(r->e, SL_INVALID, "survey, row %zu: groups are nested deeper than %d", row->number, DEPTH_MAX);
	if (!group) /* its questions are read all the same, for their own faults */
		group = add_made(r, r->open[r->depth - 1], type, row->number, "unnamed", row->number);
	if (!group)
		return r->e->code;
	r->table[r->depth] = false;
	r->open[r->depth++] = group;
	if (fill(r, group, row))
		return r->e->code;
	group->count = count;
	return as_table(r, group);
}

static enum sl_code end(struct reading *r, const struct sl_sheet_row *row, enum sl_form_control control)
{
	const struct sl_form_node *group = r->open[r->depth - 1];

	if (r->depth == 1)
		return fault(r, row->number, "type", "nothing was begun that could end here: take the row away");
	r->depth--;
	if (group->type->control != control)
		return sl_form_fault(r->a, r->faults, true, "survey", row->number, "type", r->e,
		                     "%.*s, begun in row %zu, is a %s: end it as one", SL_STR_ARG(group->name), group->row,
		                     group->type->name);
	return SL_OK;
}

/* The text question behind "or_other", and the choice that leads to it. */
static enum sl_code add_other(struct reading *r, struct sl_form_node *select)
{
	static const struct sl_form_head label = {.column = SL_COLUMN_WORD, .word = SL_WORD_LABEL};
	const char *name = sl_arena_printf(r->a, r->e, "%.*s_other", (int)select->name.n, select->name.p);
	const char *relevant =
	    sl_arena_printf(r->a, r->e, "selected(../%.*s, 'other')", (int)select->name.n, select->name.p);
	struct sl_form_list *list = (struct sl_form_list *)sl_form_list(r->form, select->list);
	struct sl_form_node *other;

	if (!name || !relevant)
		return r->e->code;
	other = sl_form_add_node(r->a, select->parent, sl_str_from(name), sl_form_type_of("text"), select->row, r->e);
	if (!other || sl_form_set_word(r->a, r->form, &other->words, &label, SL_STR("Specify other."), r->e))
		return r->e->code;
	other->relevant = sl_str_from(relevant);
	if (!list)
		return SL_OK; /* judged later */
	for (size_t i = 0; i < list->n; i++)
		if (sl_str_is(list->choice[i].name, "other"))
			return SL_OK;
	struct sl_form_choice *more = sl_arena_grow(r->a, list->choice, &list->cap, list->n + 1, sizeof *more, r->e);

	if (!more)
		return r->e->code;
	list->choice = more;
	more[list->n] = (struct sl_form_choice){.name = SL_STR("other"), .row = select->row};
	if (sl_form_set_word(r->a, r->form, &more[list->n].words, &label, SL_STR("Other"), r->e))
		return r->e->code;
	list->n++;
	return SL_OK;
}

/* The first select of a table brings the head of the table with it: the label of the group and the choices. */
static enum sl_code add_table_head(struct reading *r, const struct sl_sheet_row *row, const struct sl_form_command *command)
{
	struct sl_form_node *group = r->open[r->depth - 1], *head;

	if (group->words.text[SL_WORD_LABEL] || group->words.text[SL_WORD_HINT]) {
		struct sl_form_node *note = add_made(r, group, "note", row->number, "generated_table_list_label", group->row);

		if (!note)
			return r->e->code;
		note->words = group->words;
		group->words = (struct sl_form_words){0};
	}
	head = add_made(r, group, command->type->name, row->number, "reserved_name_for_field_list_labels", row->number);
	if (!head)
		return r->e->code;
	head->list = command->list;
	head->from_file = command->from_file;
	head->choice_filter = cell_of(r, row, SL_COLUMN_CHOICE_FILTER);
	head->appearance = SL_STR("label");
	return SL_OK;
}

static enum sl_code question(struct reading *r, const struct sl_sheet_row *row, const struct sl_form_command *command)
{
	bool in_table = r->table[r->depth - 1] && command->list.n, first = in_table;
	struct sl_str name = cell_of(r, row, SL_COLUMN_NAME);
	struct sl_form_node *node;

	for (const struct sl_form_node *n = r->open[r->depth - 1]->child; n && first; n = n->next)
		first = !n->list.n;
	if (first && add_table_head(r, row, command))
		return r->e->code;
	if (!name.n && command->type->readonly) { /* notes need none */
		const char *made = sl_arena_printf(r->a, r->e, "generated_note_name_%zu", row->number);

		if (!made)
			return r->e->code;
		name = sl_str_from(made);
	}
	if (!name.n && command->type->in_meta)
		name = SL_STR("audit");
	node = add(r, row, name, command->type);
	if (!node || fill(r, node, row))
		return r->e->code;
	node->list = command->list;
	node->from_file = command->from_file;
	if (in_table)
		node->appearance = SL_STR("list-nolabel");
	return command->or_other ? add_other(r, node) : SL_OK;
}

static enum sl_code read_row(struct reading *r, const struct sl_sheet_row *row)
{
	struct sl_str text = cell_of(r, row, SL_COLUMN_TYPE);
	struct sl_form_command command;
	const char *hint;

	if (sl_form_is_yes(cell_of(r, row, SL_COLUMN_DISABLED)))
		return SL_OK;
	if (!text.n) {
		if (!cell_of(r, row, SL_COLUMN_NAME).n && !cell_of(r, row, SL_COLUMN_WORD).n)
			return SL_OK; /* a note to oneself */
		return fault(r, row->number, "type", "there is no type: write text, integer, select_one LIST, ...");
	}
	if (!sl_form_command_of(r->a, text, &command, &hint, r->e)) {
		if (r->e->code)
			return r->e->code;
		return sl_form_fault(r->a, r->faults, true, "survey", row->number, "type", r->e, "\"%.*s\" is not a type: %s",
		                     SL_STR_ARG(text), hint ? hint : "write text, integer, select_one LIST, geopoint, image, ...");
	}
	switch (command.what) {
	case SL_FORM_BEGIN_GROUP: return begin(r, row, "group");
	case SL_FORM_BEGIN_REPEAT: return begin(r, row, "repeat");
	case SL_FORM_END_GROUP: return end(r, row, SL_CONTROL_GROUP);
	case SL_FORM_END_REPEAT: return end(r, row, SL_CONTROL_REPEAT);
	default: return question(r, row, &command);
	}
}

static enum sl_code read_heads(struct reading *r, const struct sl_sheet_row *row)
{
	bool has_type = false;

	r->n_heads = row->n;
	r->head = sl_arena_alloc(r->a, row->n, sizeof *r->head, r->e);
	if (!r->head && row->n)
		return r->e->code;
	for (size_t c = 0; c < row->n; c++) {
		r->head[c] = sl_form_head_of(row->cell[c], false);
		has_type = has_type || r->head[c].column == SL_COLUMN_TYPE;
		if (r->head[c].column == SL_COLUMN_UNKNOWN && row->cell[c].n) {
			const char *text = sl_str_dup(r->a, row->cell[c], r->e);

			if (!text || sl_form_fault(r->a, r->faults, false, "survey", row->number, text, r->e,
			                           "this column is not one of a form: it is passed over"))
				return r->e->code;
		}
	}
	return has_type ? SL_OK
	                : fault(r, row->number, "type", "there is no such column: a question is type, name and label");
}

enum sl_code sl_form_read_survey(struct sl_arena *a, const struct sl_sheet *sheet, struct sl_form *form,
                                 struct sl_form_faults *faults, struct sl_err *e)
{
	struct reading r = {.a = a, .form = form, .faults = faults, .e = e, .open = {form->root}, .depth = 1};

	if (!sheet->n_rows)
		return fault(&r, 0, "", "the sheet is empty: the first row names the columns, type, name and label");
	if (read_heads(&r, &sheet->row[0]))
		return e->code;
	for (size_t i = 1; i < sheet->n_rows; i++)
		if (read_row(&r, &sheet->row[i]))
			return e->code;
	for (; r.depth > 1; r.depth--)
		if (sl_form_fault(a, faults, true, "survey", r.open[r.depth - 1]->row, "type", e, "%.*s is never ended: write end %s",
		                  SL_STR_ARG(r.open[r.depth - 1]->name), r.open[r.depth - 1]->type->name))
			return e->code;
	return SL_OK;
}
