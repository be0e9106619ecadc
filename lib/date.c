#include "date.h"

#include "calendar.h"
#include "sys.h"
#include "text.h"

/* A time as people write it. */
struct civil {
	int year;
	int month;   /* 0 is January */
	int day;     /* 1 is the first */
	int weekday; /* 0 is Sunday */
	int hour;
	int minute;
	int second;
	int ms;
};

static void set_day(struct civil *civil, unsigned day)
{
	/* A month has 30.4375 days and a little less: months too few, but at most a dozen. */
	unsigned month = day * 16 / 487;

	civil->weekday = (int)((day + 3) % 7);
	while (calendar_month_start(month + 1) <= day)
		month++;
	civil->day = (int)(day - calendar_month_start(month)) + 1;
	civil->month = (int)((month + 2) % 12);
	civil->year = (int)((month + 2) / 12) - CALENDAR_BIAS;
}

static void set_time(struct civil *civil, struct zone *zone, int64_t wall_ns)
{
	int64_t seconds = wall_ns / NS_PER_SEC;
	int second;

	if (ENABLE_LOCALTIME) {
		zone_at(zone, seconds);
		seconds += zone->offset;
	}
	seconds += (int64_t)CALENDAR_EPOCH * SEC_PER_DAY;
	second = (int)(seconds % SEC_PER_DAY);
	set_day(civil, (unsigned)(seconds / SEC_PER_DAY));
	civil->hour = second / 3600;
	civil->minute = second / 60 % 60;
	civil->second = second % 60;
	civil->ms = (int)(wall_ns / NS_PER_MS % 1000);
}

void date_asctime(struct text *text, struct dates *dates, int64_t wall_ns)
{
	struct civil civil;

	set_time(&civil, &dates->zone, wall_ns);
	text_fmt(text, "%04d-%02d-%02d %02d:%02d:%02d,%03d", civil.year, civil.month + 1, civil.day,
		 civil.hour, civil.minute, civil.second, civil.ms);
}

static void add_unix(struct text *text, struct zone *zone, int64_t wall_ns)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct civil civil;

	set_time(&civil, zone, wall_ns);
	text_fmt(text, "%s %s %2d %02d:%02d:%02d %s %d", days[civil.weekday], months[civil.month],
		 civil.day, civil.hour, civil.minute, civil.second,
		 ENABLE_LOCALTIME ? zone->name : "UTC", civil.year);
}

/* Most lines of a log are told in the second of the line before. */
void date_unix(struct text *text, struct dates *dates, int64_t wall_ns)
{
	int64_t second = wall_ns / NS_PER_SEC;
	struct text line = TEXT_OVER(dates->unix_line);

	if (second != dates->second || !*line.buf)
		add_unix(&line, &dates->zone, wall_ns);
	dates->second = second;
	text_str(text, dates->unix_line);
}
