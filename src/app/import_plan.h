/* Inside the import only: from an open source and the options to the plan that all rows follow. */
#ifndef SL_APP_IMPORT_PLAN_H
#define SL_APP_IMPORT_PLAN_H

#include "app/import_parts.h"

/* Findings about headings go to the writer.  Writes the suggested mapping when one is due (*suggestion).
 * SL_INVALID asks for what only a person knows: the kind, the CRS. */
SL_CHECKED enum sl_code import_plan_make(struct sl_arena *a, struct sl_programme *p,
                                         const struct sl_import_options *o, struct sl_source *source,
                                         bool several_layers, struct import_plan *out,
                                         const char **suggestion, struct sl_err *e);
/* What the headings themselves show: swapped columns, no headings. */
SL_CHECKED enum sl_code import_plan_findings(struct sl_arena *a, const struct import_plan *plan,
                                             struct import_writer *w, struct sl_err *e);

#endif
