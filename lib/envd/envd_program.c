/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program by which a shell sources the files of environment.d and reports to us. The backslash
 * and `command` or `builtin` get us the shell's own commands although a file may have made aliases
 * or functions of these names. To switch a file's `set -x` off leaves no trace, because stderr is
 * closed meanwhile. In the texts, 3 is JOB_CAPTURED_FD and 4 is ENVD_REPORT_FD.
 */
#include "envd/envd_impl.h"

#define SAME_STREAM(fd)                                                              \
	"\\command [ /proc/self/fd/" fd " -ef /proc/$PPID/fd/" fd " ] && \\command " \
	"printf " fd " >&4\n"

/* The last one needs /proc: where that is not mounted, nothing is reported before and after. */
const struct envd_aspect envd_aspects[ENVD_ASPECTS] = {
	{ "\\command umask >&4\n", "changes the umask" },
	{ "\\command pwd -P >&4 2>&- || :\n", "changes the working directory" },
	{ "{ \\command ulimit -Sa; \\command ulimit -Ha; } >&4 2>&- || :\n",
	  "changes a resource limit" },
	{ "\\command trap >&4\n", "sets a trap" },
	{ SAME_STREAM("0") SAME_STREAM("1") SAME_STREAM("2"), "redirects stdin, stdout or stderr" },
};

/*
 * The values that bash itself puts into the environment for functions are not quite as these, in
 * their blanks; it reads both in the same way.
 */
static const char report_functions[] =
	"(IFS='\n'; \\builtin set -f +eu\n"
	"for f in $(\\builtin declare -Fx); do\n"
	"f=${f##* } d=$(\\builtin declare -f -- \"$f\")\n"
	"\\builtin printf 'BASH_FUNC_%s%%%%=() {%s\\0' \"$f\" \"${d#*$'\\n'\\{}\"\n"
	"done) >&4\n";

/*
 * The trap for ERR notes the place of a failure. It is not for subshells, nor for commands whose
 * failure ends nothing because of `set +e`; without -E, functions would not have it. It cannot
 * report by itself, because our descriptors are closed while a file runs.
 */
static const char bash_begin[] = "set -eEu -o pipefail\n"
				 "trap 'case $-:$BASH_SUBSHELL in *e*:0) "
				 "_refreshbox=${BASH_SOURCE[0]-}:$LINENO;; esac' ERR\n"
				 "trap '[ -z \"${_refreshbox-}\" ] || "
				 "\\command printf \"!%s\\0\" \"$_refreshbox\" >&4' EXIT\n";
static const char bash_end[] = "\\command trap - ERR EXIT\n";
static const char bash_trace_off[] = "{ \\command set +x -E; } 2>&-\n";

/* Other shells have no trap for ERR, and some no LINENO at EXIT. */
static const char shell_begin[] = "set -eu\n"
				  "trap '[ -z \"${LINENO-}\" ] || "
				  "\\command printf \"!line %s\\0\" \"$LINENO\" >&4' EXIT\n";
static const char shell_end[] = "\\command trap - EXIT\n";
static const char shell_trace_off[] = "{ \\command set +x; } 2>&-\n";

/* Adds the function that reports the state and then waits for us. */
static void add_reporter(struct text *program)
{
	text_str(program, "_refreshbox() {\n");
	for (size_t i = 0; i < ENVD_ASPECTS; i++) {
		text_str(program, envd_aspects[i].report);
		text_str(program, "\\command printf '\\0' >&4\n");
	}
	text_str(program, "\\command read -r _ <&3 || \\command exit 1\n}\n");
}

static void add_quoted(struct text *program, const char *s)
{
	for (; *s; s++)
		if (*s == '\'')
			text_str(program, "'\\''");
		else
			text_char(program, *s);
}

void envd_write_program(struct text *program, const struct envd *envd)
{
	const char *trace_off = envd->is_bash ? bash_trace_off : shell_trace_off;

	text_str(program, trace_off);
	add_reporter(program);
	if (envd->is_bash)
		text_str(program, report_functions);
	text_str(program, envd->is_bash ? bash_begin : shell_begin);
	for (size_t i = 0; i < envd->n; i++) {
		const char *path = envd->files[i].path;

		/* ./ keeps the shell from searching PATH or seeing an option. */
		text_str(program, *path == '/' ? "_refreshbox\n\\. '" : "_refreshbox\n\\. './");
		add_quoted(program, path);
		text_str(program, "' 3<&- 4>&-\n");
		text_str(program, trace_off);
	}
	text_str(program, "_refreshbox\n");
	text_str(program, envd->is_bash ? bash_end : shell_end);
	if (envd->is_bash)
		text_str(program, report_functions);
	text_str(program, "\\command export -p >&4");
}
