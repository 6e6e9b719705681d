/* The sheet `choices`: a row for each choice of a list. */
#include "model/form_parts.h"

#include <string.h>

struct reading {
	struct sl_arena *a;
	struct sl_form *form;
	struct sl_form_faults *faults;
	struct sl_err *e;
	const struct sl_form_head *head;
	size_t n_heads;
	size_t cap_lists;
	bool duplicates_allowed;
};

static struct sl_form_list *list_of(struct reading *r, struct sl_str name)
{
	struct sl_form *form = r->form;
	struct sl_form_list *more;

	for (size_t i = 0; i < form->n_lists; i++)
		if (sl_str_eq(form->list[i].name, name))
			return &form->list[i];
	more = sl_arena_grow(r->a, form->list, &r->cap_lists, form->n_lists + 1, sizeof *more, r->e);
	if (!more)
		return NULL;
	form->list = more;
	more[form->n_lists] = (struct sl_form_list){.name = name};
	return &more[form->n_lists++];
}

static enum sl_code fill(struct reading *r, const struct sl_sheet_row *row, struct sl_form_list *list,
                         struct sl_form_choice *choice)
{
	for (size_t c = 0; c < row->n && c < r->n_heads; c++) {
		const struct sl_form_head *head = &r->head[c];
		struct sl_str text = row->cell[c];

		if (!text.n || head->column == SL_COLUMN_NAME || head->column == SL_COLUMN_LIST_NAME || !head->text.n)
			continue;
		if (head->column == SL_COLUMN_WORD && (head->word == SL_WORD_LABEL || head->word >= SL_WORD_IMAGE)) {
			list->in_itext = list->in_itext || head->language.n || head->word != SL_WORD_LABEL;
			if (sl_form_set_word(r->a, r->form, &choice->words, head, text, r->e))
				return r->e->code;
		} else if (head->column != SL_COLUMN_WORD && head->column != SL_COLUMN_IGNORED && sl_form_is_name(head->text) &&
		           sl_form_attribute(r->a, &choice->extra, &choice->n_extra, head->text, text, r->e)) {
			return r->e->code;
		}
	}
	return SL_OK;
}

static enum sl_code add_choice(struct reading *r, const struct sl_sheet_row *row, struct sl_str name,
                               struct sl_form_list *list)
{
	struct sl_form_choice *more;

	for (size_t i = 0; i < list->n && !r->duplicates_allowed; i++)
		if (sl_str_eq(list->choice[i].name, name))
			return sl_form_fault(r->a, r->faults, true, "choices", row->number, "name", r->e,
			                     "\"%.*s\" stands twice in the list %.*s (row %zu): give each choice a name of its own, or set "
			                     "allow_choice_duplicates to yes",
			                     SL_STR_ARG(name), SL_STR_ARG(list->name), list->choice[i].row);
	more = sl_arena_grow(r->a, list->choice, &list->cap, list->n + 1, sizeof *more, r->e);
	if (!more)
		return r->e->code;
	list->choice = more;
	more[list->n] = (struct sl_form_choice){.name = name, .row = row->number};
	if (fill(r, row, list, &more[list->n]))
		return r->e->code;
	if (!more[list->n].words.text[SL_WORD_LABEL] && !more[list->n].words.text[SL_WORD_IMAGE] &&
	    !more[list->n].words.text[SL_WORD_AUDIO] && !more[list->n].words.text[SL_WORD_VIDEO] &&
	    sl_form_fault(r->a, r->faults, false, "choices", row->number, "label", r->e,
	                  "the choice %.*s has no label: people will see its name", SL_STR_ARG(name)))
		return r->e->code;
	list->n++;
	return SL_OK;
}

static enum sl_code read_row(struct reading *r, const struct sl_sheet_row *row)
{
	struct sl_str name = SL_STR(""), list_name = SL_STR("");
	struct sl_form_list *list;

	for (size_t c = 0; c < row->n && c < r->n_heads; c++) {
		if (r->head[c].column == SL_COLUMN_NAME && row->cell[c].n)
			name = row->cell[c];
		if (r->head[c].column == SL_COLUMN_LIST_NAME && row->cell[c].n)
			list_name = row->cell[c];
	}
	if (!name.n && !list_name.n)
		return SL_OK; /* a note between lists */
	if (!list_name.n || !name.n)
		return sl_form_fault(r->a, r->faults, true, "choices", row->number, name.n ? "list_name" : "name", r->e,
		                     "a choice needs the name of its list and a name: fill in what is missing");
	list = list_of(r, list_name);
	return list ? add_choice(r, row, name, list) : r->e->code;
}

enum sl_code sl_form_read_choices(struct sl_arena *a, const struct sl_sheet *sheet, bool duplicates_allowed,
                                  struct sl_form *form, struct sl_form_faults *faults, struct sl_err *e)
{
	struct reading r = {.a = a, .form = form, .faults = faults, .e = e, .duplicates_allowed = duplicates_allowed};
	struct sl_form_head *head;
	bool has_list = false, has_name = false;

	if (!sheet->n_rows)
		return SL_OK;
	head = sl_arena_alloc(a, sheet->row[0].n, sizeof *head, e);
	if (!head && sheet->row[0].n)
		return e->code;
	for (size_t c = 0; c < sheet->row[0].n; c++) {
		head[c] = sl_form_head_of(sheet->row[0].cell[c], true);
		has_list = has_list || head[c].column == SL_COLUMN_LIST_NAME;
		has_name = has_name || head[c].column == SL_COLUMN_NAME;
	}
	if (!has_list || !has_name)
		return sl_form_fault(a, faults, true, "choices", sheet->row[0].number, has_list ? "name" : "list_name", e,
		                     "there is no such column: a choice is list_name, name and label");
	r.head = head;
	r.n_heads = sheet->row[0].n;
	for (size_t i = 1; i < sheet->n_rows; i++)
		if (read_row(&r, &sheet->row[i]))
			return e->code;
	return SL_OK;
}
