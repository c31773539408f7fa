/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unit.h - what every unit test includes before cmocka.h, in the order that it
 * wants, and a comparison of a buffer with the text that it should hold.
 */
#ifndef MPT_TEST_UNIT_H
#define MPT_TEST_UNIT_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "buf.h"

/* The buffer holds exactly @text; it is empty afterwards. */
static inline void assert_text(struct mpt_buf *buf, const char *text)
{
	assert_string_equal(mpt_buf_cstr(buf), text);
	assert_int_equal(buf->len, strlen(text));
	buf->len = 0;
}

#endif
