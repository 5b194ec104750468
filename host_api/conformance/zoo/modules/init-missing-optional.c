/* SPDX-License-Identifier: Apache-2.0 - Cannot do without what its manifest calls optional. */
#define ON_INIT \
  if (m->log == NULL) return refuse(error, ERP_UNSUPPORTED, "zoo.no_log", "No erp.log/1.");
#include "good_module.h"
