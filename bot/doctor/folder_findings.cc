// Checks of the data folder and its files.
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "bot/base/units.h"
#include "bot/checks/clock.h"
#include "bot/checks/folder.h"
#include "bot/doctor/findings.h"
#include "bot/tox/profile_cipher.h"
#include "storage/files/atomic_file.h"
#include "storage/files/error.h"
#include "storage/files/file_rights.h"

namespace ngcshare {
namespace {

constexpr const char* kOtherFolder = "choose another folder with --data-dir";

std::string user_name(uid_t uid) {
  std::array<char, 4096> room{};
  passwd entry{};
  passwd* found = nullptr;
  const bool known = ::getpwuid_r(uid, &entry, room.data(), room.size(), &found) == 0;
  return known && found != nullptr ? std::string(found->pw_name) : "user " + std::to_string(uid);
}

Finding folder_check(CheckState state, std::string finding, std::string advice) {
  return {.name = "data folder",
          .state = state,
          .finding = std::move(finding),
          .advice = std::move(advice)};
}

// The nearest existing folder above decides whether it can be created.
Finding missing_folder(const std::filesystem::path& folder) {
  const std::filesystem::path above = nearest_existing(folder);
  std::error_code error;
  if (std::filesystem::is_directory(above, error) && may(above, W_OK | X_OK)) {
    return folder_check(CheckState::kOk,
                        folder.string() + " does not exist yet; the first start creates it", "");
  }
  return folder_check(
      CheckState::kFail,
      folder.string() + " does not exist, and " + user_name(::geteuid()) + " cannot create it",
      "create it and chown it to the gateway's user, or " + std::string(kOtherFolder));
}

// Returns the first file that another user owns, as a start by root leaves it.
std::optional<std::string> stranger_in(const std::filesystem::path& folder, uid_t owner) {
  for (const char* name : kFilesOfFolder) {
    struct stat status {};
    const bool there = ::lstat((folder / name).c_str(), &status) == 0;
    if (!there || status.st_uid == owner) continue;
    return std::string(name) + " belongs to " + user_name(status.st_uid);
  }
  return std::nullopt;
}

Finding existing_folder(const std::filesystem::path& folder, const struct stat& status) {
  const std::string path = folder.string();
  const std::string owner = user_name(status.st_uid);
  if (!may(folder, R_OK | W_OK | X_OK)) {
    const bool read_only = errno == EROFS;
    const std::string what = read_only ? path + " is on a read-only disk"
                                       : path + " (of " + owner + ", mode " +
                                             mode_digits(status.st_mode) +
                                             ") is not accessible to " + user_name(::geteuid());
    return folder_check(CheckState::kFail, what,
                        read_only ? "make the disk writable, or " + std::string(kOtherFolder)
                                  : "run this as " + owner + ", give the folder to the gateway's " +
                                        "user (chown -R), or " + kOtherFolder);
  }
  if (const auto stranger = stranger_in(folder, status.st_uid)) {
    return folder_check(CheckState::kWarn,
                        path + " belongs to " + owner + ", but its file " + *stranger,
                        "chown -R " + owner + " " + path);
  }
  // A sticky folder is a container's: everybody may create files there, which only their owners may
  // change.
  if ((status.st_mode & 077U) != 0 && (status.st_mode & S_ISVTX) == 0) {
    return folder_check(CheckState::kWarn,
                        path + " is open to other users (mode " + mode_digits(status.st_mode) + ")",
                        "chmod 700 " + path);
  }
  const auto free_bytes = free_space(folder);
  if (!free_bytes) return folder_check(CheckState::kOk, path, "");
  Finding check = judge_space(*free_bytes);
  check.finding = path + ", of " + owner + ", " + check.finding;
  return check;
}

// `line` is "PROBLEM; ADVICE" or "PROBLEM", for which `advice` is used.
void blame(Finding& check, const std::string& line, const char* advice) {
  const size_t end = line.rfind("; ");
  check.state = CheckState::kFail;
  check.finding = line.substr(0, end);
  check.advice = end == std::string::npos ? advice : line.substr(end + 2);
}

}  // namespace

Finding judge_space(uint64_t free_bytes) {
  Finding check = folder_check(CheckState::kOk, format_bytes(free_bytes) + " free", "");
  check.figures = {{"free_bytes", free_bytes}};
  if (free_bytes >= kFewFreeBytes) return check;
  check.state = free_bytes < kLeastFreeBytes ? CheckState::kFail : CheckState::kWarn;
  check.finding = "only " + check.finding;
  check.advice = "free some space: commands that cannot be stored are refused";
  return check;
}

Finding check_folder(const std::filesystem::path& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return existing_folder(folder, status);
    return folder_check(CheckState::kFail, folder.string() + " is not a folder",
                        "move that file away, or " + std::string(kOtherFolder));
  }
  if (errno == ENOENT) return missing_folder(folder);
  return folder_check(CheckState::kFail,
                      folder.string() + ": " + std::generic_category().message(errno),
                      "run this as the gateway's user, or " + std::string(kOtherFolder));
}

Finding check_profile(const std::filesystem::path& folder, const std::string& passphrase) {
  Finding check{.name = "profile"};
  try {
    const auto stored = storage::read_file(folder / kProfileFile);
    if (!stored || stored->empty()) {
      check.finding = "none yet; the first start creates one";
      return check;
    }
    const bool encrypted = ProfileCipher(passphrase).open(*stored) != *stored;
    check.finding = encrypted ? "encrypted, and the passphrase opens it" : "exists, not encrypted";
    check.figures = {{"bytes", stored->size()}, {"encrypted", encrypted}};
  } catch (const storage::StorageError& error) {
    blame(check, error.what(), "check the file");
  } catch (const ProfileError& error) {
    blame(check, error.what(), "give the passphrase that the gateway is started with");
  }
  return check;
}

namespace {

void describe(const storage::Inspection& content, Finding& check) {
  check.figures = {{"version", content.version}, {"latest_version", content.latest_version}};
  const std::string version = "version " + std::to_string(content.version);
  if (content.version != content.latest_version) {
    check.finding = "sound, " + version + "; the next start upgrades it to " +
                    std::to_string(content.latest_version) + " and keeps a copy";
    return;
  }
  check.figures.update({{"groups", content.groups},
                        {"services", content.services.size()},
                        {"rules", content.rules},
                        {"bans", content.bans}});
  check.finding = "sound, " + version + ": " + counted(content.groups, "group") + ", " +
                  counted(content.services.size(), "service") + ", " +
                  counted(content.rules, "rule") + ", " + counted(content.bans, "ban");
}

// Does not call the database sound: half of its content may still be in the log.
void warn_of_log(Finding& check) {
  check.state = CheckState::kWarn;
  check.finding = "a killed gateway left its log, which cannot be read without changing it";
  check.advice = "start the gateway, which merges the log into the database";
}

}  // namespace

Finding check_clock(const std::filesystem::path& folder, int64_t now,
                    std::optional<int64_t> newest_audit) {
  Problems problems;
  check_clock(now, build_time(), folder, newest_audit, problems);
  Finding check{
      .name = "clock", .finding = "plausible: nothing here is newer", .figures = {{"time", now}}};
  if (!problems.empty()) blame(check, problems.errors().front(), "set it");
  return check;
}

DatabaseLook check_database(const std::filesystem::path& folder) {
  DatabaseLook look{.check = {.name = "database"}, .content = std::nullopt};
  try {
    look.content = storage::inspect(folder / kDatabaseFile);
    if (look.content && !look.content->log_was_read) {
      warn_of_log(look.check);
    } else if (look.content) {
      describe(*look.content, look.check);
    } else {
      look.check.finding = "none yet; the first start creates one";
    }
  } catch (const storage::StorageError& problem) {
    blame(look.check, problem.what(), "check the file");
  }
  return look;
}

void blame_lost_half(const std::filesystem::path& folder, Finding& profile,
                     DatabaseLook& database) {
  if (profile.state == CheckState::kFail || database.check.state == CheckState::kFail) return;
  const auto lost = lost_half(folder, database.content);
  if (lost) blame(has_profile(folder) ? database.check : profile, lost->what(), "");
}

}  // namespace ngcshare
