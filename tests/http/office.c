#include "office.h"

const enum sl_scope office_scopes[OFFICE_SCOPES] = {SL_SCOPE_READ, SL_SCOPE_WRITE, SL_SCOPE_DEVICES};

static void add_record(struct office *o, const char *kind, const char *id, const char *author,
                       const char *organisation, enum sl_state state, const char *sealed)
{
	struct test_programme *p = &o->t.p;
	struct sl_arena a = {0};
	struct sl_buf json = {0};
	struct sl_record rec;
	struct sl_revision rev = {.kind = sl_dictionary_kind(p->dict, sl_str_from(kind)), .state = state};
	const char *problem = NULL;

	CHECK_OK(sl_record_new(&a, rev.kind, &rec, &p->e), &p->e);
	CHECK_OK(sl_value_read(&a, sl_kind_field(rev.kind, "id"), sl_str_from(id),
	                       &rec.value[sl_kind_field(rev.kind, "id")->index], &problem, &p->e),
	         &p->e);
	CHECK(sl_date_parse(SL_STR("2024-05-01"), &rev.effective));
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	rev.identity = sl_str_from(id);
	rev.entry = SL_STR("{}");
	rev.sealed = sl_str_from(sealed);
	rev.author = sl_str_from(author);
	rev.organisation = sl_str_from(organisation);
	CHECK_OK(sl_store_begin(p->db, &p->e), &p->e);
	CHECK_OK(sl_store_append(p->db, &rev, &rec, &p->e), &p->e);
	CHECK_OK(sl_store_commit(p->db, &p->e), &p->e);
	sl_buf_done(&json);
	sl_arena_done(&a);
}

void office_empty(struct office *o, bool behind_proxy)
{
	const struct sl_server_options options = {
	    .identify = sl_identify, .password_cost = SL_PASSWORD_CHEAP, .behind_proxy = behind_proxy};

	memset(o, 0, sizeof *o);
	o->by = (struct sl_actor){SL_STR("test"), SL_STR("console")};
	server_open(&o->t, &options);
	o->t.p.env.seed = o->t.p.env.random_state = 77; /* other identifiers than those that the server makes */
	o->t.p.env.n_spare = 0;
	CHECK_OK(sl_people_open(o->t.p.path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &o->t.p.env, &o->people, &o->e),
	         &o->e);
}

void office_open(struct office *o)
{
	office_empty(o, false);
	for (int role = OFFICE_FIRST; role < SL_ROLES; role++) {
		struct sl_new_user u = {.name = sl_str_from(sl_role_name((enum sl_role)role)),
		                        .role = (enum sl_role)role,
		                        .password = SL_STR(PASSWORD),
		                        .organisation = SL_STR("Clear Ways")};

		CHECK_OK(sl_user_add(o->people, &o->by, &u, &o->e), &o->e);
		for (int s = 0; s < OFFICE_SCOPES; s++)
			CHECK_OK(sl_token_create(o->people, &o->by, u.name, SL_STR("test"), office_scopes[s], 30,
			                         o->token[role][s], &o->e),
			         &o->e);
	}
	/* Written as another clerk would. */
	add_record(o, "hazard", "OWN", "data-entry", "CLEAR  ways", SL_APPROVED, "");
	add_record(o, "hazard", "OTHER", "somebody", "Others", SL_APPROVED, "");
	add_record(o, "hazard", "WAITS", "somebody", "Others", SL_SUBMITTED, "");
	add_record(o, "hazard", "DRAFT", "data-entry", "Others", SL_DRAFT, "");
	add_record(o, "victim", "V-OWN", "data-entry", "Clear Ways", SL_APPROVED,
	           "{\"family_name\":\"Sealedname\"}");
	add_record(o, "victim", "V-OTHER", "somebody", "Others", SL_APPROVED,
	           "{\"family_name\":\"Sealedname\"}");
}

void office_close(struct office *o)
{
	struct sl_audit_check c = {0};

	CHECK_OK(sl_people_audit_verify(o->people, &c, &o->e), &o->e);
	CHECK_INT(c.first_wrong, 0);
	sl_people_close(o->people);
	server_close(&o->t);
}

void office_sign_in(struct office *o, const char *name, struct sl_sign_in *in)
{
	const struct sl_sign_in_request q = {
	    .name = sl_str_from(name), .password = SL_STR(PASSWORD), .address = SL_STR("test")};
	struct sl_arena a = {0};

	CHECK_OK(sl_sign_in(o->people, &a, &q, in, &o->e), &o->e);
	CHECK_INT(in->verdict, SL_SIGNED_IN);
	sl_arena_done(&a);
}

void office_request(const struct office *o, const char *method, const char *path, const char *headers,
                    const char *body, struct reply *r)
{
	bool form = !strncmp(path, "/sign-", 6) || !strncmp(path, "/set-up", 7);
	struct sl_buf b = {0};

	sl_buf_printf(&b, "%s %s HTTP/1.1\r\nHost: localhost\r\n%s", method, path, headers);
	if (body)
		sl_buf_printf(&b, "Content-Type: %s\r\n",
		              form ? "application/x-www-form-urlencoded" : "application/json");
	if (strcmp(method, "GET"))
		sl_buf_printf(&b, "Content-Length: %zu\r\n", body ? strlen(body) : 0);
	sl_buf_printf(&b, "\r\n%s", body ? body : "");
	ask_raw(&o->t, b.p, r);
	sl_buf_done(&b);
}

void office_cookie(const struct reply *r, char out[64])
{
	struct sl_str rest = reply_header(r, "set-cookie"), value = SL_STR(""), name = SL_STR("");

	if (rest.n && sl_str_split(&rest, ';', &value))
		(void)!sl_str_split(&value, '=', &name);
	snprintf(out, 64, "%.*s", (int)value.n, value.n ? value.p : "");
}

void office_manage(struct office *o, const struct sl_sign_in *in, const char *method, const char *path,
                   const char *body, int status, const char *holds)
{
	struct reply r;
	char headers[300];

	snprintf(headers, sizeof headers, "Cookie: safelane=%s\r\nX-CSRF-Token: %s\r\n", in->session, in->csrf);
	office_request(o, method, path, headers, body, &r);
	if (r.status != status || (holds && !strstr(r.text.p, holds)))
		printf("%s %s: %s\n", method, path, r.text.n ? r.text.p : "closed");
	CHECK_INT(r.status, status);
	CHECK(!holds || strstr(r.text.p, holds));
	reply_done(&r);
}

int office_noted(struct office *o, struct sl_arena *a, const char *what, struct sl_audit_entry *last)
{
	const struct sl_audit_range range = {.what = sl_str_from(what)};
	struct sl_audit_entry *x = NULL;
	size_t n = 0;

	CHECK_OK(sl_people_audit_read(o->people, a, &range, &x, &n, &o->e), &o->e);
	if (last && n)
		*last = x[n - 1];
	return (int)n;
}
