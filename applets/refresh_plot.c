/* SPDX-License-Identifier: Apache-2.0 */
/* refresh-plot: draws a run as a timeline in SVG, from the event log that --events wrote. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/opt.h"
#include "base/text.h"
#include "plot/plot.h"
#include "plot/timeline.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/write.h"

struct settings {
	const char *output;
	const char *run;
};

#define VALUE(member) offsetof(struct settings, member)

/* clang-format off */
static const struct opt options[] = {
	{ .name = "output", .letter = 'o', .kind = OPT_STRING, .at = VALUE(output), .arg = "FILE",
	  .help = HELP("instead of stdout") },
	{ .name = "run", .kind = OPT_STRING, .at = VALUE(run), .arg = "PID",
	  .help = HELP("of several runs, the last of this process id; default\n"
		       "the last that began") },
	{ .name = "version", .kind = OPT_VERSION, .help = HELP("show the version and exit") },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP,
	  .help = HELP("show this help and exit") },
	{ .kind = OPT_END },
};
/* clang-format on */

static const char description[] =
	"Draws a run as a timeline, in SVG for a browser, from the event log FILE that\n"
	"the runners write with --events; from standard input without a FILE, or for -.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage.\n";

static int plot_usage_error(const struct log *log, const char *what)
{
	applet_log_error(log, what, "; see refresh-plot --help");
	return EXIT_USAGE;
}

/* Reads the whole file; a path of NULL is standard input. Returns 0 or -errno. */
static int read_log(const char *path, struct text *ret_text)
{
	int fd = path ? sys_open(AT_FDCWD, path, O_RDONLY | O_NOCTTY, 0) : STDIN_FILENO;
	int err = fd < 0 ? fd : text_read(ret_text, fd);

	if (path)
		sys_close(fd);
	return err;
}

/* Adds each line to the timeline; the first that is wrong is logged. Returns the exit status. */
static int add_lines(const struct log *log, const char *name, const struct text *text,
		     struct timeline *timeline)
{
	char *end = text->buf + text->len, *next;
	int number = 1;

	for (char *line = text->buf; line < end; line = next + 1, number++) {
		const char *cause = "";
		int err;

		next = memchr(line, '\n', (size_t)(end - line));
		if (!next)
			next = end;
		*next = '\0';
		err = timeline_add(timeline, line, (size_t)(next - line), &cause);
		if (err < 0) {
			log_line(log, LOG_ERROR, "%s:%d: %s", name, number,
				 err == -EINVAL ? cause : text_error(-err));
			return EXIT_FAILED;
		}
	}
	timeline_finish(timeline);
	return EXIT_OK;
}

/* The file is only opened now, so that a log that is wrong does not destroy an older picture. */
static int write_picture(const struct log *log, const char *path, const struct text *picture)
{
	int fd, err;

	if (!path)
		return applet_print(log->name, picture->buf);
	fd = sys_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, 0666);
	err = fd < 0 ? fd : sys_write_all(fd, picture->buf, picture->len);
	sys_close(fd);
	if (err < 0)
		log_line(log, LOG_ERROR, "%s: %s", path, text_error(-err));
	return err < 0 ? EXIT_FAILED : EXIT_OK;
}

static int draw_log(const struct log *log, const struct settings *settings, const char *path,
		    struct timeline *timeline)
{
	struct text text = { .mem = timeline->mem }, picture = { .mem = timeline->mem };
	const char *name = path ? path : "standard input";
	int err = read_log(path, &text);

	if (err < 0) {
		log_line(log, LOG_ERROR, "%s: %s", name, text_error(-err));
		return EXIT_FAILED;
	}
	if (add_lines(log, name, &text, timeline) != EXIT_OK)
		return EXIT_FAILED;
	if (!timeline->run) {
		log_line(log, LOG_ERROR, settings->run ? "%s: no run %s in it" : "%s: no run in it",
			 name, settings->run);
		return EXIT_FAILED;
	}
	plot_draw(&picture, timeline);
	if (picture.truncated) {
		log_line(log, LOG_ERROR, "%s", text_error(ENOMEM));
		return EXIT_FAILED;
	}
	return write_picture(log, settings->output, &picture);
}

static int check_and_draw(const struct log *log, const struct settings *settings, char **files)
{
	struct mem mem = { 0 };
	struct timeline timeline = { .mem = &mem };
	const char *path = *files && strcmp(*files, "-") != 0 ? *files : NULL;
	int status;

	if (*files && files[1])
		return plot_usage_error(log, "more than one FILE");
	if (settings->run &&
	    (text_to_int(settings->run, &timeline.wanted) < 0 || timeline.wanted <= 0))
		return plot_usage_error(log, "argument --run: not a process id");
	status = draw_log(log, settings, path, &timeline);
	mem_release(&mem);
	return status;
}

int refresh_plot_main(const char *name, char **argv)
{
	const struct log log = { .name = name, .form = LOG_NAME };
	const struct opt_syntax syntax = { .grammar = OPT_GETOPT_LONG,
					   .options = options,
					   .operands = "[FILE]" };
	struct settings settings = { 0 };
	char buf[1024];
	struct text error = TEXT_OVER(buf);

	switch (opt_parse(&syntax, NULL, argv, &settings, &error)) {
	case OPT_SHOW_HELP:
		return applet_print_help(name, &syntax, description);
	case OPT_SHOW_VERSION:
		return applet_print(name, APPLET_VERSION("refresh-plot"));
	case OPT_ERROR:
		return plot_usage_error(&log, buf);
	case OPT_RUN:
		break;
	}
	return check_and_draw(&log, &settings, argv + 1);
}
