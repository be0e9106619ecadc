#include "date.h"

#include "sys.h"
#include "text.h"
#include "zone.h"

#define SEC_PER_DAY 86400
#define DAYS_PER_ERA 146097 /* 400 years */

/* A time as people write it. */
struct civil {
	int year;
	int month;   /* 0 is January */
	int day;     /* 1 is the first */
	int weekday; /* 0 is Sunday */
	int second;  /* of the day */
};

/*
 * By counting eras of 400 years that begin on the first of March, so that the leap day is the last
 * of its year.
 */
static struct civil civil_from_days(int64_t days)
{
	int64_t z = days + 719468; /* days from 0000-03-01 to 1970-01-01 */
	int64_t era = (z >= 0 ? z : z - (DAYS_PER_ERA - 1)) / DAYS_PER_ERA;
	int day_of_era = (int)(z - era * DAYS_PER_ERA);
	int year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int march_month = (5 * day_of_year + 2) / 153; /* 0 is March */
	struct civil civil = { .month = march_month < 10 ? march_month + 2 : march_month - 10 };

	civil.day = day_of_year - (153 * march_month + 2) / 5 + 1;
	civil.year = (int)(year_of_era + era * 400) + (civil.month <= 1);
	civil.weekday = (int)((days % 7 + 11) % 7); /* 1970-01-01 was a Thursday */
	return civil;
}

static struct civil civil_at(struct zone *zone, int64_t seconds)
{
	struct civil civil;
	int64_t days;
	int second;

	if (ENABLE_LOCALTIME) {
		zone_at(zone, seconds);
		seconds += zone->offset;
	}
	days = seconds / SEC_PER_DAY;
	second = (int)(seconds % SEC_PER_DAY);
	if (second < 0) {
		second += SEC_PER_DAY;
		days--;
	}
	civil = civil_from_days(days);
	civil.second = second;
	return civil;
}

static void add_clock(struct text *text, const struct civil *civil)
{
	text_fmt(text, "%02d:%02d:%02d", civil->second / 3600, civil->second / 60 % 60,
		 civil->second % 60);
}

void date_asctime(struct text *text, struct zone *zone, int64_t wall_ns)
{
	struct civil civil = civil_at(zone, wall_ns / NS_PER_SEC);

	text_fmt(text, "%04d-%02d-%02d ", civil.year, civil.month + 1, civil.day);
	add_clock(text, &civil);
	text_fmt(text, ",%03d", (int)(wall_ns % NS_PER_SEC / NS_PER_MS));
}

void date_unix(struct text *text, struct zone *zone, int64_t wall_ns)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct civil civil = civil_at(zone, wall_ns / NS_PER_SEC);

	text_add(text, days + civil.weekday * 3, 3);
	text_char(text, ' ');
	text_add(text, months + civil.month * 3, 3);
	text_fmt(text, " %2d ", civil.day);
	add_clock(text, &civil);
	text_fmt(text, " %s %d", ENABLE_LOCALTIME ? zone->name : "UTC", civil.year);
}
