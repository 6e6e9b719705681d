/* Any bytes as a GeoJSON file: refused with a message, or read to its end, twice the same. */
#include "fuzz.h"

#include "formats/source.h"
#include "geo/wkb.h"

#include <stdlib.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Of a row that is one: every count is true, every text is UTF-8, and the geometry is written and read
 * back. */
static void look(struct sl_arena *a, const struct sl_row *row, struct sl_hasher *h)
{
	struct sl_buf b = {0};
	struct sl_geom back;
	struct sl_err e = {0};

	sl_hash_int(h, row->has);
	for (size_t i = 0; i < row->n; i++) {
		must(row->cell[i].name.p != NULL);
		sl_hash_part(h, row->cell[i].name.p, row->cell[i].name.n);
		sl_hash_part(h, row->cell[i].text.p, row->cell[i].text.n);
		if (row->cell[i].json.n)
			must(row->cell[i].json.n == row->cell[i].text.n + 2 && row->cell[i].json.p[0] == '"');
	}
	if (row->has == SL_ROW_GEOMETRY) {
		must(row->geometry.n_points && row->geometry.n_rings && row->geometry.n_parts);
		must(row->geometry.ring_end[row->geometry.n_rings - 1] == row->geometry.n_points);
		must(row->geometry.part_end[row->geometry.n_parts - 1] == row->geometry.n_rings);
		sl_wkb_write(&b, &row->geometry);
		must(!sl_wkb_read(a, sl_buf_view(&b), &back, &e));
		must(back.n_points == row->geometry.n_points && back.n_parts == row->geometry.n_parts);
	}
	if (row->has == SL_ROW_BAD_GEOMETRY || row->unreadable)
		must(row->problem && row->problem[0]);
	sl_buf_done(&b);
}

static struct sl_hash pass(struct sl_source *s, enum sl_code *code)
{
	struct sl_arena a = {0};
	struct sl_hasher h;
	struct sl_rows rows;
	struct sl_err e = {0};
	uint64_t n = 0;

	sl_hash_begin(&h);
	do {
		if (s->take(s, &a, &rows, &e))
			break;
		must(rows.first == n + 1 && rows.behind <= s->total);
		n += rows.n;
		for (size_t i = 0; i < rows.n; i++) {
			struct sl_row row;

			if (s->read(s, &a, &rows, i, &row, &e))
				break;
			must(row.number == rows.first + i);
			look(&a, &row, &h);
		}
	} while (!e.code && rows.n);
	*code = e.code;
	must(!e.code || e.msg[0]);
	sl_arena_done(&a);
	return sl_hash_end(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_source s = {.path = "fuzz", .file = SL_STR("fuzz")};

	if (!sl_geojson_source(&a, (struct sl_str){(const char *)data, size}, &s, &e)) {
		enum sl_code first, second;
		struct sl_hash one = pass(&s, &first), two;

		must(!s.rewind(&s, &e));
		two = pass(&s, &second);
		must(first == second && sl_hash_eq(one, two));
	} else {
		must(e.msg[0]);
	}
	sl_arena_done(&a);
	return 0;
}
