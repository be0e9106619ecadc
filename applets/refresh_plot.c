/* SPDX-License-Identifier: Apache-2.0 */
/* refresh-plot: draws a run as a timeline in SVG, from the event log that --events wrote. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/opt.h"
#include "base/text.h"
#include "plot/plot.h"
#include "plot/timeline.h"
#include "report/event_log.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/write.h"

struct settings {
	const char *output;
	const char *run;
	const char *width;
};

#define VALUE(member) offsetof(struct settings, member)

/* clang-format off */
static const struct opt options[] = {
	{ .name = "output", .letter = 'o', .kind = OPT_STRING, .at = VALUE(output), .arg = "FILE",
	  .common = true, .help = HELP("write to FILE instead of standard output") },
	{ .name = "width", .kind = OPT_STRING, .at = VALUE(width), .arg = "PIXELS", .common = true,
	  .help = HELP("width of the picture, 320 to 10000 (default: 1200)") },
	{ .name = "run", .kind = OPT_STRING, .at = VALUE(run), .arg = "RUN", .common = true,
	  .help = HELP("draw the run of this id or process id (default: last)") },
	{ .name = "version", .kind = OPT_VERSION, .common = true,
	  .help = HELP("print the version and exit") },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP, .arg = OPT_ALL, .common = true,
	  .help = HELP("print the common options, or all of them, and exit") },
	{ .kind = OPT_END },
};
/* clang-format on */

static const char description[] =
	"Draws a run as a timeline, in SVG for a browser, from the event log FILE that\n"
	"other applets write with --events. Without FILE, or if it is -, it reads\n"
	"standard input.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage.\n";

const struct opt_syntax refresh_plot_syntax = {
	.name = "refresh-plot",
	.description = HELP(description),
	.grammar = OPT_GETOPT_LONG,
	.options = options,
	.operands = "[FILE]",
};

static int plot_usage_error(const struct log *log, const char *what)
{
	applet_log_error(log, what, "\nSee refresh-plot --help.");
	return EXIT_USAGE;
}

/* Reads the whole file; a path of NULL is standard input. Returns 0 or -errno. */
static int read_log(const char *path, struct text *ret_text)
{
	int fd = path ? sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0) : STDIN_FILENO;
	int err = fd < 0 ? fd : text_read(ret_text, fd, SIZE_MAX);

	if (path)
		sys_close(fd);
	return err;
}

/* A log that is read. */
struct reading {
	const struct log *log; /* where mistakes in it are logged */
	const char *name;
	const char *run; /* the run that is wanted, or NULL */
	struct timeline *timeline;
	int torn;          /* how many lines are not objects of JSON */
	int torn_at;       /* the number of the first of them */
	const char *cause; /* what is wrong with it */
};

/* A line without its end is passed over, for a machine may stop while a log is written. */
static int add_line(struct reading *reading, char *line, size_t n, int number)
{
	const char *cause = "";
	int err = timeline_add(reading->timeline, line, n, &cause);

	if (err == -EBADMSG) {
		if (reading->torn++ == 0) {
			reading->torn_at = number;
			reading->cause = cause;
		}
		return 0;
	}
	if (err < 0)
		log_line(reading->log, LOG_ERROR, "%s:%d: %s", reading->name, number,
			 err == -EINVAL ? cause : text_error(-err));
	return err;
}

/* Adds each line to the timeline, up to the first mistake. Returns 0 or -errno. */
static int add_lines(struct reading *reading, const struct text *text)
{
	char *end = text->buf + text->len, *next;
	int number = 1, err = 0;

	for (char *line = text->buf; line < end && err == 0; line = next + 1, number++) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			next = end;
		*next = '\0';
		err = add_line(reading, line, (size_t)(next - line), number);
	}
	timeline_finish(reading->timeline);
	return err;
}

/* Logs that lines were passed over or, if the log has no run to draw, the reason. */
static void report_lines(const struct reading *reading)
{
	const struct log *log = reading->log;
	bool found = reading->timeline->run;

	if (found && reading->torn > 0)
		log_line(log, LOG_WARN, "%s:%d: %s; lines passed over: %d", reading->name,
			 reading->torn_at, reading->cause, reading->torn);
	else if (!found && reading->run)
		log_line(log, LOG_ERROR, "%s: no run %s in it", reading->name, reading->run);
	else if (!found && reading->torn > 0)
		log_line(log, LOG_ERROR, "%s:%d: %s", reading->name, reading->torn_at,
			 reading->cause);
	else if (!found)
		log_line(log, LOG_ERROR, "%s: no run in it", reading->name);
}

static int write_and_close(int fd, const struct text *picture)
{
	int err = sys_write_all(fd, picture->buf, picture->len);

	sys_close(fd);
	return err;
}

/*
 * Writes the picture to a new file beside `path`, which then takes its place and has the owner and
 * the mode of `old`, if there is an old one. Returns 0 or -errno, or 1 if no file can be made there
 * or take the place.
 */
static int replace_file(const char *path, const struct stat *old, const struct text *picture)
{
	char buf[PATH_MAX];
	struct text name = TEXT_OVER(buf);
	int fd, err;

	text_str(&name, path);
	text_fmt(&name, ".%d", (int)(sys_random_bits() >> 1));
	if (name.truncated)
		return 1;
	fd = sys_open(AT_FDCWD, buf, O_WRONLY | O_CREAT | O_EXCL, 0666);
	if (fd < 0)
		return 1;
	if (old)
		sys_own_as(fd, old);
	err = write_and_close(fd, picture);
	if (err == 0)
		err = sys_rename(buf, path) < 0 ? 1 : 0;
	if (err)
		(void)sys_unlink(buf);
	return err;
}

/*
 * A full disk must not destroy an older picture. A link stays, and so do devices and pipes: they
 * are written to.
 */
static int write_file(const char *path, const struct text *picture)
{
	char buf[PATH_MAX];
	struct stat st;
	const char *target = sys_real_path(path, buf) < 0 ? path : buf;
	int err = sys_stat(AT_FDCWD, target, &st, AT_SYMLINK_NOFOLLOW), fd;

	if (err == -ENOENT || (err == 0 && S_ISREG(st.st_mode))) {
		err = replace_file(target, err == 0 ? &st : NULL, picture);
		if (err <= 0)
			return err;
	}
	fd = sys_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0666);
	return fd < 0 ? fd : write_and_close(fd, picture);
}

/* The file is only made now, so that a log that is wrong does not destroy an older picture. */
static int write_picture(const struct log *log, const char *path, const struct text *picture)
{
	int err;

	if (!path)
		return applet_print(log->name, picture->buf);
	err = write_file(path, picture);
	if (err < 0)
		log_line(log, LOG_ERROR, "%s: %s", path, text_error(-err));
	return err < 0 ? EXIT_FAILED : EXIT_OK;
}

static int draw_log(const struct log *log, const struct settings *settings, const char *path,
		    struct timeline *timeline, int width)
{
	struct text text = { .mem = timeline->mem }, picture = { .mem = timeline->mem };
	struct reading reading = { .log = log,
				   .name = path ? path : "standard input",
				   .run = settings->run,
				   .timeline = timeline };
	int err = read_log(path, &text);

	if (err < 0) {
		log_line(log, LOG_ERROR, "%s: %s", reading.name, text_error(-err));
		return EXIT_FAILED;
	}
	if (add_lines(&reading, &text) < 0)
		return EXIT_FAILED;
	report_lines(&reading);
	if (!timeline->run)
		return EXIT_FAILED;
	plot_draw(&picture, timeline, width);
	if (picture.truncated) {
		log_line(log, LOG_ERROR, "%s", text_error(ENOMEM));
		return EXIT_FAILED;
	}
	return write_picture(log, settings->output, &picture);
}

/* Takes the argument of --run: an id or, which has fewer digits, a process id. */
static bool choose_run(struct timeline *timeline, const char *run)
{
	if (strlen(run) == EVENT_LOG_ID && text_span(run, "0123456789abcdef") == EVENT_LOG_ID) {
		timeline->wanted_id = run;
		return true;
	}
	return text_to_int(run, &timeline->wanted) == 0 && timeline->wanted > 0;
}

/* Returns the argument of --width, the default without one, or 0 if it is wrong. */
static int choose_width(const char *arg)
{
	int64_t width = PLOT_WIDTH;

	if (arg && text_to_int(arg, &width) < 0)
		return 0;
	return width >= PLOT_WIDTH_MIN && width <= PLOT_WIDTH_MAX ? (int)width : 0;
}

static int check_and_draw(const struct log *log, const struct settings *settings, char **files)
{
	struct mem mem = { 0 };
	struct timeline timeline = { .mem = &mem };
	const char *path = *files && strcmp(*files, "-") != 0 ? *files : NULL;
	int width = choose_width(settings->width), status;

	if (*files && files[1])
		return plot_usage_error(log, "more than one FILE");
	if (settings->run && !choose_run(&timeline, settings->run))
		return plot_usage_error(log, "argument --run: not a process id or an id of a run");
	if (!width)
		return plot_usage_error(log, "argument --width: not a number from 320 to 10000");
	status = draw_log(log, settings, path, &timeline, width);
	mem_release(&mem);
	return status;
}

int refresh_plot_main(const char *name, char **argv)
{
	const struct log log = { .name = name, .form = LOG_NAME };
	struct settings settings = { 0 };
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict = opt_parse(&refresh_plot_syntax, NULL, argv, &settings, &error);

	if (verdict == OPT_ERROR)
		return plot_usage_error(&log, buf);
	if (verdict != OPT_RUN)
		return applet_answer(&refresh_plot_syntax, verdict);
	return check_and_draw(&log, &settings, argv + 1);
}
