/* The JSON that the pages are made of: docs/formats/api.md.  Each handler calls one use case of app/. */
#include "http/routes.h"

#include "http/parts.h"
#include "http/who.h"

#include "app/account.h"
#include "app/browse.h"
#include "app/export_list.h"
#include "app/history.h"
#include "app/report_cell.h"
#include "app/sealed.h"
#include "base/mem.h"
#include "http/openapi.h"

#include <stdio.h>
#include <string.h>

#define JSON "application/json"

enum {
	LIMIT_USUAL = 50,
	LIMIT_MAX = 1000,
	CONDITIONS_MAX = 32,
	COLUMNS_MAX = 200,
	SEARCH_MAX = 50,
};

static char *text_or_null(struct sl_request *r, const char *name, struct sl_err *e)
{
	bool found;
	struct sl_str text = sl_request_query(r, name, &found);

	return found && !e->code ? sl_str_dup(r->arena, text, e) : NULL;
}

/* Answers that follow from the content alone: a client that has this one is told so and nothing is made. */
static bool known_already(struct sl_request *r, struct sl_response *out, const char *day, struct sl_err *e)
{
	out->type = JSON;
	return sl_response_etag(r, out, sl_str_from(day), e) || sl_response_is_known(r, out);
}

/* Answers "as of today" change with the day. */
static const char *today(struct sl_request *r, char day[11])
{
	sl_date_text((struct sl_date){(int32_t)(sl_env_now_ms(r->env) / 86400000)}, day);
	return day;
}

/* ---- overview ---- */

static enum sl_code make_overview(struct sl_request *r, void **out, struct sl_err *e)
{
	struct sl_overview *o = sl_mem_zeroed(sizeof *o);

	if (!o)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_overview_make(r->programme, o, e)) {
		sl_mem_free(o);
		return e->code;
	}
	*out = o;
	return SL_OK;
}

static void free_overview(void *thing)
{
	sl_overview_done(thing);
	sl_mem_free(thing);
}

static const struct sl_shared_slot overview_slot = {.name = "overview", .make = make_overview, .done = free_overview};

/* The organisation whose records who asks may see; NULL: all records. */
static const struct sl_str *only_of(const struct sl_request *r)
{
	static const struct sl_str nobody = {"", 0};

	if (sl_request_may(r, SL_RIGHT_READ_APPROVED) == SL_EXTENT_ALL)
		return NULL;
	return r->person ? &r->person->organisation : &nobody;
}

static enum sl_code own_programme(struct sl_request *r, struct sl_str organisation, int language,
                                  struct sl_response *out, struct sl_err *e)
{
	struct sl_overview own = {0};

	if (!sl_overview_make_of(r->programme, organisation, &own, e))
		(void)!sl_overview_json(r->programme, &own, r->version, language, &out->body, e);
	sl_overview_done(&own);
	return e->code;
}

static enum sl_code programme(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_str *own = only_of(r);
	int language = sl_request_language(r, out);
	struct sl_str name, country;
	char *salt, day[11];
	void *overview;

	/* What it is called is no record: the version does not tell that it changed. */
	if (sl_store_fact(r->programme->db, r->arena, "name", &name, e) ||
	    sl_store_fact(r->programme->db, r->arena, "country", &country, e))
		return e->code;
	salt = sl_arena_printf(r->arena, e, "%s %d %.*s %.*s", today(r, day), language, SL_STR_ARG(country), SL_STR_ARG(name));
	if (!salt || known_already(r, out, salt, e))
		return e->code;
	if (own)
		return own_programme(r, *own, language, out, e);
	if (sl_shared_get(r, &overview_slot, &overview, e))
		return e->code;
	return sl_overview_json(r->programme, overview, r->version, language, &out->body, e);
}

/* ---- the ledger ---- */

static enum sl_code read_account(struct sl_request *r, struct sl_account_request *q, struct sl_err *e)
{
	*q = (struct sl_account_request){.as_of = text_or_null(r, "as-of", e),
	                                 .from = text_or_null(r, "from", e),
	                                 .to = text_or_null(r, "to", e),
	                                 .known_at = text_or_null(r, "known-at", e),
	                                 .by = text_or_null(r, "by", e)};
	return e->code ? e->code : sl_account_check(q, r->env, e);
}

static enum sl_code account(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_account_answer answer = {0};
	struct sl_account_request q;
	struct sl_tile_loan loan;
	char day[11];

	if (read_account(r, &q, e) || known_already(r, out, today(r, day), e) || sl_request_ledger(r, &loan, e))
		return e->code;
	q.ledger = loan.ledger;
	if (!sl_account_answer(r->programme, &q, &answer, e))
		sl_account_json(&out->body, &answer);
	sl_account_done(&answer);
	sl_tile_ledger_return(&loan);
	return e->code;
}

static enum sl_code why(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const char *cell = text_or_null(r, "cell", e);
	struct sl_report_cell c;
	struct sl_tile_loan loan;
	char day[11];

	if (e->code || sl_report_cell_parse(r->arena, r->programme->dict, sl_str_from(cell), &c, e) ||
	    sl_account_check(&c.account, r->env, e))
		return e->code;
	if (c.of == SL_CELL_OF_FINDINGS && sl_request_may(r, SL_RIGHT_READ_FINDINGS) != SL_EXTENT_ALL)
		return sl_fail(e, SL_DENIED, "your role does not allow this");
	if (known_already(r, out, today(r, day), e) ||
	    sl_request_ledger(r, &loan, e))
		return e->code;
	(void)!sl_report_cell_why(r->programme, loan.ledger, sl_str_from(cell), SL_FORMAT_JSON, &out->body, e);
	sl_tile_ledger_return(&loan);
	return e->code;
}

/* ---- records ---- */

static enum sl_code kind_of(struct sl_request *r, const struct sl_kind **out, struct sl_err *e)
{
	*out = sl_dictionary_kind(r->programme->dict, r->value[0]);
	return *out ? SL_OK : sl_fail(e, SL_NOT_FOUND, "there is no kind of record '%.*s'", SL_STR_ARG(r->value[0]));
}

/* What the parameters say of a table, but for its page.  Texts live as long as the request. */
static enum sl_code read_listing(struct sl_request *r, struct sl_list_condition condition[CONDITIONS_MAX],
                                 struct sl_listing *q, struct sl_err *e)
{
	static const char *const own[] = {"limit", "offset", "sort", "columns"};
	struct sl_str sort = sl_request_query(r, "sort", NULL);

	q->condition = condition;
	q->organisation = only_of(r);
	q->descending = sort.n && sort.p[0] == '-';
	q->sort = q->descending ? (struct sl_str){sort.p + 1, sort.n - 1} : sort;
	for (size_t i = 0; i < r->n_query; i++) {
		struct sl_str name = r->query[i].name;
		bool is_own = false;

		for (size_t k = 0; k < sizeof own / sizeof *own; k++)
			is_own |= sl_str_is(name, own[k]);
		if (is_own)
			continue;
		if (q->n_conditions == CONDITIONS_MAX)
			return sl_fail(e, SL_INVALID, "there are more than %d conditions", CONDITIONS_MAX);
		condition[q->n_conditions++] = (struct sl_list_condition){name, r->query[i].value};
	}
	return SL_OK;
}

static enum sl_code records(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_list_condition condition[CONDITIONS_MAX];
	struct sl_listing q = {0};
	struct sl_overview *overview;
	int64_t total = -1;
	void *thing;

	if (kind_of(r, &q.kind, e) ||
	    sl_request_int(r, "limit", LIMIT_USUAL, 1, LIMIT_MAX, true, &q.limit, e) ||
	    sl_request_int(r, "offset", 0, 0, INT64_MAX / 2, false, &q.offset, e) ||
	    read_listing(r, condition, &q, e) || known_already(r, out, "", e))
		return e->code;
	if (!q.n_conditions && !q.organisation) {
		if (sl_shared_get(r, &overview_slot, &thing, e))
			return e->code;
		overview = thing;
		total = overview->count[q.kind->number];
	}
	return sl_list_json(r->programme, &q, total, &out->body, e);
}

/* hazard.csv, with the conditions, the order and the columns of a table. */
static enum sl_code export_records(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_list_condition condition[CONDITIONS_MAX];
	struct sl_str file = r->value[0], rest = sl_request_query(r, "columns", NULL), column[COLUMNS_MAX];
	struct sl_listing q = {0};
	enum sl_list_format format;
	size_t n = 0, ending = file.n;
	char *name;

	while (ending && file.p[ending - 1] != '.')
		ending--;
	if (ending)
		q.kind = sl_dictionary_kind(r->programme->dict, (struct sl_str){file.p, ending - 1});
	if (!q.kind || !sl_list_format_from(file, &format))
		return sl_fail(e, SL_NOT_FOUND, "ask for a kind of record with .csv, .geojson or .xlsx behind it");
	while (rest.n && sl_str_split(&rest, ',', &column[n]))
		if (++n == COLUMNS_MAX)
			return sl_fail(e, SL_INVALID, "there are more than %d columns", COLUMNS_MAX - 1);
	name = sl_arena_printf(r->arena, e, "attachment; filename=\"%.*s\"", SL_STR_ARG(file));
	if (!name || read_listing(r, condition, &q, e))
		return e->code;
	out->type = sl_list_format_type(format);
	sl_response_header(out, "Content-Disposition", sl_str_from(name));
	return sl_list_export(r->programme, &q, n ? column : NULL, n, format, &out->body, e);
}

static enum sl_code record(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	const struct sl_kind *kind;

	if (kind_of(r, &kind, e) || known_already(r, out, "", e))
		return e->code;
	return sl_record_page_json(r->programme, kind, r->value[1], &who, &out->body, e);
}

/* Nothing of it is kept anywhere: no-store follows from there being no etag. */
static enum sl_code sealed(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_person who = sl_request_person(r);
	struct sl_actor by = sl_request_actor(r);
	const struct sl_kind *kind;
	struct sl_people *people;

	out->type = JSON;
	if (kind_of(r, &kind, e) || sl_request_people(r, &people, e))
		return e->code;
	return sl_sealed_json(r->programme, people, &who, &by, kind, r->value[1], &out->body, e);
}

static enum sl_code history(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const char *name = sl_str_dup(r->arena, r->value[0], e);
	struct sl_person who = sl_request_person(r);

	if (!name || known_already(r, out, "", e))
		return e->code;
	return sl_history_seen_json(r->programme, name, &who, &out->body, e);
}

/* ---- search ---- */

static enum sl_code make_names(struct sl_request *r, void **out, struct sl_err *e)
{
	struct sl_place_names *n = sl_mem_zeroed(sizeof *n);

	if (!n)
		return sl_fail(e, SL_NOMEM, "out of memory");
	if (sl_place_names_make(r->programme, n, e)) {
		sl_mem_free(n);
		return e->code;
	}
	*out = n;
	return SL_OK;
}

static void free_names(void *thing)
{
	sl_place_names_done(thing);
	sl_mem_free(thing);
}

static const struct sl_shared_slot names_slot = {.name = "place names", .make = make_names, .done = free_names};

static enum sl_code search(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str q = sl_str_trim(sl_request_query(r, "q", NULL));
	struct sl_person who = sl_request_person(r);
	int64_t limit;
	void *names;

	if (q.n > 200)
		return sl_fail(e, SL_INVALID, "q is longer than 200 bytes");
	out->type = JSON;
	if (sl_request_int(r, "limit", 20, 1, SEARCH_MAX, true, &limit, e) || sl_shared_get(r, &names_slot, &names, e))
		return e->code;
	return sl_search_json(r->programme, names, q, (size_t)limit, &who, &out->body, e);
}

/* ---- what there is ---- */

static enum sl_code description(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_openapi doc = {
	    .title = "Safelane",
	    .description = "What the pages of Safelane are made of. Other programs are served better by /ogc.",
	    .server = r->base,
	    .prefix = "",
	};

	(void)e;
	out->type = "application/vnd.oai.openapi+json;version=3.0";
	sl_openapi_json(&out->body, &doc);
	return SL_OK;
}

#define TEXT "{\"type\":\"string\"}"
#define DATE "{\"type\":\"string\",\"format\":\"date\"}"
#define PAGING                                                                                                        \
	{.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"default\":50}",                                \
	 .description = "How many at most."},                                                                             \
	{                                                                                                                 \
		.name = "offset", .schema = "{\"type\":\"integer\",\"minimum\":0,\"default\":0}",                             \
		.description = "How many to pass over."                                                                       \
	}

static const struct sl_parameter programme_query[] = {
    {.name = "lang", .schema = TEXT, .description = "The language of the labels; without it Accept-Language decides."},
    {0}};
static const struct sl_parameter account_query[] = {
    {.name = "as-of", .schema = DATE, .description = "The closing date; today when left out."},
    {.name = "from", .schema = DATE, .description = "The first day of the period."},
    {.name = "to", .schema = DATE, .description = "The last day of the period."},
    {.name = "known-at", .schema = TEXT, .description = "The moment whose knowledge counts."},
    {.name = "by", .schema = "{\"type\":\"string\",\"enum\":[\"admin1\",\"admin2\",\"org\",\"contamination\",\"year\"]}",
     .description = "The breakdown."},
    {0}};
static const struct sl_parameter why_query[] = {
    {.name = "cell", .schema = TEXT, .description = "A cell of an account.", .required = true}, {0}};
static const struct sl_parameter records_query[] = {
    {.name = "sort", .schema = TEXT, .description = "A column; with '-' before it, downwards."}, PAGING, {0}};
static const struct sl_parameter export_query[] = {
    {.name = "sort", .schema = TEXT, .description = "A column; with '-' before it, downwards."},
    {.name = "columns", .schema = TEXT, .description = "Columns with commas between them; all when left out."},
    {0}};
static const struct sl_parameter search_query[] = {
    {.name = "q", .schema = TEXT, .description = "An identifier, the name of a place, a position.", .required = true},
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":50,\"default\":20}",
     .description = "How many at most."},
    {0}};

/* Land accounts and places say something of everybody's records: only for who may see all. */
#define WHOLE .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_ALL
/* The handler leaves out what is of others. */
#define OWN(r) .right = r, .extent = SL_EXTENT_OWN_ORGANISATION

const struct sl_route sl_routes_api[] = {
    {.method = SL_GET, .path = "/api", .role = SL_ROLE_PUBLIC, .handler = description,
     .types = "application/vnd.oai.openapi+json;version=3.0", .summary = "This description",
     .flags = SL_ROUTE_WITHOUT_PROGRAMME | SL_ROUTE_STATIC},
    {.method = SL_GET, .path = "/api/programme", .role = SL_ROLE_READER, OWN(SL_RIGHT_READ_APPROVED),
     .handler = programme, .query = programme_query, .types = JSON,
     .summary = "What the programme is and holds", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/account", .role = SL_ROLE_READER, WHOLE,
     .handler = account, .query = account_query,
     .types = JSON, .summary = "The land account", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/why", .role = SL_ROLE_READER, WHOLE,
     .handler = why, .query = why_query, .types = JSON,
     .summary = "The records behind one figure of an account", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/history/{record}", .role = SL_ROLE_READER, OWN(SL_RIGHT_READ_APPROVED),
     .handler = history, .types = JSON,
     .summary = "Every revision of a record"},
    {.method = SL_GET, .path = "/api/records/{kind}", .role = SL_ROLE_READER, OWN(SL_RIGHT_READ_APPROVED),
     .handler = records,
     .query = records_query, .types = JSON, .summary = "A table of records; other parameters are conditions on columns",
     .flags = SL_ROUTE_SLOW | SL_ROUTE_OPEN_QUERY},
    {.method = SL_GET, .path = "/api/records/{kind}/{id}", .role = SL_ROLE_READER, OWN(SL_RIGHT_READ_APPROVED),
     .handler = record, .types = JSON,
     .summary = "One record"},
    {.method = SL_GET, .path = "/api/records/{kind}/{id}/sealed", .role = SL_ROLE_READER,
     .right = SL_RIGHT_READ_SENSITIVE, .extent = SL_EXTENT_OWN_ENTRIES, .handler = sealed, .types = JSON,
     .summary = "The sensitive part of a record; the reading is in the audit log", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/export/{file}", .role = SL_ROLE_READER, OWN(SL_RIGHT_EXPORT),
     .handler = export_records, .query = export_query,
     .types = "text/csv application/geo+json application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
     .summary = "A table of records as a file; other parameters are conditions on columns",
     .flags = SL_ROUTE_SLOW | SL_ROUTE_OPEN_QUERY},
    {.method = SL_GET, .path = "/api/search", .role = SL_ROLE_READER, OWN(SL_RIGHT_READ_APPROVED),
     .handler = search, .query = search_query,
     .types = JSON, .summary = "Find a record, a place or a position", .flags = SL_ROUTE_SLOW},
    {0}};
