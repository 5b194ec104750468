/* SPDX-License-Identifier: Apache-2.0 - Asks for an extension before init. */
#define ON_CREATE host->get_extension(host->ctx, text_of(ERP_EXT_CLOCK));
#include "good_module.h"
