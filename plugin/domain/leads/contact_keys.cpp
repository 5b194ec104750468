// SPDX-License-Identifier: Apache-2.0
#include "domain/leads/contact_keys.h"

#include <algorithm>
#include <array>

namespace sales_leads::domain {
namespace {

/// Where anybody can have an address or a page: two leads there have nothing in common. Sorted.
constexpr std::array<std::string_view, 80> kPublic = {
    "altibox.no",     "aol.com",       "bahnhof.se",  "blogspot.com",  "bredband.net",   "bredband2.com",
    "broadpark.no",   "c2i.net",       "comhem.se",   "ebnett.no",     "elisanet.fi",    "facebook.com",
    "fastmail.com",   "free.fr",       "frisurf.no",  "get2net.dk",    "getmail.no",     "github.io",
    "gmail.com",      "gmx.com",       "gmx.de",      "gmx.net",       "googlemail.com", "hey.com",
    "home.se",        "hotmail.co.uk", "hotmail.com", "hotmail.no",    "hotmail.se",     "icloud.com",
    "instagram.com",  "jubii.dk",      "kolumbus.fi", "laposte.net",   "libero.it",      "linkedin.com",
    "live.com",       "live.no",       "live.se",     "luukku.com",    "lyse.net",       "mac.com",
    "mail.com",       "mail.dk",       "mail.ru",     "me.com",        "msn.com",        "online.no",
    "orange.fr",      "outlook.com",   "outlook.se",  "passagen.se",   "pm.me",          "proton.me",
    "protonmail.com", "sol.no",        "spray.se",    "start.no",      "stofanet.dk",    "suomi24.fi",
    "swipnet.se",     "t-online.de",   "tele2.se",    "telia.com",     "tutanota.com",   "twitter.com",
    "wanadoo.fr",     "web.de",        "wixsite.com", "wordpress.com", "x.com",          "yahoo.co.uk",
    "yahoo.com",      "yahoo.no",      "yahoo.se",    "yandex.com",    "yandex.ru",      "ymail.com",
    "youtube.com",    "zoho.com"};
static_assert(std::is_sorted(kPublic.begin(), kPublic.end()));

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string trimmed_lower(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return "";
  text = text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "https://www.acme.se/om?x" -> "acme.se"
std::string host_of(std::string site) {
  if (const auto scheme = site.find("://"); scheme != std::string::npos) site.erase(0, scheme + 3);
  site.resize(std::min(site.find_first_of("/?#:"), site.size()));
  if (site.starts_with("www.")) site.erase(0, 4);
  return site;
}

}  // namespace

std::string org_key(std::string_view text) {
  std::string key;
  for (const char c : text) {
    const char small = lower(c);
    if ((small >= 'a' && small <= 'z') || (c >= '0' && c <= '9')) key += small;
  }
  // SE5560360793 01 and NO 923 609 016 MVA hold the number; a Swedish one may begin with the century.
  if (key.size() == 14 && key.starts_with("se") && all_digits(key.substr(2))) return key.substr(2, 10);
  if (key.ends_with("mva") && key.size() >= 12) key.resize(key.size() - 3);
  if (key.size() == 11 && key.starts_with("no") && all_digits(key.substr(2))) return key.substr(2);
  if (key.size() == 12 && key.starts_with("16") && all_digits(key)) return key.substr(2);
  return key.size() < 5 ? "" : key;
}

bool can_be_org_number(std::string_view text, std::string_view country) {
  const std::string key = org_key(text);
  if (country == "SE") {
    if (key.size() != 10 || !all_digits(key)) return false;
    int sum = 0;  // Luhn: 556036-0793 → 5·2→1, 5, 6·2→3, 0, 3·2→6, 6, 0·2→0, 7, 9·2→9, 3 = 40
    for (std::size_t i = 0; i < key.size(); ++i) {
      const int digit = (key[i] - '0') * (i % 2 == 0 ? 2 : 1);
      sum += digit / 10 + digit % 10;
    }
    return sum % 10 == 0;
  }
  if (country == "NO") {
    if (key.size() != 9 || !all_digits(key)) return false;
    constexpr std::array kWeights = {3, 2, 7, 6, 5, 4, 3, 2, 1};  // 923609016: the weighted sum is a multiple of 11
    int sum = 0;
    for (std::size_t i = 0; i < key.size(); ++i) sum += (key[i] - '0') * kWeights[i];
    return sum % 11 == 0;
  }
  return !key.empty();
}

std::string email_key(std::string_view text) {
  std::string key = trimmed_lower(text);
  const auto at = key.find('@');
  if (at == std::string::npos || at == 0 || at + 1 == key.size() || key.find('@', at + 1) != std::string::npos)
    return "";
  return key.find_first_of(" \t\r\n") == std::string::npos ? key : "";
}

std::string domain_key(std::string_view text) {
  const std::string plain = trimmed_lower(text);
  const auto at = plain.rfind('@');
  const std::string domain = at == std::string::npos ? host_of(plain) : plain.substr(at + 1);
  if (domain.find('.') == std::string::npos || domain.find_first_of(" \t,;") != std::string::npos) return "";
  if (std::binary_search(kPublic.begin(), kPublic.end(), std::string_view(domain))) return "";
  return "@" + domain;
}

}  // namespace sales_leads::domain
