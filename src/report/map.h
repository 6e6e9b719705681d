/* Maps, drawn for report/drawing.h: shapes on a local metric projection, what lies too close for the paper
 * drawn once, with grid, scale bar, norths and legend. */
#ifndef SL_REPORT_MAP_H
#define SL_REPORT_MAP_H

#include "report/document.h"
#include "report/fonts.h"

/* So wide, at most so high (0: as its box asks).  Lives in `a`; shapes are asked for once. */
SL_CHECKED enum sl_code sl_map_draw(struct sl_arena *a, struct sl_fonts *f, const struct sl_document *doc,
                                    const struct sl_doc_map *map, double width, double height,
                                    struct sl_drawing **out, struct sl_err *e);

#endif
