/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * errname.h - strerrorname_np(), for C libraries older than glibc 2.32.
 *
 * Of the errors that the workloads' calls can meet; another one is its number's
 * absence, "E?", which no tool prints.
 */
#ifndef ERRNAME_H
#define ERRNAME_H

#include <errno.h>
#include <stddef.h>
#include <string.h>

#if defined __GLIBC__ && !__GLIBC_PREREQ(2, 32)
static inline const char *strerrorname_np(int error)
{
#define NAME(name) [name] = #name
	static const char *const names[] = {
		NAME(EPERM),  NAME(ENOENT), NAME(ESRCH),  NAME(EINTR),	 NAME(EIO),
		NAME(ENXIO),  NAME(E2BIG),  NAME(EBADF),  NAME(EAGAIN),	 NAME(ENOMEM),
		NAME(EACCES), NAME(EFAULT), NAME(EBUSY),  NAME(EEXIST),	 NAME(ENODEV),
		NAME(EINVAL), NAME(ENOSPC), NAME(ENOSYS), NAME(ENODATA),
	};
#undef NAME

	return error > 0 && (size_t)error < sizeof(names) / sizeof(names[0]) && names[error]
		       ? names[error]
		       : "E?";
}
#endif

#endif
