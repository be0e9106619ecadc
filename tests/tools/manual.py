#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""manual.py CHECK ROOT [BINARY]: compares the manuals of a source tree with its sources and with the
help of the binary, in both directions, and prints one line for each difference.

The checks are the functions check_*. ROOT has applets/, lib/, tests/ and README.md.

manual.py --script PAGE: prints a shell script that runs the examples of a page.
manual.py --compare PAGE OUTPUT: compares what that printed with what the page says. Times, dates and
process ids count as equal, and a line of "..." stands for any lines.
"""
import glob
import os
import re
import subprocess
import sys

ROOT = None
BINARY = None

# Where the messages of a source file are documented. Those of other files may be in any page.
PAGES_OF_SOURCE = {
    "messages.c": ["os-refresh-config.8", "run-parts.8"],
    "messages_dib.c": ["os-refresh-config.8"],
    "summary.c": ["os-refresh-config.8"],
    "refresh_common.c": ["os-refresh-config.8"],
    "os_refresh_config.c": ["os-refresh-config.8"],
    "messages_run_parts.c": ["run-parts.8"],
    "run_parts.c": ["run-parts.8"],
    "refresh_plot.c": ["refresh-plot.1"],
    "main.c": ["refreshbox.1"],
    "install.c": ["refreshbox.1"],
}
# The lines of a table, and those of --debug, are not messages.
NO_MESSAGES = {"profile.c"}
# libc reads this variable.
VARIABLES_OF_LIBC = {"TZ"}
# Anything without a small letter, or a part in brackets, stands for a value.
VALUE = r"(?:\[[^]]*\]|[^a-z\[\]])*"


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def pages():
    return sorted(os.path.basename(path) for path in glob.glob(os.path.join(ROOT, "applets/*.[1-8]")))


def page_text(name):
    return read(os.path.join("applets", name))


def section(text, *names):
    """The lines of the sections with these names."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith(".Sh "):
            inside = line[4:] in names
        elif inside:
            lines.append(line)
    return lines


def page_of(applet):
    for name in pages():
        if name.rsplit(".", 1)[0] == applet:
            return name
    return None


def c_files():
    for pattern in ("lib/*/*.c", "applets/*.c"):
        yield from sorted(glob.glob(os.path.join(ROOT, pattern)))


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


# Options

def applet_names():
    names = subprocess.run([BINARY, "--list"], capture_output=True, text=True, check=True).stdout
    return names.split() + ["refreshbox"]


def help_of(applet):
    """The full help: --help=all where there is one."""
    command = [BINARY] if applet == "refreshbox" else [BINARY, applet]
    for option in ("--help=all", "--help"):
        done = subprocess.run(command + [option], capture_output=True, text=True, check=False)
        if done.returncode == 0 and "--" in done.stdout:
            return done.stdout
    return ""


def options_of(applet):
    text = help_of(applet)
    if applet == "refreshbox":
        return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) | set(
            re.findall(r"\[(-[a-zA-Z])\]", text))
    found = set()
    for letter, name in re.findall(r"^ +(?:-(\w), )?(--[a-z][a-z-]*)", text, flags=re.M):
        found.add(name)
        if letter:
            found.add("-" + letter)
    return found


def dashed(words):
    """The options of a line of mdoc: 'Fl v , -verbose' are -v and --verbose."""
    found, in_flag = set(), False
    for word in words:
        if word == "Fl":
            in_flag = True
        elif in_flag and re.fullmatch(r"-?[a-zA-Z][a-z-]*", word) and (
                word.startswith("-") or len(word) == 1):
            found.add("-" + word)
        elif word not in (",", "|"):
            in_flag = False
    return found


def documented_options(page):
    """Those of the .It lines, and of the paragraph that names the options of another page."""
    found, others = set(), False
    names = ("DESCRIPTION",) if page == "refreshbox.1" else ("OPTIONS",)
    for line in section(page_text(page), *names):
        if line.startswith("These options are those of"):
            others = True
        if line.startswith(".It Fl ") or (others and line.startswith(".Fl ")):
            found |= dashed(line[1:].split())
    if page == "refreshbox.1":
        for line in section(page_text(page), *names):
            if line.startswith(".It Fl -install"):
                found |= dashed(line[1:].split())
    return found


def check_options():
    everything = set()
    for applet in applet_names():
        everything |= options_of(applet)
        page = page_of(applet)
        if not page:
            yield f"{applet}: there is no manual"
            continue
        if len(options_of(applet)) < 4:
            yield f"{applet}: the help has no options"
        for name in sorted(options_of(applet) - documented_options(page)):
            yield f"{page}: {name} of the help is missing"
        for name in sorted(documented_options(page) - options_of(applet)):
            yield f"{page}: {name} is not in the help"
    for page in pages():
        named = set()
        for line in page_text(page).splitlines():
            named |= dashed(line[1:].split()) if line.startswith(".") else set()
        for name in sorted(named - everything):
            if name.startswith("--"):
                yield f"{page}: {name} is an option of no applet"


# Exit statuses

def documented_statuses(page):
    found = set()
    for line in section(page_text(page), "EXIT STATUS"):
        if line.startswith(".It ") and "+" not in line:
            found |= {int(number) for number in re.findall(r"\d+", line)}
    return found


def statuses_of_sources():
    found = set()
    for path in list(c_files()) + glob.glob(os.path.join(ROOT, "lib/*/*.h")) + glob.glob(
            os.path.join(ROOT, "applets/*.h")):
        with open(path, encoding="utf-8") as file:
            text = without_comments(file.read())
        for pattern in (r"\b(?:STATUS|EXIT)_\w+ = (\d+)", r"#define EXIT_\w+ (\d+)$"):
            found |= {int(number) for number in re.findall(pattern, text, flags=re.M)}
    return found


def check_statuses():
    known, seen = statuses_of_sources(), set()
    for page in pages():
        seen |= documented_statuses(page)
        for number in sorted(documented_statuses(page) - known):
            if not 128 < number < 128 + 65:
                yield f"{page}: no source has the exit status {number}"
    for number in sorted(known - seen):
        yield f"the exit status {number} is in no manual"
    for applet in applet_names():
        said = re.search(r"^Exit status: ([^.]*)", help_of(applet), flags=re.M)
        page = page_of(applet)
        if not said or not page:
            continue
        numbers = {int(number) for number in re.findall(r"\b\d+\b", said.group(1))}
        for number in sorted(numbers - documented_statuses(page)):
            yield f"{page}: the exit status {number} of the help is missing"
        # Where the help has a list of them, it is complete.
        if len(numbers) > 2:
            for number in sorted(documented_statuses(page) - numbers):
                yield f"{applet} --help: the exit status {number} of the manual is missing"


# Variables

def variables_of_sources():
    found = set()
    for path in c_files():
        with open(path, encoding="utf-8") as file:
            text = without_comments(file.read())
        found |= set(re.findall(r'getenv\("(\w+)"\)', text))
        if os.path.basename(path) == "phase_env.c":
            found |= {"OS_REFRESH_CONFIG_" + name for name in re.findall(r'"(\w+[A-Z])="', text)}
    return found


def check_variables():
    found = set()
    for page in pages():
        for line in section(page_text(page), "ENVIRONMENT"):
            if line.startswith(".It Ev "):
                found |= set(line[7:].replace(",", " ").split())
    known = variables_of_sources()
    for name in sorted(known - found):
        yield f"the variable {name} is in no manual"
    for name in sorted(found - known - VARIABLES_OF_LIBC):
        yield f"the variable {name} of a manual is in no source"


# Messages

def strings_at(text, at):
    """The string literals that follow each other at this place, as one string."""
    whole = ""
    names = {"BOX": "refreshbox"}
    while True:
        found = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|(BOX\b))').match(text, at)
        if not found:
            return whole
        whole += names[found.group(2)] if found.group(2) else found.group(1)
        at = found.end()


def c_messages():
    """(file, level, format) of each message."""
    for path in c_files():
        name = os.path.basename(path)
        if name in NO_MESSAGES:
            continue
        with open(path, encoding="utf-8") as file:
            text = without_comments(file.read())
        for found in re.finditer(r"_LOG, LOG_(\w+),", text):
            for line in strings_at(text, found.end()).split(r"\n"):
                if line:
                    yield name, found.group(1), re.sub("^run-parts: ", "", line)
        for found in re.finditer(r"log_line(?:_at)?\((?!&debug_log)[^;\"]*?LOG_(\w+),", text):
            line = strings_at(text, found.end())
            if line and line != "%s":
                yield name, found.group(1), line


def manual_messages(page):
    """(level, text) of each message in DIAGNOSTICS."""
    level = "ERROR"
    for line in section(page_text(page), "DIAGNOSTICS"):
        heading = re.match(r"\.Ss Level (\w+)", line)
        if heading:
            level = heading.group(1)
        found = re.match(r'\.It (?:Sy )?"(.*)"$', line)
        if found:
            yield level, found.group(1).replace("\\e", "\\").replace("\\&", "")


def parts_of(message):
    """What is between the values of a format."""
    return re.split(r"%(?:-?\d*(?:l*[diux]|s)|[A-Za-z])", message)


def pattern_of(message):
    """The regular expression for a format: its own words, and anything in the place of a value."""
    return VALUE.join(re.escape(part) for part in parts_of(message))


def all_strings():
    for path in c_files():
        with open(path, encoding="utf-8") as file:
            yield from re.findall(r'"((?:[^"\\]|\\.)*)"', without_comments(file.read()))


def check_messages():
    documented = {page: list(manual_messages(page)) for page in pages()}
    formats = list(c_messages())
    for name, level, message in formats:
        pattern = pattern_of(message)
        found = {page for page in documented for its_level, text in documented[page]
                 if level == its_level and re.fullmatch(pattern, text)}
        for page in PAGES_OF_SOURCE.get(name, [] if found else ["any page"]):
            if page not in found:
                yield f"{name}: {level} '{message}' is not in DIAGNOSTICS of {page}"
    # A message may be put together, or have a level that depends on the entry.
    beginnings = [pattern_of(string) for string in all_strings() if len("".join(parts_of(string))) >= 8]
    for page, messages in documented.items():
        for level, text in messages:
            if not any(level == its_level and re.fullmatch(pattern_of(message), text)
                       for _, its_level, message in formats) and not any(
                           re.match(beginning, text) for beginning in beginnings):
                yield f"{page}: no source has the message '{text}' at level {level}"


    # The causes in a message: its words, between the values, are in a source.
    strings = list(all_strings())
    for page in documented:
        for line in section(page_text(page), "DIAGNOSTICS"):
            found = re.match(r'\.It Li "(.*)"$', line)
            words = max(re.split(r"'?[A-Z]+'?", found.group(1)), key=len).strip() if found else ""
            if not any(words in string for string in strings):
                yield f"{page}: no source has the words '{words}'"


# Promises, and names of tests and options

def suites():
    return sorted(glob.glob(os.path.join(ROOT, "tests/*_test.sh")))


def shell_functions(path):
    """The body of each function of a shell script."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return dict(re.findall(r"^(\w+)\(\) ?[\n ]?\{\n(.*?)^\}", text, flags=re.M | re.S))


def asserts(body, functions, seen):
    """Does it assert something, by itself or by a function that it calls?"""
    words = set(re.findall(r"\w+", body))
    if any(word == "fail" or word.startswith("assert") for word in words):
        return True
    for word in words & set(functions):
        if word not in seen and asserts(functions[word], functions, seen | {word}):
            return True
    return False


def all_tests():
    """Whether each test_ function asserts something."""
    helpers = {}
    for path in glob.glob(os.path.join(ROOT, "tests/*lib.sh")):
        helpers.update(shell_functions(path))
    found = {}
    for path in suites():
        functions = dict(helpers, **shell_functions(path))
        for name in functions:
            if name.startswith("test_"):
                found[name] = asserts(functions[name], functions, {name})
    return found


def check_promises():
    promises = []
    for line in section(page_text("refreshbox.1"), "PROMISES"):
        if line == ".It":
            promises.append("")
        elif promises:
            promises[-1] += " " + line
    if len(promises) < 15:
        yield f"there are only {len(promises)} promises"
    tests = all_tests()
    for number, promise in enumerate(promises, 1):
        names = re.findall(r"\btest_\w+", promise)
        if not names:
            yield f"promise {number} names no test"
        for name in names:
            if name not in tests:
                yield f"promise {number}: there is no {name}"
            elif not tests[name]:
                yield f"promise {number}: {name} asserts nothing"


def check_names():
    """What README and the manuals name exists: tests, and in README options and applets."""
    tests = all_tests()
    readme = read("README.md")
    named = 0
    for where, text in [("README.md", readme)] + [(page, page_text(page)) for page in pages()]:
        for name in sorted(set(re.findall(r"\btest_\w+", text))):
            named += 1
            if name not in tests:
                yield f"{where}: there is no {name}"
        for name in sorted(set(re.findall(r"\b[a-z0-9_]+_test\.sh", text))):
            if not os.path.exists(os.path.join(ROOT, "tests", name)):
                yield f"{where}: there is no {name}"
    if named < 50:
        yield "the manuals name hardly any test"
    applets = applet_names()
    known = set().union(*(options_of(applet) for applet in applets))
    for applet in applets:
        if not re.search(rf"(?<![\w-]){applet}(?![\w-])", readme):
            yield f"README.md: it does not name {applet}"
    lines = re.findall(rf"(?:{'|'.join(applets)}) ([^|\n`]*)", readme)
    words = re.findall(r"`(--[a-z-]+)`", readme) + re.findall(
        r"(?<![\w-])--[a-z][a-z-]*", "\n".join(lines))
    for name in sorted(set(words)):
        if not any(option.startswith(name) for option in known):
            yield f"README.md: {name} is an option of no applet"


def check_links():
    """Our own manuals are there and are referred to; each has the sections that it must have."""
    ours = set(pages())
    linked = set()
    for page in sorted(ours):
        text = page_text(page)
        for name, number in re.findall(r"^\.Xr (\S+) (\d)", text, flags=re.M) + re.findall(
                r"^\.It Xr (\S+) (\d)", text, flags=re.M):
            target = f"{name}.{number}"
            linked.add((target, page))
            if (name.startswith("refresh") or page_of(name)) and target not in ours:
                yield f"{page}: there is no {target}"
        if re.search(r"^\.(?:.* )?Ql .* Ql ", text, flags=re.M):
            yield f"{page}: a Ql is within the quotes of another"
        for wanted in ("NAME", "DESCRIPTION", "SEE ALSO"):
            if f"\n.Sh {wanted}\n" not in text:
                yield f"{page}: it has no section {wanted}"
    for page in sorted(ours - {"refreshbox.1"}):
        if (page, "refreshbox.1") not in linked:
            yield f"refreshbox.1: it does not refer to {page}"


def examples(page):
    """The commands of the examples, each with what it prints."""
    found, literal, command = [], False, None
    with open(page, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for line in lines:
        if line.startswith(".Bd -literal"):
            literal, command = True, None
        elif line.startswith(".Ed"):
            literal = False
        elif literal:
            text = line.replace("\\e", "\\").replace("\\&", "")
            if re.match(r"[$#] ", text):
                command = [text[2:], ""]
                found.append(command)
            elif command and command[0].endswith("\\"):
                command[0] += "\n" + text
            elif command:
                command[1] += text + "\n"
    return found


MARK = "=== example "


def print_script(page):
    for number, (command, _) in enumerate(examples(page)):
        print(f"echo '{MARK}{number}'\n{command}")


def normalised(text):
    for pattern in (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d{3})?", r"\b\d+\.\d{3}\b", r"\bprocess \d+",
                    r"\brun \d+ [\da-f]{8}\b",
                    r"[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d UTC \d{4}"):
        text = re.sub(pattern, "*", text)
    return [line.rstrip() for line in text.splitlines()]


def is_as_documented(wanted, printed):
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n"
                      for line in normalised(wanted))
    return re.fullmatch(pattern, "".join(line + "\n" for line in normalised(printed)))


def compare(page, output):
    with open(output, encoding="utf-8", errors="replace") as file:
        printed = re.split(rf"^{MARK}\d+\n", file.read(), flags=re.M)[1:]
    commands = examples(page)
    if len(commands) != len(printed) or not commands:
        print(f"{page}: {len(printed)} of {len(commands)} examples ran")
    for (command, wanted), text in zip(commands, printed):
        if not is_as_documented(wanted, text):
            print(f"{page}: '{command}' prints\n{text}instead of\n{wanted}")


def main():
    global ROOT, BINARY
    if sys.argv[1] == "--script":
        print_script(sys.argv[2])
    elif sys.argv[1] == "--compare":
        compare(sys.argv[2], sys.argv[3])
    else:
        ROOT, BINARY = sys.argv[2], (sys.argv + [None])[3]
        for finding in globals()["check_" + sys.argv[1]]():
            print(finding)


if __name__ == "__main__":
    main()
