/* Texts of the dictionary in the languages of its readers. */
#include "base/utf8.h"
#include "model/parts.h"

#include <string.h>

/* More than any country has official ones; a sheet turned on its side is told so. */
enum { LANGUAGES_MAX = 64 };

static const char *const wordings[SL_WORDINGS] = {"label", "hint", "constraint_message"};

enum sl_code sl_language_begin(struct sl_arena *a, struct sl_dictionary *d, struct sl_err *e)
{
	struct sl_language *v = sl_arena_grow(a, NULL, &d->language_cap, 8, sizeof *v, e);

	if (!v)
		return e->code;
	v[0] = (struct sl_language){SL_STR("en"), SL_STR("English")};
	d->language = v;
	d->n_languages = 1;
	return SL_OK;
}

static bool same_code(struct sl_str a, struct sl_str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		if ((a.p[i] | 32) != (b.p[i] | 32))
			return false;
	return true;
}

static int exactly(const struct sl_dictionary *d, struct sl_str code)
{
	for (size_t i = 0; i < d->n_languages; i++)
		if (same_code(d->language[i].code, code))
			return (int)i;
	return -1;
}

int sl_dictionary_language(const struct sl_dictionary *d, struct sl_str tag)
{
	struct sl_str rest = tag, first = tag;
	int found = exactly(d, tag);

	if (found < 0 && sl_str_split(&rest, '-', &first))
		found = exactly(d, first);
	return found;
}

/* A tag of BCP 47 in outline: two or three letters, then parts of one to eight letters and digits. */
static bool is_code(struct sl_str s)
{
	size_t part = 0, parts = 0;

	for (size_t i = 0; i <= s.n; i++) {
		char c = i < s.n ? s.p[i] : '-', low = (char)(c | 32);

		if (c != '-') {
			part++;
			if (!(low >= 'a' && low <= 'z') && !(parts && c >= '0' && c <= '9'))
				return false;
		} else if (parts ? part < 1 || part > 8 : part < 2 || part > 3) {
			return false;
		} else {
			part = 0;
			parts++;
		}
	}
	return true;
}

/* "Français (fr)" */
static bool read_language(struct sl_str s, struct sl_language *out)
{
	size_t open = s.n;

	s = sl_str_trim(s);
	if (s.n < 2 || s.p[s.n - 1] != ')')
		return false;
	for (open = s.n - 1; open && s.p[open] != '('; open--)
		;
	out->name = sl_str_trim((struct sl_str){s.p, open});
	out->code = sl_str_trim((struct sl_str){s.p + open + 1, s.n - open - 2});
	return out->name.n && s.p[open] == '(' && is_code(out->code);
}

static enum sl_code number_of(struct sl_arena *a, struct sl_dictionary *d, const struct sl_language *l,
                              int *out, struct sl_err *e)
{
	struct sl_language *v = d->language;
	int found = exactly(d, l->code);

	if (found < 0) {
		if (d->n_languages >= LANGUAGES_MAX)
			return sl_fail(e, SL_INVALID, "more than %d languages", LANGUAGES_MAX);
		v = sl_arena_grow(a, v, &d->language_cap, d->n_languages + 1, sizeof *v, e);
		if (!v)
			return e->code;
		found = (int)d->n_languages;
		v[found] = *l;
		d->language = v;
		d->n_languages++;
	}
	*out = found;
	return SL_OK;
}

/* ---- columns of a sheet ---- */

static enum sl_code bad_heading(const struct sl_table *t, struct sl_str heading, struct sl_err *e)
{
	return sl_err_within(e, "%s: line %zu, column '%.*s'", t->csv.name, t->header.line, SL_STR_ARG(heading));
}

static enum sl_code add_column(const struct sl_table *t, struct sl_word_columns *c, struct sl_word_column new,
                               struct sl_err *e)
{
	struct sl_word_column *v;

	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].what == new.what && c->v[i].language == new.language) {
			sl_fail(e, SL_INVALID, "column '%.*s' is the %s in the same language; keep one of them",
			        SL_STR_ARG(t->header.field[c->v[i].column]), wordings[new.what]);
			return bad_heading(t, sl_str_trim(t->header.field[new.column]), e);
		}
	v = sl_arena_grow(t->a, c->v, &c->cap, c->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	v[c->n++] = new;
	c->v = v;
	return SL_OK;
}

/* "label::Français (fr)" or, as older sheets write it, "label:Français (fr)"; *is_word when it is one. */
static enum sl_code read_heading(const struct sl_table *t, struct sl_dictionary *d, unsigned kinds,
                                 size_t column, struct sl_word_columns *out, bool *is_word, struct sl_err *e)
{
	struct sl_str heading = sl_str_trim(t->header.field[column]), rest = heading, base = {0};
	struct sl_word_column new = {.column = (int)column};
	struct sl_language l;

	*is_word = false;
	if (!sl_str_split(&rest, ':', &base) || base.n == heading.n)
		return SL_OK;
	base = sl_str_trim(base);
	for (int w = 0; w < SL_WORDINGS; w++)
		if (kinds & 1U << w && sl_str_is(base, wordings[w])) {
			new.what = (enum sl_wording)w;
			*is_word = true;
		}
	if (!*is_word)
		return SL_OK;
	if (rest.n && rest.p[0] == ':')
		rest = (struct sl_str){rest.p + 1, rest.n - 1};
	if (!read_language(rest, &l)) {
		sl_fail(e, SL_INVALID, "no language with its code; write it as %s::Français (fr)", wordings[new.what]);
		return bad_heading(t, heading, e);
	}
	if (number_of(t->a, d, &l, &new.language, e))
		return bad_heading(t, heading, e);
	return add_column(t, out, new, e);
}

static enum sl_code warn(const struct sl_table *t, struct sl_dictionary *d, struct sl_str heading,
                         struct sl_err *e)
{
	struct sl_str *v = sl_arena_grow(t->a, d->warning, &d->warning_cap, d->n_warnings + 1, sizeof *v, e);
	const char *text;

	if (!v)
		return e->code;
	d->warning = v;
	text = sl_arena_printf(t->a, e, "%s: column '%.*s' is not known and not used; correct its heading or delete it",
	                       t->csv.name, SL_STR_ARG(heading));
	if (!text)
		return e->code;
	v[d->n_warnings++] = sl_str_from(text);
	return SL_OK;
}

/* "media::image::Français (fr)" is known by its first part. */
static bool is_known(struct sl_str heading, unsigned kinds, const char *const *known)
{
	struct sl_str rest = heading, base = heading;

	for (int w = 0; w < SL_WORDINGS; w++)
		if (kinds & 1U << w && sl_str_is(heading, wordings[w]))
			return true;
	(void)sl_str_split(&rest, ':', &base);
	base = sl_str_trim(base);
	for (; *known; known++)
		if (sl_str_is(base, *known))
			return true;
	return !heading.n;
}

enum sl_code sl_words_find(const struct sl_table *t, struct sl_dictionary *d, unsigned kinds,
                           const char *const *known, struct sl_word_columns *out, struct sl_err *e)
{
	struct sl_word_columns c = {0};

	for (size_t i = 0; i < t->header.n; i++) {
		struct sl_str heading = sl_str_trim(t->header.field[i]);
		bool is_word;

		if (read_heading(t, d, kinds, i, &c, &is_word, e))
			return e->code;
		if (!is_word && !is_known(heading, kinds, known) && warn(t, d, heading, e))
			return e->code;
	}
	for (int w = 0; w < SL_WORDINGS; w++) {
		struct sl_word_column plain = {.what = (enum sl_wording)w};
		bool english = false;

		if (!(kinds & 1U << w))
			continue;
		if (sl_table_column(t, wordings[w], &plain.column, e))
			return e->code;
		for (size_t i = 0; i < c.n; i++)
			english |= c.v[i].what == plain.what && !c.v[i].language;
		if (plain.column >= 0 && !english && add_column(t, &c, plain, e))
			return e->code;
	}
	*out = c;
	return SL_OK;
}

struct sl_str sl_words_english(const struct sl_table *t, const struct sl_word_columns *c,
                               enum sl_wording what)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].what == what && !c->v[i].language)
			return sl_csv_get(&t->row, c->v[i].column);
	return (struct sl_str){"", 0};
}

enum sl_code sl_words_read(const struct sl_table *t, const struct sl_word_columns *c,
                           const struct sl_translated **out, struct sl_err *e)
{
	const struct sl_translated *all = NULL;

	for (size_t i = 0; i < c->n; i++) {
		struct sl_str text = sl_csv_get(&t->row, c->v[i].column);
		struct sl_translated *one;

		if (!c->v[i].language || !text.n)
			continue;
		one = sl_arena_alloc(t->a, 1, sizeof *one, e);
		if (!one)
			return e->code;
		*one = (struct sl_translated){c->v[i].what, c->v[i].language, text, all};
		all = one;
	}
	*out = all;
	return SL_OK;
}

/* ---- translations.csv ---- */

static enum sl_code read_languages(const struct sl_table *t, struct sl_dictionary *d, struct sl_wordbook *b,
                                   struct sl_err *e)
{
	b->language = sl_arena_alloc(t->a, t->header.n, sizeof *b->language, e);
	if (!b->language)
		return e->code;
	for (size_t i = 0; i < t->header.n; i++) {
		struct sl_str heading = sl_str_trim(t->header.field[i]);
		struct sl_language l;
		int number;

		if (!read_language(heading, &l)) {
			sl_fail(e, SL_INVALID, "no language with its code; write it as Français (fr)");
			return bad_heading(t, heading, e);
		}
		if (number_of(t->a, d, &l, &number, e))
			return bad_heading(t, heading, e);
		for (size_t k = 0; k < i; k++)
			if (b->language[k] == number) {
				sl_fail(e, SL_INVALID, "column '%.*s' is the same language; keep one of them",
				        SL_STR_ARG(t->header.field[k]));
				return bad_heading(t, heading, e);
			}
		b->language[b->n_languages++] = number;
	}
	if (b->language[0])
		return sl_fail(e, SL_INVALID, "%s: line %zu: the first column is not 'English (en)'", t->csv.name,
		               t->header.line);
	return SL_OK;
}

static enum sl_code read_book(struct sl_table *t, struct sl_dictionary *d, struct sl_map *rows,
                              struct sl_wordbook *b, struct sl_err *e)
{
	size_t cap = 0, n = 0;
	bool more, is_new;

	if (read_languages(t, d, b, e) || sl_map_reserve(rows, sl_table_lines(t), e))
		return e->code;
	b->text = sl_arena_grow(t->a, NULL, &cap, sl_table_lines(t) * b->n_languages, sizeof *b->text, e);
	if (!b->text)
		return e->code;
	for (;;) {
		struct sl_str english;

		if (sl_table_next(t, &more, e))
			return e->code;
		if (!more)
			return SL_OK;
		english = sl_csv_get(&t->row, 0);
		b->text = sl_arena_grow(t->a, b->text, &cap, (n + 1) * b->n_languages, sizeof *b->text, e);
		if (!b->text || !sl_map_put(rows, english, n, &is_new, e))
			return e->code;
		if (!english.n || !is_new) {
			sl_fail(e, SL_INVALID, english.n ? "'%.*s' stands there twice" : "the English text is missing%.*s",
			        SL_STR_ARG(english));
			return sl_table_within(t, 0, e);
		}
		for (size_t i = 0; i < b->n_languages; i++)
			b->text[n * b->n_languages + i] = sl_csv_get(&t->row, (int)i);
		n++;
	}
}

enum sl_code sl_translations_parse(struct sl_arena *a, struct sl_dictionary *d, const char *file,
                                   struct sl_str csv, struct sl_err *e)
{
	struct sl_table t;
	struct sl_wordbook b = {0};
	struct sl_map rows = {0};

	if (sl_table_open(&t, a, file, csv, e))
		return e->code;
	if (!read_book(&t, d, &rows, &b, e) && !sl_spellings_keep(a, &rows, &b.row, e))
		d->book[d->n_books++] = b;
	sl_map_done(&rows);
	return e->code;
}

/* ---- asking ---- */

struct sl_str sl_translate(const struct sl_dictionary *d, struct sl_str english, int language)
{
	for (size_t i = 0; language > 0 && english.n && i < d->n_books; i++) {
		const struct sl_wordbook *b = &d->book[i];
		const uint64_t *row = sl_map_get(&b->row, english);

		for (size_t k = 1; row && k < b->n_languages; k++) {
			struct sl_str text = b->text[*row * b->n_languages + k];

			if (b->language[k] == language && text.n)
				return text;
		}
	}
	return english;
}

static struct sl_str said(const struct sl_dictionary *d, const struct sl_translated *own,
                          enum sl_wording what, struct sl_str english, int language)
{
	for (; own; own = own->next)
		if (own->what == what && own->language == language)
			return own->text;
	return sl_translate(d, english, language);
}

struct sl_str sl_field_text(const struct sl_dictionary *d, const struct sl_field *f, enum sl_wording what,
                            int language)
{
	const struct sl_str english[SL_WORDINGS] = {f->label, f->hint, f->message};

	return said(d, f->translated, what, english[what], language);
}

struct sl_str sl_group_label(const struct sl_dictionary *d, const struct sl_group *g, int language)
{
	return said(d, g->translated, SL_LABEL, g->label, language);
}

struct sl_str sl_choice_label(const struct sl_dictionary *d, const struct sl_choice *c, int language)
{
	return said(d, c->translated, SL_LABEL, c->label, language);
}

struct sl_str sl_kind_label(const struct sl_dictionary *d, const struct sl_kind *k, int language)
{
	return sl_translate(d, k->label, language);
}
