#include "cli/command.h"

extern const struct sl_command sl_command_estimate;

const struct sl_command sl_command_estimate = {
	"estimate", sl_analysis_command, "how much is there: contaminated ground, years and cost, beside what is reported",
	"safelane estimate FILE.gpkg [--as-of DATE] [--level 0.9] [--seed N] [--strata none|contamination|evidence]\n"
	"                  [--survey-rate M2] [--clearance-rate M2] [--rate-spread S] [--found-rate M2]\n"
	"                  [--survey-cost C] [--clearance-cost C] [--cost-spread S]\n"
	"                  [--currency USD] [--cost-year YEAR] [--cost-includes TEXT]\n"
	"                  [--outside-squares N --outside-found N --outside-km2 KM2]\n"
	"                  [--format table|json|csv|geojson] [--lang LANG] [-o OUT.{html,pdf,xlsx,csv}]\n\n"
	"Contaminated ground of the country and its regions with an interval, from what became of the hazards that were\n"
	"surveyed; years and cost to finish; and beside it, never added to it, what sources report (records of kind source).\n"
	"Rates in m2 a year: those of the last whole years when none are given. Costs of one m2, with currency and year.\n"
	"Ground that was never recorded is not covered unless a random sample outside is given.\n"
	"It changes the status of no land.\n"};
