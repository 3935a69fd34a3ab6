// Tests dht::Exam with simulated nodes in virtual time.
#include "bot/doctor/dht_exam.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/support/seeded_entropy.h"

namespace ngcshare::dht {
namespace {

using namespace std::chrono_literals;
using asio::ip::make_address;

// A node that behaves as toxcore does: it answers, a moment later pings whoever has asked, and
// lists those who answer the ping.
class FakeNode {
 public:
  FakeNode(Exam::Endpoint endpoint, Exam::Endpoint sees, Entropy& entropy)
      : endpoint_(endpoint), sees_(sees), entropy_(entropy), keys_(make_key_pair(entropy)) {}

  Exam::Node node() const { return {endpoint_, keys_.public_key}; }
  const KeyPair& keys() const { return keys_; }

  // Returns the node's answers, unless it is silent.
  std::vector<std::vector<uint8_t>> receive(Bytes packet) {
    ++received;
    if (silent) return {};
    if (const auto request = decode_nodes_request(packet, keys_)) {
      NodesResponse response{{}, request->id};
      if (listed_ == request->wanted) {
        response.nodes.push_back({!lists_relays, sees_.address(), sees_.port(), *listed_});
      }
      std::vector<std::vector<uint8_t>> answers;
      answers.push_back(encode_nodes_response(keys_, request->sender, response, entropy_));
      if (common_bits(request->sender, keys_.public_key) >= lists_from) {
        pinged_ = request->sender;
        answers.push_back(encode_ping_request(keys_, request->sender, Id{9}, entropy_));
      }
      return answers;
    }
    if (packet[0] == 1 && pinged_) listed_ = pinged_;
    return {};
  }

  bool silent = false;
  bool lists_relays = false;
  size_t lists_from = 0;  // common bits
  size_t received = 0;

 private:
  Exam::Endpoint endpoint_;
  Exam::Endpoint sees_;
  Entropy& entropy_;
  KeyPair keys_;
  std::optional<Key> pinged_;
  std::optional<Key> listed_;
};

class DhtExam : public testing::Test {
 protected:
  static constexpr size_t kFewBits = 4;
  static constexpr Duration kTrip = 20ms;

  FakeNode& add(const char* ip, uint16_t seen_port) {
    const auto port = static_cast<uint16_t>(1000 + nodes_.size());
    nodes_.push_back(std::make_unique<FakeNode>(
        Exam::Endpoint(make_address(ip), port),
        Exam::Endpoint(make_address("203.0.113.1"), seen_port), entropy_));
    return *nodes_.back();
  }

  void start() {
    std::vector<Exam::Node> list;
    for (const auto& node : nodes_) list.push_back(node->node());
    exam_ = std::make_unique<Exam>(list, entropy_, now_, kFewBits);
    exam_->tick(now_);
  }

  // Runs to the end and returns the time it took.
  Duration run() {
    if (exam_ == nullptr) start();
    const TimePoint begin = now_;
    while (exam_->deadline()) {
      exchange();
      const auto deadline = exam_->deadline();
      if (deadline && *deadline > now_) now_ = *deadline;
      if (deadline) exam_->tick(now_);
    }
    exchange();
    return now_ - begin;
  }

  void exchange() {
    while (const auto outgoing = exam_->poll()) {
      for (const auto& node : nodes_) {
        if (node->node().endpoint != outgoing->to) continue;
        for (const auto& answer : node->receive(outgoing->packet)) {
          now_ += kTrip;
          exam_->receive(outgoing->to, answer, now_);
        }
      }
    }
  }

  test::SeededEntropy entropy_{1};
  TimePoint now_{1s};
  std::vector<std::unique_ptr<FakeNode>> nodes_;
  std::unique_ptr<Exam> exam_;
};

TEST_F(DhtExam, TellsHowNodesSeeUsAndHowFastTheyAre) {
  add("192.0.2.1", 5000);
  add("192.0.2.2", 5001);
  run();
  const auto results = exam_->results();
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].round_trip, kTrip);
  EXPECT_EQ(results[0].seen_as, Exam::Endpoint(make_address("203.0.113.1"), 5000));
  EXPECT_EQ(results[1].seen_as, Exam::Endpoint(make_address("203.0.113.1"), 5001));
}

TEST_F(DhtExam, AsksByAKeyThatIsNearEnoughToBeListed) {
  add("192.0.2.1", 5000).lists_from = kFewBits;
  run();
  EXPECT_TRUE(exam_->results()[0].seen_as);
}

TEST_F(DhtExam, GivesUpOnANodeThatListsNobody) {
  FakeNode& node = add("192.0.2.1", 5000);
  node.lists_from = 257;
  EXPECT_LE(run(), 10s);
  EXPECT_TRUE(exam_->results()[0].round_trip);
  EXPECT_FALSE(exam_->results()[0].seen_as);
  EXPECT_LE(node.received, static_cast<size_t>(Exam::kAttempts + 2 * Exam::kLookAttempts));
}

TEST_F(DhtExam, AsksASilentNodeThreeTimes) {
  FakeNode& node = add("192.0.2.1", 5000);
  node.silent = true;
  EXPECT_EQ(run(), 3s);
  EXPECT_EQ(node.received, 3U);
  EXPECT_FALSE(exam_->results()[0].round_trip);
}

TEST_F(DhtExam, TakesTheTimeFromTheQuestionThatWasAnswered) {
  FakeNode& node = add("192.0.2.1", 5000);
  node.silent = true;
  start();
  exchange();
  now_ += 1s;
  exam_->tick(now_);
  node.silent = false;
  exchange();
  EXPECT_EQ(exam_->results()[0].round_trip, kTrip);
}

TEST_F(DhtExam, AsksSixNodesAtMostHowTheySeeUsAndNoneByIpv6) {
  add("2001:db8::1", 5000);
  for (int i = 0; i < 9; ++i) add("192.0.2.1", 5000);
  run();
  size_t told = 0;
  for (const auto& result : exam_->results()) {
    EXPECT_TRUE(result.round_trip);
    if (result.seen_as) ++told;
  }
  EXPECT_EQ(told, Exam::kMostObservers);
  EXPECT_FALSE(exam_->results()[0].seen_as);
}

TEST_F(DhtExam, TakesNoTcpEntryForItsOwn) {
  add("192.0.2.1", 5000).lists_relays = true;
  run();
  EXPECT_FALSE(exam_->results()[0].seen_as);
}

TEST_F(DhtExam, IgnoresAnswersFromElsewhereAndThoseToNoQuestion) {
  FakeNode& node = add("192.0.2.1", 5000);
  start();
  const auto question = exam_->poll();
  ASSERT_TRUE(question);
  const auto request = decode_nodes_request(question->packet, node.keys());
  ASSERT_TRUE(request);
  const auto answer =
      encode_nodes_response(node.keys(), request->sender, {{}, request->id}, entropy_);
  exam_->receive({make_address("192.0.2.9"), 1000}, answer, now_);
  EXPECT_FALSE(exam_->results()[0].round_trip) << "another address";
  const auto stray = encode_nodes_response(node.keys(), request->sender, {{}, Id{}}, entropy_);
  exam_->receive(node.node().endpoint, stray, now_);
  EXPECT_FALSE(exam_->results()[0].round_trip) << "another id";
  exam_->receive(node.node().endpoint, std::vector<uint8_t>{4, 5, 6}, now_);
  exam_->receive(node.node().endpoint, {}, now_);
  exam_->receive(node.node().endpoint, answer, now_);
  EXPECT_TRUE(exam_->results()[0].round_trip);
}

TEST_F(DhtExam, AnswersNoEndOfPings) {
  FakeNode& node = add("192.0.2.1", 5000);
  node.lists_from = 257;
  start();
  std::optional<Key> near;
  size_t answered = 0;
  for (int i = 0; i < 200 && exam_->deadline(); ++i) {
    while (const auto outgoing = exam_->poll()) {
      if (outgoing->packet[0] == 1) ++answered;
      const auto request = decode_nodes_request(outgoing->packet, node.keys());
      if (request && common_bits(request->sender, node.keys().public_key) >= kFewBits) {
        near = request->sender;
      }
      for (const auto& answer : node.receive(outgoing->packet)) {
        exam_->receive(outgoing->to, answer, now_);
      }
    }
    if (near) {
      exam_->receive(node.node().endpoint, encode_ping_request(node.keys(), *near, Id{7}, entropy_),
                     now_);
    }
    now_ += 100ms;
    exam_->tick(now_);
  }
  EXPECT_TRUE(near);
  EXPECT_EQ(answered, static_cast<size_t>(Exam::kLookAttempts));
}

TEST_F(DhtExam, WithoutNodesIsDoneAtOnce) {
  start();
  EXPECT_FALSE(exam_->deadline());
  EXPECT_FALSE(exam_->poll());
}

}  // namespace
}  // namespace ngcshare::dht
