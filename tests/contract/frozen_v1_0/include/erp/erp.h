/* SPDX-License-Identifier: Apache-2.0 - the whole host ABI in one include. */
#ifndef ERP_ERP_H
#define ERP_ERP_H

#include "erp/base.h"
#include "erp/clock.h"
#include "erp/config.h"
#include "erp/database.h"
#include "erp/directory.h"
#include "erp/documents.h"
#include "erp/events.h"
#include "erp/identity.h"
#include "erp/jobs.h"
#include "erp/log.h"
#include "erp/module.h"
#include "erp/module_extensions.h"
#include "erp/money.h"
#include "erp/ui.h"

#endif
