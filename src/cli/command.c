#include "cli/command.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct sl_command *sl_command_find(const char *name)
{
	for (const struct sl_command *const *c = sl_commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

int sl_report_error(const struct sl_err *e)
{
	fflush(stdout);
	fprintf(stderr, "safelane: %s\n", e->msg);
	return sl_code_exit(e->code);
}

int sl_usage_error(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("safelane: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return 2;
}

static const struct sl_option *lookup(const struct sl_option *o, const char *arg, size_t n)
{
	for (; o->name; o++)
		if (strlen(o->name) == n && !strncmp(o->name, arg, n))
			return o;
	return NULL;
}

static bool store_value(const struct sl_option *o, const char *value)
{
	struct sl_option_list *list = o->value;
	char *end;

	switch (o->type) {
	case SL_OPTION_FLAG:
		*(bool *)o->value = true;
		return true;
	case SL_OPTION_TEXT:
		*(const char **)o->value = value;
		return true;
	case SL_OPTION_LIST:
		if (list->n == (int)(sizeof list->v / sizeof *list->v))
			return false;
		list->v[list->n++] = value;
		return true;
	case SL_OPTION_INT:
		*(long long *)o->value = strtoll(value, &end, 10);
		return *value && !*end;
	}
	return false;
}

int sl_options(const struct sl_command *c, int argc, char **argv, const struct sl_option *options)
{
	int n = 0;
	bool plain = false;

	for (int i = 1; i < argc; i++) {
		const char *arg = argv[i], *eq = strchr(arg, '=');
		const struct sl_option *o;
		size_t len = eq && arg[1] == '-' ? (size_t)(eq - arg) : strlen(arg);
		const char *value = NULL;
		char *end;

		/* "-33.5" is a latitude, not an option. */
		if (plain || arg[0] != '-' || !arg[1] || (strtod(arg, &end), end != arg)) {
			argv[1 + n++] = argv[i];
			continue;
		}
		if (!strcmp(arg, "--")) {
			plain = true;
			continue;
		}
		if (!strcmp(arg, "--help")) {
			fputs(c->help, stdout);
			return -2;
		}
		o = lookup(options, arg, len);
		if (!o) {
			sl_usage_error("%s: unknown option %s; 'safelane %s --help' lists them", c->name, arg,
			               c->name);
			return -1;
		}
		if (o->type != SL_OPTION_FLAG) {
			value = len < strlen(arg) ? arg + len + 1 : i + 1 < argc ? argv[++i] : NULL;
			if (!value) {
				sl_usage_error("%s: %s needs a value", c->name, o->name);
				return -1;
			}
		}
		if (!store_value(o, value)) {
			sl_usage_error("%s: %s %s: not a usable value", c->name, o->name, value);
			return -1;
		}
	}
	return n;
}
