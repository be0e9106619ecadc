/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program by which a shell sources the files of environment.d and reports to us. The backslash
 * and `command` or `builtin` get us the shell's own commands although a file may have made aliases
 * or functions of these names. To switch a file's `set -x` off leaves no trace, because stderr is
 * closed meanwhile. In the texts, 3 is JOB_CAPTURED_FD and 4 is ENVD_REPORT_FD.
 */
#include "envd/envd_impl.h"

/* The last three need /proc: where that is not mounted, nothing is reported before and after. */
const struct envd_aspect envd_aspects[ENVD_ASPECTS] = {
	{ "\\command umask >&4\n", "changes the umask" },
	{ "\\command pwd -P >&4 2>&- || :\n", "changes the working directory" },
	{ "{ \\command ulimit -Sa; \\command ulimit -Ha; } >&4 2>&- || :\n",
	  "changes a resource limit" },
	{ "\\command trap >&4\n", "sets a trap" },
	{ "_refreshbox_is 0\n", "redirects stdin" },
	{ "_refreshbox_is 1\n", "redirects stdout" },
	{ "_refreshbox_is 2\n", "redirects stderr" },
};

/*
 * The trap for ERR notes the place of a failure in a file, the status and the command. It is not
 * for subshells, nor for commands whose failure ends nothing because of `set +e`; without -E,
 * functions would not have it. It cannot report by itself, because our descriptors are closed
 * while a file runs.
 */
static const char bash_begin[] = "_refreshbox_f=\"\n$(\\builtin declare -f)\n\"\n"
				 "set -eEu -o pipefail\n"
				 "trap 'case $-:$BASH_SUBSHELL:${BASH_SOURCE[0]-} in *e*:0:*/*) "
				 "_refreshbox=\"${BASH_SOURCE[0]##*/}:$LINENO with exit status $?: "
				 "$BASH_COMMAND\";; esac' ERR\n"
				 "trap '[ -z \"${_refreshbox-}\" ] || "
				 "\\command printf \"!%s\\0\" \"$_refreshbox\" >&4' EXIT\n";
static const char shell_begin[] = "set -eu\n";

/* A file may have switched -x on, and -E off, without which `trap` does not show ERR here. */
static const char bash_restore[] = "{ \\command set +x -E; } 2>&-\n";
static const char shell_restore[] = "{ \\command set +x; } 2>&-\n";

/*
 * If no file changed an exported function, its name alone is reported: the value that bash
 * itself puts into the environment is not quite as ours, in its blanks; it reads both in the same
 * way.
 */
static const char bash_end[] = "\\command trap - ERR EXIT\n"
			       "(IFS='\n'; \\builtin set -f +eu\n"
			       "for f in $(\\builtin declare -Fx); do\n"
			       "f=${f##* } d=$(\\builtin declare -f -- \"$f\")\n"
			       "\\builtin printf 'BASH_FUNC_%s%%%%' \"$f\"\n"
			       "case $_refreshbox_f in *\"\n$d\n\"*) ;;\n"
			       "*) \\builtin printf '=() {%s' \"${d#*$'\\n'\\{}\" ;; esac\n"
			       "\\builtin printf '\\0'\n"
			       "done) >&4\n";

/* Adds the function that reports the state, and one that reports a stream if it is still ours. */
static void add_reporter(struct text *program)
{
	text_str(program, "_refreshbox_is() {\n"
			  "\\command [ /proc/self/fd/$1 -ef /proc/$PPID/fd/$1 ] && "
			  "\\command printf $1 >&4 || :\n}\n"
			  "_refreshbox() {\n");
	for (size_t i = 0; i < ENVD_ASPECTS; i++) {
		text_str(program, envd_aspects[i].report);
		text_str(program, "\\command printf '\\0' >&4\n");
	}
	text_str(program, "}\n");
}

/* The files are sourced in one function, as by the reference: they may have `local`. */
void envd_write_program(struct text *program, const struct envd *envd)
{
	const char *restore = envd->is_bash ? bash_restore : shell_restore;

	text_str(program, restore);
	add_reporter(program);
	text_str(program, envd->is_bash ? bash_begin : shell_begin);
	text_str(program, "_refreshbox_files() {\n_refreshbox\n");
	for (size_t i = 0; i < envd->n; i++) {
		const char *path = envd->files[i].logged_path;

		text_str(program, "\\command read -r _ <&3 || \\command exit 1\n\\. ");
		/* ./ keeps the shell from searching PATH or seeing an option. */
		text_str(program, *path == '/' ? "" : "./");
		text_shell(program, path);
		text_str(program, " 3<&- 4>&-\n");
		text_str(program, restore);
		text_str(program, "_refreshbox\n");
	}
	text_str(program, "}\n_refreshbox_files\n");
	text_str(program, envd->is_bash ? bash_end : "");
	text_str(program, "\\command export -p >&4");
}
