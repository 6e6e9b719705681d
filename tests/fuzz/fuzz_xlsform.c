/* Any text as a sheet of the dictionary: refused with its place, or sound. What its first heading is
 * decides which sheet it is. */
#include "fuzz.h"

#include "model/parts.h"
#include "model/record.h"

#include <stdlib.h>
#include <string.h>

static const struct sl_dictionary *dictionary(void)
{
	static struct sl_arena arena; /* lives as long as the process */
	static struct sl_dictionary *d;
	struct sl_err e = {0};

	if (!d && sl_dictionary_load(&arena, NULL, &d, &e))
		abort();
	return d;
}

static void check_kind(struct sl_arena *a, const struct sl_dictionary *d, const struct sl_kind *k)
{
	for (size_t i = 0; i < k->n_fields; i++) {
		const struct sl_field *f = &k->field[i];
		char name[128] = {0};

		if (f->index != (int)i || f->name.n >= sizeof name)
			abort();
		memcpy(name, f->name.p, f->name.n);
		for (int w = 0; w < SL_WORDINGS; w++)
			for (size_t l = 0; l < d->n_languages; l++)
				if (!sl_field_text(d, f, (enum sl_wording)w, (int)l).n && w == SL_LABEL)
					abort();
		if (sl_kind_field(k, name) != f || sl_kind_field_meant(k, a, f->name) != f)
			abort();
		if (i && sl_str_cmp(k->field[k->sorted[i - 1]].name, k->field[k->sorted[i]].name) >= 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_dictionary d = *dictionary();
	struct sl_str text = {(const char *)data, size};
	struct sl_err e = {0};
	struct sl_kind k;

	if (sl_str_has_prefix(text, "English")) {
		d.n_books = 0;
		if (!sl_translations_parse(&a, &d, "fuzz.csv", text, &e))
			for (size_t i = 0; i < d.book[0].row.cap; i++)
				for (size_t l = 0; d.book[0].row.slot[i].key.p && l < d.n_languages; l++)
					if (!sl_translate(&d, d.book[0].row.slot[i].key, (int)l).n)
						abort();
	} else if (sl_str_has_prefix(text, "list_name")) {
		if (!sl_choices_parse(&a, &d, "fuzz.csv", text, &e))
			for (size_t i = 0; i < d.n_lists; i++)
				for (size_t c = 0; c < d.list[i].n; c++)
					if (sl_choice_find(&d.list[i], &a, d.list[i].choice[c].code) != &d.list[i].choice[c])
						abort();
	} else if (sl_str_has_prefix(text, "key")) {
		d.setting = NULL;
		d.n_settings = 0;
		if (sl_rules_parse(&a, &d, "fuzz.csv", text, true, &e) && e.code != SL_INVALID)
			abort();
	} else if (sl_str_has_prefix(text, "id,")) {
		if (sl_catalogue_parse(&a, &d, "fuzz.csv", text, &e) && e.code != SL_INVALID)
			abort();
	} else if (!sl_kind_parse(&a, &d, "fuzz.csv", text, &k, &e)) {
		check_kind(&a, &d, &k);
	}
	if (e.code && strncmp(e.msg, "fuzz.csv: ", 10))
		abort();
	sl_arena_done(&a);
	return 0;
}
