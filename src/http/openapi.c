#include "http/openapi.h"

#include "http/parts.h"

#include <string.h>

static bool listed(const struct sl_openapi *doc, const struct sl_route *r)
{
	size_t n = strlen(doc->prefix);

	return !(r->flags & SL_ROUTE_UNLISTED) && !strncmp(r->path, doc->prefix, n) &&
	       (!n || !r->path[n] || r->path[n] == '/');
}

static const char *path_in(const struct sl_openapi *doc, const struct sl_route *r)
{
	const char *path = r->path + strlen(doc->prefix);

	return *path ? path : "/";
}

static void put_schema(struct sl_json_writer *w, const struct sl_openapi *doc, const struct sl_route *r,
                       const char *name, const char *otherwise)
{
	const char *schema = doc->schema ? doc->schema(doc->ctx, r, name) : NULL;

	sl_json_put_key(w, SL_STR("schema"));
	sl_json_put_raw(w, sl_str_from(schema ? schema : otherwise ? otherwise : "{\"type\":\"string\"}"));
}

static void put_flag(struct sl_json_writer *w, const char *key, bool value)
{
	sl_json_put_key(w, sl_str_from(key));
	sl_json_put_bool(w, value);
}

/* "{path...}" is written "{path}": OpenAPI has no name for a rest with slashes. */
static void put_path_values(struct sl_json_writer *w, const struct sl_openapi *doc, const struct sl_route *r)
{
	for (const char *at = strchr(r->path, '{'); at; at = strchr(at + 1, '{')) {
		size_t n = strcspn(at + 1, ".}");
		char name[64];

		if (n >= sizeof name)
			continue;
		memcpy(name, at + 1, n);
		name[n] = 0;
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "name", sl_str_from(name));
		sl_json_kv_str(w, "in", SL_STR("path"));
		put_flag(w, "required", true);
		put_schema(w, doc, r, name, NULL);
		sl_json_end(w, '}');
	}
}

static void put_query(struct sl_json_writer *w, const struct sl_openapi *doc, const struct sl_route *r,
                      const struct sl_parameter *p)
{
	for (; p && p->name; p++) {
		sl_json_begin(w, '{');
		sl_json_kv_str(w, "name", sl_str_from(p->name));
		sl_json_kv_str(w, "in", SL_STR("query"));
		sl_json_kv_str(w, "description", sl_str_from(p->description ? p->description : ""));
		put_flag(w, "required", p->required);
		sl_json_kv_str(w, "style", SL_STR("form"));
		put_flag(w, "explode", !p->list);
		put_schema(w, doc, r, p->name, p->schema);
		sl_json_end(w, '}');
	}
}

static void put_content(struct sl_json_writer *w, const char *types)
{
	struct sl_str rest = sl_str_from(types), type;

	sl_json_put_key(w, SL_STR("content"));
	sl_json_begin(w, '{');
	while (sl_str_split(&rest, ' ', &type)) {
		sl_json_put_key(w, type);
		sl_json_put_raw(w, SL_STR("{\"schema\":{}}"));
	}
	sl_json_end(w, '}');
}

static void put_operation(struct sl_json_writer *w, const struct sl_openapi *doc, const struct sl_route *r)
{
	static const char *const methods[] = {"get", "post", "put", "patch", "delete"};

	sl_json_put_key(w, sl_str_from(methods[r->method]));
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "summary", sl_str_from(r->summary));
	sl_json_put_key(w, SL_STR("parameters"));
	sl_json_begin(w, '[');
	put_path_values(w, doc, r);
	put_query(w, doc, r, r->query);
	if (doc->parameters && r->flags & SL_ROUTE_OPEN_QUERY)
		put_query(w, doc, r, doc->parameters(doc->ctx, r));
	sl_json_end(w, ']');
	if (r->body_types) {
		sl_json_put_key(w, SL_STR("requestBody"));
		sl_json_begin(w, '{');
		put_flag(w, "required", true);
		put_content(w, r->body_types);
		sl_json_end(w, '}');
	}
	sl_json_put_key(w, SL_STR("responses"));
	sl_json_begin(w, '{');
	sl_json_put_key(w, SL_STR("200"));
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "description", sl_str_from(r->summary));
	put_content(w, r->types);
	sl_json_end(w, '}');
	sl_json_put_key(w, SL_STR("default"));
	sl_json_begin(w, '{');
	sl_json_kv_str(w, "description", SL_STR("What is wrong, and what to do"));
	put_content(w, "application/problem+json");
	sl_json_end(w, '}');
	sl_json_end(w, '}');
	sl_json_end(w, '}');
}

/* All methods of one path stand together, where the first of them stands in the tables. */
static bool seen_before(const struct sl_route *const *tables, const struct sl_route *r)
{
	for (; *tables; tables++)
		for (const struct sl_route *other = *tables; other->path; other++) {
			if (other == r)
				return false;
			if (!strcmp(other->path, r->path))
				return true;
		}
	return false;
}

static void put_path(struct sl_json_writer *w, const struct sl_openapi *doc, const struct sl_route *r)
{
	const char *path = path_in(doc, r), *dots = strstr(path, "...}");
	struct sl_buf key = {0};

	sl_buf_add(&key, path, dots ? (size_t)(dots - path) : strlen(path));
	sl_buf_puts(&key, dots ? "}" : "");
	sl_json_put_key(w, sl_buf_view(&key));
	if (key.failed)
		w->b->failed = true;
	sl_buf_done(&key);
	sl_json_begin(w, '{');
	for (const struct sl_route *const *t = sl_route_tables; *t; t++)
		for (const struct sl_route *other = *t; other->path; other++)
			if (!strcmp(other->path, r->path) && listed(doc, other))
				put_operation(w, doc, other);
	sl_json_end(w, '}');
}

void sl_openapi_json(struct sl_buf *b, const struct sl_openapi *doc)
{
	struct sl_json_writer w;

	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "openapi", SL_STR("3.0.3"));
	sl_json_put_key(&w, SL_STR("info"));
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "title", sl_str_from(doc->title));
	sl_json_kv_str(&w, "description", sl_str_from(doc->description));
	sl_json_kv_str(&w, "version", SL_STR("1"));
	sl_json_end(&w, '}');
	sl_json_put_key(&w, SL_STR("servers"));
	sl_json_begin(&w, '[');
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "url", sl_str_from(doc->server));
	sl_json_end(&w, '}');
	sl_json_end(&w, ']');
	sl_json_put_key(&w, SL_STR("paths"));
	sl_json_begin(&w, '{');
	for (const struct sl_route *const *t = sl_route_tables; *t; t++)
		for (const struct sl_route *r = *t; r->path; r++)
			if (listed(doc, r) && !seen_before(sl_route_tables, r))
				put_path(&w, doc, r);
	sl_json_end(&w, '}');
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
}
