// SPDX-License-Identifier: Apache-2.0
#include "services/unit.h"

#include "database/outbox.h"

namespace erp::host {

namespace {
constexpr std::size_t kSessions = 12;
}

Base::Base(DatabaseAddress address) : pool(std::move(address), kSessions) {
  signals.connect_all("outbox", Signals::Promise::must_succeed, [](const Change& change) {
    change.unit.pending().push_back(
        {std::string(change.kind), change.record, std::string(change.from_state), std::string(change.to_state)});
  });
}

Unit::Unit(Base& base, const Caller& caller, Transaction::Mode mode)
    : base_(base),
      caller_(caller),
      lease_(base.pool.lease()),
      transaction_(*lease_, mode),
      now_us_(base.clock.now_us()) {}

const Company& Unit::company() {
  if (!company_) {
    auto found = db().row<std::int64_t, std::string, std::string, std::string, std::int64_t, std::int64_t>(
        "select id, name, currency, time_zone, fiscal_year_start_month, row_version from host_company where id = ?",
        {company_id()});
    if (!found) {
      throw HostError(ERP_NOT_FOUND, "company.not_found",
                      "There is no company " + std::to_string(company_id()) + ". Give the id of one that exists.");
    }
    auto& [id, name, currency, zone, month, version] = *found;
    company_ = Company{id, std::move(name), std::move(currency), std::move(zone), month, version};
  }
  return *company_;
}

const TimeZone& Unit::zone() {
  if (!zone_) zone_.emplace(company().time_zone);
  return *zone_;
}

std::int64_t Unit::new_id(std::string_view kind) { return new_ids(kind, 1).front(); }

std::vector<std::int64_t> Unit::new_ids(std::string_view kind, std::size_t count) {
  std::vector<std::int64_t> out;
  if (count == 0) return out;
  out.reserve(count);
  if (db().postgresql()) {
    const std::string sequence = "host_" + std::string(kind) + "_seq";
    for (auto& [id] : db().rows<std::int64_t>(
             "select nextval(cast(cast(? as text) as regclass)) from generate_series(1, cast(? as bigint))",
             {sequence, static_cast<std::int64_t>(count)})) {
      out.push_back(id);
    }
    return out;
  }
  // The writer holds the whole SQLite database, so a row does as a sequence and gives back what a rollback undoes.
  const auto last = db().value<std::int64_t>("update host_sequence set last = last + ? where name = ? returning last",
                                             {static_cast<std::int64_t>(count), kind});
  for (std::size_t i = 0; i < count; ++i) out.push_back(last - static_cast<std::int64_t>(count - 1 - i));
  return out;
}

void Unit::raise(Topic topic, std::string_view kind, std::int64_t record, std::string_view from, std::string_view to) {
  raised_ = true;
  base_.signals.emit({*this, topic, kind, record, from, to});
}

std::optional<Rate> Unit::rate(const std::string& currency, std::int64_t day) {
  const auto [slot, fresh] = rates_.try_emplace({currency, day});
  if (fresh) {
    const auto found = db().row<std::int64_t, std::int64_t>(
        "select units, exponent from host_currency_rate where company_id = ? and currency = ? and rate_date <= ? order "
        "by "
        "rate_date desc limit 1",
        {company_id(), currency, day});
    if (found) slot->second = Rate{std::get<0>(*found), static_cast<std::int32_t>(std::get<1>(*found))};
  }
  return slot->second;
}

std::optional<std::int64_t> Unit::company_amount(const std::string& currency, std::int64_t net_minor,
                                                 std::int64_t day) {
  const std::string& own = company().currency;
  if (own.empty()) return std::nullopt;
  if (own == currency) return net_minor;
  const auto found = rate(currency, day);
  if (!found) return std::nullopt;
  return convert(net_minor, currency_exponent(currency).value_or(2), *found, currency_exponent(own).value_or(2));
}

void Unit::commit() {
  write_outbox(*this);
  transaction_.commit();
}

}  // namespace erp::host
