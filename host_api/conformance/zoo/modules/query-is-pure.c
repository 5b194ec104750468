/* SPDX-License-Identifier: Apache-2.0 - Answers another version from the fifth query on. */
static int queries;
#define ON_QUERY ++queries;
#define VERSION (queries < 5 ? "1.0.0" : "1.0.1")
#include "good_module.h"
