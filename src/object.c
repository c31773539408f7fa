/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * object.c - programs and libraries: names of functions, and how frames end.
 *
 * In: a descriptor of an ELF file, or an image of one. Out: symbols and the
 * rules of .eh_frame, by libelf and libdw. The file is somebody else's: it is
 * read, never mapped, so that cutting it short meanwhile kills nobody, and of
 * tables no more than a bound is taken. Nobody is asked for debug information.
 */
#include "object.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#ifdef HAVE_LIBDW
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>

enum { SYMBOLS_MAX = 1 << 21, STRINGS_MAX = 1 << 28 };
/* libdw may read a file from its .eh_frame to its end */
static const int64_t unwind_file_max = INT64_C(1) << 29;

struct function {
	uint64_t addr, size;
	const char *name;
	unsigned char bind;
};

struct mpt_object {
	int fd;
	char *image;
	size_t image_size;
	bool is_read; /* elf and functions are as good as they get */
	Elf *elf;
	int machine;
	size_t n;
	struct function *functions; /* by address, of several at one the best last */
	bool has_cfi;		    /* cfi is as good as it gets */
	Dwarf_CFI *cfi;
};

/* Of a machine: the numbers that DWARF gives its registers, and what a call pushes. */
static const struct machine {
	int machine;
	unsigned sp, bp, ra, word;
} machines[] = {
	{ EM_X86_64, 7, 6, 16, 8 },
	{ EM_386, 4, 5, 8, 4 },
	{ 0 },
};

static const struct machine *machine_of(const struct mpt_object *o)
{
	const struct machine *m;

	for (m = machines; m->word; m++)
		if (o->elf && m->machine == o->machine)
			return m;
	return NULL;
}

bool mpt_object_can_name(void)
{
	return true;
}

struct mpt_object *mpt_object_open(int fd)
{
	struct mpt_object *o = calloc(1, sizeof(*o));

	if (o)
		o->fd = fd;
	else
		close(fd);
	return o;
}

struct mpt_object *mpt_object_of_memory(char *image, size_t size)
{
	struct mpt_object *o = calloc(1, sizeof(*o));

	if (!o) {
		free(image);
		return NULL;
	}
	o->fd = -1;
	o->image = image;
	o->image_size = size;
	return o;
}

void mpt_object_close(struct mpt_object *o)
{
	if (!o)
		return;
	free(o->functions);
	dwarf_cfi_end(o->cfi);
	if (o->elf)
		elf_end(o->elf);
	if (o->fd >= 0)
		close(o->fd);
	free(o->image);
	free(o);
}

static int by_address(const void *a, const void *b)
{
	/* of several names of one function the global one, then the shortest */
	static const unsigned char rank[] = { [STB_LOCAL] = 0, [STB_GLOBAL] = 2, [STB_WEAK] = 1 };
	const struct function *x = a, *y = b;
	int rx = x->bind < sizeof(rank) ? rank[x->bind] : 0;
	int ry = y->bind < sizeof(rank) ? rank[y->bind] : 0;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	if (rx != ry)
		return rx - ry;
	return strcmp(y->name, x->name);
}

static bool is_function(const GElf_Sym *sym)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);

	return (type == STT_FUNC || type == STT_GNU_IFUNC) && sym->st_shndx != SHN_UNDEF &&
	       sym->st_size > 0;
}

/* The section with symbols: the full table where there is one, else that for linking. */
static Elf_Scn *find_symbols(Elf *elf, GElf_Shdr *ret)
{
	Elf_Scn *scn = NULL, *found = NULL;
	GElf_Shdr shdr;

	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &shdr))
			continue;
		if (shdr.sh_type != SHT_SYMTAB && (shdr.sh_type != SHT_DYNSYM || found))
			continue;
		found = scn;
		*ret = shdr;
		if (shdr.sh_type == SHT_SYMTAB)
			break;
	}
	return found;
}

/* Whether the strings of a table of symbols are few enough to be read. */
static bool has_few_strings(Elf *elf, const GElf_Shdr *symbols)
{
	Elf_Scn *scn = elf_getscn(elf, symbols->sh_link);
	GElf_Shdr shdr;

	return scn && gelf_getshdr(scn, &shdr) && shdr.sh_size <= STRINGS_MAX;
}

static void read_functions(struct mpt_object *o)
{
	GElf_Shdr shdr = { 0 };
	Elf_Scn *scn = find_symbols(o->elf, &shdr);
	size_t n = shdr.sh_entsize ? shdr.sh_size / shdr.sh_entsize : 0, i;
	Elf_Data *data;

	if (!scn || n > SYMBOLS_MAX || !has_few_strings(o->elf, &shdr))
		return;
	data = elf_getdata(scn, NULL);
	o->functions = data ? calloc(n + 1, sizeof(*o->functions)) : NULL;
	for (i = 0; o->functions && i < n; i++) {
		struct function *f = &o->functions[o->n];
		GElf_Sym sym;

		if (!gelf_getsym(data, (int)i, &sym) || !is_function(&sym))
			continue;
		*f = (struct function){ .addr = sym.st_value,
					.size = sym.st_size,
					.name = elf_strptr(o->elf, shdr.sh_link, sym.st_name),
					.bind = GELF_ST_BIND(sym.st_info) };
		o->n += f->name && f->name[0];
	}
	if (o->n)
		qsort(o->functions, o->n, sizeof(*o->functions), by_address);
}

static void read_object(struct mpt_object *o)
{
	GElf_Ehdr ehdr;

	if (o->is_read)
		return;
	o->is_read = true;
	elf_version(EV_CURRENT);
	o->elf =
		o->image ? elf_memory(o->image, o->image_size) : elf_begin(o->fd, ELF_C_READ, NULL);
	if (!o->elf)
		return;
	if (elf_kind(o->elf) != ELF_K_ELF || !gelf_getehdr(o->elf, &ehdr)) {
		elf_end(o->elf);
		o->elf = NULL;
		return;
	}
	o->machine = ehdr.e_machine;
	read_functions(o);
}

/* The address that a byte of the file has where the object's addresses begin. */
static bool addr_of(struct mpt_object *o, uint64_t file_off, uint64_t *ret)
{
	size_t n = 0, i;
	GElf_Phdr phdr;

	read_object(o);
	if (!o->elf || elf_getphdrnum(o->elf, &n) < 0)
		return false;
	for (i = 0; i < n; i++) {
		if (!gelf_getphdr(o->elf, (int)i, &phdr) || phdr.p_type != PT_LOAD ||
		    file_off < phdr.p_offset || file_off - phdr.p_offset >= phdr.p_filesz)
			continue;
		*ret = file_off - phdr.p_offset + phdr.p_vaddr;
		return true;
	}
	return false;
}

/* The nearest function that begins before @addr and reaches it; few lie inside of others. */
static const struct function *function_at(const struct mpt_object *o, uint64_t addr)
{
	size_t low = 0, high = o->n, tries;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (o->functions[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	for (tries = 0; low-- > 0 && tries < 16; tries++)
		if (addr - o->functions[low].addr < o->functions[low].size)
			return &o->functions[low];
	return NULL;
}

bool mpt_object_symbol(struct mpt_object *o, uint64_t file_off, struct mpt_symbol *ret)
{
	const struct function *f;
	uint64_t addr;

	if (!addr_of(o, file_off, &addr))
		return false;
	f = function_at(o, addr);
	if (!f)
		return false;
	*ret = (struct mpt_symbol){ .name = f->name, .offset = addr - f->addr };
	return true;
}

static Dwarf_CFI *cfi_of(struct mpt_object *o)
{
	if (o->has_cfi)
		return o->cfi;
	o->has_cfi = true;
	if (o->image || lseek(o->fd, 0, SEEK_END) <= unwind_file_max)
		o->cfi = dwarf_getcfi_elf(o->elf);
	return o->cfi;
}

/* "register and offset"; false for anything else. */
static bool read_cfa(Dwarf_Frame *frame, const struct machine *m, struct mpt_unwind *ret)
{
	Dwarf_Op *ops;
	size_t n;

	if (dwarf_frame_cfa(frame, &ops, &n) != 0 || n != 1 || ops[0].atom != DW_OP_bregx ||
	    (ops[0].number != m->sp && ops[0].number != m->bp))
		return false;
	ret->by_bp = ops[0].number == m->bp;
	ret->cfa_off = (int64_t)ops[0].number2;
	return true;
}

/* Where a register was saved: 1 at *off from the CFA, 0 it is the same, -1 nothing simple. */
static int read_saved(Dwarf_Frame *frame, unsigned reg, int64_t *off)
{
	Dwarf_Op mem[3], *ops;
	size_t n;

	if (dwarf_frame_register(frame, (int)reg, mem, &ops, &n) != 0)
		return -1;
	if (n == 0)
		return ops ? -1 : 0;
	if (ops[0].atom != DW_OP_call_frame_cfa || n > 2 ||
	    (n == 2 && ops[1].atom != DW_OP_plus_uconst))
		return -1;
	*off = n == 2 ? (int64_t)ops[1].number : 0;
	return 1;
}

static bool read_frame(Dwarf_Frame *frame, const struct machine *m, struct mpt_unwind *ret)
{
	static const int bp[] = { MPT_BP_LOST, MPT_BP_SAME, MPT_BP_SAVED };
	bool is_signal = false;

	*ret = (struct mpt_unwind){ .word = m->word };
	/* what a signal interrupted is called by nobody */
	if (dwarf_frame_info(frame, NULL, NULL, &is_signal) < 0 || is_signal ||
	    !read_cfa(frame, m, ret) || read_saved(frame, m->ra, &ret->ra_off) != 1)
		return false;
	ret->bp = bp[read_saved(frame, m->bp, &ret->bp_off) + 1];
	return true;
}

static Dwarf_Frame *frame_at(struct mpt_object *o, uint64_t file_off)
{
	Dwarf_Frame *frame;
	uint64_t addr;

	if (!addr_of(o, file_off, &addr) || !machine_of(o) || !cfi_of(o) ||
	    dwarf_cfi_addrframe(o->cfi, addr, &frame) != 0)
		return NULL;
	return frame;
}

bool mpt_object_unwind(struct mpt_object *o, uint64_t file_off, struct mpt_unwind *ret)
{
	Dwarf_Frame *frame = frame_at(o, file_off);
	bool known = frame && read_frame(frame, machine_of(o), ret);

	free(frame);
	return known;
}

bool mpt_object_has_unwind(struct mpt_object *o, uint64_t file_off)
{
	Dwarf_Frame *frame = frame_at(o, file_off);

	free(frame);
	return frame != NULL;
}

unsigned mpt_object_word(struct mpt_object *o)
{
	const struct machine *m;

	read_object(o);
	m = machine_of(o);
	return m ? m->word : 0;
}

bool mpt_object_read(struct mpt_object *o, uint64_t file_off, void *ret, size_t n)
{
	if (!o->image)
		return pread(o->fd, ret, n, (off_t)file_off) == (ssize_t)n;
	if (file_off > o->image_size || n > o->image_size - file_off)
		return false;
	memcpy(ret, o->image + file_off, n);
	return true;
}

#else /* no libdw */

bool mpt_object_can_name(void)
{
	return false;
}

struct mpt_object *mpt_object_open(int fd)
{
	close(fd);
	return NULL;
}

struct mpt_object *mpt_object_of_memory(char *image, size_t size)
{
	(void)size;
	free(image);
	return NULL;
}

void mpt_object_close(struct mpt_object *object)
{
	(void)object;
}

bool mpt_object_symbol(struct mpt_object *object, uint64_t file_off, struct mpt_symbol *ret)
{
	(void)object, (void)file_off, (void)ret;
	return false;
}

bool mpt_object_unwind(struct mpt_object *object, uint64_t file_off, struct mpt_unwind *ret)
{
	(void)object, (void)file_off, (void)ret;
	return false;
}

bool mpt_object_has_unwind(struct mpt_object *object, uint64_t file_off)
{
	(void)object, (void)file_off;
	return false;
}

unsigned mpt_object_word(struct mpt_object *object)
{
	(void)object;
	return 0;
}

bool mpt_object_read(struct mpt_object *object, uint64_t file_off, void *ret, size_t n)
{
	(void)object, (void)file_off, (void)ret, (void)n;
	return false;
}

#endif
