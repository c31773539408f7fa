dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl
dnl What goes in: the libraries that are needed, each with the packages that hold it.  What comes out:
dnl NAME_CFLAGS and NAME_LIBS, or one error that lists all that is missing, so that one installation and
dnl one more run of configure are enough.  It never stops at the first.

# MPT_MISSING(WHAT, DEBIAN PACKAGE, FEDORA PACKAGE)
# -------------------------------------------------
AC_DEFUN([MPT_MISSING],
[AS_VAR_APPEND([mpt_missing], ["
  $1 (Debian: $2, Fedora: $3)"])
AS_VAR_APPEND([mpt_missing_deb], [" $2"])
AS_VAR_APPEND([mpt_missing_rpm], [" $3"])])

# MPT_NOTE_VERSION(MODULE)
# ------------------------
# A line of --version; modules have the names of their libraries, with or without lib.
AC_DEFUN([MPT_NOTE_VERSION],
[AS_VAR_APPEND([mpt_built_with], ["  m4_if(m4_substr([$1], [0], [3]), [lib], [], [lib])$1 `$PKG_CONFIG --modversion $1 2>/dev/null || echo unknown`\\n"])])

# MPT_LIBRARY(NAME, MODULE, VERSION CONDITION, DEBIAN PACKAGE, FEDORA PACKAGE)
# ----------------------------------------------------------------------------
# Without pkg-config itself no module can be asked for: each is then listed, since it may be missing.
AC_DEFUN([MPT_LIBRARY],
[AC_REQUIRE([PKG_PROG_PKG_CONFIG])dnl
AS_IF([test -z "$PKG_CONFIG" && test -z "$mpt_missing_pkg_config"],
  [mpt_missing_pkg_config=yes
   MPT_MISSING([pkg-config, without which the libraries below cannot be asked for],
     [pkg-config], [pkgconf-pkg-config])])
PKG_CHECK_MODULES([$1], [m4_normalize([$2 $3])], [MPT_NOTE_VERSION([$2])],
  [MPT_MISSING([m4_normalize([$2 $3])], [$4], [$5])])])

# MPT_HEADER(HEADER, DEBIAN PACKAGE, FEDORA PACKAGE)
# --------------------------------------------------
AC_DEFUN([MPT_HEADER],
[AC_CHECK_HEADER([$1], [], [MPT_MISSING([the header $1], [$2], [$3])])])

# MPT_MISSING_REPORT
# ------------------
AC_DEFUN([MPT_MISSING_REPORT],
[AS_IF([test -n "$mpt_missing"],
  [AC_MSG_ERROR([cannot build $PACKAGE_NAME without:$mpt_missing
Install them and run configure again:
  Debian: apt-get install$mpt_missing_deb
  Fedora: dnf install$mpt_missing_rpm])])])
