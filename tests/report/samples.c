#include "samples.h"

#include "base/io.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sl_str sample_hostile(struct sl_arena *a, size_t letters)
{
	static const char bad[] = "<script>alert(1)</script>\"'&\u202e\u2067=cmd()|A1\x01\x1b[2J\xff\xfe";
	struct sl_err e = {0};
	char *p = sl_arena_alloc(a, letters + sizeof bad, 1, &e);

	memset(p, 'W', letters);
	memcpy(p, bad, sizeof bad - 1);
	return (struct sl_str){p, letters > sizeof bad ? letters : sizeof bad - 1};
}

struct sl_document *sample_document(struct sl_arena *a, const char *language, struct sl_err *e)
{
	struct sl_document *d;

	if (sl_document_new(a, sl_locale_find(sl_str_from(language)), &d, e))
		return NULL;
	d->name = SL_STR("sample");
	d->title = SL_STR("Progress of land release");
	d->subtitle = SL_STR("1 January 2015 to 31 December 2024");
	d->programme = SL_STR("Training programme");
	d->country = SL_STR("Samaria");
	d->about = SL_STR("As of 31 December 2024, as known on 15 January 2025; made by Safelane 0.1.0");
	if (!strcmp(language, "ar")) {
		d->title = SL_STR("التقدم المحرز في الإفراج عن الأراضي");
		d->subtitle = SL_STR("من 1 يناير 2015 إلى 31 ديسمبر 2024");
		d->programme = SL_STR("برنامج التدريب");
	} else if (!strcmp(language, "km")) {
		d->title = SL_STR("វឌ្ឍនភាពនៃការដោះលែងដី");
		d->subtitle = SL_STR("ថ្ងៃទី១ ខែមករា ឆ្នាំ២០១៥");
		d->programme = SL_STR("កម្មវិធីបណ្តុះបណ្តាល");
	}
	(void)sl_date_parse(SL_STR("2024-12-31"), &d->as_of);
	d->made_ms = 1736899200000;
	return d;
}

struct sl_amount sample_amount(enum sl_unit unit, double shown, int decimals)
{
	double held = unit == SL_UNIT_KM2 ? shown * 1e12 : unit == SL_UNIT_HA ? shown * 1e10 : unit == SL_UNIT_M2 ? shown * 1e6 : shown;

	if (isnan(shown))
		return (struct sl_amount){.state = SL_AMOUNT_UNKNOWN, .unit = unit, .decimals = (uint8_t)decimals};
	return (struct sl_amount){.units = (sl_mm2)llround(held), .scale = unit == SL_UNIT_COUNT ? 0 : 6,
	                          .decimals = (uint8_t)decimals, .state = SL_AMOUNT_KNOWN, .unit = unit};
}

/* ---- charts ---- */

const char *const sample_chart_name[SAMPLE_CHARTS] = {"areas", "lines", "bars", "grouped", "stacked", "level", "hostile", "empty"};

static const struct sl_amount *amounts(struct sl_arena *a, enum sl_unit unit, int decimals, size_t n, const double *v,
                                       struct sl_err *e)
{
	struct sl_amount *m = sl_arena_alloc(a, n ? n : 1, sizeof *m, e);

	for (size_t i = 0; m && i < n; i++)
		m[i] = sample_amount(unit, v[i], decimals);
	return m;
}

static struct sl_str *years(struct sl_arena *a, size_t n, struct sl_err *e)
{
	struct sl_str *v = sl_arena_alloc(a, n, sizeof *v, e);

	for (size_t i = 0; v && i < n; i++)
		v[i] = sl_str_from(sl_arena_printf(a, e, "%zu", 2015 + i));
	return v;
}

static const double cha[10] = {12.1, 14.2, 15.8, 15.1, 13.9, 12.2, 11.0, 9.4, 8.1, 6.9},
                    sha[10] = {22.4, 24.0, 21.5, 18.2, 15.9, 13.1, 10.8, 8.0, 5.9, 4.2},
                    cleared[10] = {1.1, 1.4, 1.9, 2.2, 2.4, 2.1, 2.6, 2.9, 2.8, 3.0},
                    reduced[10] = {0.4, 0.6, 0.9, 1.2, (double)NAN, 1.4, 1.2, 0.9, 0.8, 0.7},
                    low[10] = {0.9, 1.1, 1.5, 1.8, 1.9, 1.5, 1.9, 2.1, 1.9, 2.0},
                    high[10] = {1.4, 1.8, 2.5, 2.8, 3.1, 2.9, 3.5, 4.0, 4.1, 4.6};

struct sl_doc_chart *sample_chart(struct sl_arena *a, const struct sl_document *d, enum sample_chart which,
                                  struct sl_err *e)
{
	static struct sl_str provinces[] = {{"Battambang", 10}, {"Banteay Meanchey", 16}, {"Pailin", 6}, {"Preah Vihear and the north", 26},
	                                    {"Oddar Meanchey", 14}};
	static struct sl_str arabic[] = {{"دير الزور", 17}, {"الرقة", 10}, {"حلب", 6}, {"إدلب", 8}, {"درعا", 8}};
	bool ar = d->right_to_left;
	struct sl_doc_chart *c = sl_arena_alloc(a, 1, sizeof *c, e);
	struct sl_chart_series *s = sl_arena_alloc(a, 4, sizeof *s, e);
	struct sl_chart_mark *mark = sl_arena_alloc(a, 2, sizeof *mark, e);

	if (!c || !s || !mark)
		return NULL;
	*c = (struct sl_doc_chart){.name = SL_STR("stock"), .caption = SL_STR("Land known to be hazardous"),
	                           .description = SL_STR("It fell from 34.5 km² in 2015 to 11.1 km² in 2024."),
	                           .type = SL_CHART_STACKED_AREAS, .value_title = SL_STR("Hazardous land at the end of each year"),
	                           .category = years(a, 10, e), .n_categories = 10, .series = s, .n_series = 2,
	                           .mark = mark, .unit = SL_UNIT_KM2};
	if (ar)
		c->value_title = SL_STR("الأراضي الخطرة في نهاية كل عام");
	s[0] = (struct sl_chart_series){SL_STR("CHA"), SL_STYLE_CHA, amounts(a, SL_UNIT_KM2, 1, 10, cha, e), NULL, NULL};
	s[1] = (struct sl_chart_series){SL_STR("SHA"), SL_STYLE_SHA, amounts(a, SL_UNIT_KM2, 1, 10, sha, e), NULL, NULL};
	mark[0] = (struct sl_chart_mark){3, (double)NAN, ar ? SL_STR("الموعد النهائي") : SL_STR("Baseline survey ends")};
	switch (which) {
	case SAMPLE_AREAS:
		c->n_marks = 1;
		break;
	case SAMPLE_LINES:
		c->type = SL_CHART_LINES;
		c->value_title = SL_STR("Released each year");
		s[0] = (struct sl_chart_series){SL_STR("Cleared"), SL_STYLE_CLEARED, amounts(a, SL_UNIT_KM2, 1, 10, cleared, e),
		                                amounts(a, SL_UNIT_KM2, 1, 10, low, e), amounts(a, SL_UNIT_KM2, 1, 10, high, e)};
		s[1] = (struct sl_chart_series){SL_STR("Reduced by technical survey"), SL_STYLE_PLAIN, amounts(a, SL_UNIT_KM2, 1, 10, reduced, e), NULL, NULL};
		mark[0] = (struct sl_chart_mark){(double)NAN, 3.5, SL_STR("Rate that the deadline asks for")};
		c->n_marks = 1;
		break;
	case SAMPLE_BARS:
	case SAMPLE_GROUPED:
	case SAMPLE_STACKED:
		c->type = which == SAMPLE_STACKED ? SL_CHART_STACKED_BARS : SL_CHART_BARS;
		if (which != SAMPLE_STACKED) {
			c->category = ar ? arabic : provinces;
			c->n_categories = 5;
			c->value_title = SL_STR("Victims by province");
			c->unit = SL_UNIT_COUNT;
			s[0] = (struct sl_chart_series){SL_STR("Killed"), SL_STYLE_PLAIN, amounts(a, SL_UNIT_COUNT, 0, 5, (double[]){12, 7, 0, (double)NAN, 3}, e), NULL, NULL};
			s[1] = (struct sl_chart_series){SL_STR("Injured"), SL_STYLE_PLAIN, amounts(a, SL_UNIT_COUNT, 0, 5, (double[]){31, 18, 4, 9, 11}, e), NULL, NULL};
			s[2] = (struct sl_chart_series){SL_STR("Not known"), SL_STYLE_PLAIN, amounts(a, SL_UNIT_COUNT, 0, 5, (double[]){2, 0, 1, 3, 0}, e), NULL, NULL};
			c->n_series = which == SAMPLE_BARS ? 1 : 3;
			break;
		}
		s[0] = (struct sl_chart_series){SL_STR("Cancelled"), SL_STYLE_CANCELLED, amounts(a, SL_UNIT_KM2, 1, 10, low, e), NULL, NULL};
		s[1] = (struct sl_chart_series){SL_STR("Reduced"), SL_STYLE_REDUCED, amounts(a, SL_UNIT_KM2, 1, 10, reduced, e), NULL, NULL};
		s[2] = (struct sl_chart_series){SL_STR("Cleared"), SL_STYLE_CLEARED, amounts(a, SL_UNIT_KM2, 1, 10, cleared, e), NULL, NULL};
		c->n_series = 3;
		break;
	case SAMPLE_LEVEL:
		c->type = SL_CHART_BARS;
		c->horizontal = true;
		c->category = ar ? arabic : provinces;
		c->n_categories = 5;
		c->unit = SL_UNIT_HA;
		c->value_title = SL_STR("Hazardous land by province");
		s[0] = (struct sl_chart_series){SL_STR("All"), SL_STYLE_PLAIN, amounts(a, SL_UNIT_HA, 1, 5, (double[]){410.2, 180.5, 22.4, (double)NAN, 97}, e), NULL, NULL};
		c->n_series = 1;
		break;
	case SAMPLE_HOSTILE: {
		struct sl_str bad = sample_hostile(a, 10000);

		c->type = SL_CHART_BARS;
		c->category = sl_arena_alloc(a, 3, sizeof *c->category, e);
		c->category[0] = c->category[1] = c->category[2] = bad;
		c->n_categories = 3;
		c->caption = c->description = c->value_title = bad;
		s[0].name = s[1].name = bad;
		mark[0].text = bad;
		mark[0].at = 1;
		c->n_marks = 1;
		break;
	}
	case SAMPLE_EMPTY:
		c->n_categories = 0;
		break;
	case SAMPLE_CHARTS:
		break;
	}
	return c;
}

/* ---- maps ---- */

const char *const sample_map_name[SAMPLE_MAPS] = {"field", "country", "shaded"};

struct shapes {
	struct sl_arena *a;
	struct sl_map_shape *v;
	size_t n, cap;
};

static void put(struct shapes *s, enum sl_geom_type type, enum sl_doc_style style, const char *label, double value,
                const double *xy, size_t n, struct sl_err *e)
{
	struct sl_geom_builder b;
	struct sl_geom *g = sl_arena_alloc(s->a, 1, sizeof *g, e);

	sl_geom_build(&b, s->a, type);
	(void)!sl_geom_add_part(&b, e);
	(void)!sl_geom_add_ring(&b, e);
	for (size_t i = 0; i < n; i++)
		(void)!sl_geom_add_point(&b, xy[2 * i], xy[2 * i + 1], e);
	if (type == SL_GEOM_POLYGON)
		(void)!sl_geom_add_point(&b, xy[0], xy[1], e);
	sl_geom_finish(&b, g);
	s->v = sl_arena_grow(s->a, s->v, &s->cap, s->n + 1, sizeof *s->v, e);
	s->v[s->n++] = (struct sl_map_shape){g, style, sl_str_from(label), value};
}

static void put_box(struct shapes *s, enum sl_doc_style style, const char *label, double value, double x, double y,
                    double w, double h, struct sl_err *e)
{
	const double xy[] = {x, y, x + w, y, x + w, y + h, x, y + h};

	put(s, SL_GEOM_POLYGON, style, label, value, xy, 4, e);
}

static uint64_t dice = 7;
static double chance(void)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (double)(dice >> 11) / 9007199254740992.0;
}

static const struct sl_map_legend legend[] = {
	{SL_STYLE_CHA, {"Confirmed hazardous area", 24}}, {SL_STYLE_SHA, {"Suspected hazardous area", 24}},
	{SL_STYLE_CANCELLED, {"Cancelled", 9}}, {SL_STYLE_REDUCED, {"Reduced", 7}}, {SL_STYLE_CLEARED, {"Cleared", 7}},
	{SL_STYLE_ACCIDENT, {"Accident", 8}}, {SL_STYLE_TURNING_POINT, {"Turning point", 13}},
	{SL_STYLE_START_POINT, {"Start point", 11}}, {SL_STYLE_BENCHMARK, {"Benchmark", 9}},
	{SL_STYLE_REFERENCE, {"Reference point", 15}},
};

static void field(struct shapes *s, struct sl_doc_map *m, struct sl_err *e)
{
	/* domain.md 2.7 */
	static const double ring[] = {102.7, 13.5, 102.70078376, 13.50076696, 102.70130627, 13.50025565, 102.70052251, 13.49948869};
	static const char *const name[] = {"SP", "TP1", "TP2", "TP3"};
	static const double bench[] = {102.69935, 13.49990}, far[] = {102.69880, 13.50120}, path[] = {102.69880, 13.50120, 102.69935, 13.49990, 102.7, 13.5};

	put(s, SL_GEOM_POLYGON, SL_STYLE_CHA, "HA-0001", (double)NAN, ring, 4, e);
	put_box(s, SL_STYLE_SHA, "HA-0002", (double)NAN, 102.7016, 13.5004, 0.0006, 0.0005, e);
	put_box(s, SL_STYLE_CLEARED, "HA-0003", (double)NAN, 102.6994, 13.4988, 0.0006, 0.0005, e);
	put_box(s, SL_STYLE_CANCELLED, "HA-0004", (double)NAN, 102.7003, 13.4988, 0.0006, 0.0004, e);
	put_box(s, SL_STYLE_REDUCED, "HA-0005", (double)NAN, 102.7011, 13.4988, 0.0006, 0.0004, e);
	put(s, SL_GEOM_LINE, SL_STYLE_PARCEL, "", (double)NAN, path, 3, e);
	put(s, SL_GEOM_POINT, SL_STYLE_REFERENCE, "RP", (double)NAN, far, 1, e);
	put(s, SL_GEOM_POINT, SL_STYLE_BENCHMARK, "BM", (double)NAN, bench, 1, e);
	for (size_t i = 0; i < 4; i++)
		put(s, SL_GEOM_POINT, i ? SL_STYLE_TURNING_POINT : SL_STYLE_START_POINT, name[i], (double)NAN, ring + 2 * i, 1, e);
	m->box = (struct sl_box){102.6988, 13.4986, 102.7024, 13.5013};
	m->parts = SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_MAGNETIC_NORTH | SL_MAP_GRID | SL_MAP_LEGEND;
	m->declination_deg = -0.7;
	m->caption = SL_STR("Hazardous area HA-0001");
}

static void country(struct shapes *s, struct sl_doc_map *m, bool shaded, struct sl_err *e)
{
	static const char *const names[] = {"North", "East", "South", "West"};
	double outline[80];

	for (int i = 0; i < 40; i++) {
		double t = i * 2 * 3.14159265358979 / 40, r = 1.3 + 0.25 * sin(5 * t) + 0.1 * chance();

		outline[2 * i] = 104.5 + 1.3 * r * cos(t);
		outline[2 * i + 1] = 12.8 + r * sin(t);
	}
	put(s, SL_GEOM_POLYGON, SL_STYLE_COUNTRY, "", (double)NAN, outline, 40, e);
	for (int i = 0; i < 4; i++) {
		double x = i % 2 ? 104.5 : 103.3, y = i / 2 ? 12.8 : 11.8;

		put_box(s, shaded ? SL_STYLE_VALUE : SL_STYLE_ADMIN1, names[i], i == 2 ? (double)NAN : 4.0 + 13 * i, x, y, 1.2, 1, e);
	}
	for (int i = 0; !shaded && i < 3000; i++) {
		double x = 103.2 + 0.7 * (chance() + chance() + chance()), y = 12.2 + 0.4 * (chance() + chance() + chance());
		double side = i % 100 ? 0.002 : 0.05;

		put_box(s, i % 3 ? SL_STYLE_SHA : i % 2 ? SL_STYLE_CHA : SL_STYLE_CLEARED, i % 100 ? "" : "HA", (double)NAN, x, y, side, side, e);
	}
	for (int i = 0; !shaded && i < 12; i++)
		put(s, SL_GEOM_POINT, i % 2 ? SL_STYLE_ACCIDENT : SL_STYLE_SHA, i % 2 ? "" : "no boundary", (double)NAN,
		    (double[]){104 + chance(), 12.4 + chance()}, 1, e);
	m->box = (struct sl_box){102.6, 11.3, 106.4, 14.3};
	m->parts = SL_MAP_SCALE_BAR | SL_MAP_NORTH | SL_MAP_GRID | SL_MAP_LEGEND;
	m->caption = SL_STR("Hazardous land of the country");
	if (shaded) {
		m->n_legend = 0;
		m->value_title = SL_STR("Hazardous land");
		m->unit = SL_UNIT_KM2;
	}
}

struct sl_doc_map *sample_map(struct sl_arena *a, const struct sl_document *d, enum sample_map which, struct sl_err *e)
{
	struct sl_doc_map *m = sl_arena_alloc(a, 1, sizeof *m, e);
	struct shapes s = {.a = a};

	(void)d;
	dice = 7;
	*m = (struct sl_doc_map){.name = SL_STR("map"), .declination_deg = (double)NAN, .legend = legend,
	                         .n_legend = which == SAMPLE_FIELD ? sizeof legend / sizeof *legend : 6,
	                         .description = SL_STR("Where land is hazardous."),
	                         .source_text = SL_STR("Training programme, as of 31 December 2024. Boundaries are not authoritative.")};
	if (which == SAMPLE_FIELD)
		field(&s, m, e);
	else
		country(&s, m, which == SAMPLE_SHADED, e);
	m->shape = s.v;
	m->n_shapes = s.n;
	return m;
}

/* ---- what was made ---- */

void sample_keep(const char *name, struct sl_str bytes)
{
	const char *folder = getenv("SAFELANE_PICTURES");
	char path[500];
	FILE *f;

	if (!folder)
		return;
	snprintf(path, sizeof path, "%s/%s", folder, name);
	f = fopen(path, "wb");
	if (f) {
		fwrite(bytes.p, 1, bytes.n, f);
		fclose(f);
	}
}

bool sample_golden(const char *name, struct sl_str bytes)
{
	const char *how = getenv("SAFELANE_GOLDEN");
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str want = {0};
	char path[500];
	bool same;

	snprintf(path, sizeof path, "%s/tests/report/golden/%s", SL_SOURCE_DIR, name);
	if (how && !strcmp(how, "update")) {
		FILE *f = fopen(path, "wb");

		if (f) {
			fwrite(bytes.p, 1, bytes.n, f);
			fclose(f);
		}
	}
	same = !sl_io_read(&a, path, 10000000, &want, &e) && sl_str_eq(want, bytes);
	if (!same)
		printf("%s is not as it was; SAFELANE_GOLDEN=update rewrites it, git diff shows how\n", path);
	sl_arena_done(&a);
	return same;
}
