// SPDX-License-Identifier: Apache-2.0
#include "services/rates.h"

#include "host/refusal.h"

namespace sales_leads::services {
namespace {
__extension__ using Wide = __int128;
constexpr std::int64_t kLargest = 900'000'000'000'000;  // times a probability in basis points still fits 64 bits
}  // namespace

std::optional<std::int64_t> convert(std::int64_t minor, std::int32_t exponent, const HostRate& rate,
                                    std::int32_t company_exponent) {
  Wide numerator = static_cast<Wide>(minor) * rate.units;
  Wide denominator = 1;
  const std::int32_t shift = rate.exponent + company_exponent - exponent;
  if (shift > 18 || shift < -30) return std::nullopt;
  for (std::int32_t i = 0; i < shift; ++i) {
    numerator *= 10;
    if (numerator > Wide{kLargest} * kLargest || -numerator > Wide{kLargest} * kLargest) return std::nullopt;
  }
  for (std::int32_t i = 0; i > shift; --i) denominator *= 10;
  const bool negative = numerator < 0;
  if (negative) numerator = -numerator;
  const Wide whole = (numerator + denominator / 2) / denominator;
  if (whole > kLargest) return std::nullopt;
  return static_cast<std::int64_t>(negative ? -whole : whole);
}

Rates::Rates(const Host& host, const CallContext& call)
    : host_(host), call_(call), company_currency_(host.company_currency(call)) {
  exponents_[company_currency_] = host.currency_exponent(company_currency_);
}

void Rates::fetch(const std::vector<RateWish>& wishes) {
  for (const RateWish& wish : wishes) {
    if (!exponents_.contains(wish.currency)) exponents_[wish.currency] = host_.currency_exponent(wish.currency);
    if (!wish.day) continue;
    const auto key = std::make_pair(wish.currency, *wish.day);
    if (wish.currency == company_currency_ || !exponents_[wish.currency] || rates_.contains(key)) continue;
    rates_[key] = host_.rate(call_, wish.currency, *wish.day);
  }
}

void Rates::check(const std::string& field, const std::string& currency) const {
  const auto found = exponents_.find(currency);
  if (found == exponents_.end()) throw RatesNeeded({{currency, std::nullopt}});
  if (currency.empty()) throw Refusal(Code::wrong_state, "company.currency.missing", field);
  if (!found->second) throw Refusal(Code::invalid_argument, "currency.unknown", field, currency);
}

Converted Rates::to_company(const std::string& field, std::int64_t minor, const std::string& currency,
                            domain::Day day) const {
  if (!exponents_.contains(currency)) throw RatesNeeded({{currency, day}});
  check(field, currency);
  if (currency == company_currency_) return {minor, {1, 0, day}};
  const auto found = rates_.find({currency, day});
  if (found == rates_.end()) throw RatesNeeded({{currency, day}});
  if (!found->second) {
    throw Refusal(Code::wrong_state, "rate.missing", field, currency,
                  {{"currency", currency}, {"date", domain::date_text(day)}, {"company_currency", company_currency_}});
  }
  const auto company_exponent = exponents_.at(company_currency_);
  const auto converted =
      convert(minor, *exponents_.at(currency), *found->second, company_exponent ? *company_exponent : 2);
  if (!converted) throw Refusal(Code::invalid_argument, "amount.too_large", field, std::to_string(minor));
  return {*converted, *found->second};
}

}  // namespace sales_leads::services
