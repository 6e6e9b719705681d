/* Filled forms a second through the server, each durable before its 201, beside SQLite alone doing one durable
 * transaction a record on the same disk, in turn.
 *   bench_submissions PORT FOLDER TEMPLATE PHOTO_BYTES [PHONES [EACH [ROUNDS]]]
 * Each phone has an account (bench-0, bench-1, ...), a connection and a nonce of its own and counts its requests (HTTP Digest,
 * RFC 2617), as ODK Collect does.  TEMPLATE is the XML with @ID@ and @INSTANCE@; with PHOTO_BYTES a photograph p.jpg goes along.
 * The server is there already (bench/submissions.sh starts it). */
#include "base/md5.h"

#include <sqlite3.h>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PASSPHRASE "orange lantern"
enum { XML_MAX = 20000, HEAD_MAX = 1500, PHONES_MAX = 256, ROUNDS_MAX = 50 };

static int port, each, photo_bytes, round_now;
static char form[XML_MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_submissions: %s\n", what);
	exit(1);
}

/* ---- what is sent ---- */

static int instance(char *to, int phone, int i)
{
	const char *from = form, *at;
	int n = 0;

	while ((at = strchr(from, '@'))) {
		bool id = !strncmp(at, "@ID@", 4);

		if (!id && strncmp(at, "@INSTANCE@", 10))
			fail("the template has an @ of its own");
		n += snprintf(to + n, (size_t)(XML_MAX - n), "%.*s%s-%d-%d-%d-%ld", (int)(at - from), from, id ? "B" : "uuid:bench",
		              round_now, phone, i, (long)getpid());
		from = at + (id ? 4 : 10);
	}
	return n + snprintf(to + n, (size_t)(XML_MAX - n), "%s", from);
}

/* Each another: bytes that are the same are kept once. */
static void photograph(unsigned char *to, int phone, int i)
{
	uint64_t x = (uint64_t)round_now << 48 ^ (uint64_t)phone << 24 ^ (uint64_t)i ^ (uint64_t)getpid() << 32;

	memcpy(to, "\xff\xd8\xff\xe0", 4);
	for (int k = 4; k < photo_bytes; k++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		to[k] = (unsigned char)(x >> 56);
	}
}

/* ---- a phone ---- */

struct phone {
	int number, link;
	unsigned nc;
	char name[32], h1[SL_MD5_TEXT], nonce[80], answer[8192];
	char xml[XML_MAX];
	unsigned char *text;
};

static void md5(char out[SL_MD5_TEXT], const char *text)
{
	sl_md5_text(sl_md5_of(sl_str_from(text)), out);
}

/* The status of the answer that comes; its text stands in answer. */
static int hear(struct phone *p)
{
	size_t got = 0, whole = 0;

	while (!whole || got < whole) {
		ssize_t k = read(p->link, p->answer + got, sizeof p->answer - 1 - got);
		char *end, *length;

		if (k <= 0)
			fail("the server hung up");
		got += (size_t)k;
		p->answer[got] = 0;
		end = strstr(p->answer, "\r\n\r\n");
		if (!whole && end) {
			length = strstr(p->answer, "\nContent-Length:");
			if (!length || length > end)
				fail("an answer without a length");
			whole = (size_t)(end + 4 - p->answer) + strtoul(length + 16, NULL, 10);
			if (whole >= sizeof p->answer)
				fail(p->answer);
		}
	}
	return atoi(p->answer + 9);
}

static void say(struct phone *p, const void *bytes, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t k = write(p->link, (const char *)bytes + at, n - at);

		if (k <= 0)
			fail("the server hung up");
		at += (size_t)k;
	}
}

static void link_up(struct phone *p)
{
	static const char ask[] = "GET /odk/formList HTTP/1.1\r\nHost: localhost\r\n\r\n";
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	char text[100], *nonce;
	int on = 1;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->link = socket(AF_INET, SOCK_STREAM, 0);
	if (p->link < 0 || connect(p->link, (struct sockaddr *)&a, sizeof a))
		fail("no connection");
	setsockopt(p->link, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	snprintf(p->name, sizeof p->name, "bench-%d", p->number);
	snprintf(text, sizeof text, "%s:Safelane:" PASSPHRASE, p->name);
	md5(p->h1, text);
	say(p, ask, sizeof ask - 1);
	if (hear(p) != 401 || !(nonce = strstr(p->answer, "nonce=\"")) || sscanf(nonce + 7, "%79[^\"]", p->nonce) != 1)
		fail("no challenge");
}

/* RFC 2617, 3.2.2.1 */
static void digest(struct phone *p, const char *uri, char out[SL_MD5_TEXT])
{
	char text[400], h2[SL_MD5_TEXT];

	snprintf(text, sizeof text, "POST:%s", uri);
	md5(h2, text);
	snprintf(text, sizeof text, "%s:%s:%08x:0a4f113b:auth:%s", p->h1, p->nonce, p->nc, h2);
	md5(out, text);
}

static void send_one(struct phone *p, int i)
{
	const char *uri = "/odk/submission?deviceID=collect%3Abench";
	char head[HEAD_MAX], response[SL_MD5_TEXT];
	size_t n = HEAD_MAX, body, k;
	int xml = instance(p->xml, p->number, i);

	n += (size_t)sprintf((char *)p->text + n,
	                     "--b\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"i.xml\"\r\n"
	                     "Content-Type: text/xml\r\n\r\n%.*s\r\n",
	                     xml, p->xml);
	if (photo_bytes) {
		n += (size_t)sprintf((char *)p->text + n, "--b\r\nContent-Disposition: form-data; name=\"p.jpg\"; filename=\"p.jpg\"\r\n"
		                                          "Content-Type: image/jpeg\r\n\r\n");
		photograph(p->text + n, p->number, i);
		n += (size_t)photo_bytes;
		n += (size_t)sprintf((char *)p->text + n, "\r\n");
	}
	n += (size_t)sprintf((char *)p->text + n, "--b--\r\n");
	body = n - HEAD_MAX;
	p->nc++;
	digest(p, uri, response);
	k = (size_t)snprintf(head, sizeof head,
	                     "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Digest username=\"%s\", realm=\"Safelane\", "
	                     "nonce=\"%s\", uri=\"%s\", response=\"%s\", qop=auth, nc=%08x, cnonce=\"0a4f113b\", algorithm=MD5\r\n"
	                     "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n",
	                     uri, p->name, p->nonce, uri, response, p->nc, body);
	memcpy(p->text + HEAD_MAX - k, head, k);
	say(p, p->text + HEAD_MAX - k, body + k);
	if (hear(p) != 201)
		fail(p->answer);
}

static void *work(void *ctx)
{
	struct phone *p = ctx;

	for (int i = 0; i < each; i++)
		send_one(p, i);
	return NULL;
}

static double through_server(struct phone *phone, int phones)
{
	pthread_t t[PHONES_MAX];
	double began = now();

	for (int i = 0; i < phones; i++)
		if (pthread_create(&t[i], NULL, work, &phone[i]))
			fail("no thread");
	for (int i = 0; i < phones; i++)
		pthread_join(t[i], NULL);
	return phones * each / (now() - began);
}

/* ---- SQLite alone ---- */

static void must(sqlite3 *db, int code)
{
	if (code != SQLITE_OK && code != SQLITE_DONE)
		fail(sqlite3_errmsg(db));
}

static double bare(const char *folder, int n)
{
	static char path[1000], xml[XML_MAX];
	sqlite3_stmt *record, *photo;
	unsigned char *bytes = malloc((size_t)photo_bytes + 4);
	sqlite3 *db;
	double began;

	snprintf(path, sizeof path, "%s/bare.db", folder);
	must(db, sqlite3_open(path, &db));
	must(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS s "
	                          "(id INTEGER PRIMARY KEY, instance TEXT UNIQUE, xml BLOB);"
	                          "CREATE TABLE IF NOT EXISTS p (id INTEGER PRIMARY KEY, s INTEGER, bytes BLOB)", NULL, NULL, NULL));
	must(db, sqlite3_prepare_v2(db, "INSERT INTO s (instance, xml) VALUES (hex(randomblob(16)), ?)", -1, &record, NULL));
	must(db, sqlite3_prepare_v2(db, "INSERT INTO p (s, bytes) VALUES (last_insert_rowid(), ?)", -1, &photo, NULL));
	began = now();
	for (int i = 0; i < n; i++) {
		if (photo_bytes)
			must(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
		sqlite3_bind_blob(record, 1, xml, instance(xml, 0, i), SQLITE_STATIC);
		must(db, sqlite3_step(record));
		must(db, sqlite3_reset(record));
		if (!photo_bytes)
			continue;
		photograph(bytes, 0, i);
		sqlite3_bind_blob(photo, 1, bytes, photo_bytes, SQLITE_STATIC);
		must(db, sqlite3_step(photo));
		must(db, sqlite3_reset(photo));
		must(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
	}
	began = n / (now() - began);
	sqlite3_finalize(record);
	sqlite3_finalize(photo);
	sqlite3_close(db);
	free(bytes);
	return began;
}

/* ---- in turn ---- */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int phones = argc > 5 ? atoi(argv[5]) : 64, rounds = argc > 7 ? atoi(argv[7]) : 5;
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio[ROUNDS_MAX];
	static struct phone phone[PHONES_MAX];
	FILE *f = argc > 3 ? fopen(argv[3], "r") : NULL;
	const int m = rounds / 2;

	if (!f || argc < 5 || phones < 1 || phones > PHONES_MAX || rounds < 1 || rounds > ROUNDS_MAX)
		fail("PORT FOLDER TEMPLATE PHOTO_BYTES [PHONES [EACH [ROUNDS]]]");
	form[fread(form, 1, sizeof form - 200, f)] = 0;
	fclose(f);
	port = atoi(argv[1]);
	photo_bytes = atoi(argv[4]);
	each = argc > 6 ? atoi(argv[6]) : 100;
	for (int i = 0; i < phones; i++) {
		phone[i].number = i;
		phone[i].text = malloc(HEAD_MAX + XML_MAX + 1000 + (size_t)photo_bytes);
		if (!phone[i].text)
			fail("out of memory");
		link_up(&phone[i]);
	}
	for (round_now = 0; round_now < rounds; round_now++) {
		theirs[round_now] = bare(argv[2], phones * each);
		ours[round_now] = through_server(phone, phones);
		ratio[round_now] = ours[round_now] / theirs[round_now];
	}
	qsort(ours, (size_t)rounds, sizeof *ours, by_size);
	qsort(theirs, (size_t)rounds, sizeof *theirs, by_size);
	qsort(ratio, (size_t)rounds, sizeof *ratio, by_size);
	printf("%d phones, Digest, %zu bytes of XML, photograph of %d bytes: %.0f durable submissions a second (%.0f..%.0f); SQLite alone, one "
	       "transaction each: %.0f (%.0f..%.0f); ratio %.2f (%.2f..%.2f)\n",
	       phones, strlen(form), photo_bytes, ours[m], ours[0], ours[rounds - 1], theirs[m], theirs[0],
	       theirs[rounds - 1], ratio[m], ratio[0], ratio[rounds - 1]);
	return 0;
}
