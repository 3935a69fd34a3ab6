// A prepared statement that a store compiles once and keeps, and the rows of one run of it.
// Only stores include this.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "storage/key.h"

namespace ngcshare::storage {

class Database;
class Statement;

// One run. While it lives its statement can't be run again; when it goes the statement is reset,
// because a forgotten reader would keep the write-ahead log from being copied back.
class Rows {
 public:
  explicit Rows(Statement& statement) noexcept : statement_(statement) {}
  ~Rows();
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;

  bool next();  // false: no more rows. Throws StorageError.

  // Values of the current row. REQUIRES: next() was true, the column (from 0) is of that type.
  bool is_null(int column) const;
  bool boolean(int column) const { return integer(column) != 0; }
  std::int64_t integer(int column) const;
  std::uint16_t port(int column) const { return static_cast<std::uint16_t>(integer(column)); }
  std::string bytes(int column) const;  // text or blob
  Key32 key(int column) const;          // throws StorageError kCorrupt when it isn't 32 bytes
  std::optional<Key32> optional_key(int column) const;

 private:
  Statement& statement_;
};

// A blob to bind: text whose bytes needn't be characters.
struct Blob {
  std::string_view bytes;
};

class Statement {
 public:
  // REQUIRES: the statement goes before the database. Throws StorageError.
  Statement(Database& database, const char* sql);

  // Runs to the end with the values as ?1, ?2, …; returns how many rows changed.
  template <class... Values>
  int execute(const Values&... values) {
    bind_all(values...);
    return run_bound();
  }

  // Starts with the values as ?1, ?2, …
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
