#include "http/routes.h"

const struct sl_route *const sl_route_tables[] = {
    sl_routes_pages,
    sl_routes_api,
    sl_routes_ask,
    sl_routes_ogc,
    sl_routes_door,
    sl_routes_people,
    sl_routes_tiles,
    sl_routes_review,
    sl_routes_base_maps,
    sl_routes_attachments,
    sl_routes_findings,
    sl_routes_words,
    sl_routes_lists,
    sl_routes_snapshots,
    sl_routes_odk,
    sl_routes_traverse,
    sl_routes_outline,
    sl_routes_pack,
    sl_routes_sent,
    NULL,
};
