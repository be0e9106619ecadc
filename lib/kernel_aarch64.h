#ifndef KERNEL_AARCH64_H
#define KERNEL_AARCH64_H

static inline __attribute__((always_inline)) long kernel_call6(long number, long a, long b, long c,
							       long d, long e, long f)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

static inline __attribute__((always_inline)) long kernel_call4(long number, long a, long b, long c,
							       long d)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
	return x0;
}

static inline __attribute__((always_inline)) long kernel_call3(long number, long a, long b, long c)
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;

	__asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
	return x0;
}

/*
 * The stack pointer of _start goes to kernel_start. There is no vfork(2): that is clone(2) with
 * CLONE_VM, CLONE_VFORK and SIGCHLD, on the stack of the parent.
 */
#define KERNEL_ASSEMBLY            \
	".globl _start, vfork\n"   \
	".type vfork, %function\n" \
	"_start: mov x29, 0\n"     \
	"	mov x30, 0\n"            \
	"	mov x0, sp\n"            \
	"	b kernel_start\n"        \
	"vfork:	mov x8, 220\n"     \
	"	mov x0, 0x4111\n"        \
	"	mov x1, 0\n"             \
	"	svc 0\n"                 \
	"	ret\n"

#include "kernel_direct.h"

#endif
