/* Workbooks of ECMA-376 (.xlsx): a zip file (libzip) of XML parts (libxml2, read as a stream).  Everything in them is
 * hostile: what is unpacked is counted as it comes, a document type is refused, and a sheet has bounds. */
#include "formats/workbook_parts.h"
#include "formats/xlsx_parts.h"

#include <libxml/xmlreader.h>
#include <string.h>
#include <zip.h>

enum { SHEETS_MAX = 200, STYLES_MAX = 70000, FORMATS_MAX = 1000 };

struct xlsx {
	struct sl_arena *a;
	const char *path;
	zip_t *zip;
	size_t unpacked; /* of all parts together */
	bool from_1904;
	struct sl_str *shared;
	size_t n_shared, cap_shared;
	enum sl_xlsx_moment *style; /* of each cell format */
	size_t n_styles, cap_styles;
	struct sl_err *e;
};

/* ---- a part ---- */

struct part {
	struct xlsx *x;
	const char *name;
	zip_file_t *file;
	xmlTextReaderPtr reader;
	bool too_large, damaged;
};

static int read_bytes(void *context, char *to, int n)
{
	struct part *p = context;
	zip_int64_t got = zip_fread(p->file, to, (zip_uint64_t)n);

	p->damaged = got < 0;
	if (got > 0)
		p->x->unpacked += (size_t)got;
	p->too_large = p->x->unpacked > SL_WORKBOOK_UNPACKED_MAX;
	return p->too_large ? -1 : (int)got;
}

static void keep_quiet(void *context, xmlErrorPtr error)
{
	(void)context;
	(void)error;
}

/* False, without failing, when there is no such part. */
static bool open_part(struct xlsx *x, const char *name, struct part *p)
{
	*p = (struct part){.x = x, .name = name};
	p->file = zip_fopen(x->zip, name, ZIP_FL_NOCASE);
	if (!p->file)
		return false;
	p->reader = xmlReaderForIO(read_bytes, NULL, p, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	if (!p->reader) {
		(void)!sl_fail(x->e, SL_NOMEM, "out of memory");
		return false;
	}
	xmlTextReaderSetStructuredErrorHandler(p->reader, keep_quiet, NULL);
	return true;
}

static void close_part(struct part *p)
{
	if (p->reader)
		xmlFreeTextReader(p->reader);
	if (p->file)
		zip_fclose(p->file);
}

/* The next node; false at the end, and when the part is not to be read further. */
static bool next_node(struct part *p, int *type)
{
	struct xlsx *x = p->x;
	int more;

	if (x->e->code)
		return false;
	more = xmlTextReaderRead(p->reader);
	if (more == 1) {
		*type = xmlTextReaderNodeType(p->reader);
		if (*type != XML_READER_TYPE_DOCUMENT_TYPE && *type != XML_READER_TYPE_ENTITY_REFERENCE)
			return true;
		(void)!sl_fail(x->e, SL_INVALID, "%s: %s declares a document type: no spreadsheet does", x->path, p->name);
	} else if (p->too_large) {
		(void)!sl_fail(x->e, SL_INVALID, "%s: unpacks to more than %d MB: this is not a form", x->path,
		               SL_WORKBOOK_UNPACKED_MAX >> 20);
	} else if (more < 0 || p->damaged) {
		(void)!sl_fail(x->e, SL_INVALID, "%s: %s is damaged: save the workbook again", x->path, p->name);
	}
	return false;
}

static bool is(struct part *p, const char *name)
{
	return !strcmp((const char *)xmlTextReaderConstLocalName(p->reader), name);
}

/* By its local name: "r:id" is "id"; of two, the one with a prefix where `prefixed`.  Empty when there is none. */
static struct sl_str attribute(struct part *p, const char *name, bool prefixed)
{
	struct sl_str value = SL_STR("");

	for (int more = xmlTextReaderMoveToFirstAttribute(p->reader); more == 1; more = xmlTextReaderMoveToNextAttribute(p->reader))
		if (is(p, name) && (xmlTextReaderConstPrefix(p->reader) != NULL) == prefixed) {
			const char *text = (const char *)xmlTextReaderConstValue(p->reader);

			value = sl_str_from(sl_arena_strndup(p->x->a, text ? text : "", text ? strlen(text) : 0, p->x->e));
			break;
		}
	(void)xmlTextReaderMoveToElement(p->reader);
	return value;
}

static long number(struct part *p, const char *name)
{
	int64_t n = -1;

	return sl_str_int64(attribute(p, name, false), &n) && n >= 0 && n < 1 << 30 ? (long)n : -1;
}

static bool is_text(int type)
{
	return type == XML_READER_TYPE_TEXT || type == XML_READER_TYPE_CDATA ||
	       type == XML_READER_TYPE_SIGNIFICANT_WHITESPACE || type == XML_READER_TYPE_WHITESPACE;
}

/* The text of the runs of a string, up to the end of `element`; how it is spoken (rPh) is no part of it. */
static struct sl_str read_runs(struct part *p, const char *element)
{
	struct sl_buf b = {0};
	struct sl_str text = SL_STR("");
	bool empty = xmlTextReaderIsEmptyElement(p->reader), in_t = false, in_phonetic = false;
	int type;

	while (!empty && next_node(p, &type)) {
		if (type == XML_READER_TYPE_END_ELEMENT && is(p, element))
			break;
		if (type == XML_READER_TYPE_ELEMENT && !xmlTextReaderIsEmptyElement(p->reader)) {
			in_t = in_t || is(p, "t");
			in_phonetic = in_phonetic || is(p, "rPh");
		} else if (type == XML_READER_TYPE_END_ELEMENT) {
			in_t = in_t && !is(p, "t");
			in_phonetic = in_phonetic && !is(p, "rPh");
		} else if (is_text(type) && in_t && !in_phonetic) {
			sl_buf_puts(&b, (const char *)xmlTextReaderConstValue(p->reader));
		}
	}
	if (!p->x->e->code && b.n) {
		char *copy = sl_arena_strndup(p->x->a, b.failed ? "" : b.p, b.failed ? 0 : b.n, p->x->e);

		if (copy && !sl_buf_check(&b, p->x->e))
			(void)!sl_xlsx_text(p->x->a, sl_str_from(copy), &text, p->x->e);
	}
	sl_buf_done(&b);
	return text;
}

/* ---- shared strings and styles ---- */

static void read_shared(struct xlsx *x, const char *name)
{
	struct part p;
	int type;

	if (open_part(x, name, &p))
		while (next_node(&p, &type)) {
			struct sl_str *more;

			if (type != XML_READER_TYPE_ELEMENT || !is(&p, "si"))
				continue;
			more = sl_arena_grow(x->a, x->shared, &x->cap_shared, x->n_shared + 1, sizeof *more, x->e);
			if (!more)
				break;
			x->shared = more;
			more[x->n_shared++] = read_runs(&p, "si");
		}
	close_part(&p);
}

struct format {
	long id;
	enum sl_xlsx_moment moment;
};

static void read_styles(struct xlsx *x, const char *name)
{
	struct format *own = NULL;
	size_t n = 0, cap = 0;
	bool in_cells = false;
	struct part p;
	int type;

	if (open_part(x, name, &p))
		while (next_node(&p, &type)) {
			if (type == XML_READER_TYPE_END_ELEMENT && is(&p, "cellXfs"))
				in_cells = false;
			if (type != XML_READER_TYPE_ELEMENT)
				continue;
			in_cells = in_cells || is(&p, "cellXfs");
			if (is(&p, "numFmt") && n < FORMATS_MAX) {
				own = sl_arena_grow(x->a, own, &cap, n + 1, sizeof *own, x->e);
				if (!own)
					break;
				own[n].id = number(&p, "numFmtId");
				own[n].moment = sl_xlsx_moment_of(own[n].id, attribute(&p, "formatCode", false));
				n++;
			} else if (is(&p, "xf") && in_cells && x->n_styles < STYLES_MAX) {
				enum sl_xlsx_moment *more =
				    sl_arena_grow(x->a, x->style, &x->cap_styles, x->n_styles + 1, sizeof *more, x->e);
				long id = number(&p, "numFmtId");

				if (!more)
					break;
				x->style = more;
				more[x->n_styles] = sl_xlsx_moment_of(id, SL_STR(""));
				for (size_t i = 0; i < n; i++)
					if (own[i].id == id)
						more[x->n_styles] = own[i].moment;
				x->n_styles++;
			}
		}
	close_part(&p);
}

/* ---- a sheet ---- */

static struct sl_str cell_text(struct xlsx *x, struct sl_str raw, struct sl_str kind, long style)
{
	enum sl_xlsx_moment moment = style >= 0 && (size_t)style < x->n_styles ? x->style[style] : SL_XLSX_NUMBER;
	struct sl_str text = raw;
	int64_t at;

	if (sl_str_is(kind, "s"))
		return sl_str_int64(raw, &at) && at >= 0 && (size_t)at < x->n_shared ? x->shared[at] : SL_STR("");
	if (sl_str_is(kind, "b"))
		return sl_str_is(raw, "1") ? SL_STR("TRUE") : raw.n ? SL_STR("FALSE") : raw;
	if (sl_str_is(kind, "str"))
		(void)!sl_xlsx_text(x->a, raw, &text, x->e);
	else if (!kind.n || sl_str_is(kind, "n"))
		(void)!sl_xlsx_number(x->a, raw, moment, x->from_1904, &text, x->e);
	return text; /* errors (#N/A) and dates (t="d") as they are */
}

static struct sl_str read_value(struct part *p)
{
	struct sl_buf b = {0};
	struct sl_str text = SL_STR("");
	bool empty = xmlTextReaderIsEmptyElement(p->reader);
	int type;

	while (!empty && next_node(p, &type) && type != XML_READER_TYPE_END_ELEMENT)
		if (is_text(type))
			sl_buf_puts(&b, (const char *)xmlTextReaderConstValue(p->reader));
	if (b.n && !sl_buf_check(&b, p->x->e))
		text = sl_str_from(sl_arena_strndup(p->x->a, b.p, b.n, p->x->e));
	sl_buf_done(&b);
	return text;
}

static struct sl_str read_cell(struct part *p)
{
	struct sl_str kind = attribute(p, "t", false), raw = SL_STR("");
	long style = number(p, "s");
	bool empty = xmlTextReaderIsEmptyElement(p->reader), is_inline = false;
	int type;

	while (!empty && next_node(p, &type)) {
		if (type == XML_READER_TYPE_END_ELEMENT && is(p, "c"))
			break;
		if (type != XML_READER_TYPE_ELEMENT)
			continue;
		if (is(p, "v")) {
			raw = read_value(p);
		} else if (is(p, "is")) {
			raw = read_runs(p, "is");
			is_inline = true;
		}
	}
	return sl_str_trim(is_inline ? raw : cell_text(p->x, raw, kind, style));
}

static void read_row(struct part *p, struct sl_sheet_rows *rows, struct sl_str *cell)
{
	size_t n = 0, at = 0, row;
	long named = number(p, "r");
	bool empty = xmlTextReaderIsEmptyElement(p->reader);
	struct sl_str *kept;
	int type;

	row = named > 0 ? (size_t)named : rows->n ? rows->row[rows->n - 1].number + 1 : 1;
	while (!empty && next_node(p, &type)) {
		struct sl_str text;

		if (type == XML_READER_TYPE_END_ELEMENT && is(p, "row"))
			break;
		if (type != XML_READER_TYPE_ELEMENT || !is(p, "c"))
			continue;
		(void)sl_xlsx_place(attribute(p, "r", false), &at); /* else the one after the last */
		text = read_cell(p);
		if (!text.n) {
			at++;
			continue;
		}
		if (at >= SL_SHEET_COLUMNS_MAX) {
			(void)!sl_fail(p->x->e, SL_INVALID, "%s: row %zu has more than %d columns: this is not a form", p->x->path, row,
			               SL_SHEET_COLUMNS_MAX);
			return;
		}
		for (; n <= at; n++)
			cell[n] = SL_STR("");
		cell[at++] = text;
	}
	if (p->x->e->code || !n)
		return;
	kept = sl_arena_alloc(p->x->a, n, sizeof *kept, p->x->e);
	if (!kept)
		return;
	memcpy(kept, cell, n * sizeof *cell);
	(void)!sl_sheet_rows_add(rows, kept, n, row, p->x->e);
}

static void read_sheet(struct xlsx *x, const char *part, struct sl_str name, struct sl_sheet *out)
{
	struct sl_sheet_rows rows = {.a = x->a};
	struct sl_str *cell = sl_arena_alloc(x->a, SL_SHEET_COLUMNS_MAX, sizeof *cell, x->e);
	struct part p = {0};
	int type;

	if (!cell)
		return;
	if (open_part(x, part, &p))
		while (next_node(&p, &type))
			if (type == XML_READER_TYPE_ELEMENT && is(&p, "row"))
				read_row(&p, &rows, cell);
	close_part(&p);
	*out = (struct sl_sheet){name, rows.row, rows.n};
}

/* ---- the whole ---- */

struct link {
	struct sl_str id, type;
	const char *target; /* from the top of the file */
};

struct links {
	struct link *v;
	size_t n, cap;
};

/* A target is said from the folder of the part that names it, or from the top with a '/'. */
static const char *resolve(struct xlsx *x, const char *from, struct sl_str target)
{
	const char *slash = strrchr(from, '/');

	if (target.n && target.p[0] == '/')
		return sl_str_dup(x->a, (struct sl_str){target.p + 1, target.n - 1}, x->e);
	return sl_arena_printf(x->a, x->e, "%.*s%s", slash ? (int)(slash - from) + 1 : 0, from, target.n ? target.p : "");
}

static void read_links(struct xlsx *x, const char *from, struct links *out)
{
	const char *slash = strrchr(from, '/'), *file = slash ? slash + 1 : from;
	const char *name = sl_arena_printf(x->a, x->e, "%.*s_rels/%s.rels", (int)(file - from), from, file);
	struct part p = {0};
	int type;

	if (name && open_part(x, name, &p))
		while (next_node(&p, &type)) {
			struct link *more;

			if (type != XML_READER_TYPE_ELEMENT || !is(&p, "Relationship"))
				continue;
			more = sl_arena_grow(x->a, out->v, &out->cap, out->n + 1, sizeof *more, x->e);
			if (!more)
				break;
			out->v = more;
			more[out->n].id = attribute(&p, "Id", false);
			more[out->n].type = attribute(&p, "Type", false);
			more[out->n].target = resolve(x, from, attribute(&p, "Target", false));
			out->n += more[out->n].target != NULL;
		}
	close_part(&p);
}

static const char *linked_type(const struct links *links, const char *ending)
{
	for (size_t i = 0; i < links->n; i++)
		if (sl_str_has_suffix_nocase(links->v[i].type, ending))
			return links->v[i].target;
	return NULL;
}

static const char *linked_id(const struct links *links, struct sl_str id)
{
	for (size_t i = 0; i < links->n; i++)
		if (sl_str_eq(links->v[i].id, id))
			return links->v[i].target;
	return NULL;
}

struct named {
	struct sl_str name;
	const char *part;
};

static size_t read_names(struct xlsx *x, const char *workbook, const struct links *links, struct named out[SHEETS_MAX])
{
	struct part p;
	size_t n = 0;
	int type;

	if (open_part(x, workbook, &p))
		while (next_node(&p, &type)) {
			if (type == XML_READER_TYPE_ELEMENT && is(&p, "workbookPr")) {
				struct sl_str since = attribute(&p, "date1904", false);

				x->from_1904 = sl_str_is(since, "1") || sl_str_is(since, "true");
			}
			if (type != XML_READER_TYPE_ELEMENT || !is(&p, "sheet") || n == SHEETS_MAX)
				continue;
			out[n].name = attribute(&p, "name", false);
			out[n].part = linked_id(links, attribute(&p, "id", true));
			n += out[n].part != NULL;
		}
	close_part(&p);
	return n;
}

static void read_book(struct xlsx *x, struct sl_workbook *out)
{
	struct links top = {0}, links = {0};
	struct named sheet[SHEETS_MAX];
	const char *workbook, *part;
	size_t n;

	read_links(x, "", &top);
	workbook = linked_type(&top, "/officeDocument");
	if (!workbook)
		workbook = "xl/workbook.xml";
	if (!x->e->code)
		read_links(x, workbook, &links);
	n = x->e->code ? 0 : read_names(x, workbook, &links, sheet);
	if (!x->e->code && !n)
		(void)!sl_fail(x->e, SL_INVALID, "%s: there is no sheet in it: save it as .xlsx or as CSV", x->path);
	if (!x->e->code && (part = linked_type(&links, "/sharedStrings")))
		read_shared(x, part);
	if (!x->e->code && (part = linked_type(&links, "/styles")))
		read_styles(x, part);
	if (x->e->code)
		return;
	out->sheet = sl_arena_alloc(x->a, n, sizeof *out->sheet, x->e);
	for (size_t i = 0; out->sheet && i < n && !x->e->code; i++)
		read_sheet(x, sheet[i].part, sheet[i].name, &out->sheet[out->n_sheets++]);
}

enum sl_code sl_xlsx_read(struct sl_arena *a, const char *path, struct sl_str bytes, struct sl_workbook *out,
                          struct sl_err *e)
{
	struct xlsx x = {.a = a, .path = path, .e = e};
	struct sl_workbook book = *out;
	zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, NULL);

	x.zip = source ? zip_open_from_source(source, ZIP_RDONLY, NULL) : NULL;
	if (!x.zip) {
		if (source)
			zip_source_free(source);
		return sl_fail(e, SL_INVALID, "%s: not an .xlsx file that can be read: save it as .xlsx again, or as CSV", path);
	}
	book.sheet = NULL;
	book.n_sheets = 0;
	read_book(&x, &book);
	zip_discard(x.zip);
	if (!e->code)
		*out = book;
	return e->code;
}
