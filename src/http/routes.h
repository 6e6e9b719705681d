/* The tables of routes, one an area. */
#ifndef SL_HTTP_ROUTES_H
#define SL_HTTP_ROUTES_H

#include "http/http.h"

extern const struct sl_route sl_routes_pages[]; /* pages.c */
extern const struct sl_route sl_routes_api[];   /* api.c */
extern const struct sl_route sl_routes_ask[];   /* ask.c */
extern const struct sl_route sl_routes_ogc[];   /* ogc_routes.c */
extern const struct sl_route sl_routes_door[];  /* door.c */
extern const struct sl_route sl_routes_people[]; /* people_api.c */
extern const struct sl_route sl_routes_tiles[]; /* tiles.c */
extern const struct sl_route sl_routes_review[]; /* review.c */
extern const struct sl_route sl_routes_base_maps[]; /* base_maps.c */
extern const struct sl_route sl_routes_attachments[]; /* attachments.c */
extern const struct sl_route sl_routes_findings[]; /* findings.c */
extern const struct sl_route sl_routes_words[]; /* words.c */
extern const struct sl_route sl_routes_lists[]; /* lists_api.c */
extern const struct sl_route sl_routes_snapshots[]; /* snapshots_api.c */

extern const struct sl_route sl_routes_odk[]; /* odk.c */
extern const struct sl_route sl_routes_traverse[]; /* traverse.c */
extern const struct sl_route sl_routes_outline[]; /* outline.c */
extern const struct sl_route sl_routes_pack[]; /* pack.c */
extern const struct sl_route sl_routes_sent[]; /* sent.c */
extern const struct sl_route sl_routes_reports[]; /* reports.c */
extern const struct sl_route sl_routes_analysis[]; /* analysis.c */
extern const struct sl_route sl_routes_report_own[]; /* report_own.c */

#endif
