/* Case files: tests/cases/NAME.txt, readable without knowing C.  A line is a word and its text:
 *   # comment          source WHERE IT IS FROM       tolerance 0.001      task WHAT IS DONE
 *   input TEXT         expect TEXT
 * source, tolerance and task hold until the next line of their kind; each `expect` ends one case.
 * Real data: under the folder named by SAFELANE_SHARED, else ../shared beside the sources. */
#ifndef SL_TESTS_CASES_H
#define SL_TESTS_CASES_H

#include "check.h"

#include <stdlib.h>

struct case_file {
	FILE *f;
	char name[80];
	int line;
	double tolerance;
	char source[300], task[100], input[20000], expect[20000];
};

/* False, with a failed check, when the file is missing. */
static inline bool case_open(struct case_file *c, const char *name)
{
	char path[600];

	memset(c, 0, sizeof *c);
	snprintf(c->name, sizeof c->name, "%s", name);
	snprintf(path, sizeof path, "%s/tests/cases/%s", SL_SOURCE_DIR, name);
	c->f = fopen(path, "r");
	CHECK(c->f != NULL);
	return c->f != NULL;
}

static inline bool case_word(const char *text, const char *word, char *out, size_t size)
{
	size_t n = strlen(word);

	if (strncmp(text, word, n) || (text[n] != ' ' && text[n] != '\t' && text[n]))
		return false;
	text += n;
	text += strspn(text, " \t");
	snprintf(out, size, "%s", text);
	return true;
}

/* The next case; false at the end, where the file is closed. */
static inline bool case_next(struct case_file *c)
{
	static char text[20100];
	char number[64];

	while (c->f && fgets(text, sizeof text, c->f)) {
		c->line++;
		text[strcspn(text, "\r\n")] = 0;
		if (!text[0] || text[0] == '#' || case_word(text, "source", c->source, sizeof c->source) ||
		    case_word(text, "task", c->task, sizeof c->task) ||
		    case_word(text, "input", c->input, sizeof c->input))
			continue;
		if (case_word(text, "tolerance", number, sizeof number)) {
			c->tolerance = strtod(number, NULL);
			continue;
		}
		if (case_word(text, "expect", c->expect, sizeof c->expect))
			return true;
		printf("%s:%d: not a line of a case file: %s\n", c->name, c->line, text);
		test_failures++;
	}
	if (c->f)
		fclose(c->f);
	c->f = NULL;
	return false;
}

/* A case went wrong: say where it stands. */
static inline void case_fail(const struct case_file *c, const char *got)
{
	printf("tests/cases/%s:%d: %s %.200s: got %s, not %.200s (%s)\n", c->name, c->line, c->task, c->input, got,
	       c->expect, c->source);
	test_failures++;
}

/* A file of the real data, unpacked when its name ends in .gz; NULL after saying that it is skipped. */
static inline FILE *shared_open(const char *name)
{
	const char *folder = getenv("SAFELANE_SHARED");
	char path[600], command[700];
	FILE *f;

	if (folder)
		snprintf(path, sizeof path, "%s/data/%s", folder, name);
	else
		snprintf(path, sizeof path, "%s/../shared/data/%s", SL_SOURCE_DIR, name);
	f = fopen(path, "r");
	if (!f) {
		printf("skipped: %s is not there\n", path);
		return NULL;
	}
	if (!strstr(name, ".gz"))
		return f;
	fclose(f);
	snprintf(command, sizeof command, "gzip -dc '%s'", path);
	return popen(command, "r");
}

static inline void shared_close(FILE *f, const char *name)
{
	if (strstr(name, ".gz"))
		pclose(f);
	else
		fclose(f);
}

#endif
