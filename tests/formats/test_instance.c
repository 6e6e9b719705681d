/* The XML of filled forms: places, repeats, and what is hostile. */
#include "check.h"
#include "formats/instance.h"

static const char form[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><model>"
    "<bind nodeset=\"/data/where\" type=\"geopoint\"/><bind nodeset=\"/data/v/photo\" type=\"binary\"/>"
    "<bind nodeset=\"/data/age\" type=\"int\"/></model></h:head></h:html>";

TEST(instance_answers_have_paths_and_types)
{
	static const char xml[] =
	    "<data id=\"f\" version=\"7\"><where> 1 2 0 0 </where><v><photo>a.jpg</photo></v><x/><v><photo>b.jpg</photo></v>"
	    "<note>a &amp; <![CDATA[<b>]]></note><meta><instanceID>uuid:1</instanceID><deprecatedID> </deprecatedID></meta></data>";
	struct sl_form_binds binds;
	struct sl_instance x;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	CHECK_OK(sl_form_binds_read(&a, sl_str_from(form), &binds, &e), &e);
	CHECK_INT(binds.n, 2);
	CHECK_OK(sl_instance_read(&a, sl_str_from(xml), &x, &e), &e);
	CHECK(sl_str_is(x.form, "f") && sl_str_is(x.version, "7") && sl_str_is(x.id, "uuid:1") && !x.deprecated.n);
	CHECK_OK(sl_instance_answers(&a, &binds, &x, &e), &e);
	CHECK_INT(x.n, 4);
	CHECK(sl_str_is(x.answer[0].value, "1 2 0 0") && x.answer[0].type == SL_ANSWER_PLACE);
	CHECK(sl_str_is(x.answer[1].key, "v/photo") && x.answer[1].type == SL_ANSWER_FILE);
	CHECK(sl_str_is(x.answer[2].key, "v[2]/photo") && sl_str_is(x.answer[2].value, "b.jpg"));
	CHECK(sl_str_is(x.answer[3].value, "a & <b>") && x.answer[3].type == SL_ANSWER_TEXT);
	sl_arena_done(&a);
}

static const char parts_form[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
    "xmlns:s=\"urn:safelane:form\"><h:head><model>"
    "<bind nodeset=\"/data/g/people\" s:record=\"victim\" s:link=\"accident\" s:inherit=\"date\"/>"
    "<bind nodeset=\"/data/g/people/row_id\" calculate=\"once(uuid())\"/>"
    "<bind nodeset=\"/data/g/people/number\" calculate=\"position(..)\"/></model></h:head>"
    "<h:body><group><repeat nodeset=\"/data/g/people\"><group><repeat nodeset=\"/data/g/people/care\"/></group></repeat>"
    "</group><repeat nodeset=\"/data/points\"/></h:body></h:html>";

/* Each answer is of a part, of a row, or of the record; a part that only the form filled in is none. */
TEST(instance_parts_and_rows)
{
	static const char xml[] =
	    "<data id=\"f\"><points><n>1</n></points><g><people><row_id>a</row_id><number>1</number><sex>F</sex><care><k>x</k></care>"
	    "<care><k>y</k><d><e>z</e></d></care></people><people><row_id>b</row_id><number>2</number></people><people>"
	    "<row_id>a</row_id><number>3</number><sex>M</sex></people></g><points><n>2</n></points><end>e</end>"
	    "<meta><instanceID>uuid:1</instanceID></meta></data>";
	static const struct {
		const char *key, *local;
		size_t part, row;
	} wanted[] = {{"points/n", "n", 0, 1},          {"g/people/number", "number", 1, 0}, {"g/people/sex", "sex", 1, 0},
	              {"g/people/care/k", "k", 1, 2},   {"g/people/care[2]/k", "k", 1, 3},
	              {"g/people/care[2]/d/e", "d/e", 1, 3}, {"g/people[3]/number", "number", 2, 0},
	              {"g/people[3]/sex", "sex", 2, 0}, {"points[2]/n", "n", 0, 4},          {"end", "end", 0, 0}};
	struct sl_form_binds binds;
	struct sl_instance x;
	struct sl_arena a = {0};
	struct sl_err e = {0};

	CHECK_OK(sl_form_binds_read(&a, sl_str_from(parts_form), &binds, &e), &e);
	CHECK_INT(binds.n_repeats, 3);
	CHECK_OK(sl_instance_read(&a, sl_str_from(xml), &x, &e), &e);
	CHECK_OK(sl_instance_answers(&a, &binds, &x, &e), &e);
	CHECK_INT(x.n, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < x.n && i < sizeof wanted / sizeof *wanted; i++) {
		CHECK_STR(x.answer[i].key, wanted[i].key);
		CHECK_STR(x.answer[i].local, wanted[i].local);
		CHECK_INT(x.answer[i].part, wanted[i].part);
		CHECK_INT(x.answer[i].row, wanted[i].row);
	}
	CHECK_INT(x.n_parts, 2);
	CHECK_STR(x.part[0].id, "a");
	CHECK_INT(x.part[1].id.n, 0); /* a copy of the first has its identifier no more */
	CHECK_INT(x.part[1].position, 2);
	CHECK_STR(x.part[1].repeat->kind, "victim");
	CHECK_STR(x.part[1].repeat->link, "accident");
	CHECK_INT(x.row[1].part, 1);
	CHECK_STR(x.row[1].repeat->name, "care");
	sl_arena_done(&a);
}

static enum sl_geom_type type_of(struct sl_arena *a, const char *text, struct sl_geom *g, bool *bad)
{
	struct sl_err e = {0};
	const char *problem;

	*g = (struct sl_geom){0};
	CHECK_OK(sl_answer_place(a, sl_str_from(text), g, &problem, &e), &e);
	*bad = problem != NULL;
	return g->type;
}

TEST(instance_places_have_latitude_first)
{
	struct sl_arena a = {0};
	struct sl_geom g;
	bool bad;

	CHECK(type_of(&a, "12.5 44.25 3 1.5", &g, &bad) == SL_GEOM_POINT && !bad);
	CHECK(g.xy[0] == 44.25 && g.xy[1] == 12.5);
	CHECK(type_of(&a, "12.5  44.25", &g, &bad) == SL_GEOM_POINT && !bad);
	CHECK(type_of(&a, "1 2 0 0;1 3 0 0; 2 3 0 0 ;", &g, &bad) == SL_GEOM_LINE && g.n_points == 3 && !bad);
	CHECK(type_of(&a, "1 2;1 3;2 3;1 2", &g, &bad) == SL_GEOM_POLYGON && g.n_points == 3 && !bad);
	CHECK(type_of(&a, "91 2", &g, &bad) == SL_GEOM_NONE && bad);
	CHECK(type_of(&a, "1 181", &g, &bad) == SL_GEOM_NONE && bad);
	CHECK(type_of(&a, "1", &g, &bad) == SL_GEOM_NONE && bad);
	CHECK(type_of(&a, "a b", &g, &bad) == SL_GEOM_NONE && bad);
	CHECK(type_of(&a, ";", &g, &bad) == SL_GEOM_NONE && bad);
	sl_arena_done(&a);
}

TEST(xml_that_is_hostile_is_refused)
{
	static const char *const bad[] = {"",
	                                  "<a",
	                                  "<a></b>",
	                                  "<a/><b/>",
	                                  "<!DOCTYPE a><a/>",
	                                  "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
	                                  "<a>&x;</a>",
	                                  "<a b=\"&x;\"/>",
	                                  "<a>\xff</a>"};
	struct sl_arena a = {0};
	struct sl_xml_node *root;
	struct sl_buf deep = {0};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sl_err e = {0};

		CHECK_INT(sl_xml_read(&a, sl_str_from(bad[i]), &root, &e), SL_INVALID);
	}
	for (int pass = 0; pass < 2; pass++) {
		struct sl_err e = {0};
		const int n = SL_XML_DEPTH_MAX + pass;

		sl_buf_clear(&deep);
		for (int i = 0; i < n; i++)
			sl_buf_puts(&deep, "<a>");
		for (int i = 0; i < n; i++)
			sl_buf_puts(&deep, "</a>");
		CHECK_INT(sl_xml_read(&a, sl_buf_view(&deep), &root, &e), pass ? SL_INVALID : SL_OK);
	}
	sl_buf_done(&deep);
	sl_arena_done(&a);
}
