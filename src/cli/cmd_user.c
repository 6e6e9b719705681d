#include "app/device.h"
#include "cli/command.h"
#include "cli/output.h"

#include "base/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

extern const struct sl_command sl_command_user;

struct wish {
	struct sl_programme programme;
	struct sl_people *people;
	struct sl_actor by;
	enum sl_text_format format;
	const char *role_name, *organisation, *scope_name, *label, *from, *to, *qr, *url;
	long long days;
	char **arg; /* arg[0]: after the verb */
	int n;
	struct sl_buf out;
};

typedef enum sl_code verb_fn(struct wish *w, struct sl_err *e);

/* The first line of standard input, without its end. */
static enum sl_code read_password(char *line, size_t size, struct sl_str *out, struct sl_err *e)
{
	size_t n;

	line[0] = 0;
	if (!fgets(line, (int)size, stdin) && ferror(stdin))
		return sl_fail(e, SL_IO, "standard input: %s", strerror(errno));
	n = strcspn(line, "\n");
	while (n && line[n - 1] == '\r')
		n--;
	if (!n)
		return sl_fail(e, SL_INVALID, "give the password as the first line of standard input");
	*out = (struct sl_str){line, n};
	return SL_OK;
}

static enum sl_code role_of(const char *name, enum sl_role *role, struct sl_err *e)
{
	return sl_role_from(sl_str_from(name), role) && *role != SL_ROLE_PUBLIC
	           ? SL_OK
	           : sl_fail(e, SL_INVALID,
	                     "%s is no role; there are reader, operator, data-entry, reviewer, quality, "
	                     "officer and administrator",
	                     name);
}

static enum sl_code add(struct wish *w, struct sl_err *e)
{
	char line[SL_PASSWORD_BYTES_MAX + 3];
	struct sl_new_user u = {.name = sl_str_from(w->arg[0]), .organisation = sl_str_from(w->organisation)};

	if (role_of(w->role_name, &u.role, e) || read_password(line, sizeof line, &u.password, e) ||
	    sl_user_add(w->people, &w->by, &u, e))
		return e->code;
	sl_buf_printf(&w->out, "%s: account '%s' with the role %s\n", w->programme.path, w->arg[0],
	              w->role_name);
	return SL_OK;
}

static enum sl_code write_qr(struct wish *w, struct sl_str passphrase, struct sl_err *e)
{
	struct sl_arena a = {0};
	struct sl_buf picture = {0};
	struct sl_str settings, project;
	struct sl_io_out file;
	const bool png = sl_str_has_suffix_nocase(sl_str_from(w->qr), ".png");

	if (!sl_store_fact(w->programme.db, &a, "name", &project, e) &&
	    !sl_device_settings(&a, sl_str_from(w->url), sl_str_from(w->arg[0]), passphrase, project, &settings, e) &&
	    !(png ? sl_qr_png(settings, &picture, e) : sl_qr_svg(settings, &picture, e)) &&
	    !sl_io_create(&file, w->qr, e)) {
		if (sl_io_write(&file, picture.p, picture.n, e) || sl_io_commit(&file, e))
			sl_io_discard(&file);
	}
	sl_buf_done(&picture);
	sl_arena_done(&a);
	return e->code;
}

static enum sl_code device(struct wish *w, struct sl_err *e)
{
	char line[SL_PASSWORD_BYTES_MAX + 3];
	struct sl_str secret;
	bool made;

	if (w->qr && !w->url)
		return sl_fail(e, SL_INVALID, "--qr needs --url, the address of the server as the phone sees it, with /odk");
	if (read_password(line, sizeof line, &secret, e) ||
	    sl_device_set(w->people, &w->by, sl_str_from(w->arg[0]), sl_str_from(w->organisation), secret, &made, e) ||
	    (w->qr && write_qr(w, secret, e)))
		return e->code;
	sl_buf_printf(&w->out, "%s: %s '%s'\n", w->programme.path, made ? "new device" : "new passphrase of the device",
	              w->arg[0]);
	return SL_OK;
}

static enum sl_code token(struct wish *w, struct sl_err *e)
{
	char text[SL_TOKEN_TEXT];
	enum sl_scope scope;

	if (!sl_scope_from(sl_str_from(w->scope_name), &scope))
		return sl_fail(e, SL_INVALID, "%s is no scope; there are read, write and devices", w->scope_name);
	if (sl_token_create(w->people, &w->by, sl_str_from(w->arg[0]), sl_str_from(w->label), scope, w->days,
	                    text, e))
		return e->code;
	sl_buf_printf(&w->out, "%s\n", text);
	return SL_OK;
}

static enum sl_code tokens(struct wish *w, struct sl_err *e)
{
	return sl_tokens_put(w->people, sl_str_from(w->n ? w->arg[0] : ""), w->format, &w->out, e);
}

static enum sl_code revoke(struct wish *w, struct sl_err *e)
{
	int64_t id;

	if (!sl_str_int64(sl_str_from(w->arg[0]), &id))
		return sl_fail(e, SL_INVALID, "%s is no number of a token; 'tokens' lists them", w->arg[0]);
	return sl_token_revoke(w->people, &w->by, id, SL_STR(""), e);
}

static enum sl_code list(struct wish *w, struct sl_err *e)
{
	return sl_users_put(w->people, w->format, &w->out, e);
}

static enum sl_code disable(struct wish *w, struct sl_err *e)
{
	return sl_user_disable(w->people, &w->by, sl_str_from(w->arg[0]), true, e);
}

static enum sl_code enable(struct wish *w, struct sl_err *e)
{
	return sl_user_disable(w->people, &w->by, sl_str_from(w->arg[0]), false, e);
}

static enum sl_code role(struct wish *w, struct sl_err *e)
{
	struct sl_str organisation = sl_str_from(w->organisation);
	enum sl_role r;

	if (role_of(w->arg[1], &r, e))
		return e->code;
	return sl_user_role(w->people, &w->by, sl_str_from(w->arg[0]), r,
	                    w->organisation ? &organisation : NULL, e);
}

static enum sl_code password(struct wish *w, struct sl_err *e)
{
	char line[SL_PASSWORD_BYTES_MAX + 3];
	struct sl_str secret;

	if (read_password(line, sizeof line, &secret, e))
		return e->code;
	return sl_user_password(w->people, &w->by, sl_str_from(w->arg[0]), secret, e);
}

/* The part of an address that follows the server's own. */
static enum sl_code link_of(struct wish *w, struct sl_err *e)
{
	char text[SL_SECRET_TEXT];

	if (sl_user_link(w->people, &w->by, sl_str_from(w->arg[0]), text, e))
		return e->code;
	sl_buf_printf(&w->out, "/set-up?key=%s\n", text);
	return SL_OK;
}

static enum sl_code moment(const char *option, const char *text, int64_t *out, struct sl_err *e)
{
	struct sl_date day;

	if (!text)
		return SL_OK;
	if (!sl_date_parse(sl_str_from(text), &day))
		return sl_fail(e, SL_INVALID, "%s %s: not a date such as 2025-01-31", option, text);
	*out = (int64_t)day.day * 86400000;
	return SL_OK;
}

static enum sl_code audit(struct wish *w, struct sl_err *e)
{
	struct sl_audit_range r = {.from_ms = 0};

	if (moment("--from", w->from, &r.from_ms, e) || moment("--to", w->to, &r.to_ms, e))
		return e->code;
	if (r.to_ms)
		r.to_ms += 86400000; /* that day too */
	return sl_audit_put(w->people, &r, w->format, &w->out, e);
}

static const struct verb {
	const char *name;
	verb_fn *fn;
	int least, most; /* arguments after it */
	bool reads;      /* only: makes no file */
} verbs[] = {
    {"add", add, 1, 1, false},           {"list", list, 0, 0, true},        {"role", role, 2, 2, false},
    {"password", password, 1, 1, false}, {"link", link_of, 1, 1, false},
    {"disable", disable, 1, 1, false}, {"enable", enable, 1, 1, false},
    {"device", device, 1, 1, false},     {"token", token, 1, 1, false},       {"tokens", tokens, 0, 1, true},    {"revoke", revoke, 1, 1, false},
    {"audit", audit, 0, 0, true},
};

static const struct verb *verb_of(const char *name)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct wish w = {.scope_name = "read", .days = 90};
	const char *format_name = NULL;
	const struct sl_option options[] = {{"--role", SL_OPTION_TEXT, &w.role_name},
	                                    {"--org", SL_OPTION_TEXT, &w.organisation},
	                                    {"--scope", SL_OPTION_TEXT, &w.scope_name},
	                                    {"--days", SL_OPTION_INT, &w.days},
	                                    {"--label", SL_OPTION_TEXT, &w.label},
	                                    {"--qr", SL_OPTION_TEXT, &w.qr},
	                                    {"--url", SL_OPTION_TEXT, &w.url},
	                                    {"--from", SL_OPTION_TEXT, &w.from},
	                                    {"--to", SL_OPTION_TEXT, &w.to},
	                                    {"--format", SL_OPTION_TEXT, &format_name},
	                                    {0}};
	const struct verb *verb;
	struct sl_err e = {0}, io = {0};
	int n = sl_options(&sl_command_user, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n < 2)
		return sl_usage_error(
		    "user: give a programme file and what to do: add, list, role, password, link, disable, "
		    "enable, device, token, tokens, revoke, audit");
	verb = verb_of(argv[2]);
	if (!verb)
		return sl_usage_error(
		    "user: %s: not one of add, list, role, password, link, disable, enable, device, token, tokens, "
		    "revoke, audit",
		    argv[2]);
	if (n - 2 < verb->least || n - 2 > verb->most)
		return sl_usage_error("user %s: 'safelane user --help' says what it needs", verb->name);
	if (verb->fn == add && !w.role_name)
		return sl_usage_error("user add: --role is needed");
	if (!sl_format_from(format_name, &w.format) ||
	    (w.format != SL_FORMAT_TABLE && w.format != SL_FORMAT_JSON))
		return sl_usage_error("user: --format is table or json");
	w.arg = argv + 3;
	w.n = n - 2;
	w.by = (struct sl_actor){sl_str_from(env->author), SL_STR("console")};
	if (!sl_programme_open(&w.programme, argv[1], SL_OPEN_READ, env, &e) &&
	    !sl_programme_people(&w.programme, verb->reads ? SL_OPEN_READ : SL_OPEN_WRITE, SL_PASSWORD_FULL,
	                         &w.people, &e))
		(void)!verb->fn(&w, &e);
	/* A broken chain is told after what it holds. */
	if ((!e.code || verb->fn == audit) && sl_print(&w.out, &io) && !e.code)
		e = io;
	sl_buf_done(&w.out);
	sl_people_close(w.people);
	sl_programme_close(&w.programme);
	return e.code ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_user = {
    "user", run, "accounts, roles and tokens of those who use the server; who did what",
    "safelane user FILE.gpkg add NAME --role ROLE [--org ORG]    a new account\n"
    "safelane user FILE.gpkg list [--format json]                all accounts\n"
    "safelane user FILE.gpkg role NAME ROLE [--org ORG]          another role, another organisation\n"
    "safelane user FILE.gpkg password NAME                       a new password; ends all sessions\n"
    "safelane user FILE.gpkg link NAME                           prints the end of an address where they choose one\n"
    "safelane user FILE.gpkg disable NAME                        at once; accounts are never deleted\n"
    "safelane user FILE.gpkg enable NAME\n"
    "safelane user FILE.gpkg device NAME --org ORG [--url URL --qr OUT.svg|OUT.png]    a phone, by a passphrase\n"
    "safelane user FILE.gpkg token NAME [--scope SCOPE] [--days N] [--label TEXT]    prints it, once\n"
    "safelane user FILE.gpkg tokens [NAME] [--format json]       all tokens, without what they are\n"
    "safelane user FILE.gpkg revoke NUMBER                       a token that 'tokens' lists\n"
    "safelane user FILE.gpkg audit [--from DATE] [--to DATE] [--format json]    who did what\n\n"
    "A link is good once and for a week; until then nobody signs in to the account. Put it behind the server's address.\n"
    "add, password and device read the password from the first line of standard input: at least 10 characters.\n"
    "What is here lies in FILE.gpkg.people, readable by its owner only, and never in FILE.gpkg itself.\n\n"
    "  --role ROLE    reader, operator, data-entry, reviewer, quality, officer or administrator\n"
    "  --org ORG      organisation; an operator sees only the records of theirs\n"
    "  --scope SCOPE  what the token may do of what its account may: read (when not given), write or "
    "devices\n"
    "  --days N       how long it is good: 90 when not given, at most 366\n"
    "  --label TEXT   what it is for\n"
    "  --qr OUT       a QR code that sets up the phone; it holds the passphrase: show it, do not keep it\n"
    "  --url URL      of the server as the phone sees it, such as http://192.168.1.5:8080/odk\n"};
