/* The review desk: what waits and in which order, which records are offered as the same thing, and what every step
 * leaves in the log. */
#include "app/review.h"
#include "check.h"

#include "app/history.h"
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

static const struct sl_person ada = {SL_STR("ada"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person ben = {SL_STR("ben"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person clerk = {SL_STR("cleo"), SL_STR(""), SL_ROLE_DATA_ENTRY, SL_SCOPE_FULL};
static const struct sl_person cleo_reviews = {SL_STR("cleo"), SL_STR(""), SL_ROLE_REVIEWER, SL_SCOPE_FULL};
static const struct sl_person operator= {SL_STR("olga"), SL_STR("OP2"), SL_ROLE_OPERATOR, SL_SCOPE_FULL};

static void start(struct desk *d)
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

static void finish(struct desk *d)
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

static void set(struct desk *d, struct sl_record *rec, const char *field, const char *value)
{
	const struct sl_field *f = sl_kind_field(rec->kind, field);
	const char *problem = NULL;

	CHECK(f != NULL);
	CHECK_OK(sl_value_read(&d->a, f, sl_str_from(value), &rec->value[f->index], &problem, &d->e), &d->e);
	CHECK(!problem);
}

/* A hazard said by `author`, on top of what is there. */
static struct sl_revision say(struct desk *d, const char *author, const char *id, const char *date, const char *name,
                              const char *wkt, enum sl_state state)
{
	struct sl_revision rev = {.kind = sl_dictionary_kind(d->p.dict, SL_STR("hazard")), .state = state};
	struct sl_buf json = {0};
	struct sl_identity who;
	struct sl_record rec;
	bool found;

	CHECK_OK(sl_record_new(&d->a, rev.kind, &rec, &d->e), &d->e);
	set(d, &rec, "id", id);
	set(d, &rec, "class", "SHA");
	set(d, &rec, "status", "OPEN");
	set(d, &rec, "effective_date", date);
	set(d, &rec, "name", name);
	set(d, &rec, "organisation", "OP1");
	CHECK(sl_date_parse(sl_str_from(date), &rev.effective));
	CHECK_OK(sl_wkt_read(&d->a, sl_str_from(wkt), &rec.geometry, NULL, &d->e), &d->e);
	CHECK_OK(sl_geometry_prepare(&d->a, &rec.geometry, &rev.geometry, &d->e), &d->e);
	sl_record_json(&json, &rec);
	rev.document = sl_buf_view(&json);
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
	CHECK_OK(sl_store_append(d->p.db, &rev, &rec, &d->e), &d->e);
	CHECK_OK(sl_store_commit(d->p.db, &d->e), &d->e);
	sl_buf_done(&json);
	return rev;
}

static struct sl_acted act(struct desk *d, const struct sl_person *person, enum sl_deed deed, struct sl_uuid record,
                           struct sl_uuid revision, const char *comment)
{
	struct sl_reviewer who = {person, false, d->people, SL_STR("test")};
	struct sl_act a = {.deed = deed, .record = record, .revision = revision, .comment = sl_str_from(comment)};
	struct sl_acted out;

	CHECK_OK(sl_review(&d->p, &who, &d->a, &a, 1, &out, &d->e), &d->e);
	return out;
}

static const struct sl_json *inbox(struct desk *d, const struct sl_person *person, bool clean)
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

static size_t n_waiting(struct desk *d, const struct sl_person *person)
{
	const struct sl_json *json = inbox(d, person, false);

	CHECK_INT((int64_t)sl_json_get(json, "total")->number, sl_json_get(json, "records")->n);
	return sl_json_get(json, "records")->n;
}

/* Name of the current approved version; empty when none stands. */
static struct sl_str current_name(struct desk *d, int64_t number)
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

TEST(review_inbox_is_ordered_and_for_those_who_may_see_it)
{
	struct desk d;
	const struct sl_json *list;

	start(&d);
	say(&d, "cleo", "HA-2", "2025-02-01", "second", SQUARE_FAR, SL_SUBMITTED);
	say(&d, "cleo", "HA-1", "2025-01-01", "first", SQUARE_A, SL_APPROVED);
	say(&d, "cleo", "HA-3", "2025-01-01", "third", SQUARE_A, SL_SUBMITTED);
	say(&d, "cleo", "HA-1", "2025-03-01", "changed", SQUARE_A, SL_SUBMITTED);
	say(&d, "cleo", "HA-4", "2099-01-01", "in the future", SQUARE_FAR, SL_SUBMITTED);
	list = sl_json_get(inbox(&d, &ada, false), "records");
	CHECK_INT(list->n, 4);
	CHECK(sl_str_is(sl_json_get_str(list->child, "id"), "HA-2"));
	CHECK(sl_str_is(sl_json_get_str(list->child->next, "id"), "HA-3"));
	CHECK(sl_str_is(sl_json_get_str(list->child->next->next, "id"), "HA-1"));
	CHECK(sl_str_is(sl_json_get_str(list->child->next->next->next, "id"), "HA-4"));
	CHECK(sl_str_is(sl_json_get_str(list->child, "author"), "cleo"));
	CHECK(sl_json_get(sl_json_get(list->child->next->next->next, "findings"), "error")->number +
	          sl_json_get(sl_json_get(list->child->next->next->next, "findings"), "warning")->number > 0);
	/* Clean ones are some of them, and never the one in the future. */
	list = sl_json_get(inbox(&d, &ada, true), "records");
	for (const struct sl_json *x = list->child; x; x = x->next)
		CHECK(!sl_str_is(sl_json_get_str(x, "id"), "HA-4"));
	CHECK_INT(n_waiting(&d, &operator), 0); /* of another organisation */
	finish(&d);
}

TEST(review_candidates_come_by_ground_date_and_identifier)
{
	struct sl_candidate c[SL_CANDIDATES];
	struct desk d;
	struct sl_revision rev, near, far, named;
	struct sl_record rec;
	size_t n;

	start(&d);
	near = say(&d, "cleo", "KH-100", "2025-01-01", "half of it", SQUARE_NEAR, SL_APPROVED);
	far = say(&d, "cleo", "ZZ-999", "2025-01-01", "4 km off", SQUARE_FAR, SL_APPROVED);
	named = say(&d, "cleo", "HA-7", "2025-01-01", "the name alone", "POINT(20 45)", SL_APPROVED);
	rev = say(&d, "cleo", "HA-7/b", "2025-01-01", "new", SQUARE_A, SL_SUBMITTED);
	CHECK_OK(sl_store_revision(d.p.db, &d.a, rev.seq, &rev, &rec, &d.e), &d.e);
	CHECK_OK(sl_candidates(&d.p, &d.a, &rev, &rec, c, &n, &d.e), &d.e);
	CHECK_INT(n, 3);
	CHECK(sl_uuid_eq(c[0].record, near.record));
	CHECK_NEAR(c[0].overlap, 1.0 / 3, 0.001); /* half of each: 0.5 of 1.5 */
	CHECK_NEAR(c[0].distance_m, 0, 0);
	CHECK_INT(c[0].days, 0);
	for (size_t i = 1; i < n; i++) {
		CHECK(c[i].score <= c[i - 1].score);
		if (sl_uuid_eq(c[i].record, far.record))
			CHECK_NEAR(c[i].distance_m, 4183, 15); /* 0.049 degrees of longitude at latitude 40 */
		if (sl_uuid_eq(c[i].record, named.record)) {
			CHECK(isnan(c[i].overlap));
			CHECK(c[i].likeness > 0.85);
		}
	}
	finish(&d);
}

TEST(review_approve_return_reject_and_their_undo)
{
	struct desk d;
	struct sl_revision rev, second;
	struct sl_acted done;
	struct sl_buf b = {0};

	start(&d);
	rev = say(&d, "cleo", "HA-1", "2025-01-01", "one", SQUARE_A, SL_SUBMITTED);
	CHECK_INT(act(&d, &ada, SL_DEED_RETURN, rev.record, rev.id, "").code, SL_INVALID);
	CHECK_INT(act(&d, &clerk, SL_DEED_APPROVE, rev.record, rev.id, "").code, SL_DENIED);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, rev.record, rev.record, "").code, SL_CONFLICT); /* another revision */
	CHECK_INT(act(&d, &ada, SL_DEED_UNDO, rev.record, rev.id, "").code, SL_CONFLICT);
	done = act(&d, &ada, SL_DEED_RETURN, rev.record, rev.id, "The \"corner\" B is missing");
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_RETURNED);
	CHECK_INT(n_waiting(&d, &ada), 0);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, rev.record, done.revision, "").code, SL_CONFLICT);
	CHECK_OK(sl_history_json(&d.p, "HA-1", &b, &d.e), &d.e);
	CHECK(strstr(b.p, "\"comment\":\"The \\\"corner\\\" B is missing\"") != NULL);
	sl_buf_done(&b);
	/* Taken back, it waits again; who returned it has entered nothing and may approve it. */
	done = act(&d, &ada, SL_DEED_UNDO, rev.record, done.revision, "");
	CHECK_INT(done.state, SL_SUBMITTED);
	CHECK_INT(n_waiting(&d, &ada), 1);
	done = act(&d, &ada, SL_DEED_APPROVE, rev.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "one"));

	/* A second version, approved and taken back: the first counts again and the second waits. */
	second = say(&d, "cleo", "HA-1", "2025-06-01", "two", SQUARE_A, SL_SUBMITTED);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "one"));
	done = act(&d, &ben, SL_DEED_APPROVE, rev.record, second.id, "");
	CHECK(sl_str_is(current_name(&d, rev.record_number), "two"));
	done = act(&d, &ben, SL_DEED_UNDO, rev.record, done.revision, "too early");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "one"));
	CHECK_INT(n_waiting(&d, &ada), 1);
	done = act(&d, &ben, SL_DEED_REJECT, rev.record, done.revision, "");
	CHECK_INT(done.state, SL_REJECTED);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "one"));
	done = act(&d, &ben, SL_DEED_UNDO, rev.record, done.revision, "");
	CHECK_INT(act(&d, &cleo_reviews, SL_DEED_APPROVE, rev.record, done.revision, "").code, SL_DENIED); /* her words */
	done = act(&d, &ben, SL_DEED_APPROVE, rev.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "two"));

	/* Of a first version that is taken back nothing counts, and it waits. */
	rev = say(&d, "cleo", "HA-9", "2025-01-01", "nine", SQUARE_FAR, SL_SUBMITTED);
	done = act(&d, &ada, SL_DEED_APPROVE, rev.record, rev.id, "");
	done = act(&d, &ada, SL_DEED_UNDO, rev.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), ""));
	CHECK_INT(n_waiting(&d, &ada), 1);
	done = act(&d, &ben, SL_DEED_APPROVE, rev.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "nine"));
	finish(&d);
}

TEST(review_a_correction_returned_and_resubmitted_still_takes_out_what_it_corrects)
{
	struct desk d;
	struct sl_revision rev, wrong;
	struct sl_step step;
	struct sl_acted done;

	start(&d);
	rev = say(&d, "cleo", "HA-1", "2025-06-01", "wrong", SQUARE_A, SL_APPROVED);
	wrong = say(&d, "cleo", "HA-1", "2025-01-01", "right", SQUARE_A, SL_SUBMITTED); /* an earlier date */
	/* The same as a correction. */
	step = (struct sl_step){.record = rev.record, .state = SL_SUBMITTED, .author = SL_STR("cleo"),
	                        .sets_correction = true, .correction = true};
	CHECK_OK(sl_store_begin(d.p.db, &d.e), &d.e);
	CHECK_OK(sl_store_step(d.p.db, &step, &wrong.id, NULL, &d.e), &d.e);
	CHECK_OK(sl_store_commit(d.p.db, &d.e), &d.e);
	done = act(&d, &ada, SL_DEED_RETURN, rev.record, wrong.id, "why?");
	done = act(&d, &ada, SL_DEED_UNDO, rev.record, done.revision, "");
	done = act(&d, &ada, SL_DEED_APPROVE, rev.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK(sl_str_is(current_name(&d, rev.record_number), "right"));
	finish(&d);
}

TEST(review_nobody_approves_their_own_entries)
{
	struct desk d;
	struct sl_revision rev;
	struct sl_acted done;
	struct sl_reviewer own;
	struct sl_act a;

	start(&d);
	rev = say(&d, "Ada", "HA-1", "2025-01-01", "mine", SQUARE_A, SL_SUBMITTED);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, rev.record, rev.id, "").code, SL_DENIED);
	/* A stranger's comma on top does not hide who said the rest. */
	rev = say(&d, "cleo", "HA-1", "2025-01-01", "mine,", SQUARE_A, SL_SUBMITTED);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, rev.record, rev.id, "").code, SL_DENIED);
	done = act(&d, &ben, SL_DEED_APPROVE, rev.record, rev.id, "");
	CHECK_INT(done.code, SL_OK);
	/* After that approval it is forgotten. */
	rev = say(&d, "cleo", "HA-1", "2025-02-01", "hers", SQUARE_A, SL_SUBMITTED);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, rev.record, rev.id, "").code, SL_OK);
	rev = say(&d, "ada", "HA-1", "2025-03-01", "mine again", SQUARE_A, SL_SUBMITTED);
	own = (struct sl_reviewer){&ada, true, d.people, SL_STR("test")};
	a = (struct sl_act){.deed = SL_DEED_APPROVE, .record = rev.record, .revision = rev.id};
	CHECK_OK(sl_review(&d.p, &own, &d.a, &a, 1, &done, &d.e), &d.e);
	CHECK_INT(done.code, SL_OK); /* where the programme says so */
	finish(&d);
}

TEST(review_duplicates_name_the_record_that_stays)
{
	struct desk d;
	struct sl_revision stays, twin, other;
	struct sl_reviewer who;
	struct sl_acted done;
	struct sl_act a;
	struct sl_buf b = {0};
	char uuid[37];

	start(&d);
	who = (struct sl_reviewer){&ada, false, d.people, SL_STR("test")};
	stays = say(&d, "cleo", "HA-1", "2025-01-01", "one", SQUARE_A, SL_APPROVED);
	twin = say(&d, "cleo", "HA-01", "2025-01-01", "one", SQUARE_A, SL_SUBMITTED);
	a = (struct sl_act){.deed = SL_DEED_DUPLICATE, .record = twin.record, .revision = twin.id, .other = twin.record};
	CHECK_OK(sl_review(&d.p, &who, &d.a, &a, 1, &done, &d.e), &d.e);
	CHECK_INT(done.code, SL_INVALID); /* of itself */
	a.other = twin.id;
	CHECK_OK(sl_review(&d.p, &who, &d.a, &a, 1, &done, &d.e), &d.e);
	CHECK_INT(done.code, SL_NOT_FOUND);
	a.other = stays.record;
	CHECK_OK(sl_review(&d.p, &who, &d.a, &a, 1, &done, &d.e), &d.e);
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_REJECTED);
	CHECK_OK(sl_history_json(&d.p, "HA-01", &b, &d.e), &d.e);
	sl_uuid_text(stays.record, uuid);
	CHECK(strstr(b.p, "\"duplicate_of\"") && strstr(strstr(b.p, "\"duplicate_of\""), uuid));
	sl_buf_done(&b);
	/* Something waits in a record that counts: that has to be judged first. */
	other = say(&d, "cleo", "HA-1", "2025-02-01", "more", SQUARE_A, SL_SUBMITTED);
	a = (struct sl_act){.deed = SL_DEED_DUPLICATE, .record = other.record, .revision = other.id, .other = twin.record};
	CHECK_OK(sl_review(&d.p, &who, &d.a, &a, 1, &done, &d.e), &d.e);
	CHECK_INT(done.code, SL_CONFLICT);
	finish(&d);
}

TEST(review_many_at_once_are_judged_each)
{
	enum { MANY = 100 };
	static struct sl_act a[MANY];
	static struct sl_acted done[MANY];
	struct sl_reviewer who;
	struct desk d;
	size_t good = 0, clean;
	char id[16], wkt[200];

	start(&d);
	who = (struct sl_reviewer){&ada, false, d.people, SL_STR("test")};
	for (int i = 0; i < MANY; i++) {
		struct sl_revision rev;
		double x = 103 + i * 0.01;

		snprintf(id, sizeof id, "HA-%d", i);
		snprintf(wkt, sizeof wkt,
		         "POLYGON((%.4f 12.0001, %.4f 12.0007, %.4f 12.0012, %.4f 12.0008, %.4f 12.0003, %.4f 12.0001))", x,
		         x + 0.0009, x + 0.0006, x + 0.0002, x - 0.0003, x);
		rev = say(&d, i == 7 ? "ada" : "cleo", id, i == 9 ? "2099-01-01" : "2025-01-01", "many", wkt, SL_SUBMITTED);
		a[i] = (struct sl_act){.deed = SL_DEED_APPROVE, .record = rev.record, .revision = i == 11 ? rev.record : rev.id};
	}
	clean = sl_json_get(inbox(&d, &ada, true), "records")->n;
	for (int i = 0; i < MANY; i++)
		a[i].only_clean = clean >= MANY / 2 || i == 9; /* what the rules of the day find in all is not the point here */
	CHECK_OK(sl_review(&d.p, &who, &d.a, a, MANY, done, &d.e), &d.e);
	for (int i = 0; i < MANY; i++)
		good += !done[i].code;
	CHECK_INT(good, MANY - 3);
	CHECK_INT(done[7].code, SL_DENIED);
	CHECK_INT(done[9].code, SL_CONFLICT);
	CHECK_INT(done[11].code, SL_CONFLICT);
	CHECK(done[9].why.n > 0);
	CHECK_INT(n_waiting(&d, &ben), 3);
	finish(&d);
}

/* ---- links ---- */

static struct sl_acted join(struct desk *d, const struct sl_person *person, enum sl_deed deed, struct sl_uuid record,
                            struct sl_uuid revision, struct sl_uuid other)
{
	struct sl_reviewer who = {person, false, d->people, SL_STR("test")};
	struct sl_act a = {.deed = deed, .record = record, .revision = revision, .other = other};
	struct sl_acted out;

	CHECK_OK(sl_review(&d->p, &who, &d->a, &a, 1, &out, &d->e), &d->e);
	return out;
}

static struct sl_uuid newest_of(struct desk *d, struct sl_uuid record, enum sl_state *state)
{
	struct sl_identity who;
	struct sl_revision rev;
	struct sl_record rec;
	struct sl_str id;
	struct sl_waiting *w;
	bool found;
	size_t n;
	struct sl_uuid out = {{0}};

	(void)rec;
	(void)id;
	for (enum sl_state s = SL_SUBMITTED; s <= SL_REJECTED; s++) {
		CHECK_OK(sl_store_waiting(d->p.db, &d->a, s, &w, &n, &d->e), &d->e);
		for (size_t i = 0; i < n; i++) {
			CHECK_OK(sl_store_revision(d->p.db, &d->a, w[i].seq, &rev, &rec, &d->e), &d->e);
			if (sl_uuid_eq(rev.record, record)) {
				*state = rev.state;
				out = rev.id;
			}
		}
	}
	(void)found;
	(void)who;
	return out;
}

TEST(review_a_link_makes_the_next_version_and_keeps_the_identifier)
{
	struct sl_revision stays, news;
	struct sl_identity who;
	struct sl_acted done;
	enum sl_state state = SL_DRAFT;
	struct sl_record rec;
	struct sl_revision now;
	struct desk d;
	struct sl_uuid next;
	bool found;

	start(&d);
	stays = say(&d, "cleo", "HA-1", "2024-01-01", "old words", SQUARE_A, SL_APPROVED);
	news = say(&d, "cleo", "RS-77", "2025-01-01", "new words", SQUARE_NEAR, SL_SUBMITTED);
	CHECK_INT(join(&d, &ada, SL_DEED_LINK, news.record, news.id, news.record).code, SL_INVALID);
	CHECK_INT(join(&d, &clerk, SL_DEED_LINK, news.record, news.id, stays.record).code, SL_DENIED);
	done = join(&d, &ada, SL_DEED_LINK, news.record, news.id, stays.record);
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_REJECTED);
	/* It waits as news of the record that stays; under the new identifier that record is found. */
	CHECK_INT(n_waiting(&d, &ada), 1);
	next = newest_of(&d, stays.record, &state);
	CHECK_INT(state, SL_SUBMITTED);
	CHECK_OK(sl_store_identify(d.p.db, stays.kind, SL_STR("rs-77"), &found, &who, &d.e), &d.e);
	CHECK(found && sl_uuid_eq(who.record, stays.record));
	CHECK(sl_str_is(current_name(&d, stays.record_number), "old words"));
	/* Who said it does not approve it, however it came here; who linked it does. */
	CHECK_INT(act(&d, &cleo_reviews, SL_DEED_APPROVE, stays.record, next, "").code, SL_DENIED);
	CHECK_INT(act(&d, &ada, SL_DEED_UNDO, stays.record, next, "").code, SL_CONFLICT);
	/* Taken back, both are as they were. */
	done = act(&d, &ada, SL_DEED_UNDO, news.record, done.revision, "");
	CHECK_INT(done.code, SL_OK);
	CHECK_INT(done.state, SL_SUBMITTED);
	CHECK_OK(sl_store_identify(d.p.db, stays.kind, SL_STR("RS-77"), &found, &who, &d.e), &d.e);
	CHECK(found && sl_uuid_eq(who.record, news.record));
	newest_of(&d, stays.record, &state);
	CHECK_INT(state, SL_REJECTED);
	CHECK_INT(n_waiting(&d, &ada), 1);

	done = join(&d, &ada, SL_DEED_LINK, news.record, done.revision, stays.record);
	CHECK_INT(done.code, SL_OK);
	next = newest_of(&d, stays.record, &state);
	CHECK_INT(act(&d, &ada, SL_DEED_APPROVE, stays.record, next, "").code, SL_OK);
	CHECK_OK(sl_store_by_number(d.p.db, &d.a, stays.record_number, &now, &rec, &d.e), &d.e);
	CHECK(sl_str_is(sl_record_text(&rec, "name"), "new words"));
	CHECK(sl_str_is(sl_record_text(&rec, "id"), "HA-1"));
	CHECK(sl_str_is(sl_record_text(&rec, "former_id"), "RS-77"));
	CHECK(sl_str_is(now.identity, "HA-1"));
	CHECK_INT(now.effective.day, news.effective.day);
	CHECK_NEAR(sl_geom_box(&rec.geometry).x0, 10.0005, 1e-9);
	/* What is approved is taken back there first. */
	CHECK_INT(act(&d, &ada, SL_DEED_UNDO, news.record, done.revision, "").code, SL_CONFLICT);
	/* A record that counts becomes no version of another one. */
	news = say(&d, "cleo", "HA-5", "2025-01-01", "five", SQUARE_FAR, SL_APPROVED);
	news = say(&d, "cleo", "HA-5", "2025-02-01", "five again", SQUARE_FAR, SL_SUBMITTED);
	CHECK_INT(join(&d, &ada, SL_DEED_LINK, news.record, news.id, stays.record).code, SL_CONFLICT);
	finish(&d);
}
