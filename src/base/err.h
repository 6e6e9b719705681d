/* The one error model.  A code says what the caller can do; the message is written once, where
 * the fact is known, in one line without "Error:".  Errors are set once, may get a prefix on the
 * way up, and are printed only at the edge (cli/, http/).
 * Bad data in a record is not an error: it is a finding (model/finding.h). */
#ifndef SL_BASE_ERR_H
#define SL_BASE_ERR_H

enum sl_code {
	SL_OK = 0,
	SL_INVALID,     /* the input is wrong; the message says which thing and what to do */
	SL_NOT_FOUND,   /* no such file, record, layer */
	SL_CONFLICT,    /* it would contradict what is recorded */
	SL_DENIED,      /* not allowed */
	SL_BUSY,        /* someone else writes; try again */
	SL_UNSUPPORTED, /* understood, and not handled here */
	SL_IO,          /* the machine refused: disk full, permission, network */
	SL_CORRUPT,     /* stored data does not match its hash or its format */
	SL_NOMEM,
	SL_CANCELLED, /* the user interrupted; nothing is half done */
};

struct sl_err {
	enum sl_code code;
	int line;
	const char *file;
	char msg[400];
};

#define SL_CHECKED __attribute__((warn_unused_result))
#define SL_PRINTF(f, a) __attribute__((format(printf, f, a)))

#define sl_fail(e, code, ...) sl_err_set((e), (code), __FILE__, __LINE__, __VA_ARGS__)

/* Record the error and return its code.  No error may be pending in `e`. */
enum sl_code sl_err_set(struct sl_err *e, enum sl_code code, const char *file, int line, const char *fmt,
                        ...) SL_PRINTF(5, 6);

/* Put "<prefix>: " before the pending message; returns the pending code. */
enum sl_code sl_err_within(struct sl_err *e, const char *fmt, ...) SL_PRINTF(2, 3);

/* Forget a pending error that the caller has dealt with. */
void sl_err_clear(struct sl_err *e);

/* Stable lower-case name of a code, for JSON and logs. */
const char *sl_code_name(enum sl_code code);

/* Exit status of the command line for a code (DESIGN section 5). */
int sl_code_exit(enum sl_code code);

#endif
