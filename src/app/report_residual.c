/* "@residual" of a template: what an estimate of residual risk says about the record that the report is of,
 * or why none can be made.  Only what the releases themselves record goes in: nobody types a detection
 * probability into a report. */
#include "app/report_parts.h"

#include "app/analysis.h"

enum sl_code sl_maker_residual(struct sl_report_maker *m, const struct sl_template_item *item,
                               struct sl_err *e)
{
	const struct sl_analysis *analysis = sl_analysis_find(SL_STR("residual"));
	struct sl_analysis_question q;
	struct sl_statement s;
	struct sl_node *node;
	const char *name, *why;

	if (!m->subject.number)
		return sl_fail(e, SL_INVALID, "%s, line %d: only a template with '@of record' has a residual risk",
		               m->template.name, item->line);
	name = sl_arena_printf(m->a, e, "%.*s:%.*s", SL_STR_ARG(m->subject.rev.kind->name),
	                       SL_STR_ARG(m->subject.id));
	if (!name || sl_analysis_ask(analysis, m->a, &q, e) ||
	    sl_analysis_answer(&q, SL_STR("record"), sl_str_from(name), e) ||
	    sl_analysis_answer(&q, SL_STR("as-of"), sl_str_from(m->to_text), e))
		return e->code;
	if (!sl_analysis_run(m->p, m->a, &q, &s, e))
		return sl_statement_document(m->d, &s, e);
	if (e->code != SL_INVALID)
		return e->code;
	/* The reason is a sentence of the analysis: it names the record and what is missing. */
	{
		const struct sl_err reason = *e;

		sl_err_clear(e);
		why =
		    sl_arena_printf(m->a, e, "%s %s",
		                    sl_text(m->locale, "report", "What may be left was not computed:"), reason.msg);
	}
	if (!why || !(node = sl_doc_add(m->d, SL_NODE_PARAGRAPH, e)))
		return e->code;
	return sl_runs_text(m->d->a, &node->runs, sl_str_from(why), e);
}
