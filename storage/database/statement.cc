#include "storage/database/statement.h"

#include <SQLiteCpp/Column.h>

#include <algorithm>
#include <cstddef>

#include "storage/database/database.h"
#include "storage/files/error.h"

namespace ngcshare::storage {

Rows::~Rows() { statement_.statement_.tryReset(); }

bool Rows::next() {
  return statement_.database_.guarded([&] { return statement_.statement_.executeStep(); });
}

bool Rows::is_null(int column) const { return statement_.statement_.isColumnNull(column); }

std::int64_t Rows::integer(int column) const {
  return statement_.statement_.getColumn(column).getInt64();
}

std::string Rows::bytes(int column) const {
  const SQLite::Column value = statement_.statement_.getColumn(column);
  const auto* data = static_cast<const char*>(value.getBlob());
  return data == nullptr ? std::string()
                         : std::string(data, static_cast<std::size_t>(value.size()));
}

Key32 Rows::key(int column) const {
  const SQLite::Column value = statement_.statement_.getColumn(column);
  const auto* data = static_cast<const std::uint8_t*>(value.getBlob());
  Key32 key{};
  if (data == nullptr || static_cast<std::size_t>(value.size()) != key.size()) {
    throw StorageError(StorageError::Kind::kCorrupt, statement_.database_.path(),
                       "is damaged (a key has the wrong length)", kAdviceCorrupt);
  }
  std::copy_n(data, key.size(), key.begin());
  return key;
}

std::optional<Key32> Rows::optional_key(int column) const {
  if (is_null(column)) return std::nullopt;
  return key(column);
}

Statement::Statement(Database& database, const char* sql)
    : database_(database),
      statement_(database.guarded([&] { return SQLite::Statement(database.connection_, sql); })) {}

void Statement::bind(int index, std::string_view text) {
  database_.guarded([&] { statement_.bind(index, std::string(text)); });
}

void Statement::bind(int index, Blob blob) {
  // An empty view may have a null pointer, which SQLite would bind as NULL.
  const char* data = blob.bytes.empty() ? "" : blob.bytes.data();
  database_.guarded([&] { statement_.bind(index, data, static_cast<int>(blob.bytes.size())); });
}

void Statement::bind(int index, const Key32& key) {
  database_.guarded([&] { statement_.bind(index, key.data(), static_cast<int>(key.size())); });
}

void Statement::bind_integer(int index, std::int64_t value) {
  database_.guarded([&] { statement_.bind(index, value); });
}

void Statement::bind_null(int index) {
  database_.guarded([&] { statement_.bind(index); });
}

int Statement::run_bound() {
  Rows rows(*this);
  rows.next();
  return statement_.getChanges();
}

}  // namespace ngcshare::storage
