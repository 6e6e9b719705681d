#include "app/vocabulary.h"

#include "base/csv.h"

static const char *const columns[] = {"list_name", "name", "label", "aliases"};
enum { LIST, CODE, LABEL, ALIASES, COLUMNS };

struct local_rows {
	struct sl_csv csv;
	struct sl_csv_row row;
	int at[COLUMNS];
};

static enum sl_code open_rows(struct local_rows *l, struct sl_arena *a, struct sl_str text, struct sl_err *e)
{
	bool more;

	if (sl_csv_open(&l->csv, "local values", text, ',', e) || sl_csv_next(&l->csv, a, &l->row, &more, e))
		return e->code;
	for (int i = 0; i < COLUMNS; i++)
		l->at[i] = more ? sl_csv_column(&l->row, columns[i]) : -1;
	return SL_OK;
}

static struct sl_str cell(const struct local_rows *l, int column)
{
	return sl_csv_get(&l->row, l->at[column]);
}

/* ---- looking ---- */

static enum sl_code local_keys(struct sl_arena *a, struct sl_str text, struct sl_map *out, struct sl_err *e)
{
	struct local_rows l;
	bool more, is_new;
	char *key;

	if (!text.n || open_rows(&l, a, text, e))
		return e->code;
	while (!sl_csv_next(&l.csv, a, &l.row, &more, e) && more) {
		struct sl_str list = cell(&l, LIST), code = cell(&l, CODE);

		key = sl_arena_printf(a, e, "%.*s %.*s", SL_STR_ARG(list), SL_STR_ARG(code));
		if (!key || !sl_map_put(out, sl_str_from(key), 1, &is_new, e))
			break;
	}
	return e->code;
}

static bool is_local(struct sl_arena *a, const struct sl_map *keys, struct sl_str list, struct sl_str code,
                     struct sl_err *e)
{
	struct sl_arena_mark m = sl_arena_mark(a);
	char *key = keys->n ? sl_arena_printf(a, e, "%.*s %.*s", SL_STR_ARG(list), SL_STR_ARG(code)) : NULL;
	bool found = key && sl_map_get(keys, sl_str_from(key));

	sl_arena_reset(a, m);
	return found;
}

static void put_fields(struct sl_json_writer *w, const struct sl_dictionary *d, const struct sl_choice_list *l)
{
	struct sl_buf name = {0};

	sl_json_put_key(w, SL_STR("fields"));
	sl_json_begin(w, '[');
	for (size_t k = 0; k < d->n_kinds; k++)
		for (size_t f = 0; f < d->kind[k].n_fields; f++)
			if (d->kind[k].field[f].list == l) {
				sl_buf_clear(&name);
				sl_buf_printf(&name, "%.*s.%.*s", SL_STR_ARG(d->kind[k].name), SL_STR_ARG(d->kind[k].field[f].name));
				sl_json_put_str(w, sl_buf_view(&name));
			}
	sl_json_end(w, ']');
	sl_buf_done(&name);
}

static void put_list(struct sl_json_writer *w, struct sl_arena *a, const struct sl_dictionary *d,
                     const struct sl_choice_list *l, const struct sl_map *keys, bool only_local, struct sl_err *e)
{
	bool any = !only_local;

	for (size_t i = 0; i < l->n && !any; i++)
		any = is_local(a, keys, l->name, l->choice[i].code, e);
	if (!any)
		return;
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "name", l->name);
	if (!only_local)
		put_fields(w, d, l);
	sl_json_put_key(w, SL_STR("closed"));
	sl_json_put_bool(w, sl_choice_list_is_closed(l));
	sl_json_put_key(w, SL_STR("choices"));
	sl_json_begin(w, '[');
	for (size_t i = 0; i < l->n; i++) {
		bool local = is_local(a, keys, l->name, l->choice[i].code, e);

		if (only_local && !local)
			continue;
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "code", l->choice[i].code);
		sl_json_kv_str(w, "label", l->choice[i].label);
		sl_json_kv_str(w, "aliases", l->choice[i].aliases);
		sl_json_put_key(w, SL_STR("local"));
		sl_json_put_bool(w, local);
		sl_json_end(w, '}');
	}
	sl_json_end(w, ']');
	sl_json_end(w, '}');
}

enum sl_code sl_vocabularies_json(struct sl_programme *p, bool only_local, struct sl_buf *b, struct sl_err *e)
{
	struct sl_map keys = {0};
	struct sl_arena a = {0};
	struct sl_json_writer w;

	if (!local_keys(&a, p->choices, &keys, e)) {
		sl_json_writer_init(&w, b);
		sl_json_begin(&w, '{');
		sl_json_put_key(&w, SL_STR("lists"));
		sl_json_begin(&w, '[');
		for (size_t i = 0; i < p->dict->n_lists && !e->code; i++)
			put_list(&w, &a, p->dict, &p->dict->list[i], &keys, only_local, e);
		sl_json_end(&w, ']');
		sl_json_end(&w, '}');
		sl_buf_putc(b, '\n');
	}
	sl_map_done(&keys);
	sl_arena_done(&a);
	return e->code ? e->code : sl_buf_check(b, e);
}

/* ---- adding ---- */

/* The rows as they were, without an earlier one of the same value, and the new one at the end. */
static enum sl_code write_rows(struct sl_arena *a, struct sl_str before, struct sl_str list, const struct sl_choice *c,
                               struct sl_buf *out, struct sl_err *e)
{
	const struct sl_str added[COLUMNS] = {list, c->code, c->label, c->aliases};
	struct sl_csv_writer w;
	struct local_rows l;
	bool more;

	sl_csv_writer_init(&w, out, ',', false);
	for (int i = 0; i < COLUMNS; i++)
		sl_csv_put(&w, sl_str_from(columns[i]));
	sl_csv_end(&w);
	if (before.n && open_rows(&l, a, before, e))
		return e->code;
	while (before.n && !sl_csv_next(&l.csv, a, &l.row, &more, e) && more) {
		if (sl_str_eq(cell(&l, LIST), list) && sl_str_eq(cell(&l, CODE), c->code))
			continue;
		for (int i = 0; i < COLUMNS; i++)
			sl_csv_put(&w, cell(&l, i));
		sl_csv_end(&w);
	}
	for (int i = 0; i < COLUMNS; i++)
		sl_csv_put(&w, added[i]);
	sl_csv_end(&w);
	return e->code ? e->code : sl_buf_check(out, e);
}

static enum sl_code put_in(struct sl_programme *writer, struct sl_people *people, const struct sl_actor *by,
                           struct sl_str list, const struct sl_choice *c, struct sl_arena *a, struct sl_err *e)
{
	struct sl_dictionary *d;
	struct sl_buf text = {0};
	struct sl_str before;
	char *record;

	if (sl_store_fact(writer->db, a, SL_CHOICES_FACT, &before, e) || sl_dictionary_load(a, NULL, &d, e) ||
	    (before.n && sl_dictionary_extend(a, d, writer->path, before, e)) ||
	    sl_dictionary_add_choice(a, d, list, c, e))
		return e->code;
	record = sl_arena_printf(a, e, "%.*s:%.*s", SL_STR_ARG(list), SL_STR_ARG(c->code));
	if (record && !write_rows(a, before, list, c, &text, e) &&
	    !sl_store_set_fact(writer->db, SL_CHOICES_FACT, sl_buf_view(&text), e))
		(void)!sl_audit_note(people, by, "vocabulary-set", sl_str_from(record), c->label, e);
	sl_buf_done(&text);
	return e->code;
}

enum sl_code sl_vocabulary_put(struct sl_programme *writer, struct sl_people *people, const struct sl_actor *by,
                               struct sl_str list, const struct sl_choice *choice, struct sl_err *e)
{
	const struct sl_choice c = {.code = sl_str_trim(choice->code),
	                            .label = sl_str_trim(choice->label),
	                            .aliases = sl_str_trim(choice->aliases)};
	struct sl_arena a = {0};

	if (sl_store_begin(writer->db, e))
		return e->code;
	/* It is in the audit log before it counts. */
	if (put_in(writer, people, by, list, &c, &a, e) || sl_store_commit(writer->db, e))
		sl_store_rollback(writer->db);
	sl_arena_done(&a);
	return e->code;
}
