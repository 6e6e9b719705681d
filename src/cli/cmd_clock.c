#include "cli/command.h"

extern const struct sl_command sl_command_clock;

const struct sl_command sl_command_clock = {
    "clock",
    sl_analysis_command,
    "ordnance said to neutralise itself: how many items may still function at a date",
    "usage: safelane clock FILE.gpkg [--hazard RECORD | --items N --laid DATE --type NAME] [options]\n\n"
    "How many items may still function by what sources claim, as an interval over all claims, beside how many lie there.\n"
    "What lies there stays ordnance to be cleared, and does not become less by itself; no status is ever lowered by this.\n"
    "Without --hazard and --items: all hazards whose models the catalogue says to neutralise themselves.\n\n"
    "  --hazard RECORD        its models, number of items and years of laying, as recorded\n"
    "  --items N              items laid; with --items-most N a range\n"
    "  --laid DATE            laid on that day; with --laid-until DATE at any time between\n"
    "  --type NAME            as the catalogue calls it, or as sources call what their claims are about\n"
    "  --date DATE            today when not given\n"
    "  --limits               count the design limits of the treaty (10 % after 30 days, 1 in 1,000 after 120) as a claim\n"
    "  --fails-least P --fails-most P --fails-source TEXT   a share that fails, and who says so\n"
    "  --interval P           its level; 0.9 when not given\n"
    "  --format F             table (when not given), json, csv, geojson (the hazards)\n"
    "  --lang CODE            en, fr, es, ar, uk, km\n"
    "  -o OUT                 a report: .html, .pdf, .xlsx, .csv\n",
};
