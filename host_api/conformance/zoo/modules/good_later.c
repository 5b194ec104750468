/* SPDX-License-Identifier: Apache-2.0 - Keeps every rule, and needs a later minor than this kit's own. */
#define LEAST_MINOR 3
#include "good_module.h"
