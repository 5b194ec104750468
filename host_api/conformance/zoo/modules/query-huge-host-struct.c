/* SPDX-License-Identifier: Apache-2.0 - Wants the struct of its own age. */
#define ON_QUERY \
  if (host->size != sizeof *host) return refuse(error, ERP_INVALID_ARGUMENT, "zoo.size", "Unknown struct.");
#include "good_module.h"
