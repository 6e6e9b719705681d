/* The dictionary in the reader's language: what fields are called, in which groups they stand, what their codes
 * mean.  With the values that the country added it is the programme's own, and for its readers. */
#include "http/routes.h"

#include "http/parts.h"

#include "app/words.h"

/* It changes with the program and the lists of values, not with the records: the etag is of the text itself. */
static enum sl_code tag(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_hasher h;
	char text[65];
	char *copy;

	if (sl_buf_check(&out->body, e))
		return e->code;
	sl_hash_begin(&h);
	sl_hash_part(&h, out->body.p, out->body.n);
	sl_hash_text(sl_hash_end(&h), text);
	copy = sl_arena_strndup(r->arena, text, 32, e);
	if (copy)
		out->etag = (struct sl_str){copy, 32};
	return e->code;
}

static enum sl_code all_kinds(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	int language = sl_request_language(r, out);

	out->type = "application/json";
	if (sl_words_json(r->programme->dict, language, &out->body, e))
		return e->code;
	return tag(r, out, e);
}

static enum sl_code one_kind(struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	const struct sl_dictionary *d = r->programme->dict;
	const struct sl_kind *k = sl_dictionary_kind(d, r->value[0]);
	int language = sl_request_language(r, out);

	if (!k)
		return sl_fail(e, SL_NOT_FOUND, "'%.*s' is no kind of record", SL_STR_ARG(r->value[0]));
	out->type = "application/json";
	if (sl_kind_words_json(d, k, language, &out->body, e))
		return e->code;
	return tag(r, out, e);
}

static const struct sl_parameter language_query[] = {
    {.name = "lang", .schema = "{\"type\":\"string\"}",
     .description = "A language tag, \"fr\"; without it Accept-Language decides. English where there is no such."},
    {0}};

#define READERS .right = SL_RIGHT_READ_APPROVED, .extent = SL_EXTENT_OWN_ORGANISATION

const struct sl_route sl_routes_words[] = {
    {.method = SL_GET, .path = "/api/dictionary", .role = SL_ROLE_READER, READERS, .handler = all_kinds,
     .query = language_query, .types = "application/json", .summary = "The kinds of record, and the languages"},
    {.method = SL_GET, .path = "/api/dictionary/{kind}", .role = SL_ROLE_READER, READERS, .handler = one_kind,
     .query = language_query, .types = "application/json",
     .summary = "The fields, groups and code lists of a kind of record"},
    {0}};
