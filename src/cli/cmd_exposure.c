#include "cli/command.h"

extern const struct sl_command sl_command_exposure;

const struct sl_command sl_command_exposure = {
	"exposure", sl_analysis_command, "who and what lies beside hazards, each counted once",
	"safelane exposure FILE.gpkg [--within METRES,METRES] [--places FILE] [--population FILE [--population-is counts|density]]\n"
	"                 [--roads FILE] [--schools FILE] [--water FILE] [--strikes FILE] [--columns NAMES] [--crs CRS]\n"
	"                 [--format table|json|csv|geojson] [--lang LANG] [-o OUT.{html,pdf,xlsx,csv}]\n\n"
	"Counts people, places, roads, schools and water points within some metres of the hazards that stand (500 and\n"
	"1,000 unless said otherwise), each of them once however many hazards are near; lists the hazards with most people\n"
	"near, and the places for risk education: never visited first.  Places are the programme's own records unless a\n"
	"file is given.  A number of people that is not known stays unknown; it is never 0.\n\n"
	"  --population  points or areas with a column of people, or a raster (GeoTIFF, ASCII grid) of which\n"
	"                --population-is says whether its cells hold people or people per square kilometre\n"
	"  --strikes     points with a date: indirect evidence beside hazards and survey; no hazard is made of them\n"
	"  --columns     what the columns of a table without headings are: date,lat,lon\n"
	"  --crs         the coordinate system of files that do not state theirs; none is assumed\n"
	"A file with several layers is written FILE#LAYER.\n",
};
