/*
 * event: what can happen in a run, as one struct, and the sinks that watch. Every event is emitted
 * once, in causal order; a sink is a pure function of the events and calls nobody back.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "scan/scan.h"

enum event_kind {
	EV_RUN_STARTED,        /* text: the program, path: the base directory or NULL */
	EV_RUN_ENDED,          /* status: the exit status, signal: that it ends by, or 0 */
	EV_EVENTS_FAILED,      /* path: the event log, error: some of it could not be written */
	EV_RELAY_FAILED,       /* path: what takes no copies of the log, error */
	EV_PATTERN_BAD,        /* path: the pattern, text: what is wrong, number: where */
	EV_BASE_FAILED,        /* path, error */
	EV_LOCK_BUSY,          /* path, text: as below; it is waited for */
	EV_LOCK_FAILED,        /* path, error, text: "", or who holds it, in their words */
	EV_PHASE_CHECKED,      /* path: its directory is about to be looked for */
	EV_PHASE_ABSENT,       /* phase */
	EV_PHASE_MISSING,      /* phase, path: as before, but the user has named it */
	EV_PHASE_STARTED,      /* phase */
	EV_PHASE_COMPLETED,    /* phase */
	EV_PHASE_FAILED,       /* phase, path, status */
	EV_PHASE_KILLED,       /* phase, path, signal: the set of scripts was ended by us */
	EV_PHASE_BROKEN_OFF,   /* phase, path, status: by a signal, or nothing was to be run */
	EV_PHASE_UNUSABLE,     /* phase: it could not even begin */
	EV_HANDLERS_CALLED,    /* path: the error handlers are about to run */
	EV_HANDLERS_ENDED,     /* phase, path, status: what they came to */
	EV_ABORTED,            /* a phase failed and its error handlers are done */
	EV_SIGNALLED,          /* signal: the run ends by it */
	EV_PARTS_STARTED,      /* path: the directory */
	EV_PARTS_NO_DIRECTORY, /* path */
	EV_PARTS_FAILED,       /* path, text: what cannot be done with it, error */
	EV_PART_SEEN,          /* part: an entry, in the order of its directory */
	EV_UNTRUSTED,          /* path, text: who else could have written it */
	EV_REFUSED,            /* the same, and so nothing runs */
	EV_PARTS_SCANNED,      /* parts: kept and left out, about to be run; args: directories */
	EV_PARTS_ENDED,        /* path, parts: everything of it that was started */
	EV_PART_LEFT_OUT,      /* part, text: what is wrong with a bad name */
	EV_PART_UNFIT,         /* part: a socket, device or fifo where scripts should be */
	EV_NO_MATCH,         /* path, text: no script there is of this name or pattern */
	EV_PART_LISTED,        /* phase, part: what would run */
	EV_LISTING_FAILED,     /* error: what was listed could not be written */
	EV_ENV_FILE,           /* path: an environment file is read */
	EV_ENV_SET,            /* path, text: the names it set */
	EV_ENV_VALUE,          /* path, text: one NAME=value it set */
	EV_ENV_FAILED,         /* path, text: what with, error: why */
	EV_ENV_WRONG,          /* path, number: the line, text: what is wrong there */
	EV_ENV_REFUSED,        /* path, text: what is wrong somewhere in it */
	EV_STDIN_FAILED,       /* error: what is for the scripts to read could not be kept */
	EV_OUTPUT_FAILED,      /* error: what scripts printed could not be passed on */
	EV_PART_STARTED,       /* part, args */
	EV_PART_COMPLETED,     /* part */
	EV_PART_FAILED,        /* part, status */
	EV_PART_KILLED,        /* part, status, signal, end */
	EV_PART_LATE,          /* part, status, end: its time was up, and then it ended by itself */
	EV_PART_LEFT_RUNNING,  /* part, status: we had to let it go on */
	EV_PART_NOT_STARTED,   /* part, status, text: why, error */
	EV_PART_OUTPUT,        /* part, text: of what it printed, number: so many bytes */
	EV_PART_PRINTS,        /* part, text, number: so many bytes of it are to be passed on */
	EV_PART_COPIED,        /* part: what it left goes on printing, and not through us */
	EV_CAPTURE_FAILED,     /* error: what scripts print cannot be kept */
	EV_TICK,               /* something happened, or nothing for a while: time passed */
	EV_TIMEOUT,            /* part: running or next, or NULL; number: the limit, in ns */
	EV_SCRIPT_TIMEOUT,     /* part; number: its limit, in ns */
	EVENT_KINDS            /* so many kinds there are */
};

/* Of an EV_PART_OUTPUT, so many bytes at most. */
#define EVENT_OUTPUT_MAX 256

/* What an event is about; the members its kind does not name are zero. */
struct event {
	enum event_kind kind;
	int status;
	int signal;
	int error; /* errno */
	int64_t number;
	const char *phase;
	const char *path;
	const char *text;
	const char *reason; /* of a part that was started or was to be: how it ended, in a word */
	const struct part *part;
	const struct job_end *end;
	const struct part_list *parts;
	char *const *args; /* of a script, or the directories; NULL after the last; or NULL */
};

struct sink {
	void (*handle)(void *self, const struct event *event);
	void *self;
};

/* The sinks of a run, in the order they are told. */
struct sinks {
	struct sink v[8];
	size_t n;
};

void event_add_sink(struct sinks *sinks, void (*handle)(void *, const struct event *), void *self);

void event_emit(const struct sinks *sinks, const struct event *event);

#endif
