/* SPDX-License-Identifier: Apache-2.0 - Calls a slot of an optional extension without looking whether it is there. */
#define ON_INIT \
  if (m->log != NULL) m->log->write(m->log->ctx, ERP_LOG_INFO, text_of("hello"), NULL, 0);
#include "good_module.h"
