/* A report with every kind of node, and an annex of any length. */
#include "samples.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct words {
	const char *heading, *second, *prose, *more, *item[3], *caption, *province, *cha, *sha, *date, *note, *total, *north, *role, *space, *group;
};

static const struct words english = {
	"Progress since the last report", "Land by province", "At the end of the period ", " of land were known to be hazardous in ",
	{"Survey goes on in three provinces.", "Clearance was held up by floods for six weeks.", "No new use of mines was reported."},
	"Hazardous land by province", "Province", "Confirmed", "Suspected", "Last survey",
	"Land where the presence of mines is confirmed by direct evidence.", "Total", "North", "For the national authority", "Remarks of the authority:", "Hazardous land",
};
static const struct words arabic = {
	"التقدم منذ التقرير الأخير", "الأراضي حسب المحافظة", "في نهاية الفترة كان ", " من الأراضي معروفة بأنها خطرة في ",
	{"يستمر المسح في ثلاث محافظات.", "تأخرت عمليات التطهير بسبب الفيضانات لمدة ستة أسابيع.", "لم يبلغ عن أي استخدام جديد للألغام."},
	"الأراضي الخطرة حسب المحافظة", "المحافظة", "مؤكدة", "مشتبه بها", "آخر مسح",
	"أراض تأكد فيها وجود الألغام بأدلة مباشرة.", "المجموع", "الشمال", "عن السلطة الوطنية", "ملاحظات السلطة:", "الأراضي الخطرة",
};
static const struct words khmer = {
	"វឌ្ឍនភាពចាប់តាំងពីរបាយការណ៍ចុងក្រោយ", "ដីតាមខេត្ត", "នៅចុងបញ្ចប់នៃរយៈពេលនេះ ដី ", " ត្រូវបានគេដឹងថាមានគ្រោះថ្នាក់នៅ ",
	{"ការស្ទង់មតិនៅតែបន្តនៅក្នុងខេត្តចំនួនបី។", "ការបោសសម្អាតត្រូវបានពន្យារពេលដោយសារទឹកជំនន់រយៈពេលប្រាំមួយសប្តាហ៍។", "មិនមានរបាយការណ៍អំពីការប្រើប្រាស់មីនថ្មីទេ។"},
	"ដីគ្រោះថ្នាក់តាមខេត្ត", "ខេត្ត", "បានបញ្ជាក់", "សង្ស័យ", "ការស្ទង់ចុងក្រោយ",
	"ដីដែលវត្តមាននៃមីនត្រូវបានបញ្ជាក់ដោយភស្តុតាងផ្ទាល់។", "សរុប", "ខាងជើង", "សម្រាប់អាជ្ញាធរជាតិ", "កំណត់សម្គាល់របស់អាជ្ញាធរ៖", "ដីគ្រោះថ្នាក់",
};

static struct sl_str say(struct sl_arena *a, const char *text, bool hostile)
{
	return hostile ? sample_hostile(a, 3000) : sl_str_from(text);
}

static void put_heading(struct sl_document *d, const char *text, int level, bool hostile, struct sl_err *e)
{
	struct sl_node *n = sl_doc_add(d, SL_NODE_HEADING, e);

	n->level = (uint8_t)level;
	(void)!sl_runs_text(d->a, &n->runs, say(d->a, text, hostile), e);
}

static void put_prose(struct sl_document *d, const struct words *w, bool hostile, struct sl_err *e)
{
	struct sl_node *n = sl_doc_add(d, SL_NODE_PARAGRAPH, e);
	struct sl_amount amount = sample_amount(SL_UNIT_KM2, 11.1, 1), minus = sample_amount(SL_UNIT_M2, -1250, 0);
	size_t note;

	amount.cell = SL_STR("stock:2024-12-31");
	(void)!sl_doc_note(d, (struct sl_note){SL_STR("cha"), say(d->a, w->cha, hostile), say(d->a, w->note, hostile)}, &note, e);
	(void)!sl_runs_text(d->a, &n->runs, say(d->a, w->prose, hostile), e);
	(void)!sl_runs_add(d->a, &n->runs, (struct sl_run){.type = SL_RUN_AMOUNT, .amount = amount}, e);
	(void)!sl_runs_text(d->a, &n->runs, say(d->a, w->more, hostile), e);
	(void)!sl_runs_add(d->a, &n->runs, (struct sl_run){.type = SL_RUN_STRONG, .text = say(d->a, w->north, hostile)}, e);
	(void)!sl_runs_add(d->a, &n->runs, (struct sl_run){.type = SL_RUN_NOTE, .note = note}, e);
	(void)!sl_runs_text(d->a, &n->runs, SL_STR(" ("), e);
	(void)!sl_runs_add(d->a, &n->runs, (struct sl_run){.type = SL_RUN_AMOUNT, .amount = minus}, e);
	(void)!sl_runs_text(d->a, &n->runs, SL_STR("; "), e);
	(void)!sl_runs_add(d->a, &n->runs, (struct sl_run){.type = SL_RUN_DATE, .date = d->as_of}, e);
	(void)!sl_runs_text(d->a, &n->runs, SL_STR("). "), e);
	(void)!sl_runs_text(d->a, &n->runs, say(d->a, w->item[0], hostile), e);
	(void)!sl_runs_text(d->a, &n->runs, SL_STR(" "), e);
	(void)!sl_runs_text(d->a, &n->runs, say(d->a, w->item[1], hostile), e);
}

static void put_table(struct sl_document *d, const struct words *w, size_t rows, bool hostile, struct sl_err *e)
{
	struct sl_node *n = sl_doc_add(d, SL_NODE_TABLE, e);
	struct sl_doc_table *t = n->table;
	static const size_t note[] = {0};
	struct sl_doc_cell *cell;

	t->name = SL_STR("t1");
	t->empty = say(d->a, w->item[2], hostile);
	t->caption = say(d->a, w->caption, hostile);
	t->n_columns = 5;
	t->n_heads = 1;
	t->column = sl_arena_alloc(d->a, 5, sizeof *t->column, e);
	t->column[0] = (struct sl_doc_column){.name = SL_STR("province"), .heading = say(d->a, w->province, hostile)};
	t->column[1] = (struct sl_doc_column){.name = SL_STR("cha_m2"), .heading = say(d->a, w->cha, hostile), .group = say(d->a, w->group, hostile),
	                                      .type = SL_COLUMN_AMOUNT, .unit = SL_UNIT_M2, .note = note, .n_notes = 1};
	t->column[2] = (struct sl_doc_column){.name = SL_STR("sha_m2"), .heading = say(d->a, w->sha, hostile), .group = say(d->a, w->group, hostile),
	                                      .type = SL_COLUMN_AMOUNT, .unit = SL_UNIT_M2};
	t->column[3] = (struct sl_doc_column){.name = SL_STR("surveyed"), .heading = say(d->a, w->date, hostile), .type = SL_COLUMN_DATE};
	t->column[4] = (struct sl_doc_column){.name = SL_STR("remark"), .heading = say(d->a, w->second, hostile)};
	for (size_t i = 0; i < rows; i++) {
		bool group = i % 20 == 0, total = i + 1 == rows;
		struct sl_amount cha = sample_amount(SL_UNIT_M2, 12345.0 * (double)(i % 97) + 7, 0), sha = sample_amount(SL_UNIT_M2, i % 7 ? 98765.0 * (double)(i % 13) : (double)NAN, 0);

		(void)!sl_doc_row_add(d->a, t, total ? SL_ROW_TOTAL : group ? SL_ROW_GROUP : i % 20 == 19 ? SL_ROW_SUBTOTAL : SL_ROW_BODY, &cell, e);
		cell[0] = sl_doc_text(say(d->a, total ? w->total : sl_arena_printf(d->a, e, "%s %zu", w->north, i), hostile && i % 5 == 1));
		if (group && !total)
			continue;
		cha.cell = sl_str_from(sl_arena_printf(d->a, e, "stock.CHA:2024-12-31:admin1=KH-%02zu", i));
		cell[1] = sl_doc_amount(cha);
		cell[2] = sl_doc_amount(sha);
		cell[3] = sl_doc_date(d->as_of);
		cell[4] = sl_doc_text(say(d->a, i % 3 ? w->item[i % 3] : "", hostile && i % 5 == 2));
	}
}

struct sl_document *sample_report(struct sl_arena *a, const char *language, bool hostile, struct sl_err *e)
{
	const struct words *w = !strcmp(language, "ar") ? &arabic : !strcmp(language, "km") ? &khmer : &english;
	struct sl_document *d = sample_document(a, language, e);
	struct sl_node *n;

	d->marking = say(a, "Restricted: not for publication", hostile);
	if (hostile)
		d->title = d->subtitle = d->programme = d->about = sample_hostile(a, 3000);
	put_heading(d, w->heading, 1, hostile, e);
	put_prose(d, w, hostile, e);
	n = sl_doc_add(d, SL_NODE_LIST, e);
	for (size_t i = 3; i-- > 0;) {
		struct sl_node *item = sl_arena_alloc(a, 1, sizeof *item, e);

		item->type = SL_NODE_PARAGRAPH;
		(void)!sl_runs_text(a, &item->runs, say(a, w->item[i], hostile), e);
		item->next = n->child;
		n->child = item;
	}
	n = sl_doc_add(d, SL_NODE_CHART, e);
	n->chart = sample_chart(a, d, hostile ? SAMPLE_HOSTILE : SAMPLE_AREAS, e);
	put_heading(d, w->second, 2, hostile, e);
	put_table(d, w, hostile ? 12 : 75, hostile, e);
	n = sl_doc_add(d, SL_NODE_MAP, e);
	n->map = sample_map(a, d, SAMPLE_FIELD, e);
	put_heading(d, w->heading, 2, hostile, e);
	put_table(d, w, 0, hostile, e);
	n = sl_doc_add(d, SL_NODE_MAP, e);
	n->map = sample_map(a, d, SAMPLE_COUNTRY, e);
	n->hints = SL_PAGE_LANDSCAPE;
	n = sl_doc_add(d, SL_NODE_SPACE, e);
	n->level = 3;
	(void)!sl_runs_text(a, &n->runs, say(a, w->space, hostile), e);
	n = sl_doc_add(d, SL_NODE_SIGNATURES, e);
	n->signatures.n = 3;
	n->signatures.v = sl_arena_alloc(a, 3, sizeof *n->signatures.v, e);
	for (size_t i = 0; i < 3; i++)
		n->signatures.v[i] = (struct sl_signature){say(a, w->role, hostile), i ? (struct sl_str){0} : say(a, w->north, hostile)};
	n = sl_doc_add(d, SL_NODE_CODE, e);
	(void)!sl_runs_text(a, &n->runs, SL_STR("geo:13.5,102.7"), e);
	return d;
}

static enum sl_code each_area(void *source, sl_doc_row_fn *fn, void *ctx, struct sl_err *e)
{
	size_t n = *(const size_t *)source;

	for (size_t i = 0; i < n; i++) {
		char id[32], place[64];
		struct sl_doc_cell cell[8] = {{.type = SL_DOC_EMPTY}};
		struct sl_doc_row row = {i % 400 ? SL_ROW_BODY : SL_ROW_GROUP, cell};
		struct sl_date day = {17000 + (int32_t)(i % 3000)};

		cell[0] = sl_doc_text((struct sl_str){id, (size_t)snprintf(id, sizeof id, "HA-%06zu", i)});
		if (row.type == SL_ROW_BODY) {
			cell[1] = sl_doc_text((struct sl_str){place, (size_t)snprintf(place, sizeof place, "Village %zu, commune %zu of the district", i % 977, i % 89)});
			cell[2] = sl_doc_text(i % 3 ? SL_STR("SHA") : SL_STR("CHA"));
			cell[3] = sl_doc_amount(sample_amount(SL_UNIT_M2, (double)(i * 7919 % 200000), 0));
			cell[4] = sl_doc_date(day);
			cell[5] = sl_doc_text(SL_STR("48PTV5103393596"));
			cell[6] = sl_doc_amount(sample_amount(SL_UNIT_COUNT, (double)(i % 17), 0));
			cell[7] = sl_doc_text(i % 11 ? SL_STR("") : SL_STR("no boundary recorded; viewed from the road, to be surveyed again"));
		}
		if (fn(ctx, &row, e))
			return e->code;
	}
	return SL_OK;
}

struct sl_document *sample_annex(struct sl_arena *a, const char *language, size_t areas, struct sl_err *e)
{
	static const struct { const char *name; enum sl_column_type type; enum sl_unit unit; } columns[] = {
		{"Area", SL_COLUMN_TEXT, 0}, {"Place", SL_COLUMN_TEXT, 0}, {"Class", SL_COLUMN_TEXT, 0},
		{"Size", SL_COLUMN_AMOUNT, SL_UNIT_M2}, {"Recorded", SL_COLUMN_DATE, 0}, {"Grid reference", SL_COLUMN_TEXT, 0},
		{"Items", SL_COLUMN_AMOUNT, SL_UNIT_COUNT}, {"Remark", SL_COLUMN_TEXT, 0},
	};
	struct sl_document *d = sample_document(a, language, e);
	struct sl_node *n = sl_doc_add(d, SL_NODE_TABLE, e);
	size_t *count = sl_arena_alloc(a, 1, sizeof *count, e);

	*count = areas;
	n->table->name = SL_STR("areas");
	n->table->caption = SL_STR("Annex: areas known or suspected to be hazardous");
	n->table->n_columns = sizeof columns / sizeof *columns;
	n->table->column = sl_arena_alloc(a, n->table->n_columns, sizeof *n->table->column, e);
	for (size_t i = 0; i < n->table->n_columns; i++)
		n->table->column[i] = (struct sl_doc_column){.name = sl_str_from(columns[i].name), .heading = sl_str_from(columns[i].name),
		                                             .type = columns[i].type, .unit = columns[i].unit};
	n->table->each = each_area;
	n->table->source = count;
	return d;
}
