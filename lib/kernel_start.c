/* What remains of a libc where none is linked: the start of the program, and three of its names. */
#include "kernel.h"

#include <sys/auxv.h>

__asm__(KERNEL_ASSEMBLY);

/*
 * With nothing but zeros to hold, the writable segment would have no bytes in the file, and kernels
 * before 6.6 refuse one that has none and begins inside a page.
 */
char **environ __attribute__((section(".data")));

int main(int argc, char **argv);
__attribute__((used)) _Noreturn void kernel_start(long *stack);

/* The stack holds the number of arguments, the arguments, NULL, the environment, NULL. */
_Noreturn void kernel_start(long *stack)
{
	int argc = (int)*stack;
	char **argv = (char **)stack + 1;

	environ = argv + argc + 1;
	kernel_exit(main(argc, argv));
}

/* Pairs of a type and a value follow the environment, which we never change. */
unsigned long getauxval(unsigned long type)
{
	char **end = environ;
	unsigned long *pair;

	while (*end)
		end++;
	for (pair = (unsigned long *)end + 1; *pair; pair += 2)
		if (*pair == type)
			return pair[1];
	return 0;
}
