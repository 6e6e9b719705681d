/* The rules: one row for each rule id, with what it says and what to do about it.
 * docs/manual/rules.md is this table in print; a test compares the two. */
#ifndef SL_CHECKS_RULE_H
#define SL_CHECKS_RULE_H

#include "model/finding.h"

enum sl_rule_scope {
	SL_RULE_RECORD,    /* judges one record alone, at import and by check */
	SL_RULE_HISTORY,   /* judges the approved revisions of one record */
	SL_RULE_PROGRAMME, /* needs all records */
	SL_RULE_READING,   /* found while a file or a line is read: what was written cannot be seen later */
};

struct sl_rule {
	const char *id;            /* stable for ever */
	enum sl_severity severity; /* the usual one; a finding may be milder or graver */
	enum sl_rule_scope scope;
	const char *title;  /* what is wrong */
	const char *advice; /* what to do */
	const char *source; /* who asks for it */
};

extern const struct sl_rule sl_rules[];
extern const size_t sl_rules_n;

const struct sl_rule *sl_rule_find(struct sl_str id); /* NULL when there is none */
const char *sl_rule_scope_name(enum sl_rule_scope scope);

/* The table as Markdown, for the manual. */
void sl_rules_markdown(struct sl_buf *b);

#endif
