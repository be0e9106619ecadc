/* SPDX-License-Identifier: Apache-2.0 */
/* eval: what files come to, as one line each; tests/env holds the same against bash itself. */
#include "envd/eval.h"

#include <errno.h>
#include <string.h>

#include "sys/util.h"
#include "unit.h"

/*
 * A file, and what it comes to: "OK" and the variables it assigned, bracketed if they are not
 * exported, then "> " and the output if any; or verdict, status, line and cause. "! ", a line and
 * what bash would complain about follow for each warning.
 */
struct eval_case {
	const char *file;
	const char *want;
};

static const struct eval_case values[] = {
	{ "", "OK" },
	{ "# nothing\n\n  \t# at all", "OK" },
	{ "export A=1", "OK A=1" },
	{ "A=1\nexport B=2; export C=3 D", "OK [A=1] B=2 C=3" },
	{ "A=1; export A\nA=2\n", "OK A=2" },
	{ "export A\nA=1\n", "OK A=1" },
	{ "A=x#y B=1 # c\nexport C=#\n", "OK [A=x#y] [B=1] C=#" },
	{ "A='a $B `c` \\ \"d\"\ne' B=\"'\\$\\\"\\\\\\`\\a\\\nb\" C=\\a\\$\\ \\\nb",
	  "OK [A=a $B `c` \\ \"d\"\ne] "
	  "[B='$\"\\`\\ab] [C=a$ b]" },
	{ "A=\"\"x''\"y\" B= C=\"\"", "OK [A=xy] [B=] [C=]" },
	{ "A=a\\", "OK [A=a\\]" },
	{ "A=$'a\\n\\t\\\\\\'\\101\\0011' B=$''", "OK [A=a\n\t\\'A\0011] [B=]" },
	{ "A=* C=[x] D=\"a~\" E='$' F=\"a$.\" G=\"$\" H=x=y",
	  "OK [A=*] [C=[x]] [D=a~] [E=$] [F=a$.] [G=$] [H=x=y]" },

	{ "A=$NAME B=${NAME}s C=\"$NAME \"$SPACED D=$EMPTY",
	  "OK [A=value] [B=values] [C=value a  b] [D=]" },
	{ "A+=1 A+=\"  2\"; export B+=$A NAME+=$SPACED; unset B; B+=x",
	  "OK NAME=valuea  b [A=1  2] [B=x]" },
	{ "A=1 B=$A\nexport A=2 B=$A$B", "OK A=2 B=11" },
	{ "A=${X:-d} B=${X-d} C=${EMPTY:-d} D=${EMPTY-d} E=${NAME:-d}",
	  "OK [A=d] [B=d] [C=d] [D=] [E=value]" },
	{ "A=${X:+d} B=${X+d} C=${EMPTY:+d} D=${EMPTY+d} E=${NAME:+$SPACED}",
	  "OK [A=] [B=] [C=] [D=d] [E=a  b]" },
	{ ": ${A:=x} ${EMPTY=y} ${B=\"a  b\"} \"${C:=c}\"", "OK [A=x] [B=a  b] [C=c]" },
	{ "A='zZ@[`{AZaz' B=${A,,} C=\"${A^^}\"",
	  "OK [A=zZ@[`{AZaz] [B=zz@[`{azaz] [C=ZZ@[`{AZAZ]" },
	{ "A=${X,,}", "1 1: X is not set" },
	{ "A=${X:-${Y:-\"${Z-a b}\"}c}", "OK [A=a bc]" },
	{ "A=\"${X:-\"a b\"} ${X:-a\\}b} ${X:-\\x}\" B=${X:-'}'\\}\n}",
	  "OK [A=a b a}b \\x] [B=}}\n]" },
	{ "A=${X:-(a;b) <c #d}", "OK [A=(a;b) <c #d]" },
	{ "A=\"${NAME:?}\" B=${NAME?x}", "OK [A=value] [B=value]" },
	{ "A=$PATH B=$TERM",
	  "OK [A=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin] [B=dumb]" },

	{ "unset A NAME; unset SPACED; A=${NAME-gone}${SPACED-too}", "OK [A=gonetoo]" },
	{ "set -eux -o pipefail +x; set +o xtrace; :; true x", "OK" },
	{ "set +vx -veu -xo pipefail", "OK" },
	{ "echo a $SPACED \"$SPACED\" ''\necho\necho x -n", "OK > a a b a  b \n\nx -n\n" },
	{ "echo $EMPTY x${X:-b  c}y \"\"$EMPTY", "OK > xb cy \n" },
	{ "return\n)(", "OK" },
	{ "if true; then A=1; return 0; fi\nA=2", "OK [A=1]" },

	{ "if [ -z \"${A:-}\" ]; then\n export A=1\nfi", "OK A=1" },
	{ "if false; then A=1; elif true; then A=2; elif $X; then A=3; else A=4; fi",
	  "BEYOND 1: $X" },
	{ "if false; then A=1; elif true; then A=2; elif false; then A=3; else A=4; fi",
	  "OK [A=2]" },
	{ "if false\nthen A=1\nelse\nif true; then A=3; fi fi", "OK [A=3]" },
	{ "if false; then A=1; fi", "OK" },
	{ "if true; then false && true; fi; A=1", "OK [A=1]" },
	{ "if true; then false; A=1; fi || B=2", "OK [A=1]" },
	{ "true && A=1 || B=2; false || C=3 && D=4; false && E=5 || F=6",
	  "OK [A=1] [C=3] [D=4] [F=6]" },
	{ "true && # c\n\n A=1", "OK [A=1]" },
	{ "false && true\nA=1", "OK [A=1]" },
};

static const struct eval_case tests[] = {
	{ "[ ] || A=1; [ x ] && B=1; [ -n ] && C=1; [ '' ] || D=1; [ ! ] && E=1; [ ! '' ] && F=1",
	  "OK [A=1] [B=1] [C=1] [D=1] [E=1] [F=1]" },
	{ "[ -z '' ] && A=1; [ -n x ] && B=1; [ ! -z x ] && C=1; test -z x || D=1",
	  "OK [A=1] [B=1] [C=1] [D=1]" },
	{ "[ a = a ] && A=1; [ a == b ] || B=1; [ a != b ] && C=1; [ a \\< b ] && D=1; "
	  "[ a '>' b ] || E=1",
	  "OK [A=1] [B=1] [C=1] [D=1] [E=1]" },
	{ "[ 1 -eq 1 ] && A=1; [ 2 -ne 3 ] && B=1; [ -2 -lt -1 ] && C=1; [ 2 -le '2' ] && D=1; "
	  "[ 10 -gt 9 ] && E=1; [ 2 -ge 3 ] || F=1",
	  "OK [A=1] [B=1] [C=1] [D=1] [E=1] [F=1]" },
	{ "[ -d / ] && A=1; [ -e /dev/null ] && B=1; [ -f / ] || C=1; [ -z / ] || D=1; "
	  "[ -e / ] && E=1; [ -x / ] && F=1; [ -e /nowhere ] || G=1; [ -e '' ] || H=1",
	  "OK [A=1] [B=1] [C=1] [D=1] [E=1] [F=1] [G=1] [H=1]" },
	{ "[ ! = ! ] && A=1; [ ! a = b ] && B=1; [ -z = x ] || C=1", "OK [A=1] [B=1] [C=1]" },
	{ "[ $EMPTY ] || A=1; [ -n $EMPTY ] && B=1", "OK [A=1] [B=1]" },
	{ "if [ x -eq 1 ]; then A=1; else A=2; fi", "OK [A=2] ! 1: [ fails: x is not a number" },
	{ "\n[ 1_0 -eq 10 ] || A=1", "OK [A=1] ! 2: [ fails: 1_0 is not a number" },
	{ "A='7\n'; [ \"$A\" -eq 7 ] || :", "BEYOND 2: [ with such a number" },
	{ "[ +7 -eq 7 ]; [ 07 -eq 7 ]", "BEYOND 1: [ with such a number" },
	{ "[ 20.04 -ge 18 ] || [ \"\" -eq 0 ] || :", "OK ! 1: [ fails: 20.04 is not a number" },
	{ "! [ x -eq 1 ] && A=1", "OK [A=1] ! 1: [ fails: x is not a number" },
	{ "[ ! x -eq 1 ] || A=1", "OK [A=1] ! 1: [ fails: x is not a number" },
	{ "[ x -eq 1 ]",
	  "2 1: '[ x -eq 1 ]' failed with exit status 2 ! 1: [ fails: x is not a number" },
	{ "[ 99999999999999999999 -eq 1 ] || :", "BEYOND 1: [ with such a number" },
	{ "[ $SPACED = a ] || :", "BEYOND 1: [ with such arguments" },
	{ "[ a = ] || :", "BEYOND 1: [ with such arguments" },
	{ "[ a || :", "BEYOND 1: [ without ]" },
	{ "[ a = b -o c = c ] && A=1; [ a = b -o c = d -o e != e ] || B=1; "
	  "[ c = c -o 1 -gt 2 ] && C=1",
	  "OK [A=1] [B=1] [C=1]" },
	{ "[ a = a -o x -eq 1 ] || :", "OK ! 1: [ fails: x is not a number" },
	{ "[ a = a -a b = b ]", "BEYOND 1: [ with such arguments" },
	{ "[ a = a -o ! b = b ]", "BEYOND 1: [ with such arguments" },
	{ "[ ! = ! -o a = a ]", "BEYOND 1: [ with such arguments" },
	{ "[ -v NAME ] && A=1; [ -v X ] || B=1; [ ! -v EMPTY ] || C=1", "OK [A=1] [B=1] [C=1]" },
	{ "[ a -nt b ]", "BEYOND 1: [ with such arguments" },
	{ "[ -t 1 ]", "BEYOND 1: [ with such arguments" },
	{ "[ -v 'A[1]' ]", "BEYOND 1: [ A[1]" },
	{ "[ a -a b -a c ]", "BEYOND 1: [ with such arguments" },
	{ "[ '(' a = a ')' ]", "BEYOND 1: [ with such arguments" },
	{ "[ \"$NAME\" -o b ]", "BEYOND 1: [ with such arguments" },
	{ "[ \"$X\" -o b ]", "1 1: X is not set" },
	{ "[ '(' a ')' ]", "BEYOND 1: [ with such arguments" },
	{ "if false; then [ a -ot b ]; fi", "OK" },
};

static const struct eval_case faults[] = {
	{ "A=1\nexport B=$X", "1 2: X is not set" },
	{ "A=\"\n${X:-$Y}\"", "1 2: Y is not set" },
	{ "A=1\nexport A 1=2", "1 2: not a valid name: export 1" },
	{ "export A-B+=2", "1 1: not a valid name: export A-B+" },
	{ "export ''", "1 1: not a valid name: export " },
	{ "export A\n: $A", "1 2: A is not set" },
	{ ": ${X:?must be set}", "1 1: X is empty or not set: must be set" },
	{ ": ${EMPTY:?}", "1 1: EMPTY is empty or not set" },
	{ "A=1\n\nfalse\n", "1 3: 'false' failed with exit status 1" },
	{ "[ -z x ] && A=1\n\n", "1 1: '[ -z x ] && A=1' failed with exit status 1" },
	{ "if true; then\n[ a = b ]\nfi", "1 2: '[ a = b ]' failed with exit status 1" },
	{ "return 3", "3 1: 'return 3' failed with exit status 3" },
	{ "return 300 ", "44 1: 'return 300 ' failed with exit status 44" },
	{ "false || return", "1 1: 'return' failed with exit status 1" },
	{ "if false; then :; else return; fi", "1 1: 'return' failed with exit status 1" },
	{ "false || case a in a) return;; esac", "1 1: 'return' failed with exit status 1" },
	{ "false || case a in a) ;; esac", "OK" },
	{ "\nexit 0", "1 2: exit is not allowed here" },
	{ "exit 3", "3 1: exit is not allowed here" },
	{ "false || exit", "1 1: exit is not allowed here" },
	{ "return -1", "255 1: 'return -1' failed with exit status 255" },
	{ "if false; then exit 0; fi", "OK" },

	{ "A=\"x\n", "2 1: unterminated \"" },
	{ "\nA='x", "2 2: unterminated '" },
	{ "A=${B:-x", "2 1: unterminated ${" },
	{ "A=${B", "2 1: unterminated ${" },
	{ "A=1\nif true; then\nA=2\n", "2 2: unterminated if" },
	{ "if true; A=1; fi", "2 1: unexpected fi" },
	{ "if true; then fi", "2 1: unexpected fi" },
	{ "A=1\nfi", "2 2: unexpected fi" },
	{ "then A=1", "2 1: unexpected then" },
	{ "echo a; A=1;; B=1", "2 1: unexpected ;" },
	{ "echo a\n; A=1", "2 2: unexpected ; > a\n" },
	{ "A=1 )", "2 1: unexpected )" },
	{ "true &&", "2 1: unexpected end of the file" },
	{ "if true; then :; fi x", "2 1: unexpected x" },
};

/* What needs a shell, in parts that are not executed too. */
static const struct eval_case beyond[] = {
	{ "A=1\nB=$(x)", "BEYOND 2: $(" },
	{ "A=\"`x`\"", "BEYOND 1: `" },
	{ "A=$((1))", "BEYOND 1: $(" },
	{ "A=${NAME:-$(x)}", "BEYOND 1: $(" },
	{ "true || A=`x`", "BEYOND 1: `" },
	{ "return\nA=`x`", "BEYOND 2: `" },
	{ "return 1 2", "BEYOND 1: return 1" },
	{ "if false; then\nfor x in a; do :; done; fi", "BEYOND 2: for" },
	{ "ls -l", "BEYOND 1: ls" },
	{ "SECRET=x ls", "BEYOND 1: ls" },
	{ "'export' A=1", "BEYOND 1: 'export'" },
	{ "A=(x)", "BEYOND 1: (" },
	{ "(A=1)", "BEYOND 1: (" },
	{ "f() { :; }", "BEYOND 1: f" },
	{ "true >x", "BEYOND 1: >" },
	{ "A=1 2>x", "BEYOND 1: 2" },
	{ "true | true", "BEYOND 1: |" },
	{ "true &", "BEYOND 1: &" },
	{ "A=${NAME%x}", "BEYOND 1: ${NAME%" },
	{ "A=${#NAME}", "BEYOND 1: ${#" },
	{ "A=${NAME,}", "BEYOND 1: ${NAME," },
	{ "A=${NAME,,x}", "BEYOND 1: ${NAME," },
	{ "A=${NAME:,,}", "BEYOND 1: ${NAME:" },
	{ "A=\xc3\x84; B=${A,,}", "BEYOND 1: B with another case of letters" },
	{ "LANG=tr_TR.UTF-8; B=${NAME^^}", "BEYOND 1: B with another case of letters" },
	{ "A=${!NAME}", "BEYOND 1: ${!" },
	{ "A=${NAME:1}", "BEYOND 1: ${NAME:" },
	{ "A=$1", "BEYOND 1: $1" },
	{ "A=$'\\x41'", "BEYOND 1: x" },
	{ "A=$UID", "BEYOND 1: $UID" },
	{ "A=$IFS", "BEYOND 1: $IFS" },
	{ "A=$PWD", "BEYOND 1: $PWD" },
	{ "A=$HISTCMD", "BEYOND 1: $HISTCMD" },
	{ "A=${SHELL:-x}", "BEYOND 1: $SHELL" },
	{ "export SHELL", "BEYOND 1: export SHELL" },
	{ "export PWD", "BEYOND 1: export PWD" },
	{ "A=\"${X:-a<(b}c)d}\"", "BEYOND 1: <(" },
	{ "A=\"${NAME:+<(<}}\"", "BEYOND 1: <(" },
	{ "export UID=1", "BEYOND 1: export UID" },
	{ "BASH_ENV=x", "BEYOND 1: BASH_ENV BASH_ENV" },
	{ "A=~", "BEYOND 1: ~" },
	{ "A=x:~/y", "BEYOND 1: ~" },
	{ "echo *", "BEYOND 1: echo with a pattern for file names" },
	{ "A='*'; echo $A", "BEYOND 1: echo with a pattern for file names" },
	{ "export A={a,b}", "BEYOND 1: {" },
	{ "echo {1..3}", "BEYOND 1: {" },
	{ "echo -e x", "BEYOND 1: echo -e > -e x\n" },
	{ "set +e", "BEYOND 1: set +e" },
	{ "set", "BEYOND 1: set" },
	{ "set -", "BEYOND 1: set -" },
	{ "set x", "BEYOND 1: set x" },
	{ "set -o", "BEYOND 1: set -o" },
	{ "set -o allexport", "BEYOND 1: set -o" },
	{ "set +o errexit", "BEYOND 1: set +o" },
	{ "set -e +o pipefail", "BEYOND 1: set +o" },
	{ "set -a", "BEYOND 1: set -a" },
	{ "set -- a", "BEYOND 1: set --" },
	{ "export -n NAME", "BEYOND 1: export -n" },
	{ "export", "BEYOND 1: export" },
	{ "local A=1", "BEYOND 1: local" },
	{ "export 'A[0]=2'", "BEYOND 1: export A[0]" },
	{ "export 1=2 || :", "BEYOND 1: export 1" },
	{ "return x", "BEYOND 1: return x" },
	{ "A=a{b}", "BEYOND 1: {" },
	{ "A=\"${X:-'b'}\"", "BEYOND 1: '" },
	{ "A=\"$'x'\"", "BEYOND 1: $'" },
	{ "A=x$", "BEYOND 1: $" },
	{ "SHELL+=1", "BEYOND 1: SHELL+ SHELL" },
	{ "unset -f f", "BEYOND 1: unset -f" },
};

/* Commands made of commands, and the conditions of bash. */
static const struct eval_case compounds[] = {
	{ "if ! false; then A=1; fi; ! false && B=1; ! true || C=1; ! ! true && D=1",
	  "OK [A=1] [B=1] [C=1] [D=1]" },
	{ "! true\nA=1", "OK [A=1]" },
	{ "! ! false\nA=1", "1 1: 'false' failed with exit status 1" },
	{ "! ! ! true; A=1", "OK [A=1]" },
	{ "A=1\n! true", "1 2: '! true' failed with exit status 1" },
	{ "! { false; A=1; }; B=1", "OK [A=1] [B=1]" },
	{ "! false | true", "BEYOND 1: |" },
	{ "!\n", "BEYOND 1: \n" },
	{ "true && { A=1; B=2; }; false && { C=3; } || { D=4\n}", "OK [A=1] [B=2] [D=4]" },
	{ "{ false || true; }; { { A=1; } }", "OK [A=1]" },
	{ "{\nfalse\n}", "1 2: 'false' failed with exit status 1" },
	{ "{ false; A=1; } || B=1", "OK [A=1]" },
	{ "{ [ a = b ] && A=1; }; B=1", "OK [B=1]" },
	{ "{ A=1", "2 1: unterminated {" },
	{ "{ }", "2 1: unexpected }" },
	{ "A=1; }", "2 1: unexpected }" },
	{ "{A=1;}", "BEYOND 1: {A" },
	{ "echo { }", "BEYOND 1: {" },

	{ "case $NAME in v*) A=1 ;; value) A=2 ;; esac", "OK [A=1]" },
	{ "case $NAME in\n\n(a | value )\n A=1\n ;; # c\n\n*) A=2\n;;\nesac\n", "OK [A=1]" },
	{ "case a in b) A=1;; esac; case a in a) ;; esac; case a in esac; B=1", "OK [B=1]" },
	{ "case $EMPTY in '') A=1; esac; case x in ?) B=1 ;; esac", "OK [A=1] [B=1]" },
	{ "case 'a*' in 'a*') A=1;; esac; case ab in 'a*') B=1;; a\\*) B=2;; a\"\"*) B=3;; esac",
	  "OK [A=1] [B=3]" },
	{ "P='v*e'; case $NAME in \"$P\") A=1;; $P) A=2;; esac", "OK [P=v*e] [A=2]" },
	{ "case b in [!a-c]) A=1;; esac", "BEYOND 1: case [!a-c]" },
	{ "P='a\\*'; case x in $P) :;; esac", "BEYOND 1: case with a backslash in a pattern" },
	{ "case \xc3\xa9 in ?) :;; esac", "BEYOND 1: case ?" },
	{ "case a in a) false; A=1;; esac", "1 1: 'false' failed with exit status 1" },
	{ "case a in a) false; A=1;; esac || B=1", "OK [A=1]" },
	{ "case a in a) : ;& b) :;; esac", "BEYOND 1: ;&" },
	{ "case a in a) : ;;& b) :;; esac", "BEYOND 1: ;;" },
	{ "case a in a) :", "2 1: unterminated case" },
	{ "case a in a) : fi) :;; esac", "2 1: unexpected )" },
	{ "case a in a) A=1\nfi) :;; esac", "2 2: unexpected fi" },
	{ "case a in a b) :;; esac", "BEYOND 1: b" },
	{ "case a in | a) :;; esac", "BEYOND 1: |" },
	{ "case a in a |) :;; esac", "BEYOND 1: )" },
	{ "case $X in a) :;; esac", "1 1: X is not set" },
	{ "case a in a) :;; $X) :;; esac", "OK" },

	{ "[[ $NAME == v*e ]] && A=1; [[ $NAME = \"v*e\" ]] || B=1; [[ $NAME != x* ]] && C=1",
	  "OK [A=1] [B=1] [C=1]" },
	{ "[[ $SPACED == 'a  b' && -n $SPACED ]] && A=1; [[ a && ! '' ]] && B=1",
	  "OK [A=1] [B=1]" },
	{ "[[ a == b || ( c == c && d == e ) ]] || A=1; "
	  "[[ ( a == a || b == c ) &&\n d == d ]] && B=1",
	  "OK [A=1] [B=1]" },
	{ "[[ a == b && c == d || e == e ]] && A=1", "OK [A=1]" },
	{ "[[ a == a || b == b && c == d ]]", "BEYOND 1: c" },
	{ "[[ -z $EMPTY ]] && A=1; [[ -f / ]] || B=1; [[ ! -d / ]] || C=1; [[ -v X ]] || D=1",
	  "OK [A=1] [B=1] [C=1] [D=1]" },
	{ "[[ 9 -lt 10 && 2 -ge 2 ]] && A=1; N=3; [[ $N -ne 4 ]] && B=1", "OK [A=1] [N=3] [B=1]" },
	{ "N=3; [[ N -eq 3 ]]", "BEYOND 1: [[ with such a number" },
	{ "[[ 0 -eq 0 && -5 -lt 0 ]] && A=1; [[ 9 > 10 && 7 < 8 ]] && B=1", "OK [A=1] [B=1]" },
	{ "[[ $NAME =~ alu ]] && A=1; [[ $NAME =~ (x|val) && ! a =~ b ]] && B=1; "
	  "[[ 'a  b' =~ \"  \" ]] && C=1; [[ a =~ $EMPTY ]] && D=1",
	  "OK [A=1] [B=1] [C=1] [D=1]" },
	{ "[[ $NAME =~ ^v ]]", "BEYOND 1: [[ ^v" },
	{ "[[ $NAME =~ v.*e ]]", "BEYOND 1: [[ v.*e" },
	{ "[[ $NAME =~ (a|) ]] && A=1", "OK [A=1]" },
	{ "[[ $NAME =~ (b) || $NAME =~ (c|d) ]]",
	  "1 1: '[[ $NAME =~ (b) || $NAME =~ (c|d) ]]' failed with exit status 1" },
	{ "[[ $NAME =~ c|d ]]", "BEYOND 1: |" },
	{ "[[ a =~ \"(\" ]]", "BEYOND 1: [[ (" },
	{ "[[ a =~ (a ]]", "BEYOND 1:  " },
	{ "[[ (a =~ a) ]] && A=1", "OK [A=1]" },
	{ "[[ x ]] || [[ $X ]]; ! [[ x ]] || A=1", "OK [A=1]" },
	{ "[[ $X ]]", "1 1: X is not set" },
	{ "\n[[ a == b ]]", "1 2: '[[ a == b ]]' failed with exit status 1" },
	{ "if [[ a == b ]]; then :; elif [[ a == a ]]; then A=1; fi", "OK [A=1]" },
	{ "[[ bookworm -ge 22 ]] || :", "BEYOND 1: [[ with such a number" },
	{ "[[ 08 -eq 8 ]]", "BEYOND 1: [[ with such a number" },
	{ "[[ 7 < 8 ]] && B=1; [[ a < b ]]", "BEYOND 1: [[ with < or >" },
	{ "A=C.UTF-8 LC_ALL=$A B=${A,,}", "OK [A=C.UTF-8] [LC_ALL=C.UTF-8] [B=c.utf-8]" },
	{ "P='@(a)'; [[ a == $P ]]", "BEYOND 1: [[ @(a)" },
	{ "[[ a == @(a) ]]", "BEYOND 1: (" },
	{ "[[ a -nt b ]]", "BEYOND 1: -nt" },
	{ "[[ -t 1 ]]", "BEYOND 1: -t" },
	{ "[[ a b ]]", "BEYOND 1: b" },
	{ "[[ a ==", "BEYOND 1: " },
	{ "[[ ]]", "BEYOND 1: ]" },
	{ "[[ a\n]]", "BEYOND 1: \n" },
};

static const char *describe(struct eval *eval, int verdict, struct text *result)
{
	text_str(result, verdict == 0 ? "OK" : verdict == EVAL_UNSUPPORTED ? "BEYOND" : "");
	for (size_t i = 0; i < eval->vars->n && verdict == 0; i++) {
		const struct var *var = &eval->vars->v[i];

		if (var->file == 0 || !strchr(var->entry, '='))
			continue;
		text_str(result, var->export == VARS_EXPORTED ? " " : " [");
		text_str(result, var->entry);
		text_str(result, var->export == VARS_EXPORTED ? "" : "]");
	}
	if (verdict != 0) {
		if (verdict != EVAL_UNSUPPORTED)
			text_fmt(result, "%d", verdict);
		text_fmt(result, " %d: ", eval->line);
		text_str(result, eval->cause);
	}
	if (eval->output.len > 0) {
		text_str(result, " > ");
		text_str(result, eval->output.buf);
	}
	if (eval->warning) {
		text_fmt(result, " ! %d: ", eval->warning_line);
		text_str(result, eval->warning);
	}
	return result->buf;
}

static void check_case(const struct eval_case *c)
{
	char name[] = "NAME=value", empty[] = "EMPTY=", spaced[] = "SPACED=a  b";
	char *const base[] = { name, empty, spaced, NULL };
	struct mem mem = { 0 };
	struct vars vars;
	struct eval eval = { .mem = &mem, .vars = &vars, .output.mem = &mem };
	struct text result = { .mem = &mem };

	vars_load(&vars, &mem, base);
	vars.file = 1;
	unit_check_str(describe(&eval, eval_file(&eval, c->file), &result), c->want, c->file);
	mem_release(&mem);
}

/* `depth` times `open`, then one assignment, then as often `close`. */
static void check_depth(const char *open, const char *close, int depth, int want)
{
	struct mem mem = { 0 };
	struct text file = { .mem = &mem };
	struct vars vars;
	struct eval eval = { .mem = &mem, .vars = &vars, .output.mem = &mem };
	char *const none[] = { NULL };

	for (int i = 0; i < depth; i++)
		text_str(&file, open);
	text_str(&file, "A=1");
	for (int i = 0; i < depth; i++)
		text_str(&file, close);
	vars_load(&vars, &mem, none);
	unit_check(eval_file(&eval, file.buf) == want, open);
	mem_release(&mem);
}

/* Each operator of [ ] with three pairs, of which the first is less, equal or greater. */
static void check_operators(void)
{
	static const char *const strings[] = { "b", "bc", "c" };
	static const char *const numbers[] = { "9", "10", "11" };
	static const struct {
		const char *name;
		const char *holds;
		bool of_numbers;
	} operators[] = {
		{ "=", "=", false },   { "==", "=", false },  { "!=", "<>", false },
		{ "'<'", "<", false }, { "'>'", ">", false }, { "-eq", "=", true },
		{ "-ne", "<>", true }, { "-lt", "<", true },  { "-le", "<=", true },
		{ "-gt", ">", true },  { "-ge", "=>", true },
	};

	for (size_t i = 0; i < countof(operators); i++)
		for (int pair = 0; pair < 3; pair++) {
			const char *first = (operators[i].of_numbers ? numbers : strings)[pair];
			bool holds = strchr(operators[i].holds, "<=>"[pair]);
			char buf[64];
			struct text file = TEXT_OVER(buf);

			text_fmt(&file, "A=0; [ %s %s %s ] && A=1 || :", first, operators[i].name,
				 operators[i].of_numbers ? "10" : "bc");
			check_case(&(struct eval_case){ buf, holds ? "OK [A=1]" : "OK [A=0]" });
		}
}

static void check_cases(const struct eval_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check_case(&cases[i]);
}

void test_eval(void)
{
	check_cases(values, countof(values));
	check_cases(tests, countof(tests));
	check_cases(compounds, countof(compounds));
	check_cases(faults, countof(faults));
	check_cases(beyond, countof(beyond));
	check_operators();
	check_depth("if true; then ", "; fi", 49, 0);
	check_depth("if true; then ", "; fi", 50, EVAL_UNSUPPORTED);
	check_depth("{ ", "; }", 49, 0);
	check_depth("! ", "", 5000, 0);
	check_depth("[[ ( ", " ) ]]", 5000, EVAL_UNSUPPORTED);
	check_depth("case a in a) ", ";; esac", 51, EVAL_UNSUPPORTED);
	check_depth("${X:-", "}", 5000, EVAL_UNSUPPORTED);
	check_depth("A=${X:-", "}", 5000, EVAL_UNSUPPORTED);
	check_depth("A=\"${X:-\"", "\"}\"", 49, 0);
}
