/* The rules that a sheet of the dictionary says of its fields, asked of records (I07, I14, I15, I17). */
#include "support.h"

/* A country's sheet: functions, a list, something sealed, and what only a phone can know. */
static const char sheet[] =
    "type,name,label::English (en),required,relevant,constraint,constraint_message::English (en),sensitive\n"
    "text,id,Identifier,yes,,,,\n"
    "date,effective_date,Date,,,,,\n"
    "text,class,Class,,,,,\n"
    "text,telephone,Telephone,,,\"regex(., '^[0-9]{6}$')\",Six digits.,\n"
    "text,crops,Crops,,,count-selected(.) <= 2,Two at most.,\n"
    "text,why,Reason,yes,\"selected(${crops}, 'rice') and string-length(${telephone}) > 0\",,,\n"
    "date,visited,Visited,,,\"if(${effective_date} != '', . >= ${effective_date}, true())\",Not before the report.,\n"
    "text,owner,Owner,,,\"regex(., '^[A-Z]')\",,yes\n"
    "text,neighbour,Neighbour,,,\". != ${owner} and regex(., 'x')\",,\n"
    "text,village,Village,,,\". = pulldata('villages', 'name', 'id', ${id})\",,\n";

static void load(struct bench *b)
{
	struct sl_dictionary *own;

	bench_begin(b, "2026-01-01");
	own = sl_arena_alloc(&b->a, 1, sizeof *own, &b->e);
	own->kind = sl_arena_alloc(&b->a, 1, sizeof *own->kind, &b->e);
	own->n_kinds = 1;
	CHECK_OK(sl_kind_parse(&b->a, own, "x/hazard.csv", SL_STR(sheet), &own->kind[0], &b->e), &b->e);
	b->dict = own;
}

/* "I14 telephone;I15 why;" of what the form's rules say. */
static const char *said(struct bench *b, const char *json, char out[200])
{
	struct sl_findings found = {.a = &b->a};
	struct sl_record r;
	size_t n = 0;

	out[0] = 0;
	CHECK_OK(sl_record_from_json(&b->a, &b->dict->kind[0], sl_str_from(json), &r, &b->e), &b->e);
	CHECK_OK(sl_check_record(&b->c, &r, NULL, &found, &b->e), &b->e);
	for (size_t i = 0; i < found.n; i++)
		if (!strcmp(found.v[i].rule, "I07") || !strcmp(found.v[i].rule, "I14") || !strcmp(found.v[i].rule, "I15"))
			n += (size_t)snprintf(out + n, 200 - n, "%s %.*s;", found.v[i].rule, SL_STR_ARG(found.v[i].field));
	return out;
}

#define SAID(json, want) CHECK_STR(sl_str_from(said(&b, "{\"id\":\"A\",\"effective_date\":\"2025-03-01\"," json "}", text)), want)

TEST(rules_of_a_sheet_that_call_functions)
{
	struct bench b;
	char text[200];

	load(&b);
	SAID("\"telephone\":\"123456\",\"crops\":\"rice maize\",\"why\":\"x\"", "");
	SAID("\"telephone\":\"12345x\",\"crops\":\"maize\"", "I14 telephone;");
	SAID("\"crops\":\"rice maize bean\"", "I14 crops;");
	SAID("\"telephone\":\"123456\",\"crops\":\"rice\"", "I07 why;");
	SAID("\"telephone\":\"123456\",\"crops\":\"maize\",\"why\":\"x\"", "I15 why;");
	SAID("\"visited\":\"2025-02-28\"", "I14 visited;");
	SAID("\"visited\":\"2025-03-01\"", "");
	CHECK_STR(sl_str_from(said(&b, "{\"id\":\"A\",\"visited\":\"2025-02-28\"}", text)), "");
	/* An unknown is not a breach, what is sealed is neither asked nor told, and a file of the phone's is not here. */
	SAID("\"telephone\":\"UNK\"", "");
	SAID("\"owner\":\"lower\",\"neighbour\":\"yyy\",\"village\":\"V\"", "I14 neighbour;");
	SAID("\"owner\":\"lower\",\"neighbour\":\"x\"", "");
	bench_end(&b);
}

TEST(a_rule_that_no_record_is_asked_is_said_once)
{
	struct bench b;
	struct sl_findings found;

	load(&b);
	found = (struct sl_findings){.a = &b.a};
	CHECK_OK(sl_check_not_judged(b.dict, &found, &b.e), &b.e);
	CHECK_INT(found.n, 1);
	if (found.n) {
		CHECK_STR(sl_str_from(found.v[0].rule), "I17");
		CHECK_STR(found.v[0].source, "dictionary/hazard.csv, row 11");
		CHECK_STR(found.v[0].text, "The constraint of village is not judged, pulldata() is known only to the phone: "
		                           ". = pulldata('villages', 'name', 'id', ${id})");
	}
	bench_end(&b);
}
