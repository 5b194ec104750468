// SPDX-License-Identifier: Apache-2.0
#include "import/currencies.h"

#include <algorithm>

namespace erp::host::import {
namespace {

// Four characters a currency, so that a search may step by four. Funds, metals and test codes are left out on purpose.
constexpr std::string_view kTwoDigits =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP "
    "CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR "
    "IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
    "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWL ";
constexpr std::string_view kNoDigits = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF ";
constexpr std::string_view kThreeDigits = "BHD IQD JOD KWD LYD OMR TND ";

bool listed(std::string_view list, std::string_view code) {
  for (std::size_t at = 0; at + 3 <= list.size(); at += 4) {
    if (list.substr(at, 3) == code) return true;
  }
  return false;
}

}  // namespace

std::optional<int> currency_digits(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  if (listed(kTwoDigits, code)) return 2;
  if (listed(kNoDigits, code)) return 0;
  if (listed(kThreeDigits, code)) return 3;
  return std::nullopt;
}

std::int64_t minor_units_per_major(int digits) {
  std::int64_t units = 1;
  for (int i = 0; i < digits; ++i) units *= 10;
  return units;
}

std::string plain_amount(std::int64_t minor, int digits) {
  // Through unsigned, since the least int64 has no positive twin.
  const bool negative = minor < 0;
  std::uint64_t rest = negative ? 0 - static_cast<std::uint64_t>(minor) : static_cast<std::uint64_t>(minor);
  std::string text = std::to_string(rest);
  if (digits > 0) {
    const auto width = static_cast<std::size_t>(digits);
    if (text.size() <= width) text.insert(0, width + 1 - text.size(), '0');
    text.insert(text.size() - width, ".");
  }
  return negative ? "-" + text : text;
}

}  // namespace erp::host::import
