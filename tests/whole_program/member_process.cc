#include "tests/whole_program/member_process.h"

#include <charconv>
#include <sstream>

#include "bot/base/unix_time.h"

namespace ngcshare::test {

MemberProcess::MemberProcess(Network& network, const Identity& who,
                             const std::filesystem::path& database, const Connector::Config& config)
    : Process(network, who),
      database_(database),
      pin_store_(database_),
      pins_(loop(), database_, pin_store_, unix_seconds),
      output_(true, [](const std::string& /*line*/) {}),
      address_(config.bind_address),
      connector_(hub(), pins_, output_, config, [](const std::string& /*why*/) {}),
      paths_(hub(), [](const PathStatus& /*status*/) {}) {
  hub().set_offer_user(&connector_);
}

// Reads the table from its right end, because a service's name may have spaces.
std::vector<MemberProcess::LocalPort> MemberProcess::local_ports() const {
  std::vector<LocalPort> found;
  std::istringstream lines(connector_.table());
  std::string line;
  std::getline(lines, line);  // the heading
  while (std::getline(lines, line)) {
    std::istringstream row(line);
    std::vector<std::string> words;
    for (std::string word; row >> word;) words.push_back(word);
    if (words.size() < 6) continue;
    LocalPort port;
    const std::string& local = words.back();
    const std::string number = local.substr(local.rfind(':') + 1);
    std::from_chars(number.data(), number.data() + number.size(), port.port);
    if (port.port == 0) continue;
    const std::string& transports = words[words.size() - 4];
    port.from = words[words.size() - 5];
    port.address = address_;
    port.tcp = transports.starts_with("tcp");
    port.udp = transports.ends_with("udp");
    port.service = words.front();
    for (size_t i = 1; i + 5 < words.size(); ++i) port.service += " " + words[i];
    found.push_back(port);
  }
  return found;
}

std::optional<MemberProcess::LocalPort> MemberProcess::local_port(
    const std::string& service) const {
  for (const LocalPort& port : local_ports()) {
    if (port.service == service) return port;
  }
  return std::nullopt;
}

}  // namespace ngcshare::test
