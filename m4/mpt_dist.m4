dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl
dnl What goes in: tar.  What comes out: automake's command for `make dist', am__tar, so that two tarballs of
dnl one source are equal to the last byte, whoever makes them, when, and wherever.  It never decides
dnl what is in them.

# MPT_REPRODUCIBLE_DIST
# ---------------------
# The time of all files is SOURCE_DATE_EPOCH, else that of the commit, else (a tarball unpacked) that of
# configure.ac there.  Other tars than GNU's make a good tarball, too, but not the same one.
AC_DEFUN([MPT_REPRODUCIBLE_DIST],
[AC_CACHE_CHECK([whether tar can make reproducible tarballs], [mpt_cv_tar_sort],
  [AS_IF([tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf /dev/null "$srcdir/configure.ac" 2>/dev/null],
    [mpt_cv_tar_sort=yes], [mpt_cv_tar_sort=no])])
AS_IF([test "x$mpt_cv_tar_sort" = xyes],
  [am__tar='tar --format=ustar --sort=name --mtime="@$(MPT_DIST_EPOCH)" --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -chf - "$$tardir"'])
MPT_DIST_EPOCH='$${SOURCE_DATE_EPOCH-`cd "$(srcdir)" && { test -e .git && git -c safe.directory="*" log -1 --format=%ct 2>/dev/null || stat -c %Y configure.ac; }`}'
AC_SUBST([MPT_DIST_EPOCH])
])
