#include "check.h"

TEST(err_prefix_goes_before_the_message)
{
	struct sl_err e = {0};

	CHECK_INT(sl_fail(&e, SL_INVALID, "the ring has %d points", 2), SL_INVALID);
	CHECK_STR(sl_str_from(e.msg), "the ring has 2 points");
	CHECK(e.line > 0 && strstr(e.file, "test_err.c"));
	CHECK_INT(sl_err_within(&e, "row %d", 7), SL_INVALID);
	CHECK_STR(sl_str_from(e.msg), "row 7: the ring has 2 points");
	sl_err_clear(&e);
	CHECK_INT(e.code, SL_OK);
	CHECK_STR(sl_str_from(e.msg), "");
}

TEST(err_long_messages_are_cut_and_terminated)
{
	struct sl_err e = {0};
	char text[1000];

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = 0;
	CHECK_INT(sl_fail(&e, SL_IO, "%s", text), SL_IO);
	CHECK_INT(strlen(e.msg), sizeof e.msg - 1);
	CHECK_INT(sl_err_within(&e, "file"), SL_IO);
	CHECK(!strncmp(e.msg, "file: aaa", 9));
	CHECK(strlen(e.msg) < sizeof e.msg);
	CHECK_INT(sl_err_within(&e, "%s", text), SL_IO);
	CHECK_INT(strlen(e.msg), sizeof e.msg - 1);
}

TEST(err_codes_have_names_and_exit_statuses)
{
	CHECK_STR(sl_str_from(sl_code_name(SL_OK)), "ok");
	CHECK_STR(sl_str_from(sl_code_name(SL_CANCELLED)), "cancelled");
	CHECK_INT(sl_code_exit(SL_OK), 0);
	CHECK_INT(sl_code_exit(SL_INVALID), 3);
	CHECK_INT(sl_code_exit(SL_IO), 4);
	CHECK_INT(sl_code_exit(SL_BUSY), 5);
	for (int c = SL_OK; c <= SL_CANCELLED; c++)
		CHECK(sl_code_name((enum sl_code)c)[0]);
}
