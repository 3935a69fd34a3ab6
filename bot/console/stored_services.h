// The services in the database of a gateway that is not running. Changes take effect when it
// starts.
#pragma once

#include "bot/people/access.h"
#include "bot/services/catalog.h"
#include "storage/stores/service_store.h"

namespace ngcshare {

class StoredServices : public ServiceCatalog {
 public:
  // REQUIRES: both outlive this.
  StoredServices(storage::ServiceStore& store, Access& access) : store_(store), access_(access) {}

  std::optional<std::string> share(const ShareSpec& spec, const std::optional<Key>& chat_id,
                                   const std::optional<Key>& by) override;
  std::optional<std::string> edit(const storage::ServiceRecord& record) override;
  bool unshare(const std::string& name) override;
  std::optional<storage::ServiceRecord> find(std::string_view name) const override {
    return store_.find(name);
  }
  void change(const storage::ServiceRecord& record) override { store_.put(record); }
  void review() override {}
  std::vector<Shown> list(const std::optional<Key>& chat_id) const override;
  std::vector<Connection> connections(
      const std::optional<std::string>& /*service*/) const override {
    return {};
  }
  bool drop(uint32_t /*id*/) override { return false; }

 private:
  storage::ServiceStore& store_;
  Access& access_;
};

}  // namespace ngcshare
