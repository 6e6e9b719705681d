#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* The same small programmes that the ledger is tested on. */
#include "ledger/programme.c"

static void add_square(struct test_programme *p, const char *id, double lon, double lat)
{
	double xy[] = {lon, lat, lon + 0.001, lat, lon + 0.001, lat + 0.001, lon, lat + 0.001, lon, lat};
	uint32_t ring = 5, part = 1;
	struct sl_geom g = {.type = SL_GEOM_POLYGON, .xy = xy, .n_points = 5, .ring_end = &ring, .n_rings = 1,
	                    .part_end = &part, .n_parts = 1};

	programme_add(p, "hazard", id, "2024-03-01", "class=CHA;name=Field;area_reported_m2=12345", &g);
}

void server_open(struct test_server *t, const struct sl_server_options *options)
{
	struct sl_server_options o = options ? *options : (struct sl_server_options){.anyone = SL_ROLE_REVIEWER};
	char log[] = "/tmp/safelane-test-XXXXXX";
	const char *colon;

	memset(t, 0, sizeof *t);
	programme_open(&t->p);
	add_square(&t->p, "HA-1", 40.0, 10.0);
	add_square(&t->p, "HA-2", 40.01, 10.0);
	add_square(&t->p, "HA/3", 40.02, 10.0);
	programme_add(&t->p, "place", "P-1", "2024-01-01", "level=settlement;name=Nové Místo", NULL);
	programme_add(&t->p, "organisation", "ORG-1", "2024-01-01", "name=Clear Ways", NULL);
	t->log = mkstemp(log);
	unlink(log);
	o.path = t->p.path;
	if (!o.listen)
		o.listen = "127.0.0.1:0";
	o.log = t->log;
	o.threads = 2;
	CHECK_OK(sl_server_start(&o, &t->p.env, &t->server, &t->p.e), &t->p.e);
	if (!t->server)
		return;
	colon = strrchr(sl_server_address(t->server), ':');
	t->port = atoi(colon + 1);
}

void server_close(struct test_server *t)
{
	if (t->server)
		sl_server_stop(t->server, 2000);
	close(t->log);
	programme_close(&t->p);
}

void reply_done(struct reply *r)
{
	sl_buf_done(&r->text);
	*r = (struct reply){0};
}

int client_connect(const struct test_server *t)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)t->port)};
	int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(s >= 0 && !connect(s, (struct sockaddr *)&to, sizeof to));
	return s;
}

bool client_send(int s, const void *bytes, size_t n)
{
	const char *p = bytes;

	while (n) {
		ssize_t k = send(s, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

struct sl_str reply_header(const struct reply *r, const char *name)
{
	struct sl_str rest = {r->text.p, (size_t)(r->body.p - r->text.p)}, line, key;

	while (r->body.p && sl_str_split(&rest, '\n', &line))
		if (sl_str_split(&line, ':', &key) && line.p && sl_str_is_nocase(key, name))
			return sl_str_trim(line);
	return SL_STR("");
}

static bool more(int s, struct reply *r)
{
	struct pollfd p = {.fd = s, .events = POLLIN};
	char bytes[8192];
	ssize_t n;

	if (poll(&p, 1, 20000) <= 0)
		return false;
	n = recv(s, bytes, sizeof bytes, 0);
	if (n <= 0) {
		r->closed = true;
		return false;
	}
	sl_buf_add(&r->text, bytes, (size_t)n);
	return true;
}

static bool head_is_whole(struct reply *r)
{
	const char *end = r->text.n ? strstr(r->text.p, "\r\n\r\n") : NULL;

	if (!end)
		return false;
	r->body = (struct sl_str){end + 4, r->text.n - (size_t)(end + 4 - r->text.p)};
	return true;
}

void client_read(int s, bool head, struct reply *r)
{
	int64_t length = 0;
	bool chunked;

	*r = (struct reply){0};
	while (!head_is_whole(r))
		if (!more(s, r))
			return;
	r->status = atoi(r->text.p + 9);
	chunked = reply_header(r, "transfer-encoding").n > 0;
	if (head || r->status == 304 || r->status == 204) {
		r->body.n = 0;
		return;
	}
	if (!chunked && !sl_str_int64(reply_header(r, "content-length"), &length))
		length = INT64_MAX;
	while (chunked ? !sl_str_has_suffix_nocase(r->body, "0\r\n\r\n") : (int64_t)r->body.n < length) {
		if (!more(s, r))
			break;
		head_is_whole(r);
	}
}

void ask_raw(const struct test_server *t, const char *text, struct reply *r)
{
	int s = client_connect(t);

	client_send(s, text, strlen(text));
	client_read(s, !strncmp(text, "HEAD", 4), r);
	close(s);
}

void ask(const struct test_server *t, const char *method, const char *path, const char *headers, struct reply *r)
{
	struct sl_buf b = {0};

	sl_buf_printf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s\r\n", method, path, headers);
	ask_raw(t, b.p, r);
	sl_buf_done(&b);
}
