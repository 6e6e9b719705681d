/* One dictionary for all tests of model/. */
#ifndef SL_TESTS_MODEL_DICT_H
#define SL_TESTS_MODEL_DICT_H

#include "check.h"
#include "model/record.h"

const struct sl_dictionary *test_dictionary(void); /* built in */
const struct sl_kind *test_kind(const char *name);

#endif
