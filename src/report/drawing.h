/* A chart or a map, drawn once: a list of what to paint, in points (1/72 inch), y downwards, from the upper left
 * corner. report/svg.h writes it for browsers, report/picture.h for spreadsheets, report/pdf.h for paper, so it looks
 * the same on all of them. It knows nothing of what it shows. Everything lives in the arena; failing is sticky:
 * draw, then ask once (sl_drawing_check). Texts are data: they may hold anything, and are only ever shown. */
#ifndef SL_REPORT_DRAWING_H
#define SL_REPORT_DRAWING_H

#include "base/str.h"

/* What a surface is covered with besides its colour, so that nothing is told by colour alone. */
enum sl_hatch { SL_HATCH_NONE, SL_HATCH_CROSS, SL_HATCH_SLANT, SL_HATCH_COUNTER, SL_HATCH_DOTS, SL_HATCH_LEVEL };

struct sl_fill {
	uint32_t rgb;
	double alpha; /* 0: no fill */
	enum sl_hatch hatch;
	uint32_t hatch_rgb;
};

struct sl_stroke {
	uint32_t rgb;
	double width; /* 0: no stroke */
	double on, off; /* dashes; 0: one line */
};

enum sl_anchor { SL_ANCHOR_LEFT, SL_ANCHOR_MIDDLE, SL_ANCHOR_RIGHT };
enum sl_direction { SL_DIRECTION_OF_TEXT /* of its first letter that has one */, SL_LEFT_TO_RIGHT, SL_RIGHT_TO_LEFT };

struct sl_text_look {
	double size; /* of the letters, in points */
	bool bold;
	uint32_t rgb;
	enum sl_anchor anchor;
	enum sl_direction direction;
	double turn_deg; /* clockwise around its anchor */
	double halo;     /* width of a paper-coloured edge around the letters, so that they stand out from a map */
};

#define SL_INK 0x1d2329u
#define SL_MUTED 0x5c656du /* 4.5 : 1 on paper and more */
#define SL_HAIRLINE 0xd9d9d2u
#define SL_PAPER 0xffffffu
#define SL_ACCENT 0x0b6a88u

enum sl_draw_kind {
	SL_DRAW_PATH,
	SL_DRAW_TEXT,
	SL_DRAW_GROUP, /* until its SL_DRAW_END */
	SL_DRAW_LINK,
	SL_DRAW_CLIP,
	SL_DRAW_MOVED, /* what it holds lies there and is so large */
	SL_DRAW_END,
};

/* A path is verbs and the points that they take. */
enum sl_verb { SL_MOVE, SL_LINE, SL_CURVE /* three points: Bezier */, SL_CLOSE };

struct sl_draw_item {
	enum sl_draw_kind kind;
	struct sl_draw_item *next;
	/* path */
	const uint8_t *verb;
	const float *xy;
	size_t n_verbs;
	struct sl_fill fill;
	struct sl_stroke stroke;
	/* text at (x, y) of its base line; a group's title; where a link leads */
	struct sl_str text, description;
	struct sl_text_look look;
	double x, y, w, h; /* of a clip: its box; of what is moved: where to, and w is its scale */
};

struct sl_drawing {
	struct sl_arena *a;
	double width, height;
	struct sl_str title, description; /* what a reader hears who does not see it */
	const char *language;             /* BCP 47 */
	bool right_to_left;
	struct sl_draw_item *first, *last;
	size_t n_items, open; /* groups, links and clips that are open */
	/* the path being made */
	uint8_t *verb;
	float *xy;
	size_t n_verbs, n_xy, cap_verbs, cap_xy;
	struct sl_err failed;
};

void sl_drawing_init(struct sl_drawing *d, struct sl_arena *a, double width, double height);
/* SL_NOMEM, or what went wrong first.  A group, link or clip must not be open. */
SL_CHECKED enum sl_code sl_drawing_check(const struct sl_drawing *d, struct sl_err *e);

/* One path: points, then paint. Polygons that overlap in one path are painted once (nonzero). */
void sl_draw_move(struct sl_drawing *d, double x, double y);
void sl_draw_line(struct sl_drawing *d, double x, double y);
void sl_draw_curve(struct sl_drawing *d, double x1, double y1, double x2, double y2, double x, double y);
void sl_draw_close(struct sl_drawing *d);
void sl_draw_box(struct sl_drawing *d, double x, double y, double w, double h);
void sl_draw_circle(struct sl_drawing *d, double x, double y, double radius);
void sl_draw_paint(struct sl_drawing *d, const struct sl_fill *fill, const struct sl_stroke *stroke); /* either may be NULL */
/* In short. */
void sl_draw_rule(struct sl_drawing *d, double x0, double y0, double x1, double y1, const struct sl_stroke *stroke);

/* The text is copied, scrubbed of bytes that are not UTF-8 and of control characters. */
void sl_draw_text(struct sl_drawing *d, double x, double y, struct sl_str text, const struct sl_text_look *look);

void sl_draw_group(struct sl_drawing *d, struct sl_str title, struct sl_str description);
/* Addresses other than https:, http:, mailto:, a path or a #mark are left out. */
void sl_draw_link(struct sl_drawing *d, struct sl_str address);
void sl_draw_clip(struct sl_drawing *d, double x, double y, double w, double h);
void sl_draw_end(struct sl_drawing *d);
/* All of another drawing, moved there, so many times as large. `other` must outlive `d`. */
void sl_draw_drawing(struct sl_drawing *d, const struct sl_drawing *other, double x, double y, double scale);

/* A text that may be put into a document: valid UTF-8, no control characters but line ends, at most `max` bytes
 * (0: any number), ended by an ellipsis where it was longer. */
SL_CHECKED enum sl_code sl_text_tame(struct sl_arena *a, struct sl_str text, size_t max, struct sl_str *out,
                                     struct sl_err *e);
/* By its first letter that has a direction (Unicode, UAX 9, P2 and P3). */
bool sl_text_is_rtl(struct sl_str text);
bool sl_address_allowed(struct sl_str address);

/* ---- the lattice of a hatch, the same for every way to paint: side of its square, its lines, its dots ---- */
struct sl_hatch_line {
	double x0, y0, x1, y1;
};
struct sl_hatch_form {
	double side, width; /* of its square and its lines; a dot's radius */
	size_t n_lines, n_dots;
	struct sl_hatch_line line[8];
	struct { double x, y; } dot[2];
};
const struct sl_hatch_form *sl_hatch_form(enum sl_hatch h);

#endif
