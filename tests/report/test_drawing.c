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

/* Where a text lies across, whatever its anchor; only for those that are not turned. */
static void extent(struct sl_fonts *f, const struct sl_draw_item *i, double *x0, double *x1)
{
	double w = sl_fonts_width(f, i->text, &i->look);

	*x0 = i->x - (i->look.anchor == SL_ANCHOR_LEFT ? 0 : i->look.anchor == SL_ANCHOR_MIDDLE ? w / 2 : w);
	*x1 = *x0 + w;
}

TEST(every_text_stays_on_its_drawing)
{
	for (size_t l = 0; l < 3; l++) {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_document *d = sample_document(&a, languages[l], &e);
		struct sl_fonts *f;
		size_t texts = 0, outside = 0;

		CHECK_OK(sl_fonts_open(&a, languages[l], &f, &e), &e);
		d->programme = sample_hostile(&a, 9000);
		for (int i = 0; i < SAMPLE_CHARTS + SAMPLE_MAPS && !e.code; i++) {
			struct sl_drawing *drawn;

			if (i < SAMPLE_CHARTS) {
				CHECK_OK(sl_chart_draw(&a, f, d, sample_chart(&a, d, i, &e), 480, &drawn, &e), &e);
			} else {
				struct sl_doc_map *m = sample_map(&a, d, i - SAMPLE_CHARTS, &e);
				struct sl_map_shape *shapes = (struct sl_map_shape *)m->shape;
				struct sl_map_legend bad[] = {{SL_STYLE_CHA, sample_hostile(&a, 8000)}, {SL_STYLE_SHA, SL_STR("x")}};

				m->source_text = m->value_title = sample_hostile(&a, 8000);
				m->legend = bad;
				m->n_legend = 2;
				for (size_t k = 0; k < m->n_shapes; k++)
					if (shapes[k].label.n)
						shapes[k].label = sample_hostile(&a, 10000);
				CHECK_OK(sl_map_draw(&a, f, d, m, 480, 0, &drawn, &e), &e);
			}
			for (const struct sl_draw_item *t = e.code ? NULL : drawn->first; t; t = t->next) {
				double x0, x1;

				if (t->kind != SL_DRAW_TEXT || t->look.turn_deg != 0)
					continue;
				extent(f, t, &x0, &x1);
				texts++;
				if (x0 < -4 || x1 > 484 || t->y < 0 || t->y > drawn->height) {
					outside++;
					printf("%s %d: %.0f..%.0f at %.0f of %.0f: %.40s\n", languages[l], i, x0, x1, t->y, drawn->height, t->text.p);
				}
			}
		}
		CHECK(texts > 150);
		CHECK_INT(outside, 0);
		sl_arena_done(&a);
	}
}

TEST(svg_holds_no_markup_of_its_texts)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_document(&a, "en", &e);
	struct sl_drawing *drawn;
	struct sl_buf svg = {0};
	struct sl_fonts *f;

	CHECK_OK(sl_fonts_open(&a, "en", &f, &e), &e);
	CHECK_OK(sl_chart_draw(&a, f, d, sample_chart(&a, d, SAMPLE_HOSTILE, &e), 480, &drawn, &e), &e);
	CHECK_OK(sl_svg_write(drawn, "x", &svg, &e), &e);
	CHECK(sl_str_find(sl_buf_view(&svg), "&lt;script&gt;alert(1)"));
	CHECK(!sl_str_find(sl_buf_view(&svg), "<script"));
	CHECK(!sl_str_find(sl_buf_view(&svg), "style="));
	for (size_t i = 0; i < svg.n; i++)
		CHECK((unsigned char)svg.p[i] >= ' ' || svg.p[i] == '\n');
	sl_buf_done(&svg);
	sl_arena_done(&a);
}

TEST(links_of_a_drawing)
{
	static const struct { const char *address; bool allowed; } cases[] = {
		{"https://example.org/a?b=c", true}, {"/why?cell=x", true}, {"#t1", true}, {"mailto:a@example.org", true},
		{"javascript:alert(1)", false}, {"//evil.example", false}, {"data:text/html,x", false}, {"", false},
		{"https://a b", false}, {" javascript:x", false}, {"/\\evil", false}, {"JAVASCRIPT:x", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK(sl_address_allowed(sl_str_from(cases[i].address)) == cases[i].allowed);
}

TEST(direction_of_a_text)
{
	CHECK(!sl_text_is_rtl(SL_STR("HA-1")));
	CHECK(sl_text_is_rtl(SL_STR("12 حلب")));
	CHECK(!sl_text_is_rtl(SL_STR("12 Aleppo حلب")));
	CHECK(!sl_text_is_rtl(SL_STR("\u2067حلب\u2069 Aleppo"))); /* what is isolated does not count: UAX 9, P2 */
	CHECK(!sl_text_is_rtl(SL_STR("")));
	CHECK(!sl_text_is_rtl(SL_STR("\xff\xfe")));
}

TEST(lines_of_a_text)
{
	struct sl_text_look look = {.size = 8};
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str *line;
	struct sl_fonts *f;
	size_t n;

	CHECK_OK(sl_fonts_open(&a, "km", &f, &e), &e);
	CHECK_OK(sl_fonts_lines(&a, f, SL_STR("one two three four five six seven"), &look, 60, 9, &line, &n, &e), &e);
	CHECK(n > 2);
	CHECK_STR(line[0], "one two three");
	CHECK_OK(sl_fonts_lines(&a, f, SL_STR("one two three four five six seven"), &look, 60, 2, &line, &n, &e), &e);
	CHECK_INT(n, 2);
	CHECK(sl_str_has_suffix_nocase(line[1], "\u2026") && sl_fonts_width(f, line[1], &look) <= 60);
	/* Khmer has no blanks; it breaks all the same, and within no letter. */
	CHECK_OK(sl_fonts_lines(&a, f, SL_STR("ការបោសសម្អាតត្រូវបានពន្យារពេលដោយសារទឹកជំនន់"), &look, 50, 20, &line, &n, &e), &e);
	CHECK(n >= 3);
	for (size_t i = 0; i < n; i++)
		CHECK(sl_fonts_width(f, line[i], &look) <= 50.01);
	CHECK_OK(sl_fonts_lines(&a, f, SL_STR(""), &look, 50, 20, &line, &n, &e), &e);
	CHECK_INT(n, 0);
	sl_arena_done(&a);
}

TEST(round_steps)
{
	static const struct { double low, high; int about; double step; int n, decimals; } cases[] = {
		{0, 9.7, 5, 2, 6, 0}, {0, 38.2, 5, 10, 5, 0}, {0, 0.47, 5, 0.1, 6, 1}, {0, 0, 5, 0.2, 6, 1},
		{-12, 30, 5, 10, 6, 0}, {0, 1234567, 5, 500000, 4, 0}, {3, 7, 4, 2, 5, 0}, {0, 0.004, 4, 0.001, 5, 3},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_ticks t = sl_ticks(cases[i].low, cases[i].high, cases[i].about);

		CHECK_NEAR(t.step, cases[i].step, 1e-12);
		CHECK_INT(t.n, cases[i].n);
		CHECK_INT(t.decimals, cases[i].decimals);
		CHECK(t.low <= fmin(cases[i].low, 0) && t.high >= cases[i].high - 1e-12);
	}
	CHECK(sl_ticks(0, INFINITY, 5).n > 0);
	CHECK(sl_ticks((double)NAN, (double)NAN, 5).n > 0);
}

/* Each state of land is apart from the others by more than its colour. */
TEST(land_is_not_told_by_colour_alone)
{
	static const enum sl_doc_style land[] = {SL_STYLE_CHA, SL_STYLE_SHA, SL_STYLE_CANCELLED, SL_STYLE_REDUCED, SL_STYLE_CLEARED};

	for (size_t i = 0; i < 5; i++)
		for (size_t k = 0; k < i; k++)
			CHECK(sl_style_look(land[i]).fill.hatch != sl_style_look(land[k]).fill.hatch);
}

TEST(a_map_without_ground_is_refused)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_document(&a, "en", &e);
	struct sl_doc_map m = {.name = SL_STR("m"), .box = {1, 1, 0, 0}};
	struct sl_drawing *drawn = NULL;
	struct sl_fonts *f;

	CHECK_OK(sl_fonts_open(&a, "en", &f, &e), &e);
	CHECK(sl_map_draw(&a, f, d, &m, 480, 0, &drawn, &e) == SL_INVALID && !drawn);
	sl_err_clear(&e);
	m.box = (struct sl_box){10, 10, 10, 10}; /* one point is a place */
	CHECK_OK(sl_map_draw(&a, f, d, &m, 480, 0, &drawn, &e), &e);
	CHECK(drawn && drawn->height > 100);
	sl_arena_done(&a);
}

/* Ten thousand specks at one spot are one square; none is left out. */
TEST(specks_are_drawn_once)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_document(&a, "en", &e);
	double xy[] = {103, 13, 103.0001, 13, 103.0001, 13.0001}, other[] = {104, 13, 104.0001, 13, 104.0001, 13.0001};
	uint32_t ring = 3, part = 1;
	struct sl_geom g = {SL_GEOM_POLYGON, xy, 3, &ring, 1, &part, 1, false, false}, far = g;
	struct sl_map_shape *shapes = sl_arena_alloc(&a, 10000, sizeof *shapes, &e);
	struct sl_doc_map m = {.name = SL_STR("m"), .box = {102, 12, 105, 14}, .shape = shapes, .n_shapes = 10000, .declination_deg = (double)NAN};
	struct sl_drawing *drawn;
	struct sl_fonts *f;
	size_t boxes = 0;

	far.xy = other;
	for (size_t i = 0; i < 10000; i++)
		shapes[i] = (struct sl_map_shape){i == 5000 ? &far : &g, SL_STYLE_CHA, {0}, (double)NAN};
	CHECK_OK(sl_fonts_open(&a, "en", &f, &e), &e);
	CHECK_OK(sl_map_draw(&a, f, d, &m, 480, 0, &drawn, &e), &e);
	for (const struct sl_draw_item *i = drawn->first; i; i = i->next)
		for (size_t k = 0; i->kind == SL_DRAW_PATH && i->fill.rgb == 0xe00000 && k < i->n_verbs; k++)
			boxes += i->verb[k] == SL_CLOSE;
	CHECK_INT(boxes, 2);
	sl_arena_done(&a);
}

/* A country that reaches far beyond the sheet is cut at its edge. */
TEST(shapes_are_cut_at_the_frame)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_document(&a, "en", &e);
	double xy[] = {60, -10, 140, -10, 140, 35, 60, 35};
	uint32_t ring = 4, part = 1;
	struct sl_geom g = {SL_GEOM_POLYGON, xy, 4, &ring, 1, &part, 1, false, false};
	struct sl_map_shape shape = {&g, SL_STYLE_COUNTRY, {0}, (double)NAN};
	struct sl_doc_map m = {.name = SL_STR("m"), .box = {102.70, 13.49, 102.71, 13.50}, .shape = &shape, .n_shapes = 1, .declination_deg = (double)NAN};
	struct sl_drawing *drawn;
	struct sl_fonts *f;
	bool seen = false;

	CHECK_OK(sl_fonts_open(&a, "en", &f, &e), &e);
	CHECK_OK(sl_map_draw(&a, f, d, &m, 480, 0, &drawn, &e), &e);
	for (const struct sl_draw_item *i = drawn->first; i; i = i->next)
		if (i->kind == SL_DRAW_PATH && i->fill.rgb == sl_style_look(SL_STYLE_COUNTRY).fill.rgb) {
			seen = true;
			for (size_t k = 0; k < 8; k++)
				CHECK(i->xy[k] > -100 && i->xy[k] < 700);
			CHECK(i->xy[0] < 0 || i->xy[0] > 480); /* and covers all of it */
		}
	CHECK(seen);
	sl_arena_done(&a);
}

/* A lattice 100 km wide on the ground is as wide on the drawing as its scale bar says. */
TEST(the_scale_of_a_map)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_document *d = sample_document(&a, "en", &e);
	/* domain.md 2.7: from P1 120 m at 45 degrees true */
	double from[] = {102.7, 13.5}, to[] = {102.70078376, 13.50076696};
	uint32_t one = 1;
	struct sl_geom g[2] = {{SL_GEOM_POINT, from, 1, &one, 1, &one, 1, false, false}, {SL_GEOM_POINT, to, 1, &one, 1, &one, 1, false, false}};
	struct sl_map_shape shapes[] = {{&g[0], SL_STYLE_TURNING_POINT, {0}, (double)NAN}, {&g[1], SL_STYLE_TURNING_POINT, {0}, (double)NAN}};
	struct sl_doc_map m = {.name = SL_STR("m"), .box = {102.699, 13.499, 102.702, 13.502}, .shape = shapes, .n_shapes = 2,
	                       .parts = SL_MAP_SCALE_BAR, .declination_deg = (double)NAN};
	double x[4] = {0}, y[4] = {0}, dx, dy;
	struct sl_drawing *drawn;
	struct sl_str scale = {0};
	struct sl_fonts *f;
	size_t n = 0;

	CHECK_OK(sl_fonts_open(&a, "en", &f, &e), &e);
	CHECK_OK(sl_map_draw(&a, f, d, &m, 480, 0, &drawn, &e), &e);
	for (const struct sl_draw_item *i = drawn->first; i; i = i->next) {
		if (i->kind == SL_DRAW_PATH && i->fill.rgb == SL_INK && i->n_verbs == 6 && i->verb[1] == SL_CURVE && n < 4) {
			x[n] = (double)i->xy[0] - 1.9; /* a circle begins on its right */
			y[n++] = (double)i->xy[1];
		}
		if (i->kind == SL_DRAW_TEXT && sl_str_find(i->text, "on paper"))
			scale = i->text;
	}
	CHECK_INT(n, 2);
	CHECK(sl_str_find(scale, "1 : 2\u202f500"));
	dx = x[1] - x[0];
	dy = y[0] - y[1];
	/* 120 m at 1 : 2500, in points; UTM scales by 1.0004 or so this far from its meridian. */
	CHECK_NEAR(hypot(dx, dy), 120.0 / 2500 / 0.0254 * 72, 0.15);
	/* Against grid north: convergence here is -0.5372 degrees (domain.md 2.8). */
	CHECK_NEAR(atan2(dx, dy) * 180 / 3.14159265358979, 45 + 0.5372, 0.1);
	sl_arena_done(&a);
}
