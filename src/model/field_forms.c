/* The sheets of dictionary/forms, in the binary. */
#include "model/dictionary.h"

/* The order in which people meet them. */
#define FORMS(X)                                                                                           \
	X(survey)                                                                                              \
	X(hazard_report)                                                                                       \
	X(technical_survey)                                                                                    \
	X(clearance_sheet)                                                                                     \
	X(completion)                                                                                          \
	X(spot_task)                                                                                           \
	X(accident_report)                                                                                     \
	X(education_session)                                                                                   \
	X(quality_visit)                                                                                       \
	X(source_report)

#define DECLARE(name) extern const char sl_field_form_##name[], sl_field_form_##name##_end[];
FORMS(DECLARE)

#define PART(name) {#name, sl_field_form_##name, sl_field_form_##name##_end},
static const struct {
	const char *name, *begin, *end;
} forms[] = {FORMS(PART)};

bool sl_field_form(size_t i, struct sl_field_form *out)
{
	if (i >= sizeof forms / sizeof *forms)
		return false;
	*out = (struct sl_field_form){forms[i].name, {forms[i].begin, (size_t)(forms[i].end - forms[i].begin)}};
	return true;
}

bool sl_field_form_named(struct sl_str name, struct sl_field_form *out)
{
	for (size_t i = 0; sl_field_form(i, out); i++)
		if (sl_str_is(name, out->name))
			return true;
	return false;
}
