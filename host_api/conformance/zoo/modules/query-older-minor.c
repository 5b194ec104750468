/* SPDX-License-Identifier: Apache-2.0 - Needs minor 3 and does not look. */
#define LEAST_MINOR 3
#define REFUSES_MINOR(minor) 0
#include "good_module.h"
