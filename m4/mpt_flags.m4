dnl SPDX-License-Identifier: GPL-2.0-or-later
dnl
dnl What goes in: lists of flags.  What comes out: the ones that this compiler and linker take, appended to
dnl a variable.  A flag never gets through because a compiler only warned about it (clang does, about
dnl those it does not know), and CFLAGS and LDFLAGS, which are the user's, are never changed.

# MPT_CFLAGS_APPEND(VARIABLE, FLAGS)
# ----------------------------------
# clang tells of an unknown -W only as a warning; -Werror makes the question a real one.  For -Wno-x,
# which gcc takes for any x in silence, -Wx is asked in its place.
AC_DEFUN([MPT_CFLAGS_APPEND],
[AC_LANG_ASSERT([C])dnl
for mpt_flag in m4_normalize([$2]); do
  AS_CASE([$mpt_flag],
    [-Wno-*], [mpt_ask=-W`AS_ECHO(["$mpt_flag"]) | sed 's/^-Wno-//'`],
    [mpt_ask=$mpt_flag])
  AS_VAR_PUSHDEF([mpt_cv], [mpt_cv_cflag_$mpt_flag])dnl
  AC_CACHE_CHECK([whether $CC takes $mpt_flag], [mpt_cv],
    [mpt_save_CFLAGS=$CFLAGS
     CFLAGS="$CFLAGS -Werror $mpt_ask"
     AC_COMPILE_IFELSE([AC_LANG_PROGRAM([], [])],
       [AS_VAR_SET([mpt_cv], [yes])], [AS_VAR_SET([mpt_cv], [no])])
     CFLAGS=$mpt_save_CFLAGS])
  AS_VAR_IF([mpt_cv], [yes], [AS_VAR_APPEND([$1], [" $mpt_flag"])])
  AS_VAR_POPDEF([mpt_cv])dnl
done
])

# MPT_LDFLAGS_APPEND(VARIABLE, FLAGS)
# -----------------------------------
# -pie is asked with -fPIE, or the linker would refuse what it is given rather than the flag.
AC_DEFUN([MPT_LDFLAGS_APPEND],
[AC_LANG_ASSERT([C])dnl
for mpt_flag in m4_normalize([$2]); do
  AS_VAR_PUSHDEF([mpt_cv], [mpt_cv_ldflag_$mpt_flag])dnl
  AC_CACHE_CHECK([whether the linker takes $mpt_flag], [mpt_cv],
    [mpt_save_CFLAGS=$CFLAGS
     mpt_save_LDFLAGS=$LDFLAGS
     CFLAGS="$CFLAGS -fPIE"
     LDFLAGS="$LDFLAGS -Werror $mpt_flag"
     AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
       [AS_VAR_SET([mpt_cv], [yes])], [AS_VAR_SET([mpt_cv], [no])])
     CFLAGS=$mpt_save_CFLAGS
     LDFLAGS=$mpt_save_LDFLAGS])
  AS_VAR_IF([mpt_cv], [yes], [AS_VAR_APPEND([$1], [" $mpt_flag"])])
  AS_VAR_POPDEF([mpt_cv])dnl
done
])

# MPT_SANITIZER(OPTION, SANITIZER, FURTHER FLAGS)
# -----------------------------------------------
# Where --enable-OPTION was given, add -fsanitize=SANITIZER to MPT_SANITIZE_CFLAGS, which goes to the
# compiler and the linker.  What was asked for and cannot be had is an error.
AC_DEFUN([MPT_SANITIZER],
[AS_IF([test "x$enable_$1" = xyes],
  [AC_MSG_CHECKING([whether $CC links with -fsanitize=$2])
   mpt_save_CFLAGS=$CFLAGS
   CFLAGS="$CFLAGS -fsanitize=$2 $3"
   AC_LINK_IFELSE([AC_LANG_PROGRAM([], [])],
     [AC_MSG_RESULT([yes])
      AS_VAR_APPEND([MPT_SANITIZE_CFLAGS], [" -fsanitize=$2 $3 -fno-omit-frame-pointer"])],
     [AC_MSG_RESULT([no])
      AC_MSG_ERROR([--enable-$1 was given, but $CC cannot link with -fsanitize=$2 (its run-time library is missing?)])])
   CFLAGS=$mpt_save_CFLAGS])
])
