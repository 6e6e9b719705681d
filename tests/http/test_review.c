/* The review desk over HTTP: who may come in, what is asked of a body, and that what was answered with 200 stands in
 * the file. */
#include "app/people.h"
#include "support.h"

#include <unistd.h>

/* "X-Who: name role organisation" signs in, for these tests. */
static enum sl_code by_header(void *ctx, struct sl_request *r, struct sl_response *out, struct sl_err *e)
{
	struct sl_str who = sl_request_header(r, "x-who"), name, role;
	struct sl_person *p = sl_arena_alloc(r->arena, 1, sizeof *p, e);

	(void)ctx;
	(void)out;
	if (!p || !who.n)
		return e->code;
	CHECK(sl_str_split(&who, ' ', &name));
	*p = (struct sl_person){.name = name, .scope = SL_SCOPE_FULL};
	CHECK(sl_str_split(&who, ' ', &role));
	p->organisation = who;
	CHECK(sl_role_from(role, &p->role));
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

/* A place of organisation "OP1". */
static void say_place(struct test_server *t, const char *author, const char *id, enum sl_state state, char record[37],
                      char revision[37])
{
	struct sl_revision rev = {.kind = sl_dictionary_kind(t->p.dict, SL_STR("place")),
	                          .state = state,
	                          .organisation = SL_STR("OP1"),
	                          .entry = SL_STR("{}")};
	struct sl_identity who;
	char document[100];
	bool found;

	snprintf(document, sizeof document, "{\"id\":\"%s\",\"level\":\"settlement\",\"name\":\"New\"}", id);
	rev.document = sl_str_from(document);
	rev.identity = sl_str_from(id);
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

static void submit(struct test_server *t, const char *author, char record[37], char revision[37])
{
	say_place(t, author, "P-9", SL_SUBMITTED, record, revision);
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

/* What GET answers to `who`. */
static int look(const struct test_server *t, const char *who, const char *path, struct reply *r)
{
	char header[80];

	snprintf(header, sizeof header, "X-Who: %s\r\n", who);
	ask(t, "GET", path, header, r);
	return r->status;
}

static void check_total(const struct test_server *t, const char *who, const char *path, int total)
{
	struct reply r;
	char want[24];

	CHECK_INT(look(t, who, path, &r), 200);
	snprintf(want, sizeof want, "\"total\":%d}", total);
	if (!strstr(r.body.p, want))
		printf("%s %s: %.*s\n", who, path, (int)r.body.n, r.body.p);
	CHECK(strstr(r.body.p, want) != NULL);
	reply_done(&r);
}

TEST(http_review_lists_to_each_what_they_may_see)
{
	static const char *const all[] = {"d data-entry", "q quality", "w reviewer", "i officer", "z administrator"};
	struct test_server t;
	char record[37], revision[37], path[80], next[37];
	struct reply r;

	open_desk(&t);
	submit(&t, "cleo", record, revision);
	snprintf(path, sizeof path, "/api/review/%s", record);
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		check_total(&t, all[i], "/api/review", 1);
		CHECK_INT(look(&t, all[i], path, &r), 200);
		/* Who is shown anybody's records is offered candidates; whose words they are, each is told. */
		CHECK(strstr(r.body.p, "\"own\":false") && strstr(r.body.p, "\"candidates\""));
		reply_done(&r);
	}
	check_total(&t, "o operator OP1", "/api/review", 1);
	check_total(&t, "o operator OP2", "/api/review", 0);
	check_total(&t, "o operator", "/api/review", 0);
	CHECK_INT(look(&t, "o operator OP1", path, &r), 200);
	reply_done(&r);
	CHECK_INT(look(&t, "o operator OP2", path, &r), 404);
	reply_done(&r);
	CHECK_INT(look(&t, "CLEO reviewer", path, &r), 200);
	CHECK(strstr(r.body.p, "\"own\":true") != NULL);
	reply_done(&r);
	/* None but those who judge does. */
	for (size_t i = 0; i < 5; i++) {
		static const char *const deeds[] = {"approve", "return", "reject", "undo", "link"};

		CHECK_INT(act(&t, "o operator OP1", record, revision, deeds[i], &r), 403);
		reply_done(&r);
		CHECK_INT(act(&t, "q quality", record, revision, deeds[i], &r), 403);
		reply_done(&r);
		CHECK_INT(act(&t, "d data-entry", record, revision, deeds[i], &r), 403);
		reply_done(&r);
	}
	/* Returned, its organisation reads why. */
	CHECK_INT(act(&t, "w reviewer", record, revision, "return", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	check_total(&t, "o operator OP1", "/api/review", 0);
	check_total(&t, "o operator OP1", "/api/review?state=returned", 1);
	check_total(&t, "o operator OP2", "/api/review?state=returned", 0);
	CHECK_INT(look(&t, "o operator OP1", path, &r), 200);
	CHECK(strstr(r.body.p, "\"comment\":\"because\"") != NULL);
	reply_done(&r);
	CHECK_INT(look(&t, "w reviewer", "/api/review?state=approved", &r), 400);
	reply_done(&r);
	/* The second of two reviewers is told who was first. */
	CHECK_INT(act(&t, "v reviewer", record, revision, "approve", &r), 409);
	CHECK(strstr(r.body.p, "w made it returned") != NULL);
	reply_done(&r);
	/* Handed in again, it waits again. */
	submit(&t, "cleo", record, revision);
	check_total(&t, "o operator OP1", "/api/review", 1);
	close_desk(&t);
}

TEST(http_review_links_marks_duplicates_and_takes_them_back)
{
	struct test_server t;
	char stays[37], there[37], record[37], revision[37], next[37], path[80], body[300];
	struct reply r;

	open_desk(&t);
	say_place(&t, "cleo", "P-1", SL_APPROVED, stays, there);
	submit(&t, "cleo", record, revision);
	snprintf(path, sizeof path, "/api/review/%s", record);
	snprintf(body, sizeof body, "{\"action\":\"link\",\"revision\":\"%s\"}", revision);
	CHECK_INT(post(&t, path, "w reviewer", body, &r), 400);
	reply_done(&r);
	snprintf(body, sizeof body, "{\"action\":\"link\",\"revision\":\"%s\",\"link_to\":\"%s\"}", revision, revision);
	CHECK_INT(post(&t, path, "w reviewer", body, &r), 404);
	reply_done(&r);
	snprintf(body, sizeof body, "{\"action\":\"link\",\"revision\":\"%s\",\"link_to\":\"%s\"}", revision, stays);
	CHECK_INT(post(&t, path, "w reviewer", body, &r), 200);
	CHECK(strstr(r.body.p, "\"state\":\"rejected\"") != NULL);
	text_of(&r, "revision", next);
	reply_done(&r);
	check_total(&t, "w reviewer", "/api/review", 1);
	CHECK_INT(look(&t, "w reviewer", "/api/records/place/P-9", &r), 200);
	CHECK(strstr(r.body.p, stays) != NULL); /* the identifier finds the record that it became news of */
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, next, "undo", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	snprintf(body, sizeof body, "{\"action\":\"duplicate\",\"revision\":\"%s\",\"duplicate_of\":\"%s\"}", next, stays);
	CHECK_INT(post(&t, path, "w reviewer", body, &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	check_total(&t, "w reviewer", "/api/review?state=rejected", 1 + 1); /* and the version that the link had made */
	CHECK_INT(act(&t, "w reviewer", record, next, "undo", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	/* One that counts is taken back whole, and comes back. */
	CHECK_INT(act(&t, "w reviewer", record, next, "approve", &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	snprintf(body, sizeof body, "{\"action\":\"duplicate\",\"revision\":\"%s\",\"duplicate_of\":\"%s\"}", next, stays);
	CHECK_INT(post(&t, path, "w reviewer", body, &r), 200);
	text_of(&r, "revision", next);
	reply_done(&r);
	CHECK_INT(look(&t, "w reviewer", "/api/records/place?id=P-9", &r), 200);
	CHECK(strstr(r.body.p, "\"total\":0") != NULL);
	reply_done(&r);
	CHECK_INT(act(&t, "w reviewer", record, next, "undo", &r), 200);
	reply_done(&r);
	CHECK_INT(look(&t, "w reviewer", "/api/records/place?id=P-9", &r), 200);
	CHECK(strstr(r.body.p, "\"total\":1") != NULL);
	reply_done(&r);
	close_desk(&t);
}
