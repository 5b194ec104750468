/* SPDX-License-Identifier: Apache-2.0 - Keeps every rule. */
#include "good_module.h"
