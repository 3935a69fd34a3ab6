#include "storage/stores/service_store.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "storage/database/database.h"
#include "storage/files/error.h"
#include "storage/stores/group_store.h"
#include "tests/support/storage_fixtures.h"

namespace ngcshare::storage {
namespace {

using namespace std::string_literals;

using Kind = StorageError::Kind;
using Names = std::vector<std::string>;

class ServiceStoreTest : public testing::Test {
 protected:
  void declare(const std::string& name) {
    ServiceRecord service = sample_service(name);
    service.declared = true;
    services_.put(service);
  }
  Names names() {
    Names found;
    for (const ServiceRecord& service : services_.list()) found.push_back(service.name);
    return found;
  }

  TemporaryFolder folder_;
  Database database_{folder_ / "ngcshare.db"};
  ServiceStore services_{database_};
};

TEST_F(ServiceStoreTest, FindsWhatWasAdded) {
  EXPECT_TRUE(services_.add(sample_service("minecraft")));
  EXPECT_EQ(unnumbered(services_.find("minecraft")), sample_service("minecraft"));
}

TEST_F(ServiceStoreTest, AnUnknownServiceIsAValue) {
  EXPECT_EQ(services_.find("minecraft"), std::nullopt);
  EXPECT_FALSE(services_.remove("minecraft"));
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(ServiceStoreTest, AddingATakenNameChangesNothing) {
  services_.add(sample_service("minecraft"));
  ServiceRecord other = sample_service("minecraft");
  other.ports = {one_port(80)};
  EXPECT_FALSE(services_.add(other));
  EXPECT_EQ(unnumbered(services_.find("minecraft")), sample_service("minecraft"));
}

TEST_F(ServiceStoreTest, PuttingATakenNameReplacesTheRecord) {
  services_.add(sample_service("minecraft"));
  GroupStore groups(database_);
  groups.put(sample_group(3));
  const ServiceRecord other{.name = "minecraft",
                            .host = "::1",
                            .ports = {{.first = 65534, .last = 65535, .tcp = false, .udp = true}},
                            .chat_id = key_of(3),
                            .declared = true,
                            .description = "",
                            .enabled = false,
                            .policy = ServicePolicy::kList,
                            .observers = true,
                            .limits = {.connections_per_peer = 1,
                                       .connections_in_all = 4294967295,
                                       .bytes_per_second_per_peer = 3,
                                       .bytes_per_second_in_all = 5'000'000'000},
                            .created_at = -1,
                            .created_by = std::nullopt};
  services_.put(other);
  EXPECT_EQ(unnumbered(services_.list()), std::vector{other});
}

TEST_F(ServiceStoreTest, KeepsManyPortsInTheirOrder) {
  ServiceRecord game = sample_service("game");
  game.ports = {{2456, 2458, false, true}, {80, 80, true, true}, {8, 8, true, false}};
  services_.add(game);
  EXPECT_EQ(unnumbered(services_.find("game")), game);
  services_.add(sample_service("another"));
  EXPECT_EQ(unnumbered(services_.list()), (std::vector{sample_service("another"), game}));
  game.ports = {{9, 9, true, false}};
  services_.put(game);
  EXPECT_EQ(unnumbered(services_.find("game")), game);
}

TEST_F(ServiceStoreTest, AServiceKeepsItsIdAndNoOtherGetsIt) {
  const auto first = services_.add(sample_service("web"));
  ASSERT_TRUE(first);
  EXPECT_EQ(services_.find("web")->id, *first);
  EXPECT_EQ(services_.put(sample_service("web")), *first);
  services_.remove("web");
  const int64_t second = services_.put(sample_service("web"));
  EXPECT_GT(second, *first);
  EXPECT_GT(services_.replace(sample_service("web")), second);
  EXPECT_EQ(services_.list().size(), 1U);
}

TEST_F(ServiceStoreTest, ListsByName) {
  for (const char* name : {"web", "Quake", "ssh", "дом"}) services_.add(sample_service(name));
  EXPECT_EQ(names(), (Names{"Quake", "ssh", "web", "дом"}));
}

TEST_F(ServiceStoreTest, NamesThatDifferInCaseAreDifferent) {
  EXPECT_TRUE(services_.add(sample_service("web")));
  EXPECT_TRUE(services_.add(sample_service("Web")));
}

TEST_F(ServiceStoreTest, NamesAreNeverTakenForSql) {
  const Names odd{"",
                  "'",
                  "\"",
                  "a' OR '1'='1",
                  "x'); DROP TABLE services;--",
                  "%",
                  "?1",
                  "back\\slash",
                  "line\nbreak",
                  "nul\0tail"s,
                  "nul",
                  "\xff\xfe not utf-8",
                  "сервер 🎮",
                  std::string(5000, 'x')};
  for (const std::string& name : odd) {
    ServiceRecord service = sample_service(name);
    service.host = name;
    service.description = name;
    EXPECT_TRUE(services_.add(service)) << name;
    EXPECT_EQ(unnumbered(services_.find(name)), service) << name;
  }
  EXPECT_EQ(services_.list().size(), odd.size());
  for (const std::string& name : odd) EXPECT_TRUE(services_.remove(name)) << name;
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(ServiceStoreTest, RefusesRecordsThatBreakTheRules) {
  ServiceRecord no_port = sample_service("a");
  no_port.ports.clear();
  ServiceRecord no_transport = sample_service("b");
  no_transport.ports[0].tcp = false;
  ServiceRecord no_connections = sample_service("d");
  no_connections.limits.connections_in_all = 0;
  ServiceRecord unknown_group = sample_service("c");
  unknown_group.chat_id = key_of(9);
  for (const ServiceRecord& record : {no_port, no_transport, no_connections, unknown_group}) {
    EXPECT_EQ(kind_of([&] { services_.add(record); }), Kind::kOther) << record.name;
    EXPECT_EQ(kind_of([&] { services_.put(record); }), Kind::kOther) << record.name;
  }
  EXPECT_TRUE(services_.list().empty());
}

TEST_F(ServiceStoreTest, WorksOnAfterARefusedRecord) {
  ServiceRecord no_port = sample_service("a");
  no_port.ports.clear();
  EXPECT_TRUE(error_of([&] { services_.add(no_port); }));
  EXPECT_TRUE(services_.add(sample_service("a")));
}

TEST_F(ServiceStoreTest, RemovesDeclaredServicesThatAreNoLongerConfigured) {
  for (const char* name : {"old", "kept", "older"}) declare(name);
  services_.add(sample_service("shared by hand"));
  EXPECT_EQ(services_.remove_declared_except(Names{"kept", "never seen"}), (Names{"old", "older"}));
  EXPECT_EQ(names(), (Names{"kept", "shared by hand"}));
}

TEST_F(ServiceStoreTest, RemovesNoDeclaredServiceWhenOneCannotBeRemoved) {
  for (const char* name : {"a", "b", "c"}) declare(name);
  execute_raw(folder_ / "ngcshare.db",
              "CREATE TRIGGER keep BEFORE DELETE ON services WHEN old.name = 'b' "
              "BEGIN SELECT RAISE (ABORT, 'kept'); END");
  EXPECT_EQ(kind_of([&] { services_.remove_declared_except({}); }), Kind::kOther);
  EXPECT_EQ(names(), (Names{"a", "b", "c"}));
}

TEST_F(ServiceStoreTest, RemovesEveryDeclaredServiceWhenNoneIsConfigured) {
  declare("old");
  EXPECT_EQ(services_.remove_declared_except({}), Names{"old"});
  EXPECT_EQ(services_.remove_declared_except({}), Names{});
}

// As a crafted or repaired database may have them: no table demands that a service has ports.
TEST_F(ServiceStoreTest, ReadsNoServiceWhosePortsNoProgramOfOursCanHaveWritten) {
  const char* const kEdits[] = {
      "DELETE FROM service_ports",
      "UPDATE service_ports SET first = 1, last = 65535",
      "INSERT INTO service_ports SELECT service_id, 99, first, last, tcp, udp FROM service_ports",
  };
  for (const char* const edit : kEdits) {
    services_.put(sample_service("web"));
    execute_raw(folder_ / "ngcshare.db", edit);
    EXPECT_EQ(kind_of([&] { services_.list(); }), Kind::kCorrupt) << edit;
    EXPECT_EQ(kind_of([&] { services_.find("web"); }), Kind::kCorrupt) << edit;
  }
}

}  // namespace
}  // namespace ngcshare::storage
