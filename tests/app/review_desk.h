/* A programme and its review desk, for tests. */
#ifndef TEST_REVIEW_DESK_H
#define TEST_REVIEW_DESK_H

#include "app/review.h"
#include "check.h"

#include "app/upkeep.h"
#include "geo/wkb.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define SQUARE_A "POLYGON((10 40, 10.001 40, 10.001 40.001, 10 40.001, 10 40))"
#define SQUARE_NEAR "POLYGON((10.0005 40, 10.0015 40, 10.0015 40.001, 10.0005 40.001, 10.0005 40))"
#define SQUARE_FAR "POLYGON((10.05 40, 10.051 40, 10.051 40.001, 10.05 40.001, 10.05 40))"

struct desk {
	char dir[64], path[96];
	struct sl_env env;
	struct sl_programme p;
	struct sl_people *people;
	struct sl_arena a;
	struct sl_err e;
};

static const struct sl_person ada __attribute__((unused)) = {SL_STR("ada"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person ben __attribute__((unused)) = {SL_STR("ben"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person clerk __attribute__((unused)) = {SL_STR("cleo"), SL_STR(""), SL_ROLE_DATA_ENTRY, SL_SCOPE_FULL};
static const struct sl_person cleo_reviews __attribute__((unused)) = {SL_STR("cleo"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person operator __attribute__((unused)) = {SL_STR("olga"), SL_STR("OP2"), SL_ROLE_OPERATOR, SL_SCOPE_FULL};

static inline void start(struct desk *d)
{
	uint64_t places, errors;

	*d = (struct desk){0};
	sl_env_init(&d->env);
	d->env.fixed_ms = 1767225600000; /* 2026-01-01 */
	d->env.seed = 5;
	strcpy(d->dir, access("/dev/shm", W_OK) ? "/tmp/sl-review-XXXXXX" : "/dev/shm/sl-review-XXXXXX");
	CHECK(mkdtemp(d->dir) != NULL);
	snprintf(d->path, sizeof d->path, "%s/p.gpkg", d->dir);
	CHECK_OK(sl_programme_create(&(struct sl_create_request){.path = d->path, .country = "KHM"}, &d->env, &places,
	                             &errors, &d->e),
	         &d->e);
	CHECK_OK(sl_programme_open(&d->p, d->path, SL_OPEN_WRITE, &d->env, &d->e), &d->e);
	CHECK_OK(sl_programme_people(&d->p, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d->people, &d->e), &d->e);
}

static inline void finish(struct desk *d)
{
	struct sl_findings damage = {.a = &d->a};
	struct sl_audit_check c = {0};
	char command[160];
	struct sl_hash before, after;
	int64_t n;

	/* Whatever was done: every hash is right, and the projection is what the log says. */
	CHECK_OK(sl_store_verify(d->p.db, &damage, &n, &d->e), &d->e);
	CHECK_INT(damage.n, 0);
	CHECK_OK(sl_store_digest(d->p.db, &before, &d->e), &d->e);
	CHECK_OK(sl_store_rebuild(d->p.db, &d->e), &d->e);
	CHECK_OK(sl_store_digest(d->p.db, &after, &d->e), &d->e);
	CHECK(sl_hash_eq(before, after));
	CHECK_OK(sl_people_audit_verify(d->people, &c, &d->e), &d->e);
	CHECK_INT(c.first_wrong, 0);
	sl_people_close(d->people);
	sl_programme_close(&d->p);
	sl_arena_done(&d->a);
	snprintf(command, sizeof command, "rm -r %s", d->dir);
	CHECK_INT(system(command), 0);
}

static inline void set(struct desk *d, struct sl_record *rec, const char *field, const char *value)
{
	const struct sl_field *f = sl_kind_field(rec->kind, field);
	const char *problem = NULL;

	CHECK(f != NULL);
	CHECK_OK(sl_value_read(&d->a, f, sl_str_from(value), &rec->value[f->index], &problem, &d->e), &d->e);
	CHECK(!problem);
}

/* A record said by `author`, on top of what is there: fields as "name=value;name=value". */
static inline struct sl_revision tell(struct desk *d, const char *kind, const char *author, const char *id,
                                      const char *date, const char *fields, const char *wkt, enum sl_state state)
{
	struct sl_revision rev = {.kind = sl_dictionary_kind(d->p.dict, sl_str_from(kind)), .state = state};
	struct sl_buf json = {0}, sealed = {0};
	struct sl_str rest = sl_str_from(fields), part, name;
	struct sl_identity who;
	struct sl_record rec;
	bool found, any;

	CHECK_OK(sl_record_new(&d->a, rev.kind, &rec, &d->e), &d->e);
	set(d, &rec, "id", id);
	set(d, &rec, "effective_date", date);
	if (sl_kind_field(rev.kind, "organisation"))
		set(d, &rec, "organisation", "OP1");
	while (sl_str_split(&rest, ';', &part)) {
		if (!part.n)
			continue;
		CHECK(sl_str_split(&part, '=', &name));
		set(d, &rec, sl_arena_printf(&d->a, &d->e, "%.*s", SL_STR_ARG(name)),
		    sl_arena_printf(&d->a, &d->e, "%.*s", SL_STR_ARG(part)));
	}
	CHECK(sl_date_parse(sl_str_from(date), &rev.effective));
	if (wkt) {
		CHECK_OK(sl_wkt_read(&d->a, sl_str_from(wkt), &rec.geometry, NULL, &d->e), &d->e);
		CHECK_OK(sl_geometry_prepare(&d->a, &rec.geometry, &rev.geometry, &d->e), &d->e);
	}
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
	sl_record_sealed_json(&sealed, &rec, &any);
	if (any)
		rev.sealed = sl_buf_view(&sealed);
	rev.identity = sl_str_from(id);
	rev.author = sl_str_from(author);
	rev.organisation = SL_STR("OP1");
	rev.entry = SL_STR("{\"file\":\"form.csv\",\"row\":3}");
	CHECK_OK(sl_store_begin(d->p.db, &d->e), &d->e);
	CHECK_OK(sl_store_identify(d->p.db, rev.kind, rev.identity, &found, &who, &d->e), &d->e);
	if (found) {
		rev.record = who.record;
		rev.parent[rev.n_parents++] = who.head;
	}
	CHECK_OK(sl_store_append(d->p.db, &rev, NULL, &d->e), &d->e);
	CHECK_OK(sl_store_commit(d->p.db, &d->e), &d->e);
	sl_buf_done(&json);
	sl_buf_done(&sealed);
	return rev;
}

/* A suspected hazard. */
static inline struct sl_revision say(struct desk *d, const char *author, const char *id, const char *date,
                                     const char *name, const char *wkt, enum sl_state state)
{
	char fields[200];

	snprintf(fields, sizeof fields, "class=SHA;status=OPEN;name=%s", name);
	return tell(d, "hazard", author, id, date, fields, wkt, state);
}

static inline struct sl_acted act(struct desk *d, const struct sl_person *person, enum sl_deed deed, struct sl_uuid record,
                           struct sl_uuid revision, const char *comment)
{
	struct sl_reviewer who = {person, false, d->people, SL_STR("test")};
	struct sl_act a = {.deed = deed, .record = record, .revision = revision, .comment = sl_str_from(comment)};
	struct sl_acted out;

	CHECK_OK(sl_review(&d->p, &who, &d->a, &a, 1, &out, &d->e), &d->e);
	return out;
}

static inline const struct sl_json *inbox(struct desk *d, const struct sl_person *person, bool clean)
{
	struct sl_inbox_request q = {.limit = 100, .clean = clean, .state = SL_SUBMITTED};
	struct sl_json *json = NULL;
	struct sl_buf b = {0};
	char *text;

	CHECK_OK(sl_inbox_json(&d->p, person, &q, &b, &d->e), &d->e);
	text = sl_arena_strndup(&d->a, b.p, b.n, &d->e);
	CHECK_OK(sl_json_parse(&d->a, (struct sl_str){text, b.n}, &json, &d->e), &d->e);
	sl_buf_done(&b);
	return json;
}

static inline size_t n_waiting(struct desk *d, const struct sl_person *person)
{
	const struct sl_json *json = inbox(d, person, false);

	CHECK_INT((int64_t)sl_json_get(json, "total")->number, sl_json_get(json, "records")->n);
	return sl_json_get(json, "records")->n;
}

/* Name of the current approved version; empty when none stands. */
static inline struct sl_str current_name(struct desk *d, int64_t number)
{
	struct sl_revision rev;
	struct sl_record rec;

	if (sl_store_by_number(d->p.db, &d->a, number, &rev, &rec, &d->e)) {
		CHECK_INT(d->e.code, SL_NOT_FOUND);
		sl_err_clear(&d->e);
		return SL_STR("");
	}
	return sl_str_is(sl_record_text(&rec, "status"), "DUPL") ? SL_STR("a duplicate") : sl_record_text(&rec, "name");
}

#endif
