/* The review desk: what waits and in which order, which records are offered as the same thing, and what every step
 * leaves in the log. */
#include "review_desk.h"

#include "app/history.h"

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
