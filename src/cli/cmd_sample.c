#include "cli/command.h"

extern const struct sl_command sl_command_sample;

const struct sl_command sl_command_sample = {
    "sample",
    sl_analysis_command,
    "how much of cleared land to inspect again, what that shows, and which squares",
    "usage: safelane sample FILE.gpkg --lot RECORD | --outline FILE | --units N [options]\n\n"
    "Sampling of land by attributes (ISO 2859-1), the exact probability that a sample passes what was missed, and squares\n"
    "drawn on the ground from a seed. It changes the status of no land, and a clean sample never shows that land is free\n"
    "of mines.\n\n"
    "  --lot RECORD       the ground: a hazard, a release or another record with a polygon\n"
    "  --outline FILE     the ground: one polygon (.geojson, .kml, .gpx, a zipped shapefile)\n"
    "  --crs CRS          of that file, where it names none: EPSG:32637\n"
    "  --units N          only a number of units\n"
    "  --unit-side M      side of the square that is one unit, in metres; 1 when not given\n"
    "  --level I|II|III   inspection level; II when not given\n"
    "  --limit PERCENT    acceptance quality limit: 0.65, 1.0, 1.5, 2.5, 4.0, 6.5; 0.65 when not given\n"
    "  --sample N         units to inspect, instead of those of the standard\n"
    "  --missed D         missed items that the sample is asked about; 1 when not given\n"
    "  --confidence P     0.95 when not given\n"
    "  --seed S           draw the squares from this number; the same number, the same squares\n"
    "  --earlier AARA     decisions on earlier lots, oldest first: A accepted, R rejected\n"
    "  --targets N --detected N   a trial of the search: lower bound of its probability of detection\n"
    "  --format F         table (when not given), json, csv, geojson (the squares)\n"
    "  --lang CODE        en, fr, es, ar, uk, km\n"
    "  -o OUT             a report: .html, .pdf, .xlsx, .csv; or the squares for a receiver: .gpx\n",
};
