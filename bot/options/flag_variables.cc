#include "bot/options/flag_variables.h"

#include <algorithm>
#include <string_view>

#include "bot/base/spelling.h"
#include "bot/services/share_syntax.h"

namespace ngcshare {
namespace {

// Splits a list at commas and white space.
std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::string item;
  for (const char c : text + " ") {
    if (c != ',' && c != ' ' && c != '\n' && c != '\t') {
      item += c;
    } else if (!item.empty()) {
      items.push_back(std::move(item));
      item.clear();
    }
  }
  return items;
}

// Splits a list of shares. The ports and options of one service are separated by commas, too: an
// option, or an item without '=', continues the one before.
std::vector<std::string> split_shares(const std::string& text) {
  std::vector<std::string> shares;
  for (std::string& item : split_list(text)) {
    const bool goes_on =
        !shares.empty() && (item.find('=') == std::string::npos || is_share_option(item));
    if (goes_on) {
      shares.back() += "," + item;
    } else {
      shares.push_back(std::move(item));
    }
  }
  return shares;
}

void add_variable(const Flag& flag, const std::string& name, const std::string& value,
                  GivenFlags& given) {
  if (flag.value.empty()) {
    if (parse_switch(name, value)) given.add(flag.name, "");
  } else if (flag.repeatable) {
    const auto items = flag.name == "share" ? split_shares(value) : split_list(value);
    for (const auto& item : items) given.add(flag.name, item);
  } else if (!value.empty()) {
    given.add(flag.name, value);
  }
}

std::vector<std::string> known_variables() {
  std::vector<std::string> names;
  for (const Subcommand& subcommand : subcommands()) {
    for (const Flag& flag : flags_of(subcommand)) {
      if (flag.name != kNewStartFlag) names.push_back(environment_name(flag.name));
    }
  }
  return names;
}

// Kubernetes sets such variables in every container when a service is called "ngcshare".
bool is_from_kubernetes(std::string_view name, std::string_view value) {
  return name == "NGCSHARE_SERVICE_HOST" || name.starts_with("NGCSHARE_SERVICE_PORT") ||
         (name == "NGCSHARE_PORT" && value.find("://") != std::string_view::npos) ||
         (name.starts_with("NGCSHARE_PORT_") && name.size() > 14 && name[14] >= '0' &&
          name[14] <= '9');
}

}  // namespace

void add_environment(const std::vector<Flag>& flags, const Environment& environment,
                     GivenFlags& given, Problems& problems) {
  for (const Flag& flag : flags) {
    const std::string name = environment_name(flag.name);
    const auto found = environment.find(name);
    if (found == environment.end() || given.has(flag.name) || flag.name == "help" ||
        flag.name == kNewStartFlag) {
      continue;
    }
    problems.collect([&] { add_variable(flag, name, found->second, given); });
  }
}

std::string problem_with_variable(const std::string& name, const std::string& value) {
  if (!name.starts_with(environment_name("")) || is_from_kubernetes(name, value)) return "";
  if (name == environment_name(kNewStartFlag)) {
    return name + " is not read, because it would hold for later starts, too; give --" +
           std::string(kNewStartFlag) + " once, on the command line";
  }
  static const std::vector<std::string> known = known_variables();
  const auto is_known = [](const std::string& wanted) {
    return std::find(known.begin(), known.end(), wanted) != known.end();
  };
  if (is_known(name)) return "";
  const std::string in_file = name + "_FILE";
  if (is_known(in_file)) {
    return name + " is not read, because docker inspect and other programs can see environment " +
           "variables; write it into a file and set " + in_file + " to its path";
  }
  const auto meant = nearest_name(name, known);
  return "there is no " + name +
         (meant ? "; did you mean " + *meant + "?"
                : "; variables are named after the flags in ngcshare run --help: "
                  "NGCSHARE_DATA_DIR is --data-dir");
}

}  // namespace ngcshare
