// SPDX-License-Identifier: Apache-2.0
#include "domain/budget/pasted.h"

#include <algorithm>
#include <array>

namespace sales_leads::domain {
namespace {

constexpr std::int64_t kLargest = 900'000'000'000'000;
constexpr std::array<std::string_view, 4> kSpaces = {"\xc2\xa0", "\xe2\x80\xaf", "\xe2\x80\x89", "\xe2\x80\x87"};
constexpr std::array<std::string_view, 3> kDashes = {"\xe2\x88\x92", "\xe2\x80\x93", "\xe2\x80\x94"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

void trim(std::string& text) {
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_space(text.back())) text.pop_back();
  text.erase(0, static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_space) - text.begin()));
}

/// One kind of space, dash and apostrophe; the currency's name is gone.
std::string plain(std::string_view given, std::string_view currency) {
  std::string text(given);
  for (const auto space : kSpaces) replace_all(text, space, " ");
  for (const auto dash : kDashes) replace_all(text, dash, "-");
  replace_all(text, "\xe2\x80\x99", "'");
  trim(text);
  std::vector<std::string> names{std::string(currency)};
  if (currency == "SEK" || currency == "NOK" || currency == "DKK") names.emplace_back("kr");
  for (const auto& name : names) {
    if (name.empty() || text.size() <= name.size()) continue;
    if (text.ends_with(name)) text.resize(text.size() - name.size());
    if (text.starts_with(name)) text.erase(0, name.size());
    trim(text);
  }
  return text;
}

struct Parts {
  std::string whole, decimals;
  bool negative = false;
};

/// Groups of three behind a first one of one to three, all parted by the same sign.
bool is_grouped(std::string_view whole, char sign) {
  std::size_t at = whole.find(sign);
  if (at == 0 || at > 3 || whole.front() == '0') return false;
  while (at != std::string_view::npos) {
    const std::size_t next = whole.find(sign, at + 1);
    const std::size_t length = (next == std::string_view::npos ? whole.size() : next) - at - 1;
    if (length != 3) return false;
    at = next;
  }
  return true;
}

/// Digits alone, after taking away one kind of grouping; empty where the text is none of that.
std::optional<std::string> ungrouped(std::string_view whole, char decimal) {
  char grouping = 0;
  for (const char c : whole) {
    if (is_digit(c)) continue;
    const bool may_group = (c == ' ' || c == '\'' || c == ',' || c == '.') && c != decimal;
    if (!may_group || (grouping != 0 && c != grouping)) return std::nullopt;
    grouping = c;
  }
  if (grouping != 0 && !is_grouped(whole, grouping)) return std::nullopt;
  std::string digits;
  std::copy_if(whole.begin(), whole.end(), std::back_inserter(digits), is_digit);
  return digits;
}

std::string_view unsigned_part(std::string_view text, bool& negative) {
  if (text.size() > 2 && text.front() == '(' && text.back() == ')') {
    negative = true;
    return text.substr(1, text.size() - 2);
  }
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  return text;
}

/// How the signs in one amount tell which of them is the decimal one.
DecimalSign shown_sign(std::string_view text) {
  bool negative = false;
  text = unsigned_part(text, negative);
  const auto commas = std::count(text.begin(), text.end(), ',');
  const auto points = std::count(text.begin(), text.end(), '.');
  if (commas == 0 && points == 0) return DecimalSign::unknown;
  if (!std::all_of(text.begin(), text.end(),
                   [](char c) { return is_digit(c) || c == ',' || c == '.' || c == ' ' || c == '\''; })) {
    return DecimalSign::unknown;
  }
  if (commas > 0 && points > 0) return text.rfind(',') > text.rfind('.') ? DecimalSign::comma : DecimalSign::point;
  if (commas > 1) return DecimalSign::point;
  if (points > 1) return DecimalSign::comma;
  const char sign = commas == 1 ? ',' : '.';
  const std::size_t at = text.find(sign);
  // 1,234 may be a thousand or one and a bit; 1 234,500 and 0,500 are not grouped by that sign.
  const bool other_groups = text.substr(0, at).find_first_of(" '") != std::string_view::npos;
  if (text.size() - at - 1 == 3 && !other_groups && is_grouped(text, sign)) return DecimalSign::unknown;
  return commas == 1 ? DecimalSign::comma : DecimalSign::point;
}

}  // namespace

std::vector<std::vector<std::string>> pasted_cells(std::string_view block) {
  std::vector<std::vector<std::string>> lines{{}};
  std::string cell;
  bool quoted = false, open = false;  // open: inside the quotes
  const auto end_cell = [&] {
    lines.back().push_back(std::move(cell));
    cell.clear();
    quoted = open = false;
  };
  for (std::size_t i = 0; i < block.size(); ++i) {
    const char c = block[i];
    if (open) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < block.size() && block[i + 1] == '"') {
        cell += block[++i];
      } else {
        open = false;
      }
    } else if (c == '"' && cell.empty() && !quoted) {
      quoted = open = true;
    } else if (c == '\t') {
      end_cell();
    } else if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < block.size() && block[i + 1] == '\n') ++i;
      end_cell();
      lines.emplace_back();
    } else {
      cell += c;
    }
  }
  end_cell();
  const auto is_blank = [](const std::vector<std::string>& line) {
    return std::all_of(line.begin(), line.end(), [](std::string text) {
      trim(text);
      return text.empty();
    });
  };
  while (!lines.empty() && is_blank(lines.back())) lines.pop_back();
  return lines;
}

DecimalSign decimal_sign_of(const std::vector<std::string>& texts) {
  for (const auto& text : texts) {
    const DecimalSign sign = shown_sign(plain(text, ""));
    if (sign != DecimalSign::unknown) return sign;
  }
  return DecimalSign::unknown;
}

PastedAmount pasted_amount(std::string_view given, DecimalSign sign, std::int32_t exponent, std::string_view currency) {
  using Is = PastedAmount::Is;
  const std::string text = plain(given, currency);
  if (text.empty()) return {Is::empty};
  if (text == "-") return {Is::amount, 0};
  bool negative = false;
  const std::string_view number = unsigned_part(text, negative);
  if (number.empty()) return {Is::not_a_number};
  if (sign == DecimalSign::unknown) {
    sign = shown_sign(number);
    if (sign == DecimalSign::unknown && number.find_first_of(",.") != std::string_view::npos) {
      return {ungrouped(number, 0) ? Is::ambiguous : Is::not_a_number};
    }
  }
  const char decimal = sign == DecimalSign::comma ? ',' : '.';
  const std::size_t at = number.find(decimal);
  const auto whole = ungrouped(number.substr(0, at), decimal);
  std::string_view decimals = at == std::string_view::npos ? std::string_view() : number.substr(at + 1);
  const bool digits_alone = std::all_of(decimals.begin(), decimals.end(), is_digit);
  if (!whole || whole->empty() || !digits_alone || (at != std::string_view::npos && decimals.empty())) {
    return {Is::not_a_number};
  }
  while (!decimals.empty() && decimals.back() == '0') decimals.remove_suffix(1);
  if (decimals.size() > static_cast<std::size_t>(std::max(exponent, 0))) return {Is::too_fine};
  std::string digits = *whole + std::string(decimals);
  digits.append(static_cast<std::size_t>(exponent) - decimals.size(), '0');
  std::int64_t minor = 0;
  for (const char c : digits) {
    minor = minor * 10 + (c - '0');
    if (minor > kLargest) return {Is::too_large};
  }
  if (negative && minor != 0) return {Is::negative};
  return {Is::amount, minor};
}

std::optional<std::int32_t> month_of_heading(std::string_view given) {
  std::string text = plain(given, "");
  std::transform(text.begin(), text.end(), text.begin(), lower);
  const auto number_at = [&](std::size_t at) -> std::int32_t {
    if (at + 2 > text.size() || !is_digit(text[at]) || !is_digit(text[at + 1])) return 0;
    return (text[at] - '0') * 10 + (text[at + 1] - '0');
  };
  if (text.size() == 7 && (text[4] == '-' || text[4] == 'm') && std::all_of(text.begin(), text.begin() + 4, is_digit)) {
    const std::int32_t month = number_at(5);
    return month >= 1 && month <= 12 ? std::optional(month) : std::nullopt;
  }
  struct Name {
    std::string_view start, whole;
    std::int32_t month;
  };
  constexpr std::array<Name, 23> kNames = {
      {{"jan", "january", 1},  {"jan", "januari", 1},   {"jan", "januar", 1},    {"feb", "february", 2},
       {"feb", "februari", 2}, {"feb", "februar", 2},   {"mar", "march", 3},     {"mar", "mars", 3},
       {"apr", "april", 4},    {"may", "may", 5},       {"maj", "maj", 5},       {"mai", "mai", 5},
       {"jun", "june", 6},     {"jun", "juni", 6},      {"jul", "july", 7},      {"jul", "juli", 7},
       {"aug", "august", 8},   {"aug", "augusti", 8},   {"sep", "september", 9}, {"oct", "october", 10},
       {"okt", "oktober", 10}, {"nov", "november", 11}, {"dec", "december", 12}}};
  const auto end = std::find_if(text.begin(), text.end(), [](char c) { return c < 'a' || c > 'z'; });
  const std::string word(text.begin(), end);
  const bool rest_is_year =
      std::all_of(end, text.end(), [](char c) { return is_digit(c) || c == ' ' || c == '-' || c == '.' || c == '\''; });
  if (!rest_is_year) return std::nullopt;
  if (word == "des" || word == "desember") return 12;
  if (word == "sept") return 9;
  for (const Name& name : kNames) {
    if (word == name.start || word == name.whole) return name.month;
  }
  return std::nullopt;
}

}  // namespace sales_leads::domain
