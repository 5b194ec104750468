/* SPDX-License-Identifier: Apache-2.0 - Is of another version than its manifest. */
#define VERSION "0.9.0"
#include "good_module.h"
