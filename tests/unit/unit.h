/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit: what the unit tests of lib's pure functions share. Each file here tests one module and has
 * one function of the list in main.c.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>

/* Counts one check; one that is not ok is printed as `what`. Returns ok. */
bool unit_check(bool ok, const char *what);

/* Checks that two strings are equal, NULL being equal to NULL only. Returns whether they are. */
bool unit_check_str(const char *got, const char *want, const char *what);

void test_date(void);
void test_dump(void);
void test_duration(void);
void test_ere(void);
void test_eval(void);
void test_json(void);
void test_opt(void);
void test_process(void);
void test_status(void);
void test_event_log(void);
void test_scan(void);
void test_sinks(void);
void test_messages(void);
void test_ring(void);
void test_text(void);
void test_timeline(void);
void test_vars(void);

#endif
