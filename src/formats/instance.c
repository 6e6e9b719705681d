#include "formats/instance.h"

#include "base/map.h"
#include "formats/field_form.h"
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

static int by_repeat(const void *x, const void *y)
{
	return sl_str_cmp(((const struct sl_form_repeat *)x)->path, ((const struct sl_form_repeat *)y)->path);
}

struct binds {
	struct sl_arena *a;
	struct sl_form_binds v;
	size_t cap, cap_repeats;
};

static enum sl_code add_bind(struct binds *b, const struct sl_xml_node *n, struct sl_err *e)
{
	enum sl_answer_type type = type_of(sl_xml_attribute(n, "type"));

	/* "xsd:string" and the like are no places either. */
	if (type == SL_ANSWER_TEXT && sl_xml_attribute(n, "calculate").n)
		type = SL_ANSWER_CALCULATED;
	if (type == SL_ANSWER_TEXT)
		return SL_OK;
	b->v.bind = sl_arena_grow(b->a, b->v.bind, &b->cap, b->v.n + 1, sizeof *b->v.bind, e);
	if (b->v.bind)
		b->v.bind[b->v.n++] = (struct sl_form_bind){sl_xml_attribute(n, "nodeset"), type};
	return e->code;
}

/* In the order of the document; depth is bounded by the reader. */
static enum sl_code find_repeats(struct binds *b, const struct sl_xml_node *of, struct sl_err *e)
{
	for (const struct sl_xml_node *n = of->child; n && !e->code; n = n->next) {
		struct sl_str path = sl_xml_attribute(n, "nodeset"), name = path;

		if (sl_str_is(n->name, "repeat") && path.n) {
			b->v.repeat = sl_arena_grow(b->a, b->v.repeat, &b->cap_repeats, b->v.n_repeats + 1, sizeof *b->v.repeat, e);
			if (!b->v.repeat)
				return e->code;
			for (size_t i = path.n; i && name.p == path.p; i--)
				if (path.p[i - 1] == '/')
					name = (struct sl_str){path.p + i, path.n - i};
			b->v.repeat[b->v.n_repeats++] = (struct sl_form_repeat){.path = path, .name = name};
		}
		(void)!find_repeats(b, n, e);
	}
	return e->code;
}

static struct sl_form_repeat *repeat_at(const struct sl_form_binds *b, struct sl_str path)
{
	struct sl_form_repeat wanted = {.path = path};

	return b->n_repeats ? bsearch(&wanted, b->repeat, b->n_repeats, sizeof wanted, by_repeat) : NULL;
}

static void say_kind(const struct sl_form_binds *b, const struct sl_xml_node *n)
{
	struct sl_str kind = sl_xml_attribute(n, "record");
	struct sl_form_repeat *r = kind.n ? repeat_at(b, sl_xml_attribute(n, "nodeset")) : NULL;

	if (!r)
		return;
	r->kind = kind;
	r->link = sl_xml_attribute(n, "link");
	r->inherit = sl_xml_attribute(n, "inherit");
}

enum sl_code sl_form_binds_read(struct sl_arena *a, struct sl_str xform, struct sl_form_binds *out, struct sl_err *e)
{
	struct binds b = {.a = a};
	struct sl_xml_node *root, *model, *body;

	if (sl_xml_read(a, xform, &root, e))
		return e->code;
	model = sl_xml_child(root, "head");
	model = model ? sl_xml_child(model, "model") : NULL;
	body = sl_xml_child(root, "body");
	if (body && find_repeats(&b, body, e))
		return e->code;
	if (b.v.n_repeats)
		qsort(b.v.repeat, b.v.n_repeats, sizeof *b.v.repeat, by_repeat);
	for (struct sl_xml_node *n = model ? model->child : NULL; n; n = n->next) {
		if (!sl_str_is(n->name, "bind"))
			continue;
		if (add_bind(&b, n, e))
			return e->code;
		say_kind(&b.v, n);
	}
	if (b.v.n)
		qsort(b.v.bind, b.v.n, sizeof *b.v.bind, by_path);
	*out = b.v;
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
	size_t cap, cap_parts, cap_rows;
	struct sl_map seen; /* path -> how often */
	struct sl_map ids;  /* of parts: which there were */
	struct sl_buf path, key; /* with and without the root and the numbers of repeats */
	size_t part, row;   /* that the walk is in, from 1 */
	size_t local;       /* where in `key` what is below them begins */
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
	*v = (struct sl_answer){
	    .name = sl_form_field_of(n->name), .value = value, .type = bind_of(w), .part = w->part, .row = w->row};
	v->key.n = w->key.n;
	v->key.p = sl_arena_strndup(w->a, w->key.n ? w->key.p : "", w->key.n, e);
	if (e->code)
		return e->code;
	/* A repetition with text and nothing in it has no path below itself. */
	v->local = w->local < v->key.n ? (struct sl_str){v->key.p + w->local, v->key.n - w->local} : v->name;
	if (w->part && v->type != SL_ANSWER_CALCULATED)
		w->x->part[w->part - 1].filled = true;
	w->x->n++;
	return SL_OK;
}

/* ---- what repeats ---- */

static enum sl_code begin_part(struct walk *w, const struct sl_form_repeat *r, size_t place, struct sl_err *e)
{
	struct sl_instance_part *v =
	    sl_arena_grow(w->a, w->x->part, &w->cap_parts, w->x->n_parts + 1, sizeof *v, e);

	if (!v)
		return e->code;
	w->x->part = v;
	v[w->x->n_parts++] = (struct sl_instance_part){.repeat = r, .place = place, .id = SL_STR("")};
	w->part = w->x->n_parts;
	return SL_OK;
}

static enum sl_code begin_row(struct walk *w, const struct sl_form_repeat *r, struct sl_err *e)
{
	struct sl_instance_row *v = sl_arena_grow(w->a, w->x->row, &w->cap_rows, w->x->n_rows + 1, sizeof *v, e);

	if (!v)
		return e->code;
	w->x->row = v;
	v[w->x->n_rows++] = (struct sl_instance_row){r, w->part};
	w->row = w->x->n_rows;
	return SL_OK;
}

/* A repeat inside a row is told by its path, and one that makes records inside another such a row of it. */
static enum sl_code enter(struct walk *w, size_t place, struct sl_err *e)
{
	const struct sl_form_repeat *r = w->row ? NULL : repeat_at(w->form, sl_buf_view(&w->path));

	if (!r)
		return SL_OK;
	w->local = w->key.n + 1;
	return r->kind.n && !w->part ? begin_part(w, r, place, e) : begin_row(w, r, e);
}

/* A copy of a row that a phone made with its identifier is another row. */
static enum sl_code put_id(struct walk *w, const struct sl_xml_node *n, struct sl_err *e)
{
	struct sl_instance_part *part = &w->x->part[w->part - 1];
	struct sl_str id = sl_str_trim(n->text);
	bool is_new;
	char *key;

	if (!id.n || part->id.n || id.n > ID_MAX)
		return SL_OK;
	key = sl_arena_printf(w->a, e, "%.*s %.*s", SL_STR_ARG(part->repeat->path), SL_STR_ARG(id));
	if (!key || !sl_map_put(&w->ids, sl_str_from(key), 1, &is_new, e))
		return e->code;
	if (is_new)
		part->id = id;
	return SL_OK;
}

static bool is_row_id(const struct walk *w, const struct sl_xml_node *n)
{
	return w->part && !w->row && sl_str_is(n->name, SL_FORM_ROW) && w->key.n == w->local + n->name.n;
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
		const size_t path = w->path.n, key = w->key.n, part = w->part, row = w->row, local = w->local;
		size_t k;

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
		if (sl_buf_check(&w->key, e) || enter(w, k, e) ||
		    (n->child          ? walk(w, n, e)
		     : is_identifier(n) ? SL_OK
		     : is_row_id(w, n)  ? put_id(w, n, e)
		                        : put_answer(w, n, e)))
			break;
		w->path.n = path;
		w->key.n = key;
		w->part = part;
		w->row = row;
		w->local = local;
	}
	return e->code;
}

/* Phones show the first repetition of each repeat whether or not there is anything to say. */
static enum sl_code drop_empty_parts(struct walk *w, struct sl_err *e)
{
	struct sl_instance *x = w->x;
	size_t *number = sl_arena_alloc(w->a, x->n_parts + 1, sizeof *number, e), n = 0;

	x->left_out = number ? sl_arena_alloc(w->a, x->n_parts + 1, sizeof *x->left_out, e) : NULL;
	for (size_t i = 0; x->left_out && !e->code && i < x->n_parts; i++) {
		uint64_t *count = x->part[i].filled ? sl_map_put(&w->seen, x->part[i].repeat->path, 0, NULL, e) : NULL;

		if (!count) {
			x->left_out[x->n_left_out++] = x->part[i];
			continue;
		}
		x->part[n] = x->part[i];
		x->part[n].position = (size_t)++*count;
		number[i + 1] = ++n;
	}
	if (e->code)
		return e->code;
	x->n_parts = n;
	n = 0;
	for (size_t i = 0; i < x->n; i++) {
		struct sl_answer v = x->answer[i];

		v.part = number[v.part];
		if (v.part || !x->answer[i].part)
			x->answer[n++] = v;
	}
	x->n = n;
	for (size_t i = 0; i < x->n_rows; i++)
		x->row[i].part = number[x->row[i].part];
	return SL_OK;
}

enum sl_code sl_instance_answers(struct sl_arena *a, const struct sl_form_binds *form, struct sl_instance *x,
                                 struct sl_err *e)
{
	struct walk w = {.a = a, .form = form, .x = x};

	x->answer = NULL;
	x->part = NULL;
	x->row = NULL;
	x->left_out = NULL;
	x->n = x->n_parts = x->n_rows = x->n_left_out = 0;
	sl_buf_putc(&w.path, '/');
	sl_buf_str(&w.path, x->root->name);
	if (!walk(&w, x->root, e) && x->n_parts)
		(void)!drop_empty_parts(&w, e);
	sl_map_done(&w.seen);
	sl_map_done(&w.ids);
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
