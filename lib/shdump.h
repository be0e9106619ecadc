/*
 * shdump: reads back what `export -p` printed: lines `export NAME=word`, `declare -x NAME=word` or
 * `typeset -x NAME=word`, word with '..', "..", \ and $'..' quoting as dash, busybox, bash or mksh
 * write it.
 */
#ifndef SHDUMP_H
#define SHDUMP_H

#include <stddef.h>

#include "vars.h"

/*
 * Brings vars, loaded from the environment the shell began with, to what the shell had at its end: of
 * the variables only those listed with a value stay exported, and those listed with another value are
 * assigned, so that they can be told by their `file`. buf must have a NUL in buf[size]. Returns 0,
 * -EINVAL if it is no such list, or -ENOMEM.
 */
int shdump_read(struct vars *vars, const char *buf, size_t size);

#endif
