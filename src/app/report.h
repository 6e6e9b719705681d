/* Reports: a template, a programme and a period become a document, and the document a file. */
#ifndef SL_APP_REPORT_H
#define SL_APP_REPORT_H

#include "app/account.h"
#include "app/ask.h"
#include "report/document.h"
#include "report/html.h"

struct sl_report_fact { /* what the programme does not hold and a template asks for: "authority" */
	struct sl_str name, value;
};

struct sl_report_given { /* a template that stands nowhere yet */
	struct sl_str text;
	const char *file; /* for messages */
};

struct sl_report_request {     /* texts as typed; NULL where not given */
	const char *template_name; /* "article7" */
	const char *folder;        /* a country's own templates go before the built-in ones */
	const char *from, *to, *as_of, *known_at;
	const char *language; /* NULL: English */
	const struct sl_report_fact *fact;
	size_t n_facts;
	const struct sl_ledger *ledger; /* as in sl_account_request */
	const char *record;             /* of templates that say "@of record": UUID, identifier or kind:identifier */
	const struct sl_question *place; /* of those that say "@of place" */
	const struct sl_report_given *given; /* NULL: what `template_name` finds */
};

/* Everything that a document's streams still need lives here: keep it, the request and the programme until the
 * document is written. */
struct sl_report {
	struct sl_arena arena;
	struct sl_document *document;
	struct sl_report_maker *maker;
};

/* SL_NOT_FOUND names the templates that there are; SL_INVALID names the template's line, or the date. */
SL_CHECKED enum sl_code sl_report_make(struct sl_programme *p, const struct sl_report_request *r,
                                       struct sl_report *out, struct sl_err *e);
/* Only reads the template and what its tables, charts and figures ask for; makes no document. */
SL_CHECKED enum sl_code sl_report_read(struct sl_programme *p, const struct sl_report_request *r,
                                       struct sl_report *out, struct sl_err *e);
void sl_report_done(struct sl_report *r); /* also after a failure */

enum sl_report_format { SL_REPORT_HTML, SL_REPORT_PDF, SL_REPORT_XLSX, SL_REPORT_CSV, SL_REPORT_FORMATS };
/* By the end of a file's name; SL_INVALID names those that there are. */
SL_CHECKED enum sl_code sl_report_format_of(const char *path, enum sl_report_format *out, struct sl_err *e);
/* `html` may be NULL; `table` (may be empty) is for CSV. */
SL_CHECKED enum sl_code sl_report_write(const struct sl_report *r, enum sl_report_format format,
                                        const struct sl_html *html, struct sl_str table,
                                        const struct sl_sink *s, struct sl_err *e);

/* What a template asks for and would report, without making it. */
struct sl_report_ask {
	struct sl_str name, question;
	bool date; /* its answer is a date */
};
struct sl_report_about {
	struct sl_str title, description; /* the description in English: the template's first comment */
	struct sl_str period;             /* "year", "month", "today", "all" */
	struct sl_str of;                 /* "record" or "place": it is of one, which the request names; else empty */
	char from[11], to[11];            /* of the request, else what it would be today; from may be empty */
	struct sl_report_ask *ask;
	size_t n_asks;
	bool findings; /* says what the rules find, which not everybody may read */
};
/* Uses template_name, folder, language and the dates; texts live in `a`. */
SL_CHECKED enum sl_code sl_report_about(struct sl_programme *p, struct sl_arena *a, const struct sl_report_request *r,
                                        struct sl_report_about *out, struct sl_err *e);

/* What templates there are: the built-in ones, by name. */
struct sl_report_template {
	const char *name;
	struct sl_str text;
};
const struct sl_report_template *sl_report_template_at(size_t i); /* NULL behind the last */
/* The text of a template in `folder` ("NAME.LANGUAGE.txt", then "NAME.txt"), else the programme's own (app/report_own.h;
 * `p` may be NULL), else the built-in one. */
SL_CHECKED enum sl_code sl_report_template_find(struct sl_programme *p, struct sl_arena *a, const char *folder,
                                                const char *name, const char *language, struct sl_str *text,
                                                const char **file, struct sl_err *e);

#endif
