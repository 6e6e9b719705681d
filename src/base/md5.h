/* MD5 (RFC 1321), by libmd: only where a protocol names it.  OpenRosa's hashes of forms, HTTP Digest (RFC 2617).
 * It protects nothing here: what is to be trusted is hashed by base/hash.h. */
#ifndef SL_BASE_MD5_H
#define SL_BASE_MD5_H

#include "base/str.h"

#define SL_MD5_TEXT 33 /* 32 hexadecimal digits in lower case, and a NUL */

struct sl_md5 {
	unsigned char b[16];
};
struct sl_md5 sl_md5_of(struct sl_str bytes);
void sl_md5_text(struct sl_md5 m, char out[SL_MD5_TEXT]);

#endif
