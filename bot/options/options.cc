#include "bot/options/options.h"

#include <algorithm>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "bot/base/spelling.h"
#include "bot/base/version.h"
#include "bot/options/command_line.h"
#include "bot/options/env_file.h"
#include "bot/options/files.h"
#include "bot/options/flag_variables.h"
#include "bot/options/help.h"
#include "bot/options/subcommand_options.h"
#include "bot/tox/toxcore_copy.h"

namespace ngcshare {
namespace {

const Subcommand* find_subcommand(const std::string& name) {
  const auto& table = subcommands();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& entry) { return entry.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string no_such_command(const std::string& name) {
  std::vector<std::string> names;
  for (const Subcommand& subcommand : subcommands()) names.emplace_back(subcommand.name);
  const auto meant = nearest_name(name, names);
  return "unknown command \"" + name + "\"; " +
         (meant ? "did you mean " + *meant + "?" : "see ngcshare --help");
}

// One environment may serve several subcommands; only those that go online report its problems.
bool is_strict(const Subcommand& subcommand) {
  return subcommand.name == "run" || subcommand.name == "connect" || subcommand.name == "doctor" ||
         subcommand.name == "node";
}

void check_variables(const Environment& environment, Problems& problems) {
  for (const auto& [name, value] : environment) {
    const std::string problem = problem_with_variable(name, value);
    if (!problem.empty()) problems.add(problem);
  }
}

std::string problem_in_file(const EnvFile::Variable& variable) {
  if (variable.name == environment_name("env-file")) {
    return variable.name + " cannot be set in the environment file itself";
  }
  return problem_with_variable(variable.name, variable.value);
}

// Adds the file's variables to the environment, which wins over the file. Variables without our
// prefix do not belong in our configuration, but are allowed in the file.
void add_env_file(const std::string& path, bool strict, Environment& environment,
                  Problems& problems) {
  EnvFile file;
  if (!problems.collect([&] { file = parse_env_file(read_text_file(path, "--env-file")); })) return;
  for (const std::string& problem : file.problems) problems.add(path + ": " + problem);
  for (const EnvFile::Variable& found : file.variables) {
    if (!found.name.starts_with(environment_name(""))) continue;
    const std::string problem = problem_in_file(found);
    if (strict && !problem.empty()) {
      problems.add(path + ": line " + std::to_string(found.line) + ": " + problem);
    }
    std::string& value = environment[found.name];
    if (!value.empty() && value != found.value && strict) {
      problems.warn(path + ": " + found.name +
                    " is ignored because the environment sets another value");
    }
    if (value.empty()) value = found.value;
  }
}

std::filesystem::path only_word(const GivenFlags& given, const std::string& subcommand,
                                Problems& problems) {
  if (given.words.size() == 1 && !given.words[0].empty()) return given.words[0];
  problems.add(subcommand + " needs exactly one file name");
  return {};
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h"; }

// Subcommands that talk to the gateway running on a data folder.
bool is_for_running(const std::string& name) {
  return name == "ctl" || name == "claim-token" || name == "invite" || name == "page" ||
         name == "health" || name == "status";
}

Options running_options(const std::string& name, const GivenFlags& given,
                        const Environment& environment, Problems& problems) {
  const auto folder = data_dir_of(given, kGatewayFolder, environment, problems);
  const bool json = given.has("json");
  if (name == "health") return HealthOptions{folder, json, given.has("ready")};
  if (name == "status") return StatusOptions{folder, json, given.has("watch")};
  std::vector<std::string> words = given.words;
  if (name != "ctl") words.insert(words.begin(), name);  // becomes the only command
  return CtlOptions{folder, json, std::move(words)};
}

Options options_of(const std::string& name, const GivenFlags& given, const Environment& environment,
                   Problems& problems) {
  if (name == "run") return run_options(given, environment, problems);
  if (name == "connect") return connect_options(given, environment, problems);
  if (name == "doctor") return doctor_options(given, environment, problems);
  if (is_for_running(name)) return running_options(name, given, environment, problems);
  const std::string folder = name == "node" ? "ngcshare-node" : kGatewayFolder;
  CommonOptions common = common_options(given, folder, environment, problems);
  if (name == "backup") {
    return BackupOptions{std::move(common), only_word(given, name, problems)};
  }
  if (name == "restore") {
    return RestoreOptions{std::move(common), only_word(given, name, problems)};
  }
  return NodeOptions{std::move(common)};
}

// Takes Options or const Options. Returns nullptr if they have no CommonOptions.
template <class AnyOptions>
auto* find_common(AnyOptions& options) {
  using Common =
      std::conditional_t<std::is_const_v<AnyOptions>, const CommonOptions, CommonOptions>;
  return std::visit(
      [](auto& chosen) -> Common* {
        if constexpr (requires { chosen.common; }) {
          return &chosen.common;
        } else {
          return nullptr;
        }
      },
      options);
}

ReadOptions read_subcommand(const Subcommand& subcommand, const std::vector<std::string>& arguments,
                            Environment environment) {
  Problems problems;
  GivenFlags given =
      parse_command_line(subcommand, {arguments.begin() + 1, arguments.end()}, problems);
  if (given.has("help")) return {PrintOptions{subcommand_help(subcommand)}, std::move(problems)};
  if (subcommand.name == "version") {
    return {PrintOptions{"ngcshare " + std::string(kVersion) + " with toxcore " +
                         describe(linked_toxcore()) + "\n"},
            std::move(problems)};
  }
  if (is_strict(subcommand)) check_variables(environment, problems);
  const std::string env_file =
      given.one("env-file").value_or(variable(environment, environment_name("env-file")));
  if (!env_file.empty()) add_env_file(env_file, is_strict(subcommand), environment, problems);
  add_environment(flags_of(subcommand), environment, given, problems);
  Options options = options_of(std::string(subcommand.name), given, environment, problems);
  if (auto* const common = find_common(options)) common->source = {arguments, std::move(given)};
  return {std::move(options), std::move(problems)};
}

}  // namespace

const CommonOptions& common_of(const Options& options) {
  const CommonOptions* const common = find_common(options);
  if (common == nullptr) throw std::logic_error("nothing to run");
  return *common;
}

ReadOptions read_options(const std::vector<std::string>& arguments,
                         const Environment& environment) {
  const bool asks_for_help = arguments.empty() || arguments[0] == "help" || is_help(arguments[0]);
  if (asks_for_help && arguments.size() < 2) return {PrintOptions{program_help()}, {}};
  const std::string& word = arguments[asks_for_help ? 1 : 0];
  const bool asks_for_version = word == "--version" || word == "-v" || word == "-V";
  const Subcommand* const subcommand = find_subcommand(asks_for_version ? "version" : word);
  if (subcommand == nullptr) {
    ReadOptions nothing;
    nothing.problems.add(no_such_command(word));
    return nothing;
  }
  if (asks_for_help) return {PrintOptions{subcommand_help(*subcommand)}, {}};
  return read_subcommand(*subcommand, arguments, environment);
}

}  // namespace ngcshare
