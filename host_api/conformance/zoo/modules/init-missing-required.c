/* SPDX-License-Identifier: Apache-2.0 - Starts without what its manifest requires. */
#define CLOCK_MISSING(m) ((m)->clock != NULL && !HAS((m)->clock, erp_clock, now_us))
#include "good_module.h"
