/* The review desk over HTTP: who may come in, what is asked of a body, and that what was answered with 200 stands in
 * the file. */
#include "app/people.h"
#include "support.h"

#include <unistd.h>

/* "X-Who: name role" signs in, for these tests. */
static enum sl_code by_header(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str who = sl_request_header(r, "x-who"), name;
	struct sl_person *p = sl_arena_alloc(r->arena, 1, sizeof *p, e);

	(void)ctx;
	(void)out;
	if (!p || !who.n)
		return e->code;
	CHECK(sl_str_split(&who, ' ', &name));
	*p = (struct sl_person){.name = name, .scope = SL_SCOPE_FULL};
	CHECK(sl_role_from(who, &p->role));
	r->person = p;
	r->role = p->role;
	return SL_OK;
}

static void open_desk(struct test_server *t)
{
	const struct sl_server_options o = {.anyone = SL_ROLE_PUBLIC, .identify = by_header};

	server_open(t, &o);
	/* The server's handles go on from the same repeatable numbers; ours must not make the same UUIDs. */
	t->p.env.seed = t->p.env.random_state = 77;
	t->p.env.n_spare = 0;
}

static void close_desk(struct test_server *t)
{
	char path[128];

	server_close(t);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof path, "%s.people%s", t->p.path, i == 0 ? "" : i == 1 ? "-wal" : "-shm");
		unlink(path);
	}
}

/* A place that waits. */
static void submit(struct test_server *t, const char *author, char record[37], char revision[37])
{
	struct sl_revision rev = {.kind = sl_dictionary_kind(t->p.dict, SL_STR("place")),
	                          .state = SL_SUBMITTED,
	                          .document = SL_STR("{\"id\":\"P-9\",\"level\":\"settlement\",\"name\":\"New\"}"),
	                          .identity = SL_STR("P-9"),
	                          .entry = SL_STR("{}")};
	struct sl_identity who;
	bool found;

	rev.author = sl_str_from(author);
	rev.effective = sl_date_none();
	CHECK_OK(sl_store_begin(t->p.db, &t->p.e), &t->p.e);
	CHECK_OK(sl_store_identify(t->p.db, rev.kind, rev.identity, &found, &who, &t->p.e), &t->p.e);
	if (found) {
		rev.record = who.record;
		rev.parent[rev.n_parents++] = who.head;
	}
	CHECK_OK(sl_store_append(t->p.db, &rev, NULL, &t->p.e), &t->p.e);
	CHECK_OK(sl_store_commit(t->p.db, &t->p.e), &t->p.e);
	sl_uuid_text(rev.record, record);
	sl_uuid_text(rev.id, revision);
}

static int post(const struct test_server *t, const char *path, const char *who, const char *body, struct reply *r)
{
	char text[2000];

	snprintf(text, sizeof text,
	         "POST %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s%s%sContent-Type: application/json\r\n"
	         "Content-Length: %zu\r\n\r\n%s",
	         path, who ? "X-Who: " : "", who ? who : "", who ? "\r\n" : "", strlen(body), body);
	ask_raw(t, text, r);
	return r->status;
}

static int act(const struct test_server *t, const char *who, const char *record, const char *revision,
               const char *action, struct reply *r)
{
	char path[80], body[400];

	snprintf(path, sizeof path, "/api/review/%s", record);
	snprintf(body, sizeof body, "{\"action\":\"%s\",\"revision\":\"%s\",\"comment\":\"because\"}", action, revision);
	return post(t, path, who, body, r);
}

/* The value of "name":"..." in an answer. */
static void text_of(const struct reply *r, const char *name, char out[37])
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_json *json;
	struct sl_str v = {"", 0};

	if (!sl_json_parse(&a, r->body, &json, &e))
		v = sl_json_get_str(json, name);
	CHECK(v.n == 36);
	snprintf(out, 37, "%.*s", SL_STR_ARG(v));
	sl_arena_done(&a);
}

TEST(http_review_lets_in_who_may)
{
	static const struct {
		const char *who;
		int look, act;
	} cases[] = {{NULL, 401, 401},          {"p public", 401, 401}, {"r reader", 403, 403}, {"o operator", 200, 403},
	             {"d data-entry", 200, 403}, {"q quality", 200, 403}, {"w reviewer", 200, 200}};
	struct test_server t;
	char record[37], revision[37], header[64];
	struct reply r;

	open_desk(&t);
	submit(&t, "cleo", record, revision);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int status;

		snprintf(header, sizeof header, cases[i].who ? "X-Who: %s\r\n" : "%s", cases[i].who ? cases[i].who : "");
		ask(&t, "GET", "/api/review", header, &r);
		if (r.status != cases[i].look && !(cases[i].look == 401 && r.status == 403))
			printf("%s may look: %d\n", cases[i].who ? cases[i].who : "nobody", r.status);
		CHECK(r.status == cases[i].look || (cases[i].look == 401 && r.status == 403));
		reply_done(&r);
		status = act(&t, cases[i].who, record, revision, "approve", &r);
		CHECK(status == cases[i].act || (cases[i].act == 401 && status == 403));
		reply_done(&r);
	}
	close_desk(&t);
}

TEST(http_review_acts_and_says_what_is_wrong)
{
	struct test_server t;
	char record[37], revision[37], next[37], path[80], body[300];
	struct reply r;

	open_desk(&t);
	submit(&t, "cleo", record, revision);
	snprintf(path, sizeof path, "/api/review/%s", record);
	CHECK_INT(post(&t, path, "w reviewer", "{", &r), 400);
	reply_done(&r);
	CHECK_INT(post(&t, path, "w reviewer", "{\"action\":\"approve\"}", &r), 400);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, revision, "explode", &r), 400);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, record, "approve", &r), 409);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", revision, revision, "approve", &r), 404);
	reply_done(&r);
	CHECK_INT(act(&t, "cleo reviewer", record, revision, "approve", &r), 403);
	CHECK(r.body.n && strstr(r.body.p, "yourself"));
	reply_done(&r);
	ask(&t, "GET", path, "X-Who: w reviewer\r\n", &r);
	CHECK_INT(r.status, 200);
	CHECK(strstr(r.body.p, "\"waiting\":true") && strstr(r.body.p, "\"current\":null"));
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, revision, "return", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	ask(&t, "GET", path, "X-Who: w reviewer\r\n", &r);
	CHECK(strstr(r.body.p, "\"comment\":\"because\"") != NULL);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, next, "undo", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	snprintf(body, sizeof body, "{\"approve\":[{\"record\":\"%s\",\"revision\":\"%s\"}]}", record, next);
	CHECK_INT(post(&t, "/api/review", "cleo reviewer", body, &r), 200);
	CHECK(strstr(r.body.p, "\"approved\":0") != NULL);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, next, "approve", &r), 200);
	reply_done(&r);
	/* Another handle sees it, signed by who approved. */
	snprintf(path, sizeof path, "/api/records/place/%s", record);
	ask(&t, "GET", path, "X-Who: w reviewer\r\n", &r);
	CHECK(strstr(r.body.p, "\"author\":\"w\"") && strstr(r.body.p, "\"state\":\"approved\""));
	reply_done(&r);
	close_desk(&t);
}
