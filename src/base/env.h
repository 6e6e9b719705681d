/* What a run takes from the world: the clock, random numbers, who is at the keyboard, whether to stop.
 * Injected as one struct, so that every run can be repeated exactly. */
#ifndef SL_BASE_ENV_H
#define SL_BASE_ENV_H

#include "base/str.h"

#include <stdatomic.h>

struct sl_env {
	int64_t fixed_ms;       /* a fixed moment when not 0, else the system's clock */
	uint64_t seed;          /* repeatable random numbers when not 0 */
	uint64_t random_state;  /* owned by sl_env_random */
	unsigned char spare[240]; /* owned by sl_env_random: bytes for small requests, the last n_spare unused */
	size_t n_spare;
	int64_t uuid_ms;        /* owned by sl_uuid_new: last moment used */
	uint32_t uuid_counter;  /* owned by sl_uuid_new */
	const char *author;     /* who says so; never NULL */
	const char *device;     /* which machine */
	atomic_bool *interrupt; /* set by Ctrl-C; long work looks at it and ends with SL_CANCELLED */
	void (*progress)(void *ctx, const char *what, uint64_t done, uint64_t total); /* may be NULL */
	void *progress_ctx;
};

/* System clock, secure random numbers, author from the USER variable, device from the host name. */
void sl_env_init(struct sl_env *env);
int64_t sl_env_now_ms(const struct sl_env *env);
void sl_env_random(struct sl_env *env, void *out, size_t n);
bool sl_env_stopped(const struct sl_env *env);
void sl_env_progress(const struct sl_env *env, const char *what, uint64_t done, uint64_t total);

/* SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195): the generator of simulations
 * and property tests. */
uint64_t sl_splitmix64(uint64_t *state);
double sl_uniform(uint64_t *state); /* in [0, 1) */

#endif
