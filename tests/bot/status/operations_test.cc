// Tests that deploy/ documents the program's events and metrics, and that the dashboard uses real
// ones.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <string>

#include "bot/status/metrics.h"

namespace ngcshare {
namespace {

const std::filesystem::path kSource = NGCSHARE_SOURCE_FOLDER;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string> all_matches(const std::string& text, const char* pattern) {
  const std::regex regex(pattern);
  std::set<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), regex), end; at != end; ++at) {
    found.insert((*at)[1]);
  }
  return found;
}

// Returns the metrics of a gateway in which each family has a sample.
std::set<std::string> metric_names() {
  GatewaySnapshot snapshot;
  snapshot.groups.emplace_back();
  snapshot.services.emplace_back();
  snapshot.services[0].target = ServiceCatalog::Shown::Target::kUp;
  snapshot.paths.emplace_back();
  snapshot.paths[0].path.stats.emplace();
  snapshot.refusals["banned"] = 1;
  snapshot.commands[Door::kGroup] = {};
  return all_matches(to_metrics(snapshot, {}), "# TYPE ([a-z_]+) ");
}

TEST(Operations, ListsEveryEventOfTheLog) {
  const std::string page = read(kSource / "deploy/OPERATIONS.md");
  std::set<std::string> events;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kSource / "bot")) {
    if (entry.path().extension() != ".cc") continue;
    events.merge(
        all_matches(read(entry.path()),
                    R"re(log_(?:debug|info|warn|error)\((?:[a-z_]+ \? )?\s*"([a-z_.]+)")re"));
  }
  EXPECT_GT(events.size(), 30U);
  for (const auto& event : events) {
    EXPECT_NE(page.find("`" + event + "`"), std::string::npos) << event;
  }
}

TEST(Operations, ListsEveryMetric) {
  const std::string page = read(kSource / "deploy/OPERATIONS.md");
  for (const auto& name : metric_names()) {
    EXPECT_NE(page.find("`" + name), std::string::npos) << name;
  }
}

TEST(Operations, TheDashboardAsksForMetricsThatThereAre) {
  const auto dashboard = nlohmann::json::parse(read(kSource / "deploy/grafana-dashboard.json"));
  const auto names = metric_names();
  std::set<std::string> asked;
  for (const auto& panel : dashboard.at("panels")) {
    for (const auto& target : panel.value("targets", nlohmann::json::array())) {
      asked.merge(
          all_matches(target.at("expr").get<std::string>(), "((?:ngcshare|process)_[a-z_]+)"));
    }
  }
  EXPECT_GT(asked.size(), 20U);
  for (std::string name : asked) {
    name = std::regex_replace(name, std::regex("_(bucket|sum|count)$"), "");
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

}  // namespace
}  // namespace ngcshare
