// SPDX-License-Identifier: Apache-2.0
#include "store/largest.h"

namespace sales_leads::store {

std::string largest_of(const Session& session, const Largest& largest, bool apart) {
  std::string names, both, alone, totals;
  for (const std::string& sum : largest.sums) {
    names += ", " + sum;
    both += ", k." + sum + " + coalesce(p." + sum + ", 0) as " + sum;
    alone += ", p." + sum;
    totals += ", cast(coalesce(sum(" + sum + "), 0) as bigint)";
  }
  const std::string all = " from each_one where (" + largest.there + ")";
  const std::string of = all + (apart ? " and not " + session.in_ids("axis_id", "apart") : "");
  // The kept sums are joined as they lie; grouped together with what is pending they would be sorted first.
  const std::string shown =
      " select 1, axis_id" + names + " from (select axis_id" + names + of + " order by abs(" + largest.size +
      ") desc, axis_id limit :most) largest union all select 0, count(*)" + totals + of +
      (apart ? " union all select 1, axis_id" + names + all + " and " + session.in_ids("axis_id", "apart") : "");
  if (largest.pending.empty()) return "with each_one as (" + largest.kept + ")" + shown;
  return "with pending as (" + largest.pending + "), each_one as (select k.axis_id" + both + " from (" + largest.kept +
         ") k left join pending p on p.axis_id = k.axis_id union all select p.axis_id" + alone +
         " from pending p where not exists (select 1 from " + largest.table +
         " x where x.company_id = :company and x.axis = :axis and x.axis_id = p.axis_id))" + shown;
}

}  // namespace sales_leads::store
