# Builds the .deb. If you build packages for others, give your own address:
# -DNGCSHARE_MAINTAINER="Name <address>".
set(NGCSHARE_MAINTAINER "ngcshare maintainers <maintainers@ngcshare.example>" CACHE STRING
    "Maintainer of the package")
set(debian ${CMAKE_CURRENT_SOURCE_DIR}/deploy/debian)
set(CPACK_GENERATOR DEB)
set(CPACK_SET_DESTDIR ON)  # for /etc
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_NAME ngcshare)
set(CPACK_PACKAGE_CONTACT "${NGCSHARE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "share network services with a Tox group")
set(CPACK_PACKAGE_DESCRIPTION
"A gateway shares services of its machine, such as a game server or a web
server, with a group of the Tox network; each member of the group has them
on ports of their own machines. Neither side needs a public address, a
forwarded port or an account, and everything between them is encrypted.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Each of these packages can create the service's user.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${debian}/conffiles ${debian}/postinst ${debian}/prerm ${debian}/postrm)

# What Debian wants to be told in a package's documentation, and compressed.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
configure_file(${debian}/changelog.in changelog.Debian @ONLY)
configure_file(CHANGELOG.md changelog COPYONLY)
foreach(file changelog changelog.Debian)
  add_custom_command(OUTPUT ${file}.gz COMMAND gzip -9nkf ${file} DEPENDS ${CMAKE_BINARY_DIR}/${file})
  install(FILES ${CMAKE_BINARY_DIR}/${file}.gz DESTINATION ${CMAKE_INSTALL_DOCDIR})
endforeach()
add_custom_target(ngcshare_changelogs ALL
                  DEPENDS ${CMAKE_BINARY_DIR}/changelog.gz ${CMAKE_BINARY_DIR}/changelog.Debian.gz)
install(FILES deploy/debian/copyright README.md SECURITY.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
include(CPack)
