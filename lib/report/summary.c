#include "report/summary.h"

#include <stdbool.h>
#include <string.h>

#include "job/job.h"
#include "report/event.h"
#include "sys/clock.h"

/* Where it is told of already, by name; else the next free place. */
static struct summary_phase *find_phase(struct summary *summary, const char *name)
{
	struct summary_phase *phase = summary->phases;

	while (phase < summary->phases + SUMMARY_PHASES - 1 && phase->name &&
	       strcmp(phase->name, name) != 0)
		phase++;
	phase->name = name;
	return phase;
}

static void begin_phase(struct summary *summary, const struct event *event)
{
	summary->current = find_phase(summary, event->phase);
	summary->started_ns = event->at_ns;
}

static void end_phase(struct summary *summary, int64_t at_ns)
{
	struct summary_phase *phase = summary->current;

	if (phase)
		phase->elapsed_ns += at_ns - summary->started_ns;
	summary->current = NULL;
}

static void note_part(struct summary *summary, const struct event *event)
{
	if (!event->status || !event->reason || summary->failed_phase)
		return;
	summary->failed_script = event->part->path;
	summary->failed_reason = event->reason;
	summary->failed_status = event->status;
	summary->failed_ns = event->result->elapsed_ns;
}

static void tell_phases(const struct summary *summary)
{
	for (size_t i = 0; i < SUMMARY_PHASES && summary->phases[i].name; i++) {
		const struct summary_phase *phase = &summary->phases[i];
		long long ms = (long long)sys_ns_to_ms(phase->elapsed_ns);

		log_line(summary->log, LOG_INFO,
			 "Phase %s: scripts run %d, left out %d, seconds %lld.%03d", phase->name,
			 phase->run, phase->left_out, ms / 1000, (int)(ms % 1000));
	}
}

static void tell_failure(const struct summary *summary)
{
	long long ms = (long long)sys_ns_to_ms(summary->failed_ns);

	if (summary->failed_script)
		log_line(summary->log, LOG_ERROR,
			 "Phase %s failed: script %s, status %d (%s) after %lld.%03d s",
			 summary->failed_phase, summary->failed_script, summary->failed_status,
			 summary->failed_reason, ms / 1000, (int)(ms % 1000));
	else
		log_line(summary->log, LOG_ERROR, "Phase %s failed, not by a script: see above",
			 summary->failed_phase);
	if (summary->events)
		log_line(summary->log, LOG_ERROR, "The event log is %s", summary->events);
	if (ENABLE_REFRESH_PHASE)
		log_line(summary->log, LOG_ERROR, "To run it again: refresh-phase %s",
			 summary->failed_phase);
}

void summary_handle(void *self, const struct event *event)
{
	struct summary *summary = self;

	switch (event->kind) {
	case EV_PHASE_STARTED:
	case EV_HANDLERS_CALLED:
		begin_phase(summary, event);
		break;
	case EV_PART_LEFT_OUT:
		if (summary->current)
			summary->current->left_out++;
		break;
	case EV_PART_STARTED:
		if (summary->current)
			summary->current->run++;
		break;
	case EV_PHASE_UNUSABLE:
	case EV_PHASE_FAILED:
	case EV_PHASE_KILLED:
		summary->failed_phase = event->phase;
		/* fall through */
	case EV_PHASE_COMPLETED:
	case EV_PHASE_BROKEN_OFF:
	case EV_HANDLERS_ENDED:
		end_phase(summary, event->at_ns);
		break;
	case EV_RUN_ENDED:
		end_phase(summary, event->at_ns);
		tell_phases(summary);
		if (summary->failed_phase)
			tell_failure(summary);
		break;
	default:
		note_part(summary, event);
		break;
	}
}
