#include "base/md5.h"

#include <md5.h>

struct sl_md5 sl_md5_of(struct sl_str bytes)
{
	struct sl_md5 out;
	MD5_CTX c;

	MD5Init(&c);
	MD5Update(&c, (const uint8_t *)(bytes.n ? bytes.p : ""), bytes.n);
	MD5Final(out.b, &c);
	return out;
}

void sl_md5_text(struct sl_md5 m, char out[SL_MD5_TEXT])
{
	static const char digit[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof m.b; i++) {
		out[2 * i] = digit[m.b[i] >> 4];
		out[2 * i + 1] = digit[m.b[i] & 15];
	}
	out[2 * sizeof m.b] = 0;
}
