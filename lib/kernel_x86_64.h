#ifndef KERNEL_X86_64_H
#define KERNEL_X86_64_H

static inline __attribute__((always_inline)) long kernel_call3(long number, long a, long b, long c)
{
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c)
			 : "rcx", "r11", "memory");
	return result;
}

static inline __attribute__((always_inline)) long kernel_call4(long number, long a, long b, long c,
							       long d)
{
	register long r10 __asm__("r10") = d;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
			 : "rcx", "r11", "memory");
	return result;
}

static inline __attribute__((always_inline)) long kernel_call6(long number, long a, long b, long c,
							       long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "0"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/*
 * The stack pointer of _start goes to kernel_start. The child of vfork uses the stack of its
 * parent, and with it the place of the return address: that is kept in a register meanwhile.
 */
#define KERNEL_ASSEMBLY            \
	".globl _start, vfork\n"   \
	".type vfork, @function\n" \
	"_start: xor %ebp, %ebp\n" \
	"	mov %rsp, %rdi\n"        \
	"	call kernel_start\n"     \
	"vfork:	pop %rdx\n"        \
	"	mov $58, %eax\n"         \
	"	syscall\n"               \
	"	jmp *%rdx\n"

#include "kernel_direct.h"

#endif
