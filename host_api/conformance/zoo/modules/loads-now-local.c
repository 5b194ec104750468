/* SPDX-License-Identifier: Apache-2.0 - Needs a function that nobody has. */
extern void function_that_nobody_defines(void);
#define ON_STOP \
  if (m->woken > 1) function_that_nobody_defines();
#include "good_module.h"
