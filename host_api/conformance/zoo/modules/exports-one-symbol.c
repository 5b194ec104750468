/* SPDX-License-Identifier: Apache-2.0 - Lets a second symbol out. */
__attribute__((visibility("default"))) int zoo_secret(void);
__attribute__((visibility("default"))) int zoo_secret(void) { return 42; }
#include "good_module.h"
