#include "check.h"

#include "model/locale.h"

TEST(locale_by_tag)
{
	const struct sl_locale *uk = sl_locale_find(SL_STR("uk"));

	CHECK(uk && !strcmp(uk->code, "uk"));
	CHECK(sl_locale_find(SL_STR("UK-ua")) == uk);
	CHECK(sl_locale_find(SL_STR("uk_UA.UTF-8")) == uk);
	CHECK(!sl_locale_find(SL_STR("u")));
	CHECK(!sl_locale_find(SL_STR("ukr")));
	CHECK(!sl_locale_find(SL_STR("")));
	CHECK(!strcmp(sl_locale_at(0)->code, "en"));
	CHECK(!sl_locale_at(1000));
}

/* The six that were promised, each under its own name. */
TEST(locale_names)
{
	static const char *const name[][2] = {{"en", "English"},   {"ar", "العربية"},    {"es", "Español"},
	                                      {"fr", "Français"}, {"km", "ភាសាខ្មែរ"}, {"uk", "Українська"}};

	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		const struct sl_locale *l = sl_locale_find(sl_str_from(name[i][0]));

		CHECK(l && !strcmp(sl_locale_name(l), name[i][1]));
		CHECK(l && sl_locale_right_to_left(l) == !strcmp(name[i][0], "ar"));
	}
}

TEST(locale_text)
{
	const struct sl_locale *fr = sl_locale_find(SL_STR("fr"));

	CHECK(!strcmp(sl_text(fr, "status", "Not found"), "Introuvable"));
	CHECK(!strcmp(sl_text(fr, "no such context", "Not found"), "Not found"));
	CHECK(!strcmp(sl_text(NULL, "status", "Not found"), "Not found"));
	CHECK(!strcmp(sl_text(sl_locale_at(0), "status", "Not found"), "Not found"));
}
