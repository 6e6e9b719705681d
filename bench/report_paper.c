/* Paper and maps: an annex of so many areas as PDF, and a country's map of so many hazards as SVG and as picture.
 * usage: report_paper AREAS HAZARDS [FOLDER]   (what is made is kept in FOLDER) */
#include "report/map.h"
#include "report/pdf.h"
#include "report/picture.h"
#include "report/svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static long peak_kb(void)
{
	struct rusage r;

	getrusage(RUSAGE_SELF, &r);
	return r.ru_maxrss;
}

static uint64_t dice = 7;
static double chance(void)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (double)(dice >> 11) / 9007199254740992.0;
}

static struct sl_amount amount(enum sl_unit unit, int64_t units, int scale)
{
	return (struct sl_amount){.units = units, .scale = (uint8_t)scale, .state = SL_AMOUNT_KNOWN, .unit = unit};
}

static enum sl_code each_area(void *source, sl_doc_row_fn *fn, void *ctx, struct sl_err *e)
{
	size_t n = *(const size_t *)source;

	for (size_t i = 0; i < n; i++) {
		char id[32], place[64];
		struct sl_doc_cell cell[8];
		struct sl_doc_row row = {SL_ROW_BODY, cell};

		cell[0] = sl_doc_text((struct sl_str){id, (size_t)snprintf(id, sizeof id, "HA-%06zu", i)});
		cell[1] = sl_doc_text((struct sl_str){place, (size_t)snprintf(place, sizeof place, "Village %zu, commune %zu", i % 977, i % 89)});
		cell[2] = sl_doc_text(i % 3 ? SL_STR("SHA") : SL_STR("CHA"));
		cell[3] = sl_doc_amount(amount(SL_UNIT_M2, (int64_t)(i * 7919 % 200000) * 1000000, 6));
		cell[4] = sl_doc_date((struct sl_date){17000 + (int32_t)(i % 3000)});
		cell[5] = sl_doc_text(SL_STR("48PTV5103393596"));
		cell[6] = sl_doc_amount(amount(SL_UNIT_COUNT, (int64_t)(i % 17), 0));
		cell[7] = sl_doc_text(i % 11 ? SL_STR("") : SL_STR("no boundary recorded, viewed from the road"));
		if (fn(ctx, &row, e))
			return e->code;
	}
	return SL_OK;
}

static enum sl_code each_hazard(void *source, sl_map_shape_fn *fn, void *ctx, struct sl_err *e)
{
	size_t n = *(const size_t *)source;
	double xy[24];
	uint32_t ring_end = 12, part_end = 1;
	struct sl_geom g = {SL_GEOM_POLYGON, xy, 12, &ring_end, 1, &part_end, 1, false, false};

	for (size_t i = 0; i < n; i++) {
		struct sl_map_shape shape = {&g, i % 3 ? SL_STYLE_SHA : i % 2 ? SL_STYLE_CHA : SL_STYLE_CLEARED, {0}, (double)NAN};
		double x = 103 + chance() + chance() + chance(), y = 11.5 + 0.7 * (chance() + chance() + chance()), r = 0.0005 + 0.002 * chance() * chance();

		for (int k = 0; k < 12; k++) {
			xy[2 * k] = x + r * cos(k * 0.5235987755982988);
			xy[2 * k + 1] = y + r * sin(k * 0.5235987755982988);
		}
		if (fn(ctx, &shape, e))
			return e->code;
	}
	return SL_OK;
}

struct out {
	FILE *f;
	size_t bytes;
};

static enum sl_code take(void *ctx, const void *p, size_t n, struct sl_err *e)
{
	struct out *o = ctx;

	(void)e;
	o->bytes += n;
	if (o->f)
		fwrite(p, 1, n, o->f);
	return SL_OK;
}

static FILE *kept(const char *folder, const char *name)
{
	char path[500];

	if (!folder)
		return NULL;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return fopen(path, "wb");
}

static enum sl_code annex(size_t areas, const char *folder, struct sl_err *e)
{
	static const struct { const char *name; enum sl_column_type type; enum sl_unit unit; } columns[] = {
		{"Area", SL_COLUMN_TEXT, SL_UNIT_COUNT}, {"Place", SL_COLUMN_TEXT, SL_UNIT_COUNT}, {"Class", SL_COLUMN_TEXT, SL_UNIT_COUNT},
		{"Size", SL_COLUMN_AMOUNT, SL_UNIT_M2}, {"Recorded", SL_COLUMN_DATE, SL_UNIT_COUNT},
		{"Grid reference", SL_COLUMN_TEXT, SL_UNIT_COUNT}, {"Items", SL_COLUMN_AMOUNT, SL_UNIT_COUNT},
		{"Remark", SL_COLUMN_TEXT, SL_UNIT_COUNT},
	};
	struct sl_arena a = {0};
	struct sl_document *d;
	struct out out = {kept(folder, "annex.pdf"), 0};
	struct sl_sink sink = {take, &out};
	double begin = seconds();
	long before = peak_kb();
	struct sl_node *n;

	if (sl_document_new(&a, NULL, &d, e))
		return e->code;
	d->title = SL_STR("Annex");
	n = sl_doc_add(d, SL_NODE_TABLE, e);
	if (!n)
		return e->code;
	n->table->caption = SL_STR("Areas known or suspected to be hazardous");
	n->table->n_columns = sizeof columns / sizeof *columns;
	n->table->column = sl_arena_alloc(&a, n->table->n_columns, sizeof *n->table->column, e);
	for (size_t i = 0; i < n->table->n_columns && !e->code; i++)
		n->table->column[i] = (struct sl_doc_column){.name = sl_str_from(columns[i].name), .heading = sl_str_from(columns[i].name),
		                                             .type = columns[i].type, .unit = columns[i].unit};
	n->table->each = each_area;
	n->table->source = &areas;
	if (!e->code && !sl_pdf_write(d, &sink, e))
		printf("annex of %zu areas: %.2f s, %.1f MB, peak %ld kB (before: %ld kB)\n", areas, seconds() - begin,
		       (double)out.bytes / 1e6, peak_kb(), before);
	if (out.f)
		fclose(out.f);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code map(size_t hazards, const char *folder, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_document *d;
	struct sl_doc_map m = {.name = SL_STR("map"), .box = {102.9, 11.4, 106.1, 13.7}, .each = each_hazard, .source = &hazards,
	                       .parts = SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_GRID, .declination_deg = (double)NAN};
	struct sl_buf svg = {0}, png = {0};
	struct sl_drawing *drawing;
	struct sl_fonts *f;
	double begin, drawn, written;
	FILE *file;

	if (sl_document_new(&a, NULL, &d, e) || sl_fonts_open(&a, "en", &f, e))
		return e->code;
	begin = seconds();
	if (sl_map_draw(&a, f, d, &m, 516, 0, &drawing, e))
		return e->code;
	drawn = seconds();
	if (sl_svg_write(drawing, "m", &svg, e))
		return e->code;
	written = seconds();
	if (sl_picture_png(f, drawing, 2, &png, e))
		return e->code;
	printf("map of %zu hazards: drawn in %.2f s, SVG of %.0f kB in %.2f s, picture of %.0f kB in %.2f s, peak %ld kB\n",
	       hazards, drawn - begin, (double)svg.n / 1e3, written - drawn, (double)png.n / 1e3, seconds() - written, peak_kb());
	file = kept(folder, "map.svg");
	if (file) {
		fwrite(svg.p, 1, svg.n, file);
		fclose(file);
	}
	file = kept(folder, "map.png");
	if (file) {
		fwrite(png.p, 1, png.n, file);
		fclose(file);
	}
	sl_buf_done(&svg);
	sl_buf_done(&png);
	sl_arena_done(&a);
	return e->code;
}

int main(int argc, char **argv)
{
	struct sl_err e = {0};

	if (argc < 3) {
		fprintf(stderr, "usage: report_paper AREAS HAZARDS [FOLDER]\n");
		return 2;
	}
	if (annex(strtoull(argv[1], NULL, 10), argc > 3 ? argv[3] : NULL, &e) ||
	    map(strtoull(argv[2], NULL, 10), argc > 3 ? argv[3] : NULL, &e)) {
		fprintf(stderr, "report_paper: %s\n", e.msg);
		return 1;
	}
	return 0;
}
