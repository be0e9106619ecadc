/* SPDX-License-Identifier: Apache-2.0 */
/* process: wait statuses as shells show them; text: the names of signals; children: states. */
#include "sys/process.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/text.h"
#include "job/children.h"
#include "sys/util.h"
#include "unit.h"

/* How Linux packs a wait status. */
static int exited(int code)
{
	return code << 8;
}

static int killed(int sig, bool dumped)
{
	return sig | (dumped ? 0x80 : 0);
}

static void check_end(int wait_status, int status, int sig)
{
	char buf[64];
	struct text what = TEXT_OVER(buf);

	text_fmt(&what, "wait status %d", wait_status);
	unit_check(sys_exit_status(wait_status) == status && sys_end_signal(wait_status) == sig,
		   buf);
}

static void check_names(void)
{
	static const struct {
		int sig;
		const char *name;
	} signals[] = {
		{ SIGHUP, "SIGHUP" },   { SIGINT, "SIGINT" },   { SIGQUIT, "SIGQUIT" },
		{ SIGILL, "SIGILL" },   { SIGTRAP, "SIGTRAP" }, { SIGABRT, "SIGABRT" },
		{ SIGBUS, "SIGBUS" },   { SIGFPE, "SIGFPE" },   { SIGKILL, "SIGKILL" },
		{ SIGUSR1, "SIGUSR1" }, { SIGSEGV, "SIGSEGV" }, { SIGUSR2, "SIGUSR2" },
		{ SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" }, { SIGTERM, "SIGTERM" },
		{ SIGXCPU, "SIGXCPU" }, { SIGXFSZ, "SIGXFSZ" }, { SIGSYS, "SIGSYS" },
		{ -1, "signal" },       { 0, "signal" },        { 64, "signal" },
		{ 65, "signal" },       { 1 << 30, "signal" },
	};

	for (size_t i = 0; i < countof(signals); i++)
		unit_check_str(text_signal(signals[i].sig), signals[i].name, "text_signal");
}

/* The name of a process may have brackets. */
static void check_state(void)
{
	unit_check(prctl(PR_SET_NAME, ") Z (") == 0, "a name with brackets");
	unit_check(children_state(getpid()) == 'R', "the state of a process that runs");
	unit_check(children_state(0) == '?', "the state of no process");
}

void test_process(void)
{
	for (int code = 0; code < 256; code++)
		check_end(exited(code), code, 0);
	for (int sig = 1; sig <= 64; sig++) {
		check_end(killed(sig, false), 128 + sig, sig);
		check_end(killed(sig, true), 128 + sig, sig);
	}
	check_names();
	check_state();
}
