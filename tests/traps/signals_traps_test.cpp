// SPDX-License-Identifier: Apache-2.0
//
// Boost.Signals2 as the host and the module's dispatcher must take it.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/signals2.hpp>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace sales_leads::test {
namespace {

TEST(SignalTraps, DisconnectingDoesNotWaitForARunningSlot_StopMust) {
  boost::signals2::signal<void()> signal;
  std::atomic<bool> inside{false}, go_on{false}, ended{false};
  const auto connection = signal.connect([&] {
    inside = true;
    while (!go_on) std::this_thread::yield();
    ended = true;
  });
  std::thread caller([&] { signal(); });
  while (!inside) std::this_thread::yield();
  connection.disconnect();
  EXPECT_FALSE(ended) << "it came back while the slot was running";
  go_on = true;
  caller.join();
  EXPECT_TRUE(ended);
}

TEST(SignalTraps, AThrowingSlotStopsTheLaterOnes_EachOfOursIsWrapped) {
  boost::signals2::signal<void()> signal;
  int heard = 0;
  signal.connect([] { throw std::runtime_error("broken"); });
  signal.connect([&] { ++heard; });
  EXPECT_THROW(signal(), std::runtime_error);
  EXPECT_EQ(heard, 0);
}

TEST(SignalTraps, ASlotConnectedDuringAnEmissionIsNotCalledInIt) {
  boost::signals2::signal<void()> signal;
  int heard = 0;
  signal.connect([&] { signal.connect([&] { ++heard; }); });
  signal();
  EXPECT_EQ(heard, 0);
  signal();
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace sales_leads::test
