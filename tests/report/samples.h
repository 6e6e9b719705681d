/* Charts, maps and documents to draw, in any language. */
#ifndef SL_TESTS_REPORT_SAMPLES_H
#define SL_TESTS_REPORT_SAMPLES_H

#include "report/document.h"
#include "report/drawing.h"
#include "report/fonts.h"

/* Longer than any box and full of what could break out of one. */
struct sl_str sample_hostile(struct sl_arena *a, size_t letters);

struct sl_document *sample_document(struct sl_arena *a, const char *language, struct sl_err *e);
struct sl_amount sample_amount(enum sl_unit unit, double shown, int decimals); /* NAN: unknown */

enum sample_chart {
	SAMPLE_AREAS, SAMPLE_LINES, SAMPLE_BARS, SAMPLE_GROUPED, SAMPLE_STACKED, SAMPLE_LEVEL, SAMPLE_HOSTILE, SAMPLE_EMPTY,
	SAMPLE_CHARTS
};
extern const char *const sample_chart_name[SAMPLE_CHARTS];
struct sl_doc_chart *sample_chart(struct sl_arena *a, const struct sl_document *d, enum sample_chart which,
                                  struct sl_err *e);

enum sample_map { SAMPLE_FIELD, SAMPLE_COUNTRY, SAMPLE_SHADED, SAMPLE_MAPS };
extern const char *const sample_map_name[SAMPLE_MAPS];
struct sl_doc_map *sample_map(struct sl_arena *a, const struct sl_document *d, enum sample_map which, struct sl_err *e);

/* Every kind of node; `hostile`: all its texts are. */
struct sl_document *sample_report(struct sl_arena *a, const char *language, bool hostile, struct sl_err *e);
/* A table of so many areas, handed out row by row. */
struct sl_document *sample_annex(struct sl_arena *a, const char *language, size_t areas, struct sl_err *e);

/* Where SAFELANE_PICTURES names a folder, what was made is kept there, to be looked at. */
void sample_keep(const char *name, struct sl_str bytes);
/* Equal to tests/report/golden/NAME, which SAFELANE_GOLDEN=update rewrites. */
bool sample_golden(const char *name, struct sl_str bytes);

#endif
