/* What a submission breaks does not depend on the order in which its elements stand, nor on what stands between them. */
#include "check.h"

#include "formats/xform_read.h"
#include "model/form_rules.h"

#include <string.h>

static const char xform[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\"><h:head><h:title>f</h:title><model>"
    "<instance><data id=\"f\" version=\"1\"><a/><b/><g><c/><d/></g><r><x/></r><e/><meta><instanceID/></meta></data></instance>"
    "<bind nodeset=\"/data/a\" type=\"int\" constraint=\". &lt; 5\"/><bind nodeset=\"/data/b\" type=\"string\" required=\"true()\"/>"
    "<bind nodeset=\"/data/g/c\" type=\"int\" constraint=\". &lt; 5\"/><bind nodeset=\"/data/g/d\" type=\"string\" relevant=\"/data/a = 9\"/>"
    "<bind nodeset=\"/data/r/x\" type=\"int\" constraint=\". &lt; 5\"/><bind nodeset=\"/data/e\" type=\"string\" required=\"true()\"/>"
    "</model></h:head><h:body><input ref=\"/data/a\"><label>a</label></input><input ref=\"/data/b\"><label>b</label></input>"
    "<group ref=\"/data/g\"><input ref=\"/data/g/c\"><label>c</label></input><input ref=\"/data/g/d\"><label>d</label></input></group>"
    "<group ref=\"/data/r\"><repeat nodeset=\"/data/r\"><input ref=\"/data/r/x\"><label>x</label></input></repeat></group>"
    "<input ref=\"/data/e\"><label>e</label></input></h:body></h:html>";

struct bench {
	struct sl_arena a;
	struct sl_err e;
	struct sl_form form;
	struct sl_form_rules *rules;
	struct sl_buf said;
};

/* "I14 /data/a 7; I07 /data/b ;" */
static void judge(struct bench *b, const char *inside)
{
	const struct sl_form_moment at = {0, SL_STR("")};
	struct sl_form_verdict v;
	struct sl_buf xml = {0};

	sl_buf_clear(&b->said);
	sl_buf_printf(&xml, "<data id=\"f\" version=\"1\">%s<meta><instanceID>u</instanceID></meta></data>", inside);
	CHECK_OK(sl_form_rules_judge(b->rules, &b->a, sl_buf_view(&xml), &at, &v, &b->e), &b->e);
	for (size_t i = 0; i < v.n; i++)
		sl_buf_printf(&b->said, "%s %.*s %.*s; ", v.breach[i].rule, SL_STR_ARG(v.breach[i].path), SL_STR_ARG(v.breach[i].value));
	sl_buf_done(&xml);
}

static void says(struct bench *b, const char *inside, const char *want)
{
	judge(b, inside);
	if (!sl_str_is(sl_buf_view(&b->said), want))
		printf("%s: '%.*s'\n", inside, SL_STR_ARG(sl_buf_view(&b->said)));
	CHECK(sl_str_is(sl_buf_view(&b->said), want));
}

TEST(elements_are_judged_in_any_order)
{
	static const char all[] = "I14 /data/a 7; I07 /data/b ; I14 /data/g/c 8; I15 /data/g/d no; I14 /data/r[2]/x 6; I07 /data/e ; ";
	struct bench b = {0};

	CHECK_OK(sl_xform_read(&b.a, sl_str_from(xform), &b.form, &b.e), &b.e);
	CHECK_OK(sl_form_rules_new(&b.a, &b.form, &b.rules, &b.e), &b.e);
	says(&b, "<a>7</a><b/><g><c>8</c><d>no</d></g><r><x>1</x></r><r><x>6</x></r><e/>", all);
	says(&b, "\n <a>7</a>\n <g>\n  <c>8</c>\n  <d>no</d>\n </g><!-- --><r><x>1</x></r>\n<r><x>6</x></r>", all);
	says(&b, "<r><x>1</x></r><e/><g><d>no</d><c>8</c></g><r><x>6</x></r><b/><a>7</a>", all);
	says(&b, "<z>1</z><a>7</a><z/><g><z/><c>8</c><z>2</z><d>no</d></g><r><x>1</x></r><a_/><r><x>6</x></r><z/>", all);
	says(&b, "<e/><a>7</a><b/><g><c>8</c><d>no</d></g><r><x>1</x></r><r><x>6</x></r>", all);
	/* Text in pieces is one text, and a question answered twice is judged twice. */
	says(&b, "<a><![CDATA[7]]></a><g><c><!-- 1 -->8</c><d>n<z>o</z></d></g><r><x>1</x></r><r><x>6</x></r>", all);
	says(&b, "<a>7</a><a>8</a><b>x</b><e>y</e>", "I14 /data/a 7; I14 /data/a 8; ");
	says(&b, "<a>7</a><b>x</b><a>8</a><e>y</e>", "I14 /data/a 7; I14 /data/a 8; ");
	sl_buf_done(&b.said);
	sl_arena_done(&b.a);
}

/* A parser that has read very many names is put away; what is judged with the next one is the same. */
TEST(names_of_strangers_do_not_pile_up)
{
	struct bench b = {0};
	struct sl_buf many = {0};

	CHECK_OK(sl_xform_read(&b.a, sl_str_from(xform), &b.form, &b.e), &b.e);
	CHECK_OK(sl_form_rules_new(&b.a, &b.form, &b.rules, &b.e), &b.e);
	for (int round = 0; round < 12; round++) {
		sl_buf_clear(&many);
		for (int i = 0; i < 40; i++)
			sl_buf_printf(&many, "<n%d_%d_%0*d/>", round, i, 40000, 0);
		judge(&b, sl_buf_view(&many).p);
		says(&b, "<a>7</a><b>x</b><e>y</e>", "I14 /data/a 7; ");
	}
	sl_buf_done(&many);
	sl_buf_done(&b.said);
	sl_arena_done(&b.a);
}
