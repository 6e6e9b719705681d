#include "cli/command.h"

extern const struct sl_command sl_command_residual;

const struct sl_command sl_command_residual = {
    "residual",
    sl_analysis_command,
    "what may be left after clearance, with its interval",
    "usage: safelane residual FILE.gpkg [--record ID] [--detection P] [options]\n"
    "\n"
    "From search effort, finds and quality samples of cleared and technically reduced releases: how many "
    "items may be\n"
    "left, with an interval, the probability that nothing is, and what one further pass or quality sample "
    "would change.\n"
    "It changes the status of no land. Where the release does not say what a pass detects, and no option "
    "does, there is\n"
    "a sentence and no number.\n"
    "\n"
    "  --record ID            one release, or all of a hazard, activity or task (otherwise all)\n"
    "  --as-of DATE           as effective by this day\n"
    "  --detection P          probability that one pass finds an item, where the release does not say it\n"
    "  --trials N             test items behind that probability; 0 takes it as exactly known (59)\n"
    "  --passes N             passes, where the release does not say how many (1)\n"
    "  --coverage SHARE       share of the ground searched, where the release does not say (1)\n"
    "  --shared SHARE         share of misses that all passes have in common (0.5)\n"
    "  --hidden SHARE         share of the items that no pass of this kind can find (0)\n"
    "  --sample-detection P   probability that a quality sample finds an item (that of the search)\n"
    "  --detection-table CSV  method,soil,depth_from_cm,depth_to_cm,share,probability,trials,source\n"
    "  --effort CSV           release,method,coverage,passes,probability,trials: a row for each kind of "
    "pass\n"
    "  --contaminated P, --density N, --spread X, --clump K, --clump-spread X\n"
    "                         the prior: docs/method/residual.md (0.3333, 10 items a hectare, 1.2, 0.2, "
    "1.727)\n"
    "  --cell M               side of a cell in metres (10)\n"
    "  --target P             level for the advice when to stop (0.95)\n"
    "  --scatter M            distance within which half of the items lie round their place, for the "
    "fade-out\n"
    "  --clock                also ordnance that is said to neutralise itself: safelane clock\n"
    "  --format FORMAT        table, json, csv or geojson\n"
    "  --lang CODE            language of the sentences\n"
    "  -o FILE                a report: .html, .pdf, .xlsx or .csv\n",
};
