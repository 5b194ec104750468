/* SPDX-License-Identifier: Apache-2.0 - Does not trust the future. */
#define REFUSES_MINOR(minor) ((minor) > 10u)
#include "good_module.h"
