/* Records for the tests of checks: written as JSON and WKT, judged as a whole programme. */
#ifndef SL_TESTS_CHECKS_SUPPORT_H
#define SL_TESTS_CHECKS_SUPPORT_H

#include "check.h"
#include "checks/check.h"
#include "checks/programme.h"

struct bench {
	struct sl_arena a;
	struct sl_dictionary *dict;
	struct sl_check_context c;
	struct sl_env env;
	struct sl_findings found;
	struct sl_err e;
};

void bench_begin(struct bench *b, const char *today);
void bench_end(struct bench *b);
/* A file of tests/cases; the test fails when it cannot be read. */
struct sl_str bench_case_file(struct bench *b, const char *name);
/* A record of `kind` from JSON (the fields) and WKT (may be empty). */
void bench_record(struct bench *b, const char *kind, struct sl_str json, struct sl_str wkt,
                  struct sl_record *out);

#endif
