/* Places, nodes, repeats and lists of choices. */
#include "model/form_function_parts.h"

#include "base/mem.h"
#include "geo/area.h"

#include <math.h>
#include <string.h>

enum { POINTS_MAX = 20000 };

/* ---- places: on the ellipsoid; phones take a sphere, 0.2 to 0.7 % away ---- */

struct line {
	double *lonlat;
	size_t n;
	bool bad;
};

/* "lat lon altitude accuracy; lat lon ..." */
static void into_line(void *ctx, const struct sl_answer *v)
{
	struct line *l = ctx;
	struct sl_str rest = v->text, point, number[4];
	size_t n;

	while (sl_str_split(&rest, ';', &point)) {
		for (n = 0; n < 4 && sl_xpath_next_code(&point, &number[n]); n++)
			;
		if (!n)
			continue;
		if (n < 2 || l->n == POINTS_MAX || !sl_str_double(number[0], &l->lonlat[2 * l->n + 1]) ||
		    !sl_str_double(number[1], &l->lonlat[2 * l->n]) || fabs(l->lonlat[2 * l->n + 1]) > 90 ||
		    fabs(l->lonlat[2 * l->n]) > 180) {
			l->bad = true;
			return;
		}
		l->n++;
	}
}

static void fn_area(xmlXPathParserContextPtr c, int n)
{
	struct line l = {sl_mem_zeroed(2 * POINTS_MAX * sizeof(double)), 0, false};
	double area = 0;

	l.bad = !l.lonlat;
	if (!l.bad)
		sl_xpath_over_all(c, n, into_line, &l);
	if (l.n > 1 && l.lonlat[0] == l.lonlat[2 * l.n - 2] && l.lonlat[1] == l.lonlat[2 * l.n - 1])
		l.n--;
	if (!l.bad && l.n > 2)
		area = fabs(sl_ring_area_m2(l.lonlat, l.n));
	sl_mem_free(l.lonlat);
	sl_xpath_give_number(c, floor(area * 100 + 0.5) / 100);
}

static void fn_distance(xmlXPathParserContextPtr c, int n)
{
	struct line l = {sl_mem_zeroed(2 * POINTS_MAX * sizeof(double)), 0, false};
	double metres = 0;

	l.bad = !l.lonlat;
	if (!l.bad)
		sl_xpath_over_all(c, n, into_line, &l);
	for (size_t i = 1; i < l.n && !l.bad; i++)
		metres += sl_distance_m(l.lonlat[2 * i - 2], l.lonlat[2 * i - 1], l.lonlat[2 * i], l.lonlat[2 * i + 1]);
	sl_xpath_asked_of(c)->untold = sl_xpath_asked_of(c)->untold || l.bad;
	sl_mem_free(l.lonlat);
	sl_xpath_give_number(c, floor(metres * 100 + 0.5) / 100);
}

/* ---- nodes ---- */

static void fn_current(xmlXPathParserContextPtr c, int n)
{
	ARGUMENTS(c, n, 0, 0);
	valuePush(c, xmlXPathNewNodeSet(sl_xpath_asked_of(c)->current));
}

static void fn_once(xmlXPathParserContextPtr c, int n)
{
	xmlChar *owned;

	ARGUMENTS(c, n, 1, 1);
	if (sl_form_characters(sl_xpath_view(owned = xmlNodeGetContent(sl_xpath_asked_of(c)->current)))) {
		xmlXPathFreeObject(valuePop(c));
		sl_xpath_give_text(c, sl_xpath_view(owned));
	}
	xmlFree(owned);
}

/* position(..): which one of the repeats it is. */
static void fn_position(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr o;
	double place = 0;

	ARGUMENTS(c, n, 0, 1);
	if (!n) {
		sl_xpath_give_number(c, c->context->proximityPosition);
		return;
	}
	o = valuePop(c);
	if (o && o->type == XPATH_NODESET && sl_xpath_items(o) == 1)
		for (xmlNodePtr node = o->nodesetval->nodeTab[0], same_name = node; same_name; same_name = same_name->prev)
			place += same_name->type == XML_ELEMENT_NODE && xmlStrEqual(same_name->name, node->name);
	xmlXPathFreeObject(o);
	sl_xpath_give_number(c, place ? place : (double)NAN);
}

static bool is_below(xmlNodePtr node, xmlNodePtr above)
{
	for (; node; node = node->parent)
		if (node == above)
			return true;
	return false;
}

/* Keeps of `target` what is below the place-th node of `repeat`. */
static void keep_below(xmlXPathObjectPtr target, xmlXPathObjectPtr repeat, double place, xmlNodePtr *within)
{
	xmlNodePtr found = NULL;
	double k = 0;

	for (size_t i = 0; i < sl_xpath_items(repeat) && !found; i++) {
		xmlNodePtr node = repeat->nodesetval->nodeTab[i];

		if ((!*within || is_below(node, *within)) && ++k == place)
			found = node;
	}
	*within = found;
	for (size_t i = sl_xpath_items(target); i-- > 0;)
		if (!found || !is_below(target->nodesetval->nodeTab[i], found))
			xmlXPathNodeSetRemove(target->nodesetval, (int)i);
}

/* indexed-repeat(node, outer repeat, its number, inner repeat, its number, ...) */
static void fn_indexed_repeat(xmlXPathParserContextPtr c, int n)
{
	xmlXPathObjectPtr o[7] = {0};
	xmlNodePtr within = NULL;
	bool nodes = true;

	ARGUMENTS(c, n, 3, 7);
	if (n % 2 == 0) {
		xmlXPathErr(c, XPATH_INVALID_ARITY);
		return;
	}
	for (int i = n; i-- > 0;)
		o[i] = valuePop(c);
	for (int i = 0; i < n; i++) {
		nodes = nodes && o[i] && (i % 2 == 0 && i ? true : o[i]->type == XPATH_NODESET);
		if (o[i])
			sl_xpath_in_order(o[i]);
	}
	for (int i = 1; nodes && i < n && (i == 1 || within); i += 2)
		keep_below(o[0], o[i], sl_xpath_object_number(o[i + 1]), &within);
	valuePush(c, nodes ? o[0] : xmlXPathNewNodeSet(NULL));
	for (int i = nodes; i < n; i++)
		xmlXPathFreeObject(o[i]);
}

static struct sl_str word_of(const struct sl_form_words *w, int language)
{
	return w->text[SL_WORD_LABEL] ? w->text[SL_WORD_LABEL][language] : (struct sl_str){0};
}

static void add_text(xmlNodePtr parent, struct sl_str name, struct sl_str text)
{
	char tag[100];
	xmlNodePtr node, content;

	if (!name.n || name.n >= sizeof tag || !sl_form_is_name(name))
		return;
	memcpy(tag, name.p, name.n);
	tag[name.n] = 0;
	node = xmlNewChild(parent, NULL, (const xmlChar *)tag, NULL);
	content = node ? xmlNewTextLen((const xmlChar *)(text.p ? text.p : ""), (int)text.n) : NULL;
	if (content)
		xmlAddChild(node, content);
}

/* <root><item><name/><label/>...</item></root>, as the XForm has its lists. */
static xmlDocPtr list_document(const struct sl_form_list *list, int language)
{
	xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
	xmlNodePtr top = doc ? xmlNewNode(NULL, (const xmlChar *)"instance") : NULL, root;

	if (!top)
		return doc;
	xmlDocSetRootElement(doc, top);
	root = xmlNewChild(top, NULL, (const xmlChar *)"root", NULL);
	for (size_t i = 0; root && i < list->n; i++) {
		xmlNodePtr node = xmlNewChild(root, NULL, (const xmlChar *)"item", NULL);

		if (!node)
			break;
		add_text(node, SL_STR("name"), list->choice[i].name);
		add_text(node, SL_STR("label"), word_of(&list->choice[i].words, language));
		for (size_t k = 0; k < list->choice[i].n_extra; k++)
			add_text(node, list->choice[i].extra[k].name, list->choice[i].extra[k].value);
	}
	return doc;
}

static void fn_instance(xmlXPathParserContextPtr c, int n)
{
	struct sl_form_asked *asked = sl_xpath_asked_of(c);
	xmlNodePtr root = NULL;
	struct sl_str name;
	xmlChar *owned;
	bool known = false;

	ARGUMENTS(c, n, 1, 1);
	name = sl_xpath_pop_text(c, &owned);
	for (size_t i = 0; i < asked->form->n_lists && !known; i++) {
		known = sl_str_eq(asked->form->list[i].name, name);
		if (known && !asked->list[i])
			asked->list[i] = list_document(&asked->form->list[i], asked->language);
		if (known && asked->list[i])
			root = xmlDocGetRootElement(asked->list[i]);
	}
	asked->untold = asked->untold || !known; /* a file of the phone */
	xmlFree(owned);
	valuePush(c, xmlXPathNewNodeSet(root));
}

/* jr:choice-name(code, '/data/question') */
void sl_xpath_choice_name(xmlXPathParserContextPtr c, int n)
{
	struct sl_form_asked *asked = sl_xpath_asked_of(c);
	const struct sl_form_list *list = NULL;
	struct sl_str path, code, last = {0}, word = {0}, part;
	xmlChar *a, *b;

	ARGUMENTS(c, n, 2, 2);
	path = sl_str_trim(sl_xpath_pop_text(c, &b));
	code = sl_xpath_pop_text(c, &a);
	while (sl_str_split(&path, '/', &part))
		last = part;
	for (const struct sl_form_node *node = asked->form->root; node && !list; node = sl_form_next(asked->form->root, (struct sl_form_node *)node))
		if (node->list.n && sl_str_eq(node->name, last))
			list = sl_form_list(asked->form, node->list);
	for (size_t i = 0; list && i < list->n; i++)
		if (sl_str_eq(list->choice[i].name, code))
			word = word_of(&list->choice[i].words, asked->language);
	sl_xpath_give_text(c, word);
	xmlFree(a);
	xmlFree(b);
}

const struct sl_xpath_function sl_xpath_node[] = {
    {"area", fn_area}, {"enclosed-area", fn_area}, {"distance", fn_distance}, {"current", fn_current},
    {"once", fn_once}, {"position", fn_position}, {"indexed-repeat", fn_indexed_repeat},
    {"instance", fn_instance}, {NULL, NULL}};
