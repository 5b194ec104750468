/* SPDX-License-Identifier: Apache-2.0 - Writes its reason without looking whether somebody wants it. */
#define ON_REFUSAL error->code = status;
#include "good_module.h"
