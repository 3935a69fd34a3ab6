#include "bot/doctor/dht_exam.h"

#include <algorithm>

namespace ngcshare::dht {

Exam::Exam(const std::vector<Node>& nodes, Entropy& entropy, TimePoint now, size_t near_bits)
    : entropy_(entropy),
      near_bits_(near_bits),
      own_(make_key_pair(entropy)),
      search_from_(now + kInterval),
      now_(now) {
  for (const Node& node : nodes) {
    State state;
    state.node = node;
    state.presence.next = now;
    states_.push_back(std::move(state));
  }
}

void Exam::receive(const Endpoint& from, Bytes packet, TimePoint now) {
  now_ = now;
  const auto sender = sender_of(packet);
  if (!sender) return;
  for (State& state : states_) {
    if (state.node.key != *sender || state.node.endpoint != from) continue;
    receive_as(state, own_, packet, now);
    if (state.near) receive_as(state, *state.near, packet, now);
  }
}

void Exam::receive_as(State& state, const KeyPair& own, Bytes packet, TimePoint now) {
  const auto message = decode(packet, own);
  if (!message) return;
  if (const auto* response = std::get_if<NodesResponse>(&*message)) {
    on_response(state, *response, own, now);
  } else if (&own != &own_) {
    on_ping(state, std::get<PingRequest>(*message));
  }
}

void Exam::on_response(State& state, const NodesResponse& response, const KeyPair& own,
                       TimePoint now) {
  Question& question = &own == &own_ ? state.presence : state.look;
  const auto attempt =
      std::find_if(question.attempts.begin(), question.attempts.end(),
                   [&](const Attempt& candidate) { return candidate.id == response.id; });
  if (!question.open || attempt == question.attempts.end()) return;
  if (&question == &state.presence) {
    question.open = false;
    state.result.round_trip = now - attempt->at;
    state.observes = state.node.endpoint.address().is_v4() && observers_ < kMostObservers;
    if (state.observes) ++observers_;
    return;
  }
  for (const ListedNode& listed : response.nodes) {
    if (!listed.udp || listed.key != own.public_key) continue;
    state.result.seen_as = Endpoint(listed.address, listed.port);
    question.open = false;
  }
}

// Answers with the near key only, because the node keeps one key per address.
void Exam::on_ping(State& state, const PingRequest& request) {
  if (state.pings_answered == kLookAttempts) return;
  ++state.pings_answered;
  outbox_.push_back({state.node.endpoint,
                     encode_ping_response(*state.near, state.node.key, request.id, entropy_)});
}

void Exam::ask(State& state, Question& question, const KeyPair& own, int most, TimePoint now) {
  if (!question.open || question.next > now) return;
  if (question.attempts.size() == static_cast<size_t>(most)) {
    question.open = false;
    return;
  }
  Attempt attempt{.id = {}, .at = now};
  for (uint8_t& byte : attempt.id) byte = static_cast<uint8_t>(entropy_.next_u32());
  question.attempts.push_back(attempt);
  question.next = now + kInterval;
  outbox_.push_back({state.node.endpoint, encode_nodes_request(own, state.node.key, own.public_key,
                                                               attempt.id, entropy_)});
}

void Exam::tick(TimePoint now) {
  now_ = now;
  for (State& state : states_) {
    ask(state, state.presence, own_, kAttempts, now);
    if (state.near) ask(state, state.look, *state.near, kLookAttempts, now);
  }
  search_key(now);
}

Exam::State* Exam::in_search() {
  const auto found = std::find_if(states_.begin(), states_.end(),
                                  [](const State& state) { return state.observes && !state.near; });
  return found == states_.end() ? nullptr : &*found;
}

// Searches in small steps, so that other work on the same loop is not delayed.
void Exam::search_key(TimePoint now) {
  State* const state = in_search();
  if (state == nullptr || now < search_from_) return;
  for (int i = 0; i < kKeysPerTick; ++i) {
    const KeyPair pair = make_key_pair(entropy_);
    if (common_bits(pair.public_key, state->node.key) < near_bits_) continue;
    state->near = pair;
    state->look.open = true;
    state->look.next = now;
    ask(*state, state->look, *state->near, kLookAttempts, now);
    return;
  }
}

std::optional<TimePoint> Exam::deadline() const {
  std::optional<TimePoint> next;
  for (const State& state : states_) {
    if (state.presence.open) lower(next, state.presence.next);
    if (state.look.open) lower(next, state.look.next);
    if (state.observes && !state.near) lower(next, std::max(now_, search_from_));
  }
  return next;
}

std::optional<Exam::Outgoing> Exam::poll() {
  if (outbox_.empty()) return std::nullopt;
  Outgoing first = std::move(outbox_.front());
  outbox_.pop_front();
  return first;
}

std::vector<Exam::Result> Exam::results() const {
  std::vector<Result> results;
  for (const State& state : states_) results.push_back(state.result);
  return results;
}

}  // namespace ngcshare::dht
