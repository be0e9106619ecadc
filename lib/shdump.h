/*
 * shdump: reads back what `export -p` printed: lines `export NAME=word`, `declare -x NAME=word` or
 * `typeset -x NAME=word`, word with '..', "..", \ and $'..' quoting as dash, busybox, bash or mksh
 * write it.
 */
#ifndef SHDUMP_H
#define SHDUMP_H

#include "vars.h"

/*
 * Brings vars, loaded from the environment the shell began with, to what the shell had at its end:
 * of the variables only those listed with a value stay exported, and those listed with another
 * value are assigned, so that they can be told by their `file`. Returns 0, -EINVAL if the string
 * buf is no such list, or -ENOMEM; vars is of no use then.
 */
int shdump_read(struct vars *vars, const char *buf);

#endif
