/* SPDX-License-Identifier: Apache-2.0 - Holds its lock while it calls the host. */
#define ON_WORK                 \
  pthread_mutex_lock(&m->lock); \
  now(m);                       \
  pthread_mutex_unlock(&m->lock);
#include "good_module.h"
