// SPDX-License-Identifier: Apache-2.0
#include "database/outbox.h"

#include <algorithm>

#include "database/bulk.h"
#include "services/unit.h"

namespace erp::host {

namespace {

constexpr std::int64_t kKeepUs = 30LL * 86'400 * 1'000'000;

void move_head(Db& db, std::int64_t company, std::int64_t head) {
  db.exec(
      "insert into host_event_head (company_id, head, purged_to) values (?, ?, 0) on conflict (company_id) do update "
      "set "
      "head = excluded.head where excluded.head > host_event_head.head",
      {company, head});
}

}  // namespace

void write_outbox(Unit& unit) {
  auto& pending = unit.pending();
  if (pending.empty()) return;
  Db& db = unit.db();
  const auto ids = unit.new_ids("event", pending.size());
  std::vector<std::optional<std::int64_t>> sequences(pending.size());
  if (!db.postgresql()) {
    const auto last = db.value<std::int64_t>(
        "update host_relay set last_sequence = last_sequence + ? where id = 1 returning last_sequence",
        {static_cast<std::int64_t>(pending.size())});
    for (std::size_t i = 0; i < pending.size(); ++i)
      sequences[i] = last - static_cast<std::int64_t>(pending.size() - 1 - i);
    move_head(db, unit.company_id(), last);
  }
  Bulk events(db, "host_event",
              {"id", "company_id", "kind", "document_id", "from_state", "to_state", "occurred_at", "sequence"});
  for (std::size_t i = 0; i < pending.size(); ++i) {
    PendingEvent& event = pending[i];
    events.add({ids[i], unit.company_id(), std::move(event.kind), event.record, std::move(event.from_state),
                std::move(event.to_state), unit.now_us(), sequences[i]});
  }
  events.flush();
  pending.clear();
}

std::int64_t relay_events(Db& db) {
  if (!db.postgresql()) return 0;
  if (!db.row<std::int64_t>("select id from host_event where sequence is null limit 1")) return 0;
  Transaction transaction(db, Transaction::Mode::write);
  // The numbers need not reach the disk by themselves, so a poster's commit never waits behind the relay's. What has
  // been read under a number was committed after it in the same log: if a power cut takes the number it takes that too,
  // and the events, kept since their documents' commit, are numbered again.
  db.exec("set local synchronous_commit = off");
  const auto last = db.value<std::int64_t>("select last_sequence from host_relay where id = 1 for update");
  // The lock is held: this statement sees every commit of the relay before, and none can stamp beside it.
  const auto stamped = db.exec(
      "update host_event e set sequence = cast(? as bigint) + picked.position from (select id, row_number() over "
      "(order by "
      "id) as position from host_event where sequence is null) picked where e.id = picked.id and e.sequence is null",
      {last});
  if (stamped > 0) {
    db.exec("update host_relay set last_sequence = ? where id = 1", {last + stamped});
    for (const auto& [company] : db.rows<std::int64_t>("select id from host_company order by id")) {
      const auto head =
          db.row<std::optional<std::int64_t>>("select max(sequence) from host_event where company_id = ?", {company});
      if (std::get<0>(*head)) move_head(db, company, *std::get<0>(*head));
    }
  }
  transaction.commit();
  return stamped;
}

std::int64_t purge_events(Db& db, std::int64_t now_us) {
  const std::int64_t limit = now_us - kKeepUs;
  if (!db.row<std::int64_t>("select id from host_event where occurred_at < ? and sequence is not null limit 1",
                            {limit})) {
    return 0;
  }
  Transaction transaction(db, Transaction::Mode::write);
  std::int64_t purged = 0;
  for (const auto& [company, sequence] :
       db.rows<std::int64_t, std::int64_t>("select company_id, max(sequence) from host_event where occurred_at < ? and "
                                           "sequence is not null group by company_id",
                                           {limit})) {
    // A younger event with a lower number keeps everything from itself on: the horizon is one number.
    const auto kept = db.row<std::optional<std::int64_t>>(
        "select min(sequence) from host_event where company_id = ? and occurred_at >= ? and sequence is not null",
        {company, limit});
    const std::int64_t to = std::min(sequence, std::get<0>(*kept).value_or(sequence + 1) - 1);
    purged += db.exec("delete from host_event where company_id = ? and sequence <= ?", {company, to});
    db.exec("update host_event_head set purged_to = ? where company_id = ? and purged_to < ?", {to, company, to});
  }
  transaction.commit();
  return purged;
}

EventHorizon event_horizon(Db& db, std::int64_t company) {
  EventHorizon horizon;
  std::int64_t purged_to = 0;
  if (const auto found = db.row<std::int64_t, std::int64_t>(
          "select head, purged_to from host_event_head where company_id = ?", {company})) {
    std::tie(horizon.head, purged_to) = *found;
  }
  const auto oldest = db.row<std::optional<std::int64_t>>(
      "select min(sequence) from host_event where company_id = ? and sequence is not null", {company});
  horizon.oldest = std::get<0>(*oldest).value_or(horizon.head + 1);
  return horizon;
}

std::vector<StampedEvent> fetch_events(Db& db, std::int64_t company, std::int64_t after, std::int64_t limit) {
  const auto purged = db.row<std::int64_t>("select purged_to from host_event_head where company_id = ?", {company});
  if (purged && after < std::get<0>(*purged)) {
    throw HostError(ERP_OUT_OF_RANGE, "events.purged",
                    "Events after " + std::to_string(after) + " were purged up to " +
                        std::to_string(std::get<0>(*purged)) + ". Scan the views, then follow from the head.");
  }
  std::vector<StampedEvent> out;
  for (auto& [sequence, document, at, kind, from, to] :
       db.rows<std::int64_t, std::int64_t, std::int64_t, std::string, std::string, std::string>(
           "select sequence, document_id, occurred_at, kind, from_state, to_state from host_event where company_id = ? "
           "and "
           "sequence > ? order by sequence limit ?",
           {company, after, limit})) {
    out.push_back({sequence, document, at, std::move(kind), std::move(from), std::move(to)});
  }
  return out;
}

}  // namespace erp::host
