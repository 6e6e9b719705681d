/* Lines to read positions by: metres of UTM where the map is on it, else degrees. */
#include "report/map_parts.h"

#include "geo/globe.h"

#include <math.h>
#include <stdio.h>

enum { BEND = 16 /* pieces of a line that may be curved */ };

static const struct sl_stroke grid_line = {0x7fa3b0, 0.35, 0, 0};

static double step_m(const struct sl_mapping *m)
{
	struct sl_ticks t = sl_ticks(0, fmin(m->fw, m->fh) / m->per_m, 4);

	return fmax(t.step, 10);
}

/* Whole degrees, half ones, and minutes that people write: never 0.2°. */
static double step_degrees(double extent)
{
	static const double minutes[] = {1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1200};

	for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++)
		if (extent * 60 / minutes[i] <= 6)
			return minutes[i] / 60;
	return 30;
}

static bool meridian(struct sl_mapping *m, bool lon, double at, double xy[2 * (BEND + 1)], struct sl_err *e)
{
	for (int i = 0; i <= BEND; i++) {
		double t = (double)i / BEND;

		xy[2 * i] = lon ? at : m->seen.x0 + t * (m->seen.x1 - m->seen.x0);
		xy[2 * i + 1] = lon ? m->seen.y0 + t * (m->seen.y1 - m->seen.y0) : at;
	}
	return !sl_map_project(m, xy, BEND + 1, e);
}

enum sl_code sl_map_grid_lines(struct sl_mapping *m, struct sl_err *e)
{
	double xy[2 * (BEND + 1)], step;

	if (m->is_utm) {
		step = step_m(m);
		for (double at = ceil(m->east_m / step) * step; at < m->east_m + m->fw / m->per_m; at += step) {
			double x = m->fx + (at - m->east_m) * m->per_m;

			sl_draw_move(m->d, x, m->fy);
			sl_draw_line(m->d, x, m->fy + m->fh);
		}
		for (double at = floor(m->north_m / step) * step; at > m->north_m - m->fh / m->per_m; at -= step) {
			double y = m->fy + (m->north_m - at) * m->per_m;

			sl_draw_move(m->d, m->fx, y);
			sl_draw_line(m->d, m->fx + m->fw, y);
		}
		sl_draw_paint(m->d, NULL, &grid_line);
		return SL_OK;
	}
	for (int lon = 0; lon < 2; lon++) {
		double low = lon ? m->seen.x0 : m->seen.y0, high = lon ? m->seen.x1 : m->seen.y1;

		step = step_degrees(fmax(m->seen.x1 - m->seen.x0, m->seen.y1 - m->seen.y0));
		for (double at = ceil(low / step) * step; at < high; at += step) {
			if (!meridian(m, lon, at, xy, e))
				return e->code;
			for (int i = 0; i <= BEND; i++)
				(i ? sl_draw_line : sl_draw_move)(m->d, xy[2 * i], xy[2 * i + 1]);
		}
	}
	sl_draw_paint(m->d, NULL, &grid_line);
	return SL_OK;
}

static struct sl_text_look small(enum sl_anchor anchor, double turn)
{
	return (struct sl_text_look){.size = SL_MAP_SMALL,
	                             .rgb = SL_MUTED,
	                             .anchor = anchor,
	                             .direction = SL_LEFT_TO_RIGHT,
	                             .turn_deg = turn};
}

static struct sl_str degrees_text(struct sl_mapping *m, double degrees, bool lon)
{
	long minutes = lround(fabs(degrees = lon ? sl_lon_wrapped(degrees) : degrees) * 60);
	char text[32];
	int n = minutes % 60 ? snprintf(text, sizeof text, "%ld\u00b0%02ld\u2032%c", minutes / 60, minutes % 60,
	                                lon           ? degrees < 0 ? 'W' : 'E'
	                                : degrees < 0 ? 'S'
	                                              : 'N')
	                     : snprintf(text, sizeof text, "%ld\u00b0%c", minutes / 60,
	                                !minutes      ? ' '
	                                : lon         ? degrees < 0 ? 'W' : 'E'
	                                : degrees < 0 ? 'S'
	                                              : 'N');
	char *copy = sl_str_dup(m->a, (struct sl_str){text, (size_t)n}, &m->d->failed);

	return sl_str_from(copy);
}

/* Below and above the frame for a line that runs up, beside it (turned) for one that runs across. */
static void put_label(struct sl_mapping *m, struct sl_str text, double x, double y, bool up)
{
	struct sl_text_look look = small(SL_ANCHOR_MIDDLE, up ? 0 : -90);
	double half = sl_fonts_width(m->f, text, &look) / 2;

	if (up && x - half >= m->fx && x + half <= m->fx + m->fw) {
		sl_draw_text(m->d, x, m->fy - 3, text, &look);
		sl_draw_text(m->d, x, m->fy + m->fh + 8, text, &look);
	} else if (!up && y - half >= m->fy && y + half <= m->fy + m->fh) {
		sl_draw_text(m->d, m->fx - 3, y, text, &look);
		sl_draw_text(m->d, m->fx + m->fw + 8, y, text, &look);
	}
}

enum sl_code sl_map_grid_labels(struct sl_mapping *m, struct sl_err *e)
{
	double step, xy[2 * (BEND + 1)];

	if (m->is_utm) {
		step = step_m(m);
		for (double at = ceil(m->east_m / step) * step; at < m->east_m + m->fw / m->per_m; at += step)
			put_label(m, sl_map_number(m, at, 0), m->fx + (at - m->east_m) * m->per_m, 0, true);
		for (double at = floor(m->north_m / step) * step; at > m->north_m - m->fh / m->per_m; at -= step)
			put_label(m, sl_map_number(m, at, 0), 0, m->fy + (m->north_m - at) * m->per_m, false);
		return SL_OK;
	}
	step = step_degrees(fmax(m->seen.x1 - m->seen.x0, m->seen.y1 - m->seen.y0));
	for (int lon = 0; lon < 2; lon++)
		for (double at = ceil((lon ? m->seen.x0 : m->seen.y0) / step) * step;
		     at < (lon ? m->seen.x1 : m->seen.y1); at += step) {
			double x, y, right_y, top_x;

			if (!meridian(m, lon, at, xy, e))
				return e->code;
			/* Where it meets the frame: lines bend, so both ends are their own place. */
			x = xy[0];
			y = xy[1];
			top_x = xy[2 * BEND];
			right_y = xy[2 * BEND + 1];
			if (lon) {
				struct sl_text_look look = small(SL_ANCHOR_MIDDLE, 0);
				struct sl_str text = degrees_text(m, at, true);

				if (x > m->fx + 8 && x < m->fx + m->fw - 8)
					sl_draw_text(m->d, x, m->fy + m->fh + 8, text, &look);
				if (top_x > m->fx + 8 && top_x < m->fx + m->fw - 8)
					sl_draw_text(m->d, top_x, m->fy - 3, text, &look);
			} else {
				struct sl_text_look look = small(SL_ANCHOR_MIDDLE, -90);
				struct sl_str text = degrees_text(m, at, false);

				if (y > m->fy + 10 && y < m->fy + m->fh - 10)
					sl_draw_text(m->d, m->fx - 3, y, text, &look);
				if (right_y > m->fy + 10 && right_y < m->fy + m->fh - 10)
					sl_draw_text(m->d, m->fx + m->fw + 8, right_y, text, &look);
			}
		}
	return m->d->failed.code ? (*e = m->d->failed).code : SL_OK;
}
