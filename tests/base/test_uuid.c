#include "base/env.h"
#include "base/hash.h"
#include "base/uuid.h"
#include "check.h"

#include <stdlib.h>

TEST(uuid_later_is_greater)
{
	struct sl_env env = {.fixed_ms = 1700000000000, .author = "t", .device = "t"};
	struct sl_err e = {0};
	struct sl_uuid last = {{0}}, u;

	CHECK_OK(sl_crypto_init(&e), &e);
	for (int i = 0; i < 200000; i++) {
		if (i == 100000)
			env.fixed_ms -= 5000; /* the clock was put back */
		if (i == 150000)
			env.fixed_ms += 10000;
		u = sl_uuid_new(&env);
		if (memcmp(last.b, u.b, 16) >= 0 || u.b[6] >> 4 != 7 || u.b[8] >> 6 != 2) {
			printf("wrong at %d\n", i);
			test_failures++;
			break;
		}
		last = u;
	}
}

/* More in one millisecond than the counter holds: the moment moves on, order stays. */
TEST(uuid_counter_overflow)
{
	struct sl_env env = {.fixed_ms = 1700000000000, .seed = 1};
	struct sl_uuid before, after;

	before = sl_uuid_new(&env);
	env.uuid_counter = (1u << 26) - 2;
	before = sl_uuid_new(&env);
	after = sl_uuid_new(&env);
	CHECK(memcmp(before.b, after.b, 16) < 0);
	CHECK_INT(env.uuid_ms, 1700000000001);
	before = after;
	after = sl_uuid_new(&env);
	CHECK(memcmp(before.b, after.b, 16) < 0);
}

TEST(uuid_text_and_parse)
{
	static const char *const bad[] = {"",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
	                                  "017f22e2x79b0-7cc3-98c4-dc0c0c07398f",
	                                  "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
	                                  "017f22e279b07cc398c4dc0c0c07398f1234"};
	struct sl_uuid u = {{0}}, again;
	char text[37];

	CHECK(sl_uuid_is_nil(u));
	/* RFC 9562, appendix A.6 */
	CHECK(sl_uuid_parse(SL_STR("017F22E2-79B0-7CC3-98C4-DC0C0C07398F"), &u));
	sl_uuid_text(u, text);
	CHECK_STR(sl_str_from(text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
	CHECK(sl_uuid_parse(sl_str_from(text), &again) && sl_uuid_eq(u, again) && !sl_uuid_is_nil(u));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!sl_uuid_parse(sl_str_from(bad[i]), &u));
	CHECK(sl_uuid_eq(u, again));
}

TEST(env_can_be_repeated)
{
	struct sl_env a = {.seed = 42, .fixed_ms = 1}, b = {.seed = 42, .fixed_ms = 1}, real;
	unsigned char x[100], y[100];
	struct sl_uuid u = sl_uuid_new(&a), v = sl_uuid_new(&b);

	CHECK(sl_uuid_eq(u, v));
	sl_env_random(&a, x, sizeof x);
	sl_env_random(&b, y, sizeof y);
	CHECK(!memcmp(x, y, sizeof x));
	CHECK_INT(sl_env_now_ms(&a), 1);
	sl_env_init(&real);
	CHECK(real.author && real.author[0] && real.device && real.device[0]);
	CHECK(sl_env_now_ms(&real) > 1700000000000);
	CHECK(!sl_env_stopped(&real));
	sl_env_progress(&real, "nothing listens", 1, 2);
}

/* First outputs of the reference implementation (prng.di.unimi.it/splitmix64.c) for the seed 1234567. */
TEST(env_splitmix64_vectors)
{
	static const uint64_t want[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
	                                4593380528125082431u, 16408922859458223821u};
	uint64_t state = 1234567;

	for (size_t i = 0; i < 5; i++)
		CHECK(sl_splitmix64(&state) == want[i]);
	for (int i = 0; i < 1000; i++) {
		double x = sl_uniform(&state);

		CHECK(x >= 0 && x < 1);
	}
}

TEST(hash_vectors_and_parts)
{
	struct sl_hasher h;
	struct sl_hash x, y;
	char text[65];

	/* BLAKE2b-256 of "abc" and of nothing, as b2sum -l 256 prints them. */
	sl_hash_text(sl_hash_of("abc", 3), text);
	CHECK_STR(sl_str_from(text), "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
	sl_hash_text(sl_hash_of(NULL, 0), text);
	CHECK_STR(sl_str_from(text), "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	sl_hash_begin(&h);
	sl_hash_part(&h, "ab", 2);
	sl_hash_part(&h, "c", 1);
	x = sl_hash_end(&h);
	sl_hash_begin(&h);
	sl_hash_part(&h, "a", 1);
	sl_hash_part(&h, "bc", 2);
	y = sl_hash_end(&h);
	CHECK(!sl_hash_eq(x, y));
	sl_hash_begin(&h);
	sl_hash_part(&h, "a", 1);
	sl_hash_part(&h, "bc", 2);
	CHECK(sl_hash_eq(sl_hash_end(&h), y));
}
