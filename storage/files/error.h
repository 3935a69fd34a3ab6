// The exception thrown by storage for a broken disk, file or schema. what() is one line for a
// person: it names the file, says what is wrong and what to do, and is safe to print. It contains
// no stored content.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ngcshare::storage {

class StorageError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    kUnreadable,  // missing, not permitted, or not a regular file
    kNewer,       // written by a newer ngcshare; left unchanged
    kCorrupt,     // damaged, or not a database at all
    kReadOnly,    // file, folder or disk can be read but not written
    kFull,        // disk, quota or file size limit reached
    kBusy,        // locked by another process
    kLost,        // missing or empty although the rest of its data folder is in use
    kOther,       // another program's database, a violated constraint, an I/O error
  };

  // Makes what() "FILE: PROBLEM; ADVICE", with control characters replaced so that it is one line.
  StorageError(Kind kind, const std::filesystem::path& file, std::string_view problem,
               std::string_view advice);

  Kind kind() const noexcept { return kind_; }
  // Returns the same error with other advice.
  StorageError with_advice(std::string_view advice) const;

 private:
  StorageError(Kind kind, const std::string& fault, std::string_view advice);

  Kind kind_;
  std::size_t fault_bytes_;  // of what(): without the advice
};

// The kind of access that a failed system call tried; decides what a missing permission means.
enum class FileAccess : std::uint8_t { kRead, kWrite };

// Returns the error for a system call on `file` that set errno to `error_number`.
StorageError system_call_error(const std::filesystem::path& file, int error_number,
                               FileAccess access);

// Returns true if the errno value means that there is no room: disk, quota or file size limit.
bool means_full(int error_number) noexcept;

inline constexpr std::string_view kAdviceFull = "free some space and try again";
inline constexpr std::string_view kAdviceReadOnly =
    "make the file and its folder writable for this user";
inline constexpr std::string_view kAdviceUnreadable =
    "check that the path is right and that this user may read and write there";
inline constexpr std::string_view kAdviceCorrupt =
    "restore a backup, or move this file away and start once with --new-start";
inline constexpr std::string_view kAdviceLost = "restore a backup of it";
inline constexpr std::string_view kAdviceDisk =
    "check the disk for errors, and restore a backup onto a sound one if they stay";
inline constexpr std::string_view kAdviceBusy = "stop that process and try again";
inline constexpr std::string_view kAdviceBug = "this is a bug in ngcshare: please report it";

}  // namespace ngcshare::storage
