/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_call.h - the parts of a call in JSON, for the formats that hold some.
 */
#ifndef MPT_JSON_CALL_H
#define MPT_JSON_CALL_H

#include <stdbool.h>
#include <stdint.h>

struct mpt_call;
struct mpt_jsonw;
struct mpt_lost;
struct mpt_nodeset;
struct mpt_values;

/* A key with a number, or with null where it is not known. */
void mpt_json_known(struct mpt_jsonw *w, const char *key, bool known, int64_t n);

/* An object of the raw arguments: pointers and addresses in hex, the rest numbers. */
void mpt_json_args(const struct mpt_call *call, struct mpt_jsonw *w);

/* An object of what the arguments meant, as far as it is known. */
void mpt_json_decoded(const struct mpt_call *call, const struct mpt_values *values,
		      struct mpt_jsonw *w);

/*
 * The key `unread` and its object: present only where something should have
 * been decoded and was not.
 */
void mpt_json_unread(const struct mpt_call *call, const struct mpt_values *values,
		     struct mpt_jsonw *w);

/* The key `stack` and its array of callers, where that was asked for. */
void mpt_json_stack(const struct mpt_call *call, struct mpt_jsonw *w);

/* A mode word as two keys: the mode under @key, and "mode_flags". */
void mpt_json_mode(struct mpt_jsonw *w, const char *key, uint32_t word);

/* A key with an array of node numbers. */
void mpt_json_nodes(struct mpt_jsonw *w, const char *key, const struct mpt_nodeset *set);

/* The key `lost` and its object. */
void mpt_json_lost(struct mpt_jsonw *w, const struct mpt_lost *lost);

#endif
