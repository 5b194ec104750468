// SPDX-License-Identifier: Apache-2.0
//
// What people said about links (acts), and what the rules decided, once, for each root document, with the contexts
// frozen then: who and which campaigns an opportunity's part of the document counts for.
//
// Acts: link = explicit link-set; undo = explicit, with the shares that are left (none = deliberately unlinked); forget
// = no longer explicit, the rules decide. An undo or forget that names an opportunity: that pair of opportunity and
// rule is never proposed for the document again.
//
// Threads: the session's. Errors: Failure of the session.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/attribution/decision.h"
#include "store/document_key.h"
#include "store/session.h"

namespace sales_leads::store {

struct UserAct {
  Id line = 0;
  bool is_explicit = false;
  std::int64_t set_at = 0;
  std::vector<domain::LinkShare> shares;
};

struct UserLinks {
  std::vector<UserAct> acts;  // the latest of each line
  std::vector<domain::UndonePair> undone;
};

/// A stored decision. `contexts`: of every opportunity that the document was ever linked to; never of 0.
struct StoredDecision {
  std::string fingerprint;
  std::int64_t as_of = 0;
  bool decided = false;  // by rule; false = contexts alone
  domain::Rule rule = domain::Rule::none;
  Id opportunity = 0;
  bool conditional = false, placed = true;
  std::string reason;
  std::vector<Id> suggestions;
  std::vector<domain::Context> contexts;
};

class LinkStore {
 public:
  LinkStore(Session& session, Id company) : session_(session), company_(company) {}

  [[nodiscard]] std::map<DocumentKey, UserLinks> user_links(const std::vector<DocumentKey>& keys);
  /// Rises with every act of a person on the document or one of its lines; 1 = there was none.
  [[nodiscard]] std::int64_t version(const DocumentKey& key);
  [[nodiscard]] std::map<DocumentKey, StoredDecision> decisions(const std::vector<DocumentKey>& keys);
  void save(const std::map<DocumentKey, StoredDecision>& decisions, std::int64_t now_us);
  /// Of documents that have none: decisions() was asked under the same lock. A server writes them a quarter faster when
  /// it need not look for others. Errors: Failure "database.unique" where there is one after all.
  void add(const std::map<DocumentKey, StoredDecision>& decisions, std::int64_t now_us);
  /// So that they are made anew.
  void forget(const std::vector<DocumentKey>& keys);
  /// Credits without reference that a rule linked to one of these.
  [[nodiscard]] std::vector<DocumentKey> conditional_of(const std::vector<Id>& opportunities);
  /// Documents with a decision as of `from` or later.
  [[nodiscard]] std::vector<DocumentKey> decided_since(std::int64_t from, const DocumentKey& after, std::int64_t limit);
  /// Those that exist in the company.
  [[nodiscard]] std::vector<Id> existing_opportunities(const std::vector<Id>& ids);

  struct Act {
    std::string act;  // link, undo, forget
    std::vector<domain::LinkShare> shares;
    Id undone_opportunity = 0;
    domain::Rule undone_rule = domain::Rule::none;  // none = every rule
    std::int64_t at = 0;
    Id by = 0;
    std::string reason;
  };
  void record(const DocumentKey& key, Id line, const Act& act);

 private:
  Session& session_;
  Id company_;
};

[[nodiscard]] std::string rule_text(domain::Rule rule);
[[nodiscard]] domain::Rule rule_of(const std::string& text);
[[nodiscard]] std::string contexts_json(const std::vector<domain::Context>& contexts);
[[nodiscard]] std::vector<domain::Context> contexts_of(const std::string& json);

}  // namespace sales_leads::store
