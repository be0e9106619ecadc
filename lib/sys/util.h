/* util: what every file may need and no module owns. */
#ifndef SYS_UTIL_H
#define SYS_UTIL_H

#define countof(array) (sizeof(array) / sizeof((array)[0]))

#endif
