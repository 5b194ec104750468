/* SPDX-License-Identifier: Apache-2.0 - Takes for granted in destroy what only a whole init made. */
#define ON_DESTROY now(m);
#define ON_INIT

#include "good_module.h"
