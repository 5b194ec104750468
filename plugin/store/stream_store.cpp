// SPDX-License-Identifier: Apache-2.0
#include "store/stream_store.h"

#include <tuple>

namespace sales_leads::store {

using Int = std::int64_t;

namespace {
// By so much the clocks of two machines may differ. A lease that ends later than that was written before somebody put
// the clock back: it is void, or nobody would work until the clock is there again.
constexpr Int kClocksDifferUs = 10'000'000;
}  // namespace

std::optional<Stream> StreamStore::read() {
  const auto row = session_.first<Int, Int, Int, Int, std::string, std::string, std::string>(
      "select cursor, scan_after, fence, lease_until, scan_state, scan_kind, lease_owner from sl_company "
      "where company_id = :company",
      {{"company", company_}});
  if (!row) return std::nullopt;
  Stream stream;
  std::tie(stream.cursor, stream.scan_after, stream.fence, stream.lease_until, stream.scan_state, stream.scan_kind,
           stream.owner) = *row;
  return stream;
}

void StreamStore::make_sure_it_exists() {
  session_.execute("insert into sl_company (company_id) values (:company) on conflict (company_id) do nothing",
                   {{"company", company_}});
}

std::optional<Stream> StreamStore::take(const std::string& owner, Int now_us, Int until_us) {
  const auto row = session_.first<Int, Int, Int, Int, std::string, std::string>(
      "update sl_company set lease_until = :until, fence = fence + case when lease_owner = :me then 0 else 1 end, "
      "lease_owner = :me2 where company_id = :company and (lease_owner = :me3 or lease_owner = '' or lease_until < "
      ":now or lease_until > :too_far) returning cursor, scan_after, fence, lease_until, scan_state, scan_kind",
      {{"until", until_us},
       {"me", owner},
       {"me2", owner},
       {"me3", owner},
       {"company", company_},
       {"now", now_us},
       {"too_far", until_us + kClocksDifferUs}});
  if (!row) return std::nullopt;
  Stream stream;
  std::tie(stream.cursor, stream.scan_after, stream.fence, stream.lease_until, stream.scan_state, stream.scan_kind) =
      *row;
  stream.owner = owner;
  return stream;
}

bool StreamStore::save(const Stream& stream, const std::string& owner) {
  return session_.execute(
             "update sl_company set cursor = :cursor, scan_after = :after, scan_state = :state, scan_kind = :kind, "
             "lease_until = :until where company_id = :company and fence = :fence and lease_owner = :me",
             {{"cursor", stream.cursor},
              {"after", stream.scan_after},
              {"state", stream.scan_state},
              {"kind", stream.scan_kind},
              {"until", stream.lease_until},
              {"company", company_},
              {"fence", stream.fence},
              {"me", owner}}) == 1;
}

void StreamStore::give_back(const std::string& owner, Int fence) {
  session_.execute(
      "update sl_company set lease_until = 0, lease_owner = '' where company_id = :company and fence = :fence and "
      "lease_owner = :me",
      {{"company", company_}, {"fence", fence}, {"me", owner}});
}

void StreamStore::lock() {
  session_.execute(
      "insert into sl_company as t (company_id) values (:company) on conflict (company_id) do update set fence = "
      "t.fence",
      {{"company", company_}});
}

std::int64_t StreamStore::commits_of_others() {
  if (session_.backend() != Backend::sqlite) return 0;
  return std::get<0>(*session_.first<Int>("pragma data_version"));
}

std::string StreamStore::time_zone() {
  const auto row = session_.first<std::string>("select time_zone from sl_company where company_id = :company",
                                               {{"company", company_}});
  return row ? std::get<0>(*row) : "";
}

void StreamStore::set_time_zone(const std::string& zone) {
  session_.execute("update sl_company set time_zone = :zone where company_id = :company",
                   {{"zone", zone}, {"company", company_}});
}

std::optional<Int> StreamStore::start_date() {
  const auto row = session_.first<std::optional<Int>>("select start_date from sl_company where company_id = :company",
                                                      {{"company", company_}});
  return row ? std::get<0>(*row) : std::nullopt;
}

}  // namespace sales_leads::store
