/*
 * calendar: days and months counted from the first of March of the year -40000: the leap day is the
 * last of its year then, and nothing is negative. 40000 years are whole eras of 400, and whole
 * weeks: day 0 is a Wednesday.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#define CALENDAR_BIAS 40000                                    /* years */
#define CALENDAR_EPOCH (CALENDAR_BIAS / 400 * 146097 + 719468) /* the day 1970-01-01 */
#define SEC_PER_DAY 86400

/* The day a month begins on. */
unsigned calendar_month_start(unsigned month);

#endif
