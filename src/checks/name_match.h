/* How alike are two names of people, written by different hands?  Pure. */
#ifndef SL_CHECKS_NAME_MATCH_H
#define SL_CHECKS_NAME_MATCH_H

#include "base/str.h"

/* 0 (nothing in common) to 1 (equal).  Words are compared in the order that fits best, each by the mean of
 * Jaro and Winkler's similarity of the letters and of the consonants alone: vowels are what transliteration
 * changes ("Mohd Ahmed", "Mohammad Ahmad").  Case and marks of normalisation do not count. */
SL_CHECKED enum sl_code sl_name_similarity(struct sl_str a, struct sl_str b, double *out, struct sl_err *e);

/* Jaro and Winkler (1990) of two byte strings of at most 64 letters. */
double sl_jaro_winkler(const char *a, size_t n, const char *b, size_t m);

#endif
