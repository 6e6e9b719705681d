/* Areas inside the accounts are whole square millimetres: sums are exact, whatever their order, and print as
 * exact decimals of a square metre. */
#ifndef SL_LEDGER_SQUARE_MILLIMETRES_H
#define SL_LEDGER_SQUARE_MILLIMETRES_H

#include "base/json.h"

__extension__ typedef __int128 sl_mm2;

/* Rounded to the nearest; the largest value stands for more than 9.2 million km² (larger than any hazard). */
int64_t sl_square_millimetres(double m2);
/* "1234.5": exact, trailing zeros dropped. */
void sl_mm2_text(struct sl_buf *b, sl_mm2 v);
/* The same as a number of JSON. */
void sl_json_put_mm2(struct sl_json_writer *w, sl_mm2 v);
double sl_mm2_to_m2(sl_mm2 v);

#endif
