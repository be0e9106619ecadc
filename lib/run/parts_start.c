/* SPDX-License-Identifier: Apache-2.0 */
/* Why a script cannot be started: for a check, and after a start that failed. */
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "job/spawn.h"
#include "run/parts_impl.h"
#include "scan/script.h"
#include "sys/mem.h"
#include "sys/path.h"

#define ANY_EXECUTE_BIT 0111

/* Returns what keeps the kernel from starting this interpreter, or "" for nothing. */
static const char *interpreter_fault(struct mem *mem, const char *path)
{
	const char *fault = "' does not exist";
	struct stat st;

	if (sys_stat(AT_FDCWD, path, &st, 0) == 0) {
		if (S_ISREG(st.st_mode) && (st.st_mode & ANY_EXECUTE_BIT))
			return "";
		fault = "' is not executable";
	}
	return mem_concat(mem, "its interpreter '", path, fault);
}

const char *parts_start_fault(const struct parts *parts, const char *path)
{
	char start[SCRIPT_START_SIZE];
	ssize_t n = script_read_start(AT_FDCWD, path, start);
	size_t line = text_until(start, "\n");
	const char *interpreter;

	if (n < 0)
		return scan_reason(SCAN_UNREADABLE, NULL);
	if (n == 0)
		return "it is empty";
	if (strncmp(start, "\177ELF", 4) == 0)
		return "";
	if (line > 0 && start[line - 1] == '\r')
		return "its first line ends in a carriage return (DOS file?)";
	interpreter = script_interpreter(start);
	if (interpreter)
		return interpreter_fault(parts->mem, interpreter);
	if (!script_is_text(start, (size_t)n) || !SPAWN_SHELL_BUILT_IN || !parts->dialect.shell)
		return "it is not a program and has no \"#!\" line";
	return *spawn_find_shell() ? "" : SPAWN_NO_SHELL;
}
