/* Files of records over HTTP: who may add, who may read, and that nothing in them runs. */
#include "support.h"

#include "http/who.h"

#include <stdlib.h>
#include <unistd.h>

#define PASSWORD "correct horse battery"
#define PNG "\x89PNG\r\n\x1a\n and so on"

struct desk {
	struct test_server t;
	struct sl_people *people;
	struct sl_actor by;
	struct sl_err e;
	char headers[300]; /* of who is signed in */
};

static void add_record(struct desk *d, const char *kind, const char *id, const char *author, const char *organisation,
                       const char *fields, enum sl_state state, struct sl_uuid *record)
{
	struct test_programme *p = &d->t.p;
	struct sl_str rest = sl_str_from(fields), pair, name;
	struct sl_arena a = {0};
	struct sl_buf json = {0};
	struct sl_record rec;
	struct sl_revision rev = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)), .state = state};
	const char *problem = NULL;

	CHECK_OK(sl_record_new(&a, rev.kind, &rec, &p->e), &p->e);
	while (sl_str_split(&rest, ';', &pair) && sl_str_split(&pair, '=', &name)) {
		const struct sl_field *f = sl_kind_field(rev.kind, sl_str_dup(&a, name, &p->e));

		CHECK_OK(sl_value_read(&a, f, pair, &rec.value[f->index], &problem, &p->e), &p->e);
	}
	CHECK(sl_date_parse(SL_STR("2024-05-01"), &rev.effective));
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	rev.identity = sl_str_from(id);
	rev.entry = SL_STR("{}");
	rev.author = sl_str_from(author);
	rev.organisation = sl_str_from(organisation);
	CHECK_OK(sl_store_begin(p->db, &p->e), &p->e);
	CHECK_OK(sl_store_append(p->db, &rev, &rec, &p->e), &p->e);
	CHECK_OK(sl_store_commit(p->db, &p->e), &p->e);
	if (record)
		*record = rev.record;
	sl_buf_done(&json);
	sl_arena_done(&a);
}

static void desk_open(struct desk *d)
{
	static const enum sl_role role[] = {SL_ROLE_READER, SL_ROLE_OPERATOR, SL_ROLE_DATA_ENTRY, SL_ROLE_REVIEWER,
	                                    SL_ROLE_QUALITY};
	const struct sl_server_options options = {.identify = sl_identify, .password_cost = SL_PASSWORD_CHEAP};

	memset(d, 0, sizeof *d);
	d->by = (struct sl_actor){SL_STR("test"), SL_STR("console")};
	server_open(&d->t, &options);
	CHECK_OK(sl_people_open(d->t.p.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d->t.p.env, &d->people, &d->e), &d->e);
	for (size_t i = 0; i < sizeof role / sizeof *role; i++) {
		struct sl_new_user u = {.name = sl_str_from(sl_role_name(role[i])),
		                        .role = role[i],
		                        .password = SL_STR(PASSWORD),
		                        .organisation = SL_STR("Clear Ways")};

		CHECK_OK(sl_user_add(d->people, &d->by, &u, &d->e), &d->e);
	}
	add_record(d, "hazard", "OWN", "data-entry", "Clear Ways", "id=OWN", SL_APPROVED, NULL);
	add_record(d, "hazard", "OTHER", "somebody", "Others", "id=OTHER", SL_APPROVED, NULL);
	add_record(d, "victim", "V-OWN", "somebody", "Clear Ways", "id=V-OWN", SL_APPROVED, NULL);
}

static void desk_close(struct desk *d)
{
	sl_people_close(d->people);
	server_close(&d->t);
}

static void sign_in_as(struct desk *d, const char *name)
{
	const struct sl_sign_in_request q = {
	    .name = sl_str_from(name), .password = SL_STR(PASSWORD), .address = SL_STR("test")};
	struct sl_arena a = {0};
	struct sl_sign_in in = {0};

	CHECK_OK(sl_sign_in(d->people, &a, &q, &in, &d->e), &d->e);
	snprintf(d->headers, sizeof d->headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in.session, in.csrf);
	sl_arena_done(&a);
}

static void get(struct desk *d, const char *path, struct reply *r)
{
	ask(&d->t, "GET", path, d->headers, r);
	sl_buf_putc(&r->text, 0);
}

/* One file, with what is said of it before it. */
static int put_file(struct desk *d, const char *path, const char *says, const char *name, struct sl_str bytes,
                    struct reply *r)
{
	struct sl_buf b = {0}, head = {0};
	int s = client_connect(&d->t);

	if (*says)
		sl_buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", says, "true");
	sl_buf_printf(&b, "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
	                  "Content-Type: image/png\r\n\r\n", name);
	sl_buf_str(&b, bytes);
	sl_buf_puts(&b, "\r\n--XX--\r\n");
	sl_buf_printf(&head, "POST %s HTTP/1.1\r\nHost: localhost\r\n%sContent-Type: multipart/form-data; boundary=XX\r\n"
	              "Content-Length: %zu\r\n\r\n", path, d->headers, b.n);
	client_send(s, head.p, head.n);
	client_send(s, b.p, b.n);
	client_read(s, false, r);
	sl_buf_putc(&r->text, 0);
	close(s);
	sl_buf_done(&b);
	sl_buf_done(&head);
	return r->status;
}

/* The id of the last attachment in a list. */
static const char *last_id(const struct reply *r, char path[200], const char *record)
{
	const char *at = NULL;

	for (const char *p = r->text.p; (p = strstr(p, "{\"id\":\"")); p++)
		at = p + 7;
	snprintf(path, 200, "/api/records/%s/attachments/%.36s", record, at ? at : "none");
	return path;
}

TEST(attachments_are_added_listed_and_read)
{
	char path[200], headers[400];
	struct desk d;
	struct reply r, s;

	desk_open(&d);
	sign_in_as(&d, "data-entry");
	get(&d, "/api/records/hazard/OWN/attachments", &r);
	CHECK(strstr(r.text.p, "\"may_add\":true,\"attachments\":[]"));
	reply_done(&r);
	CHECK_INT(put_file(&d, "/api/records/hazard/OWN/attachments", "", "../fence\xd9\x82.png", SL_STR(PNG), &r), 201);
	CHECK(strstr(r.text.p, "\"name\":\"fence\xd9\x82.png\"") && strstr(r.text.p, "\"type\":\"image/png\""));
	CHECK(strstr(r.text.p, "\"author\":\"data-entry\"") && strstr(r.text.p, "\"picture\":true"));
	get(&d, last_id(&r, path, "hazard/OWN"), &s);
	CHECK_INT(s.status, 200);
	CHECK(s.body.n >= sizeof PNG - 1 && !memcmp(s.body.p, PNG, sizeof PNG - 1));
	CHECK(sl_str_is(reply_header(&s, "content-type"), "image/png"));
	CHECK(sl_str_is(reply_header(&s, "x-content-type-options"), "nosniff"));
	CHECK(sl_str_is(reply_header(&s, "content-disposition"), "inline; filename*=UTF-8''fence%D9%82.png"));
	CHECK(sl_str_is(reply_header(&s, "content-security-policy"), "default-src 'none'; sandbox; frame-ancestors 'none'"));
	snprintf(headers, sizeof headers, "%sIf-None-Match: %.*s\r\n", d.headers, SL_STR_ARG(reply_header(&s, "etag")));
	reply_done(&s);
	ask(&d.t, "GET", path, headers, &s);
	CHECK_INT(s.status, 304);
	reply_done(&s);
	reply_done(&r);
	/* A page that calls itself a picture is no picture. */
	CHECK_INT(put_file(&d, "/api/records/hazard/OWN/attachments", "", "x.png", SL_STR("<script>alert(1)</script>"), &r), 201);
	get(&d, last_id(&r, path, "hazard/OWN"), &s);
	CHECK(sl_str_is(reply_header(&s, "content-type"), "application/octet-stream"));
	CHECK(sl_str_has_prefix(reply_header(&s, "content-disposition"), "attachment;"));
	reply_done(&s);
	reply_done(&r);
	/* Through another record it is not to be had. */
	snprintf(headers, sizeof headers, "/api/records/hazard/OTHER/attachments/%.36s", path + strlen(path) - 36);
	get(&d, headers, &s);
	CHECK_INT(s.status, 404);
	reply_done(&s);
	CHECK_INT(put_file(&d, "/api/records/hazard/NONE/attachments", "", "x", SL_STR("x"), &r), 404);
	reply_done(&r);
	CHECK_INT(put_file(&d, "/api/records/hazard/OWN/attachments", "", "x", SL_STR(""), &r), 400);
	CHECK(strstr(r.text.p, "x: the file is empty"));
	reply_done(&r);
	CHECK_INT(put_file(&d, "/api/records/hazard/OWN/attachments", "colour", "x", SL_STR("x"), &r), 400);
	reply_done(&r);
	desk_close(&d);
}

TEST(attachments_follow_the_rights_of_their_record)
{
	static const struct {
		const char *who, *record;
		int status;
	} row[] = {
	    {"reader", "hazard/OWN", 403},     {"operator", "hazard/OWN", 201}, {"operator", "hazard/OTHER", 404},
	    {"data-entry", "hazard/OTHER", 201}, {"quality", "hazard/OWN", 403},  {"reviewer", "hazard/OTHER", 201},
	};
	struct desk d;
	struct reply r;
	char path[200];

	desk_open(&d);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		sign_in_as(&d, row[i].who);
		snprintf(path, sizeof path, "/api/records/%s/attachments", row[i].record);
		if (put_file(&d, path, "", row[i].who, sl_str_from(row[i].who), &r) != row[i].status)
			printf("%s on %s: %d\n%s\n", row[i].who, row[i].record, r.status, r.body.p);
		CHECK_INT(r.status, row[i].status);
		reply_done(&r);
	}
	desk_close(&d);
}

static int64_t audited(struct desk *d)
{
	const struct sl_audit_range newest = {.limit = 1000};
	struct sl_audit_entry *entry;
	struct sl_arena a = {0};
	int64_t n = 0;
	size_t rows;

	CHECK_OK(sl_people_audit_read(d->people, &a, &newest, &entry, &rows, &d->e), &d->e);
	for (size_t i = 0; i < rows; i++)
		n += sl_str_is(entry[i].what, "read-sensitive") && sl_str_is(entry[i].record, "victim:V-OWN");
	sl_arena_done(&a);
	return n;
}

TEST(attachments_of_people_are_read_by_few_and_written_down)
{
	struct desk d;
	struct reply r, s;
	char path[200];
	int64_t before;

	desk_open(&d);
	sign_in_as(&d, "reviewer");
	CHECK_INT(put_file(&d, "/api/records/victim/V-OWN/attachments", "", "Sokha.png", SL_STR(PNG), &r), 201);
	CHECK(!strstr(r.text.p, "Sokha") && strstr(r.text.p, "\"sealed\":true") && strstr(r.text.p, "\"picture\":false"));
	last_id(&r, path, "victim/V-OWN");
	reply_done(&r);
	before = audited(&d);
	sign_in_as(&d, "reader"); /* sees the victim's public part */
	get(&d, path, &s);
	CHECK_INT(s.status, 403);
	reply_done(&s);
	CHECK_INT(audited(&d), before);
	sign_in_as(&d, "reviewer");
	get(&d, path, &s);
	CHECK_INT(s.status, 200);
	CHECK(strstr(s.text.p, "Sokha.png") && !memcmp(s.body.p, PNG, sizeof PNG - 1));
	CHECK(sl_str_is(reply_header(&s, "cache-control"), "no-store") && !reply_header(&s, "etag").n);
	reply_done(&s);
	CHECK_INT(audited(&d), before + 1);
	/* What shows a person can be sealed anywhere. */
	CHECK_INT(put_file(&d, "/api/records/hazard/OWN/attachments", "sealed", "Sokha.png", SL_STR(PNG), &r), 201);
	CHECK(!strstr(r.text.p, "Sokha"));
	reply_done(&r);
	desk_close(&d);
}

/* A record that waits: by its UUID, for who may see what waits. */
TEST(attachments_of_a_record_that_waits)
{
	struct sl_uuid record;
	struct desk d;
	struct reply r;
	char uuid[37], path[200];

	desk_open(&d);
	add_record(&d, "hazard", "WAITS", "operator", "Clear Ways", "id=WAITS", SL_SUBMITTED, &record);
	sl_uuid_text(record, uuid);
	snprintf(path, sizeof path, "/api/records/hazard/%s/attachments", uuid);
	sign_in_as(&d, "operator");
	CHECK_INT(put_file(&d, path, "", "x", SL_STR("x"), &r), 201);
	reply_done(&r);
	sign_in_as(&d, "reader");
	get(&d, path, &r);
	CHECK_INT(r.status, 404);
	reply_done(&r);
	desk_close(&d);
}

TEST(links_in_both_directions)
{
	struct desk d;
	struct reply r;

	desk_open(&d);
	add_record(&d, "release", "R-1", "somebody", "Clear Ways", "id=R-1;hazard=own", SL_APPROVED, NULL);
	add_record(&d, "release", "R-2", "somebody", "Others", "id=R-2;hazard=OWN", SL_APPROVED, NULL);
	add_record(&d, "release", "R-3", "somebody", "Others", "id=R-3;hazard=OWN-2", SL_APPROVED, NULL);
	sign_in_as(&d, "reader");
	get(&d, "/api/records/hazard/OWN/links", &r);
	CHECK(strstr(r.text.p, "\"from\":[{\"kind\":\"release\",\"field\":\"hazard\",\"total\":2,"));
	CHECK(strstr(r.text.p, "\"id\":\"R-1\"") && strstr(r.text.p, "\"id\":\"R-2\"") && !strstr(r.text.p, "R-3"));
	reply_done(&r);
	get(&d, "/api/records/release/R-1/links", &r);
	CHECK(strstr(r.text.p, "\"to\":[{\"field\":\"hazard\",\"kind\":\"hazard\",\"id\":\"OWN\",\"name\":\"\",\"found\":true}]"));
	reply_done(&r);
	get(&d, "/api/records/release/R-3/links", &r);
	CHECK(strstr(r.text.p, "\"id\":\"OWN-2\",\"name\":\"\",\"found\":false}"));
	reply_done(&r);
	/* To an operator the records of others are not there, nor is their number. */
	sign_in_as(&d, "operator");
	get(&d, "/api/records/hazard/OWN/links", &r);
	CHECK(strstr(r.text.p, "\"total\":1,") && !strstr(r.text.p, "R-2"));
	reply_done(&r);
	desk_close(&d);
}
