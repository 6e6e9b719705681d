/* Looking through a programme: what it holds, tables of records, one record, search.  docs/formats/api.md */
#ifndef SL_APP_BROWSE_H
#define SL_APP_BROWSE_H

#include "app/programme.h"
#include "model/role.h"
#include "store/listing.h"

struct sl_overview {
	struct sl_arena arena;
	int64_t *count; /* by kind number */
	struct sl_date first;
};
SL_CHECKED enum sl_code sl_overview_make(struct sl_programme *p, struct sl_overview *out, struct sl_err *e);
/* Only of the records of an organisation. */
SL_CHECKED enum sl_code sl_overview_make_of(struct sl_programme *p, struct sl_str organisation,
                                            struct sl_overview *out, struct sl_err *e);
void sl_overview_done(struct sl_overview *o);
SL_CHECKED enum sl_code sl_overview_json(struct sl_programme *p, const struct sl_overview *o, int64_t version,
                                         int language, struct sl_buf *b, struct sl_err *e);

/* `total`: of the kind, when there are no conditions and it is known; -1: counted here. */
SL_CHECKED enum sl_code sl_list_json(struct sl_programme *p, const struct sl_listing *q, int64_t total,
                                     struct sl_buf *b, struct sl_err *e);

/* The number of a current record of the kind, by UUID or the source's identifier.  SL_NOT_FOUND, also when
 * `who` (NULL: everybody's eyes) may not see it: that there is one is no business of theirs. `rev` and
 * `rec` in `a`. */
SL_CHECKED enum sl_code sl_record_seen(struct sl_programme *p, struct sl_arena *a,
                                       const struct sl_kind *kind, struct sl_str id,
                                       const struct sl_person *who, struct sl_revision *rev,
                                       struct sl_record *rec, struct sl_err *e);
/* The same, and a record that waits for approval where it is asked for by its UUID: then `rev` has its newest revision's
 * id, record, kind and identity. */
SL_CHECKED enum sl_code sl_record_found(struct sl_programme *p, struct sl_arena *a, const struct sl_kind *kind,
                                        struct sl_str id, const struct sl_person *who, struct sl_revision *rev,
                                        struct sl_standing *standing, struct sl_err *e);
/* One current record.  Sealed fields and places are left out. */
SL_CHECKED enum sl_code sl_record_page_json(struct sl_programme *p, const struct sl_kind *kind,
                                            struct sl_str id, const struct sl_person *who, struct sl_buf *b,
                                            struct sl_err *e);

/* One revision as an object, as the page of a record has it: without what is sealed. */
void sl_revision_json(struct sl_json_writer *w, const struct sl_revision *rev, const struct sl_record *rec);

/* ---- search.c: an identifier or its beginning, a part of a place's name, a position in any notation ---- */
struct sl_place_names { /* of all places, so that a part of a name is found in no time */
	struct sl_arena arena;
	struct sl_buf keys;    /* sl_utf8_key of name, other names and code, each with a line end */
	int64_t *number;       /* record number of each line */
	size_t *at;            /* where each line begins */
	size_t n, cap_number, cap_at;
};
SL_CHECKED enum sl_code sl_place_names_make(struct sl_programme *p, struct sl_place_names *out, struct sl_err *e);
void sl_place_names_done(struct sl_place_names *n);
SL_CHECKED enum sl_code sl_search_json(struct sl_programme *p, const struct sl_place_names *names,
                                       struct sl_str text, size_t limit, const struct sl_person *who,
                                       struct sl_buf *b, struct sl_err *e);

#endif
