/* Text: views in (sl_str, not terminated, not owned), builders out (sl_buf, heap, sticky failure:
 * append many times, check once). */
#ifndef SL_BASE_STR_H
#define SL_BASE_STR_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sl_str {
	const char *p;
	size_t n;
};

#define SL_STR(lit) ((struct sl_str){(lit), sizeof(lit) - 1})
#define SL_STR_ARG(s) (int)((s).n > 200 ? 200 : (s).n), (s).p ? (s).p : "" /* for "%.*s" */

struct sl_str sl_str_from(const char *cstr); /* NULL gives an empty view */
bool sl_str_eq(struct sl_str a, struct sl_str b);
bool sl_str_is(struct sl_str a, const char *b);
bool sl_str_is_nocase(struct sl_str a, const char *b); /* ASCII only */
int sl_str_cmp(struct sl_str a, struct sl_str b);      /* byte order */
struct sl_str sl_str_trim(struct sl_str s);            /* ASCII blanks and U+00A0 at both ends */
bool sl_str_has_prefix(struct sl_str s, const char *prefix);
bool sl_str_has_suffix_nocase(struct sl_str s, const char *suffix);
/* Take the text up to `sep` off the front of *rest (all of it when there is none). False at the end. */
bool sl_str_split(struct sl_str *rest, char sep, struct sl_str *part);
const char *sl_str_find(struct sl_str s, const char *what); /* where it first stands in it, or NULL */
char *sl_str_dup(struct sl_arena *a, struct sl_str s, struct sl_err *e); /* NUL-terminated */

/* Strict numbers: the whole trimmed text must be one.  No locale, no hex, no inf, no nan. */
bool sl_str_double(struct sl_str s, double *out);
bool sl_str_int64(struct sl_str s, int64_t *out);

struct sl_buf {
	char *p; /* always NUL-terminated when n > 0 or after sl_buf_cstr */
	size_t n, cap;
	bool failed; /* out of memory happened; the content is not to be used */
};

void sl_buf_done(struct sl_buf *b);
void sl_buf_clear(struct sl_buf *b); /* keeps the memory */
void sl_buf_add(struct sl_buf *b, const void *p, size_t n);
void sl_buf_str(struct sl_buf *b, struct sl_str s);
void sl_buf_puts(struct sl_buf *b, const char *cstr);
void sl_buf_putc(struct sl_buf *b, char c);
void sl_buf_printf(struct sl_buf *b, const char *fmt, ...) SL_PRINTF(2, 3);
/* Room for n more bytes at the end; NULL when failed.  Set b->n afterwards. */
char *sl_buf_room(struct sl_buf *b, size_t n);
struct sl_str sl_buf_view(const struct sl_buf *b);
SL_CHECKED enum sl_code sl_buf_check(const struct sl_buf *b, struct sl_err *e); /* SL_NOMEM if failed */

/* Shortest decimal text that reads back as the same double ("0.1", "1e+300").  `x` is finite.
 * Writes at most 32 bytes and returns their number; no NUL. */
size_t sl_double_text(double x, char out[32]);
size_t sl_int_text(int64_t x, char out[32]); /* the same for whole numbers */

#endif
