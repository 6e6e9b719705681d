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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define PASSPHRASE "orange lantern"
enum { XML_MAX = 20000, HEAD_MAX = 1500, PHONES_MAX = 256, ROUNDS_MAX = 50, PLACES_MAX = 8, WIDTH = 7, PHOTO_STAMP = 20 };

static int port, each, photo_bytes, round_now;
static char form[XML_MAX];

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Time of the cores that this program took. */
static double cores(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what)
{
	fprintf(stderr, "bench_submissions: %s\n", what);
	exit(1);
}

/* ---- what is sent ---- */

/* A filled form that is made once; of the next one only numbers and the photograph's first bytes are others, so that
 * neither side waits for what a phone does in its own time. */
struct filled {
	int xml;                /* bytes */
	int number[PLACES_MAX]; /* where one stands in the text: WIDTH digits */
	size_t n_numbers;
};

/* The form with a name of its own for each phone and round at @ID@ and @INSTANCE@. */
static void fill(struct filled *f, char *to, int phone)
{
	const char *from = form, *at;
	int n = 0;

	f->n_numbers = 0;
	while ((at = strchr(from, '@'))) {
		bool id = !strncmp(at, "@ID@", 4);

		if ((!id && strncmp(at, "@INSTANCE@", 10)) || f->n_numbers == PLACES_MAX)
			fail("the template has an @ of its own");
		n += snprintf(to + n, (size_t)(XML_MAX - n), "%.*s%s-%ld-%d-%d-", (int)(at - from), from, id ? "B" : "uuid:bench",
		              (long)getpid(), round_now, phone);
		f->number[f->n_numbers++] = n;
		n += snprintf(to + n, (size_t)(XML_MAX - n), "%0*d", WIDTH, 0);
		from = at + (id ? 4 : 10);
	}
	f->xml = n + snprintf(to + n, (size_t)(XML_MAX - n), "%s", from);
	if (f->xml >= XML_MAX)
		fail("the template is too long");
}

/* Each another: bytes that are the same are kept once. */
static void next_filled(const struct filled *f, char *xml, unsigned char *photo, int phone, int i)
{
	const uint64_t stamp[] = {(uint64_t)getpid(), (uint64_t)round_now << 40 ^ (uint64_t)phone << 24 ^ (uint64_t)i};

	for (size_t k = 0; k < f->n_numbers; k++)
		for (int digit = WIDTH, x = i; digit--; x /= 10)
			xml[f->number[k] + digit] = (char)('0' + x % 10);
	if (photo_bytes)
		memcpy(photo + 4, stamp, sizeof stamp);
}

static void photograph(unsigned char *to)
{
	uint64_t x = 1;

	memcpy(to, "\xff\xd8\xff\xe0", 4);
	for (int k = 4; k < photo_bytes; k++) {
		x = x * 6364136223846793005u + 1442695040888963407u;
		to[k] = (unsigned char)(x >> 56);
	}
}

/* ---- a phone ---- */

struct phone {
	int number, link, sent;
	unsigned nc;
	char name[32], h1[SL_MD5_TEXT], nonce[80], answer[8192];
	size_t got, whole; /* of the answer */
	struct filled filled;
	unsigned char *text; /* HEAD_MAX for the head, and then the body */
	char *xml;           /* in it */
	unsigned char *photo;
	size_t body;
};

static void md5(char out[SL_MD5_TEXT], const char *text)
{
	sl_md5_text(sl_md5_of(sl_str_from(text)), out);
}

/* What has come of the answer; its status when that is all of it, else 0.  Its text stands in answer. */
static int hear_some(struct phone *p)
{
	ssize_t k = read(p->link, p->answer + p->got, sizeof p->answer - 1 - p->got);
	char *end, *length;

	if (k <= 0)
		fail("the server hung up");
	p->got += (size_t)k;
	p->answer[p->got] = 0;
	end = strstr(p->answer, "\r\n\r\n");
	if (!p->whole && end) {
		length = strstr(p->answer, "\nContent-Length:");
		if (!length || length > end)
			fail("an answer without a length");
		p->whole = (size_t)(end + 4 - p->answer) + strtoul(length + 16, NULL, 10);
		if (p->whole >= sizeof p->answer)
			fail(p->answer);
	}
	if (!p->whole || p->got < p->whole)
		return 0;
	p->got = p->whole = 0;
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
	int on = 1, status;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->link = socket(AF_INET, SOCK_STREAM, 0);
	if (p->link < 0 || connect(p->link, (struct sockaddr *)&a, sizeof a))
		fail("no connection");
	setsockopt(p->link, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	snprintf(p->name, sizeof p->name, "bench-%d", p->number);
	snprintf(text, sizeof text, "%s:Safelane:" PASSPHRASE, p->name);
	md5(p->h1, text);
	say(p, ask, sizeof ask - 1);
	while (!(status = hear_some(p)))
		;
	if (status != 401 || !(nonce = strstr(p->answer, "nonce=\"")) || sscanf(nonce + 7, "%79[^\"]", p->nonce) != 1)
		fail("no challenge");
}

/* The body that a round sends, all but what next_filled changes. */
static void prepare(struct phone *p)
{
	char *to = (char *)p->text + HEAD_MAX;

	to += sprintf(to, "--b\r\nContent-Disposition: form-data; name=\"xml_submission_file\"; filename=\"i.xml\"\r\n"
	                  "Content-Type: text/xml\r\n\r\n");
	p->xml = to;
	fill(&p->filled, to, p->number);
	to += p->filled.xml;
	to += sprintf(to, "\r\n");
	if (photo_bytes) {
		to += sprintf(to, "--b\r\nContent-Disposition: form-data; name=\"p.jpg\"; filename=\"p.jpg\"\r\n"
		                  "Content-Type: image/jpeg\r\n\r\n");
		p->photo = (unsigned char *)to;
		photograph(p->photo);
		to += photo_bytes;
		to += sprintf(to, "\r\n");
	}
	to += sprintf(to, "--b--\r\n");
	p->body = (size_t)(to - (char *)p->text) - HEAD_MAX;
	p->sent = 0;
}

static void send_one(struct phone *p)
{
	static const char uri[] = "/odk/submission?deviceID=collect%3Abench";
	static char h2[SL_MD5_TEXT];
	char head[HEAD_MAX], text[400], response[SL_MD5_TEXT];
	size_t k;

	next_filled(&p->filled, p->xml, p->photo, p->number, p->sent++);
	p->nc++;
	/* RFC 2617, 3.2.2.1 */
	snprintf(text, sizeof text, "POST:%s", uri);
	if (!*h2)
		md5(h2, text);
	snprintf(text, sizeof text, "%s:%s:%08x:0a4f113b:auth:%s", p->h1, p->nonce, p->nc, h2);
	md5(response, text);
	k = (size_t)snprintf(head, sizeof head,
	                     "POST %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Digest username=\"%s\", realm=\"Safelane\", "
	                     "nonce=\"%s\", uri=\"%s\", response=\"%s\", qop=auth, nc=%08x, cnonce=\"0a4f113b\", algorithm=MD5\r\n"
	                     "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: %zu\r\n\r\n",
	                     uri, p->name, p->nonce, uri, response, p->nc, p->body);
	memcpy(p->text + HEAD_MAX - k, head, k);
	say(p, p->text + HEAD_MAX - k, p->body + k);
}

/* All phones at once: each sends its next form when the last one is known to be durable. */
static double through_server(struct phone *phone, int phones)
{
	struct epoll_event come[PHONES_MAX];
	int waits = epoll_create1(0), answers = 0;
	double began;

	for (int i = 0; i < phones; i++) {
		struct epoll_event e = {.events = EPOLLIN, .data.ptr = &phone[i]};

		if (epoll_ctl(waits, EPOLL_CTL_ADD, phone[i].link, &e))
			fail("no epoll");
		prepare(&phone[i]);
	}
	began = now();
	for (int i = 0; i < phones; i++)
		send_one(&phone[i]);
	while (answers < phones * each) {
		int n = epoll_wait(waits, come, phones, -1);

		for (int i = 0; i < n; i++) {
			struct phone *p = come[i].data.ptr;
			int status = hear_some(p);

			if (!status)
				continue;
			if (status != 201)
				fail(p->answer);
			answers++;
			if (p->sent < each)
				send_one(p);
		}
	}
	began = phones * each / (now() - began);
	close(waits);
	return began;
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
	unsigned char *bytes = malloc((size_t)photo_bytes + PHOTO_STAMP);
	struct filled filled;
	sqlite3 *db;
	double began;

	snprintf(path, sizeof path, "%s/bare.db", folder);
	must(db, sqlite3_open(path, &db));
	must(db, sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS s "
	                          "(id INTEGER PRIMARY KEY, instance TEXT UNIQUE, xml BLOB);"
	                          "CREATE TABLE IF NOT EXISTS p (id INTEGER PRIMARY KEY, s INTEGER, bytes BLOB)", NULL, NULL, NULL));
	must(db, sqlite3_prepare_v2(db, "INSERT INTO s (instance, xml) VALUES (hex(randomblob(16)), ?)", -1, &record, NULL));
	must(db, sqlite3_prepare_v2(db, "INSERT INTO p (s, bytes) VALUES (last_insert_rowid(), ?)", -1, &photo, NULL));
	fill(&filled, xml, 0);
	photograph(bytes);
	began = now();
	for (int i = 0; i < n; i++) {
		next_filled(&filled, xml, bytes, 0, i);
		if (photo_bytes)
			must(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
		sqlite3_bind_blob(record, 1, xml, filled.xml, SQLITE_STATIC);
		must(db, sqlite3_step(record));
		must(db, sqlite3_reset(record));
		if (!photo_bytes)
			continue;
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
	double ours[ROUNDS_MAX], theirs[ROUNDS_MAX], ratio[ROUNDS_MAX], of_phones = 0, before;
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
		phone[i].text = malloc(HEAD_MAX + XML_MAX + 1000 + PHOTO_STAMP + (size_t)photo_bytes);
		if (!phone[i].text)
			fail("out of memory");
		link_up(&phone[i]);
	}
	for (round_now = 0; round_now < rounds; round_now++) {
		theirs[round_now] = bare(argv[2], phones * each);
		before = cores();
		ours[round_now] = through_server(phone, phones);
		of_phones += cores() - before;
		ratio[round_now] = ours[round_now] / theirs[round_now];
	}
	qsort(ours, (size_t)rounds, sizeof *ours, by_size);
	qsort(theirs, (size_t)rounds, sizeof *theirs, by_size);
	qsort(ratio, (size_t)rounds, sizeof *ratio, by_size);
	printf("%d phones, Digest, %zu bytes of XML, photograph of %d bytes: %.0f durable submissions a second (%.0f..%.0f); SQLite alone, one "
	       "transaction each: %.0f (%.0f..%.0f); ratio %.2f (%.2f..%.2f); the phones themselves took %.0f microseconds of a core each\n",
	       phones, strlen(form), photo_bytes, ours[m], ours[0], ours[rounds - 1], theirs[m], theirs[0],
	       theirs[rounds - 1], ratio[m], ratio[0], ratio[rounds - 1], of_phones * 1e6 / (phones * each * rounds));
	return 0;
}
