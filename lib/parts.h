/*
 * parts: one set of scripts, from its directory to its last event. Scan, environment, then the
 * scripts in order, until one fails. It knows no phases and formats nothing.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "scan.h"

struct mem;
struct pool;
struct sinks;

/* What tells one family of runners from another. */
struct dialect {
	struct scan_rule scan;
	bool environment_d; /* ../environment.d makes the scripts' environment */
};

extern const struct dialect dialect_dib_run_parts;

/* The setting of every set of scripts of a run. */
struct parts {
	struct mem *mem;
	struct pool *pool;
	const struct sinks *sinks;
	struct dialect dialect;
	const char *pattern; /* the text of dialect.scan.pattern, or NULL */
	char *const *envp;   /* the environment we were given */
	int64_t deadline_ns; /* of the whole run; 0 is never, also once it has passed */
	int64_t timeout_s;   /* what the deadline was made of, for the event */
};

struct outcome {
	int status; /* 0, the failed script's, 128 + n for signal n, 126, 127, or 1 for us */
	int signal;       /* SIGKILL after a timeout: what the reference's runner died of */
	bool interrupted; /* a signal told us to end: see struct pool */
};

/* Runs the scripts of dir. phase names them in events, or is NULL. */
struct outcome parts_run(struct parts *parts, const char *phase, const char *dir);

/* Emits an EV_PART_LISTED for every script that parts_run would run, in its order. */
struct outcome parts_list(struct parts *parts, const char *phase, const char *dir);

#endif
