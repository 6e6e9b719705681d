#include "report/cairo_parts.h"

#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <pthread.h>
#include <string.h>

struct sl_fonts {
	PangoFontMap *map;
	PangoContext *context[2];             /* SL_LTR, SL_RTL */
	PangoLayout *layout[2];               /* for one text at a time */
	PangoFontDescription *description[2]; /* regular, bold */
	double leading;
	struct sl_arena scratch; /* of a text that is measured */
};

/* Where distributions put Noto; of it two weights of the sans family, all scripts. */
static const char configuration[] =
    "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
    "<dir>/usr/share/fonts/truetype/noto</dir><dir>/usr/share/fonts/opentype/noto</dir>"
    "<dir>/usr/share/fonts/noto</dir><dir>/usr/share/fonts/google-noto</dir>"
    "<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix=\"xdg\">fontconfig</cachedir>"
    "<selectfont><rejectfont><glob>*</glob></rejectfont><acceptfont>"
    "<glob>*/NotoSans*-Regular.tt?</glob><glob>*/NotoSans*-Bold.tt?</glob></acceptfont></selectfont></"
    "fontconfig>";

static void done(void *it)
{
	struct sl_fonts *f = it;

	sl_arena_done(&f->scratch);
	for (int i = 0; i < 2; i++) {
		if (f->layout[i])
			g_object_unref(f->layout[i]);
		if (f->context[i])
			g_object_unref(f->context[i]);
		pango_font_description_free(f->description[i]);
	}
	if (f->map)
		g_object_unref(f->map);
}

/* Is the family there at all?  pango would take anything instead. */
static bool has_noto(FcConfig *config)
{
	FcFontSet *set = FcConfigGetFonts(config, FcSetSystem);

	for (int i = 0; set && i < set->nfont; i++) {
		FcChar8 *family;

		if (FcPatternGetString(set->fonts[i], FC_FAMILY, 0, &family) == FcResultMatch &&
		    !strcmp((const char *)family, "Noto Sans"))
			return true;
	}
	return false;
}

PangoAttrList *sl_fonts_attributes(void)
{
	PangoAttrList *list = pango_attr_list_new();

	pango_attr_list_insert(list, pango_attr_font_features_new("liga=0, clig=0"));
	pango_attr_list_insert(list,
	                       pango_attr_insert_hyphens_new(FALSE)); /* an identifier has none but its own */
	return list;
}

static void plain(PangoLayout *layout)
{
	PangoAttrList *list = sl_fonts_attributes();

	pango_layout_set_attributes(layout, list);
	pango_attr_list_unref(list);
	pango_layout_set_auto_dir(layout, FALSE);
}

/* Which fonts there are, for the life of the process: font maps of pango 1.50 do not give it back.  Read
 * only from then on, so any number of threads may. */
static FcConfig *fonts_of_machine;

static void look_for_fonts(void)
{
	FcConfig *config = FcConfigCreate();

	if (config && FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)configuration, FcTrue) &&
	    FcConfigBuildFonts(config) && has_noto(config))
		fonts_of_machine = config;
	else if (config)
		FcConfigDestroy(config);
}

static PangoContext *make_context(struct sl_fonts *f, int direction, const char *language)
{
	PangoContext *context = pango_font_map_create_context(f->map);
	cairo_font_options_t *options = cairo_font_options_create();

	/* Outlines as they are: the same on paper and on any screen. */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_base_dir(context, direction == SL_RTL ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR);
	pango_context_set_language(context, pango_language_from_string(language));
	return context;
}

enum sl_code sl_fonts_open(struct sl_arena *a, const char *language, struct sl_fonts **out,
                           struct sl_err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct sl_fonts *f = sl_arena_alloc(a, 1, sizeof *f, e);

	if (!f)
		return e->code;
	(void)pthread_once(&once, look_for_fonts);
	if (!fonts_of_machine)
		return sl_fail(e, SL_UNSUPPORTED,
		               "the fonts of reports are not on this machine: install the package fonts-noto-core");
	for (int i = 0; i < 2; i++) {
		f->description[i] =
		    pango_font_description_from_string("Noto Sans, Noto Sans Arabic, Noto Sans Khmer");
		pango_font_description_set_weight(f->description[i], i ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	}
	if (sl_arena_defer(a, done, f, e))
		return e->code;
	f->map = pango_cairo_font_map_new();
	pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(f->map), fonts_of_machine);
	for (int i = 0; i < 2; i++) {
		f->context[i] = make_context(f, i, language);
		f->layout[i] = pango_layout_new(f->context[i]);
		plain(f->layout[i]);
		pango_layout_set_single_paragraph_mode(f->layout[i], TRUE);
	}
	/* Khmer stacks below, Arabic above and below. */
	f->leading = !strncmp(language, "km", 2) ? 1.75 : !strncmp(language, "ar", 2) ? 1.6 : 1.38;
	*out = f;
	return SL_OK;
}

double sl_fonts_leading(const struct sl_fonts *f)
{
	return f->leading;
}

bool sl_fonts_is_rtl(struct sl_str text, const struct sl_text_look *look)
{
	if (look->direction != SL_DIRECTION_OF_TEXT)
		return look->direction == SL_RIGHT_TO_LEFT;
	return sl_text_is_rtl(text);
}

static void set_look(struct sl_fonts *f, PangoLayout *layout, double size, bool bold)
{
	PangoFontDescription *description = f->description[bold];

	pango_font_description_set_absolute_size(description, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, description);
}

PangoLayout *sl_fonts_layout(struct sl_fonts *f, struct sl_str text, const struct sl_text_look *look)
{
	PangoLayout *layout = f->layout[sl_fonts_is_rtl(text, look)];

	set_look(f, layout, look->size, look->bold);
	pango_layout_set_width(layout, -1);
	pango_layout_set_text(layout, text.p, (int)text.n);
	return layout;
}

PangoLayout *sl_fonts_layout_new(struct sl_fonts *f, bool right_to_left, double size, bool bold)
{
	PangoLayout *layout = pango_layout_new(f->context[right_to_left]);

	plain(layout);
	set_look(f, layout, size, bold);
	return layout;
}

double sl_fonts_width(struct sl_fonts *f, struct sl_str text, const struct sl_text_look *look)
{
	struct sl_arena_mark mark = sl_arena_mark(&f->scratch);
	PangoRectangle box = {0};
	struct sl_err e = {0};

	if (text.n &&
	    !sl_text_tame(&f->scratch, text, 4000, &text, &e)) /* no memory: whoever draws it finds out */
		pango_layout_line_get_extents(pango_layout_get_line_readonly(sl_fonts_layout(f, text, look), 0),
		                              NULL, &box);
	sl_arena_reset(&f->scratch, mark);
	return (double)box.width / PANGO_SCALE;
}

/* The longest beginning of `text` that fits with an ellipsis behind it; ends between letters, not within
 * one. */
static enum sl_code shortened(struct sl_arena *a, struct sl_fonts *f, struct sl_str text,
                              const struct sl_text_look *look, double width, struct sl_str *out,
                              struct sl_err *e)
{
	PangoLayout *layout;
	const PangoLogAttr *at;
	int n_at, chars = 0, low = 0;
	size_t bytes = 0, *end;
	char *p = sl_arena_alloc(a, text.n + 4, 1, e);

	if (!p)
		return e->code;
	layout = sl_fonts_layout(f, text, look);
	at = pango_layout_get_log_attrs_readonly(layout, &n_at);
	end = sl_arena_alloc(a, (size_t)n_at + 1, sizeof *end, e); /* of each beginning: its bytes */
	if (!end)
		return e->code;
	for (int i = 0; i < n_at && bytes <= text.n; i++) {
		if (at[i].is_cursor_position)
			end[chars++] = bytes;
		for (bytes++; bytes < text.n && ((unsigned char)text.p[bytes] & 0xc0) == 0x80;)
			bytes++;
	}
	for (int high = chars - 1; low < high;) {
		int middle = (low + high + 1) / 2;

		memcpy(p, text.p, end[middle]);
		memcpy(p + end[middle], "\xe2\x80\xa6", 3);
		if (sl_fonts_width(f, (struct sl_str){p, end[middle] + 3}, look) <= width)
			low = middle;
		else
			high = middle - 1;
	}
	bytes = chars ? end[low] : 0;
	memcpy(p, text.p, bytes);
	memcpy(p + bytes, "\xe2\x80\xa6", 3);
	*out = (struct sl_str){p, bytes + 3};
	return SL_OK;
}

enum sl_code sl_fonts_lines(struct sl_arena *a, struct sl_fonts *f, struct sl_str text,
                            const struct sl_text_look *look, double width, size_t max_lines,
                            struct sl_str **line, size_t *n_lines, struct sl_err *e)
{
	PangoLayout *layout;
	struct sl_str *v = sl_arena_alloc(a, max_lines ? max_lines : 1, sizeof *v, e);
	size_t n, used;
	bool more;

	if (!v || sl_text_tame(a, text, 4000, &text, e))
		return e->code;
	for (char *p = (char *)text.p; p < text.p + text.n; p++)
		if (*p == '\n')
			*p = ' ';
	layout = sl_fonts_layout(f, text, look);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	n = text.n ? (size_t)pango_layout_get_line_count(layout) : 0;
	more = n > max_lines;
	used = more ? max_lines : n;
	for (size_t i = 0; i < used; i++) {
		const PangoLayoutLine *l = pango_layout_get_line_readonly(layout, (int)i);

		v[i] = (struct sl_str){text.p + l->start_index, (size_t)l->length};
		if (more && i + 1 == used)
			v[i].n = text.n - (size_t)l->start_index;
		while (v[i].n && v[i].p[v[i].n - 1] == ' ')
			v[i].n--;
	}
	/* Also where not even one letter fits. */
	for (size_t i = 0; i < used; i++)
		if (sl_fonts_width(f, v[i], look) > width + 0.01 && shortened(a, f, v[i], look, width, &v[i], e))
			return e->code;
	*line = v;
	*n_lines = used;
	return SL_OK;
}

size_t sl_draw_lines(struct sl_drawing *d, struct sl_fonts *f, double x, double y, double width,
                     size_t max_lines, struct sl_str text, const struct sl_text_look *look)
{
	struct sl_text_look same = *look;
	struct sl_str *line;
	size_t n;

	/* All lines have the direction of the whole. */
	same.direction = sl_fonts_is_rtl(text, look) ? SL_RIGHT_TO_LEFT : SL_LEFT_TO_RIGHT;
	if (d->failed.code || sl_fonts_lines(d->a, f, text, &same, width, max_lines, &line, &n, &d->failed))
		return 0;
	for (size_t i = 0; i < n; i++)
		sl_draw_text(d, x, y + (double)i * look->size * f->leading, line[i], &same);
	return n;
}
