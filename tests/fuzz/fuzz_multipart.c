/* A body of the type multipart/form-data.  The first line is the header of the request, the rest its body.  What is
 * accepted lies inside the body, in order; its names can stand in a header; and written again it reads the same. */
#include "fuzz.h"

#include "base/utf8.h"
#include "http/multipart.h"

#include <stdlib.h>
#include <string.h>

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void judge_name(struct sl_str s)
{
	must(s.n <= SL_PART_NAME_MAX && sl_utf8_valid(s));
	for (size_t i = 0; i < s.n; i++)
		must((unsigned char)s.p[i] >= 32 && s.p[i] != 127);
}

static void put_name(struct sl_buf *b, const char *key, struct sl_str name)
{
	sl_buf_printf(b, "; %s=\"", key);
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			sl_buf_putc(b, '\\');
		sl_buf_putc(b, name.p[i]);
	}
	sl_buf_putc(b, '"');
}

static bool same(struct sl_str a, struct sl_str b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static bool holds(struct sl_str s, const char *what)
{
	size_t n = strlen(what);

	for (size_t i = 0; i + n <= s.n; i++)
		if (!memcmp(s.p + i, what, n))
			return true;
	return false;
}

/* Under another boundary; bytes that happen to hold it are left out of the comparison. */
#define OTHER "f7kz-other-0b"
static void write_again(const struct sl_form_part *part, size_t n)
{
	struct sl_arena a = {0};
	struct sl_buf b = {0};
	struct sl_form_part *again;
	struct sl_err e = {0};
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		/* Three escapes of HTML would be read as escapes once more. */
		if (holds(part[i].name, "%") || holds(part[i].file, "%") || holds(part[i].bytes, OTHER))
			goto done;
		sl_buf_puts(&b, "--" OTHER "\r\nContent-Disposition: form-data");
		put_name(&b, "name", part[i].name);
		if (part[i].is_file)
			put_name(&b, "filename", part[i].file);
		sl_buf_puts(&b, "\r\nContent-Type: ");
		sl_buf_str(&b, part[i].type);
		sl_buf_puts(&b, "\r\n\r\n");
		sl_buf_str(&b, part[i].bytes);
		sl_buf_puts(&b, "\r\n");
	}
	sl_buf_puts(&b, "--" OTHER "--");
	must(!sl_multipart_read(&a, SL_STR("multipart/form-data; boundary=" OTHER), sl_buf_view(&b), &again, &k, &e));
	must(k == n);
	for (size_t i = 0; i < n; i++)
		must(same(part[i].name, again[i].name) && same(part[i].file, again[i].file) &&
		     part[i].is_file == again[i].is_file && same(part[i].type, again[i].type) &&
		     same(part[i].bytes, again[i].bytes));
done:
	sl_buf_done(&b);
	sl_arena_done(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sl_str body = {(const char *)data, size}, type;
	struct sl_arena a = {0};
	struct sl_form_part *part;
	struct sl_err e = {0};
	const char *behind;
	size_t n = 0;

	if (!sl_str_split(&body, '\n', &type) || !body.p)
		return 0;
	if (sl_multipart_read(&a, type, body, &part, &n, &e)) {
		must(e.code == SL_INVALID && e.msg[0] && !n);
	} else {
		must(n && n <= SL_PARTS_MAX);
		behind = body.p;
		for (size_t i = 0; i < n; i++) {
			must(part[i].name.n > 0 && part[i].type.n > 0);
			judge_name(part[i].name);
			judge_name(part[i].file);
			must(part[i].bytes.p >= behind && part[i].bytes.p + part[i].bytes.n < body.p + body.n);
			behind = part[i].bytes.p + part[i].bytes.n;
			must(part[i].is_file || !part[i].file.n);
		}
		write_again(part, n);
	}
	sl_arena_done(&a);
	return 0;
}
