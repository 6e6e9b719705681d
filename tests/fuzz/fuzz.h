/* A fuzz target is LLVMFuzzerTestOneInput: under clang's libFuzzer, or over files with replay.c. */
#ifndef SL_TESTS_FUZZ_H
#define SL_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
