// SPDX-License-Identifier: Apache-2.0
//
// "<expression> in (these texts)" for one parameter that holds any number of them, as in_ids() is for ids.
//
//   "… where " + in_texts(session, "k.value", "values")   with {"values", texts_text(session, values)}
//
// Threads: the session's. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::store {

[[nodiscard]] std::string in_texts(const Session& session, const std::string& expression, const std::string& param);
[[nodiscard]] std::string texts_text(const Session& session, const std::vector<std::string>& texts);

}  // namespace sales_leads::store
