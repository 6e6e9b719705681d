#include "formats/formats_bench.h"

#include "base/mem.h"
#include "formats/mapping.h"

struct mapping_bench {
	struct sl_arena a;
	struct sl_dictionary *d;
	struct sl_err e;
};

static void begin(struct mapping_bench *b)
{
	*b = (struct mapping_bench){0};
	CHECK_OK(sl_dictionary_load(&b->a, NULL, &b->d, &b->e), &b->e);
}

static enum sl_code parse(struct mapping_bench *b, const char *rows, const char *kind, struct sl_mapping *m)
{
	const char *text =
	    sl_arena_printf(&b->a, &b->e, "source_field,kind,field,transform,value_map\n%s", rows);

	b->e = (struct sl_err){0};
	return sl_mapping_parse(&b->a, b->d, "m.csv", sl_str_from(text),
	                        kind ? sl_dictionary_kind(b->d, sl_str_from(kind)) : NULL, m, &b->e);
}

TEST(mapping_is_read)
{
	struct mapping_bench b;
	struct sl_mapping m;

	begin(&b);
	CHECK_OK(parse(&b,
	               "Typ,hazard,class,trim|upper,\"Gebiet=SHA; feld = CHA ;*=UNK\"\n"
	               ",hazard,effective_date,const:2020-01-01,\n\nOrt,,,,\n",
	               "hazard", &m),
	         &b.e);
	CHECK_INT(m.n, 3);
	CHECK_INT(m.n_kinds, 1);
	CHECK_INT(m.rule[0].n_steps, 2);
	CHECK_INT(m.rule[0].n_map, 2);
	CHECK_STR(m.rule[0].map[1].from_key, "feld");
	CHECK_STR(m.rule[0].map[1].to, "CHA");
	CHECK(m.rule[0].has_fallback);
	CHECK_STR(m.rule[1].step[0].text, "2020-01-01");
	CHECK(!m.rule[2].field);
	CHECK_OK(sl_mapping_set(&b.a, &m, SL_STR("name=x=y"), &b.e), &b.e);
	CHECK_INT(m.rule[0].match, SL_MATCH_FIXED);
	CHECK_STR(m.rule[0].step[0].text, "x=y");
	sl_arena_done(&b.a);
}

TEST(mapping_errors_name_the_line)
{
	static const struct {
		const char *rows, *word;
	} cases[] = {
	    {"a,hazard,colour,,\n", "no field 'colour'"},
	    {"a,hazard,hazard_id,,\n", "'id' may be meant"},
	    {"a,volcano,id,,\n", "volcano"},
	    {"a,,id,,\n", "--kind"},
	    {"a,hazard,id,sideways,\n", "sideways"},
	    {"a,hazard,class,,x=RED\n", "RED"},
	    {"a,hazard,class,,x\n", "'='"},
	    {"a,hazard,class,,*=RED\n", "RED"},
	    {",hazard,class,const:RED,\n", "RED"},
	    {",hazard,class,,\n", "source_field"},
	    {",hazard,,const:x,\n", "source_field"},
	    {"a,hazard,geometry,,\n", "transform"},
	    {"a,hazard,name,lat,\n", "not the geometry"},
	    {"a,hazard,name,date:year,\n", "not a date"},
	};
	struct mapping_bench b;
	struct sl_mapping m;

	begin(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(parse(&b, cases[i].rows, NULL, &m), SL_INVALID);
		if (!strstr(b.e.msg, cases[i].word) || !strstr(b.e.msg, "m.csv: line 2")) {
			printf("%s: %s\n", cases[i].rows, b.e.msg);
			test_failures++;
		}
	}
	b.e = (struct sl_err){0};
	CHECK_INT(sl_mapping_parse(&b.a, b.d, "m.csv", SL_STR("a,b\n1,2\n"), NULL, &m, &b.e), SL_INVALID);
	b.e = (struct sl_err){0};
	CHECK_INT(sl_mapping_parse(&b.a, b.d, "m.csv", SL_STR(""), NULL, &m, &b.e), SL_INVALID);
	sl_arena_done(&b.a);
}

static struct sl_column_match match_of(struct formats_bench *f, struct mapping_bench *b, const char *kind,
                                       const char *text, const char *column)
{
	const struct sl_mapping none = {0};
	struct sl_column_match *m;
	struct sl_sample sample;

	CHECK_OK(formats_bench_text(f, "a.csv", text), &f->e);
	CHECK_OK(f->s.rewind(&f->s, &f->e), &f->e);
	CHECK_OK(sl_sample_take(&f->a, &f->s, &sample, &f->e), &f->e);
	CHECK_OK(
	    sl_mapping_match(&b->a, &none, sl_dictionary_kind(b->d, sl_str_from(kind)), &sample, &m, &b->e),
	    &b->e);
	for (size_t i = 0; i < sample.n_columns; i++)
		if (sl_str_is(sample.column[i], column))
			return m[i];
	return (struct sl_column_match){.match = SL_MATCH_NONE};
}

TEST(mapping_matches_columns)
{
	static const struct {
		const char *kind, *text, *column, *field;
		enum sl_match match;
	} cases[] = {
	    {"hazard", "Effective Date\n2020-01-01\n", "Effective Date", "effective_date", SL_MATCH_NAME},
	    {"hazard", "HazardID\nx\n", "HazardID", "id", SL_MATCH_ALIAS},
	    {"hazard", "id,local_id\n1,2\n", "local_id", "", SL_MATCH_NONE},   /* the name before an alias */
	    {"hazard", "id,local_id\n,2\n", "local_id", "id", SL_MATCH_ALIAS}, /* but not when it is empty */
	    {"hazard", "lat,lon\n1,2\n", "lon", "geometry", SL_MATCH_PLACE},
	    {"hazard", "x,y\n1,2\n", "y", "geometry", SL_MATCH_PLACE},
	    {"hazard", "x,y\na,b\n", "y", "", SL_MATCH_NONE},
	    {"hazard", "omtrek\nPOINT (1 2)\n", "omtrek", "geometry", SL_MATCH_PLACE},
	    {"hazard", "geom\nhello\n", "geom", "", SL_MATCH_NONE},
	    {"hazard", "soort\nsuspected\nconfirmed\nsuspected\n", "soort", "class", SL_MATCH_VALUES},
	    {"hazard", "seen\n2020-01-01\n2020-02-03\n2020-05-05\n", "seen", "effective_date", SL_MATCH_VALUES},
	    {"hazard", "ref\nA1\nA2\nA3\nA4\nA5\n", "ref", "id", SL_MATCH_VALUES},
	    {"victim",
	     "estado,genero\nHombre,Herido\nMujer,Muerto\nHombre,Herido\nMujer,Herido\nMujer,Herido\n",
	     "genero", "outcome", SL_MATCH_VALUES},
	};
	struct formats_bench f;
	struct mapping_bench b;

	formats_bench_begin(&f);
	begin(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sl_column_match m = match_of(&f, &b, cases[i].kind, cases[i].text, cases[i].column);

		if (m.match != cases[i].match || !sl_str_is(m.field ? m.field->name : SL_STR(""), cases[i].field)) {
			printf("%s: match %d, field '%.*s'\n", cases[i].text, m.match,
			       SL_STR_ARG(m.field ? m.field->name : SL_STR("")));
			test_failures++;
		}
	}
	sl_arena_done(&b.a);
	formats_bench_end(&f);
}

TEST(mapping_tells_the_kind)
{
	static const struct {
		const char *file, *text, *kind;
	} cases[] = {
	    {"hazards.csv", "id,class,effective_date\n1,SHA,2020-01-01\n", "hazard"},
	    {"x.csv", "id,product,effective_date,ordnance_found,fade_out_m\n1,CLR,2020-01-01,0,1\n", "release"},
	    {"x.csv", "id,name\n1,x\n", ""},
	    {"hazards.csv", "a,b,c,d\n1,x,y,z\n", ""},
	};
	struct formats_bench f;
	struct mapping_bench b;

	formats_bench_begin(&f);
	begin(&b);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct sl_kind *certain, *best;
		struct sl_sample sample;

		CHECK_OK(formats_bench_text(&f, cases[i].file, cases[i].text), &f.e);
		CHECK_OK(f.s.rewind(&f.s, &f.e), &f.e);
		CHECK_OK(sl_sample_take(&f.a, &f.s, &sample, &f.e), &f.e);
		CHECK_OK(sl_mapping_kind(&b.a, b.d, &sample, f.s.file, SL_STR(""), &certain, &best, &b.e), &b.e);
		CHECK_STR(certain ? certain->name : SL_STR(""), cases[i].kind);
		CHECK(best != NULL);
	}
	sl_arena_done(&b.a);
	formats_bench_end(&f);
}

/* A suggestion is a mapping: it is read back, and gives no example of what is sensitive. */
TEST(mapping_suggestion_is_a_mapping)
{
	const struct sl_mapping none = {0};
	struct formats_bench f;
	struct mapping_bench b;
	struct sl_column_match *m;
	struct sl_sample sample;
	struct sl_mapping read;
	struct sl_buf text = {0};
	const struct sl_kind *kind;

	formats_bench_begin(&f);
	begin(&b);
	kind = sl_dictionary_kind(b.d, SL_STR("victim"));
	CHECK_OK(formats_bench_text(&f, "v.csv", "given_name,lat,lon,\"odd, name\",sex\nSecret,1,2,z,F\n"),
	         &f.e);
	CHECK_OK(f.s.rewind(&f.s, &f.e), &f.e);
	CHECK_OK(sl_sample_take(&f.a, &f.s, &sample, &f.e), &f.e);
	CHECK_OK(sl_mapping_match(&b.a, &none, kind, &sample, &m, &b.e), &b.e);
	sl_mapping_suggest(&text, kind, m, &sample);
	sl_buf_putc(&text, 0);
	CHECK(!strstr(text.p, "Secret"));
	CHECK(strstr(text.p, "lat,victim,geometry,lat,,0.95,") != NULL);
	text.n--;
	CHECK_OK(sl_mapping_parse(&b.a, b.d, "s.csv", sl_buf_view(&text), NULL, &read, &b.e), &b.e);
	CHECK_INT(read.n, 5);
	CHECK_STR(read.rule[3].source, "odd, name");
	sl_buf_done(&text);
	sl_arena_done(&b.a);
	formats_bench_end(&f);
}

TEST(mapping_out_of_memory)
{
	static const char text[] = "source_field,kind,field,transform,value_map\n"
	                           "a,hazard,class,trim|upper,x=SHA;*=UNK\n,release,product,const:CLR,\n"
	                           "b,hazard,effective_date,date:DMY,\n";
	struct mapping_bench b;
	unsigned long n = 0;
	enum sl_code code;

	begin(&b);
	do {
		struct sl_arena a = {0};
		struct sl_err e = {0};
		struct sl_mapping m;

		sl_mem_fail_from(++n);
		code = sl_mapping_parse(&a, b.d, "m.csv", sl_str_from(text), NULL, &m, &e);
		if (!code)
			code = sl_mapping_set(&a, &m, SL_STR("name=x"), &e);
		sl_mem_fail_from(0);
		CHECK(code == SL_OK || code == SL_NOMEM);
		sl_arena_done(&a);
	} while (code && n < 1000);
	CHECK_INT(code, SL_OK);
	sl_arena_done(&b.a);
}
