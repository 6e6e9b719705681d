#include "check.h"

#include "report/chart.h"
#include "report/map.h"
#include "report/picture.h"
#include "report/svg.h"
#include "samples.h"

#include <stdlib.h>

static const char *const languages[] = {"en", "ar", "km"};

static void show(const char *name, const char *language, struct sl_fonts *f, const struct sl_drawing *d, bool golden)
{
	struct sl_buf svg = {0}, png = {0};
	struct sl_err e = {0};
	char file[100];

	snprintf(file, sizeof file, "%s%s", name, language);
	CHECK_OK(sl_svg_write(d, file, &svg, &e), &e);
	CHECK_OK(sl_picture_png(f, d, 2, &png, &e), &e);
	snprintf(file, sizeof file, "%s-%s.svg", name, language);
	sample_keep(file, sl_buf_view(&svg));
	if (golden)
		CHECK(sample_golden(file, sl_buf_view(&svg)));
	snprintf(file, sizeof file, "%s-%s.png", name, language);
	sample_keep(file, sl_buf_view(&png));
	sl_buf_done(&svg);
	sl_buf_done(&png);
}

TEST(charts_are_as_they_were)
{
	for (size_t l = 0; l < 3; l++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_document(&a, languages[l], &e);
		struct sl_fonts *f;

		CHECK_OK(sl_fonts_open(&a, languages[l], &f, &e), &e);
		for (int i = 0; i < SAMPLE_CHARTS && !e.code; i++) {
			struct sl_drawing *drawn;

			CHECK_OK(sl_chart_draw(&a, f, d, sample_chart(&a, d, i, &e), 480, &drawn, &e), &e);
			if (!e.code)
				show(sample_chart_name[i], languages[l], f, drawn, true);
		}
		sl_arena_done(&a);
	}
}

TEST(maps_are_as_they_were)
{
	for (size_t l = 0; l < 3; l++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_document(&a, languages[l], &e);
		struct sl_fonts *f;

		CHECK_OK(sl_fonts_open(&a, languages[l], &f, &e), &e);
		for (int i = 0; i < SAMPLE_MAPS && !e.code; i++) {
			struct sl_drawing *drawn;

			CHECK_OK(sl_map_draw(&a, f, d, sample_map(&a, d, i, &e), 480, 0, &drawn, &e), &e);
			if (!e.code)
				show(sample_map_name[i], languages[l], f, drawn, l < 2);
		}
		sl_arena_done(&a);
	}
}
