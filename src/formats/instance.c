#include "formats/instance.h"

#include "base/map.h"
#include "model/form.h"

#include <math.h>
#include <stdlib.h>

enum { ID_MAX = 255, POINTS_MAX = 100000, PATH_MAX_BYTES = 1000 };

/* ---- the form ---- */

static enum sl_answer_type type_of(struct sl_str type)
{
	if (sl_str_is(type, "geopoint") || sl_str_is(type, "geotrace") || sl_str_is(type, "geoshape"))
		return SL_ANSWER_PLACE;
	return sl_str_is(type, "binary") ? SL_ANSWER_FILE : SL_ANSWER_TEXT;
}

static int by_path(const void *x, const void *y)
{
	return sl_str_cmp(((const struct sl_form_bind *)x)->path, ((const struct sl_form_bind *)y)->path);
}

enum sl_code sl_form_binds_read(struct sl_arena *a, struct sl_str xform, struct sl_form_binds *out, struct sl_err *e)
{
	struct sl_form_bind *list = NULL;
	struct sl_xml_node *n;
	size_t k = 0, cap = 0;

	if (sl_xml_read(a, xform, &n, e))
		return e->code;
	n = sl_xml_child(n, "head");
	n = n ? sl_xml_child(n, "model") : NULL;
	for (n = n ? n->child : NULL; n; n = n->next) {
		struct sl_str type = sl_xml_attribute(n, "type");

		/* "xsd:string" and the like are no places either. */
		if (!sl_str_is(n->name, "bind") || type_of(type) == SL_ANSWER_TEXT)
			continue;
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list)
			return e->code;
		list[k++] = (struct sl_form_bind){sl_xml_attribute(n, "nodeset"), type_of(type)};
	}
	if (k)
		qsort(list, k, sizeof *list, by_path);
	*out = (struct sl_form_binds){list, k};
	return SL_OK;
}

/* ---- the instance ---- */

/* An identifier stands in messages and indexes: one line, not endless. */
static enum sl_code judge_id(struct sl_str s, const char *what, struct sl_err *e)
{
	bool good = s.n <= ID_MAX;

	for (size_t i = 0; i < s.n && good; i++)
		good = (unsigned char)s.p[i] > 32 && s.p[i] != 127;
	return good ? SL_OK : sl_fail(e, SL_INVALID, "%s is to have at most %d characters and no blanks", what, ID_MAX);
}

enum sl_code sl_instance_read(struct sl_arena *a, struct sl_str xml, struct sl_instance *out, struct sl_err *e)
{
	struct sl_instance x = {.deprecated = SL_STR("")};
	struct sl_xml_node *root, *meta, *n;

	if (sl_xml_read(a, xml, &root, e))
		return e->code;
	x.root = root;
	x.form = sl_str_trim(sl_xml_attribute(root, "id"));
	x.version = sl_str_trim(sl_xml_attribute(root, "version"));
	x.encrypted = sl_str_is(sl_xml_attribute(root, "encrypted"), "yes");
	x.id = sl_str_trim(sl_xml_attribute(root, "instanceID")); /* as older clients have it */
	meta = sl_xml_child(root, "meta");
	n = meta ? sl_xml_child(meta, "instanceID") : NULL;
	if (n && sl_str_trim(n->text).n)
		x.id = sl_str_trim(n->text);
	n = meta ? sl_xml_child(meta, "deprecatedID") : NULL;
	if (n)
		x.deprecated = sl_str_trim(n->text);
	if (!x.form.n)
		return sl_fail(e, SL_INVALID, "the first element of the submission has no id: it does not say which form it is of");
	if (!x.id.n)
		return sl_fail(e, SL_INVALID, "the submission has no meta/instanceID");
	if (judge_id(x.id, "meta/instanceID", e) || judge_id(x.deprecated, "meta/deprecatedID", e))
		return e->code;
	*out = x;
	return SL_OK;
}

struct walk {
	struct sl_arena *a;
	const struct sl_form_binds *form;
	struct sl_instance *x;
	size_t cap;
	struct sl_map seen; /* path -> how often */
	struct sl_buf path, key; /* with and without the root and the numbers of repeats */
};

static enum sl_answer_type bind_of(const struct walk *w)
{
	struct sl_form_bind wanted = {.path = sl_buf_view(&w->path)};
	const struct sl_form_bind *b =
	    w->form->n ? bsearch(&wanted, w->form->bind, w->form->n, sizeof wanted, by_path) : NULL;

	return b ? b->type : SL_ANSWER_TEXT;
}

static enum sl_code put_answer(struct walk *w, const struct sl_xml_node *n, struct sl_err *e)
{
	struct sl_str value = sl_str_trim(n->text);
	struct sl_answer *v;

	if (!value.n)
		return SL_OK;
	v = sl_arena_grow(w->a, w->x->answer, &w->cap, w->x->n + 1, sizeof *v, e);
	if (!v)
		return e->code;
	w->x->answer = v;
	v += w->x->n;
	*v = (struct sl_answer){.name = sl_form_field_of(n->name), .value = value, .type = bind_of(w)};
	v->key.n = w->key.n;
	v->key.p = sl_arena_strndup(w->a, w->key.n ? w->key.p : "", w->key.n, e);
	w->x->n++;
	return e->code;
}

/* Which of its name among its siblings: *k. */
static enum sl_code number_of(struct walk *w, size_t *k, struct sl_err *e)
{
	char *key = sl_arena_strndup(w->a, w->key.p, w->key.n, e);
	uint64_t *count = key ? sl_map_put(&w->seen, (struct sl_str){key, w->key.n}, 0, NULL, e) : NULL;

	if (!count)
		return e->code;
	*k = (size_t)++*count;
	return SL_OK;
}

static bool is_identifier(const struct sl_xml_node *n)
{
	return sl_str_is(n->parent->name, "meta") &&
	       (sl_str_is(n->name, "instanceID") || sl_str_is(n->name, "deprecatedID"));
}

/* Depth is bounded by the reader. */
static enum sl_code walk(struct walk *w, const struct sl_xml_node *of, struct sl_err *e)
{
	for (const struct sl_xml_node *n = of->child; n && !e->code; n = n->next) {
		size_t path = w->path.n, key = w->key.n, k;

		sl_buf_putc(&w->path, '/');
		sl_buf_str(&w->path, n->name);
		if (key)
			sl_buf_putc(&w->key, '/');
		sl_buf_str(&w->key, n->name);
		if (w->key.n > PATH_MAX_BYTES)
			return sl_fail(e, SL_INVALID, "the path of an answer is longer than %d bytes", PATH_MAX_BYTES);
		if (sl_buf_check(&w->path, e) || sl_buf_check(&w->key, e) || number_of(w, &k, e))
			break;
		if (k > 1)
			sl_buf_printf(&w->key, "[%zu]", k);
		if (sl_buf_check(&w->key, e) ||
		    (n->child ? walk(w, n, e) : is_identifier(n) ? SL_OK : put_answer(w, n, e)))
			break;
		w->path.n = path;
		w->key.n = key;
	}
	return e->code;
}

enum sl_code sl_instance_answers(struct sl_arena *a, const struct sl_form_binds *form, struct sl_instance *x,
                                 struct sl_err *e)
{
	struct walk w = {.a = a, .form = form, .x = x};

	x->answer = NULL;
	x->n = 0;
	sl_buf_putc(&w.path, '/');
	sl_buf_str(&w.path, x->root->name);
	(void)!walk(&w, x->root, e);
	sl_map_done(&w.seen);
	sl_buf_done(&w.path);
	sl_buf_done(&w.key);
	return e->code;
}

/* ---- places ---- */

static bool point_of(struct sl_str text, double *lon, double *lat)
{
	struct sl_str one;
	double v[4] = {0};
	size_t n = 0;

	while (sl_str_split(&text, ' ', &one)) {
		if (!one.n)
			continue;
		if (n == 4 || !sl_str_double(one, &v[n]))
			return false;
		n++;
	}
	*lat = v[0];
	*lon = v[1];
	return n >= 2 && fabs(v[0]) <= 90 && fabs(v[1]) <= 180;
}

enum sl_code sl_answer_place(struct sl_arena *a, struct sl_str value, struct sl_geom *out, const char **problem,
                             struct sl_err *e)
{
	double *xy = NULL, lon, lat;
	size_t n = 0, cap = 0;
	struct sl_geom_builder b;
	struct sl_str one;
	bool list = false;

	*problem = NULL;
	while (sl_str_split(&value, ';', &one)) {
		list |= value.p != NULL;
		one = sl_str_trim(one);
		if (!one.n)
			continue;
		if (!point_of(one, &lon, &lat) || n / 2 == POINTS_MAX) {
			*problem = n / 2 == POINTS_MAX ? "it has too many points"
			                               : sl_arena_printf(a, e, "point %zu is not a latitude and a longitude", n / 2 + 1);
			return e->code;
		}
		xy = sl_arena_grow(a, xy, &cap, n + 2, sizeof *xy, e);
		if (!xy)
			return e->code;
		xy[n++] = lon;
		xy[n++] = lat;
	}
	if (!n) {
		*problem = "it has no points";
		return SL_OK;
	}
	sl_geom_build(&b, a,
	              !list || n == 2                                                    ? SL_GEOM_POINT
	              : n >= 8 && xy[0] == xy[n - 2] && xy[1] == xy[n - 1] ? SL_GEOM_POLYGON
	                                                                                 : SL_GEOM_LINE);
	if (sl_geom_add_part(&b, e) || sl_geom_add_ring(&b, e) || sl_geom_add_points(&b, xy, n / 2, e))
		return e->code;
	sl_geom_finish(&b, out);
	return SL_OK;
}
