/* First start, signing in, who is asking, accounts, tokens, settings: what each of them lets in and keeps
 * out. */
#include "app/people.h"
#include "check.h"

#include "app/upkeep.h"
#include "base/io.h"

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define PASSWORD "correct horse battery"
#define SECOND 1000
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * (int64_t)HOUR)

struct desk {
	char dir[64], path[96];
	struct sl_env env;
	struct sl_programme programme;
	struct sl_people *p;
	struct sl_arena a;
	struct sl_actor by;
	struct sl_err e;
};

static void start(struct desk *d)
{
	uint64_t places, errors;

	*d = (struct desk){.by = {SL_STR("clerk"), SL_STR("console")}};
	sl_env_init(&d->env);
	d->env.author = "clerk";
	d->env.device = "desk";
	d->env.fixed_ms = 1717245296000; /* 2024-06-01 12:34:56 */
	d->env.seed = 3;
	strcpy(d->dir, access("/dev/shm", W_OK) ? "/tmp/sl-people-XXXXXX" : "/dev/shm/sl-people-XXXXXX");
	CHECK(mkdtemp(d->dir) != NULL);
	snprintf(d->path, sizeof d->path, "%s/p.gpkg", d->dir);
	CHECK_OK(sl_programme_create(&(struct sl_create_request){.path = d->path, .country = "KHM"}, &d->env,
	                             &places, &errors, &d->e),
	         &d->e);
	CHECK_OK(sl_programme_open(&d->programme, d->path, SL_OPEN_READ, &d->env, &d->e), &d->e);
	CHECK_OK(sl_programme_people(&d->programme, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d->p, &d->e), &d->e);
}

static void finish(struct desk *d)
{
	struct sl_audit_check c = {0};
	char command[160];

	/* Whatever a test did, the chain of the audit log is whole. */
	CHECK_OK(sl_people_audit_verify(d->p, &c, &d->e), &d->e);
	CHECK_INT(c.first_wrong, 0);
	sl_people_close(d->p);
	sl_programme_close(&d->programme);
	sl_arena_done(&d->a);
	snprintf(command, sizeof command, "rm -r %s", d->dir);
	CHECK_INT(system(command), 0);
}

static enum sl_code add(struct desk *d, const char *name, enum sl_role role, const char *organisation,
                        const char *password)
{
	struct sl_new_user u = {sl_str_from(name), sl_str_from(organisation), sl_str_from(password), role, NULL};
	enum sl_code code = sl_user_add(d->p, &d->by, &u, &d->e);

	if (password && strlen(password) > 3)
		CHECK(strstr(d->e.msg, password) == NULL); /* no message tells it */
	sl_err_clear(&d->e);
	return code;
}

static struct sl_sign_in sign_in(struct desk *d, const char *name, const char *password,
                                 const char *address, const char *old)
{
	struct sl_sign_in_request r = {sl_str_from(name), sl_str_from(password), sl_str_from(address),
	                               sl_str_from(old)};
	struct sl_sign_in in = {.verdict = SL_SIGNED_IN};

	CHECK_OK(sl_sign_in(d->p, &d->a, &r, &in, &d->e), &d->e);
	return in;
}

static struct sl_asking ask(struct desk *d, const char *session)
{
	struct sl_asking x = {.with = SL_CAME_WITH_TOKEN};

	CHECK_OK(sl_who_is_asking(d->p, &d->a, sl_str_from(session), SL_STR(""), &x, &d->e), &d->e);
	return x;
}

static enum sl_code ask_token(struct desk *d, const char *token, struct sl_asking *x)
{
	enum sl_code code = sl_who_is_asking(d->p, &d->a, SL_STR(""), sl_str_from(token), x, &d->e);

	CHECK(strstr(d->e.msg, token) == NULL);
	sl_err_clear(&d->e);
	return code;
}

/* How many entries of the audit log say so; the last one's person and details. */
static int noted(struct desk *d, const char *what, struct sl_str *person, struct sl_str *details)
{
	struct sl_audit_range all = {0};
	struct sl_audit_entry *x = NULL;
	int count = 0;
	size_t n = 0;

	CHECK_OK(sl_people_audit_read(d->p, &d->a, &all, &x, &n, &d->e), &d->e);
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(x[i].what, what)) {
			count++;
			if (person)
				*person = x[i].person;
			if (details)
				*details = x[i].details;
		}
	return count;
}

/* Do the files of the programme hold the bytes anywhere? */
static bool on_disk(struct desk *d, const char *bytes)
{
	size_t n = strlen(bytes);
	DIR *dir = opendir(d->dir);
	bool held = false;

	for (struct dirent *x; dir && (x = readdir(dir));) {
		struct sl_str all = {"", 0};
		char path[400];

		snprintf(path, sizeof path, "%s/%s", d->dir, x->d_name);
		if (x->d_name[0] == '.' || sl_io_read(&d->a, path, 1u << 28, &all, &d->e))
			sl_err_clear(&d->e);
		for (size_t i = 0; i + n <= all.n && !held; i++)
			held = all.p[i] == bytes[0] && !memcmp(all.p + i, bytes, n);
	}
	closedir(dir);
	return held;
}

TEST(people_sign_in_and_out)
{
	struct sl_str person, details;
	struct sl_sign_in in, again;
	struct sl_asking x;
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Sok Phally", SL_ROLE_OPERATOR, "MAG", PASSWORD), SL_OK);
	in = sign_in(&d, "sok  phally", PASSWORD, "192.0.2.1", "");
	CHECK_INT(in.verdict, SL_SIGNED_IN);
	CHECK_STR(in.person.name, "Sok Phally");
	CHECK_INT(in.expires_ms - d.env.fixed_ms, 12 * HOUR);
	x = ask(&d, in.session);
	CHECK_INT(x.with, SL_CAME_WITH_SESSION);
	CHECK_STR(x.person.name, "Sok Phally");
	CHECK_STR(x.person.organisation, "MAG");
	CHECK(x.person.role == SL_ROLE_OPERATOR && x.person.scope == SL_SCOPE_FULL);
	CHECK(!strcmp(x.csrf, in.csrf));
	CHECK(sl_csrf_right(&x, sl_str_from(in.csrf)));
	CHECK(!sl_csrf_right(&x, SL_STR("")) && !sl_csrf_right(&x, sl_str_from(in.session)));
	/* Each sign-in is a new session with a CSRF secret of its own; both live. */
	again = sign_in(&d, "Sok Phally", PASSWORD, "192.0.2.2", "");
	CHECK(strcmp(again.session, in.session) != 0);
	CHECK(!sl_csrf_right(&x, sl_str_from(again.csrf)));
	/* After sign-out the cookie opens nothing, however often it is sent. */
	CHECK_OK(sl_sign_out(d.p, sl_str_from(in.session), SL_STR("192.0.2.1"), &d.e), &d.e);
	for (int i = 0; i < 2; i++) {
		x = ask(&d, in.session);
		CHECK(x.with == SL_CAME_WITH_NOTHING && x.stale && x.person.scope == SL_SCOPE_NONE && !x.csrf[0]);
		CHECK(!sl_csrf_right(&x, sl_str_from(in.csrf)) && !sl_csrf_right(&x, SL_STR("")));
	}
	CHECK_INT(ask(&d, again.session).with, SL_CAME_WITH_SESSION);
	CHECK_OK(sl_sign_out(d.p, sl_str_from(in.session), SL_STR("192.0.2.1"), &d.e), &d.e);
	CHECK_INT(noted(&d, "sign-in", &person, &details), 2);
	CHECK_INT(noted(&d, "sign-out", &person, NULL), 1);
	CHECK_STR(person, "Sok Phally");
	finish(&d);
}

TEST(wrong_passwords_unknown_names_and_disabled_accounts_are_refused_alike)
{
	struct sl_str person, details;
	struct sl_sign_in in, none = {.verdict = SL_SIGN_IN_REFUSED};
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", PASSWORD), SL_OK);
	CHECK_INT(add(&d, "Dara", SL_ROLE_READER, "", PASSWORD), SL_OK);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Dara"), true, &d.e), &d.e);

	in = sign_in(&d, "Anna", "correct horse batterz", "a", "");
	CHECK(!memcmp(&in, &none, sizeof in));
	CHECK_INT(noted(&d, "sign-in-refused", &person, &details), 1);
	CHECK_STR(person, "Anna");
	CHECK_STR(details, "wrong password");
	in = sign_in(&d, "Dara", PASSWORD, "a", "");
	CHECK(!memcmp(&in, &none, sizeof in));
	/* Somebody typed the password where the name goes. */
	in = sign_in(&d, PASSWORD, "Anna", "a", "");
	CHECK(!memcmp(&in, &none, sizeof in));
	CHECK_INT(noted(&d, "sign-in-refused", &person, &details), 3);
	CHECK_STR(person, "");
	CHECK_STR(details, "unknown name");
	in = sign_in(&d, "Anna\xff", PASSWORD, "a", "");
	CHECK_INT(in.verdict, SL_SIGN_IN_REFUSED);
	in = sign_in(&d, "", "", "a", "");
	CHECK_INT(in.verdict, SL_SIGN_IN_REFUSED);
	in = sign_in(&d, "Anna", "", "a", "");
	CHECK_INT(in.verdict, SL_SIGN_IN_REFUSED);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "a", "").verdict, SL_SIGNED_IN);
	CHECK(!on_disk(&d, PASSWORD) && !on_disk(&d, "batterz"));
	finish(&d);
}

TEST(passwords_are_compared_as_typed_on_any_keyboard)
{
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Vy", SL_ROLE_READER, "", "m\xc3\xa9moire longue"), SL_OK);
	CHECK_INT(sign_in(&d, "Vy", "me\xcc\x81moire longue", "a", "").verdict, SL_SIGNED_IN);
	CHECK_INT(sign_in(&d, "Vy", "memoire longue", "a", "").verdict, SL_SIGN_IN_REFUSED);
	finish(&d);
}

TEST(sessions_cannot_be_fixed)
{
	/* A value that an attacker chose, well-formed as it is, never becomes a session. */
	static const char chosen[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct sl_sign_in in, next;
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	in = sign_in(&d, "Anna", PASSWORD, "a", chosen);
	CHECK_INT(in.verdict, SL_SIGNED_IN);
	CHECK(strcmp(in.session, chosen) != 0);
	CHECK_INT(ask(&d, chosen).with, SL_CAME_WITH_NOTHING);
	/* The session that the browser came with ends when somebody signs in with it. */
	next = sign_in(&d, "Anna", PASSWORD, "a", in.session);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(ask(&d, next.session).with, SL_CAME_WITH_SESSION);
	/* A failed sign-in ends nothing. */
	CHECK_INT(sign_in(&d, "Anna", "wrong password", "a", next.session).verdict, SL_SIGN_IN_REFUSED);
	CHECK_INT(ask(&d, next.session).with, SL_CAME_WITH_SESSION);
	finish(&d);
}

TEST(sessions_expire)
{
	struct sl_sign_in in, idle;
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	idle = sign_in(&d, "Anna", PASSWORD, "a", "");
	in = sign_in(&d, "Anna", PASSWORD, "a", "");
	/* Used every 50 minutes it lives to its end, and no longer. */
	while (d.env.fixed_ms + 50 * MINUTE < in.expires_ms) {
		d.env.fixed_ms += 50 * MINUTE;
		CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_SESSION);
	}
	CHECK_INT(ask(&d, idle.session).with, SL_CAME_WITH_NOTHING);
	d.env.fixed_ms = in.expires_ms - 1;
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_SESSION);
	d.env.fixed_ms = in.expires_ms;
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	/* The settings say how long. */
	CHECK_OK(sl_serving_change(d.p, &d.by, SL_STR("session-hours"), SL_STR("2"), &d.e), &d.e);
	CHECK_OK(sl_serving_change(d.p, &d.by, SL_STR("session-idle"), SL_STR("5"), &d.e), &d.e);
	in = sign_in(&d, "Anna", PASSWORD, "a", "");
	CHECK_INT(in.expires_ms - d.env.fixed_ms, 2 * HOUR);
	d.env.fixed_ms += 5 * MINUTE - 1;
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_SESSION);
	d.env.fixed_ms += 5 * MINUTE;
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	finish(&d);
}

TEST(changes_of_an_account_hold_at_once)
{
	struct sl_sign_in in;
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	in = sign_in(&d, "Anna", PASSWORD, "a", "");
	CHECK_OK(sl_user_role(d.p, &d.by, SL_STR("Anna"), SL_ROLE_READER, NULL, &d.e), &d.e);
	CHECK_INT(ask(&d, in.session).person.role, SL_ROLE_READER);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("anna"), true, &d.e), &d.e);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Anna"), false, &d.e), &d.e);
	/* The old session does not come back with the account. */
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	in = sign_in(&d, "Anna", PASSWORD, "a", "");
	CHECK_OK(sl_user_password(d.p, &d.by, SL_STR("Anna"), SL_STR("another password"), &d.e), &d.e);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "a", "").verdict, SL_SIGN_IN_REFUSED);
	in = sign_in(&d, "Anna", "another password", "a", "");
	CHECK_INT(in.verdict, SL_SIGNED_IN);
	/* By herself: the old one is asked for. */
	d.by.person = SL_STR("Anna");
	CHECK_INT(sl_user_own_password(d.p, &d.by, SL_STR("guess guess"), SL_STR("a third password"), &d.e),
	          SL_DENIED);
	sl_err_clear(&d.e);
	CHECK_INT(sl_user_own_password(d.p, &d.by, SL_STR("another password"), SL_STR("short"), &d.e),
	          SL_INVALID);
	sl_err_clear(&d.e);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_SESSION);
	CHECK_OK(sl_user_own_password(d.p, &d.by, SL_STR("another password"), SL_STR("a third password"), &d.e),
	         &d.e);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(sign_in(&d, "Anna", "a third password", "a", "").verdict, SL_SIGNED_IN);
	CHECK(!on_disk(&d, "a third password") && !on_disk(&d, "guess guess"));
	finish(&d);
}

/* The nth wrong password, and how long the next one waits. */
TEST(guessing_is_slowed_down_for_a_name)
{
	static const int64_t wait[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300};
	struct sl_sign_in in;
	struct desk d;
	char address[20];
	int n = 0;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	for (int i = 0; i < 5; i++) {
		snprintf(address, sizeof address, "192.0.2.%d", n++);
		CHECK_INT(sign_in(&d, i % 2 ? "Anna" : " ANNA ", "wrong password", address, "").verdict,
		          SL_SIGN_IN_REFUSED);
	}
	for (size_t i = 0; i < sizeof wait / sizeof *wait; i++) {
		snprintf(address, sizeof address, "192.0.2.%d", n++);
		/* Even the right one is not tried, from whatever address. */
		in = sign_in(&d, "Anna", PASSWORD, address, "");
		CHECK_INT(in.verdict, SL_SIGN_IN_WAIT);
		CHECK_INT(in.wait_s, wait[i]);
		d.env.fixed_ms += wait[i] * SECOND - 1;
		CHECK_INT(sign_in(&d, "Anna", PASSWORD, address, "").wait_s, 1);
		d.env.fixed_ms += 1;
		CHECK_INT(sign_in(&d, "Anna", "wrong password", address, "").verdict, SL_SIGN_IN_REFUSED);
	}
	/* It is in the file: a restart does not help. */
	sl_people_close(d.p);
	CHECK_OK(sl_programme_people(&d.programme, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d.p, &d.e), &d.e);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "b", "").verdict, SL_SIGN_IN_WAIT);
	/* Nor does a clock set back lock her out for longer. */
	d.env.fixed_ms -= DAY;
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "b", "").wait_s, 300);
	d.env.fixed_ms += DAY + 300 * SECOND;
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "b", "").verdict, SL_SIGNED_IN);
	/* Success forgets, and so does an hour. */
	for (int i = 0; i < 5; i++)
		CHECK_INT(sign_in(&d, "Anna", "wrong password", "c", "").verdict, SL_SIGN_IN_REFUSED);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "c", "").verdict, SL_SIGN_IN_WAIT);
	d.env.fixed_ms += HOUR + 1;
	CHECK_INT(sign_in(&d, "Anna", "wrong password", "c", "").verdict, SL_SIGN_IN_REFUSED);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "c", "").verdict, SL_SIGNED_IN);
	/* An unknown name is slowed down just the same. */
	for (int i = 0; i < 5; i++)
		CHECK_INT(sign_in(&d, "nobody", "wrong password", "d", "").verdict, SL_SIGN_IN_REFUSED);
	CHECK_INT(sign_in(&d, "nobody", "wrong password", "d", "").wait_s, 1);
	/* An administrator helps. */
	for (int i = 0; i < 5; i++)
		(void)sign_in(&d, "Anna", "wrong password", "e", "");
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "e", "").verdict, SL_SIGN_IN_WAIT);
	CHECK_OK(sl_user_password(d.p, &d.by, SL_STR("Anna"), SL_STR(PASSWORD), &d.e), &d.e);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "e", "").verdict, SL_SIGNED_IN);
	finish(&d);
}

TEST(guessing_is_slowed_down_from_an_address)
{
	char name[20], address[60];
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	for (int i = 0; i < 20; i++) {
		snprintf(name, sizeof name, "name %d", i);
		/* All of one IPv6 network. */
		snprintf(address, sizeof address, "2001:db8:1:2:%x::%x", i, i * 77);
		CHECK_INT(sign_in(&d, name, "wrong password", address, "").verdict, SL_SIGN_IN_REFUSED);
		/* An account of one's own does not wash the guesses away. */
		if (i % 5 == 0)
			CHECK_INT(sign_in(&d, "Anna", PASSWORD, address, "").verdict, SL_SIGNED_IN);
	}
	CHECK_INT(sign_in(&d, "name 20", "wrong password", "2001:db8:1:2::1", "").wait_s, 1);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "2001:db8:1:2::1", "").verdict, SL_SIGN_IN_WAIT);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "2001:db8:1:3::1", "").verdict, SL_SIGNED_IN);
	CHECK_INT(sign_in(&d, "Anna", PASSWORD, "192.0.2.1", "").verdict, SL_SIGNED_IN);
	finish(&d);
}

TEST(tokens_do_what_their_scope_says)
{
	static const enum sl_scope scope[] = {SL_SCOPE_READ, SL_SCOPE_WRITE, SL_SCOPE_DEVICES};
	char token[3][SL_TOKEN_TEXT];
	struct sl_asking x = {0};
	struct sl_buf b = {0};
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_OFFICER, "", PASSWORD), SL_OK);
	for (int i = 0; i < 3; i++) {
		CHECK_OK(
		    sl_token_create(d.p, &d.by, SL_STR("anna"), SL_STR("nightly"), scope[i], 30, token[i], &d.e),
		    &d.e);
		CHECK_INT(ask_token(&d, token[i], &x), SL_OK);
		CHECK(x.with == SL_CAME_WITH_TOKEN && x.person.scope == scope[i] && !x.csrf[0]);
		CHECK_STR(x.person.name, "Anna");
		CHECK_INT(sl_person_may(&x.person, SL_RIGHT_MANAGE_PEOPLE), SL_EXTENT_NONE);
		CHECK(!on_disk(&d, token[i]) && !on_disk(&d, token[i] + 4));
	}
	/* A token is no session and no CSRF secret. */
	CHECK_INT(ask(&d, token[0]).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(ask(&d, token[0] + 4).with, SL_CAME_WITH_NOTHING);
	CHECK(!sl_csrf_right(&x, SL_STR("")));
	CHECK_INT(ask_token(&d, sign_in(&d, "Anna", PASSWORD, "a", "").session, &x), SL_DENIED);
	CHECK_INT(ask_token(&d, token[0] + 4, &x), SL_DENIED);
	CHECK_INT(ask_token(&d, "slt_", &x), SL_DENIED);
	token[0][10] ^= 1;
	CHECK_INT(ask_token(&d, token[0], &x), SL_DENIED);
	token[0][10] ^= 1;
	/* Revoked, of a disabled account, expired. */
	CHECK_INT(sl_token_revoke(d.p, &d.by, 1, SL_STR("clerk"), &d.e), SL_NOT_FOUND);
	sl_err_clear(&d.e);
	CHECK_INT(sl_token_revoke(d.p, &d.by, 99, SL_STR(""), &d.e), SL_NOT_FOUND);
	sl_err_clear(&d.e);
	CHECK_OK(sl_token_revoke(d.p, &d.by, 1, SL_STR("Anna"), &d.e), &d.e);
	CHECK_INT(ask_token(&d, token[0], &x), SL_DENIED);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Anna"), true, &d.e), &d.e);
	CHECK_INT(ask_token(&d, token[1], &x), SL_DENIED);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Anna"), false, &d.e), &d.e);
	CHECK_INT(ask_token(&d, token[1], &x), SL_OK);
	d.env.fixed_ms += 30 * DAY - 1;
	CHECK_INT(ask_token(&d, token[1], &x), SL_OK);
	d.env.fixed_ms += 1;
	CHECK_INT(ask_token(&d, token[1], &x), SL_DENIED);
	CHECK_OK(sl_tokens_put(d.p, SL_STR("Anna"), SL_FORMAT_TABLE, &b, &d.e), &d.e);
	CHECK_STR(
	    sl_buf_view(&b),
	    "1  Anna's, scope read, revoked, until 2024-07-01 12:34, last used 2024-06-01 12:34: nightly\n"
	    "2  Anna's, scope write, expired, until 2024-07-01 12:34, last used 2024-07-01 12:34: nightly\n"
	    "3  Anna's, scope devices, expired, until 2024-07-01 12:34, last used 2024-06-01 12:34: nightly\n");
	sl_buf_done(&b);
	CHECK_INT(sl_token_create(d.p, &d.by, SL_STR("Anna"), SL_STR(""), SL_SCOPE_FULL, 30, token[0], &d.e),
	          SL_INVALID);
	sl_err_clear(&d.e);
	CHECK_INT(sl_token_create(d.p, &d.by, SL_STR("Anna"), SL_STR(""), SL_SCOPE_READ, 5000, token[0], &d.e),
	          SL_INVALID);
	sl_err_clear(&d.e);
	CHECK_INT(sl_token_create(d.p, &d.by, SL_STR("Bob"), SL_STR(""), SL_SCOPE_READ, 5, token[0], &d.e),
	          SL_NOT_FOUND);
	sl_err_clear(&d.e);
	CHECK_INT(noted(&d, "token-create", NULL, NULL), 3);
	CHECK_INT(noted(&d, "token-revoke", NULL, NULL), 1);
	finish(&d);
}

TEST(first_start_makes_one_administrator)
{
	struct sl_sign_in_request r = {SL_STR("Anna"), SL_STR(PASSWORD), SL_STR("192.0.2.7"), SL_STR("")},
	                          bad = r;
	char old[SL_SECRET_TEXT], link[SL_SECRET_TEXT];
	struct sl_sign_in in = {0};
	bool yes = false;
	struct desk d;

	start(&d);
	CHECK_OK(sl_setup_needed(d.p, &yes, &d.e), &d.e);
	CHECK(yes);
	/* Somebody who is no administrator does not end it. */
	CHECK_INT(add(&d, "Bob", SL_ROLE_READER, "", PASSWORD), SL_OK);
	CHECK_OK(sl_setup_link(d.p, old, &d.e), &d.e);
	CHECK_OK(sl_setup_link(d.p, link, &d.e), &d.e);
	CHECK(!on_disk(&d, link) && !on_disk(&d, old));
	CHECK_OK(sl_setup_valid(d.p, sl_str_from(old), &yes, &d.e), &d.e);
	CHECK(!yes);
	CHECK_OK(sl_setup_valid(d.p, SL_STR("x"), &yes, &d.e), &d.e);
	CHECK(!yes);
	CHECK_OK(sl_setup_valid(d.p, sl_str_from(link), &yes, &d.e), &d.e);
	CHECK(yes);
	CHECK_INT(sl_setup_finish(d.p, &d.a, sl_str_from(old), &r, &in, &d.e), SL_DENIED);
	CHECK(strstr(d.e.msg, old) == NULL);
	sl_err_clear(&d.e);
	bad.password = SL_STR("short");
	CHECK_INT(sl_setup_finish(d.p, &d.a, sl_str_from(link), &bad, &in, &d.e), SL_INVALID);
	sl_err_clear(&d.e);
	/* A day is the most. */
	d.env.fixed_ms += DAY;
	CHECK_INT(sl_setup_finish(d.p, &d.a, sl_str_from(link), &r, &in, &d.e), SL_DENIED);
	sl_err_clear(&d.e);
	d.env.fixed_ms -= 1;
	CHECK_OK(sl_setup_finish(d.p, &d.a, sl_str_from(link), &r, &in, &d.e), &d.e);
	CHECK(in.verdict == SL_SIGNED_IN && in.person.role == SL_ROLE_ADMINISTRATOR);
	CHECK_STR(ask(&d, in.session).person.name, "Anna");
	/* Once. */
	r.name = SL_STR("Eve");
	CHECK_INT(sl_setup_finish(d.p, &d.a, sl_str_from(link), &r, &in, &d.e), SL_DENIED);
	sl_err_clear(&d.e);
	CHECK_INT(sl_setup_link(d.p, link, &d.e), SL_CONFLICT);
	sl_err_clear(&d.e);
	CHECK_INT(sign_in(&d, "Eve", PASSWORD, "a", "").verdict, SL_SIGN_IN_REFUSED);
	finish(&d);
}

/* A link is void as soon as somebody at the console has made an administrator. */
TEST(first_start_is_over_when_an_administrator_is_there)
{
	struct sl_sign_in_request r = {SL_STR("Eve"), SL_STR(PASSWORD), SL_STR("192.0.2.7"), SL_STR("")};
	char link[SL_SECRET_TEXT];
	struct sl_sign_in in;
	struct desk d;

	start(&d);
	CHECK_OK(sl_setup_link(d.p, link, &d.e), &d.e);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", PASSWORD), SL_OK);
	CHECK_INT(sl_setup_finish(d.p, &d.a, sl_str_from(link), &r, &in, &d.e), SL_DENIED);
	sl_err_clear(&d.e);
	finish(&d);
}

TEST(accounts_are_checked)
{
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", "123456789"), SL_INVALID);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"),
	          SL_INVALID);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", "bytes that are no text \xff"), SL_INVALID);
	CHECK_INT(add(&d, "", SL_ROLE_READER, "", PASSWORD), SL_INVALID);
	CHECK_INT(add(&d, " \xe3\x80\x80 ", SL_ROLE_READER, "", PASSWORD), SL_INVALID);
	CHECK_INT(add(&d, "An\nna", SL_ROLE_READER, "", PASSWORD), SL_INVALID);
	CHECK_INT(add(&d, "Op", SL_ROLE_OPERATOR, "", PASSWORD), SL_INVALID);
	CHECK_INT(add(&d, "Op", SL_ROLE_PUBLIC, "", PASSWORD), SL_INVALID);
	CHECK_INT(noted(&d, "user-add", NULL, NULL), 0);
	CHECK_INT(add(&d, "Anna", SL_ROLE_ADMINISTRATOR, "", "1234567890"), SL_OK);
	CHECK_INT(add(&d, "\xef\xbc\xa1nna ", SL_ROLE_READER, "", PASSWORD), SL_CONFLICT); /* a full-width A */
	/* Somebody can always manage people. */
	CHECK_INT(sl_user_disable(d.p, &d.by, SL_STR("Anna"), true, &d.e), SL_CONFLICT);
	sl_err_clear(&d.e);
	CHECK_INT(sl_user_role(d.p, &d.by, SL_STR("Anna"), SL_ROLE_OFFICER, NULL, &d.e), SL_CONFLICT);
	sl_err_clear(&d.e);
	CHECK_INT(add(&d, "Bob", SL_ROLE_ADMINISTRATOR, "", PASSWORD), SL_OK);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Anna"), true, &d.e), &d.e);
	CHECK_INT(sl_user_disable(d.p, &d.by, SL_STR("Bob"), true, &d.e), SL_CONFLICT);
	sl_err_clear(&d.e);
	CHECK_INT(sl_user_disable(d.p, &d.by, SL_STR("Nobody"), true, &d.e), SL_NOT_FOUND);
	sl_err_clear(&d.e);
	CHECK_INT(sl_user_role(d.p, &d.by, SL_STR("Anna"), SL_ROLE_OPERATOR, NULL, &d.e), SL_INVALID);
	sl_err_clear(&d.e);
	finish(&d);
}

TEST(public_is_off_until_it_is_on)
{
	struct sl_asking x;
	struct desk d;

	start(&d);
	x = ask(&d, "");
	CHECK(!x.stale && x.with == SL_CAME_WITH_NOTHING);
	for (int i = 0; i < SL_RIGHTS; i++)
		CHECK_INT(sl_person_may(&x.person, (enum sl_right)i), SL_EXTENT_NONE);
	CHECK_OK(sl_serving_change(d.p, &d.by, SL_STR("public"), SL_STR("on"), &d.e), &d.e);
	x = ask(&d, "");
	for (int i = 0; i < SL_RIGHTS; i++)
		CHECK_INT(sl_person_may(&x.person, (enum sl_right)i),
		          i == SL_RIGHT_READ_PUBLISHED ? SL_EXTENT_ALL : SL_EXTENT_NONE);
	/* A cookie that is over is a visitor's, a token that is not good is refused. */
	x = ask(&d, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	CHECK(x.stale && x.person.role == SL_ROLE_PUBLIC && x.person.scope == SL_SCOPE_READ);
	CHECK_INT(ask_token(&d, "slt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", &x), SL_DENIED);
	CHECK_INT(sl_serving_change(d.p, &d.by, SL_STR("public"), SL_STR("maybe"), &d.e), SL_INVALID);
	sl_err_clear(&d.e);
	CHECK_INT(noted(&d, "set", NULL, NULL), 1);
	finish(&d);
}

TEST(audit_log_is_written_and_shown)
{
	struct sl_audit_range all = {0};
	struct sl_buf b = {0};
	struct desk d;

	start(&d);
	CHECK_OK(sl_audit_note(d.p, &d.by, "read-sensitive", SL_STR("victim V-1"), SL_STR("names"), &d.e),
	         &d.e);
	CHECK_OK(sl_audit_put(d.p, &all, SL_FORMAT_TABLE, &b, &d.e), &d.e);
	CHECK(sl_str_has_prefix(sl_buf_view(&b),
	                        "1  2024-06-01 12:34  read-sensitive victim V-1 (names), by clerk, console\n"
	                        "1 entry: the chain is whole. Its head is "));
	sl_buf_clear(&b);
	CHECK_OK(sl_audit_put(d.p, &all, SL_FORMAT_JSON, &b, &d.e), &d.e);
	CHECK(sl_str_has_prefix(
	    sl_buf_view(&b),
	    "{\"entries\":[{\"seq\":1,\"at\":\"2024-06-01T12:34:56.000Z\",\"person\":\"clerk\",\"address\":"
	    "\"console\","
	    "\"what\":\"read-sensitive\",\"record\":\"victim V-1\",\"details\":\"names\"}],\"total\":1,"
	    "\"chain_broken_at\":null,\"head\":\""));
	sl_buf_done(&b);
	finish(&d);
}

/* ---- several at once, each with a handle of their own ---- */
#define THREADS 4
#define ROUNDS 12

struct worker {
	struct desk *d;
	pthread_t thread;
	int number, failures;
};

static void *work(void *ctx)
{
	struct worker *w = ctx;
	struct sl_env env = w->d->env;
	struct sl_people *p = NULL;
	struct sl_err e = {0};
	char name[20];

	snprintf(name, sizeof name, "clerk %d", w->number);
	if (sl_people_open(w->d->path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, &e)) {
		w->failures++;
		return NULL;
	}
	for (int i = 0; i < ROUNDS; i++) {
		struct sl_sign_in_request r = {sl_str_from(name), SL_STR(PASSWORD), SL_STR("a"), SL_STR("")};
		struct sl_arena a = {0};
		struct sl_sign_in in = {0};
		struct sl_asking x = {0};

		if (sl_sign_in(p, &a, &r, &in, &e) || in.verdict != SL_SIGNED_IN ||
		    sl_who_is_asking(p, &a, sl_str_from(in.session), SL_STR(""), &x, &e) ||
		    !sl_str_is(x.person.name, name) || sl_sign_out(p, sl_str_from(in.session), SL_STR("a"), &e)) {
			printf("%s: verdict %d, %s\n", name, (int)in.verdict, e.msg);
			w->failures++;
			sl_err_clear(&e);
		}
		sl_arena_done(&a);
	}
	sl_people_close(p);
	return NULL;
}

TEST(people_of_many_threads_come_and_go)
{
	struct worker w[THREADS];
	struct desk d;
	char name[20];

	start(&d);
	for (int i = 0; i < THREADS; i++) {
		snprintf(name, sizeof name, "clerk %d", i);
		CHECK_INT(add(&d, name, SL_ROLE_READER, "", PASSWORD), SL_OK);
	}
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.d = &d, .number = i};
		CHECK_INT(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK_INT(w[i].failures, 0);
	}
	CHECK_INT(noted(&d, "sign-in", NULL, NULL), THREADS * ROUNDS);
	CHECK_INT(noted(&d, "sign-out", NULL, NULL), THREADS * ROUNDS);
	finish(&d);
}

/* Who closes the file asks for all of it, for a moment; who opens it then waits. */
static void *open_and_close(void *ctx)
{
	struct worker *w = ctx;
	struct sl_env env = w->d->env;

	for (int i = 0; i < 500; i++) {
		struct sl_people *p = NULL;
		struct sl_err e = {0};

		if (sl_people_open(w->d->path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, &e)) {
			printf("%s\n", e.msg);
			w->failures++;
		}
		sl_people_close(p);
	}
	return NULL;
}

TEST(who_opens_while_another_closes_waits)
{
	struct worker w[THREADS];
	struct desk d;

	start(&d);
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.d = &d, .number = i};
		CHECK_INT(pthread_create(&w[i].thread, NULL, open_and_close, &w[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK_INT(w[i].failures, 0);
	}
	finish(&d);
}

/* More people at once than passwords can wait in line: some are told busy, and none of them is locked out.
 */
#define CROWD 12

static void *crowd(void *ctx)
{
	struct sl_sign_in_request r = {SL_STR("clerk"), SL_STR(PASSWORD), SL_STR("a"), SL_STR("")};
	struct worker *w = ctx;
	struct sl_env env = w->d->env;
	struct sl_people *p = NULL;
	struct sl_arena a = {0};
	struct sl_sign_in in = {0};
	struct sl_err e = {0};

	w->failures = (int)sl_people_open(w->d->path, SL_OPEN_WRITE, SL_PASSWORD_FULL, &env, &p, &e);
	if (!w->failures)
		w->failures = (int)sl_sign_in(p, &a, &r, &in, &e);
	if (w->failures && w->failures != SL_BUSY)
		printf("%s\n", e.msg);
	if (!w->failures && in.verdict != SL_SIGNED_IN)
		w->failures = SL_DENIED;
	sl_arena_done(&a);
	sl_people_close(p);
	return NULL;
}

TEST(a_crowd_is_told_busy_and_not_locked_out)
{
	struct sl_people *full;
	struct worker w[CROWD];
	int64_t n = -1, last;
	struct desk d;
	int in = 0;

	start(&d);
	CHECK_OK(sl_programme_people(&d.programme, SL_OPEN_WRITE, SL_PASSWORD_FULL, &full, &d.e), &d.e);
	sl_people_close(d.p);
	d.p = full;
	CHECK_INT(add(&d, "clerk", SL_ROLE_READER, "", PASSWORD), SL_OK);
	for (int i = 0; i < CROWD; i++) {
		w[i] = (struct worker){.d = &d, .number = i};
		CHECK_INT(pthread_create(&w[i].thread, NULL, crowd, &w[i]), 0);
	}
	for (int i = 0; i < CROWD; i++) {
		pthread_join(w[i].thread, NULL);
		in += w[i].failures == SL_OK;
		/* Those who came when five tries were under way have to wait: they could be guesses. */
		CHECK(w[i].failures == SL_OK || w[i].failures == SL_BUSY || w[i].failures == SL_DENIED);
	}
	CHECK(in >= 1);
	CHECK_OK(sl_people_attempts(d.p, SL_ATTEMPT_ADDRESS, SL_STR("a"), &n, &last, &d.e), &d.e);
	CHECK_INT(n, 0);
	CHECK_INT(sign_in(&d, "clerk", PASSWORD, "a", "").verdict, SL_SIGNED_IN);
	finish(&d);
}

/* Many tries at once are all counted: who is quick gets no more of them. */
static void *guess(void *ctx)
{
	struct worker *w = ctx;
	struct sl_env env = w->d->env;
	struct sl_people *p = NULL;
	struct sl_err e = {0};

	if (sl_people_open(w->d->path, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &env, &p, &e))
		return NULL;
	for (int i = 0; i < ROUNDS; i++) {
		struct sl_sign_in_request r = {SL_STR("clerk"), SL_STR("wrong password"), SL_STR("a"), SL_STR("")};
		struct sl_arena a = {0};
		struct sl_sign_in in = {0};

		if (sl_sign_in(p, &a, &r, &in, &e))
			sl_err_clear(&e);
		else
			w->failures += in.verdict != SL_SIGN_IN_WAIT;
		sl_arena_done(&a);
	}
	sl_people_close(p);
	return NULL;
}

TEST(guessing_at_once_is_counted)
{
	struct worker w[THREADS];
	struct desk d;
	int tried = 0;

	start(&d);
	CHECK_INT(add(&d, "clerk", SL_ROLE_READER, "", PASSWORD), SL_OK);
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.d = &d, .number = i};
		CHECK_INT(pthread_create(&w[i].thread, NULL, guess, &w[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		tried += w[i].failures;
	}
	CHECK_INT(tried, 5); /* the clock stands still */
	finish(&d);
}

/* The standing of a revision is what rights look at. */
TEST(standing_of_a_revision)
{
	struct sl_kind quality = {.name = SL_STR("quality")}, hazard = {.name = SL_STR("hazard")};
	struct sl_revision rev = {
	    .kind = &hazard, .author = SL_STR("Sok"), .organisation = SL_STR("MAG"), .state = SL_APPROVED};
	struct sl_standing s = sl_standing_of(&rev);

	CHECK(s.approved && !s.draft && !s.quality);
	CHECK_STR(s.author, "Sok");
	CHECK_STR(s.organisation, "MAG");
	rev.state = SL_DRAFT;
	rev.kind = &quality;
	s = sl_standing_of(&rev);
	CHECK(!s.approved && s.draft && s.quality);
	rev.state = SL_RETURNED;
	rev.kind = NULL;
	s = sl_standing_of(&rev);
	CHECK(!s.approved && !s.draft && !s.quality);
}

/* ---- links with which people choose a password ---- */
#define GOOD "correct horse battery"

static enum sl_code welcome(struct desk *d, const char *link, const char *password, struct sl_sign_in *in)
{
	const struct sl_sign_in_request r = {SL_STR("Eve"), sl_str_from(password), SL_STR("::1"), SL_STR("")};
	enum sl_code code = sl_welcome_finish(d->p, &d->a, sl_str_from(link), &r, in, &d->e);

	CHECK(!strstr(d->e.msg, link) && !strstr(d->e.msg, password));
	sl_err_clear(&d->e);
	return code;
}

TEST(a_link_lets_a_person_choose_the_password_once)
{
	char first[SL_SECRET_TEXT], second[SL_SECRET_TEXT];
	struct sl_new_user u = {.name = SL_STR("Dara"), .role = SL_ROLE_READER, .link = first};
	struct sl_sign_in in;
	struct sl_str name;
	struct desk d;

	start(&d);
	CHECK_OK(sl_user_add(d.p, &d.by, &u, &d.e), &d.e);
	CHECK_INT(noted(&d, "user-add", NULL, NULL), 1);
	CHECK_INT(sign_in(&d, "Dara", "", "1.2.3.4", "").verdict, SL_SIGN_IN_REFUSED);
	CHECK_OK(sl_welcome(d.p, &d.a, sl_str_from(first), &name, &d.e), &d.e);
	CHECK_STR(name, "Dara");
	CHECK_INT(welcome(&d, first, "short", &in), SL_INVALID); /* the link stays good */
	CHECK_INT(welcome(&d, first, GOOD, &in), SL_OK);
	CHECK_STR(in.person.name, "Dara"); /* whoever the form said it was */
	CHECK_INT(in.person.role, SL_ROLE_READER);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_SESSION);
	CHECK_INT(welcome(&d, first, GOOD "2", &in), SL_DENIED); /* once */
	CHECK_INT(sign_in(&d, "Dara", GOOD, "1.2.3.4", "").verdict, SL_SIGNED_IN);
	CHECK(!on_disk(&d, first));

	/* A reset: the old password and all sessions end at once; a newer link voids the older. */
	in = sign_in(&d, "Dara", GOOD, "1.2.3.4", "");
	CHECK_OK(sl_user_link(d.p, &d.by, SL_STR("dara"), first, &d.e), &d.e);
	CHECK_INT(ask(&d, in.session).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(sign_in(&d, "Dara", GOOD, "1.2.3.4", "").verdict, SL_SIGN_IN_REFUSED);
	CHECK_OK(sl_user_link(d.p, &d.by, SL_STR("Dara"), second, &d.e), &d.e);
	CHECK_INT(noted(&d, "user-link", NULL, NULL), 2);
	CHECK_INT(welcome(&d, first, GOOD, &in), SL_DENIED);
	d.env.fixed_ms += (int64_t)SL_LINK_DAYS * 86400000;
	CHECK_INT(welcome(&d, second, GOOD, &in), SL_DENIED); /* a week is over */

	/* A password that an administrator gives, and disabling, void it too. */
	CHECK_OK(sl_user_link(d.p, &d.by, SL_STR("Dara"), first, &d.e), &d.e);
	CHECK_OK(sl_user_password(d.p, &d.by, SL_STR("Dara"), SL_STR(GOOD), &d.e), &d.e);
	CHECK_INT(welcome(&d, first, GOOD, &in), SL_DENIED);
	CHECK_OK(sl_user_link(d.p, &d.by, SL_STR("Dara"), first, &d.e), &d.e);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Dara"), true, &d.e), &d.e);
	CHECK_INT(welcome(&d, first, GOOD, &in), SL_DENIED);
	CHECK_INT(sl_user_link(d.p, &d.by, SL_STR("Dara"), first, &d.e), SL_CONFLICT);
	sl_err_clear(&d.e);
	CHECK_INT(sl_user_link(d.p, &d.by, SL_STR("Nobody"), first, &d.e), SL_NOT_FOUND);
	sl_err_clear(&d.e);
	finish(&d);
}

TEST(people_end_their_other_sessions)
{
	struct sl_sign_in here, there, other;
	struct sl_buf b = {0};
	struct sl_actor by = {SL_STR("Dara"), SL_STR("1.2.3.4")};
	struct desk d;
	int64_t n = -1;

	start(&d);
	CHECK_INT(add(&d, "Dara", SL_ROLE_READER, "", GOOD), SL_OK);
	CHECK_INT(add(&d, "Vy", SL_ROLE_READER, "", GOOD), SL_OK);
	there = sign_in(&d, "Dara", GOOD, "1.2.3.4", "");
	other = sign_in(&d, "Vy", GOOD, "1.2.3.5", "");
	d.env.fixed_ms += 60000;
	here = sign_in(&d, "Dara", GOOD, "1.2.3.4", "");
	CHECK_OK(sl_sessions_put(d.p, by.person, sl_str_from(here.session), &b, &d.e), &d.e);
	CHECK(strstr(b.p, "12:35:56.000Z\",\"used\"") && strstr(b.p, "\"current\":true},{") &&
	      !strstr(b.p, here.session));
	CHECK_OK(sl_sessions_end_others(d.p, &by, sl_str_from(here.session), &n, &d.e), &d.e);
	CHECK_INT(n, 1);
	CHECK_INT(ask(&d, there.session).with, SL_CAME_WITH_NOTHING);
	CHECK_INT(ask(&d, here.session).with, SL_CAME_WITH_SESSION);
	CHECK_INT(ask(&d, other.session).with, SL_CAME_WITH_SESSION);
	CHECK_OK(sl_sessions_end_others(d.p, &by, sl_str_from(here.session), &n, &d.e), &d.e);
	CHECK_INT(n, 0);
	CHECK_INT(noted(&d, "sessions-end", NULL, NULL), 1); /* nothing changed the second time */
	sl_buf_done(&b);
	finish(&d);
}

TEST(audit_log_is_filtered)
{
	static const struct {
		struct sl_audit_range range;
		size_t n;
	} cases[] = {
	    {{.what = {"user-add", 8}}, 3},
	    {{.person = {"clerk", 5}, .what = {"user-disable", 12}}, 1},
	    {{.person = {"nobody", 6}}, 0},
	    {{.record = {"ar", 2}}, 3}, /* Dara, twice, and Arn; not Vy */
	    {{.what = {"user-add", 8}, .limit = 2, .newest_first = true}, 2},
	};
	struct sl_audit_entry *x;
	struct desk d;
	size_t n;

	start(&d);
	CHECK_INT(add(&d, "Dara", SL_ROLE_READER, "", GOOD), SL_OK);
	CHECK_INT(add(&d, "Vy", SL_ROLE_READER, "", GOOD), SL_OK);
	CHECK_INT(add(&d, "arn", SL_ROLE_READER, "", GOOD), SL_OK);
	CHECK_OK(sl_user_disable(d.p, &d.by, SL_STR("Dara"), true, &d.e), &d.e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(sl_people_audit_read(d.p, &d.a, &cases[i].range, &x, &n, &d.e), &d.e);
		CHECK_INT(n, cases[i].n);
	}
	finish(&d);
}

/* What an older version made is brought up, with everybody in it. */
TEST(people_of_schema_one_are_brought_up)
{
	char command[400], link[SL_SECRET_TEXT];
	struct desk d;

	start(&d);
	CHECK_INT(add(&d, "Dara", SL_ROLE_READER, "", GOOD), SL_OK);
	sl_people_close(d.p);
	snprintf(command, sizeof command,
	         "sqlite3 %s.people \"DROP TABLE invite; DROP TABLE device; UPDATE meta SET value = '1' WHERE key = 'schema'\"", d.path);
	CHECK_INT(system(command), 0);
	CHECK_OK(sl_programme_people(&d.programme, SL_OPEN_WRITE, SL_PASSWORD_CHEAP, &d.p, &d.e), &d.e);
	CHECK_INT(sign_in(&d, "Dara", GOOD, "1.2.3.4", "").verdict, SL_SIGNED_IN);
	CHECK_OK(sl_user_link(d.p, &d.by, SL_STR("Dara"), link, &d.e), &d.e);
	finish(&d);
}
