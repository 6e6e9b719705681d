#include "report/clean.h"

size_t sl_clean_length(const char *p, const char *end)
{
	unsigned char c = (unsigned char)*p;
	size_t n = c < 0x80                ? 1
	           : c >= 0xc2 && c < 0xe0 ? 2
	           : c >= 0xe0 && c < 0xf0 ? 3
	           : c >= 0xf0 && c < 0xf5 ? 4
	                                   : 0;

	if (!n || (size_t)(end - p) < n || (n == 1 && ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)))
		return 0;
	for (size_t i = 1; i < n; i++)
		if (((unsigned char)p[i] & 0xc0) != 0x80)
			return 0;
	if (n == 2 && c == 0xc2 && (unsigned char)p[1] < 0xa0) /* C1 controls */
		return 0;
	if (n == 3 &&
	    ((c == 0xe0 && (unsigned char)p[1] < 0xa0) || (c == 0xed && (unsigned char)p[1] >= 0xa0) ||
	     (c == 0xef && (unsigned char)p[1] == 0xbf && (unsigned char)p[2] >= 0xbe)))
		return 0;
	if (n == 4 && ((c == 0xf0 && (unsigned char)p[1] < 0x90) || (c == 0xf4 && (unsigned char)p[1] >= 0x90)))
		return 0;
	return n;
}

void sl_clean_text(struct sl_buf *b, struct sl_str s, size_t most)
{
	size_t units = 0;

	for (size_t i = 0; i < s.n;) {
		size_t n = sl_clean_length(s.p + i, s.p + s.n);

		units += n == 4 ? 2 : 1;
		if (most && units > most) {
			sl_buf_puts(b, "\u2026");
			return;
		}
		if (n)
			sl_buf_add(b, s.p + i, n);
		else
			sl_buf_puts(b, "\ufffd");
		i += n ? n : 1;
	}
}
