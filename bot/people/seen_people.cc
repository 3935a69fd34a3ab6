#include "bot/people/seen_people.h"

#include "bot/base/log.h"
#include "bot/base/steady_time.h"
#include "storage/database/transaction.h"
#include "storage/files/error.h"
#include "storage/values/clipped.h"

namespace ngcshare {

SeenPeople::SeenPeople(asio::io_context& loop, storage::Database& database,
                       storage::PersonStore& store, std::function<int64_t()> unix_now)
    : database_(database), store_(store), unix_now_(std::move(unix_now)), timer_(loop) {}

void SeenPeople::note(const storage::Person& person, std::string_view nick) {
  const auto kept = storage::clipped(nick, storage::PersonStore::kMaxNickBytes);
  std::vector<Sight>& sights = waiting_[person];
  std::erase_if(sights, [&](const Sight& sight) { return sight.nick == kept; });
  if (sights.size() >= storage::PersonStore::kMostNicknames) sights.erase(sights.begin());
  sights.push_back({std::string(kept), unix_now_()});
  if (waiting_.size() >= kMostWaiting) {
    try_to_write();
    if (waiting_.size() >= kMostWaiting) waiting_.clear();
  }
  write_later();
}

void SeenPeople::write() {
  if (waiting_.empty()) return;
  storage::Transaction transaction(database_);
  for (const auto& [person, sights] : waiting_) {
    for (const Sight& sight : sights) store_.seen(person, sight.nick, sight.at);
  }
  transaction.commit();
  waiting_.clear();
}

void SeenPeople::end() {
  timer_.cancel();
  try_to_write();
}

void SeenPeople::try_to_write() {
  try {
    write();
    if (fault_.over()) {
      log_info("storage.works", "{what} can be stored again",
               Field{"what", "the people seen in the groups"});
    }
  } catch (const storage::StorageError& error) {
    if (!fault_.met(steady_now())) return;
    log_error("people.not_saved", "the people seen in the groups could not be saved: {error}",
              Field{"error", error.what()});
  }
}

void SeenPeople::write_later() {
  if (armed_ || waiting_.empty()) return;
  armed_ = true;
  timer_.expires_after(kDelay);
  timer_.async_wait([this](const asio::error_code& error) {
    if (error) return;
    armed_ = false;
    try_to_write();
    write_later();
  });
}

}  // namespace ngcshare
