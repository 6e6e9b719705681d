#include "model/finding.h"

#include <stdlib.h>
#include <string.h>

/* A copy, or what the finding before has when it says the same: of a thousand findings of a rule most do. */
static enum sl_code copy(struct sl_arena *a, struct sl_str *s, struct sl_str before, struct sl_err *e)
{
	char *p = NULL;

	if (before.p && sl_str_eq(*s, before)) {
		*s = before;
		return SL_OK;
	}
	p = sl_str_dup(a, *s, e);
	if (!p)
		return e->code;
	s->p = p;
	return SL_OK;
}

enum sl_code sl_findings_add(struct sl_findings *list, const struct sl_finding *f, struct sl_err *e)
{
	const struct sl_finding none = {.rule = ""};
	const struct sl_finding *last = list->n ? &list->v[list->n - 1] : &none;
	struct sl_finding own = *f;
	struct sl_finding *v;
	struct sl_str rule = sl_str_from(f->rule);

	if (copy(list->a, &rule, sl_str_from(last->rule), e) || copy(list->a, &own.kind, last->kind, e) ||
	    copy(list->a, &own.record, last->record, e) || copy(list->a, &own.field, last->field, e) ||
	    copy(list->a, &own.source, last->source, e) || copy(list->a, &own.text, last->text, e) ||
	    copy(list->a, &own.suggestion, last->suggestion, e))
		return e->code;
	own.rule = rule.p;
	v = sl_arena_grow(list->a, list->v, &list->cap, list->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	list->v = v;
	list->v[list->n++] = own;
	return SL_OK;
}

const char *sl_severity_name(enum sl_severity s)
{
	static const char *const names[] = {[SL_NOTE] = "note", [SL_WARNING] = "warning", [SL_ERROR] = "error"};

	return names[s];
}

/* Findings that are equal in all of this print the same, so that the order never shows. */
static int compare(const void *pa, const void *pb)
{
	const struct sl_finding *a = pa, *b = pb;
	int c = (int)b->severity - (int)a->severity;

	if (!c)
		c = strcmp(a->rule, b->rule);
	if (!c)
		c = sl_str_cmp(a->kind, b->kind);
	if (!c)
		c = sl_str_cmp(a->record, b->record);
	if (!c)
		c = sl_str_cmp(a->field, b->field);
	if (!c)
		c = sl_str_cmp(a->source, b->source);
	if (!c)
		c = sl_str_cmp(a->text, b->text);
	if (!c)
		c = sl_str_cmp(a->suggestion, b->suggestion);
	return c ? c : memcmp(a->uuid.b, b->uuid.b, sizeof a->uuid.b);
}

void sl_findings_sort(struct sl_findings *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof *list->v, compare);
}
