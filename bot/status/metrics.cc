#include "bot/status/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bot/process/descriptors.h"
#include "bot/process/usage.h"

namespace ngcshare {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Label {
  std::string name;
  std::string value;
};
using Labels = std::vector<Label>;

// A limit, because every stranger would add series that Prometheus keeps.
constexpr size_t kMostLinksInMetrics = 50;

// Collects the metric families in the order of output.
class Families {
 public:
  // Begins a family, to which the next samples belong.
  void begin(const char* name, MetricType type, const char* help) {
    list_.push_back({name, help, type, {}});
  }
  void counter(const char* name, const char* help) { begin(name, MetricType::Counter, help); }
  void gauge(const char* name, const char* help) { begin(name, MetricType::Gauge, help); }

  template <typename Number>
  void sample(const Labels& labels, Number number) {
    ClientMetric& metric = add(labels);
    const auto value = static_cast<double>(number);
    (list_.back().type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  }
  void histogram(const char* name, const char* help, const storage::DurationHistogram& values) {
    begin(name, MetricType::Histogram, help);
    ClientMetric::Histogram& histogram = add({}).histogram;
    histogram.sample_count = values.count();
    histogram.sample_sum = values.sum();
    uint64_t below = 0;
    for (size_t i = 0; i < values.counts().size(); ++i) {
      below += values.counts()[i];
      histogram.bucket.push_back({below, storage::DurationHistogram::kBounds[i]});
    }
  }

  std::string text() const { return prometheus::TextSerializer().Serialize(list_); }

 private:
  ClientMetric& add(const Labels& labels) {
    ClientMetric& metric = list_.back().metric.emplace_back();
    for (const Label& label : labels) metric.label.push_back({label.name, label.value});
    return metric;
  }

  std::vector<MetricFamily> list_;
};

void write_program(const GatewaySnapshot& snapshot, Families& out) {
  out.gauge("ngcshare_build_info", "Always 1; the labels are the versions.");
  out.sample({{"version", snapshot.version}, {"toxcore", snapshot.toxcore_version}}, 1);
  out.gauge("process_start_time_seconds", "Start time of the gateway, in unix seconds.");
  out.sample({}, snapshot.started_at);
  const ProcessUsage usage = process_usage();
  out.counter("process_cpu_seconds_total", "Processor time used.");
  out.sample({}, usage.cpu_seconds);
  out.gauge("process_resident_memory_bytes", "Memory in use.");
  out.sample({}, usage.resident_bytes);
  out.gauge("process_open_fds", "Open file descriptors.");
  out.sample({}, usage.open_descriptors);
  out.gauge("process_max_fds", "File descriptors that the process may open.");
  out.sample({}, descriptor_limit());
  out.histogram("ngcshare_loop_lag_seconds", "How late the event loop ran a timer.",
                snapshot.loop_lag);
  out.counter("ngcshare_log_lines_held_back_total",
              "Lines of the log that came too often and are in a summary instead.");
  out.sample({}, snapshot.log_lines_held_back);
  out.counter("ngcshare_lines_lost_total",
              "Lines that nobody read in time or that could not be written.");
  out.sample({{"stream", "log"}}, snapshot.log_lines_lost);
  out.sample({{"stream", "output"}}, snapshot.output_lines_lost);
  out.histogram("ngcshare_database_seconds", "How long each call of SQLite took.",
                snapshot.database);
}

void write_network(const GatewaySnapshot& snapshot, Families& out) {
  out.gauge("ngcshare_ready", "1 while the gateway is connected to the network and its groups.");
  out.sample({}, snapshot.not_ready.empty() ? 1 : 0);
  out.gauge("ngcshare_network_connected", "1 for the transport that connects to the Tox network.");
  out.sample({{"transport", "udp"}}, snapshot.network == NetworkConnection::kUdp ? 1 : 0);
  out.sample({{"transport", "tcp"}}, snapshot.network == NetworkConnection::kTcp ? 1 : 0);
  out.gauge("ngcshare_groups", "Groups of the gateway, by connection state.");
  size_t connected = 0;
  for (const auto& group : snapshot.groups) connected += group.connected ? 1 : 0;
  out.sample({{"state", "connected"}}, connected);
  out.sample({{"state", "connecting"}}, snapshot.groups.size() - connected);
  out.gauge("ngcshare_peers", "Members of a group, by path.");
  for (const auto& group : snapshot.groups) {
    const std::string id = short_key(group.chat_id);
    out.sample({{"group", id}, {"path", "direct"}}, group.direct);
    out.sample({{"group", id}, {"path", "relay"}}, group.relayed);
    out.sample({{"group", id}, {"path", "lost"}}, group.lost);
  }
  out.counter("ngcshare_tox_packets_total", "Custom packets exchanged with peers.");
  out.sample({{"direction", "in"}}, snapshot.totals.received.packets);
  out.sample({{"direction", "out"}}, snapshot.totals.sent.packets);
  out.counter("ngcshare_tox_bytes_total", "Bytes of custom packets exchanged with peers.");
  out.sample({{"direction", "in"}}, snapshot.totals.received.bytes);
  out.sample({{"direction", "out"}}, snapshot.totals.sent.bytes);
}

void write_services(const GatewaySnapshot& snapshot, Families& out) {
  using Target = ServiceCatalog::Shown::Target;
  const auto each = [&](const auto& write) {
    for (const ServiceCatalog::Shown& shown : snapshot.services) write(shown, shown.record.name);
  };
  size_t offered = 0;
  each([&](const auto& shown, const auto&) { offered += shown.record.enabled ? 1 : 0; });
  out.gauge("ngcshare_offers", "Services offered.");
  out.sample({}, offered);
  out.gauge("ngcshare_service_up", "1 if the target answers, 0 if not; absent if unknown.");
  each([&](const auto& shown, const auto& name) {
    if (shown.target == Target::kUnknown) return;
    out.sample({{"service", name}}, shown.target == Target::kUp ? 1 : 0);
  });
  out.gauge("ngcshare_mappings", "Open connections.");
  each([&](const auto& shown, const auto& name) {
    out.sample({{"service", name}}, shown.connections);
  });
  out.counter("ngcshare_mappings_opened_total", "Connections opened.");
  each([&](const auto& shown, const auto& name) { out.sample({{"service", name}}, shown.opened); });
  out.counter("ngcshare_service_bytes_total", "Bytes to (in) and from (out) the target.");
  each([&](const auto& shown, const auto& name) {
    out.sample({{"service", name}, {"direction", "in"}}, shown.bytes_in);
    out.sample({{"service", name}, {"direction", "out"}}, shown.bytes_out);
  });
  out.counter("ngcshare_service_packets_total",
              "Datagrams to (in) and from (out) the target; for tcp, writes and reads.");
  each([&](const auto& shown, const auto& name) {
    out.sample({{"service", name}, {"direction", "in"}}, shown.pieces_in);
    out.sample({{"service", name}, {"direction", "out"}}, shown.pieces_out);
  });
}

// Returns the links with the most connections. Keeps one of several whose short keys are the same,
// because they would have the same labels.
std::vector<const PathStatus*> busiest_links(const GatewaySnapshot& snapshot) {
  std::vector<const PathStatus*> links;
  for (const auto& named : snapshot.paths) {
    if (named.path.stats) links.push_back(&named.path);
  }
  std::stable_sort(links.begin(), links.end(), [](const auto* left, const auto* right) {
    return left->connections > right->connections;
  });
  std::set<std::pair<std::string, std::string>> seen;
  std::erase_if(links, [&](const PathStatus* link) {
    return !seen.emplace(short_key(link->chat_id), short_key(link->peer)).second;
  });
  links.resize(std::min(links.size(), kMostLinksInMetrics));
  return links;
}

// Omits peers in base mode, which have no link to measure.
void write_links(const GatewaySnapshot& snapshot, Families& out) {
  const auto busiest = busiest_links(snapshot);
  const auto each = [&](const auto& write) {
    for (const PathStatus* path : busiest) {
      write(*path->stats, Label{"peer", short_key(path->peer)},
            Label{"group", short_key(path->chat_id)});
    }
  };
  const auto gauge = [&](const char* name, const char* help, const auto& value) {
    out.gauge(name, help);
    each([&](const auto& link, const auto& peer, const auto& group) {
      out.sample({group, peer}, value(link));
    });
  };
  const auto seconds = [](Duration duration) {
    return std::chrono::duration<double>(duration).count();
  };
  gauge("ngcshare_link_rtt_seconds", "Smoothed round trip.",
        [&](const auto& link) { return seconds(link.rtt); });
  gauge("ngcshare_link_min_rtt_seconds", "Smallest round trip.",
        [&](const auto& link) { return seconds(link.min_rtt); });
  gauge("ngcshare_link_congestion_window_bytes", "Bytes that may be in flight.",
        [](const auto& link) { return link.window; });
  gauge("ngcshare_link_in_flight_bytes", "Bytes in flight.",
        [](const auto& link) { return link.in_flight; });
  gauge("ngcshare_link_delivery_rate_bytes", "Bytes per second that arrive at the peer.",
        [](const auto& link) { return link.delivery_rate; });
  out.counter("ngcshare_link_packets_total", "Packets of the link.");
  each([&](const auto& link, const auto& peer, const auto& group) {
    out.sample({group, peer, {"direction", "in"}}, link.packets_received);
    out.sample({group, peer, {"direction", "out"}}, link.packets_sent);
  });
  const auto counter = [&](const char* name, const char* help, const auto& value) {
    out.counter(name, help);
    each([&](const auto& link, const auto& peer, const auto& group) {
      out.sample({group, peer}, value(link));
    });
  };
  counter("ngcshare_link_packets_lost_total", "Packets sent and considered lost.",
          [](const auto& link) { return link.packets_lost; });
  counter("ngcshare_link_retransmitted_bytes_total", "Stream bytes sent again.",
          [](const auto& link) { return link.bytes_repeated; });
  counter("ngcshare_link_probe_timeouts_total", "Timeouts without any acknowledgement.",
          [](const auto& link) { return link.probe_timeouts; });
}

void write_refusals(const GatewaySnapshot& snapshot, Families& out) {
  out.counter("ngcshare_refusals_total", "Connections refused to members.");
  for (const auto& [why, count] : snapshot.refusals) out.sample({{"reason", why}}, count);
  out.counter("ngcshare_accepts_delayed_total",
              "Connections that members opened too fast and that had to wait for their turn.");
  out.sample({}, snapshot.totals.counters.delayed);
  out.counter("ngcshare_packets_dropped_total", "Packets of peers that were ignored.");
  const PeerSession::Counters& dropped = snapshot.totals.counters;
  out.sample({{"reason", "malformed"}}, dropped.malformed);
  out.sample({{"reason", "public"}}, dropped.public_dropped);
  out.sample({{"reason", "stale"}}, dropped.stale);
  out.sample({{"reason", "unknown"}}, dropped.unknown);
  out.sample({{"reason", "overflow"}}, dropped.overflow);
  out.counter("ngcshare_commands_total", "Commands, by door and result.");
  for (const auto& [door, counts] : snapshot.commands) {
    const std::string way(to_string(door));
    out.sample({{"door", way}, {"result", "done"}}, counts.done);
    out.sample({{"door", way}, {"result", "refused"}}, counts.refused);
  }
}

void write_http(const HttpCounters& http, Families& out) {
  out.counter("ngcshare_http_responses_total", "Responses of this server, by class of status.");
  for (size_t digit = 2; digit < http.answers.size(); ++digit) {
    out.sample({{"status", std::to_string(digit) + "xx"}}, http.answers[digit]);
  }
  out.counter("ngcshare_http_refused_connections_total", "HTTP connections refused over a limit.");
  out.sample({}, http.refused_connections);
}

}  // namespace

std::string to_metrics(const GatewaySnapshot& snapshot, const HttpCounters& http) {
  Families families;
  write_program(snapshot, families);
  write_network(snapshot, families);
  write_services(snapshot, families);
  write_links(snapshot, families);
  write_refusals(snapshot, families);
  write_http(http, families);
  return families.text();
}

}  // namespace ngcshare
