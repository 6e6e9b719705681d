/* The analyses: one entry each, from which follow the command (cli/cmd_analysis.c), /api/analysis/NAME, the page and
 * the report.  Each says what it says in one shape (analysis/statement.h) and changes nothing. */
#ifndef SL_APP_ANALYSIS_H
#define SL_APP_ANALYSIS_H

#include "analysis/statement.h"
#include "app/report.h"

enum sl_analysis_type {
	SL_ANALYSIS_TEXT,
	SL_ANALYSIS_NUMBER,
	SL_ANALYSIS_COUNT,  /* a whole number, not negative */
	SL_ANALYSIS_SHARE,  /* 0 to 1 */
	SL_ANALYSIS_DATE,
	SL_ANALYSIS_RECORD, /* UUID, identifier or kind:identifier */
	SL_ANALYSIS_FILE,   /* of the command line's machine; a server takes none */
	SL_ANALYSIS_FLAG
};
struct sl_analysis_parameter {
	const char *name; /* "pass-share": --pass-share, ?pass-share= */
	const char *says; /* SL_TEXT("analysis", ...): what it is, for a form */
	enum sl_analysis_type type;
	const char *unit;    /* as in sl_quantity; may be NULL */
	const char *choices; /* "I|II|III": SL_ANALYSIS_TEXT is one of them; NULL: any */
	double low, high;    /* numbers outside are refused; both 0: any */
	const char *otherwise; /* what holds when it is not given, as it would be typed; NULL: nothing */
	bool required;
	bool of_file; /* of use beside a file only: pages do not ask for it */
};
struct sl_analysis_answer {
	bool given; /* or has an `otherwise` */
	struct sl_str text;
	double number;
	struct sl_date date;
};
struct sl_analysis_question {
	const struct sl_analysis *analysis;
	struct sl_analysis_answer *answer; /* one for each parameter */
	const struct sl_ledger *ledger;    /* as in sl_account_request; may be NULL */
};
struct sl_analysis {
	const char *name;  /* "residual" */
	const char *title; /* SL_TEXT("analysis", ...) */
	const char *says;  /* SL_TEXT("analysis", ...): one sentence: what it is for */
	const struct sl_analysis_parameter *parameter; /* ends with a NULL name */
	/* SL_INVALID is one sentence that says which input is wrong or missing and what to do: then there is no number. */
	enum sl_code (*run)(struct sl_programme *p, struct sl_arena *a, const struct sl_analysis_question *q,
	                    struct sl_statement *out, struct sl_err *e);
};

/* One entry each, in app/NAME.c. */
extern const struct sl_analysis sl_analysis_residual;
extern const struct sl_analysis sl_analysis_sample;
extern const struct sl_analysis sl_analysis_clock;
extern const struct sl_analysis sl_analysis_exposure;
extern const struct sl_analysis sl_analysis_estimate;

const struct sl_analysis *sl_analysis_at(size_t i); /* NULL behind the last */
const struct sl_analysis *sl_analysis_find(struct sl_str name);

/* Takes `text` for the parameter of that name after it was looked at; SL_INVALID names parameter and fault. */
SL_CHECKED enum sl_code sl_analysis_ask(const struct sl_analysis *n, struct sl_arena *a,
                                        struct sl_analysis_question *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_analysis_answer(struct sl_analysis_question *q, struct sl_str parameter, struct sl_str text,
                                           struct sl_err *e);
/* What is required and was not answered is SL_INVALID. */
SL_CHECKED enum sl_code sl_analysis_run(struct sl_programme *p, struct sl_arena *a,
                                        const struct sl_analysis_question *q, struct sl_statement *out,
                                        struct sl_err *e);
/* The answer of a parameter, for `run`; there is one of that name. */
const struct sl_analysis_answer *sl_analysis_given(const struct sl_analysis_question *q, const char *parameter);

/* ---- what is said, rendered ---- */
void sl_statement_text(struct sl_buf *b, const struct sl_statement *s, const struct sl_locale *l);
void sl_statement_json(struct sl_buf *b, const struct sl_statement *s, const struct sl_locale *l);    /* docs/formats/analysis.md */
void sl_statement_csv(struct sl_buf *b, const struct sl_statement *s);     /* its figures and tables, a row each */
void sl_statement_geojson(struct sl_buf *b, const struct sl_statement *s); /* its shapes */
/* The middles of its shapes, for a receiver. */
void sl_statement_gpx(struct sl_buf *b, const struct sl_statement *s, int64_t made_ms);
/* A sentence in a language, filled. */
void sl_sentence_text(struct sl_buf *b, const struct sl_sentence *s, const struct sl_locale *l);
/* At the end of a document: as a report of its own, or as a part of one. */
SL_CHECKED enum sl_code sl_statement_document(struct sl_document *d, const struct sl_statement *s, struct sl_err *e);
/* The report of an analysis: sl_report_write and sl_report_done take it. */
SL_CHECKED enum sl_code sl_analysis_report(struct sl_programme *p, const struct sl_analysis_question *q,
                                           const struct sl_locale *l, struct sl_report *out, struct sl_err *e);
/* [{name, title, says, parameters}]: what there is, for the page. */
void sl_analyses_json(struct sl_buf *b, const struct sl_locale *l);

#endif
