/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * expand.c - names of files that are different in each process of a job.
 *
 * In: a name with %p, %h, %r and %% in it, and what the system and the
 * environment say these are. Out: a name. A host's name and a rank never
 * bring a slash into it: they say which file, not in which directory.
 */
#include "expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"

static int put_percent(const char *option, struct mpt_buf *buf, struct mpt_err *err)
{
	(void)option, (void)err;
	mpt_buf_putc(buf, '%');
	return 0;
}

static int put_pid(const char *option, struct mpt_buf *buf, struct mpt_err *err)
{
	(void)option, (void)err;
	mpt_buf_s64(buf, getpid());
	return 0;
}

static int put_host(const char *option, struct mpt_buf *buf, struct mpt_err *err)
{
	char host[65]; /* HOST_NAME_MAX + 1 */
	char *slash;

	if (gethostname(host, sizeof(host)) < 0)
		return mpt_err_set(err, errno, "%s: the host's name for %%h", option);
	host[sizeof(host) - 1] = '\0';
	for (slash = host; (slash = strchr(slash, '/'));)
		*slash = '_';
	mpt_buf_puts(buf, host);
	return 0;
}

/* Open MPI's own variable first: under srun it is set beside Slurm's, and they can differ. */
static int put_rank(const char *option, struct mpt_buf *buf, struct mpt_err *err)
{
	static const char *const names[] = { "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK",
					     "SLURM_PROCID" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		const char *rank = getenv(names[i]);

		if (!rank || !*rank)
			continue;
		if (rank[strspn(rank, "0123456789")])
			return mpt_err_set(err, 0, "%s: %%r: %s is '%s', which is no rank", option,
					   names[i], rank);
		mpt_buf_puts(buf, rank);
		return 0;
	}
	mpt_err_set(err, 0, "%s: %%r: nothing says which rank this is", option);
	mpt_err_hint(err, "start it by mpirun or srun, which set %s, %s, %s or %s", names[0],
		     names[1], names[2], names[3]);
	return -EINVAL;
}

static const struct {
	char letter;
	int (*put)(const char *option, struct mpt_buf *buf, struct mpt_err *err);
} parts[] = { { '%', put_percent }, { 'p', put_pid }, { 'h', put_host }, { 'r', put_rank } };

static int put_part(char letter, const char *option, struct mpt_buf *buf, struct mpt_err *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++)
		if (parts[i].letter == letter)
			return parts[i].put(option, buf, err);
	mpt_err_usage(err, "%s: '%%%.1s' means nothing in a name", option, &letter);
	mpt_err_hint(err, "there are %%p, %%h and %%r; %%%% is a per cent sign");
	return -EINVAL;
}

int mpt_expand(const char *option, const char *name, char **ret, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char *expanded;
	int rc = 0;

	/* the order counts: after an error the name may have ended */
	for (; rc == 0 && *name; name++) {
		if (*name != '%')
			mpt_buf_putc(&buf, *name);
		else
			rc = put_part(*++name, option, &buf, err);
	}
	if (rc < 0)
		return rc;
	mpt_buf_putc(&buf, '\0');
	expanded = buf.failed ? NULL : strdup(buf.data);
	if (!expanded)
		return mpt_err_set(err, ENOMEM, "%s", option);
	*ret = expanded;
	return 0;
}
