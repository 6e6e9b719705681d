#include "check.h"

#include "base/catalogue.h"

#include <stdlib.h>

/* A catalogue of three messages, laid out as the gettext manual (11.3) says. */
static size_t put_catalogue(char mo[512])
{
	static const char *const key[] = {"", "land\4Clear", "land\4Close"};
	static const char *const text[] = {"Language: xx\n", "frei", "zu"};
	uint32_t head[7] = {0x950412de, 0, 3, 28, 28 + 24, 0, 0};
	size_t at = 28 + 48;

	memset(mo, 0, 512);
	memcpy(mo, head, sizeof head);
	for (size_t table = 0; table < 2; table++)
		for (size_t i = 0; i < 3; i++) {
			const char *s = table ? text[i] : key[i];
			uint32_t entry[2] = {(uint32_t)strlen(s), (uint32_t)at};

			memcpy(mo + head[3 + table] + 8 * i, entry, sizeof entry);
			memcpy(mo + at, s, strlen(s) + 1);
			at += strlen(s) + 1;
		}
	return at;
}

static bool says(struct sl_str mo, const char *context, const char *msgid, const char *want)
{
	const char *got = sl_catalogue_find(mo, context, msgid);

	return got && want ? !strcmp(got, want) : got == want;
}

TEST(catalogue_finds_by_context_and_text)
{
	char bytes[512];
	struct sl_str mo = {bytes, put_catalogue(bytes)};

	CHECK(says(mo, "land", "Clear", "frei"));
	CHECK(says(mo, "land", "Close", "zu"));
	CHECK(says(mo, "", "Clear", NULL));
	CHECK(says(mo, NULL, "Clear", NULL));
	CHECK(says(mo, "lan", "Clear", NULL));
	CHECK(says(mo, "landd", "Clear", NULL));
	CHECK(says(mo, "land", "Clea", NULL));
	CHECK(says(mo, "land", "Clearer", NULL));
	CHECK(says(mo, NULL, "", "Language: xx\n"));
	CHECK(says(SL_STR(""), "land", "Clear", NULL));
}

/* Cut anywhere or with any byte changed, it is read within its bounds (each copy is a heap block of its own for the
 * sanitizers), and what it says ends within them. */
TEST(catalogue_survives_damage)
{
	char bytes[512];
	size_t n = put_catalogue(bytes), found = 0;

	for (size_t cut = 0; cut <= n; cut++)
		for (size_t i = 0; i < (cut == n ? n : 1); i++) {
			char *copy = malloc(cut + 1);
			const char *got;

			memcpy(copy, bytes, cut);
			if (cut == n)
				copy[i] = (char)(copy[i] ^ 0x55);
			got = sl_catalogue_find((struct sl_str){copy, cut}, "land", "Clear");
			if (got) {
				CHECK(got >= copy && got + strlen(got) < copy + cut);
				found++;
			}
			free(copy);
		}
	CHECK(found > 0 && found < n);
}
