/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xlat.c - names of numbers.
 *
 * Const data and two lookups. A name that the kernel learns goes into its
 * table and nowhere else.
 */
#include "xlat.h"

#include <stddef.h>

#include "cleanup.h"

const struct mpt_xlat mpt_mpol_modes[] = {
	{ 0, "MPOL_DEFAULT" },
	{ 1, "MPOL_PREFERRED" },
	{ 2, "MPOL_BIND" },
	{ 3, "MPOL_INTERLEAVE" },
	{ 4, "MPOL_LOCAL" },		   /* 3.8 */
	{ 5, "MPOL_PREFERRED_MANY" },	   /* 5.15 */
	{ 6, "MPOL_WEIGHTED_INTERLEAVE" }, /* 6.9 */
	{ 0 },
};

const struct mpt_xlat mpt_mpol_mode_flags[] = {
	{ 1 << 15, "MPOL_F_STATIC_NODES" },
	{ 1 << 14, "MPOL_F_RELATIVE_NODES" },
	{ 1 << 13, "MPOL_F_NUMA_BALANCING" }, /* 5.12 */
	{ 0 },
};

const struct mpt_xlat mpt_get_mempolicy_flags[] = {
	{ MPT_MPOL_F_NODE, "MPOL_F_NODE" },
	{ MPT_MPOL_F_ADDR, "MPOL_F_ADDR" },
	{ MPT_MPOL_F_MEMS_ALLOWED, "MPOL_F_MEMS_ALLOWED" },
	{ 0 },
};

const struct mpt_xlat mpt_mpol_mf_flags[] = {
	{ 1, "MPOL_MF_STRICT" },
	{ 2, "MPOL_MF_MOVE" },
	{ 4, "MPOL_MF_MOVE_ALL" },
	{ 8, "MPOL_MF_LAZY" }, /* in the header, rejected by every kernel */
	{ 0 },
};

const struct mpt_xlat mpt_no_flags[] = { { 0 } };

const char *mpt_xlat_name(const struct mpt_xlat *table, uint64_t value)
{
	for (; table->name; table++)
		if (table->value == value)
			return table->name;
	return NULL;
}

const struct mpt_xlat *mpt_xlat_next_flag(const struct mpt_xlat *table, uint64_t *rem)
{
	for (; table->name; table++) {
		if ((*rem & table->value) == table->value) {
			*rem &= ~table->value;
			return table;
		}
	}
	return NULL;
}

/* clang-format off */
static const char *const errno_names[] = {
	[1] = "EPERM",
	[2] = "ENOENT",
	[3] = "ESRCH",
	[4] = "EINTR",
	[5] = "EIO",
	[6] = "ENXIO",
	[7] = "E2BIG",
	[8] = "ENOEXEC",
	[9] = "EBADF",
	[10] = "ECHILD",
	[11] = "EAGAIN",
	[12] = "ENOMEM",
	[13] = "EACCES",
	[14] = "EFAULT",
	[15] = "ENOTBLK",
	[16] = "EBUSY",
	[17] = "EEXIST",
	[18] = "EXDEV",
	[19] = "ENODEV",
	[20] = "ENOTDIR",
	[21] = "EISDIR",
	[22] = "EINVAL",
	[23] = "ENFILE",
	[24] = "EMFILE",
	[25] = "ENOTTY",
	[26] = "ETXTBSY",
	[27] = "EFBIG",
	[28] = "ENOSPC",
	[29] = "ESPIPE",
	[30] = "EROFS",
	[31] = "EMLINK",
	[32] = "EPIPE",
	[33] = "EDOM",
	[34] = "ERANGE",
	[35] = "EDEADLK",
	[36] = "ENAMETOOLONG",
	[37] = "ENOLCK",
	[38] = "ENOSYS",
	[39] = "ENOTEMPTY",
	[40] = "ELOOP",
	[42] = "ENOMSG",
	[43] = "EIDRM",
	[44] = "ECHRNG",
	[45] = "EL2NSYNC",
	[46] = "EL3HLT",
	[47] = "EL3RST",
	[48] = "ELNRNG",
	[49] = "EUNATCH",
	[50] = "ENOCSI",
	[51] = "EL2HLT",
	[52] = "EBADE",
	[53] = "EBADR",
	[54] = "EXFULL",
	[55] = "ENOANO",
	[56] = "EBADRQC",
	[57] = "EBADSLT",
	[59] = "EBFONT",
	[60] = "ENOSTR",
	[61] = "ENODATA",
	[62] = "ETIME",
	[63] = "ENOSR",
	[64] = "ENONET",
	[65] = "ENOPKG",
	[66] = "EREMOTE",
	[67] = "ENOLINK",
	[68] = "EADV",
	[69] = "ESRMNT",
	[70] = "ECOMM",
	[71] = "EPROTO",
	[72] = "EMULTIHOP",
	[73] = "EDOTDOT",
	[74] = "EBADMSG",
	[75] = "EOVERFLOW",
	[76] = "ENOTUNIQ",
	[77] = "EBADFD",
	[78] = "EREMCHG",
	[79] = "ELIBACC",
	[80] = "ELIBBAD",
	[81] = "ELIBSCN",
	[82] = "ELIBMAX",
	[83] = "ELIBEXEC",
	[84] = "EILSEQ",
	[85] = "ERESTART",
	[86] = "ESTRPIPE",
	[87] = "EUSERS",
	[88] = "ENOTSOCK",
	[89] = "EDESTADDRREQ",
	[90] = "EMSGSIZE",
	[91] = "EPROTOTYPE",
	[92] = "ENOPROTOOPT",
	[93] = "EPROTONOSUPPORT",
	[94] = "ESOCKTNOSUPPORT",
	[95] = "EOPNOTSUPP",
	[96] = "EPFNOSUPPORT",
	[97] = "EAFNOSUPPORT",
	[98] = "EADDRINUSE",
	[99] = "EADDRNOTAVAIL",
	[100] = "ENETDOWN",
	[101] = "ENETUNREACH",
	[102] = "ENETRESET",
	[103] = "ECONNABORTED",
	[104] = "ECONNRESET",
	[105] = "ENOBUFS",
	[106] = "EISCONN",
	[107] = "ENOTCONN",
	[108] = "ESHUTDOWN",
	[109] = "ETOOMANYREFS",
	[110] = "ETIMEDOUT",
	[111] = "ECONNREFUSED",
	[112] = "EHOSTDOWN",
	[113] = "EHOSTUNREACH",
	[114] = "EALREADY",
	[115] = "EINPROGRESS",
	[116] = "ESTALE",
	[117] = "EUCLEAN",
	[118] = "ENOTNAM",
	[119] = "ENAVAIL",
	[120] = "EISNAM",
	[121] = "EREMOTEIO",
	[122] = "EDQUOT",
	[123] = "ENOMEDIUM",
	[124] = "EMEDIUMTYPE",
	[125] = "ECANCELED",
	[126] = "ENOKEY",
	[127] = "EKEYEXPIRED",
	[128] = "EKEYREVOKED",
	[129] = "EKEYREJECTED",
	[130] = "EOWNERDEAD",
	[131] = "ENOTRECOVERABLE",
	[132] = "ERFKILL",
	[133] = "EHWPOISON",
};

/* include/linux/errno.h: these reach a tracer, never a program. */
static const char *const kernel_errno_names[] = {
	"ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND", "ENOIOCTLCMD",
	"ERESTART_RESTARTBLOCK", "EPROBE_DEFER", "EOPENSTALE", "ENOPARAM",
};
/* clang-format on */

enum { FIRST_KERNEL_ERRNO = 512 };

const char *mpt_errno_name(int errnum)
{
	unsigned n = (unsigned)errnum;

	if (n < ARRAY_SIZE(errno_names))
		return errno_names[n];
	n -= FIRST_KERNEL_ERRNO;
	return n < ARRAY_SIZE(kernel_errno_names) ? kernel_errno_names[n] : NULL;
}
