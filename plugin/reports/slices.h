// SPDX-License-Identifier: Apache-2.0
//
// A table of millions is grouped in slices of its ids, each added up with those before: what a statement sorts and
// answers is bounded, whatever the company has. To be read in one ReadSnapshot.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "store/session.h"

namespace sales_leads::reports {

/// Ids (or days) after the one, up to and with the other.
struct Slice {
  store::Id after = 0, last = 0;
};

inline constexpr Slice kWhole{std::numeric_limits<store::Id>::min(), std::numeric_limits<store::Id>::max()};

/// Whether the statement answers few rows, whatever it reads.
enum class Answers { few, many };

/// All ids there may ever be, in rising order; one slice where the table is small, and where PostgreSQL, which groups
/// in its own memory and with several hands, answers few. Cut where the ids are now.
[[nodiscard]] std::vector<Slice> slices(store::Session& session, const std::string& table, Answers answers);

/// All days there may ever be, likewise, of a table whose keys are company, measure and day: a quarter each, or a
/// month.
[[nodiscard]] std::vector<Slice> day_slices(store::Session& session, store::Id company, const std::string& table,
                                            Answers answers);

/// " and <column> in the slice", with what it takes bound; nothing where it is all there is.
[[nodiscard]] std::string within(const Slice& slice, const std::string& column, store::Params& binds);

}  // namespace sales_leads::reports
