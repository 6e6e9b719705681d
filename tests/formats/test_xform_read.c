/* A form of the dictionary written as an XForm and read back: the rules, words and lists that it had. */
#include "check.h"

#include "formats/workbook.h"
#include "formats/workbook_parts.h"
#include "formats/xform.h"
#include "formats/xform_read.h"
#include "model/dictionary.h"
#include "model/form_rules.h"

#include <string.h>

static void same(struct sl_str got, struct sl_str want)
{
	if (!sl_str_eq(got, want))
		printf("'%.*s' for '%.*s'\n", SL_STR_ARG(got), SL_STR_ARG(want));
	CHECK(sl_str_eq(got, want));
}

struct bench {
	struct sl_arena a;
	struct sl_err e;
	struct sl_form form, again;
};

static struct sl_str expanded(struct bench *b, const struct sl_form_node *node, struct sl_str text)
{
	struct sl_buf out = {0};
	struct sl_str s;

	CHECK_OK(sl_form_expand(&b->form, node, text, false, &out, &b->e), &b->e);
	s = sl_str_from(sl_arena_strndup(&b->a, out.n ? out.p : "", out.n, &b->e));
	sl_buf_done(&out);
	return s;
}

static struct sl_str word_of(const struct sl_form_words *w, enum sl_form_word word, size_t language)
{
	return w->text[word] ? w->text[word][language] : SL_STR("");
}

/* By name: the default language of the XForm stands first. */
static size_t language_of(const struct sl_form *form, struct sl_str name)
{
	for (size_t i = 0; i < form->n_languages; i++)
		if (sl_str_eq(form->language[i], name))
			return i;
	CHECK(form->n_languages == 1);
	return 0;
}

static void same_words(struct bench *b, const struct sl_form_words *x, const struct sl_form_words *y, enum sl_form_word word)
{
	for (size_t i = 0; i < b->form.n_languages; i++) {
		struct sl_str wanted = word_of(x, word, i);

		/* An XForm says in the first language what it has not in another. */
		if (wanted.n && !sl_str_find(wanted, "${"))
			same(word_of(y, word, language_of(&b->again, b->form.language[i])), wanted);
	}
}

static void same_node(struct bench *b, const struct sl_form_node *x, const struct sl_form_node *y)
{
	same(y->path, x->path);
	CHECK_INT(y->type->control, x->type->control);
	CHECK(!x->type->preload == !y->type->preload);
	same(sl_str_trim(y->relevant), sl_str_trim(expanded(b, x, x->relevant)));
	same(sl_str_trim(y->constraint), sl_str_trim(expanded(b, x, x->constraint)));
	same(sl_str_trim(y->calculation), sl_str_trim(expanded(b, x, x->trigger.n ? SL_STR("") : x->calculation)));
	CHECK(sl_str_is(y->required, "true()") == sl_str_is_nocase(x->required, "yes"));
	if (x->type->control < SL_CONTROL_GROUP && !x->from_file)
		same(y->list, x->list);
	same_words(b, &x->words, &y->words, SL_WORD_CONSTRAINT);
	same_words(b, &x->words, &y->words, SL_WORD_REQUIRED);
	if (x->type->control != SL_CONTROL_NONE)
		same_words(b, &x->words, &y->words, SL_WORD_LABEL);
}

static void same_list(struct bench *b, const struct sl_form_list *x, const struct sl_form_list *y)
{
	same(y->name, x->name);
	CHECK_INT(y->n, x->n);
	for (size_t i = 0; i < x->n && i < y->n; i++) {
		same(y->choice[i].name, x->choice[i].name);
		CHECK_INT(y->choice[i].n_extra, x->choice[i].n_extra);
		same_words(b, &x->choice[i].words, &y->choice[i].words, SL_WORD_LABEL);
	}
}

static void read_back(struct bench *b)
{
	struct sl_buf xml = {0};
	struct sl_form_node *x, *y;

	CHECK_OK(sl_xform_write(&b->form, &xml, &b->e), &b->e);
	CHECK_OK(sl_xform_read(&b->a, sl_buf_view(&xml), &b->again, &b->e), &b->e);
	same(b->again.id, b->form.id);
	same(b->again.root_name, b->form.root_name);
	for (x = b->form.root->child, y = b->again.root ? b->again.root->child : NULL; x && y;
	     x = sl_form_next(b->form.root, x), y = sl_form_next(b->again.root, y)) {
		while (x && (x->type->in_meta || (!x->type->bind && x->type->control == SL_CONTROL_NONE)))
			x = sl_form_next(b->form.root, x);
		if (x)
			same_node(b, x, y);
	}
	CHECK(!x && !y);
	CHECK_INT(b->again.n_lists, b->form.n_lists);
	for (size_t i = 0; i < b->form.n_lists && i < b->again.n_lists; i++)
		same_list(b, &b->form.list[i], &b->again.list[i]);
	sl_buf_done(&xml);
}

static void read_sheet(struct bench *b, const char *name, struct sl_str csv)
{
	struct sl_form_faults faults = {0};
	struct sl_workbook book = {.name = sl_str_from(name)};

	*b = (struct bench){0};
	CHECK_OK(sl_workbook_from_csv(&b->a, name, csv, &book, &b->e), &b->e);
	CHECK_OK(sl_form_read(&b->a, &book, &b->form, &faults, &b->e), &b->e);
	CHECK_INT(faults.n_errors, 0);
}

TEST(a_form_is_read_back_from_its_xform)
{
	static const char form[] =
	    "survey,type,name,label::English (en),label::Français (fr),relevant,constraint,constraint_message::English (en),"
	    "constraint_message::Français (fr),required,required_message::English (en),calculation,readonly,trigger,default\n"
	    ",begin_group,g,Group,Groupe,${n} > 1,,,,,,,,,\n"
	    ",integer,n,Number,Nombre,,. > 0 and . < 9,\"Between <1> & 8\",Entre 1 et 8,yes,Say it,,,,3\n"
	    ",select_multiple crops,c,Crops,Cultures,,count-selected(.) < 3,,,${n} = 2,,,,,\n"
	    ",end_group,,,,,,,,,,,,,\n"
	    ",begin_repeat,r,Plot,Parcelle,,,,,,,,,,\n"
	    ",text,t,\"Trees of ${n} here\",Arbres,,. != ${n},,,,,,,,\n"
	    ",calculate,k,,,,,,,,,${t} * 2,,,\n"
	    ",end_repeat,,,,,,,,,,,,,\n"
	    ",calculate,late,,,,,,,,,1 + 1,,${n},\n"
	    ",text,own,Own,Propre,,,,,,,'x',yes,,\n"
	    ",note,hello,Hello,Bonjour,,,,,,,,,,\n"
	    ",start,began,,,,,,,,,,,,\n"
	    "choices,list_name,name,label::English (en),label::Français (fr),region\n"
	    ",crops,rice,Rice,Riz,north\n,crops,maize,Maize,Maïs,south\n"
	    "settings,form_id,version,default_language\n,village,7,Français (fr)\n";
	struct bench b;

	read_sheet(&b, "village.csv", SL_STR(form));
	read_back(&b);
	CHECK_STR(b.again.version, "7");
	CHECK_STR(b.again.language[0], "Français (fr)");
	/* A value in a label stands nowhere in the XForm's text. */
	CHECK_STR(word_of(&b.again.root->child->next->child->words, SL_WORD_LABEL, 1), "Trees of  here");
	sl_arena_done(&b.a);
}

TEST(every_form_of_the_dictionary_is_read_back)
{
	struct sl_arena a = {0};
	struct sl_dictionary *d;
	struct sl_err e = {0};

	CHECK_OK(sl_dictionary_load(&a, NULL, &d, &e), &e);
	for (size_t i = 0; i < d->n_kinds; i++) {
		struct sl_form_untold *untold = NULL;
		struct sl_sheet sheet[2];
		struct sl_workbook book = {d->kind[i].name, sheet, 2};
		struct sl_form_faults faults = {0};
		struct bench b = {0};
		size_t n = 1;

		CHECK_OK(sl_sheet_from_csv(&b.a, "kind", SL_STR("survey"), sl_dictionary_csv(d->kind[i].name), &sheet[0], &b.e),
		         &b.e);
		CHECK_OK(sl_sheet_from_csv(&b.a, "choices", SL_STR("choices"), sl_dictionary_csv(SL_STR("choices")), &sheet[1],
		                           &b.e),
		         &b.e);
		CHECK_OK(sl_form_read(&b.a, &book, &b.form, &faults, &b.e), &b.e);
		CHECK_OK(sl_form_translate(&b.a, d, &b.form, &b.e), &b.e);
		read_back(&b);
		/* Nothing in our own forms is left to the phone. */
		CHECK_OK(sl_form_rules_untold(&b.a, &b.again, &untold, &n, &b.e), &b.e);
		CHECK_INT(n, 0);
		sl_arena_done(&b.a);
	}
	sl_arena_done(&a);
}

TEST(what_is_no_xform_is_refused)
{
	static const char *const bad[] = {"", "<", "<html/>", "<html><head><model/></head></html>",
	                                  "<html><head><model/></head><body/></html>",
	                                  "<html><head><model><instance/></model></head><body/></html>"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_form form = {.n_lists = 77};

		CHECK_INT(sl_xform_read(&a, sl_str_from(bad[i]), &form, &e), SL_INVALID);
		CHECK_INT(form.n_lists, 77);
		sl_arena_done(&a);
	}
}
