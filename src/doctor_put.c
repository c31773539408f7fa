/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor_put.c - the findings, for people and as one object.
 *
 * In: findings. Out: text. It judges nothing.
 */
#include <string.h>

#include "buf.h"
#include "doctor.h"
#include "jsonw.h"
#include "tab.h"

static const char *state_text(enum mpt_state state)
{
	static const char *const text[] = {
		[MPT_STATE_OK] = "ok",
		[MPT_STATE_UNSEEN] = "unseen",
		[MPT_STATE_NOTE] = "less",
		[MPT_STATE_MISSING] = "missing",
	};

	return text[state];
}

/* Of several things with the same remedy it is told once. */
static bool was_told(const struct mpt_doctor *doctor, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (strcmp(doctor->findings[i].remedy, doctor->findings[n].remedy) == 0)
			return true;
	return false;
}

static void put_remedies(const struct mpt_doctor *doctor, struct mpt_buf *buf)
{
	bool any = false;
	unsigned i;

	for (i = 0; i < doctor->n; i++) {
		const struct mpt_finding *f = &doctor->findings[i];

		if (!f->remedy[0] || was_told(doctor, i))
			continue;
		if (!any)
			mpt_buf_puts(buf, "\nWhat to do:\n");
		any = true;
		mpt_buf_printf(buf, "  %s: %s\n", f->name, f->remedy);
	}
}

static bool has_less(const struct mpt_doctor *doctor)
{
	unsigned i;

	for (i = 0; i < doctor->n; i++)
		if (doctor->findings[i].state == MPT_STATE_NOTE)
			return true;
	return false;
}

static const char *verdict(const struct mpt_doctor *doctor)
{
	if (!doctor->works)
		return "capture does not work here";
	return has_less(doctor) ? "capture works here, but for what is marked 'less'"
				: "capture works here";
}

void mpt_doctor_put(const struct mpt_doctor *doctor, unsigned width, struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = { { "CHECK", false, false },
							 { "STATE", false, false },
							 { "FOUND", false, true },
							 { NULL } };
	struct mpt_tab tab = { .columns = columns };
	unsigned i;

	for (i = 0; i < doctor->n; i++) {
		mpt_tab_cell(&tab, "%s", doctor->findings[i].name);
		mpt_tab_cell(&tab, "%s", state_text(doctor->findings[i].state));
		mpt_tab_cell(&tab, "%s", doctor->findings[i].what);
	}
	mpt_tab_put(&tab, width, buf);
	put_remedies(doctor, buf);
	mpt_buf_printf(buf, "\n%s\n", verdict(doctor));
}

static void put_str(struct mpt_jsonw *w, const char *key, const char *value)
{
	mpt_jsonw_key(w, key);
	mpt_jsonw_str(w, value);
}

static void put_finding(struct mpt_jsonw *w, const struct mpt_finding *f)
{
	mpt_jsonw_begin(w, '{');
	put_str(w, "check", f->name);
	put_str(w, "state", state_text(f->state));
	put_str(w, "found", f->what);
	if (f->remedy[0])
		put_str(w, "remedy", f->remedy);
	mpt_jsonw_end(w, '}');
}

void mpt_doctor_put_json(const struct mpt_doctor *doctor, struct mpt_buf *buf)
{
	struct mpt_jsonw w = { .buf = buf };
	unsigned i;

	mpt_jsonw_begin(&w, '{');
	put_str(&w, "type", "doctor");
	mpt_jsonw_key(&w, "works");
	mpt_jsonw_bool(&w, doctor->works);
	mpt_jsonw_key(&w, "findings");
	mpt_jsonw_begin(&w, '[');
	for (i = 0; i < doctor->n; i++)
		put_finding(&w, &doctor->findings[i]);
	mpt_jsonw_end(&w, ']');
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}
