/* JSON in and out.
 * Reading: a cursor that hands out one value at a time (flat memory, any size of file), and a tree in
 * an arena built on it.  Writing: into an sl_buf; keys are written in the order given, so canonical
 * text (sorted keys, no blanks, shortest numbers) is the writer's caller's order. */
#ifndef SL_BASE_JSON_H
#define SL_BASE_JSON_H

#include "base/str.h"

enum sl_json_type {
	SL_JSON_NULL,
	SL_JSON_BOOL,
	SL_JSON_NUMBER,
	SL_JSON_STRING,
	SL_JSON_ARRAY,
	SL_JSON_OBJECT
};

#define SL_JSON_DEPTH_MAX 128 /* deeper nesting is refused: hostile input must not end the stack */

/* ---- cursor ---- */
struct sl_json_cursor {
	const char *p, *end, *start;
};

void sl_json_cursor_init(struct sl_json_cursor *c, struct sl_str text);
/* Type of the next value, without consuming it. */
SL_CHECKED enum sl_code sl_json_peek(struct sl_json_cursor *c, enum sl_json_type *t, struct sl_err *e);
/* Consume '[' or '{'; then call sl_json_more before each item, which consumes ',' or the end. */
SL_CHECKED enum sl_code sl_json_open(struct sl_json_cursor *c, char bracket, struct sl_err *e);
SL_CHECKED enum sl_code sl_json_more(struct sl_json_cursor *c, bool *first, char close, bool *more,
                                     struct sl_err *e);
/* A member's key and its ':'.  Text in the arena when it had escapes, else a view into the input. */
SL_CHECKED enum sl_code sl_json_key(struct sl_json_cursor *c, struct sl_arena *a, struct sl_str *key,
                                    struct sl_err *e);
SL_CHECKED enum sl_code sl_json_string(struct sl_json_cursor *c, struct sl_arena *a, struct sl_str *s,
                                       struct sl_err *e);
SL_CHECKED enum sl_code sl_json_number(struct sl_json_cursor *c, double *x, struct sl_str *raw,
                                       struct sl_err *e);
/* Pass over one value of any type; *raw (may be NULL) is its text. */
SL_CHECKED enum sl_code sl_json_skip(struct sl_json_cursor *c, struct sl_str *raw, struct sl_err *e);

/* Nothing but blanks is left, else SL_INVALID. */
SL_CHECKED enum sl_code sl_json_finish(struct sl_json_cursor *c, struct sl_err *e);

/* ---- tree ---- */
struct sl_json {
	enum sl_json_type type;
	bool boolean;
	double number;
	struct sl_str text;    /* STRING: the text.  NUMBER: as written. */
	struct sl_str key;     /* when it is a member of an object */
	struct sl_json *child; /* first item or member */
	struct sl_json *next;
	size_t n; /* items or members */
};

/* One value from the cursor; views into the text, so the text must live as long as `a`. */
SL_CHECKED enum sl_code sl_json_value(struct sl_json_cursor *c, struct sl_arena *a, struct sl_json **out,
                                      struct sl_err *e);
/* The whole text is one value. */
SL_CHECKED enum sl_code sl_json_parse(struct sl_arena *a, struct sl_str text, struct sl_json **out,
                                      struct sl_err *e);
/* Member by name; NULL when absent or `o` is NULL or no object.  The last one wins on duplicates. */
const struct sl_json *sl_json_get(const struct sl_json *o, const char *key);
/* Text of a string member; an empty view when absent or of another type. */
struct sl_str sl_json_get_str(const struct sl_json *o, const char *key);

/* ---- writing ---- */
struct sl_json_writer {
	struct sl_buf *b;
	bool comma; /* a value stands before */
};

void sl_json_writer_init(struct sl_json_writer *w, struct sl_buf *b);
void sl_json_begin(struct sl_json_writer *w, char bracket); /* '{' or '[' */
void sl_json_end(struct sl_json_writer *w, char bracket);   /* '}' or ']' */
void sl_json_put_key(struct sl_json_writer *w, struct sl_str key);
void sl_json_put_str(struct sl_json_writer *w, struct sl_str s); /* invalid UTF-8 becomes U+FFFD */
void sl_json_put_double(struct sl_json_writer *w, double x);     /* NaN and infinities become null */
void sl_json_put_int(struct sl_json_writer *w, int64_t x);
void sl_json_put_bool(struct sl_json_writer *w, bool x);
void sl_json_put_null(struct sl_json_writer *w);
void sl_json_put_raw(struct sl_json_writer *w, struct sl_str json); /* already JSON */
void sl_json_put_tree(struct sl_json_writer *w, const struct sl_json *v, bool sort_keys);

/* Shorthands: key and value. */
void sl_json_kv_str(struct sl_json_writer *w, const char *key, struct sl_str s);
void sl_json_kv_double(struct sl_json_writer *w, const char *key, double x);
void sl_json_kv_int(struct sl_json_writer *w, const char *key, int64_t x);

#endif
