/* A whole request through the server's dispatch, with the tables that are really served, a small training programme
 * and anybody asking: the first byte says who, the rest is a request as it is sent.  What comes out is a sound
 * answer: a status, headers without line ends, a reason for each refusal, and nothing that is our fault. */
#include "fuzz.h"

#include "check.h"
#include "http/server_parts.h"
#include "http/who.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* The programme that the tests of app/ are made with. */
#include "app/training.c"

struct test *test_list;
int test_failures;

enum {
	HEADERS_MAX = 32,
	REAL = SL_ROLES, /* who asks is found out as for everybody: cookie, token, nobody */
	WHO = SL_ROLES + 1,
	WITH_TOKEN = 16, /* bits of the first byte */
	OPEN = 32,
	PEOPLE_MAX = 1 << 20, /* what may gather beside the programme before all is made anew */
};

static struct training office;
static char people[128];
static struct {
	char path[128];
	char *bytes;
	size_t n;
} kept[2]; /* the programme and its keys as they were */
static struct sl_server *server;
static struct {
	int who;
	bool with_token, open;
} asking;

static void must(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "%s\n", what);
	abort();
}

static enum sl_code identify(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_asking *a;

	if (asking.who == REAL)
		return sl_identify(ctx, r, out, e);
	r->open = asking.open;
	if (asking.who == SL_ROLE_PUBLIC)
		return SL_OK;
	a = sl_arena_alloc(r->arena, 1, sizeof *a, e);
	if (!a)
		return e->code;
	a->person = (struct sl_person){.name = SL_STR("Olena"),
	                               .organisation = SL_STR("ORG-01"),
	                               .role = (enum sl_role)asking.who,
	                               .scope = asking.with_token ? SL_SCOPE_WRITE : SL_SCOPE_FULL};
	a->with = asking.with_token ? SL_CAME_WITH_TOKEN : SL_CAME_WITH_SESSION;
	r->asking = a;
	r->person = &a->person;
	r->role = a->person.role;
	return SL_OK;
}

/* ---- the programme and its server, made anew when something was written ---- */

static size_t size_of(const char *path, const char *tail)
{
	char name[160];
	struct stat st;

	snprintf(name, sizeof name, "%s%s", path, tail);
	return stat(name, &st) ? 0 : (size_t)st.st_size;
}

static void start(void)
{
	struct sl_server_options o = {.path = office.path,
	                              .listen = "127.0.0.1:0",
	                              .log = -1,
	                              .threads = 1,
	                              .identify = identify,
	                              .password_cost = SL_PASSWORD_CHEAP};
	struct sl_err e = {0};

	if (sl_server_start(&o, &office.env, &server, &e))
		must(false, e.msg);
}

static void put_back(void)
{
	static const char *const tails[] = {"-wal", "-shm", ".keys-wal", ".keys-shm", ".keys-journal", ".people",
	                                    ".people-wal", ".people-shm"};
	char name[160];

	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		snprintf(name, sizeof name, "%s%s", office.path, tails[i]);
		unlink(name);
	}
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		FILE *f = fopen(kept[i].path, "wb");

		must(f && fwrite(kept[i].bytes, 1, kept[i].n, f) == kept[i].n && !fclose(f), "cannot put the programme back");
	}
}

static void keep(size_t i, const char *tail)
{
	FILE *f;

	snprintf(kept[i].path, sizeof kept[i].path, "%s%s", office.path, tail);
	kept[i].n = size_of(kept[i].path, "");
	kept[i].bytes = malloc(kept[i].n + 1);
	f = fopen(kept[i].path, "rb");
	must(kept[i].bytes && f && fread(kept[i].bytes, 1, kept[i].n, f) == kept[i].n, "cannot read the programme");
	fclose(f);
}

static void done(void)
{
	sl_server_stop(server, 100);
	remove_all(office.folder);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		free(kept[i].bytes);
}

static void begin(void)
{
	training_open(&office, SL_SIMULATION_HAZARDS_MIN, 1, 0.05);
	must(!test_failures, "the training programme cannot be made");
	sl_programme_close(&office.p);
	snprintf(people, sizeof people, "%s.people", office.path);
	keep(0, "");
	keep(1, ".keys");
	start();
	atexit(done);
}

static void forget_writes(void)
{
	if (!size_of(office.path, "-wal") && size_of(people, "-wal") + size_of(people, "") < PEOPLE_MAX)
		return;
	sl_server_stop(server, 100);
	put_back();
	start();
}

/* ---- a request from bytes ---- */

static bool line_of(struct sl_str *rest, struct sl_str *line)
{
	if (!rest->n || !sl_str_split(rest, '\n', line))
		return false;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

static char *copy(struct sl_arena *a, struct sl_str s)
{
	struct sl_err e = {0};
	char *p = sl_arena_strndup(a, s.p, s.n, &e);

	must(p != NULL, "out of memory");
	return p;
}

/* As the library hands them over: names in lower case, no NUL. */
static size_t read_headers(struct sl_arena *a, struct sl_str *rest, struct sl_pair *h)
{
	struct sl_str line, name;
	size_t n = 0;

	while (n < HEADERS_MAX - 1 && line_of(rest, &line) && line.n) {
		char *lower;

		if (memchr(line.p, 0, line.n) || !memchr(line.p, ':', line.n) || !sl_str_split(&line, ':', &name) || !name.n)
			continue;
		lower = copy(a, name);
		for (char *c = lower; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 32);
		h[n++] = (struct sl_pair){{lower, name.n}, sl_str_trim(line.p ? line : SL_STR(""))};
	}
	return n;
}

static bool read_request(struct sl_arena *a, struct sl_str rest, struct sl_request *r, char method[16],
                         struct sl_pair h[HEADERS_MAX])
{
	struct sl_str line, word, target = SL_STR("");

	if (!line_of(&rest, &line) || !sl_str_split(&line, ' ', &word) || !word.n || word.n > 15 || !line.n)
		return false;
	memcpy(method, word.p, word.n);
	method[word.n] = 0;
	(void)!sl_str_split(&line, ' ', &target);
	if (!target.n || memchr(target.p, 0, target.n) || strlen(method) != word.n)
		return false;
	r->n_headers = read_headers(a, &rest, h);
	r->header = h;
	if (!sl_request_header(r, "host").n)
		h[r->n_headers++] = (struct sl_pair){SL_STR("host"), SL_STR("localhost")};
	target.p = copy(a, target);
	r->query_text = target;
	(void)!sl_str_split(&r->query_text, '?', &r->path);
	if (!r->query_text.p)
		r->query_text = SL_STR("");
	r->body = rest.p ? rest : SL_STR("");
	return true;
}

/* ---- what comes out ---- */

static void judge(const struct sl_request *r, struct sl_response *out)
{
	struct sl_err e = {0};
	static char piece[1 << 14];

	must(out->status >= 200 && out->status < 600, "no status");
	/* 501 and 503 are about what was asked; the rest would be ours. */
	if (out->status >= 500 && out->status != 501 && out->status != 503) {
		fprintf(stderr, "%.*s answers %d: %.*s\n", SL_STR_ARG(r->path), out->status, (int)out->body.n,
		        out->body.p ? out->body.p : "");
		abort();
	}
	if (out->status >= 400)
		must(out->body.n || r->head, "a refusal without a reason");
	for (size_t i = 0; i < out->n_headers; i++) {
		struct sl_str v = out->header[i].value;

		must(!v.n || (!memchr(v.p, '\n', v.n) && !memchr(v.p, '\r', v.n)), "a header with two lines");
	}
	for (size_t n = 1, total = 0; out->stream && n && total < 1 << 22; total += n)
		if (out->stream(out->stream_ctx, piece, sizeof piece, &n, &e))
			break;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_arena a = {0};
	struct sl_request r = {.arena = &a, .address = SL_STR("127.0.0.1")};
	struct sl_response out = {0};
	struct sl_pair headers[HEADERS_MAX];
	struct sl_str body;
	char method[16];

	if (size < 2)
		return 0;
	if (!server)
		begin();
	asking.who = (data[0] & 15) % WHO;
	asking.with_token = data[0] & WITH_TOKEN;
	asking.open = data[0] & OPEN;
	r.server = server;
	if (read_request(&a, (struct sl_str){(const char *)data + 1, size - 1}, &r, method, headers)) {
		body = r.body;
		r.body = SL_STR("");
		if (sl_dispatch_begin(&r, method, false, body.n ? (int64_t)body.n : -1, &out)) {
			/* the connection's thread gives it back while the body comes */
			sl_dispatch_pause(&r);
			r.body = body;
			sl_dispatch_answer(&r, &out);
		}
		judge(&r, &out);
		sl_dispatch_pause(&r);
	}
	sl_buf_done(&out.body);
	sl_arena_done(&a);
	forget_writes();
	return 0;
}
