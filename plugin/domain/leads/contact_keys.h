// SPDX-License-Identifier: Apache-2.0
//
// By what two records are seen to be the same: organisation numbers, e-mails and the domains behind them, in one form.
//
//   org_key("SE556036079301") == org_key("556036-0793") == "5560360793"
//   email_key(" Anna@Acme.SE ") == "anna@acme.se";  domain_key("anna@acme.se") == "@acme.se"
//
// Threads: pure. Errors: none; empty where the text is nothing of the kind.
#pragma once

#include <string>
#include <string_view>

namespace sales_leads::domain {

/// Digits and letters alone. A Swedish or Norwegian VAT number is the organisation number inside it.
[[nodiscard]] std::string org_key(std::string_view text);
/// Whether it can be one: long enough, and with its check digit where the country is Sweden or Norway ("SE", "NO").
[[nodiscard]] bool can_be_org_number(std::string_view text, std::string_view country);
/// In lower case; empty without exactly one @ between two parts.
[[nodiscard]] std::string email_key(std::string_view text);
/// "@acme.se" of an e-mail or a website. Empty for domains that anybody can have an address at.
[[nodiscard]] std::string domain_key(std::string_view text);

}  // namespace sales_leads::domain
