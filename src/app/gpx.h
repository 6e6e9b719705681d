/* Points for a receiver: GPX 1.1 (www.topografix.com/GPX/1/1). */
#ifndef SL_APP_GPX_H
#define SL_APP_GPX_H

#include "base/str.h"

void sl_gpx_begin(struct sl_buf *b, int64_t made_ms);
void sl_gpx_text(struct sl_buf *b, struct sl_str s); /* escaped; what XML cannot hold becomes U+FFFD */
/* "wpt" with a name, or "trkpt" without one. */
void sl_gpx_point(struct sl_buf *b, const char *element, double lon_deg, double lat_deg,
                  struct sl_str name);
void sl_gpx_end(struct sl_buf *b);

#endif
