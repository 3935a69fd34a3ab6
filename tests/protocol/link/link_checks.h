// Checks that the simulations of links share. Every failure names its seed.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/protocol/link/link_world.h"
#include "tests/support/seeds.h"

namespace ngcshare::test {

// Expects that both ends of a link have read exactly the bytes that the other was to send.
inline void expect_every_byte_arrived(LinkWorld& world, size_t link = 0) {
  for (LinkEnd* const end : {&world.a(link), &world.b(link)}) {
    LinkEnd& other = end == &world.a(link) ? world.b(link) : world.a(link);
    EXPECT_EQ(end->errors(), 0);
    for (const auto& [id, progress] : end->streams()) {
      EXPECT_FALSE(progress.corrupt) << "stream " << id;
      EXPECT_TRUE(progress.ended) << "stream " << id << " " << progress.read << " of "
                                  << other.stream(id).manner.to_send;
      EXPECT_EQ(progress.read, other.stream(id).manner.to_send) << "stream " << id;
    }
  }
}

// Expects that a link has nothing in flight, nothing to wait for and no memory of streams.
inline void expect_silence(LinkWorld& world, size_t link = 0) {
  for (LinkEnd* const end : {&world.a(link), &world.b(link)}) {
    EXPECT_EQ(end->link().stats().in_flight, 0U);
    EXPECT_EQ(end->link().deadline(), std::nullopt);
    EXPECT_EQ(end->link().buffered_bytes(), 0U);
    for (const auto& [id, progress] : end->streams()) EXPECT_FALSE(end->link().is_open(id));
  }
}

}  // namespace ngcshare::test
