#include "check.h"

struct test *test_list;
int test_failures;

/* fontconfig 2.14 keeps 288 bytes once in a process, however many reports are made; the sanitizer need not say so. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}
const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0"; /* the last line is that of the tests */
}

int main(int argc, char **argv)
{
	int passed = 0, failed = 0;

	for (struct test *t = test_list; t; t = t->next) {
		bool wanted = argc < 2;

		for (int i = 1; i < argc; i++)
			wanted |= strstr(t->name, argv[i]) != NULL;
		if (!wanted)
			continue;
		test_failures = 0;
		t->run();
		printf("%s %s\n", test_failures ? "FAIL" : "ok  ", t->name);
		fflush(stdout);
		if (test_failures)
			failed++;
		else
			passed++;
	}
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0;
}
