// SPDX-License-Identifier: Apache-2.0
//
// One action of the manual as a part of a page that opens. Plain function; any thread.
#pragma once

#include "web/action_text.h"
#include "web/html.h"
#include "web/language.h"

namespace erp::host::web {

void write_action(Language language, const ActionText& action, Html& out);

}  // namespace erp::host::web
