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
  [for mpt_module in libtracefs libtraceevent; do
     AS_CASE([$mpt_missing], [*"$mpt_module >= "*],
       [mpt_here=`$PKG_CONFIG --modversion $mpt_module 2>/dev/null` &&
        AS_VAR_APPEND([mpt_too_old], ["
$mpt_module $mpt_here is here, and too old"])])
   done
   AC_MSG_ERROR([cannot build $PACKAGE_NAME without:$mpt_missing$mpt_too_old
Install them and run configure again:
  Debian: apt-get install$mpt_missing_deb
  Fedora: dnf install$mpt_missing_rpm])])])

# MPT_STATIC_LINKS(LIBS, IF IT LINKS, IF NOT)
# -------------------------------------------
# Whether a program links with LIBS and no shared library.
AC_DEFUN([MPT_STATIC_LINKS],
[mpt_save_LIBS=$LIBS
 mpt_save_CFLAGS=$CFLAGS
 mpt_save_LDFLAGS=$LDFLAGS
 LIBS="$1 $LIBS"
 CFLAGS="$CFLAGS -fPIE"
 LDFLAGS="$LDFLAGS $MPT_STATIC_LDFLAGS"
 AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])], [mpt_links=yes], [mpt_links=no])
 LIBS=$mpt_save_LIBS
 CFLAGS=$mpt_save_CFLAGS
 LDFLAGS=$mpt_save_LDFLAGS
 AS_IF([test "x$mpt_links" = xyes], [$2], [$3])])

# MPT_OPTIONAL_LIBRARY(NAME, MODULES, IF FOUND, IF NOT FOUND)
# -----------------------------------------------------------
# PKG_CHECK_MODULES, and for --enable-static-binary found only where it has an archive.
AC_DEFUN([MPT_OPTIONAL_LIBRARY],
[mpt_optional=no
PKG_CHECK_MODULES([$1], [$2], [mpt_optional=yes], [:])
AS_IF([test "x$mpt_optional$enable_static_binary" = xyesyes],
  [AC_MSG_CHECKING([for an archive of $2])
   MPT_STATIC_LINKS([$$1_LIBS], [], [mpt_optional=no])
   AC_MSG_RESULT([$mpt_optional])])
AS_IF([test "x$mpt_optional" = xyes], [$3],
  [$1_CFLAGS= $1_LIBS=
   $4])])

# MPT_STATIC_PIE
# --------------
# Sets MPT_STATIC_LDFLAGS: how a program without shared libraries is linked: so that it can be loaded anywhere, where the C library
# has what that needs (Debian 12's of ppc64el has not).
AC_DEFUN([MPT_STATIC_PIE],
[AC_MSG_CHECKING([whether $CC links -static-pie])
 MPT_STATIC_LDFLAGS=-static-pie
 MPT_STATIC_LINKS([], [AC_MSG_RESULT([yes])],
   [AC_MSG_RESULT([no])
    MPT_STATIC_LDFLAGS='-no-pie -static'])])

# MPT_STATIC_CHECK(LIBS, DEBIAN PACKAGES)
# ---------------------------------------
# What was asked for and cannot be had is an error.
AC_DEFUN([MPT_STATIC_CHECK],
[AS_IF([test "x$enable_static_binary" = xyes],
  [AC_MSG_CHECKING([whether all libraries have archives])
   MPT_STATIC_LINKS([$1], [AC_MSG_RESULT([yes])],
     [AC_MSG_RESULT([no])
      AC_MSG_ERROR([--enable-static-binary was given, but $CC does not link $MPT_STATIC_LDFLAGS with $1; config.log has what is missing. Debian has archives in: $2])])])])
