// SPDX-License-Identifier: Apache-2.0
#include "reports/headings.h"

#include <charconv>
#include <tuple>

namespace sales_leads::reports {

std::int64_t Headings::number_of(const std::string& text) {
  const auto found = std::find(texts_.begin(), texts_.end(), text);  // a handful: states, currencies
  if (found == texts_.end()) texts_.push_back(text);
  return std::find(texts_.begin(), texts_.end(), text) - texts_.begin();
}

Headings::Raw Headings::raw(const Place& place) {
  switch (axis_) {
    case Axis::month:
    case Axis::quarter:
    case Axis::year:
      return {place.date.value_or(0), place.date ? 1 : 0};
    case Axis::seller:
      return {place.seller, 0};
    case Axis::group:
      return {place.seller, place.date.value_or(labels_.context().today)};
    case Axis::campaign:
    case Axis::medium:
      return {place.campaign, 0};
    case Axis::customer:
      return {apart(labels_.survivor(place.customer)), 0};
    case Axis::project:
      return {apart(place.project), 0};
    case Axis::type:
      return {place.type, 0};
    case Axis::source:
      return {place.source, 0};
    case Axis::step:
      return {place.step, 0};
    case Axis::status:
      return {number_of(place.status), 0};
    case Axis::currency:
      return {number_of(place.currency), 0};
    case Axis::adjustment:
      return {place.corrects.value_or(0), place.corrects ? 1 : 0};
  }
  return {};
}

std::size_t Headings::at(const Place& place) {
  const Raw raw = this->raw(place);
  if (const auto known = numbers_.find(raw); known != numbers_.end()) return known->second;
  std::size_t number = size();
  if (spelled_late()) {
    ids_.push_back(raw.first);
  } else {
    Heading own = heading(axis_, place, labels_);
    const auto [entry, fresh] = by_key_.try_emplace(own.order + '\0' + own.key, number);
    number = entry->second;
    if (fresh) found_.push_back(std::move(own));
  }
  numbers_.emplace(raw, number);
  return number;
}

bool Headings::before(std::size_t one, std::size_t other) const {
  if (spelled_late()) return ids_[one] < ids_[other];
  const Heading &a = found_[one], &b = found_[other];
  return std::tie(a.id, a.order, a.key) < std::tie(b.id, b.order, b.key);
}

void Headings::know(const std::vector<std::size_t>& numbers) {
  if (!spelled_late()) return;
  std::vector<Id> ids;
  ids.reserve(numbers.size());
  for (const std::size_t number : numbers) ids.push_back(ids_[number]);
  if (axis_ == Axis::customer) labels_.know_customers(ids);
  if (axis_ == Axis::project) labels_.know_projects(ids);
}

const Heading& Headings::operator[](std::size_t number) {
  if (!spelled_late()) return found_[number];
  const auto [entry, fresh] = spelled_.try_emplace(number);
  const Id id = ids_[number];
  if (fresh) entry->second = heading(axis_, {.customer = id, .project = id}, labels_);
  return entry->second;
}

namespace {

void add_number(const std::string& key, std::set<Id>& ids) {
  Id id = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
  if (error == std::errc{} && end == key.data() + key.size()) ids.insert(id);
}

}  // namespace

Sieve::Sieve(Axis axis, std::vector<std::string> keys, Labels& labels)
    : headings_(axis, labels), keys_(std::move(keys)), labels_(labels) {
  if (axis == Axis::customer) {
    named_ = labels.customers_named(keys_);
  } else if (axis == Axis::project) {
    named_ = labels.projects_named(keys_);
  } else {
    named_.insert(0);
    for (const std::string& key : keys_) add_number(key, named_);
  }
}

Sieve::Sieve(const Picked& picked, Labels& labels) : headings_(picked.axis, labels), picked_(picked), labels_(labels) {
  const bool directory = picked.axis == Axis::customer || picked.axis == Axis::project;
  if (!directory) named_.insert(0);
  for (const auto& [key, id] : picked.headings) {
    keys_.push_back(key);
    if (id) {
      named_.insert(*id);
    } else if (directory) {
      named_.merge(picked.axis == Axis::customer ? labels.customers_named({key}) : labels.projects_named({key}));
    } else {
      add_number(key, named_);
    }
  }
}

bool Sieve::matches(const Heading& heading) {
  if (picked_) {
    const bool named = std::any_of(picked_->headings.begin(), picked_->headings.end(), [&](const auto& one) {
      return one.first == heading.key && (!one.second || *one.second == heading.id);
    });
    return named != picked_->others;
  }
  return std::any_of(keys_.begin(), keys_.end(), [&](const std::string& key) {
    if (headings_.axis() == Axis::group) return labels_.is_within_group(heading.id, key);
    return key == heading.key || (heading.id != 0 && key == std::to_string(heading.id));
  });
}

bool Sieve::passes(const Place& place) {
  if (headings_.axis() == Axis::customer) return named_.contains(labels_.survivor(place.customer)) != others();
  if (headings_.axis() == Axis::project) return named_.contains(place.project) != others();
  const std::size_t number = headings_.at(place);
  known_.resize(std::max(known_.size(), headings_.size()));
  if (known_[number] == 0) known_[number] = matches(headings_[number]) ? 2 : 1;
  return known_[number] == 2;
}

}  // namespace sales_leads::reports
