/* Labels, hints and messages in the languages of their readers: the built-in ones, and those that a country
 * adds to a sheet. */
#include "dict.h"

#include "base/csv.h"
#include "base/utf8.h"
#include "model/parts.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sl_arena a;

enum { FR = 1, ES, AR, UK, KM, LANGUAGES };
static const char *const codes[LANGUAGES] = {"en", "fr", "es", "ar", "uk", "km"};

/* ---- the built-in words ---- */

/* Written the same as in English because the word is the same; whatever else is equal was forgotten. */
static const struct {
	int language;
	const char *text;
} same_word[] = {
    {FR, "Accident"},     {FR, "Organisation"}, {FR, "Source"},       {FR, "Contamination"}, {FR, "Cause"},
    {FR, "Lot"},          {FR, "Contact"},      {FR, "Population"},   {FR, "Document"},      {FR, "Indication"},
    {FR, "Direct"},       {FR, "Indirect"},     {FR, "Hectares"},     {FR, "Acres"},         {FR, "Agriculture"},
    {FR, "Construction"}, {FR, "Abdomen"},      {FR, "Mine"},         {FR, "Accident, mine"}, {FR, "Dense"},
    {FR, "Nature"},       {FR, "Exact"},        {FR, "Rat"},          {FR, "Machine"},       {FR, "Radio"},
    {FR, "Camp"},         {FR, "Documentation"}, {FR, "Personnel"},   {FR, "Improbable"},    {ES, "Supervisor"},
    {ES, "Inspector"},    {ES, "No"},           {ES, "Acres"},        {ES, "Abdomen"},       {ES, "Incremental"},
    {ES, "Radio"},        {ES, "Improbable"},   {ES, "Provisional"},
};

static bool may_be_same(int language, struct sl_str text)
{
	for (size_t i = 0; i < sizeof same_word / sizeof *same_word; i++)
		if (same_word[i].language == language && sl_str_is(text, same_word[i].text))
			return true;
	return false;
}

static uint32_t letter(const char **p, const char *end)
{
	uint32_t c = (unsigned char)*(*p)++;
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;

	if (more)
		c &= 0x3fU >> more;
	for (; more && *p < end; more--)
		c = c << 6 | ((unsigned char)*(*p)++ & 0x3f);
	return c;
}

enum script { LATIN = 1, CYRILLIC = 2, ARABIC = 4, KHMER = 8, RUSSIAN = 16, FOREIGN = 32 };

static unsigned scripts(struct sl_str s)
{
	unsigned found = 0;

	for (const char *p = s.p, *end = s.p + s.n; p < end;) {
		uint32_t c = letter(&p, end);

		if (c == 0x42b || c == 0x44b || c == 0x42d || c == 0x44d || c == 0x42a || c == 0x44a || c == 0x401 ||
		    c == 0x451) /* ы э ъ ё */
			found |= RUSSIAN;
		if ((c | 32) >= 'a' && (c | 32) <= 'z')
			found |= LATIN;
		else if (c >= 0xc0 && c <= 0x24f)
			found |= c == 0xd7 || c == 0xf7 ? 0 : LATIN;
		else if (c >= 0x400 && c <= 0x4ff)
			found |= CYRILLIC;
		else if (c >= 0x600 && c <= 0x6ff)
			found |= ARABIC;
		else if (c >= 0x1780 && c <= 0x17ff)
			found |= KHMER;
		else if (c > 0x24f && !(c >= 0x2000 && c <= 0x20ff))
			found |= FOREIGN;
	}
	return found;
}

static bool right_script(int language, struct sl_str s)
{
	static const unsigned own[LANGUAGES] = {LATIN, LATIN, LATIN, ARABIC, CYRILLIC, KHMER};
	unsigned found = scripts(s);

	/* Codes, units and names such as reportGUID stay Latin inside the other scripts. */
	return found & own[language] && !(found & ~(own[language] | LATIN));
}

/* The places of "${name}" and the numbers, in their order. */
static void marks(struct sl_str s, char out[400])
{
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < 390; i++) {
		bool ref = s.p[i] == '$' && i + 1 < s.n && s.p[i + 1] == '{';

		if (ref)
			for (; i < s.n && s.p[i] != '}' && n < 390; i++)
				out[n++] = s.p[i];
		if (ref || (s.p[i] >= '0' && s.p[i] <= '9'))
			out[n++] = i < s.n ? s.p[i] : '?';
	}
	out[n] = 0;
}

static size_t used_rows;
static bool *row_used;

static struct sl_str translation(struct sl_str english, int language)
{
	const struct sl_wordbook *b = &test_dictionary()->book[0];
	const uint64_t *row = sl_map_get(&b->row, english);

	if (!row)
		return (struct sl_str){"", 0};
	used_rows += !row_used[*row];
	row_used[*row] = true;
	return b->text[*row * b->n_languages + (size_t)language];
}

static void complain(const char *what, int language, struct sl_str english, struct sl_str text)
{
	printf("%s in '%s': \"%.*s\" \"%.*s\"\n", what, codes[language], SL_STR_ARG(english), SL_STR_ARG(text));
	test_failures++;
}

static void check_text(struct sl_str english)
{
	static const char *const ordinals[] = {"First-level", "Second-level", "Third-level"};
	char wanted[400], found[400];
	bool ordinal = false;

	if (!english.n)
		return;
	for (size_t i = 0; i < 3; i++)
		ordinal |= sl_str_has_prefix(english, ordinals[i]);
	marks(english, wanted);
	for (int l = FR; l < LANGUAGES; l++) {
		struct sl_str text = translation(english, l);

		marks(text, found);
		if (!text.n)
			complain("nothing", l, english, text);
		else if (sl_str_eq(text, english) && !may_be_same(l, english))
			complain("left in English", l, english, text);
		else if (!right_script(l, text))
			complain("another script", l, english, text);
		else if (strcmp(wanted, found) && !ordinal)
			complain("other numbers or references", l, english, text);
	}
}

/* The forms for the field: what they say in place of the dictionary, and questions of their own. */
static void check_form(struct sl_str csv)
{
	struct sl_csv c;
	struct sl_csv_row row;
	struct sl_err e = {0};
	struct sl_arena mine = {0};
	struct sl_str *heads = NULL;
	bool more = true;
	size_t n = 0;

	CHECK_OK(sl_csv_open(&c, "form", csv, 0, &e), &e);
	while (!e.code && !sl_csv_next(&c, &mine, &row, &more, &e) && more) {
		if (row.n && row.field[0].n) {
			heads = sl_arena_alloc(&mine, row.n, sizeof *heads, &e);
			if (heads)
				memcpy(heads, row.field, row.n * sizeof *heads);
			n = row.n;
			continue;
		}
		for (size_t i = 0; heads && i < row.n && i < n; i++)
			if (sl_str_find(heads[i], "::English") && !sl_str_is(row.field[i], "-"))
				check_text(row.field[i]);
	}
	CHECK(!e.code && n > 0);
	sl_arena_done(&mine);
}

TEST(language_built_in_words_are_complete)
{
	const struct sl_dictionary *d = test_dictionary();
	const struct sl_wordbook *b = &d->book[0];
	struct sl_field_form form;

	CHECK_INT(d->n_books, 1);
	CHECK_INT(d->n_languages, LANGUAGES);
	CHECK_INT(d->n_warnings, 0);
	for (int l = 0; l < LANGUAGES; l++)
		CHECK_STR(d->language[l].code, codes[l]);
	row_used = calloc(b->row.n, sizeof *row_used);
	used_rows = 0;
	for (size_t i = 0; row_used && i < d->n_kinds; i++) {
		const struct sl_kind *k = &d->kind[i];

		check_text(k->label);
		CHECK(k->n_groups > 0);
		for (size_t g = 0; g < k->n_groups; g++)
			check_text(k->group[g].label);
		for (size_t f = 0; f < k->n_fields; f++) {
			check_text(k->field[f].label);
			check_text(k->field[f].hint);
			check_text(k->field[f].message);
			CHECK(!k->field[f].constraint.n == !k->field[f].message.n);
		}
	}
	for (size_t i = 0; row_used && i < d->n_lists; i++)
		for (size_t c = 0; c < d->list[i].n; c++)
			check_text(d->list[i].choice[c].label);
	for (size_t i = 0; row_used && sl_field_form(i, &form); i++)
		check_form(form.csv);
	for (size_t i = 0; row_used && i < d->n_ordnance; i++)
		if (sl_map_get(&b->row, d->ordnance[i].model))
			check_text(d->ordnance[i].model);
	/* A row that nothing says any more was forgotten when its English changed. */
	for (size_t i = 0; row_used && i < b->row.n; i++)
		if (!row_used[i])
			complain("used nowhere", 0, b->text[i * b->n_languages], SL_STR(""));
	CHECK_INT(used_rows, b->row.n);
	free(row_used);
}

TEST(language_says_what_it_is_asked_for)
{
	const struct sl_dictionary *d = test_dictionary();
	const struct sl_kind *k = test_kind("hazard");
	const struct sl_field *class = sl_kind_field(k, "class"), *date = sl_kind_field(k, "status_date");
	const struct sl_choice *sha = sl_choice_find(class->list, &a, SL_STR("SHA"));

	CHECK_INT(sl_dictionary_language(d, SL_STR("uk")), UK);
	CHECK_INT(sl_dictionary_language(d, SL_STR("FR-ca")), FR);
	CHECK_INT(sl_dictionary_language(d, SL_STR("frr")), -1);
	CHECK_INT(sl_dictionary_language(d, SL_STR("")), -1);
	CHECK_STR(sl_choice_label(d, sha, FR), "Zone soupçonnée dangereuse");
	CHECK_STR(sl_choice_label(d, sha, AR), "منطقة مشتبه بخطورتها");
	CHECK_STR(sl_choice_label(d, sha, 0), "Suspected hazardous area");
	CHECK_STR(sl_field_text(d, date, SL_MESSAGE, ES), "La fecha no puede ser futura.");
	CHECK_STR(sl_field_text(d, date, SL_MESSAGE, -1), "The date cannot be in the future.");
	CHECK_STR(sl_field_text(d, date, SL_HINT, KM), "");
	CHECK_STR(sl_kind_label(d, k, UK), "Небезпечна ділянка");
	CHECK_STR(sl_group_label(d, &k->group[0], FR), "La zone dangereuse");
	CHECK_STR(sl_translate(d, SL_STR("in no sheet"), FR), "in no sheet");
	sl_arena_done(&a);
}

/* ---- what a country writes ---- */

static char folder[] = "/tmp/sl-test-language-XXXXXX";

static void put_file(const char *name, const char *text)
{
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s.csv", folder, name);
	f = fopen(path, "wb");
	CHECK(f && fputs(text, f) >= 0);
	if (f)
		fclose(f);
}

/* Kinds of two fields, but for hazards. */
static void make_folder(const char *hazard, const char *choices, const char *translations)
{
	const struct sl_dictionary *d = test_dictionary();

	memcpy(folder, "/tmp/sl-test-language-XXXXXX", sizeof folder);
	CHECK(mkdtemp(folder));
	for (size_t i = 0; i < d->n_kinds; i++) {
		char name[40];

		snprintf(name, sizeof name, "%.*s", SL_STR_ARG(d->kind[i].name));
		put_file(name, "type,name,label\ntext,id,Identifier\ndate,effective_date,Date of information\n");
	}
	put_file("hazard", hazard);
	put_file("choices", choices);
	put_file("catalogue", "id,category,subcategory,model,aliases,treaty_class,neutralise_kind,"
	                      "active_hours_low,active_hours_high,claim_source,note\n");
	put_file("rules", "key,value\n");
	if (translations)
		put_file("translations", translations);
}

static void remove_folder(void)
{
	static const char *const others[] = {"choices", "catalogue", "rules", "translations"};
	const struct sl_dictionary *d = test_dictionary();
	char path[200];

	for (size_t i = 0; i < d->n_kinds; i++) {
		snprintf(path, sizeof path, "%s/%.*s.csv", folder, SL_STR_ARG(d->kind[i].name));
		unlink(path);
	}
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s.csv", folder, others[i]);
		unlink(path);
	}
	CHECK(!rmdir(folder));
}

static const char choices[] = "list_name,name,label,label::Português (pt)\n"
                              "land_class,SHA,Suspected hazardous area,Área suspeita\n"
                              "land_class,CHA,Confirmed hazardous area,\n";

TEST(language_a_country_adds_one_and_a_field_by_editing_a_sheet)
{
	struct sl_dictionary *d = NULL;
	const struct sl_kind *k;
	const struct sl_field *class, *village, *other;
	struct sl_err e = {0};
	int pt;

	make_folder("type,name,label::English (en),label::Português (pt),hint::English (en),hint::Português (pt),constraint,"
	            "constraint_message::English (en),constraint_message::Português (pt),colour\n"
	            "begin_group,first,The hazardous area,A área perigosa,,,,,,\n"
	            "begin_group,inner,Where it is,,,,,,,\n"
	            "text,id,Identifier,Identificador,,,,,,\n"
	            "select_one land_class,class,Class of land,,,,,,,\n"
	            "end_group,,,,,,,,,\n"
	            "end_group,,,,,,,,,\n"
	            "text,tabanca,Name of the tabanca,Tabanca,As people say it.,Como se diz.,. != '',Needed.,É preciso.,red\n"
	            "text,nameless,,,,,,,,\n",
	            choices, NULL);
	CHECK_OK(sl_dictionary_load(&a, folder, &d, &e), &e);
	remove_folder();
	if (!d)
		return;
	pt = sl_dictionary_language(d, SL_STR("pt-GW"));
	CHECK_INT(d->n_languages, LANGUAGES + 1);
	CHECK_STR(d->language[pt].name, "Português");
	k = sl_dictionary_kind(d, SL_STR("hazard"));
	class = sl_kind_field(k, "class");
	village = sl_kind_field(k, "tabanca");
	other = sl_kind_field(k, "nameless");
	CHECK_STR(sl_field_text(d, village, SL_LABEL, pt), "Tabanca");
	CHECK_STR(sl_field_text(d, village, SL_HINT, pt), "Como se diz.");
	CHECK_STR(sl_field_text(d, village, SL_MESSAGE, pt), "É preciso.");
	CHECK_STR(sl_field_text(d, village, SL_LABEL, FR), "Name of the tabanca");
	/* What the sheet leaves empty stands in English; the built-in languages are still there. */
	CHECK_STR(sl_field_text(d, class, SL_LABEL, pt), "Class of land");
	CHECK_STR(sl_field_text(d, class, SL_LABEL, UK), "Клас ділянки");
	CHECK_STR(sl_field_text(d, other, SL_LABEL, pt), "nameless");
	CHECK_STR(sl_choice_label(d, &class->list->choice[0], pt), "Área suspeita");
	CHECK_STR(sl_choice_label(d, &class->list->choice[1], pt), "Confirmed hazardous area");
	CHECK_INT(k->n_groups, 2);
	CHECK_STR(sl_group_label(d, &k->group[0], pt), "A área perigosa");
	CHECK_STR(k->group[1].within, "first");
	CHECK_INT(d->n_warnings, 1);
	CHECK(d->n_warnings && strstr(d->warning[0].p, "hazard.csv: column 'colour' is not known"));
	sl_arena_done(&a);
}

TEST(language_a_country_adds_one_to_the_translations)
{
	struct sl_dictionary *d = NULL;
	const struct sl_field *class;
	struct sl_err e = {0};
	int pt;

	make_folder("type,name,label,label::Français (fr)\ntext,id,Identifier,Matricule\nselect_one land_class,class,Class of land,\n",
	            "list_name,name,label\nland_class,SHA,Suspected hazardous area\n",
	            "English (en),Português (pt),Français (fr)\nClass of land,Classe do terreno,Classe du sol\n"
	            "Suspected hazardous area,Área suspeita,\n");
	CHECK_OK(sl_dictionary_load(&a, folder, &d, &e), &e);
	remove_folder();
	if (!d)
		return;
	pt = sl_dictionary_language(d, SL_STR("pt"));
	class = sl_kind_field(sl_dictionary_kind(d, SL_STR("hazard")), "class");
	CHECK_STR(sl_field_text(d, class, SL_LABEL, pt), "Classe do terreno");
	CHECK_STR(sl_choice_label(d, &class->list->choice[0], pt), "Área suspeita");
	/* A sheet goes before the folder's translations, and these before the built-in ones. */
	CHECK_STR(sl_field_text(d, sl_kind_field(sl_dictionary_kind(d, SL_STR("hazard")), "id"), SL_LABEL,
	                        sl_dictionary_language(d, SL_STR("fr"))),
	          "Matricule");
	CHECK_STR(sl_field_text(d, class, SL_LABEL, sl_dictionary_language(d, SL_STR("fr"))), "Classe du sol");
	CHECK_STR(sl_choice_label(d, &class->list->choice[0], sl_dictionary_language(d, SL_STR("fr"))),
	          "Zone soupçonnée dangereuse");
	CHECK_STR(sl_field_text(d, class, SL_LABEL, sl_dictionary_language(d, SL_STR("km"))), "ប្រភេទដី");
	sl_arena_done(&a);
}

static void refused(const char *hazard, const char *translations, const char *place, const char *why)
{
	struct sl_dictionary *d = NULL;
	struct sl_err e = {0};

	make_folder(hazard, choices, translations);
	CHECK_INT(sl_dictionary_load(&a, folder, &d, &e), SL_INVALID);
	remove_folder();
	if (!strstr(e.msg, place) || !strstr(e.msg, why)) {
		printf("\"%s\"\n", e.msg);
		test_failures++;
	}
	sl_arena_done(&a);
}

TEST(language_refuses_headings_that_say_no_language_or_one_twice)
{
	static const char good[] = "type,name,label\ntext,id,Identifier\n";

	refused("type,name,label::French\ntext,id,x\n", NULL, "hazard.csv: line 1, column 'label::French'",
	        "write it as label::Français (fr)");
	refused("type,name,label,hint::French ()\ntext,id,x,y\n", NULL, "hazard.csv: line 1, column 'hint::French ()'",
	        "write it as hint::Français (fr)");
	refused("type,name,label,label:: (fr)\ntext,id,x,y\n", NULL, "column 'label:: (fr)'", "no language");
	refused("type,name,label,label::X (f)\ntext,id,x,y\n", NULL, "column 'label::X (f)'", "no language");
	refused("type,name,label,label::X (en_GB)\ntext,id,x,y\n", NULL, "column 'label::X (en_GB)'", "no language");
	refused("type,name,label,constraint_message::Fr\ntext,id,x,y\n", NULL, "column 'constraint_message::Fr'", "no language");
	refused("type,name,label::Français (fr),label::French (FR)\ntext,id,x,y\n", NULL,
	        "hazard.csv: line 1, column 'label::French (FR)'", "column 'label::Français (fr)' is the label in the same");
	refused("type,name,label::English (en),label::Anglais (en)\ntext,id,x,y\n", NULL, "column 'label::Anglais (en)'",
	        "same language");
	refused("type,name,label,label\ntext,id,x,y\n", NULL, "hazard.csv: line 1", "two columns are headed 'label'");
	refused(good, "English (en),French\nName,Nom\n", "translations.csv: line 1, column 'French'", "Français (fr)");
	refused(good, "English (en),A (fr),B (fr)\nName,Nom,Nom\n", "translations.csv: line 1, column 'B (fr)'",
	        "'A (fr)' is the same language");
	refused(good, "Français (fr),English (en)\nNom,Name\n", "translations.csv: line 1", "the first column is not");
	refused(good, "English (en),Français (fr)\nName,Nom\nName,Prénom\n", "translations.csv: line 3, column 'English (en)'",
	        "'Name' stands there twice");
	refused(good, "English (en),Français (fr)\n,Nom\n", "translations.csv: line 2, column 'English (en)'", "missing");
}

TEST(language_a_sheet_turned_on_its_side_is_told_so)
{
	struct sl_buf b = {0};

	sl_buf_puts(&b, "type,name,label");
	for (int i = 0; i < 100; i++)
		sl_buf_printf(&b, ",label::L%d (%c%c)", i, 'a' + i / 26, 'a' + i % 26);
	sl_buf_puts(&b, "\ntext,id,Identifier\n");
	refused(sl_buf_view(&b).p, NULL, "hazard.csv: line 1, column 'label::L", "more than 64 languages");
	sl_buf_done(&b);
}

TEST(language_known_columns_of_a_form_are_no_warning)
{
	struct sl_dictionary d = *test_dictionary();
	struct sl_kind k;
	struct sl_err e = {0};

	CHECK_OK(sl_kind_parse(&a, &d, "x.csv",
	                       SL_STR("type,name,label,read_only,media::image::Français (fr),required_message::English (en),"
	                              "bind::odk:length,guidance_hint,,colour\ntext,id,Identifier,,,,,,,\n"),
	                       &k, &e),
	         &e);
	CHECK_INT(d.n_warnings, 1);
	sl_arena_done(&a);
}
