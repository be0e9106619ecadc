/* SPDX-License-Identifier: Apache-2.0 */
#include "applet.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "run/run.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/write.h"

const struct applet *applet_find(const struct applet *applets, const struct log *log,
				 const char *name)
{
	const char *near = NULL;

	for (const struct applet *applet = applets; applet->name; applet++) {
		if (strcmp(applet->name, name) == 0)
			return applet;
		if (text_is_near(name, strlen(name), applet->name))
			near = applet->name;
	}
	log_line(log, LOG_ERROR,
		 near ? "%s: applet not found; did you mean %s?" :
			"%s: applet not found; refreshbox --list names them",
		 name, near);
	return NULL;
}

int applet_print(const char *name, const char *text)
{
	struct log log = { .name = name, .form = LOG_NAME };
	int err = text ? sys_write_all(STDOUT_FILENO, text, strlen(text)) : -ENOMEM;

	if (err == 0)
		return EXIT_OK;
	log_line(&log, LOG_ERROR, "cannot write to stdout: %s", text_error(-err));
	return EXIT_FAILED;
}

int applet_answer(const struct opt_syntax *syntax, enum opt_verdict verdict)
{
	char buf[4096]; /* the longest help has 2,300 bytes */
	struct text text = TEXT_OVER(buf);

	if (verdict != OPT_SHOW_VERSION)
		opt_help(&text, syntax, verdict == OPT_SHOW_ALL_HELP);
	else if (syntax->version)
		text_str(&text, syntax->version);
	else
		text_fmt(&text, "%s (refreshbox) " REFRESHBOX_VERSION "\n", syntax->name);
	return applet_print(syntax->name, text.truncated ? NULL : buf);
}

void applet_log_error(const struct log *log, const char *message, const char *more)
{
	struct log_message line;

	/* Control characters in the message of opt are escaped already. */
	if (!log_begin(&line, log, LOG_ERROR, LOG_NOW))
		return;
	text_str(&line.text, message);
	text_str(&line.text, more);
	log_end(&line);
}

bool applet_begin_check(struct plan *plan)
{
	int err = 0;

	if (!ENABLE_CHECK || !plan->check)
		return true;
	plan->list = true;
	if (strcmp(plan->check, "/") != 0)
		err = sys_chroot(plan->check);
	if (err < 0)
		log_line(&plan->phase_log, LOG_ERROR, "Cannot chroot to '%s': %s", plan->check,
			 text_error(-err));
	return err == 0;
}

/* Becomes the program that follows a success. Returns the exit status if that fails. */
static int become_next(const struct plan *plan, char **envp)
{
	int err = envp ? sys_become(plan->then, envp) : -E2BIG;

	log_line(&plan->phase_log, LOG_ERROR, "Cannot become %s: %s", plan->then[0],
		 text_error(-err));
	return err == -ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXECUTE;
}

int applet_run(const struct plan *plan)
{
	struct run_result result = run_plan(plan);

	if (result.signal)
		sys_die_by(result.signal);
	if (ENABLE_THEN && plan->then && !plan->list && result.status == EXIT_OK)
		return become_next(plan, result.then_envp);
	return result.status;
}
