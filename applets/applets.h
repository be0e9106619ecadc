/* SPDX-License-Identifier: Apache-2.0 */
/*
 * applets: the list of the applets. A new applet is a file, whose name is that of the applet with
 * '_' for '-', a line here, and a symbol in Kconfig.
 */
#ifndef APPLETS_H
#define APPLETS_H

/* Kconfig symbol, name, name in C, what it does; make reads the first two of each line. */
/* clang-format off */
#define APPLETS(APPLET) \
	APPLET(DIB_RUN_PARTS, "dib-run-parts", dib_run_parts, \
	       "run the scripts of one directory") \
	APPLET(OS_REFRESH_CONFIG, "os-refresh-config", os_refresh_config, \
	       "run the scripts of every phase") \
	APPLET(REFRESH_PHASE, "refresh-phase", refresh_phase, \
	       "run the phases that are named") \
	APPLET(REFRESH_PLOT, "refresh-plot", refresh_plot, \
	       "draw a run from its event log") \
	APPLET(RUN_PARTS, "run-parts", run_parts, \
	       "run the scripts of directories, as debianutils")
/* clang-format on */

#endif
