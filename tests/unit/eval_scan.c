/* SPDX-License-Identifier: Apache-2.0 */
/* eval, as a scan: what only bash understands is found, with its line, and nothing else is. */
#include "envd/eval.h"

#include <stddef.h>

#include "base/text.h"
#include "sys/mem.h"
#include "unit.h"

/* A script, the line of the finding (0: none), and the finding. */
struct find_case {
	const char *script;
	int line;
	const char *what;
};

static const struct find_case cases[] = {
	/* What every shell has. */
	{ "", 0, NULL },
	{ "export A=1 B='x y' C=\"$A $(echo {a\\,b} [[ )\"\n", 0, NULL },
	{ "A=$(date | tr a-z A-Z) B=`uname -r` C=$((1 + 2 * (3 - 1)))\n", 0, NULL },
	{ "case $A in\n[Yy]*) B=1 ;;\n(n | no) B=2;;\n*) : ;;\nesac\n", 0, NULL },
	{ "for f in /etc/*.conf; do . \"$f\"; done >/dev/null 2>&1\n", 0, NULL },
	{ "while read -r x; do A=$x; done </dev/null\nuntil false; do :; done\n", 0, NULL },
	{ "f() {\n\treturn 0\n}\nf && ! f || { f; } & wait\n", 0, NULL },
	{ "A=${B:-x}${B-x}${B:=x}${B=x}${B:+x}${B+x}${B:?x}${B%%/*}${B%x}${B##*/}${B#x}${#B}\n", 0,
	  NULL },
	{ "A=$1$@$*$#$?$-$$$!${10}${#}${?}${!}\n", 0, NULL },
	{ "# [[ $'x' `\nA=1 # source ${X//}\n", 0, NULL },
	{ "A='[[ ${X//a/b} $(( $'\nB=\"[[ <<< <( {a,b} source x &> |& == \"\n", 0, NULL },
	{ "A={a,b} B=a{1..3}\n", 0, NULL },
	{ "echo {} {a} {a\\,b} '{a,b}' a,b a..b } {\n", 0, NULL },
	{ "[ \"$A\" = b -a -n \"$B\" ] && test a != b -o -e /x\n", 0, NULL },
	{ "echo -n x; printf '%s\\n' x; trap 'x' EXIT INT; set -eu; set -o errexit\n", 0, NULL },
	{ "export A B; export C=\"$A\" D=x; readonly E=\"`f`\"; export -p; export $A\n", 0, NULL },
	{ "cat >f 2>&1 <g; exec 3<&- >|h; cat <f >&2\n", 0, NULL },
	{ "A=\"${B:-\"x y\"}\" C=\"${B:-'x'}\" D=\"it's\" E=${B:-'a}b'}\n", 0, NULL },
	{ "A=\"${B:-\"$C\"}\" D=${B:-\"$C\"x\"a\\x\"} E=\"${B:-\"it's\"}\"\n", 0, NULL },
	{ "echo sources typesetter localhost [[x x[[ declare\n", 0, NULL },
	{ "A=source; B=[[; unset A; A= ; B=x(\n", 0, NULL },
	{ "A=\"$\" B=\"$'\" C=\"a$\\\"\" D=$\n", 0, NULL },
	{ "A=\"`echo \"x\"`\" B=`echo \\`x\\``\n", 0, NULL },
	{ "( cd / ); ( (:) )\n", 0, NULL },

	/* What only bash has. */
	{ "A=1\n\n[[ $A = 1 ]] && B=2\n", 3, "[[" },
	{ "if [[ a ]]; then :; fi\n", 1, "[[" },
	{ "if true; then\n  source x\nfi\n", 2, "source" },
	{ "A=1 && ! declare -x B=1\n", 1, "declare" },
	{ "A=1 typeset B\n", 1, "typeset" },
	{ "f() { local x=1; }\n", 1, "local" },
	{ "function f { :; }\n", 1, "function" },
	{ "select x in a b; do :; done\n", 1, "select" },
	{ "A=$(shopt -s extglob)\n", 1, "shopt" },
	{ "A=\"x $(let x=1)\"\n", 1, "let" },
	{ "A=`pushd /`\n", 1, "pushd" },
	{ ">f source x\n", 1, "source" },
	{ "((A = 1))\n", 1, "((" },
	{ "for ((i = 0; i < 3; i++)); do :; done\n", 1, "((" },
	{ "A=(a b)\n", 1, "=(" },
	{ "export A=(a b)\n", 1, "=(" },
	{ "A[1]=x\n", 1, "A[" },
	{ "A=1\nA+=x\n", 2, "+=" },
	{ "export PATH+=:/x\n", 1, "+=" },
	{ "A=${B[0]}\n", 1, "${B[" },
	{ "A=${B//x/y}\n", 1, "${B/" },
	{ "A=${B/x}\n", 1, "${B/" },
	{ "A=\"${B^^}\"\n", 1, "${B^" },
	{ "A=${B,}\n", 1, "${B," },
	{ "A=${B@Q}\n", 1, "${B@" },
	{ "A=${B:1:2}\n", 1, "${B:1" },
	{ "A=${B: -1}\n", 1, "${B: " },
	{ "A=${@:2}\n", 1, "${@:2" },
	{ "A=${!B}\n", 1, "${!" },
	{ "A=${B:-${!C}}\n", 1, "${!" },
	{ "A=$'a\\nb'\n", 1, "$'" },
	{ "A=$\"a\"\n", 1, "$\"" },
	{ "A=\"${B:-$'x'}\"\n", 1, "$'" },
	{ "A=$[1 + 2]\n", 1, "$[" },
	{ "A=$((2 ** 3))\n", 1, "**" },
	{ "A=$((RANDOM % 5))\n", 1, "RANDOM" },
	{ "A=$RANDOM\n", 1, "$RANDOM" },
	{ "A=\"${HOSTNAME:-x}\"\n", 1, "${HOSTNAME:-" },
	{ "A=${BASH_SOURCE}\n", 1, "${BASH_SOURCE}" },
	{ "A=$(echo $(($UID)))\n", 1, "$UID" },
	{ "export UID=3\n", 1, "UID" },
	{ "f &> x\n", 1, "&>" },
	{ "f |& g\n", 1, "|&" },
	{ "f <<< x\n", 1, "<<" },
	{ "f <(x)\n", 1, "<(" },
	{ "f > >(x)\n", 1, ">(" },
	{ "f <<EOF\nx\nEOF\n", 1, "<<" },
	{ "case a in\na) f ;;&\nesac\n", 2, ";&" },
	{ "case a in\na) f ;&\nesac\n", 2, ";&" },
	{ "A=$(case a in a) f ;; esac)\n", 1, "case" },
	{ "echo {a,b}\n", 1, "{a,b}" },
	{ "for x in {1..3}; do :; done\n", 1, "{a,b}" },
	{ "export A={a,b}\n", 1, "{a,b}" },
	{ "export A=$B\n", 1, "$B" },
	{ "export A=\"x\"$(f)\n", 1, "$(" },
	{ "export A=x`f`\n", 1, "`f" },
	{ "readonly A=~/x\n", 1, "~" },
	{ "export -f f\n", 1, "-f" },
	{ "[ a == b ]\n", 1, "==" },
	{ "test ! -v A\n", 1, "-v" },
	{ "[ -a /x ]\n", 1, "-a" },
	{ "echo -e x\n", 1, "-e" },
	{ "A=$(echo 'a\\nb')\n", 1, "'a\\nb'" },
	{ "printf -v A x\n", 1, "-v" },
	{ "A=$(printf '%q' x)\n", 1, "'%q'" },
	{ "read -a x\n", 1, "-a" },
	{ "trap x ERR\n", 1, "ERR" },
	{ "A=$${x; [[ a == b ]]; }\n", 1, "[[" },
	{ "echo A=~\n", 1, "~" },
	{ "A=`echo \"x`\"\n", 1, "`\"" },
	{ "set -eu -o pipefail\n", 0, NULL },
	{ "A=\"${B:-'}'}\"\n", 1, "'" },
	{ "A=\"${B:-\"a\\x\"}\"\n", 1, "\\x" },
	{ "A=\"${B:-\"$C\"x}\"\n", 1, "$C\"" },

	/* What ends too early is no finding, nor a crash. */
	{ "A='", 0, NULL },
	{ "A=\"${B:-$(x `y $((", 0, NULL },
	{ "A=\\", 0, NULL },
	{ "A=${", 0, NULL },
	{ "A=$", 0, NULL },
	{ "))) ;; fi `", 0, NULL },
};

void test_eval_scan(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct find_case *c = &cases[i];
		struct mem mem = { 0 };
		struct eval eval = { .mem = &mem, .mode = EVAL_SCAN };
		bool found = eval_file(&eval, c->script) == EVAL_UNSUPPORTED;

		unit_check(!found == !c->what && (!found || eval.line == c->line),
			   c->script);
		unit_check_str(found ? eval.cause.buf : NULL, c->what, c->script);
		mem_release(&mem);
	}
}
