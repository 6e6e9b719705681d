/* Texts as files, and the rows that a source makes of them. */
#ifndef SL_TESTS_FORMATS_BENCH_H
#define SL_TESTS_FORMATS_BENCH_H

#include "check.h"

#include "formats/source.h"

struct formats_bench {
	struct sl_arena a;
	struct sl_err e;
	struct sl_source s;
	struct sl_row row[600];
	size_t n;
	char folder[64];
};

void formats_bench_begin(struct formats_bench *b);
void formats_bench_end(struct formats_bench *b);
const char *formats_bench_file(struct formats_bench *b, const char *name, const void *bytes, size_t n);
/* Opens and reads all rows; the code of the first failure. */
enum sl_code formats_bench_read(struct formats_bench *b, const char *path, const char *layer,
                                const char *encoding);
enum sl_code formats_bench_text(struct formats_bench *b, const char *name, const char *text);
/* Text of a cell of a row, "(absent)" when the row has no such column. */
struct sl_str formats_bench_cell(const struct formats_bench *b, size_t row, const char *column);
/* Path of a file of the real data, or NULL after saying that it is absent. */
const char *formats_bench_shared(struct formats_bench *b, const char *test, const char *path);

#endif
