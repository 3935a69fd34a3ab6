#include "bot/options/files.h"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

#include "storage/files/file_rights.h"

namespace ngcshare {
namespace {

constexpr size_t kMostPasswordBytes = 32;  // NGC's TOX_GROUP_MAX_PASSWORD_SIZE

std::string why_not(int error_number, const std::string& path) {
  const std::string reason = std::generic_category().message(error_number);
  return error_number == EACCES ? reason + ": " + describe_rights(path) : reason;
}

// Container engines mount secrets there with mode 0444, in a file system only the container sees.
bool is_mounted_secret(std::string_view path) { return path.starts_with("/run/secrets/"); }

void warn_when_public(const std::string& path, const std::string& flag, Problems& problems) {
  struct stat status {};
  if (is_mounted_secret(path) || ::stat(path.c_str(), &status) != 0) return;
  if (!S_ISREG(status.st_mode) || (status.st_mode & S_IROTH) == 0) return;
  problems.warn(flag + ": everybody on this machine can read " + path +
                "; protect it with chmod 600");
}

}  // namespace

std::string read_text_file(const std::string& path, const std::string& flag) {
  const std::string where = flag + ": cannot read " + path + ": ";
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    throw UsageError(where + "it is a folder, not a file");
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw UsageError(where + why_not(errno, path));
  std::string content(kMostFileBytes + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad()) throw UsageError(where + why_not(errno, path));
  content.resize(static_cast<size_t>(file.gcount()));
  if (content.size() > kMostFileBytes) throw UsageError(where + "it is larger than 1 MiB");
  return content;
}

std::string read_secret(const GivenFlags& given, const std::string& flag, Problems& problems) {
  const auto path = given.one(flag);
  if (!path) return "";
  std::string secret = read_text_file(*path, "--" + flag);
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  warn_when_public(*path, "--" + flag, problems);
  return secret;
}

std::string read_passphrase(const GivenFlags& given, Problems& problems) {
  std::string passphrase = read_secret(given, "passphrase-file", problems);
  if (passphrase.empty() && given.has("passphrase-file")) {
    throw UsageError(
        "--passphrase-file: the file is empty; write the passphrase into it, in one line");
  }
  return passphrase;
}

std::string read_password(const GivenFlags& given, Problems& problems) {
  std::string password = read_secret(given, "password-file", problems);
  const bool empty = password.empty() && given.has("password-file");
  if (empty || password.size() > kMostPasswordBytes) {
    throw UsageError("--password-file: a group password has 1 to 32 bytes, the file has " +
                     std::string(empty ? "none" : "more"));
  }
  return password;
}

std::vector<BootstrapNode> read_bootstrap(const GivenFlags& given, Problems& problems) {
  std::vector<BootstrapNode> nodes;
  if (const auto path = given.one("bootstrap-nodes")) {
    problems.collect([&] {
      const std::string text = read_text_file(*path, "--bootstrap-nodes");
      try {
        nodes = parse_bootstrap_nodes_json(text);
      } catch (const std::runtime_error& error) {
        throw UsageError("--bootstrap-nodes: " + *path + ": " + error.what());
      }
    });
  } else if (!given.has("no-default-bootstrap")) {
    nodes = default_bootstrap_nodes();
  }
  for (const auto& text : given.all("bootstrap")) {
    if (const auto node = parse_bootstrap_node(text)) {
      nodes.push_back(*node);
    } else {
      problems.add("--bootstrap: \"" + text + "\" is not HOST:PORT:KEY with a 64-digit key");
    }
  }
  return nodes;
}

}  // namespace ngcshare
