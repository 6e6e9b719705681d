/* A programme in a folder of its own, for the tests of import. */
#ifndef SL_TESTS_APP_IMPORT_BENCH_H
#define SL_TESTS_APP_IMPORT_BENCH_H

#include "check.h"

#include "app/import.h"

struct import_bench {
	struct sl_arena a; /* of texts that the tests look at */
	struct sl_env env;
	struct sl_programme p;
	struct sl_import_options o;
	struct sl_import_result r;
	struct sl_findings found;
	struct sl_err e;
	char folder[64];
	bool open;
};

void import_bench_begin(struct import_bench *b);
void import_bench_end(struct import_bench *b); /* the folder is removed */
/* Writes `text` as folder/name; the path lives in b->a. */
const char *import_bench_file(struct import_bench *b, const char *name, const char *text);
const char *import_bench_bytes(struct import_bench *b, const char *name, const void *bytes, size_t n);
/* A copy of a file, so that nothing is written beside the original. NULL when it is not there. */
const char *import_bench_copy(struct import_bench *b, const char *path);
/* Path of a file of the real data, or NULL after saying that it is absent. */
const char *import_bench_shared(struct import_bench *b, const char *test, const char *path);
/* Imports one file with b->o; b->r.file[0] tells what came of it. */
enum sl_code import_bench_run(struct import_bench *b, const char *path);
struct sl_import_file import_bench_ok(struct import_bench *b,
                                      const char *path); /* CHECKs that it went well */
/* Findings in the store with this rule (NULL: all). b->found holds all of them. */
size_t import_bench_found(struct import_bench *b, const char *rule);
const struct sl_finding *import_bench_first(struct import_bench *b, const char *rule);
/* Current records, or all states when not approved. */
size_t import_bench_count(struct import_bench *b, const char *kind);
/* The newest revision of the record so identified; document "" when there is none. Texts in b->a. */
struct sl_revision import_bench_revision(struct import_bench *b, const char *kind, const char *identity,
                                         struct sl_record *rec);
size_t import_bench_revisions(struct import_bench *b, const char *kind, const char *identity);

#endif
