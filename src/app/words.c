#include "app/words.h"

#include "base/json.h"

static const char *const types[] = {
    [SL_FIELD_TEXT] = "text",
    [SL_FIELD_INTEGER] = "integer",
    [SL_FIELD_DECIMAL] = "decimal",
    [SL_FIELD_DATE] = "date",
    [SL_FIELD_DATETIME] = "datetime",
    [SL_FIELD_SELECT_ONE] = "select_one",
    [SL_FIELD_SELECT_MULTIPLE] = "select_multiple",
    [SL_FIELD_GEOMETRY] = "geometry",
};

/* Most fields have no hint, unit or message: what is empty is left out. */
static void put_said(struct sl_json_writer *w, const char *key, struct sl_str s)
{
	if (s.n)
		sl_json_kv_str(w, key, s);
}

static void put_true(struct sl_json_writer *w, const char *key, bool is)
{
	if (!is)
		return;
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_bool(w, true);
}

static void put_field(struct sl_json_writer *w, const struct sl_dictionary *d, const struct sl_field *f,
                      int language)
{
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", f->name);
	sl_json_kv_str(w, "type", sl_str_from(types[f->type]));
	sl_json_kv_str(w, "label", sl_field_text(d, f, SL_LABEL, language));
	put_said(w, "hint", sl_field_text(d, f, SL_HINT, language));
	put_said(w, "message", sl_field_text(d, f, SL_MESSAGE, language));
	put_said(w, "unit", f->unit);
	put_said(w, "group", f->group);
	if (f->list)
		sl_json_kv_str(w, "list", f->list->name);
	put_true(w, "required", f->required);
	put_true(w, "sensitive", f->sensitive);
	sl_json_end(w, '}');
}

/* A list of its own, not an object: codes that look like numbers would change places in a script. */
static void put_list(struct sl_json_writer *w, const struct sl_dictionary *d, const struct sl_choice_list *l,
                     int language)
{
	sl_json_put_key(w, l->name);
	sl_json_begin(w, '[');
	for (size_t i = 0; i < l->n; i++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "code", l->choice[i].code);
		sl_json_kv_str(w, "label", sl_choice_label(d, &l->choice[i], language));
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
}

static bool uses(const struct sl_kind *k, const struct sl_choice_list *l)
{
	for (size_t i = 0; i < k->n_fields; i++)
		if (k->field[i].list == l)
			return true;
	return false;
}

enum sl_code sl_kind_words_json(const struct sl_dictionary *d, const struct sl_kind *k, int language,
                                struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "kind", k->name);
	sl_json_kv_str(&w, "label", sl_kind_label(d, k, language));
	sl_json_kv_str(&w, "language", d->language[language].code);
	sl_json_put_key(&w, SL_STR("nothing"));
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "UNK", sl_translate(d, SL_STR("Unknown"), language));
	sl_json_kv_str(&w, "NA", sl_translate(d, SL_STR("Not applicable"), language));
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("groups"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < k->n_groups; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "name", k->group[i].name);
		sl_json_kv_str(&w, "label", sl_group_label(d, &k->group[i], language));
		put_said(&w, "within", k->group[i].within);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("fields"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < k->n_fields; i++)
		put_field(&w, d, &k->field[i], language);
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("lists"));
	sl_json_begin(&w, '{');
	for (size_t i = 0; i < d->n_lists; i++)
		if (uses(k, &d->list[i]))
			put_list(&w, d, &d->list[i], language);
	sl_json_end(&w, '}');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}

enum sl_code sl_words_json(const struct sl_dictionary *d, int language, struct sl_buf *b, struct sl_err *e)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "language", d->language[language].code);
	sl_json_put_key(&w, SL_STR("languages"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < d->n_languages; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "code", d->language[i].code);
		sl_json_kv_str(&w, "name", d->language[i].name);
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("kinds"));
	sl_json_begin(&w, '[');
	for (size_t i = 0; i < d->n_kinds; i++) {
		sl_json_begin(&w, '{');
		sl_json_kv_str(&w, "kind", d->kind[i].name);
		sl_json_kv_str(&w, "label", sl_kind_label(d, &d->kind[i], language));
		sl_json_end(&w, '}');
	}
	sl_json_end(&w, ']');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	return sl_buf_check(b, e);
}
