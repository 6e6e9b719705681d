#include "app/report.h"
#include "app/report_own.h"

#include "base/io.h"

#include <stdio.h>
#include <string.h>

enum { TEMPLATE_MAX = 1 << 20 };

/* app/template_data.S */
extern const struct {
	const char *name, *text, *end;
} sl_report_templates[];

const struct sl_report_template *sl_report_template_at(size_t i)
{
	static _Thread_local struct sl_report_template t;

	for (size_t k = 0; k <= i; k++)
		if (!sl_report_templates[k].name)
			return NULL;
	t.name = sl_report_templates[i].name;
	t.text = (struct sl_str){sl_report_templates[i].text,
	                         (size_t)(sl_report_templates[i].end - sl_report_templates[i].text)};
	return &t;
}

/* A name is a word, not a way to other folders. */
static bool is_name(const char *name)
{
	for (const char *p = name; *p; p++)
		if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '-' || *p == '_'))
			return false;
	return *name && strlen(name) <= 60;
}

static enum sl_code not_found(struct sl_programme *p, struct sl_arena *a, const char *name, struct sl_err *e)
{
	const struct sl_report_template *t;
	struct sl_report_own *own = NULL;
	char all[600] = "";
	size_t n = 0, n_own = 0;

	if (p && sl_report_own_list(p, a, &own, &n_own, e))
		return e->code;
	for (size_t i = 0; i < n_own && n < sizeof all; i++)
		if (!i || !sl_str_eq(own[i].name, own[i - 1].name))
			n += (size_t)snprintf(all + n, sizeof all - n, "%s%.*s", n ? ", " : "", SL_STR_ARG(own[i].name));
	for (size_t i = 0; (t = sl_report_template_at(i)) != NULL && n < sizeof all; i++) {
		if (!strcmp(t->name, "parts"))
			continue;
		n += (size_t)snprintf(all + n, sizeof all - n, "%s%s", n ? ", " : "", t->name);
	}
	return sl_fail(e, SL_NOT_FOUND, "there is no template '%.60s'; there are %s", name, all);
}

/* The one for the language, else the one for all, else any: a report in another language is better than none. */
static enum sl_code find_own(struct sl_programme *p, struct sl_arena *a, const char *name, const char *language,
                             struct sl_str *text, const char **file, bool *found, struct sl_err *e)
{
	const struct sl_report_own *best = NULL;
	struct sl_report_own *own;
	size_t n;

	*found = false;
	if (sl_report_own_list(p, a, &own, &n, e))
		return e->code;
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(own[i].name, name) && (!best || sl_str_is(own[i].language, language)))
			best = &own[i];
	if (!best)
		return SL_OK;
	*found = true;
	*text = best->text;
	*file = sl_arena_printf(a, e, "%s%s%.*s.txt", name, best->language.n ? "." : "", SL_STR_ARG(best->language));
	return e->code;
}

enum sl_code sl_report_template_find(struct sl_programme *p, struct sl_arena *a, const char *folder, const char *name,
                                     const char *language, struct sl_str *text, const char **file, struct sl_err *e)
{
	const struct sl_report_template *t;
	bool found;

	if (!is_name(name))
		return not_found(p, a, name, e);
	for (int own = 0; folder && own < 2; own++) {
		char *path = own ? sl_arena_printf(a, e, "%s/%s.txt", folder, name)
		                 : sl_arena_printf(a, e, "%s/%s.%s.txt", folder, name, language);

		if (!path)
			return e->code;
		if (!sl_io_exists(path))
			continue;
		*file = path;
		return sl_io_read(a, path, TEMPLATE_MAX, text, e);
	}
	if (p && (find_own(p, a, name, language, text, file, &found, e) || found))
		return e->code;
	for (size_t i = 0; (t = sl_report_template_at(i)) != NULL; i++)
		if (!strcmp(t->name, name)) {
			*text = t->text;
			*file = sl_arena_printf(a, e, "%s.txt", name);
			return *file ? SL_OK : e->code;
		}
	return not_found(p, a, name, e);
}
