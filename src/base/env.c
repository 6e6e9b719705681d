#include "base/env.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define SPARE_MAX 8 /* bytes; larger requests go to the system */

void sl_env_init(struct sl_env *env)
{
	static char host[256];
	const char *user = getenv("USER");

	if (gethostname(host, sizeof host - 1) || !host[0])
		memcpy(host, "unknown", sizeof "unknown");
	*env = (struct sl_env){.author = user && *user ? user : "unknown", .device = host};
}

int64_t sl_env_now_ms(const struct sl_env *env)
{
	struct timespec t;

	if (env->fixed_ms)
		return env->fixed_ms;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void sl_env_random(struct sl_env *env, void *out, size_t n)
{
	unsigned char *p = out;

	/* A call of the system for each UUID would cost more than the UUID. Keys and nonces are not kept. */
	if (!env->seed && n <= SPARE_MAX) {
		if (env->n_spare < n) {
			randombytes_buf(env->spare, sizeof env->spare);
			env->n_spare = sizeof env->spare;
		}
		memcpy(out, env->spare + sizeof env->spare - env->n_spare, n);
		env->n_spare -= n;
		return;
	}
	if (!env->seed) {
		randombytes_buf(out, n);
		return;
	}
	if (!env->random_state)
		env->random_state = env->seed;
	while (n) {
		uint64_t x = sl_splitmix64(&env->random_state);
		size_t k = n < sizeof x ? n : sizeof x;

		memcpy(p, &x, k);
		p += k;
		n -= k;
	}
}

bool sl_env_stopped(const struct sl_env *env)
{
	return env->interrupt && atomic_load_explicit(env->interrupt, memory_order_relaxed);
}

void sl_env_progress(const struct sl_env *env, const char *what, uint64_t done, uint64_t total)
{
	if (env->progress)
		env->progress(env->progress_ctx, what, done, total);
}

uint64_t sl_splitmix64(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

double sl_uniform(uint64_t *state)
{
	return (double)(sl_splitmix64(state) >> 11) * 0x1p-53;
}
