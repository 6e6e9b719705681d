/* A form in every language of the dictionary: what its own columns do not say, translations.csv does. */
#include "model/form_parts.h"

#include "model/dictionary.h"

static bool has_code(struct sl_str language, struct sl_str code)
{
	return language.n > code.n + 2 && language.p[language.n - 1] == ')' &&
	       language.p[language.n - code.n - 2] == '(' &&
	       sl_str_eq((struct sl_str){language.p + language.n - code.n - 1, code.n}, code);
}

/* Its number in the form, added when new: "Français (fr)". */
static int number_of(struct sl_arena *a, struct sl_form *form, const struct sl_language *l, struct sl_err *e)
{
	char *name;

	for (size_t i = 0; i < form->n_languages; i++)
		if (has_code(form->language[i], l->code))
			return (int)i;
	name = sl_arena_printf(a, e, "%.*s (%.*s)", SL_STR_ARG(l->name), SL_STR_ARG(l->code));
	return name ? sl_form_language(a, form, sl_str_from(name), e) : -1;
}

static enum sl_code translate(struct sl_arena *a, struct sl_form *form, struct sl_form_words *words, int english,
                              const struct sl_dictionary *d, int language, int to, struct sl_err *e)
{
	const struct sl_form_head head = {.column = SL_COLUMN_WORD, .language = form->language[to]};

	for (int w = 0; w <= SL_WORD_REQUIRED; w++) { /* the rest are names of files */
		struct sl_form_head one = head;

		if (!words->text[w] || !words->text[w][english].n || words->text[w][to].n)
			continue;
		one.word = (enum sl_form_word)w;
		if (sl_form_set_word(a, form, words, &one, sl_translate(d, words->text[w][english], language), e))
			return e->code;
	}
	return SL_OK;
}

enum sl_code sl_form_translate(struct sl_arena *a, const struct sl_dictionary *d, struct sl_form *form, struct sl_err *e)
{
	int english = number_of(a, form, &d->language[0], e);

	for (size_t i = 1; english >= 0 && !e->code && i < d->n_languages; i++) {
		int to = number_of(a, form, &d->language[i], e);

		if (to < 0)
			break;
		for (struct sl_form_node *n = form->root->child; n && !e->code; n = sl_form_next(form->root, n))
			(void)!translate(a, form, &n->words, english, d, (int)i, to, e);
		for (size_t l = 0; l < form->n_lists; l++)
			for (size_t c = 0; c < form->list[l].n && !e->code; c++) {
				struct sl_form_choice *choice = &form->list[l].choice[c];

				form->list[l].in_itext = form->list[l].in_itext || choice->words.text[SL_WORD_LABEL];
				(void)!translate(a, form, &choice->words, english, d, (int)i, to, e);
			}
	}
	return e->code;
}
