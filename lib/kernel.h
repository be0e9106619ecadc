/*
 * kernel: the way into the kernel.
 *
 * KERNEL(name, ...) makes the system call of that name with the arguments of libc's function of
 * that name; KERNEL_RAW is for calls that libc may have no function for. The result is the
 * kernel's: a value or -errno; nobody looks at errno.
 *
 * On the machines for which there is a kernel_MACHINE.h this is the bare instruction, the program
 * begins in kernel_start.c, and no libc is linked: its start-up, its thread pointer and its
 * wrappers have 5,000 bytes, and nothing here needs them. Elsewhere, and for the sanitizers, libc
 * does it, in kernel_libc.h. The Makefile chooses.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include KERNEL_ENTRY

#endif
