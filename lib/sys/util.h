/* SPDX-License-Identifier: Apache-2.0 */
/* util: a macro that any file may need. */
#ifndef SYS_UTIL_H
#define SYS_UTIL_H

/* The number of elements of an array. */
#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
