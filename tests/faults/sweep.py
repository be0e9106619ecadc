#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Drives refreshbox under strace: every system call that a run makes, each with its faults.

Of every scenario (scenarios.py) a run without faults is traced. Then, for each of the calls in that
trace, it is run with the call failing, delayed, or ended by a signal (faults.py), and what came of
it is judged (judge.py). Every finding is printed with the command that shows it; the last line
tells how many injections were tried. Exit status: 1 with a finding.
"""

import argparse
import concurrent.futures
import shlex
import sys
import time

import bench
import faults
import judge
import scenarios

SCENARIOS = {scenario.name: scenario for scenario in scenarios.all_scenarios()}


class Worker:
    """What each process has of its own: a bench, and the runs without faults."""

    bench = None
    bases = {}


def open_worker(binary, scratch):
    Worker.bench = bench.Bench(binary, scratch)


def base_of(name):
    if name not in Worker.bases:
        Worker.bases[name] = Worker.bench.run(SCENARIOS[name])
    return Worker.bases[name]


def trace(name):
    """The places for faults in each process, and what is wrong with that."""
    scenario, wrong = SCENARIOS[name], []
    result = Worker.bench.run(scenario, bench.strace_options())
    if not judge.is_whole(base_of(name), result):
        wrong.append('%s: is not the same when traced: %s' % (name, result.err))
    places = faults.calls(result.trace)
    for call in sorted({call for some in places.values() for call, _ in some} - faults.known()):
        wrong.append('%s: faults.py has no faults for %s' % (name, call))
    return name, places, wrong


def try_fault(job):
    """One injection: was it done, and the findings."""
    name, fault = job
    scenario, base = SCENARIOS[name], base_of(name)
    options = bench.strace_options(fault)
    result = Worker.bench.run(scenario, options)
    if not bench.fired(result):
        return name, False, []
    found = judge.judge(scenario, base, result, fault)
    if fault.action == faults.KILL and not found:
        after = Worker.bench.run(scenario)
        if not judge.is_whole(base, after):
            found = ['the next run is not whole: status %s' % after.status]
    where = next((line for line in result.trace.splitlines() if 'INJECTED' in line), '')
    command = shlex.join(['strace', *options, *scenario.argv])
    return name, True, ['%s: %s\n    %s\n    %s' % (name, what, command, where) for what in found]


def jobs_of(pool, names, everything):
    jobs, wrong = [], []
    for name, places, findings in pool.map(trace, names):
        wrong += findings
        for process in faults.PROCESSES:
            jobs += [(name, fault)
                     for fault in faults.choose(places[process], process, everything)]
    return jobs, wrong


def sweep(pool, names, everything):
    """The findings, and how many injections were tried in each scenario."""
    jobs, findings = jobs_of(pool, names, everything)
    tried = dict.fromkeys(names, 0)
    for name, done, found in pool.map(try_fault, jobs, chunksize=4):
        tried[name] += done
        findings += found
        for finding in found:
            print('FOUND', finding, flush=True)
    findings += ['%s: nothing was tried' % name for name in names if not tried[name]]
    return findings, tried


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', maxsplit=1)[0])
    parser.add_argument('--binary', required=True)
    parser.add_argument('--scratch', required=True, help='an empty folder')
    parser.add_argument('--all', action='store_true', help='every fault at every call')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('names', nargs='*', help='of scenarios or applets; default all')
    return parser.parse_args()


def chosen_names(options):
    return [name for name, scenario in SCENARIOS.items()
            if name in options.names or not scenario.side_by_side and
            (scenario.applet in options.names or not options.names) and
            (options.all or not scenario.long)]


def main():
    options, begun = parse(), time.monotonic()
    names = chosen_names(options)
    with concurrent.futures.ProcessPoolExecutor(options.jobs, None, open_worker,
                                                (options.binary, options.scratch)) as pool:
        findings, tried = sweep(pool, names, options.all)
    print(', '.join('%s %d' % pair for pair in tried.items()))
    for finding in findings:
        if 'strace' not in finding:
            print('FOUND', finding)
    print('tried: %d injections, %d findings, %d s' % (
        sum(tried.values()), len(findings), time.monotonic() - begun))
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
