// SPDX-License-Identifier: Apache-2.0
//
// What a change of links moves, in figures that people know from the reports: per seller, campaign and month, and apart
// for offered, ordered and invoiced, since these are never added up.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <boost/json.hpp>

#include "services/use_case.h"
#include "store/ledger_store.h"

namespace sales_leads::services {

/// [{"measure","seller","seller_name","campaign","campaign_title","month","corrects","before","after","amount"}]:
/// before and after are the company's figures in that place. `applied`: the ledger holds the deltas already.
/// "corrects": the months whose closed days this corrects, else empty.
[[nodiscard]] boost::json::array moves(UseCase& use_case, const store::Balances& deltas, bool applied);

/// The documents that move, without `target` itself: [{"document_kind","document"}].
[[nodiscard]] boost::json::array moved_documents(const store::Balances& deltas, const store::DocumentKey& target);

}  // namespace sales_leads::services
