#include "formats/formats_bench.h"

TEST(csv_headings_and_cells)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(&b, "a.csv",
	                            "\xef\xbb\xbfid; name ;;name;id\nA;\"x; \"\"y\"\"\nz\";1; ;5;6\nB\n"),
	         &b.e);
	CHECK_INT(b.n, 2);
	CHECK_STR(b.s.column[1], "name");
	CHECK_STR(b.s.column[2], "column 3");
	CHECK_STR(b.s.column[3], "name (column 4)");
	CHECK_STR(formats_bench_cell(&b, 0, "name"), "x; \"y\"\nz");
	CHECK_INT(b.row[0].cell[3].type, SL_CELL_EMPTY);
	CHECK_STR(formats_bench_cell(&b, 0, "column 6"), "6"); /* a value beyond the headings is not lost */
	CHECK(b.row[0].remark != NULL);
	CHECK(b.row[1].remark != NULL);
	CHECK(!b.s.no_headings);
	formats_bench_end(&b);
}

TEST(csv_without_headings)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_text(&b, "thor.csv", "1965-10-01,17.1,106.5\n1965-10-02,17.2,106.6\n"), &b.e);
	CHECK(b.s.no_headings);
	CHECK_INT(b.n, 2);
	CHECK_STR(formats_bench_cell(&b, 0, "column 2"), "17.1");
	formats_bench_end(&b);
}

TEST(csv_utf16)
{
	static const unsigned char little[] = "\xff\xfei\0d\0,\0n\0\n\0A\0,\0\xf1\0=\xd8\x00\xdc\n\0";
	static const unsigned char big[] = "\xfe\xff\0i\0d\0\n\0B\0\n";
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_OK(formats_bench_read(&b, formats_bench_file(&b, "l.csv", little, sizeof little - 1), NULL, NULL),
	         &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "n"), "\xc3\xb1\xf0\x9f\x90\x80");
	CHECK_OK(formats_bench_read(&b, formats_bench_file(&b, "b.csv", big, sizeof big - 1), NULL, NULL),
	         &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "id"), "B");
	formats_bench_end(&b);
}

TEST(csv_encodings)
{
	struct formats_bench b;
	const char *path;

	formats_bench_begin(&b);
	path = formats_bench_file(&b, "cp850.csv", "id,n\nA,NARI\xa5O\n", 15); /* code page 850: 0xa5 is Ñ */
	CHECK_OK(formats_bench_read(&b, path, NULL, "cp850"), &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "n"), "NARI\xc3\x91O");
	CHECK_OK(formats_bench_read(&b, path, NULL, NULL), &b.e);
	CHECK_STR(formats_bench_cell(&b, 0, "n"), "NARI\xef\xbf\xbdO");
	CHECK_STR(b.row[0].cell[1].hex, "4e415249a54f");
	CHECK_INT(formats_bench_read(&b, path, NULL, "no such"), SL_INVALID);
	formats_bench_end(&b);
}

TEST(csv_refusals)
{
	struct formats_bench b;

	formats_bench_begin(&b);
	CHECK_INT(formats_bench_text(&b, "e.csv", ""), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "n.csv", "\n\n"), SL_INVALID);
	CHECK_INT(formats_bench_text(&b, "q.csv", "id,n\nA,\"open\nB,2\n"), SL_INVALID);
	CHECK(strstr(b.e.msg, "line 2") != NULL);
	CHECK_INT(formats_bench_read(&b, formats_bench_file(&b, "l.csv", "id\nA\n", 5), "layer", NULL),
	          SL_NOT_FOUND);
	formats_bench_end(&b);
}
