#include "base/io.h"
#include "base/mem.h"
#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/sl-test-io-XXXXXX";

static const char *in_dir(const char *name)
{
	static char path[200];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static size_t entries(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2; /* . and .. */
}

TEST(io_output_is_whole_or_absent)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_io_out o;
	struct sl_str text;

	memcpy(dir, "/tmp/sl-test-io-XXXXXX", sizeof dir);
	CHECK(mkdtemp(dir));
	CHECK_OK(sl_io_create(&o, in_dir("x"), &e), &e);
	CHECK_OK(sl_io_write(&o, "hello", 5, &e), &e);
	CHECK(!sl_io_exists(in_dir("x")));
	CHECK_OK(sl_io_commit(&o, &e), &e);
	CHECK(sl_io_exists(in_dir("x")));
	sl_io_discard(&o);
	CHECK_INT(entries(), 1);

	CHECK_OK(sl_io_create(&o, in_dir("x"), &e), &e);
	CHECK_OK(sl_io_write(&o, "half", 4, &e), &e);
	sl_io_discard(&o);
	CHECK_INT(entries(), 1);
	CHECK_OK(sl_io_map(&a, in_dir("x"), &text, &e), &e);
	CHECK_STR(text, "hello");
	CHECK_OK(sl_io_read(&a, in_dir("x"), 5, &text, &e), &e);
	CHECK_STR(text, "hello");
	CHECK_INT(sl_io_read(&a, in_dir("x"), 4, &text, &e), SL_INVALID);
	sl_err_clear(&e);

	CHECK_OK(sl_io_create(&o, in_dir("empty"), &e), &e);
	CHECK_OK(sl_io_commit(&o, &e), &e);
	CHECK_OK(sl_io_map(&a, in_dir("empty"), &text, &e), &e);
	CHECK_INT(text.n, 0);
	sl_arena_done(&a);
	unlink(in_dir("x"));
	unlink(in_dir("empty"));
	CHECK_INT(rmdir(dir), 0);
}

TEST(io_full_disk_is_an_error)
{
	struct sl_err e = {0};
	struct sl_io_out o;
	static char block[1 << 20];
	enum sl_code code;

	CHECK_OK(sl_io_create(&o, "/dev/full", &e), &e);
	CHECK_OK(sl_io_write(&o, "x", 1, &e), &e);
	CHECK_INT(sl_io_commit(&o, &e), SL_IO);
	CHECK(strstr(e.msg, "/dev/full"));
	sl_err_clear(&e);
	CHECK_OK(sl_io_create(&o, "/dev/full", &e), &e);
	code = sl_io_write(&o, block, sizeof block, &e);
	CHECK_INT(code, SL_IO);
	sl_io_discard(&o);
}

TEST(io_errors_name_the_file)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_io_out o;
	struct sl_str text = SL_STR("untouched");
	char longname[2000];

	CHECK_INT(sl_io_map(&a, "/nowhere/x", &text, &e), SL_NOT_FOUND);
	CHECK(strstr(e.msg, "/nowhere/x"));
	sl_err_clear(&e);
	CHECK_INT(sl_io_read(&a, "/nowhere/x", 10, &text, &e), SL_NOT_FOUND);
	sl_err_clear(&e);
	CHECK_INT(sl_io_map(&a, "/tmp", &text, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_io_map(&a, "/dev/zero", &text, &e), SL_INVALID);
	sl_err_clear(&e);
	CHECK_INT(sl_io_create(&o, "/nowhere/x", &e), SL_NOT_FOUND);
	sl_err_clear(&e);
	memset(longname, 'x', sizeof longname - 1);
	longname[sizeof longname - 1] = 0;
	CHECK_INT(sl_io_create(&o, longname, &e), SL_INVALID);
	CHECK_STR(text, "untouched");
	sl_arena_done(&a);
}

TEST(io_parts_and_folders)
{
	struct sl_arena a = {0};
	struct sl_err e = {0};
	struct sl_io_entry *list;
	struct sl_io_out o;
	struct sl_str text;
	size_t n = 9;

	memcpy(dir, "/tmp/sl-test-io-XXXXXX", sizeof dir);
	CHECK(mkdtemp(dir));
	for (const char *name = "b"; name; name = *name == 'b' ? "a" : *name == 'a' ? ".hidden" : NULL) {
		CHECK_OK(sl_io_create(&o, in_dir(name), &e), &e);
		CHECK_OK(sl_io_write(&o, "0123456789", 10, &e), &e);
		CHECK_OK(sl_io_commit(&o, &e), &e);
	}
	CHECK(!mkdir(in_dir("folder"), 0700));
	CHECK_OK(sl_io_list(&a, dir, &list, &n, &e), &e);
	CHECK_INT(n, 2);
	CHECK(n == 2 && !strcmp(list[0].name, "a") && !strcmp(list[1].name, "b") && list[1].bytes == 10);
	CHECK_OK(sl_io_list(&a, in_dir("nowhere"), &list, &n, &e), &e);
	CHECK_INT(n, 0);
	CHECK_OK(sl_io_part(&a, in_dir("a"), 3, 4, &text, &e), &e);
	CHECK_STR(text, "3456");
	CHECK_INT(sl_io_part(&a, in_dir("a"), 8, 4, &text, &e), SL_CORRUPT);
	sl_err_clear(&e);
	CHECK_INT(sl_io_part(&a, in_dir("a"), UINT64_MAX - 2, 4, &text, &e), SL_CORRUPT);
	sl_err_clear(&e);
	CHECK_INT(sl_io_part(&a, in_dir("folder"), 0, 4, &text, &e), SL_IO);
	sl_err_clear(&e);
	unlink(in_dir("a"));
	unlink(in_dir("b"));
	unlink(in_dir(".hidden"));
	rmdir(in_dir("folder"));
	rmdir(dir);
	sl_arena_done(&a);
}
