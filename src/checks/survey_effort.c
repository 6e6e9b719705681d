#include "checks/survey_effort.h"

#include <math.h>

bool sl_thai_technical_survey(struct sl_str class_code, double sector_m2, double processed_m2,
                              struct sl_survey_effort *out)
{
	static const struct {
		const char *code;
		double share;
	} classes[] = {{"VHPM", 0.30}, {"MHPM", 0.10}, {"LPM", 0.05}, {"VLPM", 0.03}};

	if (!(sector_m2 > 0) || !(processed_m2 >= 0))
		return false;
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (sl_str_is(class_code, classes[i].code)) {
			double sample = classes[i].share * sector_m2;

			*out = (struct sl_survey_effort){sample, processed_m2 / sample,
			                                 fmin(sector_m2, processed_m2 * sector_m2 / sample)};
			return true;
		}
	return false;
}
