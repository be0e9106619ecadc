/* SPDX-License-Identifier: Apache-2.0 */
#include "run/then.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "sys/process.h"

/* execve(2) takes no more than 6 MiB of strings, in Linux of any version. */
#define STRINGS_MAX (6 << 20)
#define VARIABLES_MAX (64 << 10)

/* The kernel gives pages only to the part that is written. */
struct then_room {
	bool is_full;
	char *envp[VARIABLES_MAX + 1];
	char strings[STRINGS_MAX];
};

struct then_room *then_make_room(void)
{
	return sys_share_memory(sizeof(struct then_room));
}

void then_give(struct then_room *room, char *const *envp)
{
	char *end = room->strings;
	size_t n = 0;

	for (; envp[n]; n++) {
		size_t size = strlen(envp[n]) + 1;

		if (n == VARIABLES_MAX || size > (size_t)(room->strings + STRINGS_MAX - end))
			return;
		room->envp[n] = memcpy(end, envp[n], size);
		end += size;
	}
	room->envp[n] = NULL;
	room->is_full = true;
}

char **then_take(struct then_room *room)
{
	return room->is_full ? room->envp : NULL;
}
