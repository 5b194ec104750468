// SPDX-License-Identifier: Apache-2.0
//
// Putting opportunities away, taking them back, deleting them.
#include "host/refusal.h"
#include "services/opportunities.h"
#include "services/opportunity_change.h"
#include "services/opportunity_writer.h"
#include "store/opportunity_life_store.h"

namespace sales_leads::services {
namespace {

json::value put(UseCase& use_case, const Input& input, bool archived) {
  const auto before = load_to_change(use_case, input);
  if (before.archived == archived) return answer_of(before.id, before.version);
  auto after = before;
  after.archived = archived;
  return answer_of(before.id, write_change(use_case, before, after, use_case.now_us));
}

const char* word_of(store::Trace trace) {
  switch (trace) {
    case store::Trace::none:
      return "";
    case store::Trace::ledger:
      return "ledger";
    case store::Trace::link:
      return "link";
    case store::Trace::decision:
      return "decision";
    case store::Trace::reference:
      return "reference";
    case store::Trace::lead:
      return "lead";
  }
  return "";
}

}  // namespace

json::value archive_opportunity(UseCase& use_case, const Input& input) { return put(use_case, input, true); }

json::value restore_opportunity(UseCase& use_case, const Input& input) { return put(use_case, input, false); }

json::value delete_opportunity(UseCase& use_case, const Input& input) {
  const auto before = load_to_change(use_case, input);
  store::OpportunityLifeStore life(use_case.session, use_case.company());
  const store::Trace trace = life.trace_of(before.id);
  if (trace == store::Trace::none) {
    life.remove(before.id, use_case.stamp());
    use_case.changed.push_back(before.id);
    return json::object{{"id", before.id}, {"deleted", true}, {"archived", false}};
  }
  json::object answer = put(use_case, input, true).as_object();
  if (before.archived) use_case.changed.push_back(before.id);
  answer["deleted"] = false;
  answer["archived"] = true;
  answer["because"] = word_of(trace);
  answer["message"] =
      use_case.messages.text(use_case.call.locale, "opportunity.deleted.archived", {{"value", before.title}});
  return answer;
}

}  // namespace sales_leads::services
