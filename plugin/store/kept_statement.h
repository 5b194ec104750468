// SPDX-License-Identifier: Apache-2.0
//
// A prepared SOCI statement with the variables it is bound to, and the guard around every call into the library.
// Included by the session's own sources alone, since it brings SOCI along.
#pragma once

#include <soci/soci.h>

#include "store/soci_session.h"

namespace sales_leads::store {

struct SociSession::Kept {
  std::vector<std::string> names;
  std::vector<char> is_text;
  std::vector<long long> integers_in;
  std::vector<std::string> texts_in;
  std::vector<soci::indicator> states_in;
  std::vector<long long> integers_out;
  std::vector<std::string> texts_out;
  std::vector<soci::indicator> states_out;
  std::vector<int> places;  // of the parameters, for a backend that binds them itself
  std::string key;
  std::unique_ptr<soci::statement> statement;  // last: gone before its variables
};

/// Failure(text.nul): databases cut or refuse such a text.
void refuse_nul(const std::string& text, const std::string& name);

// So much of a statement's text is shown in an error.
inline constexpr std::size_t kShownSql = 160;

template <class Step>
auto SociSession::guarded(const std::string* sql, Step&& step) {
  static const std::string kNone;
  try {
    return step();
  } catch (...) {
    if (in_transaction_) spoiled_ = true;
    translate(sql != nullptr ? sql->substr(0, kShownSql) : kNone);
    throw;  // never reached: translate() throws
  }
}

}  // namespace sales_leads::store
