/* SPDX-License-Identifier: Apache-2.0 */
/* work: counts what lib/ere does, for its time to be judged without a clock. */
#ifndef WORK_H
#define WORK_H

#include <stdbool.h>

/*
 * Matches the patterns that blow up other matchers against names short and long. Returns whether
 * the work grew no faster than the names, and says so. The program must be compiled with
 * -finstrument-functions.
 */
bool work_is_linear(void);

#endif
