// SPDX-License-Identifier: Apache-2.0
#include "services/lead_text.h"

#include <dlfcn.h>

#include "host/refusal.h"
#include "leads_text/leads_text.h"

namespace sales_leads::services {
namespace {

constexpr const char* kFile = "libsales_leads_text.so";

[[noreturn]] void absent(const std::filesystem::path& file, const char* reason) {
  throw Refusal(Code::unavailable, "lead.library.absent", kFile, file.string(),
                {{"reason", reason == nullptr ? "" : reason}});
}

template <class Call>
std::string taken(std::string_view text, Call&& call) {
  std::string out(text.size() * 4 + 32, '\0');  // a letter becomes at most four in ASCII
  out.resize(call(out.data(), out.size()));
  return out;
}

}  // namespace

LeadText::LeadText(const std::filesystem::path& folder) : file_(std::filesystem::absolute(folder) / kFile) {}

const sales_leads_text_table& LeadText::table() const {
  const std::lock_guard lock(mutex_);
  if (table_ != nullptr) return *table_;
  void* library = dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (library == nullptr) absent(file_, dlerror());
  const auto give = reinterpret_cast<sales_leads_text_function>(dlsym(library, "sales_leads_text"));
  if (give == nullptr) absent(file_, dlerror());
  const sales_leads_text_table* table = give();
  if (table == nullptr || table->size < sizeof(sales_leads_text_table)) absent(file_, "it is of another version");
  table_ = table;
  return *table_;
}

std::string LeadText::phone(std::string_view text, const std::string& region) const {
  return taken(text, [&](char* out, std::size_t capacity) {
    return table().phone(text.data(), text.size(), region.c_str(), out, capacity);
  });
}

std::string LeadText::name(std::string_view text) const {
  return taken(text,
               [&](char* out, std::size_t capacity) { return table().name(text.data(), text.size(), out, capacity); });
}

std::string LeadText::fold(std::string_view text) const {
  return taken(text,
               [&](char* out, std::size_t capacity) { return table().fold(text.data(), text.size(), out, capacity); });
}

std::string LeadText::region(std::string_view zone) const {
  return taken(
      zone, [&](char* out, std::size_t capacity) { return table().region(zone.data(), zone.size(), out, capacity); });
}

}  // namespace sales_leads::services
