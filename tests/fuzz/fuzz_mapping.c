/* Any bytes as a mapping: refused with file and line, or every rule of it is carried out on any text. */
#include "fuzz.h"

#include "formats/mapping.h"
#include "model/record.h"

#include <stdlib.h>
#include <string.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void carry_out(struct sl_arena *a, const struct sl_mapping_rule *r, struct sl_str text)
{
	struct sl_date_parts parts = {0};
	struct sl_place_texts place = {0};
	struct sl_place out;
	struct sl_err e = {0};
	const char *problem = NULL;
	struct sl_value v;
	struct sl_date date;

	for (size_t i = 0; i < r->n_steps && !problem; i++)
		must(!sl_transform_text(a, &r->step[i], text, &text, &problem, &e));
	must(!problem || problem[0]);
	if (problem || !r->field)
		return;
	if (r->n_steps && sl_transform_is_place(r->step[r->n_steps - 1].what)) {
		place.part[sl_place_part_of(r->step[r->n_steps - 1].what)] = text;
		must(!sl_place_read(a, &place, &out, &e));
		must(!out.problem || out.geometry.type == SL_GEOM_NONE);
	} else if (r->n_steps && sl_transform_is_date_part(r->step[r->n_steps - 1].what)) {
		must(!sl_date_part_add(a, &parts, r->step[r->n_steps - 1].what, text, &problem, &e));
		sl_date_parts_date(&parts, &date);
	} else {
		must(!sl_value_read(a, r->field, text, &v, &problem, &e));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sl_arena forever;
	static struct sl_dictionary *dict;
	struct sl_str text = {(const char *)data, size};
	struct sl_arena a = {0};
	struct sl_mapping m;
	struct sl_err e = {0};

	if (!dict)
		must(!sl_dictionary_load(&forever, NULL, &dict, &e));
	if (sl_mapping_parse(&a, dict, "fuzz.csv", text, sl_dictionary_kind(dict, SL_STR("hazard")), &m, &e)) {
		must(strstr(e.msg, "fuzz.csv") != NULL || e.code == SL_NOMEM);
	} else {
		must(m.n && m.n_kinds);
		for (size_t i = 0; i < m.n; i++) {
			must(m.rule[i].kind && (m.rule[i].field || m.rule[i].source.n));
			carry_out(&a, &m.rule[i], m.rule[i].source);
			carry_out(&a, &m.rule[i], SL_STR("12,5"));
			carry_out(&a, &m.rule[i], text);
		}
	}
	sl_arena_done(&a);
	return 0;
}
