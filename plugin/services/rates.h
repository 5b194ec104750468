// SPDX-License-Identifier: Apache-2.0
//
// Currencies and rates for one call. The host must not be asked while a write transaction is open: what a use case
// needs is fetched between two attempts.
//
//   try { in_transaction(...) } catch (const RatesNeeded& needed) { rates.fetch(needed.wishes()); }  // and again
//
// Threads: one. Errors: RatesNeeded; Refusal "currency.unknown", "rate.missing", "amount.too_large". Borrows the host.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/calendar.h"
#include "host/host.h"

namespace sales_leads::services {

/// A currency whose rate of a day is needed; without a day: whether the host knows it at all.
struct RateWish {
  std::string currency;
  std::optional<domain::Day> day;
};

/// Thrown inside a use case that needs what was not fetched: the transaction is given up, the host is asked, and the
/// use case begins anew.
class RatesNeeded : public Failure {
 public:
  explicit RatesNeeded(std::vector<RateWish> wishes)
      : Failure(Code::internal, "rates.needed", "Rates were not fetched before."), wishes_(std::move(wishes)) {}
  [[nodiscard]] const std::vector<RateWish>& wishes() const { return wishes_; }

 private:
  std::vector<RateWish> wishes_;
};

/// An amount with what it is in the company's currency, and by which rate.
struct Converted {
  std::int64_t company_minor = 0;
  HostRate rate;
};

/// amount · 10^-from → company currency by `rate`, half up (away from zero): 100.00 EUR at 11.425 = 1142.50 SEK.
/// Empty where it does not fit.
[[nodiscard]] std::optional<std::int64_t> convert(std::int64_t minor, std::int32_t exponent, const HostRate& rate,
                                                  std::int32_t company_exponent);

class Rates {
 public:
  Rates(const Host& host, const CallContext& call);
  void fetch(const std::vector<RateWish>& wishes);
  [[nodiscard]] const std::string& company_currency() const { return company_currency_; }
  /// Decimals of the company's currency; 2 while it has none.
  [[nodiscard]] std::int32_t company_exponent() const { return exponents_.at(company_currency_).value_or(2); }
  /// Of the rate valid on the day; the company's own currency is 1 : 1.
  [[nodiscard]] Converted to_company(const std::string& field, std::int64_t minor, const std::string& currency,
                                     domain::Day day) const;
  /// Refuses a currency that the host does not know.
  void check(const std::string& field, const std::string& currency) const;

 private:
  const Host& host_;
  const CallContext& call_;
  std::string company_currency_;
  std::map<std::string, std::optional<std::int32_t>> exponents_;
  std::map<std::pair<std::string, domain::Day>, std::optional<HostRate>> rates_;
};

}  // namespace sales_leads::services
