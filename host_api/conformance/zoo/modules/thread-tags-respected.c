/* SPDX-License-Identifier: Apache-2.0 - Changes the menus from inside its work. */
#define ON_WORK \
  if (m->ui != NULL) m->ui->sync_menus(m->ui->ctx, text_of("{}"), error);
#include "good_module.h"
