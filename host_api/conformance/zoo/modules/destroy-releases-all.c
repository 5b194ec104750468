/* SPDX-License-Identifier: Apache-2.0 - Opens a file at each start and never closes it. */
#include <fcntl.h>
#define ON_START (void)!open("/dev/null", O_RDONLY);
#include "good_module.h"
