/* Independent work on all cores.  Order of results never depends on the number of cores: each task
 * writes to its own place. */
#ifndef SL_BASE_PARALLEL_H
#define SL_BASE_PARALLEL_H

#include "base/env.h"

/* Runs task(ctx, worker, first, last) for consecutive slices of 0..n, `slice` at a time, on up to
 * sl_parallel_workers() threads; `worker` tells which thread (0..workers-1) for per-thread scratch.
 * The first error wins and stops the rest; SL_CANCELLED when env (may be NULL) says stop. */
SL_CHECKED enum sl_code sl_parallel(const struct sl_env *env, size_t n, size_t slice,
                                    enum sl_code (*task)(void *ctx, unsigned worker, size_t first,
                                                         size_t last, struct sl_err *e),
                                    void *ctx, struct sl_err *e);

/* Online processors, at most SL_WORKERS_MAX; SAFELANE_THREADS overrides. */
#define SL_WORKERS_MAX 64
unsigned sl_parallel_workers(void);

#endif
