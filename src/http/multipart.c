#include "http/multipart.h"

#include "base/utf8.h"

#include <string.h>

enum { BOUNDARY_MAX = 70 }; /* RFC 2046, 5.1.1 */

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_boundary(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("'()+_,-./:=? ", c));
}

static bool is_control(char c)
{
	return (unsigned char)c < 32 || c == 127;
}

static struct sl_str rest_of(struct sl_str s, size_t at)
{
	return (struct sl_str){s.p + at, s.n - at};
}

/* The first `n` bytes, an owned copy in lower case. */
static enum sl_code lower(struct sl_arena *a, struct sl_str s, struct sl_str *out, struct sl_err *e)
{
	char *copy = sl_str_dup(a, s, e);

	if (!copy)
		return e->code;
	for (size_t i = 0; i < s.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] + 32);
	*out = (struct sl_str){copy, s.n};
	return SL_OK;
}

/* ---- parameters of a header: ; name=value, ; name="value" ---- */

/* In quotes a backslash stands before a quote or a backslash (RFC 9110); before anything else it is itself, because
 * old browsers sent C:\folder\file as it was. */
static enum sl_code quoted(struct sl_arena *a, struct sl_str *rest, struct sl_str *value, struct sl_err *e)
{
	char *to = sl_arena_alloc(a, rest->n + 1, 1, e);
	size_t n = 0, i;

	if (!to)
		return e->code;
	for (i = 1; i < rest->n && rest->p[i] != '"'; i++) {
		if (rest->p[i] == '\\' && i + 1 < rest->n && (rest->p[i + 1] == '"' || rest->p[i + 1] == '\\'))
			i++;
		to[n++] = rest->p[i];
	}
	if (i >= rest->n)
		return sl_fail(e, SL_INVALID, "a quoted value does not end");
	*rest = rest_of(*rest, i + 1);
	*value = (struct sl_str){to, n};
	return SL_OK;
}

/* The next parameter off the front of *rest; *name empty at the end. */
static enum sl_code parameter(struct sl_arena *a, struct sl_str *rest, struct sl_str *name, struct sl_str *value,
                              struct sl_err *e)
{
	size_t i = 0;

	*name = *value = SL_STR("");
	*rest = sl_str_trim(*rest);
	while (rest->n && rest->p[0] == ';')
		*rest = sl_str_trim(rest_of(*rest, 1));
	if (!rest->n)
		return SL_OK;
	while (i < rest->n && is_token(rest->p[i]))
		i++;
	if (!i || i >= rest->n || rest->p[i] != '=')
		return sl_fail(e, SL_INVALID, "a parameter is no name with a value");
	if (lower(a, (struct sl_str){rest->p, i}, name, e))
		return e->code;
	*rest = rest_of(*rest, i + 1);
	if (rest->n && rest->p[0] == '"') {
		if (quoted(a, rest, value, e))
			return e->code;
	} else {
		for (i = 0; i < rest->n && rest->p[i] != ';' && rest->p[i] != ' ' && rest->p[i] != '\t';)
			i++;
		*value = (struct sl_str){rest->p, i};
		*rest = rest_of(*rest, i);
	}
	*rest = sl_str_trim(*rest);
	if (rest->n && rest->p[0] != ';')
		return sl_fail(e, SL_INVALID, "behind a parameter stands what is none");
	return SL_OK;
}

static enum sl_code read_boundary(struct sl_arena *a, struct sl_str type, struct sl_str *out, struct sl_err *e)
{
	struct sl_str bare, name, value;

	if (!sl_str_split(&type, ';', &bare) || !sl_str_is_nocase(sl_str_trim(bare), "multipart/form-data"))
		return sl_fail(e, SL_INVALID, "the body is no multipart/form-data");
	*out = SL_STR("");
	while (type.p) {
		if (parameter(a, &type, &name, &value, e))
			return sl_err_within(e, "Content-Type");
		if (!name.n)
			break;
		if (!sl_str_is(name, "boundary"))
			continue;
		if (out->n)
			return sl_fail(e, SL_INVALID, "Content-Type has two boundaries");
		*out = value;
		if (!value.n || value.n > BOUNDARY_MAX || value.p[value.n - 1] == ' ')
			return sl_fail(e, SL_INVALID, "the boundary in Content-Type is to have 1 to %d characters", BOUNDARY_MAX);
		for (size_t i = 0; i < value.n; i++)
			if (!is_boundary(value.p[i]))
				return sl_fail(e, SL_INVALID, "the boundary in Content-Type has a character that none may have");
	}
	return out->n ? SL_OK : sl_fail(e, SL_INVALID, "Content-Type names no boundary");
}

/* ---- delimiters ---- */

struct delimiter {
	size_t at;    /* where it begins, with the line end before it */
	size_t after; /* what follows it */
	bool last;
};

/* Is there a whole delimiter line at `at`, which is the place of its "--"?  Blanks may stand behind it.  A line that
 * only begins like one belongs to the part. */
static bool delimiter_at(struct sl_str body, size_t at, struct sl_str boundary, struct delimiter *out)
{
	size_t i = at + 2 + boundary.n;

	if (i > body.n || body.p[at] != '-' || body.p[at + 1] != '-' || memcmp(body.p + at + 2, boundary.p, boundary.n))
		return false;
	out->last = i + 2 <= body.n && body.p[i] == '-' && body.p[i + 1] == '-';
	if (out->last)
		i += 2;
	while (i < body.n && (body.p[i] == ' ' || body.p[i] == '\t'))
		i++;
	if (i + 2 <= body.n && body.p[i] == '\r' && body.p[i + 1] == '\n') {
		out->after = i + 2;
		return true;
	}
	out->after = i;
	return out->last && i == body.n;
}

/* The first delimiter from `from` on, which is the beginning of a line or of the body. */
static bool next_delimiter(struct sl_str body, size_t from, struct sl_str boundary, struct delimiter *out)
{
	if (from < body.n && delimiter_at(body, from, boundary, out)) {
		out->at = from;
		return true;
	}
	for (size_t i = from; i + 4 <= body.n; i++) {
		const char *cr = memchr(body.p + i, '\r', body.n - i - 3);

		if (!cr)
			return false;
		i = (size_t)(cr - body.p);
		if (cr[1] == '\n' && delimiter_at(body, i + 2, boundary, out)) {
			out->at = i;
			return true;
		}
	}
	return false;
}

/* ---- the head of a part ---- */

/* HTML (multipart/form-data encoding algorithm) writes three characters of names as escapes, and no other. */
static struct sl_str unescape(char *p, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const char *c = i + 2 < n && p[i] == '%' ? p + i + 1 : NULL;
		char as = !c ? 0 : !memcmp(c, "22", 2) ? '"' : !memcmp(c, "0D", 2) ? '\r' : !memcmp(c, "0A", 2) ? '\n' : 0;

		p[k++] = as ? as : p[i];
		i += as ? 2 : 0;
	}
	return (struct sl_str){p, k};
}

/* What is left of a file's name when nothing in it can name another place. */
static struct sl_str plain_file(char *p, size_t n)
{
	struct sl_str whole = unescape(p, n);
	size_t from = 0, k = 0;

	for (size_t i = 0; i < whole.n; i++)
		if (p[i] == '/' || p[i] == '\\')
			from = i + 1;
	for (size_t i = from; i < whole.n; i++)
		if (!is_control(p[i]))
			p[k++] = p[i];
	if (k > SL_PART_NAME_MAX) { /* the end says what it is */
		from = k - SL_PART_NAME_MAX;
		while (from < k && ((unsigned char)p[from] & 0xc0) == 0x80)
			from++;
		memmove(p, p + from, k - from);
		k -= from;
	}
	if ((k == 1 && p[0] == '.') || (k == 2 && p[0] == '.' && p[1] == '.'))
		k = 0;
	return (struct sl_str){p, k};
}

static enum sl_code disposition(struct sl_arena *a, struct sl_str value, struct sl_form_part *out, struct sl_err *e)
{
	struct sl_str kind, name, text;
	char *copy;

	if (out->name.n)
		return sl_fail(e, SL_INVALID, "it has two Content-Dispositions");
	if (!sl_str_split(&value, ';', &kind) || !sl_str_is_nocase(sl_str_trim(kind), "form-data"))
		return sl_fail(e, SL_INVALID, "its Content-Disposition is not form-data");
	while (value.p) {
		bool is_name, is_file;

		if (parameter(a, &value, &name, &text, e))
			return sl_err_within(e, "Content-Disposition");
		if (!name.n)
			break;
		is_name = sl_str_is(name, "name");
		is_file = sl_str_is(name, "filename");
		if (!is_name && !is_file)
			continue; /* filename* is not to be sent in forms (RFC 7578, 4.2) */
		if ((is_name && out->name.n) || (is_file && out->is_file))
			return sl_fail(e, SL_INVALID, "it is named twice");
		if (!sl_utf8_valid(text))
			return sl_fail(e, SL_INVALID, "its name is not UTF-8");
		copy = sl_str_dup(a, text, e);
		if (!copy)
			return e->code;
		if (is_file) {
			out->file = plain_file(copy, text.n);
			out->is_file = true;
			continue;
		}
		out->name = unescape(copy, text.n);
		for (size_t i = 0; i < out->name.n; i++)
			if (is_control(out->name.p[i]))
				return sl_fail(e, SL_INVALID, "the name of its field has a control character");
		if (!out->name.n || out->name.n > SL_PART_NAME_MAX)
			return sl_fail(e, SL_INVALID, "the name of its field is to have 1 to %d bytes", SL_PART_NAME_MAX);
	}
	return out->name.n ? SL_OK : sl_fail(e, SL_INVALID, "its field has no name");
}

/* "image/jpeg"; what is no media type is bytes of no known kind. */
static enum sl_code media_type(struct sl_arena *a, struct sl_str value, struct sl_str *out, struct sl_err *e)
{
	struct sl_str bare = SL_STR("");
	size_t slashes = 0;

	(void)!sl_str_split(&value, ';', &bare);
	bare = sl_str_trim(bare);
	for (size_t i = 0; i < bare.n; i++) {
		bool slash = bare.p[i] == '/' && i && i + 1 < bare.n;

		slashes += slash;
		if (!slash && !is_token(bare.p[i]))
			slashes = 2;
	}
	if (slashes != 1 || bare.n > 100) {
		*out = SL_STR("application/octet-stream");
		return SL_OK;
	}
	return lower(a, bare, out, e);
}

static enum sl_code head_line(struct sl_arena *a, struct sl_str line, struct sl_form_part *out, struct sl_err *e)
{
	struct sl_str name;

	for (size_t i = 0; i < line.n; i++)
		if (is_control(line.p[i]) && line.p[i] != '\t')
			return sl_fail(e, SL_INVALID, "its head has a control character");
	if (!sl_str_split(&line, ':', &name) || !line.p || !name.n)
		return sl_fail(e, SL_INVALID, "a line of its head is no header");
	for (size_t i = 0; i < name.n; i++)
		if (!is_token(name.p[i])) /* also the folded lines of old mail */
			return sl_fail(e, SL_INVALID, "a line of its head is no header");
	line = sl_str_trim(line);
	if (sl_str_is_nocase(name, "content-disposition"))
		return disposition(a, line, out, e);
	if (sl_str_is_nocase(name, "content-type"))
		return media_type(a, line, &out->type, e);
	if (sl_str_is_nocase(name, "content-transfer-encoding") && !sl_str_is_nocase(line, "binary") &&
	    !sl_str_is_nocase(line, "8bit") && !sl_str_is_nocase(line, "7bit"))
		return sl_fail(e, SL_INVALID, "its bytes are encoded as %.*s; send them as they are", SL_STR_ARG(line));
	return SL_OK;
}

/* The part that begins at *at with its head; *at is then where its bytes begin. */
static enum sl_code read_head(struct sl_arena *a, struct sl_str body, size_t *at, struct sl_form_part *out,
                              struct sl_err *e)
{
	size_t end = *at + SL_PART_HEAD_MAX < body.n ? *at + SL_PART_HEAD_MAX : body.n;

	*out = (struct sl_form_part){.name = SL_STR(""), .file = SL_STR(""), .type = SL_STR("text/plain")};
	for (;;) {
		const char *from = body.p + *at, *line_end = *at < end ? memchr(from, '\n', end - *at) : NULL;
		size_t n;

		if (!line_end && end < body.n)
			return sl_fail(e, SL_INVALID, "its head is longer than %d bytes", SL_PART_HEAD_MAX);
		if (!line_end)
			return sl_fail(e, SL_INVALID, "its head does not end: it was cut off on the way; send it again");
		n = (size_t)(line_end - from);
		if (!n || from[n - 1] != '\r')
			return sl_fail(e, SL_INVALID, "a line of its head does not end with CR LF");
		*at += n + 1;
		if (n == 1)
			break;
		if (head_line(a, (struct sl_str){from, n - 1}, out, e))
			return e->code;
	}
	return out->name.n ? SL_OK : sl_fail(e, SL_INVALID, "it has no Content-Disposition");
}

enum sl_code sl_multipart_read(struct sl_arena *a, struct sl_str content_type, struct sl_str body,
                               struct sl_form_part **part, size_t *n, struct sl_err *e)
{
	struct sl_str boundary;
	struct sl_form_part *list = NULL;
	struct delimiter d;
	size_t k = 0, cap = 0, at;

	if (read_boundary(a, content_type, &boundary, e))
		return e->code;
	if (!next_delimiter(body, 0, boundary, &d))
		return sl_fail(e, SL_INVALID, "the body does not have the boundary that its header names");
	for (; !d.last; k++) {
		if (k == SL_PARTS_MAX)
			return sl_fail(e, SL_INVALID, "the body has more than %d parts", SL_PARTS_MAX);
		list = sl_arena_grow(a, list, &cap, k + 1, sizeof *list, e);
		if (!list)
			return e->code;
		at = d.after;
		if (read_head(a, body, &at, &list[k], e))
			return sl_err_within(e, "part %zu of the body", k + 1);
		/* The line end that belongs to the delimiter may be the one that ends the head. */
		if (!next_delimiter(body, at, boundary, &d))
			return sl_fail(e, SL_INVALID,
			               "the body ends within part %zu: it was cut off on the way; send it again", k + 1);
		list[k].bytes = (struct sl_str){body.p + at, d.at - at};
	}
	if (!k)
		return sl_fail(e, SL_INVALID, "the body has no parts");
	*part = list;
	*n = k;
	return SL_OK;
}

const struct sl_form_part *sl_form_part_named(const struct sl_form_part *part, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (sl_str_is(part[i].name, name))
			return &part[i];
	return NULL;
}
