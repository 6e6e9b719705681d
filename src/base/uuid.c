#include "base/uuid.h"

#include <string.h>

struct sl_uuid sl_uuid_new(struct sl_env *env)
{
	struct sl_uuid u;
	int64_t ms = sl_env_now_ms(env);

	/* RFC 9562 6.2 method 1: a counter in rand_a and the top of rand_b keeps order in a millisecond. */
	if (ms <= env->uuid_ms) {
		ms = env->uuid_ms;
		if (++env->uuid_counter >= 1u << 26) {
			env->uuid_counter = 0;
			ms++;
		}
	} else {
		env->uuid_counter = 0;
	}
	env->uuid_ms = ms;
	sl_env_random(env, u.b + 10, 6);
	for (int i = 0; i < 6; i++)
		u.b[i] = (unsigned char)((uint64_t)ms >> (40 - 8 * i));
	u.b[6] = (unsigned char)(0x70 | env->uuid_counter >> 22);
	u.b[7] = (unsigned char)(env->uuid_counter >> 14);
	u.b[8] = (unsigned char)(0x80 | (env->uuid_counter >> 8 & 0x3f));
	u.b[9] = (unsigned char)env->uuid_counter;
	return u;
}

void sl_uuid_text(struct sl_uuid u, char out[37])
{
	static const char hex[] = "0123456789abcdef";
	int k = 0;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[k++] = '-';
		out[k++] = hex[u.b[i] >> 4];
		out[k++] = hex[u.b[i] & 15];
	}
	out[k] = 0;
}

bool sl_uuid_parse(struct sl_str s, struct sl_uuid *out)
{
	struct sl_uuid u;
	size_t k = 0;

	if (s.n != 36)
		return false;
	for (size_t i = 0; i < 36; i++) {
		char c = s.p[i];
		int d;

		if (i == 8 || i == 13 || i == 18 || i == 23) {
			if (c != '-')
				return false;
			continue;
		}
		d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
		if (d < 0)
			return false;
		u.b[k / 2] = (unsigned char)(k % 2 ? u.b[k / 2] | d : d << 4);
		k++;
	}
	*out = u;
	return true;
}

bool sl_uuid_eq(struct sl_uuid a, struct sl_uuid b)
{
	return !memcmp(a.b, b.b, sizeof a.b);
}

bool sl_uuid_is_nil(struct sl_uuid u)
{
	return sl_uuid_eq(u, (struct sl_uuid){{0}});
}
