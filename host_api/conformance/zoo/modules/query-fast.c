/* SPDX-License-Identifier: Apache-2.0 - Takes its time with the first query. */
static int asked;
#define ON_QUERY \
  if (!asked++) usleep(200 * 1000);
#include "good_module.h"
