// SPDX-License-Identifier: Apache-2.0
#include "store/soci_session.h"

#include "store/kept_statement.h"

namespace sales_leads::store {

namespace {

// Far above what the module's texts need; a runaway (text built from data) shows as slowness, not as lost memory.
constexpr std::size_t kMaxStatements = 400;

}  // namespace

void refuse_nul(const std::string& text, const std::string& name) {
  if (text.find('\0') != std::string::npos) {
    throw Failure(Code::invalid_argument, "text.nul",
                  "The text of \"" + name + "\" holds a NUL character; remove it and try again.");
  }
}

SociSession::SociSession() = default;

SociSession::~SociSession() {
  tidy();
  clear_statements();
  try {
    soci_.reset();
  } catch (...) {  // a connection that is gone anyway
  }
}

void SociSession::open_with(std::unique_ptr<soci::session> opened) {
  clear_statements();
  soci_ = std::move(opened);
}

SociSession::Kept& SociSession::keep(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds) {
  std::string key = sql;
  for (const Param& param : params) {
    key += '\x1f';
    key += std::holds_alternative<std::int64_t>(param.value) ? 'i' : 't';
    key += param.name;
  }
  key += '\x1e';
  for (const CellKind kind : kinds) key += kind == CellKind::integer ? 'i' : 't';

  if (const auto found = statements_.find(key); found != statements_.end()) return *found->second;
  if (statements_.size() >= kMaxStatements) clear_statements();

  auto kept = std::make_unique<Kept>();
  const std::size_t in = params.size(), out = kinds.size();
  kept->key = key;
  kept->is_text.resize(in);
  kept->integers_in.resize(in);
  kept->texts_in.resize(in);
  kept->states_in.assign(in, soci::i_ok);
  kept->integers_out.resize(out);
  kept->texts_out.resize(out);
  kept->states_out.assign(out, soci::i_ok);
  kept->statement = std::make_unique<soci::statement>(*soci_);
  soci::statement& statement = *kept->statement;
  statement.alloc();
  for (std::size_t i = 0; i < out; ++i) {
    if (kinds[i] == CellKind::integer) {
      statement.exchange(soci::into(kept->integers_out[i], kept->states_out[i]));
    } else {
      statement.exchange(soci::into(kept->texts_out[i], kept->states_out[i]));
    }
  }
  for (std::size_t i = 0; i < in; ++i) {
    kept->names.push_back(params[i].name);
    kept->is_text[i] = std::holds_alternative<std::int64_t>(params[i].value) ? 0 : 1;
    if (kept->is_text[i] != 0) {
      statement.exchange(soci::use(kept->texts_in[i], kept->states_in[i], kept->names[i]));
    } else {
      statement.exchange(soci::use(kept->integers_in[i], kept->states_in[i], kept->names[i]));
    }
  }
  statement.prepare(sql);
  statement.define_and_bind();
  check_parameters(*kept, sql);
  return *statements_.emplace(std::move(key), std::move(kept)).first->second;
}

void SociSession::set(Kept& kept, std::size_t index, const Param& param) {
  if (const auto* integer = std::get_if<std::int64_t>(&param.value)) {
    kept.integers_in[index] = *integer;
    kept.states_in[index] = soci::i_ok;
  } else if (const auto* text = std::get_if<std::string>(&param.value)) {
    refuse_nul(*text, param.name);
    kept.texts_in[index] = *text;
    kept.states_in[index] = soci::i_ok;
  } else {
    kept.states_in[index] = soci::i_null;
  }
}

void SociSession::refuse_if_spoiled() const {
  if (spoiled_) {
    throw Failure(Code::internal, "database.transaction.spoiled",
                  "An earlier statement of this transaction failed; it must be rolled back.");
  }
}

void fail_out_of_time(const std::string& detail) {
  throw Failure(
      Code::deadline, "database.deadline",
      "The time of the call ran out before it was done. Try again, with more time or less at once. " + detail);
}

void SociSession::begin_statement() {
  refuse_if_spoiled();
  let_arrive();
  if (!deadline_) return;
  if (out_of_time()) {
    spoiled_ = in_transaction_;
    fail_out_of_time("");
  }
  static const std::string kLimit = "statement time-out";
  guarded(&kLimit, [&] { before_statement(); });
}

void SociSession::set_deadline(Deadline deadline) {
  if (!deadline && !deadline_) return;
  deadline_ = deadline;
  deadline_changed();
}

std::int64_t SociSession::execute(const std::string& sql, const Params& params) {
  begin_statement();
  std::string key;
  try {
    return guarded(&sql, [&]() -> std::int64_t {
      Kept& kept = keep(sql, params, {});
      key = kept.key;
      for (std::size_t i = 0; i < params.size(); ++i) set(kept, i, params[i]);
      kept.statement->execute(true);
      const long long rows = kept.statement->get_affected_rows();
      reset(kept);
      return rows < 0 ? 0 : rows;
    });
  } catch (...) {
    if (!key.empty()) statements_.erase(key);
    throw;
  }
}

void SociSession::fetch(const std::string& sql, const Params& params, const std::vector<CellKind>& kinds,
                        const std::function<bool(std::vector<Cell>&)>& row) {
  begin_statement();
  std::string key;
  try {
    guarded(&sql, [&] {
      Kept& kept = keep(sql, params, kinds);
      key = kept.key;
      read_rows(kept, params, kinds, row);
    });
  } catch (...) {
    if (!key.empty()) statements_.erase(key);
    throw;
  }
}

namespace {

/// Runs when its rows are taken.
class Later final : public Session::Answer {
 public:
  Later(Session& session, std::string sql, Params params, std::vector<Session::CellKind> kinds)
      : session_(session), sql_(std::move(sql)), params_(std::move(params)), kinds_(std::move(kinds)) {}
  void arrive() override {}
  void read(const std::function<bool(std::vector<Session::Cell>&)>& row) override {
    session_.fetch(sql_, params_, kinds_, row);
  }

 private:
  Session& session_;
  std::string sql_;
  Params params_;
  std::vector<Session::CellKind> kinds_;
};

}  // namespace

std::unique_ptr<Session::Answer> SociSession::send(const std::string& sql, const Params& params,
                                                   const std::vector<CellKind>& kinds) {
  return std::make_unique<Later>(*this, sql, params, kinds);
}

void SociSession::read_rows(Kept& kept, const Params& params, const std::vector<CellKind>& kinds,
                            const std::function<bool(std::vector<Cell>&)>& row) {
  for (std::size_t i = 0; i < params.size(); ++i) set(kept, i, params[i]);
  std::vector<Cell> cells(kinds.size());
  bool got = kept.statement->execute(true);
  while (got) {
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (kept.states_out[i] == soci::i_null) {
        cells[i] = std::monostate{};
      } else if (kinds[i] == CellKind::integer) {
        cells[i] = static_cast<std::int64_t>(kept.integers_out[i]);
      } else {
        cells[i] = kept.texts_out[i];
      }
    }
    if (!row(cells)) {
      reset(kept);
      return;
    }
    got = kept.statement->fetch();
  }
}

void SociSession::run(const std::string& sql) {
  begin_statement();
  guarded(&sql, [&] { native(sql); });
}

void SociSession::begin(Begin begin) {
  if (in_transaction_) {
    throw Failure(Code::internal, "database.transaction.nested", "A transaction is open in this session already.");
  }
  begin_statement();
  const std::string sql = begin_text(begin);
  guarded(&sql, [&] { native(sql); });
  in_transaction_ = true;
  spoiled_ = false;
}

void SociSession::commit() {
  begin_statement();  // from here on it is not broken off: an end in the midst would leave the outcome open
  if (!in_transaction_) throw Failure(Code::internal, "database.transaction.none", "No transaction is open.");
  static const std::string kCommit = "commit";
  guarded(&kCommit, [&] { native(kCommit); });
  in_transaction_ = false;
}

void SociSession::rollback() noexcept {
  if (!in_transaction_) return;
  try {
    native("rollback");
  } catch (...) {  // the connection is gone, or the database rolled back by itself
  }
  in_transaction_ = false;
  spoiled_ = false;
  rolled_back();
}

void SociSession::make_ready() {
  try {
    if (soci_ != nullptr && alive()) return;
  } catch (...) {  // asked a dead one
  }
  try {
    clear_statements();
    soci_.reset();
  } catch (...) {  // closing what is closed
  }
  in_transaction_ = spoiled_ = false;
  deadline_.reset();
  static const std::string kConnect = "connect";
  guarded(&kConnect, [&] { connect(); });
}

void SociSession::tidy() noexcept { rollback(); }

void SociSession::leak() noexcept {
  for (auto& [key, kept] : statements_) static_cast<void>(kept.release());
  statements_.clear();
  static_cast<void>(soci_.release());
  in_transaction_ = false;
}

void SociSession::clear_statements() noexcept { statements_.clear(); }

std::string insert_head(const std::string& table, const std::vector<BulkColumn>& columns) {
  std::string sql = "insert into " + table + " as t (";
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i != 0) sql += ", ";
    sql += columns[i].name;
  }
  return sql + ") ";
}

std::size_t row_count(const std::vector<BulkColumn>& columns) {
  std::size_t rows = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t n = std::visit([](const auto& values) { return values.size(); }, columns[i].values);
    if (i != 0 && n != rows) {
      throw Failure(Code::internal, "database.bulk.uneven",
                    "Columns of a bulk insert differ in length: " + columns[i].name);
    }
    rows = n;
  }
  return rows;
}

}  // namespace sales_leads::store
