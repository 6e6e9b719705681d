/* Any bytes as a filled form, and, before a NUL, as the XForm that it is filled from: read, compiled and judged as when
 * they arrive, or refused; always within the limits, and by one who judged another form just before. */
#include "fuzz.h"

#include "formats/instance.h"
#include "formats/xform_read.h"
#include "model/form_rules.h"

#include <stdlib.h>
#include <string.h>

static const char village[] =
    "<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" "
    "xmlns:jr=\"http://openrosa.org/javarosa\"><h:head><model><itext><translation lang=\"English (en)\"><text id=\"m\">"
    "<value>Fewer</value></text></translation></itext><instance><data id=\"v\" version=\"1\"><n/><t/><d/><g><c/></g>"
    "<r jr:template=\"\"><a/><s><b/></s></r><r><a/><s><b/></s></r><k/></data></instance><instance id=\"l\"><root><item>"
    "<name>x</name><label>X</label></item></root></instance>"
    "<bind nodeset=\"/data/n\" type=\"int\" required=\"true()\" constraint=\". &gt; 0 and . &lt; count(/data/r) + 9\"/>"
    "<bind nodeset=\"/data/t\" type=\"string\" constraint=\"regex(., '^(a|b)*c{1,3}$')\" relevant=\"/data/n &gt; 1\"/>"
    "<bind nodeset=\"/data/d\" type=\"date\" constraint=\". &lt;= today()\"/>"
    "<bind nodeset=\"/data/g\" relevant=\"selected(/data/t, 'x') or /data/d = ''\"/>"
    "<bind nodeset=\"/data/g/c\" type=\"string\" required=\"/data/n &gt; 2\"/>"
    "<bind nodeset=\"/data/r/a\" type=\"int\" constraint=\". &lt; ../s/b and sum(/data/r/a) &lt; 99\" "
    "jr:constraintMsg=\"jr:itext('m')\"/>"
    "<bind nodeset=\"/data/r/s/b\" type=\"string\" relevant=\"position(../..) &lt; 4\"/>"
    "<bind nodeset=\"/data/k\" type=\"string\" calculate=\"concat(/data/n, indexed-repeat(/data/r/a, /data/r, 2))\"/>"
    "</model></h:head><h:body><input ref=\"/data/n\"/><input ref=\"/data/t\"/><input ref=\"/data/d\"/><group ref=\"/data/g\">"
    "<select1 ref=\"/data/g/c\"><itemset nodeset=\"instance('l')/root/item\"/></select1></group><group ref=\"/data/r\">"
    "<repeat nodeset=\"/data/r\"><input ref=\"/data/r/a\"/><input ref=\"/data/r/s/b\"/></repeat></group></h:body></h:html>";

/* Lives as long as the program: thousands of submissions are judged by one and the same rules. */
static struct sl_form_rules *known_rules(void)
{
	static struct sl_arena kept;
	static struct sl_form form;
	static struct sl_form_rules *rules;
	struct sl_err e = {0};

	if (!rules && (sl_xform_read(&kept, SL_STR(village), &form, &e) || sl_form_rules_new(&kept, &form, &rules, &e)))
		abort();
	return rules;
}

static void judge(struct sl_form_rules *rules, struct sl_arena *a, struct sl_str xml)
{
	const struct sl_form_moment at = {.now_ms = 1700000000000, .language = SL_STR("en")};
	struct sl_form_verdict v;
	struct sl_err e = {0};

	if (sl_form_rules_judge(rules, a, xml, &at, &v, &e)) {
		if (e.code != SL_INVALID || !e.msg[0])
			abort();
		return;
	}
	if (v.n > SL_FORM_BREACHES_MAX)
		abort();
	for (size_t i = 0; i < v.n; i++)
		if (!v.breach[i].path.n || v.breach[i].path.p[0] != '/' || !v.breach[i].rule)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *cut = size ? memchr(data, 0, size) : NULL;
	struct sl_str xml = {(const char *)data, size}, own = {0};
	struct sl_form_rules *rules;
	struct sl_form_untold *untold;
	struct sl_instance instance;
	struct sl_form_binds binds;
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_form form;
	size_t n;

	if (cut) {
		own = (struct sl_str){xml.p, (size_t)(cut - xml.p)};
		xml = (struct sl_str){cut + 1, size - own.n - 1};
	}
	judge(known_rules(), &a, xml);
	if (!sl_instance_read(&a, xml, &instance, &e) && !sl_form_binds_read(&a, SL_STR(village), &binds, &e) &&
	    sl_instance_answers(&a, &binds, &instance, &e) && e.code != SL_INVALID)
		abort();
	e = (struct sl_err){0};
	if (own.n) {
		if (!sl_xform_read(&a, own, &form, &e) && !sl_form_rules_untold(&a, &form, &untold, &n, &e) &&
		    !sl_form_rules_new(&a, &form, &rules, &e))
			judge(rules, &a, xml);
		if (e.code && e.code != SL_INVALID)
			abort();
	}
	sl_arena_done(&a);
	return 0;
}
