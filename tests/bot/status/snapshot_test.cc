// A GatewaySnapshot as JSON, as metrics and as text for a terminal.
#include "bot/status/snapshot.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "bot/base/json_text.h"
#include "bot/console/status_text.h"
#include "bot/status/metrics.h"
#include "tests/support/keys.h"

namespace ngcshare {
namespace {

using nlohmann::json;
using test::key_of;

GatewaySnapshot small_gateway() {
  GatewaySnapshot snapshot;
  snapshot.version = "1.2.3";
  snapshot.toxcore_version = "0.2.23";
  snapshot.time = 2'000'000'100;
  snapshot.started_at = 2'000'000'000;
  snapshot.network = NetworkConnection::kUdp;
  snapshot.groups.push_back({key_of(0x11), "friends", true, 3, 1, 0});

  ServiceCatalog::Shown web;
  web.record.name = "web";
  web.record.host = "127.0.0.1";
  web.record.ports = {{80, 80, true, false}};
  web.record.limits.connections_per_peer = 4;
  web.connections = 1;
  web.bytes_in = 10;
  web.bytes_out = 2'000'000;
  web.pieces_in = 2;
  web.opened = 7;
  web.target = ServiceCatalog::Shown::Target::kDown;
  snapshot.services.push_back(web);

  snapshot.now = TimePoint(std::chrono::seconds(50));
  ServiceCatalog::Connection connection{};
  connection.id = 17;
  connection.service = "web";
  connection.port = 80;
  connection.person = {key_of(0x11), key_of(0xAA)};
  connection.transports.tcp = true;
  connection.since = TimePoint(std::chrono::seconds(20));
  snapshot.connections.push_back({connection, "alice"});

  PathStatus path;
  path.chat_id = key_of(0x11);
  path.peer = key_of(0xAA);
  path.link = true;
  path.round_trip = std::chrono::milliseconds(51);
  path.lost = 0.25;
  path.stats.emplace();
  path.stats->rtt = std::chrono::milliseconds(51);
  path.stats->packets_sent = 400;
  path.stats->packets_lost = 100;
  path.stats->bytes_repeated = 1356;
  path.stats->window = 60'000;
  snapshot.paths.push_back({path, "alice"});

  snapshot.refusals = {{"banned", 2}};
  snapshot.totals.counters.stale = 9;
  snapshot.totals.received = {5, 500};
  snapshot.commands[Door::kGroup] = {3, 1};
  snapshot.throughput = {2, {1.5, 0}, {0, 1e6}};
  snapshot.loop_lag.add(std::chrono::microseconds(50));
  snapshot.loop_lag.add(std::chrono::seconds(10));
  snapshot.log.push_back({2'000'000'050, "info", "peer.joined", "peer AAAAAAAA joined"});
  return snapshot;
}

TEST(GatewaySnapshot, IsWrittenAsJson) {
  const json status = to_json(small_gateway());
  EXPECT_EQ(status["uptime"], 100);
  EXPECT_EQ(status["ready"], true);
  EXPECT_EQ(status["network"], "udp");
  EXPECT_EQ(status["groups"][0]["peers"], json({{"direct", 3}, {"relay", 1}, {"lost", 0}}));
  const json& web = status["services"][0];
  EXPECT_EQ(web["ports"], "tcp 80");
  EXPECT_EQ(web["target"], "down");
  EXPECT_EQ(web["policy"], "members");
  EXPECT_EQ(web["limits"]["connections_per_peer"], 4);
  EXPECT_TRUE(web["limits"]["rate"].is_null());
  const json& connection = status["connections"][0];
  EXPECT_EQ(connection["id"], 17);
  EXPECT_EQ(connection["seconds"], 30);
  EXPECT_EQ(connection["transport"], "tcp");
  EXPECT_EQ(connection["nick"], "alice");
  const json& link = status["links"][0];
  EXPECT_EQ(link["rtt_ms"], 51);
  EXPECT_EQ(link["lost"], 0.25);
  EXPECT_EQ(link["path"], "direct");
  EXPECT_EQ(link["mode"], "link");
  EXPECT_EQ(link["packets_lost"], 100);
  EXPECT_EQ(status["refusals"], json({{"banned", 2}}));
  EXPECT_EQ(status["dropped"]["stale"], 9);
  EXPECT_EQ(status["throughput"]["out"], json({0, 1000000}));
  EXPECT_EQ(status["log"][0]["event"], "peer.joined");
}

TEST(GatewaySnapshot, ListsAsManyConnectionsAsAPageCanTakeAndTellsHowManyThereAre) {
  GatewaySnapshot snapshot = small_gateway();
  snapshot.connections.resize(kMostListedConnections + 100, snapshot.connections[0]);
  const json status = to_json(snapshot);
  EXPECT_EQ(status["connections"].size(), kMostListedConnections);
  EXPECT_EQ(status["connections_total"], kMostListedConnections + 100);
}

TEST(GatewaySnapshot, IsWrittenAsTextWhateverANameHolds) {
  GatewaySnapshot snapshot = small_gateway();
  snapshot.groups[0].name = "\xFF\xC3";
  snapshot.connections[0].nick =
      "\xC2\x9B"
      "31m";  // a control sequence, as UTF-8
  const std::string text = to_text(to_json(snapshot));
  EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
  const json read = json::parse(text);
  EXPECT_EQ(read["groups"][0]["name"], "\uFFFD\uFFFD");
  EXPECT_EQ(read["connections"][0]["nick"].get<std::string>().find("\xC2\x9B"), std::string::npos);
}

TEST(GatewaySnapshot, SaysWhyItIsNotReady) {
  GatewaySnapshot snapshot = small_gateway();
  snapshot.not_ready = "not connected";
  EXPECT_EQ(to_json(snapshot)["ready"], false);
  snapshot.copied = "a copy runs elsewhere";
  EXPECT_EQ(to_json(snapshot)["not_ready"], "not connected");
  EXPECT_EQ(to_json(snapshot)["copied"], "a copy runs elsewhere");
}

TEST(Metrics, HoldEveryFigureUnderItsNameAndLabels) {
  const std::string text = to_metrics(small_gateway(), {{0, 0, 5, 0, 1, 0}, 2});
  for (const char* const line : {
           "ngcshare_build_info{version=\"1.2.3\",toxcore=\"0.2.23\"} 1",
           "ngcshare_ready 1",
           "ngcshare_network_connected{transport=\"udp\"} 1",
           "ngcshare_network_connected{transport=\"tcp\"} 0",
           "ngcshare_groups{state=\"connected\"} 1",
           "ngcshare_peers{group=\"11111111\",path=\"direct\"} 3",
           "ngcshare_offers 1",
           "ngcshare_service_up{service=\"web\"} 0",
           "ngcshare_mappings{service=\"web\"} 1",
           "ngcshare_mappings_opened_total{service=\"web\"} 7",
           "ngcshare_service_bytes_total{service=\"web\",direction=\"out\"} 2000000",
           "ngcshare_service_packets_total{service=\"web\",direction=\"in\"} 2",
           "ngcshare_link_rtt_seconds{group=\"11111111\",peer=\"AAAAAAAA\"} 0.051",
           "ngcshare_link_packets_lost_total{group=\"11111111\",peer=\"AAAAAAAA\"} 100",
           "ngcshare_link_retransmitted_bytes_total{group=\"11111111\",peer=\"AAAAAAAA\"} 1356",
           "ngcshare_link_congestion_window_bytes{group=\"11111111\",peer=\"AAAAAAAA\"} 60000",
           "ngcshare_refusals_total{reason=\"banned\"} 2",
           "ngcshare_packets_dropped_total{reason=\"stale\"} 9",
           "ngcshare_tox_bytes_total{direction=\"in\"} 500",
           "ngcshare_commands_total{door=\"group\",result=\"done\"} 3",
           "ngcshare_commands_total{door=\"group\",result=\"refused\"} 1",
           "ngcshare_loop_lag_seconds_bucket{le=\"0.0001\"} 1",
           "ngcshare_loop_lag_seconds_bucket{le=\"+Inf\"} 2",
           "ngcshare_loop_lag_seconds_count 2",
           "ngcshare_http_responses_total{status=\"2xx\"} 5",
           "ngcshare_http_refused_connections_total 2",
       }) {
    EXPECT_NE(("\n" + text).find("\n" + std::string(line) + "\n"), std::string::npos) << line;
  }
}

TEST(Metrics, KeepAServicesNameInItsPlaceWhateverItHolds) {
  GatewaySnapshot snapshot = small_gateway();
  snapshot.services[0].record.name = "a\"} 1\nfake 2\\";
  const std::string text = to_metrics(snapshot, {});
  EXPECT_EQ(text.find("\nfake"), std::string::npos);
  EXPECT_NE(text.find(R"(service="a\"} 1\nfake 2\\")"), std::string::npos);
}

TEST(StatusView, ShowsAGatewayInATerminal) {
  const std::string text = describe_status(to_json(small_gateway()));
  for (const char* const part :
       {"ngcshare 1.2.3, running for 100 s, connected by UDP",
        "Group 11111111 friends: connected, 3 direct, 1 by relay",
        "web      DOWN   members  tcp 80  1", "alice (AAAAAAAA)", "51.0 ms", "25.0 %",
        "Connections refused: 2 banned", "Packets dropped: 9 out of date"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
  }
}

TEST(StatusView, TakesWhateverAnotherVersionSends) {
  for (const char* const odd :
       {"{}", R"({"services":7,"connections":"x","links":null,"groups":[1,"a",null,[]]})",
        R"({"services":[{"name":5,"enabled":"yes","connections":-4,"bytes_in":1e300}]})",
        R"({"refusals":{"a\u001b[2J":1,"b":"c"},"dropped":[],"uptime":"long"})"}) {
    const std::string text = describe_status(json::parse(odd));
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << odd;
  }
}

TEST(StatusView, IsClippedToASmallScreen) {
  EXPECT_EQ(clip("one\ntwo\nthree\n", 2, 80), "one\ntwo");
  EXPECT_EQ(clip("one\ntwo\n", 5, 2), "on\ntw\n");
  EXPECT_EQ(clip("\u00FCber\nx", 5, 2), "\u00FCb\nx");
  EXPECT_EQ(clip("", 5, 2), "");
}

TEST(StatusView, ReplacesWhatWouldMoveTheTerminal) {
  json status = to_json(small_gateway());
  status["connections"][0]["nick"] = "a\x1b[2Jb";
  EXPECT_EQ(describe_status(status).find('\x1b'), std::string::npos);
}

}  // namespace
}  // namespace ngcshare
