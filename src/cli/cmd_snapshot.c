#include "app/snapshot.h"
#include "cli/command.h"
#include "cli/output.h"

extern const struct sl_command sl_command_snapshot;

struct asked {
	const char *as_of, *known_at, *name, *verify, *format;
	bool list;
};

static enum sl_code make(struct sl_programme *p, const struct asked *q, struct sl_buf *b, struct sl_err *e)
{
	struct sl_snapshot_request r = {.name = sl_str_from(q->name), .as_of = q->as_of, .known_at = q->known_at};
	struct sl_hash account;
	char hash[65];

	if (sl_snapshot_make(p, &r, &account, e))
		return e->code;
	sl_hash_text(account, hash);
	sl_buf_printf(b, "'%s' is frozen: as of %s, %.16s\n", q->name, q->as_of, hash);
	return SL_OK;
}

static enum sl_code answer(struct sl_programme *p, const struct asked *q, enum sl_text_format format, bool *differs,
                           struct sl_err *e)
{
	struct sl_snapshot_verdict v;
	struct sl_buf b = {0};

	if (q->list)
		(void)!sl_snapshots_text(p, format, &b, e);
	else if (!q->verify)
		(void)!make(p, q, &b, e);
	else if (!sl_snapshot_verify(p, &p->arena, sl_str_from(q->verify), &v, e)) {
		sl_verdict_text(&b, &v, format);
		*differs = !v.same;
	}
	if (!e->code)
		(void)!sl_print(&b, e);
	sl_buf_done(&b);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct asked q = {0};
	enum sl_text_format format;
	const struct sl_option options[] = {{"--as-of", SL_OPTION_TEXT, &q.as_of},
	                                    {"--known-at", SL_OPTION_TEXT, &q.known_at},
	                                    {"--name", SL_OPTION_TEXT, &q.name},
	                                    {"--verify", SL_OPTION_TEXT, &q.verify},
	                                    {"--list", SL_OPTION_FLAG, &q.list},
	                                    {"--format", SL_OPTION_TEXT, &q.format},
	                                    {0}};
	struct sl_programme p;
	struct sl_err e = {0};
	bool differs = false;
	int n = sl_options(&sl_command_snapshot, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1 || (q.name != NULL) + (q.verify != NULL) + q.list != 1)
		return sl_usage_error("snapshot: give one programme file and one of --name, --verify and --list");
	if (q.as_of && !q.name)
		return sl_usage_error("snapshot: --as-of belongs to --name");
	if (!sl_format_from(q.format, &format) || format == SL_FORMAT_GEOJSON || (q.verify && format == SL_FORMAT_CSV) ||
	    (q.name && q.format))
		return sl_usage_error("snapshot: --format is table, csv or json for --list, table or json for --verify");
	if (q.name) {
		const struct sl_snapshot_request r = {.name = sl_str_from(q.name), .as_of = q.as_of, .known_at = q.known_at};

		if (sl_snapshot_check(&r, env, &e))
			return sl_usage_error("snapshot: %s", e.msg);
	}
	if (!sl_programme_open(&p, argv[1], SL_OPEN_READ, env, &e))
		(void)!answer(&p, &q, format, &differs, &e);
	sl_programme_close(&p);
	return e.code ? sl_report_error(&e) : differs;
}

const struct sl_command sl_command_snapshot = {
	"snapshot", run, "freeze an account under a name, and count it again later",
	"safelane snapshot FILE.gpkg --as-of DATE --name TEXT [--known-at TIME]\n"
	"safelane snapshot FILE.gpkg --list [--format table|csv|json]\n"
	"safelane snapshot FILE.gpkg --verify TEXT [--format table|json]\n\n"
	"Freezes the account of a date, as known now or at --known-at, with all its breakdowns: signed and chained\n"
	"in the programme file, a name only once. --verify counts it again from the log as it stood then and names\n"
	"every cell that is not what was frozen; exit status 1 when there is one. 'safelane diff' takes the names.\n"
	"'safelane set FILE.gpkg freeze 30' lets the server freeze each year's end 30 days after it.\n"};
