/* What a QR code tells ODK Collect, and RFC 2617's arithmetic. */
#include "app/device.h"
#include "check.h"

#include <sodium.h>
#include <string.h>
#include <zlib.h>

TEST(device_settings_are_what_collect_reads)
{
	unsigned char packed[2000];
	struct sl_json *json;
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_str text;
	char plain[2000];
	uLongf n_plain = sizeof plain;
	size_t n;

	CHECK_OK(sl_device_settings(&a, SL_STR("http://h/odk"), SL_STR("tablet"), SL_STR("a \"b\""), SL_STR("North"), &text, &e),
	         &e);
	CHECK(!sodium_base642bin(packed, sizeof packed, text.p, text.n, NULL, &n, NULL, sodium_base64_VARIANT_ORIGINAL));
	CHECK(uncompress((Bytef *)plain, &n_plain, packed, (uLong)n) == Z_OK);
	CHECK_OK(sl_json_parse(&a, (struct sl_str){plain, n_plain}, &json, &e), &e);
	CHECK(sl_str_is(sl_json_get_str(sl_json_get(json, "general"), "server_url"), "http://h/odk"));
	CHECK(sl_str_is(sl_json_get_str(sl_json_get(json, "general"), "password"), "a \"b\""));
	CHECK(sl_str_is(sl_json_get_str(sl_json_get(json, "project"), "name"), "North"));
	sl_arena_done(&a);
}

TEST(md5_is_that_of_rfc_1321)
{
	char text[SL_MD5_TEXT];

	sl_md5_text(sl_md5_of(SL_STR("message digest")), text);
	CHECK(!strcmp(text, "f96b697d7cb7938d525a2f31aaf161d0"));
	sl_md5_text(sl_md5_of(SL_STR("")), text);
	CHECK(!strcmp(text, "d41d8cd98f00b204e9800998ecf8427e"));
}
