// SPDX-License-Identifier: Apache-2.0
#include "services/money.h"

#include <algorithm>
#include <numeric>

#include "app.h"

namespace erp::host {

namespace {

__extension__ using Wide = __int128;

constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW "
    "CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG "
    "HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL";
constexpr std::string_view kNoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDigits = "CLF UYW";

[[noreturn]] void too_large() {
  throw HostError(ERP_OUT_OF_RANGE, "money.too_large",
                  "An amount does not fit into 64 bits of minor units. Check amount and rate.");
}

std::int64_t narrow(Wide value) {
  if (value > INT64_MAX || value < INT64_MIN) too_large();
  return static_cast<std::int64_t>(value);
}

Wide half_away(Wide numerator, Wide denominator) {
  const bool negative = (numerator < 0) != (denominator < 0);
  const Wide n = numerator < 0 ? -numerator : numerator;
  const Wide d = denominator < 0 ? -denominator : denominator;
  const Wide quotient = n / d;
  const Wide rest = n % d;
  const Wide rounded = quotient + (rest >= d - rest ? 1 : 0);
  return negative ? -rounded : rounded;
}

}  // namespace

std::optional<int> currency_exponent(std::string_view currency) {
  if (currency.size() != 3 || currency.find(' ') != std::string_view::npos) return std::nullopt;
  if (kTwoDigits.find(currency) != std::string_view::npos) return 2;
  if (kNoDigits.find(currency) != std::string_view::npos) return 0;
  if (kThreeDigits.find(currency) != std::string_view::npos) return 3;
  if (kFourDigits.find(currency) != std::string_view::npos) return 4;
  return std::nullopt;
}

const std::string& check_currency(const std::string& currency, std::string_view field) {
  if (!currency_exponent(currency)) {
    throw HostError(
        ERP_INVALID_ARGUMENT, std::string(field) + ".invalid",
        std::string(field) + " \"" + currency + "\" is not an ISO 4217 code. Give three capitals, such as SEK.");
  }
  return currency;
}

Rate parse_rate(std::string_view text) {
  const auto refuse = [&] {
    throw HostError(ERP_INVALID_ARGUMENT, "rate.rate.invalid",
                    "rate \"" + std::string(text) +
                        "\" is not a rate. Give a number above 0 as text, such as \"10.25\", at most 12 digits on each "
                        "side of the point.");
  };
  const auto point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string_view fraction = point == std::string_view::npos ? "" : text.substr(point + 1);
  if (whole.empty() || whole.size() > 12 || fraction.size() > 12) refuse();
  if (point != std::string_view::npos && fraction.empty()) refuse();
  while (fraction.ends_with('0')) fraction.remove_suffix(1);
  Wide units = 0;
  for (const std::string_view part : {whole, fraction}) {
    for (const char c : part) {
      if (c < '0' || c > '9') refuse();
      units = units * 10 + (c - '0');
    }
  }
  if (units <= 0 || units > INT64_MAX) refuse();
  return {static_cast<std::int64_t>(units), -static_cast<std::int32_t>(fraction.size())};
}

std::string rate_text(const Rate& rate) {
  std::string text = std::to_string(rate.units);
  if (rate.exponent >= 0) return text + std::string(static_cast<std::size_t>(rate.exponent), '0');
  const auto digits = static_cast<std::size_t>(-rate.exponent);
  if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
  text.insert(text.size() - digits, ".");
  return text;
}

std::int64_t convert(std::int64_t minor, int from_exponent, const Rate& rate, int to_exponent) {
  Wide value = static_cast<Wide>(minor) * rate.units;
  int shift = rate.exponent + to_exponent - from_exponent;
  for (; shift > 0; --shift) {
    if (value > INT64_MAX || value < INT64_MIN) too_large();
    value *= 10;
  }
  Wide divisor = 1;
  for (; shift < 0; ++shift) {
    if (divisor > static_cast<Wide>(INT64_MAX) * 1'000'000'000'000'000'000) too_large();
    divisor *= 10;
  }
  return narrow(half_away(value, divisor));
}

std::int64_t mul_div(std::int64_t a, std::int64_t b, std::int64_t c) {
  return narrow(half_away(static_cast<Wide>(a) * b, c));
}

std::vector<std::int64_t> cut(std::int64_t x, const std::vector<std::int64_t>& weights) {
  std::vector<Wide> w(weights.begin(), weights.end());
  Wide sum = std::accumulate(w.begin(), w.end(), Wide{0});
  if (sum == 0) {
    std::fill(w.begin(), w.end(), Wide{1});
    sum = static_cast<Wide>(w.size());
  }
  const Wide total = x < 0 ? -static_cast<Wide>(x) : static_cast<Wide>(x);
  std::vector<std::int64_t> out(w.size());
  std::vector<std::size_t> order(w.size());
  std::iota(order.begin(), order.end(), 0U);
  Wide left = total;
  for (std::size_t i = 0; i < w.size(); ++i) {
    out[i] = narrow(total * w[i] / sum);
    left -= out[i];
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return total * w[a] % sum > total * w[b] % sum; });
  for (std::size_t i = 0; left > 0; ++i, --left) ++out[order[i]];
  if (x < 0) std::transform(out.begin(), out.end(), out.begin(), [](std::int64_t part) { return -part; });
  return out;
}

std::int64_t add(std::int64_t a, std::int64_t b) { return narrow(static_cast<Wide>(a) + b); }

}  // namespace erp::host
