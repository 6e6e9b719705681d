/* What is wrong or doubtful in the data: app/finding_list.h over HTTP.  docs/formats/api.md, "Findings". */
#include "http/routes.h"

#include "app/finding_list.h"

#define JSON "application/json"

enum {
	LIMIT_USUAL = 50,
	LIMIT_MAX = 1000,
	AT_ONCE_MAX = 20000, /* revisions: so many are judged without being asked twice */
};

static enum sl_code make_list(struct sl_request *r, void **out, struct sl_err *e)
{
	struct sl_finding_list *l;

	if (!sl_finding_list_make(r->programme, &l, e))
		*out = l;
	return e->code;
}

static void free_list(void *thing)
{
	sl_finding_list_free(thing);
}

static const struct sl_shared_slot list_slot = {.name = "findings", .make = make_list, .done = free_list};

static enum sl_code read_severity(struct sl_str name, enum sl_severity *out, struct sl_err *e)
{
	*out = SL_NOTE;
	for (int s = SL_NOTE; name.n && s <= SL_ERROR; s++)
		if (sl_str_is(name, sl_severity_name((enum sl_severity)s))) {
			*out = (enum sl_severity)s;
			return SL_OK;
		}
	return name.n ? sl_fail(e, SL_INVALID, "severity is note, warning or error") : SL_OK;
}

struct asked {
	struct sl_finding_query q;
	struct sl_str organisation;
	struct sl_person who;
	const struct sl_finding_list *list;
	bool known; /* the client has the answer already */
};

static enum sl_code read_query(struct sl_request *r, struct sl_response *out, struct asked *x, struct sl_err *e)
{
	struct sl_str age = sl_request_query(r, "age", NULL);
	const int32_t today = (int32_t)(sl_env_now_ms(r->env) / 86400000);
	bool given;
	char day[11];
	void *thing;

	*x = (struct asked){.who = sl_request_person(r)};
	x->organisation = sl_request_query(r, "organisation", &given);
	x->q = (struct sl_finding_query){.rule = sl_request_query(r, "rule", NULL),
	                                 .kind = sl_request_query(r, "kind", NULL),
	                                 .organisation = given ? &x->organisation : NULL,
	                                 .today = today,
	                                 .locale = r->locale};
	if (sl_request_may(r, SL_RIGHT_READ_FINDINGS) < SL_EXTENT_ALL)
		x->q.only = &x->who;
	if (age.n && !sl_finding_age_from(age, &x->q.age))
		return sl_fail(e, SL_INVALID, "age is month, year, older or none");
	sl_date_text((struct sl_date){today}, day);
	out->type = JSON;
	out->worded = true;
	if (read_severity(sl_request_query(r, "severity", NULL), &x->q.least, e) ||
	    sl_response_etag(r, out, sl_str_from(day), e))
		return e->code;
	x->known = sl_response_is_known(r, out);
	if (x->known || sl_shared_get(r, &list_slot, &thing, e))
		return e->code;
	x->list = thing;
	return SL_OK;
}

/* Who does not want to wait is told the findings of a small programme, and of a large one when they are there. */
static bool postponed(struct sl_request *r)
{
	return sl_str_is(sl_request_query(r, "wait", NULL), "false") && r->version > AT_ONCE_MAX &&
	       !sl_shared_is_made(r, &list_slot);
}

static enum sl_code findings(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	int64_t limit, offset;
	struct asked x;

	if (postponed(r)) {
		out->type = JSON;
		sl_buf_puts(&out->body, "{\"counts\":null}\n");
		return SL_OK;
	}
	if (sl_request_int(r, "limit", LIMIT_USUAL, 1, LIMIT_MAX, true, &limit, e) ||
	    sl_request_int(r, "offset", 0, 0, INT64_MAX / 2, false, &offset, e) || read_query(r, out, &x, e) || x.known)
		return e->code;
	x.q.limit = limit;
	x.q.offset = offset;
	return sl_finding_list_page(x.list, &x.q, &out->body, e);
}

static enum sl_code counts(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct asked x;

	if (read_query(r, out, &x, e) || x.known)
		return e->code;
	return sl_finding_list_counts(x.list, &x.q, &out->body, e);
}

#define TEXT "{\"type\":\"string\"}"
#define CHOICE                                                                                                        \
	{.name = "rule", .schema = TEXT, .description = "Only findings of this rule."},                                   \
	{.name = "kind", .schema = TEXT, .description = "Only findings about records of this kind."},                     \
	{.name = "severity", .schema = "{\"type\":\"string\",\"enum\":[\"note\",\"warning\",\"error\"]}",                 \
	 .description = "That grave or graver."},                                                                         \
	{.name = "organisation", .schema = TEXT,                                                                          \
	 .description = "Only about records of this organisation; empty: of records that name none."},                    \
	{.name = "age", .schema = "{\"type\":\"string\",\"enum\":[\"month\",\"year\",\"older\",\"none\"]}",               \
	 .description = "How long the record has said so: up to 30 days, up to a year, longer; none: about no record."}

static const struct sl_parameter counts_query[] = {CHOICE, {0}};
static const struct sl_parameter page_query[] = {
    CHOICE,
    {.name = "wait", .schema = "{\"type\":\"boolean\",\"default\":true}",
     .description = "false: counts are null when a large programme would have to be judged for this answer."},
    {.name = "limit", .schema = "{\"type\":\"integer\",\"minimum\":1,\"maximum\":1000,\"default\":50}",
     .description = "How many at most."},
    {.name = "offset", .schema = "{\"type\":\"integer\",\"minimum\":0,\"default\":0}",
     .description = "How many to pass over."},
    {0}};

/* What is of others is left out. */
#define OWN .right = SL_RIGHT_READ_FINDINGS, .extent = SL_EXTENT_OWN_ORGANISATION

const struct sl_route sl_routes_findings[] = {
    {.method = SL_GET, .path = "/api/findings", .role = SL_ROLE_READER, OWN, .handler = findings, .query = page_query,
     .types = JSON, .summary = "What is wrong or doubtful in the data", .flags = SL_ROUTE_SLOW},
    {.method = SL_GET, .path = "/api/findings/counts", .role = SL_ROLE_READER, OWN, .handler = counts,
     .query = counts_query, .types = JSON, .summary = "How many findings there are of each sort",
     .flags = SL_ROUTE_SLOW},
    {0}};
