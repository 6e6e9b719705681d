/* V05: public figures of so few people that neighbours know who is meant.  What is published are totals by
 * third-level area, sex and age (child or adult) of the records whose access is PUBLIC, "as totals"; every
 * other record is withheld already.  Victims are counted one by one; assistance may be a row that sums up.
 */
#include "checks/index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum age { CHILD, ADULT, AGE_NOT_KNOWN };

struct cell {
	enum sl_check_kind what;
	uint32_t area;
	char sex[4];
	enum age age;
	uint32_t item;
	double people;
};

static const char *const served[4] = {"women", "men", "girls", "boys"};

enum sl_code sl_served_add(struct sl_check_programme *p, const struct sl_record *r, struct sl_err *e)
{
	struct sl_served_item x = {.item = (uint32_t)p->item.n};

	if (!sl_record_has_code(r, "access_level", "PUBLIC"))
		return SL_OK;
	for (size_t k = 0; k < 4; k++)
		x.people[k] = sl_record_number(r, served[k]);
	SL_PUSH(p, served, x, e);
	return SL_OK;
}

/* The smallest area that the record names. */
static uint32_t area_of(const struct sl_item *item)
{
	return item->admin[2] ? item->admin[2] : item->admin[1] ? item->admin[1] : item->admin[0];
}

static bool same_cell(const struct cell *x, const struct cell *y)
{
	return x->what == y->what && x->area == y->area && !strcmp(x->sex, y->sex) && x->age == y->age;
}

static int by_cell(const void *a, const void *b)
{
	const struct cell *x = a, *y = b;
	int sex = strcmp(x->sex, y->sex);

	if (x->what != y->what)
		return x->what < y->what ? -1 : 1;
	if (x->area != y->area)
		return x->area < y->area ? -1 : 1;
	if (sex)
		return sex;
	if (x->age != y->age)
		return x->age < y->age ? -1 : 1;
	return (x->item > y->item) - (x->item < y->item);
}

static size_t fill(const struct sl_check_programme *p, struct cell *cells)
{
	size_t n = 0;

	for (size_t i = 0; i < p->victim.n; i++) {
		const struct sl_victim_item *v = &p->victim.v[i];
		bool child = v->child || v->age < p->c->limit.child_age_below,
		     adult = v->adult || v->age >= p->c->limit.child_age_below;

		if (!v->public)
			continue;
		cells[n] = (struct cell){.what = SL_CHECK_VICTIM,
		                         .area = area_of(&p->item.v[v->item]),
		                         .age = child   ? CHILD
		                                : adult ? ADULT
		                                        : AGE_NOT_KNOWN,
		                         .item = v->item,
		                         .people = 1};
		memcpy(cells[n++].sex, v->sex, sizeof v->sex);
	}
	for (size_t i = 0; i < p->served.n; i++)
		for (size_t k = 0; k < 4; k++)
			if (p->served.v[i].people[k] > 0)
				cells[n++] = (struct cell){.what = SL_CHECK_ASSISTANCE,
				                           .area = area_of(&p->item.v[p->served.v[i].item]),
				                           .sex = {k % 2 ? 'M' : 'F'},
				                           .age = k < 2 ? ADULT : CHILD,
				                           .item = p->served.v[i].item,
				                           .people = p->served.v[i].people[k]};
	return n;
}

enum sl_code sl_v05_small_cells(struct sl_check_programme *p, struct sl_err *e)
{
	struct cell *cells = sl_arena_alloc(&p->rule, p->victim.n + 4 * p->served.n, sizeof *cells, e);
	size_t n;

	if (!cells)
		return e->code;
	n = fill(p, cells);
	qsort(cells, n, sizeof *cells, by_cell);
	for (size_t i = 0, end; i < n; i = end) {
		const struct cell *c = &cells[i];
		const struct sl_item *item = &p->item.v[c->item];
		struct sl_spot at = {.field = "access_level"};
		double people = 0;

		for (end = i; end < n && same_cell(&cells[end], c); end++)
			people += cells[end].people;
		if (people >= p->c->limit.small_cell)
			continue;
		if (c->what == SL_CHECK_VICTIM
		        ? sl_index_say(p, "V05", item, at, e,
		                       "One of only %zu public record%s of its area, sex and age group; fewer than "
		                       "%.0f can be recognised.",
		                       end - i, end - i == 1 ? "" : "s", p->c->limit.small_cell)
		        : sl_index_say(
		              p, "V05", item, at, e,
		              "Public records of its area count only %.0f %s served; fewer than %.0f can be "
		              "recognised.",
		              people, served[(c->age == CHILD ? 2 : 0) + (c->sex[0] == 'M')],
		              p->c->limit.small_cell))
			return e->code;
	}
	return SL_OK;
}
