// SPDX-License-Identifier: Apache-2.0
//
// How the database finds what a batch of documents needs: the plans of the module's own queries, as golden text. A plan
// that walks a whole company shows here before it shows at a customer with a million opportunities.
// UPDATE_GOLDEN=1 store_tests --gtest_filter='*Plans*' writes the files.
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

#include "signals/reconcile.h"
#include "store/pipeline_rollup.h"
#include "store/world.h"

namespace sales_leads::test {
namespace {

/// Passes everything on and keeps the queries.
class ListeningSession final : public store::Session {
 public:
  struct Heard {
    std::string sql;
    Params params;
  };
  explicit ListeningSession(store::Session& session) : session_(session) {}
  std::vector<Heard> heard;

  [[nodiscard]] Backend backend() const override { return session_.backend(); }
  std::int64_t execute(const std::string& sql, const Params& params) override { return session_.execute(sql, params); }
  [[nodiscard]] std::string in_ids(const std::string& expression, const std::string& param) const override {
    return session_.in_ids(expression, param);
  }
  [[nodiscard]] std::string ids_text(const std::vector<Id>& ids) const override { return session_.ids_text(ids); }
  [[nodiscard]] std::string in_texts(const std::string& expression, const std::string& param) const override {
    return session_.in_texts(expression, param);
  }
  [[nodiscard]] std::string texts_text(const std::vector<std::string>& texts) const override {
    return session_.texts_text(texts);
  }
  void bulk(const std::string& table, const std::vector<store::BulkColumn>& columns,
            const std::string& conflict) override {
    session_.bulk(table, columns, conflict);
  }
  void run(const std::string& sql) override { session_.run(sql); }
  [[nodiscard]] bool in_transaction() const override { return session_.in_transaction(); }
  void fetch(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds,
             const std::function<bool(std::vector<Cell>&)>& row) override {
    const bool known = std::any_of(heard.begin(), heard.end(), [&](const Heard& one) { return one.sql == sql; });
    if (!known && sql.rfind("select", 0) == 0) heard.push_back({sql, params});
    session_.fetch(sql, params, kinds, row);
  }
  void begin(store::Begin begin) override { session_.begin(begin); }
  void commit() override { session_.commit(); }
  void rollback() noexcept override { session_.rollback(); }

 private:
  store::Session& session_;
};

class PlansTest : public WorldTest {
 protected:
  std::string plan(const ListeningSession::Heard& heard) {
    std::string text;
    if (sqlite()) {
      for (auto& [id, parent, unused, detail] :
           session_->query<Id, Id, Id, std::string>("explain query plan " + heard.sql, heard.params)) {
        text += "    " + detail + "\n";
      }
    } else {
      for (auto& [line] : session_->query<std::string>("explain (costs off) " + heard.sql, heard.params)) {
        text += "    " + std::regex_replace(line, std::regex("'\\{[^']*\\}'"), "'{…}'") + "\n";
      }
    }
    return text;
  }

  /// Compares with the golden file, or writes it.
  void check(const std::string& name, const std::string& text) {
    const std::string path =
        std::string(PROJECT_DIR "/tests/golden/") + name + (sqlite() ? "_sqlite.txt" : "_postgresql.txt");
    if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    std::ifstream file(path);
    std::stringstream golden;
    golden << file.rdbuf();
    EXPECT_EQ(text, golden.str()) << "UPDATE_GOLDEN=1 blesses it";
  }
};

TEST_P(PlansTest, OfReconcilingDocuments) {
  for (Id c = 1; c <= 40; ++c) customer(c);
  for (Id o = 1; o <= 200; ++o) {
    opportunity(o, o % 40 + 1, 2);
    history(o, "customer", std::to_string(o % 40 + 1), (kDay - 100) * kDayUs);
  }
  for (Id i = 1; i <= 20; ++i) {
    order(i, i + 1, kDay + i, {{10 * i, 33'333}});
    invoice(i, i + 1, kDay + 20, {{1'000 + i, 11'111, {{"order_line", 10 * i, 11'111}}}});
    invoice(100 + i, i + 1, kDay + 40, {{2'000 + i, -99}}, "credit_note");
  }
  if (!sqlite()) {
    session_->run("analyze");
    session_->run("set enable_seqscan = off");  // the tables are small: which index would serve?
    session_->run("set enable_bitmapscan = off");
  }
  ListeningSession listening(*session_);
  std::vector<DocumentKey> keys;
  for (Id i = 1; i <= 20; ++i) {
    keys.push_back({DocumentKind::order, i});
    keys.push_back({DocumentKind::invoice, 100 + i});
  }
  for (int twice = 0; twice < 2; ++twice) {
    store::Transaction transaction(listening);
    (void)signals::Reconciler(host_).reconcile(listening, call_, keys);
    store::PipelineChange(listening, 1, {1, 2, 3}).done();
    transaction.commit();
  }
  std::string text;
  for (const auto& heard : listening.heard) {
    if (heard.sql.find("sl_") == std::string::npos) continue;
    text += heard.sql + "\n" + plan(heard) + "\n";
  }
  check("plans_reconcile", text);
}

SALES_LEADS_ON_BOTH(PlansTest);

}  // namespace
}  // namespace sales_leads::test
