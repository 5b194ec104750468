/* SPDX-License-Identifier: Apache-2.0 - Lets itself be started twice. */
#define SECOND_START ERP_OK
#include "good_module.h"
