// SPDX-License-Identifier: Apache-2.0
//
// What both backends share of a Session: kept statements with static variables, transactions that are given up on the
// first error, one place where a library's exception becomes a Failure.
//
// Static `into` variables only: SOCI's dynamic rows cut integers to 32 bits on SQLite and turn sums into text or
// double. Every parameter is bound to a variable that lives as long as its statement: a temporary is gone when SOCI
// reads it.
//
// Threads: one at a time. Errors: Failure.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "store/session.h"

namespace soci {
class session;
class statement;
}  // namespace soci

namespace sales_leads::store {

class SociSession : public Session {
 public:
  ~SociSession() override;

  std::int64_t execute(const std::string& sql, const Params& params) override;
  void fetch(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds,
             const std::function<bool(std::vector<Cell>&)>& row) override;
  std::unique_ptr<Answer> send(const std::string& sql, const Params& params,
                               const std::vector<CellKind>& kinds) override;
  void run(const std::string& sql) override;
  void begin(Begin begin) override;
  void commit() override;
  void rollback() noexcept override;
  [[nodiscard]] bool in_transaction() const override { return in_transaction_; }

  /// Before a session is lent: opens the first time, replaces a dead connection once. Failure(unavailable).
  void make_ready();
  /// For the length of a lease: statements that would end later fail with Failure(deadline).
  void set_deadline(Deadline deadline);
  /// After a session came back: nothing may stay open.
  void tidy() noexcept;
  /// For a forked child: forget the parent's connection without speaking on it.
  void leak() noexcept;

 protected:
  /// One prepared statement and the variables that it reads and fills.
  struct Kept;

  SociSession();
  [[nodiscard]] soci::session& raw() { return *soci_; }
  [[nodiscard]] bool opened() const { return soci_ != nullptr; }
  void open_with(std::unique_ptr<soci::session> opened);
  Kept& keep(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds);
  void set(Kept& kept, std::size_t index, const Param& param);
  /// Runs `step` and turns whatever is thrown into a Failure; forgets `key`'s statement and spoils the transaction.
  template <class Step>
  auto guarded(const std::string* sql, Step&& step);

  virtual void connect() = 0;                       // opens, sets up
  virtual bool alive() = 0;                         // cheap, without a round trip where possible
  virtual void native(const std::string& sql) = 0;  // one statement, no parameters; throws Failure
  virtual const char* begin_text(Begin begin) const = 0;
  virtual void check_parameters(Kept&, const std::string& sql) { (void)sql; }
  virtual void deadline_changed() {}  // the deadline of the lease is another one, or gone
  virtual void rolled_back() noexcept {}
  virtual void before_statement() {}  // a statement begins; there may be a deadline, and it is not over
  virtual void reset(Kept&) {}        // a statement that was left before its last row
  /// Binds, runs and gives `row` each row until it answers false.
  virtual void read_rows(Kept& kept, const Params& params, const std::vector<CellKind>& kinds,
                         const std::function<bool(std::vector<Cell>&)>& row);
  /// The one translation: called inside a catch block.
  [[noreturn]] virtual void translate(const std::string& sql) = 0;

  /// Before every statement: not in a transaction that failed, not after the deadline, and after what was sent before.
  void begin_statement();
  virtual void let_arrive() {}  // the answer to a statement that was sent, if there is one
  void clear_statements() noexcept;
  [[nodiscard]] const Deadline& deadline() const { return deadline_; }
  [[nodiscard]] bool out_of_time() const { return deadline_ && std::chrono::steady_clock::now() >= *deadline_; }

 private:
  void refuse_if_spoiled() const;

  std::unique_ptr<soci::session> soci_;
  std::unordered_map<std::string, std::unique_ptr<Kept>> statements_;
  bool in_transaction_ = false;
  bool spoiled_ = false;  // an error happened inside the open transaction
  Deadline deadline_;
};

[[noreturn]] void fail_out_of_time(const std::string& detail);

std::unique_ptr<SociSession> open_sqlite(const DatabaseInfo& info);
std::unique_ptr<SociSession> open_postgresql(const DatabaseInfo& info);

/// "insert into table as t (a, b) values|select": the head that both backends' bulk() share.
std::string insert_head(const std::string& table, const std::vector<BulkColumn>& columns);
/// Rows of the columns; Failure(internal) when they differ.
std::size_t row_count(const std::vector<BulkColumn>& columns);

}  // namespace sales_leads::store
