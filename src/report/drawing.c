#include "report/drawing.h"

#include "base/utf8.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <unictype.h>
#include <unistr.h>

void sl_drawing_init(struct sl_drawing *d, struct sl_arena *a, double width, double height)
{
	*d = (struct sl_drawing){.a = a, .width = width, .height = height, .language = "en"};
}

enum sl_code sl_drawing_check(const struct sl_drawing *d, struct sl_err *e)
{
	assert(d->failed.code || !d->open);
	if (d->failed.code)
		*e = d->failed;
	return d->failed.code;
}

/* ---- paths ---- */

static void put(struct sl_drawing *d, enum sl_verb verb, const double *xy, size_t n)
{
	uint8_t *verbs;
	float *points;

	if (d->failed.code)
		return;
	verbs = sl_arena_grow(d->a, d->verb, &d->cap_verbs, d->n_verbs + 1, sizeof *verbs, &d->failed);
	if (!verbs)
		return;
	d->verb = verbs;
	points = n ? sl_arena_grow(d->a, d->xy, &d->cap_xy, d->n_xy + n, sizeof *points, &d->failed) : d->xy;
	if (n && !points)
		return;
	d->xy = points;
	d->verb[d->n_verbs++] = (uint8_t)verb;
	for (size_t i = 0; i < n; i++) /* nothing that is no number reaches a file */
		d->xy[d->n_xy++] = isfinite(xy[i]) ? (float)fmin(fmax(xy[i], -1e5), 1e5) : 0;
}

void sl_draw_move(struct sl_drawing *d, double x, double y)
{
	put(d, SL_MOVE, (double[]){x, y}, 2);
}

void sl_draw_line(struct sl_drawing *d, double x, double y)
{
	put(d, SL_LINE, (double[]){x, y}, 2);
}

void sl_draw_curve(struct sl_drawing *d, double x1, double y1, double x2, double y2, double x, double y)
{
	put(d, SL_CURVE, (double[]){x1, y1, x2, y2, x, y}, 6);
}

void sl_draw_close(struct sl_drawing *d)
{
	put(d, SL_CLOSE, NULL, 0);
}

void sl_draw_box(struct sl_drawing *d, double x, double y, double w, double h)
{
	sl_draw_move(d, x, y);
	sl_draw_line(d, x + w, y);
	sl_draw_line(d, x + w, y + h);
	sl_draw_line(d, x, y + h);
	sl_draw_close(d);
}

void sl_draw_circle(struct sl_drawing *d, double x, double y, double r)
{
	double k = r * 0.5522847498; /* four Bezier curves, off by 0.03 % of the radius at most */

	sl_draw_move(d, x + r, y);
	sl_draw_curve(d, x + r, y + k, x + k, y + r, x, y + r);
	sl_draw_curve(d, x - k, y + r, x - r, y + k, x - r, y);
	sl_draw_curve(d, x - r, y - k, x - k, y - r, x, y - r);
	sl_draw_curve(d, x + k, y - r, x + r, y - k, x + r, y);
	sl_draw_close(d);
}

static struct sl_draw_item *item(struct sl_drawing *d, enum sl_draw_kind kind)
{
	struct sl_draw_item *made;

	if (d->failed.code)
		return NULL;
	made = sl_arena_alloc(d->a, 1, sizeof *made, &d->failed);
	if (!made)
		return NULL;
	made->kind = kind;
	if (d->last)
		d->last->next = made;
	else
		d->first = made;
	d->last = made;
	d->n_items++;
	return made;
}

void sl_draw_paint(struct sl_drawing *d, const struct sl_fill *fill, const struct sl_stroke *stroke)
{
	struct sl_draw_item *i = d->n_verbs ? item(d, SL_DRAW_PATH) : NULL;

	if (i) {
		i->verb = d->verb;
		i->xy = d->xy;
		i->n_verbs = d->n_verbs;
		if (fill)
			i->fill = *fill;
		if (stroke)
			i->stroke = *stroke;
		/* what is left of the room holds the next paths */
		d->verb += d->n_verbs;
		d->cap_verbs -= d->n_verbs;
		d->xy += d->n_xy;
		d->cap_xy -= d->n_xy;
	}
	d->n_verbs = d->n_xy = 0;
}

void sl_draw_rule(struct sl_drawing *d, double x0, double y0, double x1, double y1,
                  const struct sl_stroke *stroke)
{
	sl_draw_move(d, x0, y0);
	sl_draw_line(d, x1, y1);
	sl_draw_paint(d, NULL, stroke);
}

/* ---- texts, and what holds others ---- */

enum sl_code sl_text_tame(struct sl_arena *a, struct sl_str text, size_t max, struct sl_str *out,
                          struct sl_err *e)
{
	bool cut = max && text.n > max;
	size_t n = 0;
	char *p;

	if (cut) {
		text.n = max;
		while (text.n && ((unsigned char)text.p[text.n] & 0xc0) == 0x80)
			text.n--;
	}
	if (sl_utf8_scrub(a, text, &text, e))
		return e->code;
	p = sl_arena_alloc(a, text.n + 4, 1, e);
	if (!p)
		return e->code;
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		/* C1 controls are two bytes: C2 80 to C2 9F; U+2028 and U+2029 end lines; U+FFFE and U+FFFF are no
		 * characters, and XML refuses them. */
		if (c == 0xc2 && i + 1 < text.n && (unsigned char)text.p[i + 1] < 0xa0) {
			p[n++] = ' ';
			i++;
		} else if (c == 0xe2 && i + 2 < text.n && (unsigned char)text.p[i + 1] == 0x80 &&
		           ((unsigned char)text.p[i + 2] & 0xfe) == 0xa8) {
			p[n++] = '\n';
			i += 2;
		} else if (c == 0xef && i + 2 < text.n && (unsigned char)text.p[i + 1] == 0xbf &&
		           (unsigned char)text.p[i + 2] >= 0xbe) {
			p[n++] = ' ';
			i += 2;
		} else {
			p[n++] = c == '\n' ? '\n' : c < 0x20 || c == 0x7f ? ' ' : (char)c;
		}
	}
	if (cut) {
		memcpy(p + n, "\xe2\x80\xa6", 3);
		n += 3;
	}
	*out = (struct sl_str){p, n};
	return SL_OK;
}

void sl_draw_text(struct sl_drawing *d, double x, double y, struct sl_str text,
                  const struct sl_text_look *look)
{
	struct sl_draw_item *i;
	struct sl_str tame;

	if (!text.n || d->failed.code || sl_text_tame(d->a, text, 0, &tame, &d->failed))
		return;
	i = item(d, SL_DRAW_TEXT);
	if (!i)
		return;
	for (char *p = (char *)tame.p; p < tame.p + tame.n; p++)
		if (*p == '\n')
			*p = ' ';
	i->text = tame;
	i->look = *look;
	i->x = isfinite(x) ? x : 0;
	i->y = isfinite(y) ? y : 0;
}

bool sl_text_is_rtl(struct sl_str text)
{
	int isolated = 0;

	for (size_t i = 0; i < text.n;) {
		ucs4_t c;
		int n = u8_mbtouc(&c, (const uint8_t *)text.p + i, text.n - i), bidi = uc_bidi_category(c);

		i += n > 0 ? (size_t)n : 1;
		if (c >= 0x2066 && c <= 0x2068)
			isolated++;
		else if (c == 0x2069 && isolated)
			isolated--;
		else if (!isolated && (bidi == UC_BIDI_L || bidi == UC_BIDI_R || bidi == UC_BIDI_AL))
			return bidi != UC_BIDI_L;
	}
	return false;
}

bool sl_address_allowed(struct sl_str address)
{
	static const char *const schemes[] = {"https://", "http://", "mailto:", "#"};

	for (size_t i = 0; i < address.n; i++)
		if ((unsigned char)address.p[i] <= ' ' || address.p[i] == '\\')
			return false;
	if (address.n && address.p[0] == '/')
		return !sl_str_has_prefix(address, "//");
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (sl_str_has_prefix(address, schemes[i]))
			return true;
	return false;
}

static void open_item(struct sl_drawing *d, enum sl_draw_kind kind, struct sl_str text,
                      struct sl_str description)
{
	struct sl_draw_item *i = item(d, kind);

	d->open++;
	if (!i || sl_text_tame(d->a, text, 2000, &text, &d->failed) ||
	    sl_text_tame(d->a, description, 2000, &description, &d->failed))
		return;
	i->text = text;
	i->description = description;
}

void sl_draw_group(struct sl_drawing *d, struct sl_str title, struct sl_str description)
{
	open_item(d, SL_DRAW_GROUP, title, description);
}

void sl_draw_link(struct sl_drawing *d, struct sl_str address)
{
	open_item(d, SL_DRAW_LINK, sl_address_allowed(address) ? address : (struct sl_str){0},
	          (struct sl_str){0});
}

void sl_draw_clip(struct sl_drawing *d, double x, double y, double w, double h)
{
	struct sl_draw_item *i = item(d, SL_DRAW_CLIP);

	d->open++;
	if (i) {
		i->x = x;
		i->y = y;
		i->w = w;
		i->h = h;
	}
}

void sl_draw_end(struct sl_drawing *d)
{
	(void)item(d, SL_DRAW_END);
	assert(d->open);
	d->open--;
}

void sl_draw_drawing(struct sl_drawing *d, const struct sl_drawing *other, double x, double y, double scale)
{
	struct sl_draw_item *moved = item(d, SL_DRAW_MOVED);

	d->open++;
	if (moved) {
		moved->x = x;
		moved->y = y;
		moved->w = scale;
	}
	for (const struct sl_draw_item *from = other->first; from; from = from->next) {
		struct sl_draw_item *to = item(d, from->kind);

		if (!to)
			break;
		*to = *from;
		to->next = NULL;
	}
	sl_draw_end(d);
}

/* ---- hatches: those of the pages (web/symbols.js), at the size of paper ---- */

const struct sl_hatch_form *sl_hatch_form(enum sl_hatch h)
{
	/* Each line goes beyond its square, so that squares join without a gap. */
	static const struct sl_hatch_form form[] = {
	    [SL_HATCH_CROSS] =
	        {6,
	         0.45,
	         6,
	         0,
	         {{-1, 1, 1, -1}, {-1, 7, 7, -1}, {5, 7, 7, 5}, {-1, 5, 1, 7}, {-1, -1, 7, 7}, {5, -1, 7, 1}},
	         {{0}}},
	    [SL_HATCH_SLANT] = {6, 0.5, 3, 0, {{-1, 1, 1, -1}, {-1, 7, 7, -1}, {5, 7, 7, 5}}, {{0}}},
	    [SL_HATCH_COUNTER] = {6, 0.5, 3, 0, {{-1, 5, 1, 7}, {-1, -1, 7, 7}, {5, -1, 7, 1}}, {{0}}},
	    [SL_HATCH_DOTS] = {5, 0.6, 0, 2, {{0}}, {{1.25, 1.25}, {3.75, 3.75}}},
	    [SL_HATCH_LEVEL] = {4, 0.5, 1, 0, {{-1, 2, 5, 2}}, {{0}}},
	};

	return h == SL_HATCH_NONE ? NULL : &form[h];
}
