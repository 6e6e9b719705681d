/* Who answers which connection, and how many there may be. */
#include "support.h"

#include "http/server_parts.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOON_MS = 5000, LATER_MS = 300 };

static void say(int s)
{
	static const char get[] = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

	CHECK(client_send(s, get, sizeof get - 1));
}

/* Something to read within the time: an answer, or the end. */
static bool readable(int s, int ms)
{
	struct pollfd p = {.fd = s, .events = POLLIN};

	return poll(&p, 1, ms) == 1;
}

static bool answered(int s, int ms)
{
	char text[4096];

	return readable(s, ms) && recv(s, text, sizeof text, 0) > 12 && !memcmp(text, "HTTP/1.1 200", 12);
}

TEST(connections_are_dealt_out_evenly)
{
	struct test_server t;
	int s[8];

	server_open(&t, NULL);
	for (size_t i = 0; i < 8; i++)
		s[i] = client_connect(&t);
	for (size_t i = 0; i < 8; i++) {
		say(s[i]);
		CHECK(answered(s[i], SOON_MS));
	}
	CHECK_INT(t.server->n_lanes, 2);
	CHECK_INT(atomic_load(&t.server->lane[0].n), 4);
	CHECK_INT(atomic_load(&t.server->lane[1].n), 4);
	for (size_t i = 0; i < 8; i++)
		close(s[i]);
	server_close(&t);
}

/* Full, the server lets the next one wait, and takes it when another has gone. */
TEST(connections_wait_when_there_are_enough)
{
	struct sl_server_options o = {.anyone = SL_ROLE_REVIEWER, .connections = 3};
	struct test_server t;
	int s[4];

	server_open(&t, &o);
	for (size_t i = 0; i < 4; i++) {
		s[i] = client_connect(&t);
		say(s[i]);
		CHECK(answered(s[i], i < 3 ? SOON_MS : LATER_MS) == (i < 3));
	}
	close(s[0]);
	CHECK(answered(s[3], SOON_MS));
	for (size_t i = 1; i < 4; i++)
		close(s[i]);
	server_close(&t);
}

TEST(connections_of_one_address_are_bounded)
{
	struct sl_server_options o = {.anyone = SL_ROLE_PUBLIC, .per_address = 2, .listen = "0.0.0.0:0"};
	struct test_server t;
	char rest[64];
	int s[3];

	server_open(&t, &o);
	for (size_t i = 0; i < 2; i++) {
		s[i] = client_connect(&t);
		say(s[i]);
		CHECK(answered(s[i], SOON_MS));
	}
	s[2] = client_connect(&t);
	CHECK(readable(s[2], SOON_MS) && recv(s[2], rest, sizeof rest, 0) <= 0);
	close(s[2]);
	close(s[0]);
	for (int tries = 0; tries < 100; tries++) { /* its end is seen by another thread */
		s[0] = client_connect(&t);
		say(s[0]);
		if (answered(s[0], SOON_MS))
			break;
		close(s[0]);
		CHECK(tries < 99);
		usleep(10000);
	}
	close(s[0]);
	close(s[1]);
	server_close(&t);
}
