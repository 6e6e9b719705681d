/* The access log: one JSON object a line.  Of a query only the names of its parameters are kept, of a path that
 * no route has only its first segment: searches name people, links hold tokens.  No header is kept but the kind
 * of answer; no cookie, no token, no body. */
#include "http/server_parts.h"

#include "base/date.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { FLUSH_AT = 1 << 15 };

/* Under the lock. */
static void write_out(struct sl_log *log)
{
	size_t at = 0;

	while (at < log->lines.n) {
		ssize_t k = write(log->fd, log->lines.p + at, log->lines.n - at);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0) /* full or gone: the server goes on */
			break;
		at += (size_t)k;
	}
	sl_buf_clear(&log->lines);
}

void sl_log_flush(struct sl_server *s)
{
	if (s->log.fd < 0)
		return;
	pthread_mutex_lock(&s->log.lock);
	write_out(&s->log);
	pthread_mutex_unlock(&s->log.lock);
}

/* A place in the address that holds something secret is called so in the route. */
static bool secret_name(struct sl_str segment)
{
	return sl_str_is(segment, "{token}") || sl_str_is(segment, "{secret}") || sl_str_is(segment, "{key}");
}

/* The path as sent, with secret segments left out. */
static void put_path(struct sl_buf *b, const struct sl_request *r)
{
	struct sl_str rest = r->path, pattern = sl_str_from(r->route ? r->route->path : ""), part, want;
	bool first = true;

	if (!r->route) {
		const char *slash = rest.n > 1 ? memchr(rest.p + 1, '/', rest.n - 1) : NULL;

		sl_buf_add(b, rest.p, slash ? (size_t)(slash - rest.p) : rest.n > 80 ? 80 : rest.n);
		if (slash)
			sl_buf_puts(b, "/...");
		return;
	}
	while (sl_str_split(&rest, '/', &part)) {
		if (!first)
			sl_buf_putc(b, '/');
		first = false;
		want = SL_STR("");
		if (pattern.p)
			(void)!sl_str_split(&pattern, '/', &want);
		sl_buf_str(b, secret_name(want) ? SL_STR("...") : part);
	}
}

static void put_line(struct sl_buf *b, const struct sl_server *s, const struct sl_request *r, const char *method,
                     int status, uint64_t bytes, double ms)
{
	struct sl_buf text = {0};
	struct sl_json_writer w;
	char now[32];

	sl_time_text(sl_env_now_ms(&s->env), now);
	sl_json_writer_init(&w, b);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "time", sl_str_from(now));
	sl_json_kv_str(&w, "address", r->address);
	sl_json_kv_str(&w, "method", sl_str_from(method));
	put_path(&text, r);
	sl_json_kv_str(&w, "path", sl_buf_view(&text));
	sl_buf_clear(&text);
	for (size_t i = 0; r->route && i < r->n_query; i++) {
		sl_buf_puts(&text, i ? "," : "");
		sl_buf_str(&text, r->query[i].name);
	}
	if (text.n)
		sl_json_kv_str(&w, "query", sl_buf_view(&text));
	sl_json_kv_int(&w, "status", status);
	sl_json_kv_int(&w, "bytes", (int64_t)bytes);
	sl_json_kv_double(&w, "ms", (double)(int64_t)(ms * 1000) / 1000);
	sl_json_end(&w, '}');
	sl_buf_putc(b, '\n');
	sl_buf_done(&text);
}

void sl_log_request(struct sl_server *s, const struct sl_request *r, const char *method, int status, uint64_t bytes,
                    double ms)
{
	struct sl_log *log = &s->log;

	if (log->fd < 0)
		return;
	pthread_mutex_lock(&log->lock);
	put_line(&log->lines, s, r, method, status, bytes, ms);
	if (log->lines.failed || log->lines.n > FLUSH_AT)
		write_out(log);
	pthread_mutex_unlock(&log->lock);
}

void sl_server_note(struct sl_server *s, const struct sl_request *r, const struct sl_err *e)
{
	struct sl_log *log = &s->log;
	struct sl_json_writer w;
	char now[32];

	if (log->fd < 0)
		return;
	sl_time_text(sl_env_now_ms(&s->env), now);
	pthread_mutex_lock(&log->lock);
	sl_json_writer_init(&w, &log->lines);
	sl_json_begin(&w, '{');
	sl_json_kv_str(&w, "time", sl_str_from(now));
	sl_json_kv_str(&w, "error", sl_str_from(sl_code_name(e->code)));
	sl_json_kv_str(&w, "message", sl_str_from(e->msg));
	sl_json_kv_str(&w, "route", sl_str_from(r && r->route ? r->route->path : ""));
	sl_json_end(&w, '}');
	sl_buf_putc(&log->lines, '\n');
	pthread_mutex_unlock(&log->lock);
}
