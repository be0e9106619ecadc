# SPDX-License-Identifier: Apache-2.0
"""terminal.py RAW SCREEN COLUMNS COMMAND [ARGUMENT]...: runs the command on a terminal of its own.

Writes to RAW all that came, and to SCREEN what then stands on the terminal: of the control sequences
it knows carriage return, newline, and the erasing of the rest of a line. Every state of the screen
that stood for a tenth of a second is added to RAW.states, with a form feed behind it, at once: the
command may wait for it. After a minute the terminal hangs up. Returns the status as a shell would.
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time


class Screen:
    def __init__(self, columns):
        self.columns, self.lines, self.at = columns, [""], 0

    def put(self, data):
        at = 0
        while at < len(data):
            if data.startswith("\033[K", at):
                self.lines[-1] = self.lines[-1][:self.at]
                at += 3
                continue
            self.put_one(data[at])
            at += 1

    def put_one(self, char):
        if char == "\r":
            self.at = 0
        elif char == "\n":
            self.lines.append("")
        else:
            assert char >= " ", "control byte %r" % char
            fits = self.at < self.columns - 1
            assert fits or not self.lines[-1].startswith("[configure"), "progress too wide"
            line = self.lines[-1]
            self.lines[-1] = line[:self.at] + char + line[self.at + 1:]
            self.at += 1

    def text(self):
        return "\n".join(self.lines)


def main():
    raw_name, screen_name, columns = sys.argv[1], sys.argv[2], int(sys.argv[3])
    states = open(raw_name + ".states", "w", encoding="latin-1")
    pid, fd = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execvp(sys.argv[4], sys.argv[4:])
    screen, raw, end = Screen(columns), b"", time.monotonic() + 60
    while time.monotonic() < end:
        ready = select.select([fd], [], [], 0.1)[0]
        if not ready:
            states.write(screen.text() + "\n\f\n")
            states.flush()
            continue
        try:
            data = os.read(fd, 65536)
        except OSError:
            break
        if not data:
            break
        raw += data
        screen.put(data.decode("latin-1"))
    os.close(fd)
    open(raw_name, "wb").write(raw)
    open(screen_name, "w", encoding="latin-1").write(screen.text())
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
