/* Private to app/report*.c. */
#ifndef SL_APP_REPORT_PARTS_H
#define SL_APP_REPORT_PARTS_H

#include "app/report.h"
#include "app/report_cell.h"
#include "geo/globe.h"
#include "report/template.h"

enum {
	SL_SPEC_COLUMNS_MAX = 40,
	SL_SPEC_BY_MAX = 2,
	SL_SPEC_CONDITIONS_MAX = 8,
	SL_MAKER_ACCOUNTS_MAX = 16
};

/* What a column, a series or a figure is worked out from. */
enum sl_measure_type {
	SL_MEASURE_GROUND,
	SL_MEASURE_RECORDS,
	SL_MEASURE_PERCENT,
	SL_MEASURE_KEY,
	SL_MEASURE_FIELD
};
struct sl_measure {
	enum sl_measure_type type;
	struct sl_cell_term term[SL_CELL_TERMS_MAX];
	size_t n_terms;
	struct sl_tally_query query;
	struct sl_tally_condition condition[SL_SPEC_CONDITIONS_MAX];
	struct sl_str of, by; /* PERCENT: names of columns */
	struct sl_str field;  /* FIELD */
	enum sl_unit unit;
	uint8_t decimals;
};
struct sl_spec_column {
	struct sl_str name, heading, group, style, notes;
	struct sl_measure measure;
	int line;
};
enum sl_spec_source {
	SL_FROM_GROUND,
	SL_FROM_RECORDS,
	SL_FROM_LIST,
	SL_FROM_AREAS,
	SL_FROM_FINDINGS,
	SL_FROM_ARTICLE5,
	SL_FROM_POINTS,
	SL_FROM_PLACE,
	SL_FROM_NEAR,
	SL_FROM_CHANGES
};
struct sl_spec { /* a table, chart or figure of a template, read */
	const struct sl_template_item *item;
	enum sl_spec_source source;
	const struct sl_kind *kind;
	struct sl_str by[SL_SPEC_BY_MAX], by_heading[SL_SPEC_BY_MAX];
	size_t n_by;
	struct sl_str dates;
	bool all_time; /* not only the period */
	bool no_total, suppress, drop_zeros;
	bool of_record; /* lists: only what speaks of the record that the report is of */
	struct sl_tally_condition where[SL_SPEC_CONDITIONS_MAX];
	size_t n_where;
	struct sl_spec_column *column;
	size_t n_columns;
};

struct sl_subject { /* the record that a report is of */
	int64_t number; /* 0: it is of none */
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_str id, name;
	struct sl_globe globe; /* of the releases on it */
	struct sl_box box;     /* theirs */
	struct sl_map about; /* "kind:id" of it and of the work on it; what names one of these is listed */
	struct sl_map lands; /* "hazard:id": itself, or what it names */
};

struct sl_named_amount {
	struct sl_str name;
	struct sl_amount amount;
};

struct sl_report_maker {
	struct sl_programme *p;
	struct sl_arena *a;
	const struct sl_report_request *request;
	struct sl_document *d;
	const struct sl_locale *locale;
	int language; /* of the dictionary */
	struct sl_template template;
	struct sl_spec **spec; /* by item of the template; NULL where it has none */
	struct sl_date from, to;
	char from_text[11], to_text[11];
	struct sl_ledger ledger;
	struct sl_account_answer first; /* owns the ledger unless the caller does */
	bool has_first;
	struct {
		struct sl_str by;
		bool period;
		struct sl_account_answer answer;
	} account[SL_MAKER_ACCOUNTS_MAX];
	size_t n_accounts;
	struct sl_tally *tally; /* by number of the kind; kind NULL: not wanted */
	struct sl_named_amount *figure;
	size_t n_figures, cap_figures;
	struct {
		const struct sl_spec *spec;
		struct sl_doc_table *table;
	} * held; /* tables whose small counts are marked, not yet taken out */
	size_t n_held, cap_held;
	struct sl_subject subject;
	struct sl_ask_answer answer; /* of the place that the report is of */
	bool has_answer;
	struct sl_map places, organisations; /* code -> index in name */
	struct sl_str *name;
	size_t n_names, cap_names;
};

/* report_spec.c: reading what a template asks for */
SL_CHECKED enum sl_code sl_spec_read(struct sl_report_maker *m, const struct sl_template_item *item,
                                     struct sl_spec **out, struct sl_err *e);
SL_CHECKED enum sl_code sl_spec_want(struct sl_report_maker *m, const struct sl_spec *s, struct sl_err *e);

/* report_make.c: what frames a report */
SL_CHECKED enum sl_code sl_maker_find(struct sl_report_maker *m, const char *name, struct sl_str *text,
                                      const char **file, struct sl_err *e);
struct sl_str sl_maker_page_word(const struct sl_report_maker *m, const char *word); /* "@period year": "year" */
SL_CHECKED enum sl_code sl_maker_period(struct sl_report_maker *m, struct sl_err *e);

/* report_words.c: texts */
struct sl_str sl_maker_text(struct sl_report_maker *m, struct sl_str english, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_runs(struct sl_report_maker *m, struct sl_str text, int line,
                                      struct sl_runs *out, struct sl_err *e);
/* Text with its placeholders filled, where no number can stand as one: captions, titles. */
SL_CHECKED enum sl_code sl_maker_plain(struct sl_report_maker *m, struct sl_str text, int line,
                                       struct sl_str *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_names(struct sl_report_maker *m, struct sl_err *e);
bool sl_maker_is_organisation(struct sl_str field); /* whose code stands for a name */
struct sl_str sl_maker_organisation(const struct sl_report_maker *m, struct sl_str code);
SL_CHECKED enum sl_code sl_maker_label(struct sl_report_maker *m, const struct sl_spec *s,
                                       struct sl_str dimension, struct sl_str key, struct sl_str *out,
                                       struct sl_err *e);

/* report_value.c: numbers */
SL_CHECKED enum sl_code sl_maker_account(struct sl_report_maker *m, struct sl_str by, bool period,
                                         struct sl_account_answer **out, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_value(struct sl_report_maker *m, const struct sl_spec *s,
                                       const struct sl_measure *measure, const struct sl_account_line *line,
                                       const struct sl_tally_condition *row, size_t n_row,
                                       struct sl_amount *out, struct sl_err *e);
void sl_maker_query(const struct sl_report_maker *m, const struct sl_spec *s,
                    const struct sl_measure *measure, const struct sl_tally_condition *row, size_t n_row,
                    struct sl_tally_condition *room, struct sl_tally_query *out);

/* report_table.c, report_chart.c, report_list.c: nodes */
SL_CHECKED enum sl_code sl_maker_rows(struct sl_report_maker *m, const struct sl_spec *s,
                                      struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_column_notes(struct sl_report_maker *m, const struct sl_spec_column *c,
                                              struct sl_doc_column *out, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_table(struct sl_report_maker *m, const struct sl_spec *s,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_chart(struct sl_report_maker *m, const struct sl_spec *s,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_list(struct sl_report_maker *m, const struct sl_spec *s,
                                      struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_areas(struct sl_report_maker *m, const struct sl_spec *s,
                                       struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_findings(struct sl_report_maker *m, const struct sl_spec *s,
                                          struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_article5(struct sl_report_maker *m, const struct sl_spec *s,
                                          struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_map(struct sl_report_maker *m, const struct sl_template_item *item,
                                     struct sl_err *e);
/* report_subject.c: the record that a report is of */
SL_CHECKED enum sl_code sl_maker_subject(struct sl_report_maker *m, struct sl_err *e);
/* Does the record name the subject, or work on it?  Of hazards: is it the subject's land? */
bool sl_subject_has(const struct sl_report_maker *m, const struct sl_kind *kind,
                    const struct sl_record *rec);
/* Turning points of the subject, and of the releases on it. */
SL_CHECKED enum sl_code sl_maker_points(struct sl_report_maker *m, const struct sl_spec *s,
                                        struct sl_doc_table *t, struct sl_err *e);
/* report_place.c: the place that a report is of, and what is recorded there */
SL_CHECKED enum sl_code sl_maker_place(struct sl_report_maker *m, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_answer(struct sl_report_maker *m, struct sl_err *e); /* "@answer": sentences */
SL_CHECKED enum sl_code sl_maker_ground(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e);
SL_CHECKED enum sl_code sl_maker_near(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e);
/* report_residual.c: "@residual": what may be left, or why that cannot be said */
SL_CHECKED enum sl_code sl_maker_residual(struct sl_report_maker *m, const struct sl_template_item *item,
                                          struct sl_err *e);
/* report_changes.c: what changed in the period, in sentences */
SL_CHECKED enum sl_code sl_maker_changes(struct sl_report_maker *m, struct sl_doc_table *t, struct sl_err *e);
/* report_suppress.c: withhold small counts of people, and as many others as keep them from being worked
 * out. */
SL_CHECKED enum sl_code sl_suppress(struct sl_arena *a, struct sl_doc_table *t, int64_t below,
                                    struct sl_err *e);
/* The same in two steps: which are withheld, and taking their values out. */
SL_CHECKED enum sl_code sl_suppress_mark(struct sl_arena *a, struct sl_doc_table *t, int64_t below, struct sl_err *e);
void sl_suppress_wipe(struct sl_doc_table *t);
/* When all is made: what is withheld in one table is withheld in every other, in charts and in sentences. */
SL_CHECKED enum sl_code sl_suppress_document(struct sl_report_maker *m, struct sl_err *e);
/* report_table.c */
void sl_maker_percents(const struct sl_spec *s, struct sl_doc_table *t);

#endif
