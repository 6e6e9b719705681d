/* A finding: something wrong or doubtful in the data, with a stable rule id, a place and a suggestion.
 * Findings are data, not errors: the record is kept. Rule ids: docs/manual/rules.md. */
#ifndef SL_MODEL_FINDING_H
#define SL_MODEL_FINDING_H

#include "base/str.h"
#include "base/uuid.h"

enum sl_severity { SL_NOTE, SL_WARNING, SL_ERROR };

struct sl_finding {
	const char *rule; /* "G06" */
	enum sl_severity severity;
	struct sl_str kind;       /* kind of record, empty when about the programme or the file */
	struct sl_str record;     /* the source's own id of the record; else its UUID */
	struct sl_uuid uuid;      /* the record; nil when none */
	struct sl_str field;      /* may be empty */
	struct sl_str source;     /* file and row it came from, may be empty */
	struct sl_str text;       /* one plain sentence: what is wrong */
	struct sl_str suggestion; /* one plain sentence: what to do */
	double lon, lat;          /* where on the map; NAN when nowhere */
	double area_m2;           /* ground it concerns; 0 when none */
};

struct sl_findings {
	struct sl_arena *a; /* texts and list live here */
	struct sl_finding *v;
	size_t n, cap;
};

/* Adds a copy; all texts are copied into the list's arena, each with a NUL behind it. */
SL_CHECKED enum sl_code sl_findings_add(struct sl_findings *list, const struct sl_finding *f,
                                        struct sl_err *e);
const char *sl_severity_name(enum sl_severity s); /* "note", "warning", "error" */
/* Orders by severity (worst first), rule, kind, record: stable output for golden files. */
void sl_findings_sort(struct sl_findings *list);

#endif
