/* SPDX-License-Identifier: Apache-2.0 - Compares as much of an id as is given. */
#define ON_EXTENSION \
  if (id.data != NULL && id.len >= 15 && memcmp(id.data, ERP_EXT_MODULE_WORK, 15) == 0) return &kWork;
#include "good_module.h"
