/* A small programme behind a server on a free port of this machine, and a client that sends any bytes. */
#ifndef SL_TESTS_HTTP_SUPPORT_H
#define SL_TESTS_HTTP_SUPPORT_H

#include "check.h"
#include "http/server.h"
#include "ledger/programme.h"

struct test_server {
	struct test_programme p;
	struct sl_server *server;
	int port;
	int log; /* a file without a name */
};

/* Three hazards, a place and an organisation.  `options` may be NULL; path, listen and log are set here. */
void server_open(struct test_server *t, const struct sl_server_options *options);
void server_close(struct test_server *t);

struct reply {
	int status;
	struct sl_buf text; /* all that came */
	struct sl_str body; /* behind the head */
	bool closed;        /* the server closed the connection */
};
void reply_done(struct reply *r);
struct sl_str reply_header(const struct reply *r, const char *lower_case_name); /* empty when absent */

int client_connect(const struct test_server *t);
bool client_send(int socket, const void *bytes, size_t n);
/* One answer; HEAD and 204 and 304 have no body. */
void client_read(int socket, bool head, struct reply *r);
/* Send a text and read one answer on a connection of its own. */
void ask_raw(const struct test_server *t, const char *text, struct reply *r);
/* "GET path" with more header lines ("Accept: text/html\r\n", may be empty). */
void ask(const struct test_server *t, const char *method, const char *path, const char *headers, struct reply *r);

#endif
