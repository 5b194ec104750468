/* SPDX-License-Identifier: Apache-2.0 - Keeps a thread that calls the host after stop, until destroy. */
static void* restless(void* module);
#define ON_STOP                                    \
  if (!m->running) {                               \
    m->running = 1;                                \
    pthread_create(&m->thread, NULL, restless, m); \
  }
#define ON_DESTROY                 \
  if (m->running) {                \
    m->running = 0;                \
    pthread_join(m->thread, NULL); \
  }
#include "good_module.h"

static void* restless(void* module) {
  erp_module* m = module;
  while (m->running) {
    now(m);
    usleep(5000);
  }
  return NULL;
}
