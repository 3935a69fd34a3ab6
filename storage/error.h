// What storage throws: a broken disk, file or schema. what() is one line for a person: it names the
// file, says what is wrong and what to do, and can be printed as it is. It holds no stored content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace ngcshare::storage {

class StorageError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    kUnreadable,  // missing, not permitted, or not a regular file
    kNewer,       // written by a later ngcshare; left as it was
    kCorrupt,     // damaged, or not a database at all
    kReadOnly,    // can be read but not written: file, folder or disk
    kFull,        // disk, quota or file size limit reached
    kBusy,        // another process holds it
    kOther,       // another program's database, a violated constraint, an I/O error
  };

  // what() becomes "FILE: PROBLEM; ADVICE", control characters replaced so that it stays one line.
  StorageError(Kind kind, const std::filesystem::path& file, std::string_view problem,
               std::string_view advice);

  Kind kind() const noexcept { return kind_; }

 private:
  Kind kind_;
};

// What was tried when a system call failed; decides what a missing permission means.
enum class FileAccess : std::uint8_t { kRead, kWrite };

// The error for a system call on `file` that left `error_number` in errno.
StorageError system_call_error(const std::filesystem::path& file, int error_number,
                               FileAccess access);

// Whether the errno value says that there is no room: disk, quota or file size limit.
bool means_full(int error_number) noexcept;

inline constexpr std::string_view kAdviceFull = "free some space and try again";
inline constexpr std::string_view kAdviceReadOnly =
    "make the file and its folder writable for this user";
inline constexpr std::string_view kAdviceUnreadable =
    "check that the path is right and that this user may read and write there";
inline constexpr std::string_view kAdviceCorrupt =
    "restore a backup, or move the file away to start anew";

}  // namespace ngcshare::storage
