/* Which ground a field map is of: its boundary as it was recorded, and what is left of it. */
#include "app/field_map_parts.h"

#include "app/report_cell.h"
#include "geo/area.h"
#include "report/wording.h"

#include <math.h>
#include <string.h>

static enum sl_code say_part(struct field_map *m, struct sl_runs *runs, struct sl_str part, struct sl_err *e)
{
	char *copy = sl_str_dup(m->a, part, e);

	return copy ? sl_runs_text(m->a, runs, sl_field_map_say(m, copy, e), e) : e->code;
}

/* What is left of the ground within the boundary, as the account counts it. */
static enum sl_code remaining(struct field_map *m, struct sl_amount *out, struct sl_err *e)
{
	struct sl_buf b = {0};
	struct sl_str cell;
	char day[11];

	sl_date_text(m->date, day);
	sl_buf_printf(&b, "stock.SHA+stock.CHA?as_of=%s&record=", day);
	sl_cell_put_text(&b, m->rev.identity);
	cell = sl_field_map_keep(m, &b, e);
	if (e->code || sl_report_cell_value(m->p, NULL, cell, out, e))
		return e->code;
	out->cell = cell;
	return SL_OK;
}

/* Which ground is meant: a boundary that was recorded once, or what is left of it. */
enum sl_code sl_field_map_state(struct field_map *m, struct sl_err *e)
{
	struct sl_node *node = sl_doc_add(m->d, SL_NODE_PARAGRAPH, e);
	struct sl_amount left;
	struct sl_buf date = {0};
	const char *phrase, *at;
	double recorded = sl_geom_area_m2(&m->rec.geometry);

	if (!node || remaining(m, &left, e))
		return e->code;
	phrase = fabs(sl_amount_number(&left) - recorded) <= 1 + recorded * 1e-6
	             ? sl_text(m->l, "report",
	                       "On {0} all of its ground, {1}, was hazardous. Turning points, bearings and distances are of "
	                       "the recorded boundary.")
	             : sl_text(m->l, "report",
	                       "On {0} of its ground {1} was still hazardous; the map shows the ground as it was on that day. "
	                       "Turning points, bearings and distances are of the boundary as it was recorded, not of what "
	                       "is left.");
	at = strstr(phrase, "{1}");
	if (!at)
		return sl_fail(e, SL_CORRUPT, "a translation has lost its {1}: %.80s", phrase);
	sl_word_date(&date, m->d, m->date);
	m->fill[0] = sl_field_map_keep(m, &date, e);
	return say_part(m, &node->runs, (struct sl_str){phrase, (size_t)(at - phrase)}, e) ||
	               sl_runs_add(m->a, &node->runs, (struct sl_run){.type = SL_RUN_AMOUNT, .amount = left}, e)
	           ? e->code
	           : say_part(m, &node->runs, sl_str_from(at + 3), e);
}
