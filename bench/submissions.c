/* Filled forms a second through the server, each durable before its 201: 64 phones with a token, multipart, XML and rules
 * included, beside SQLite alone doing one durable transaction a record on the same disk.
 *   bench_submissions PORT TOKEN VERSION FOLDER [PHONES [EACH]]
 * The server is there already (bench/submissions.sh starts it). */
#include <sqlite3.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int port, each;
static const char *token, *version;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int instance(char *to, size_t size, int phone, int i)
{
	return snprintf(to, size,
	                "<data id=\"hazard\" version=\"%s\"><section_identity><id>B-%d-%d</id><name>Field</name>"
	                "<class>SHA</class><effective_date>2026-03-15</effective_date></section_identity><section_place>"
	                "<geometry>12.5 44.5 0 0;12.5 44.6 0 0;12.6 44.6 0 0;12.5 44.5 0 0</geometry></section_place>"
	                "<meta><instanceID>uuid:bench-%d-%d-%ld</instanceID></meta></data>",
	                version, phone, i, phone, i, (long)getpid());
}

static int link_up(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int s = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (s < 0 || connect(s, (struct sockaddr *)&a, sizeof a)) {
		perror("connect");
		exit(1);
	}
	return s;
}

static void *phone_work(void *ctx)
{
	int phone = (int)(size_t)ctx, s = link_up();
	char xml[2000], body[2600], text[4000], answer[4096];

	for (int i = 0; i < each; i++) {
		int n, got = 0;

		instance(xml, sizeof xml, phone, i);
		n = snprintf(body, sizeof body,
		             "--b\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"i.xml\"\r\n"
		             "Content-Type: text/xml\r\n\r\n%s\r\n--b--\r\n",
		             xml);
		n = snprintf(text, sizeof text,
		             "POST /odk/key/%s/submission HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; "
		             "boundary=b\r\nContent-Length: %d\r\n\r\n%s",
		             token, n, body);
		if (write(s, text, (size_t)n) != n)
			exit(1);
		for (;;) {
			ssize_t k = read(s, answer + got, sizeof answer - 1 - (size_t)got);

			if (k <= 0) {
				fprintf(stderr, "the server hung up\n");
				exit(1);
			}
			got += (int)k;
			answer[got] = 0;
			if (strstr(answer, "</OpenRosaResponse>"))
				break;
		}
		if (strncmp(answer, "HTTP/1.1 201", 12)) {
			fprintf(stderr, "%s\n", answer);
			exit(1);
		}
	}
	close(s);
	return NULL;
}

static double through_server(int phones)
{
	pthread_t t[256];
	double began = now();

	for (int i = 0; i < phones; i++)
		pthread_create(&t[i], NULL, phone_work, (void *)(size_t)i);
	for (int i = 0; i < phones; i++)
		pthread_join(t[i], NULL);
	return phones * each / (now() - began);
}

static double bare(const char *folder, int n)
{
	char path[1000], xml[2000];
	sqlite3_stmt *st;
	sqlite3 *db;
	double began;

	snprintf(path, sizeof path, "%s/bare.db", folder);
	if (sqlite3_open(path, &db) ||
	    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS s "
	                     "(id INTEGER PRIMARY KEY, instance TEXT UNIQUE, xml BLOB)", NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(db, "INSERT INTO s (instance, xml) VALUES (hex(randomblob(16)), ?)", -1, &st, NULL))
		exit(1);
	began = now();
	for (int i = 0; i < n; i++) {
		sqlite3_bind_blob(st, 1, xml, instance(xml, sizeof xml, 0, i), SQLITE_TRANSIENT);
		if (sqlite3_step(st) != SQLITE_DONE)
			exit(1);
		sqlite3_reset(st);
	}
	began = n / (now() - began);
	sqlite3_finalize(st);
	sqlite3_close(db);
	return began;
}

int main(int argc, char **argv)
{
	int phones = argc > 5 ? atoi(argv[5]) : 64;
	double ours, theirs[2];

	if (argc < 5 || phones < 1 || phones > 256)
		return 2;
	port = atoi(argv[1]);
	token = argv[2];
	version = argv[3];
	each = argc > 6 ? atoi(argv[6]) : 50;
	theirs[0] = bare(argv[4], phones * each);
	ours = through_server(phones);
	theirs[1] = bare(argv[4], phones * each);
	printf("durable submissions a second: %.0f with %d phones; bare SQLite, one transaction each: %.0f and %.0f; %.2f times\n",
	       ours, phones, theirs[0], theirs[1], ours * 2 / (theirs[0] + theirs[1]));
	return 0;
}
