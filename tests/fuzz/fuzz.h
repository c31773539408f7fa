/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one file with LLVMFuzzerTestOneInput(). libFuzzer calls it with
 * inputs that it makes up; replay.c, in its place, with those of the corpus.
 * Whatever a target finds wrong ends the program.
 */
#ifndef MPT_FUZZ_H
#define MPT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer's entry. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program where @ok is false, and says what it was. */
#define FUZZ_CHECK(ok) fuzz_check((ok), #ok, __FILE__, __LINE__)
void fuzz_check(bool ok, const char *what, const char *file, int line);

/* What is left of an input. */
struct fuzz_input {
	const uint8_t *data;
	size_t size;
};

/* The next byte, or number, of an input; 0 where nothing is left. */
uint8_t fuzz_byte(struct fuzz_input *in);
uint64_t fuzz_u64(struct fuzz_input *in);

/* The next @n bytes of an input, as far as there are, and zeros. */
void fuzz_take(struct fuzz_input *in, void *ret, size_t n);

/*
 * The rest of the input up to the next byte @end, as a string of its own,
 * freed by the caller. The byte itself is skipped.
 */
char *fuzz_string(struct fuzz_input *in, uint8_t end);

/* Makes memory that the fuzzed code may not go beyond by one byte: a copy of its own. */
void *fuzz_copy(const void *bytes, size_t n);

/*
 * Whether text is what a format promises: valid UTF-8 without control
 * characters in whole lines; and each line one JSON value (RFC 8259, without
 * white space); or CSV records (RFC 4180) of as many fields as the first.
 */
void fuzz_check_lines(const char *text, size_t n);
void fuzz_check_json(const char *text, size_t n);
void fuzz_check_csv(const char *text, size_t n);

#endif
