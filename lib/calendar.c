#include "calendar.h"

unsigned calendar_month_start(unsigned month)
{
	unsigned year = month / 12, century = year / 100;

	/* From March on months have 30.6 days, rounded. */
	return year * 1461 / 4 - century + century / 4 + (month % 12 * 979 + 15) / 32;
}
