#include "cli/command.h"
#include "http/server.h"
#include "http/who.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

extern const struct sl_command sl_command_serve;

enum { GRACE_MS = 10000, TILE_CACHE_MAX = 4096 };

static enum sl_code open_log(const char *path, int *fd, struct sl_err *e)
{
	*fd = STDERR_FILENO;
	if (!path)
		return SL_OK;
	*fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	return *fd < 0 ? sl_fail(e, SL_IO, "%s: %s", path, strerror(errno)) : SL_OK;
}

/* While there is no administrator, each start prints a link that makes the first; it holds a secret and goes to
 * the terminal alone. */
static enum sl_code offer_set_up(struct sl_env *env, const char *path, const char *address, struct sl_err *e)
{
	struct sl_people *people;
	char link[SL_SECRET_TEXT];
	bool needed = false;

	if (sl_people_open(path, SL_OPEN_WRITE, SL_PASSWORD_FULL, env, &people, e))
		return e->code;
	if (!sl_setup_needed(people, &needed, e) && needed && !sl_setup_link(people, link, e))
		printf("Nobody can sign in yet. Make the first administrator within %d hours, once, at\n%s/set-up?key=%s\n",
		       SL_SETUP_HOURS, address, link);
	sl_people_close(people);
	return e->code;
}

static enum sl_code serve(struct sl_env *env, struct sl_server_options *o, const char *log, struct sl_err *e)
{
	struct sl_server *server;

	if (open_log(log, &o->log, e))
		return e->code;
	signal(SIGPIPE, SIG_IGN); /* a client that goes away in the middle of an answer */
	if (!sl_server_start(o, env, &server, e)) {
		printf("Serving %s at %s/\n", o->path, sl_server_address(server));
		if (!offer_set_up(env, o->path, sl_server_address(server), e)) {
			fflush(stdout);
			sl_server_run(server);
		}
		sl_server_stop(server, GRACE_MS);
	}
	if (log)
		close(o->log);
	return e->code;
}

static int run(struct sl_env *env, int argc, char **argv)
{
	struct sl_server_options o = {.listen = "127.0.0.1:8080", .anyone = SL_ROLE_PUBLIC, .identify = sl_identify};
	const char *log = NULL;
	long long threads = 0, tile_cache = -1;
	const struct sl_option options[] = {{"--listen", SL_OPTION_TEXT, &o.listen},
	                                    {"--certificate", SL_OPTION_TEXT, &o.certificate},
	                                    {"--key", SL_OPTION_TEXT, &o.key},
	                                    {"--behind-proxy", SL_OPTION_FLAG, &o.behind_proxy},
	                                    {"--log", SL_OPTION_TEXT, &log},
	                                    {"--threads", SL_OPTION_INT, &threads},
	                                    {"--tile-cache", SL_OPTION_INT, &tile_cache},
	                                    {0}};
	struct sl_err e = {0};
	int n = sl_options(&sl_command_serve, argc, argv, options);

	if (n < 0)
		return n == -2 ? 0 : 2;
	if (n != 1)
		return sl_usage_error("serve: give one programme file");
	if (threads < 0 || threads > 64)
		return sl_usage_error("serve: --threads is from 1 to 64");
	if (tile_cache < -1 || tile_cache > TILE_CACHE_MAX)
		return sl_usage_error("serve: --tile-cache is from 0 to 4096 MiB");
	if (!o.certificate != !o.key)
		return sl_usage_error("serve: --certificate and --key belong together");
	o.threads = (unsigned)threads;
	o.tile_cache_mib = tile_cache < 0 ? 0 : tile_cache ? (int)tile_cache : -1;
	o.path = argv[1];
	return serve(env, &o, log, &e) ? sl_report_error(&e) : 0;
}

const struct sl_command sl_command_serve = {
    "serve", run, "the programme as a web application and a standards server",
    "safelane serve FILE.gpkg [--listen ADDRESS:PORT] [--certificate FILE --key FILE]\n"
    "               [--behind-proxy] [--log FILE] [--threads N] [--tile-cache MIB]\n\n"
    "Serves pages, map tiles and OGC API at the address, 127.0.0.1:8080 when none is given; port 0 takes any\n"
    "free port. The address is printed when it is ready. --certificate and --key (PEM) make it https.\n"
    "--behind-proxy believes X-Forwarded-Proto, -Host, -Prefix and -For: only where a proxy sets them.\n"
    "People sign in, programs send a token: see safelane user. While there is no administrator, each start\n"
    "prints a link that makes the first one. 'safelane set FILE.gpkg public on' opens the published layers.\n"
    "Finished map tiles are kept in memory, 16 MiB of them; --tile-cache keeps more, and none with 0.\n"
    "The access log goes to standard error, or to the file of --log. Ctrl-C lets running requests end.\n"};
