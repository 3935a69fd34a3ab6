// Prepared statements, which stores compile once and keep, and the result rows of one run. Only
// stores include this.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/values/key.h"

namespace ngcshare::storage {

class Database;
class Statement;

// One run of a statement, which cannot be run again before this is destroyed. The destructor resets
// the statement, because an open reader would keep the write-ahead log from being copied back.
class Rows {
 public:
  explicit Rows(Statement& statement) noexcept : statement_(statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next();  // returns false if there are no more rows. Throws StorageError.

  // Values of the current row. REQUIRES: next() returned true; the column (from 0) has that type.
  bool is_null(int column) const;
  bool boolean(int column) const { return integer(column) != 0; }
  std::int64_t integer(int column) const;
  std::uint16_t port(int column) const { return static_cast<std::uint16_t>(integer(column)); }
  std::string bytes(int column) const;  // text or blob
  Key32 key(int column) const;          // throws StorageError kCorrupt unless it has 32 bytes
  std::optional<Key32> optional_key(int column) const;

 private:
  Statement& statement_;
};

// Bytes to bind as a blob instead of as text.
struct Blob {
  std::string_view bytes;
};

class Statement {
 public:
  // Throws StorageError. REQUIRES: the statement is destroyed before `database`.
  Statement(Database& database, const char* sql);

  // Runs to the end with the values as ?1, ?2, …; returns the number of changed rows.
  template <class... Values>
  int execute(const Values&... values) {
    bind_all(values...);
    return run_bound();
  }

  // Starts a run with the values as ?1, ?2, …
  template <class... Values>
  Rows query(const Values&... values) {
    bind_all(values...);
    return Rows(*this);
  }

 private:
  friend class Rows;

  template <class... Values>
  void bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }

  template <std::integral Integer>
  void bind(int index, Integer value) {
    bind_integer(index, static_cast<std::int64_t>(value));
  }
  template <class Value>
  void bind(int index, const std::optional<Value>& value) {
    value ? bind(index, *value) : bind_null(index);
  }
  void bind(int index, std::string_view text);
  void bind(int index, Blob blob);
  void bind(int index, const Key32& key);
  void bind_integer(int index, std::int64_t value);
  void bind_null(int index);
  int run_bound();

  Database& database_;
  SQLite::Statement statement_;
};

}  // namespace ngcshare::storage
