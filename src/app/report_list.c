#include "app/report_parts.h"
enum sl_code sl_maker_list(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t, struct sl_err *e)
{ (void)m; (void)s; (void)t; (void)e; return SL_OK; }
enum sl_code sl_maker_areas(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t, struct sl_err *e)
{ (void)m; (void)s; (void)t; (void)e; return SL_OK; }
enum sl_code sl_maker_findings(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t, struct sl_err *e)
{ (void)m; (void)s; (void)t; (void)e; return SL_OK; }
enum sl_code sl_maker_article5(struct sl_report_maker *m, const struct sl_spec *s, struct sl_doc_table *t, struct sl_err *e)
{ (void)m; (void)s; (void)t; (void)e; return SL_OK; }
enum sl_code sl_maker_map(struct sl_report_maker *m, const struct sl_template_item *item, struct sl_err *e)
{ (void)m; (void)item; (void)e; return SL_OK; }
