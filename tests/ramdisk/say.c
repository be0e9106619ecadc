/* SPDX-License-Identifier: Apache-2.0 */
/*
 * say: a script for a machine that has no shell. It prints its name and its parent, and ends with
 * the exit status that its name ends with, as in "20-exit-3".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;
	const char *status = name ? strstr(name, "-exit-") : NULL;

	if (!name)
		return 125;
	printf("%s says: my parent is %d\n", name + 1, (int)getppid());
	return status ? atoi(status + strlen("-exit-")) : 0;
}
