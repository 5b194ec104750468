#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""House rules as tests: what reviewers should not have to look for. Each rule proves itself on a bad sample first."""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOP_LEVEL = {"CMakeLists.txt", "plugin", "host_api", "schemas", "tests", "packaging", "manifest.yaml", "README.md", "LICENSE"}


def tracked(*suffixes):
    names = subprocess.run(["git", "-C", ROOT, "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / n for n in names if n and (not suffixes or n.endswith(suffixes)) and (ROOT / n).is_file()]


def without_comments(text):
    """The code alone: no comments, no texts."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|/\*.*?\*/', "", text, flags=re.S)


def top_level_is_exact():
    names = {p.relative_to(ROOT).parts[0] for p in tracked()}
    return [f"{n} does not belong at the top" for n in names - TOP_LEVEL if not n.startswith(".")] + [
        f"{n} is missing" for n in TOP_LEVEL - names]


def every_top_folder_has_a_readme():
    folders = ["plugin", "host_api", "schemas", "tests", "packaging"]
    folders += [f"plugin/{n}" for n in ("host", "domain", "store", "signals", "services", "reports", "actions")]
    return [f"{f}/README.md is missing" for f in folders if not (ROOT / f / "README.md").is_file()]


def sources_have_a_licence_line():
    return [f"{p.relative_to(ROOT)} lacks its SPDX line" for p in tracked(".h", ".hpp", ".cpp", ".c")
            if "SPDX-License-Identifier" not in p.read_text(errors="replace")[:200]]


ROOMS = {  # folder of plugin/ -> what it may include from plugin/
    "domain": {"domain"}, "host": {"host", "actions"}, "store": {"store", "host", "domain"},
    "signals": {"signals", "store", "host", "domain"}, "reports": {"reports", "store", "host", "domain"},
    "services": {"services", "store", "host", "domain", "signals"},
    "actions": {"actions", "services", "reports", "store", "host", "domain", "signals"},
}


def includes_point_one_way(rooms=ROOMS, sources=None):
    faults = []
    for path in sources or tracked(".h", ".cpp"):
        try:
            room = path.relative_to(ROOT / "plugin").parts[0]
        except ValueError:
            continue
        if room not in rooms:
            continue
        text = path.read_text()
        for target in re.findall(r'#include "([a-z_]+)/', text):
            if target in rooms and target not in rooms[room]:
                faults.append(f"{path.relative_to(ROOT)}: {room}/ may not include {target}/")
        if room == "domain" and re.search(r"#include <(soci|boost|yaml)", text):
            faults.append(f"{path.relative_to(ROOT)}: domain/ knows no library")
        if room != "host" and re.search(r"#include [\"<]erp/", text):
            faults.append(f"{path.relative_to(ROOT)}: only plugin/host includes erp/*.h")
    return faults


# Probabilities and statistics are no money: the forecast's engine computes with them, and rounds to minor units once per
# deal and month before anything is added. What goes into and out of this folder as money is a whole number.
FLOATING = "plugin/domain/forecast/"


def no_floating_point_near_money():
    faults = []
    for path in tracked(".h", ".hpp", ".cpp", ".c"):
        relative = str(path.relative_to(ROOT))
        if relative.startswith(("plugin/", "host_api/")) and "/bench/" not in relative and not relative.startswith(FLOATING):
            for number, line in enumerate(without_comments(path.read_text()).split("\n"), 1):
                if re.search(r"\b(double|float)\b", line):
                    faults.append(f"{relative}: floating point: {line.strip()}")
    return faults


def types_are_defined_once(texts=None):
    """Two types of one name in one namespace: the linker keeps one destructor for both, and memory breaks at run time."""
    seen, faults = {}, []
    for path, text in texts or [(p.relative_to(ROOT), p.read_text()) for p in tracked(".h", ".hpp") if not str(p.relative_to(ROOT)).startswith("tests/")]:
        spaces = re.findall(r"^namespace ([\w:]+) \{", text, re.M)
        for name in re.findall(r"^(?:struct|class|enum class) (\w+)(?: final)?(?: : [^{;]+)? \{", text, re.M):
            if name == "erp_module":  # each module's own, opaque to everybody else
                continue
            other = seen.setdefault((spaces[0] if spaces else "", name), path)
            if other != path:
                faults.append(f"{path}: {name} is defined in {other} too")
    return faults


TEXTS = re.compile(r'"(?:[^"\\\n]|\\.)*"')
SQL = re.compile(r'^"\s*(select|insert into|update|delete from)\s|\bselect\b.+\bfrom\b|\binsert into\b|\bdelete from\b|\bupdate \w+ set\b', re.I)


def holds_sql(code):
    """A statement or a part of one in any text of the code."""
    return any(SQL.search(text) for text in TEXTS.findall(code))


def sql_has_its_place():
    return [f"{p.relative_to(ROOT)}: SQL outside store/ and reports/" for p in tracked(".h", ".cpp")
            if str(p.relative_to(ROOT)).startswith(("plugin/domain", "plugin/actions", "plugin/services", "plugin/signals", "plugin/host"))
            and holds_sql(p.read_text())]


def no_unfinished_business():
    word = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    return [f"{p.relative_to(ROOT)} holds an unfinished note" for p in tracked(".h", ".hpp", ".cpp", ".c", ".py", ".md", ".sql", ".yaml", ".json", ".txt")
            if p.name != "house_rules.py" and word.search(p.read_text(errors="replace"))]


def no_machine_paths():
    bad = re.compile(r"/work/|/home/|/tmp/contract|registry\.npmjs|deb\.debian\.org")
    return [f"{p.relative_to(ROOT)} names a path or host of one machine" for p in tracked()
            if p.suffix not in (".png",) and p.name not in ("house_rules.py",) and bad.search(p.read_text(errors="replace"))]


def actions_are_complete():
    faults = []
    for folder in ("schemas/actions", "host_api/reference_host/actions"):
        files = sorted((ROOT / folder).glob("*.json"))
        if not files:
            faults.append(f"{folder} declares nothing")
        for path in files:
            data = json.loads(path.read_text())
            for action in data if isinstance(data, list) else data.get("actions", [data]):
                for key in ("name", "summary", "permission", "changes", "input", "errors", "example"):
                    if key not in action:
                        faults.append(f"{path.relative_to(ROOT)}: {action.get('name', '?')} lacks {key}")
    return faults


def unsaid_sentences(source, table):
    """What a reader of files says and import/words.cpp has no Swedish and Norwegian for."""
    literal = r'"((?:[^"\\\n]|\\.)*)"'
    known = re.findall(literal, table)
    faults = []
    for call in re.findall(r"\b(?:refuse\(|fault\(|problems?_?\.add\(|Fault\{|problem = )(.*?);", source, re.S):
        parts = re.findall(literal, re.sub(r'"\s*\n\s*"', "", call))
        fits = [re.sub(r"\\\{\d\\\}", ".+", re.escape(k)) for k in known]
        faults += [p for p in parts if len(p.split()) > 2 and not any(p.strip() in k for k in known) and not any(re.fullmatch(f, p) for f in fits)]
    return faults


def files_are_spoken_of_in_every_language():
    folder = ROOT / "host_api/reference_host/import"
    table = re.sub(r'"\s*\n\s*"', "", (folder / "words.cpp").read_text())
    # Profiles are written by those who run the host: what is wrong with one is said in English.
    return [f"{p.relative_to(ROOT)}: import/words.cpp lacks: {text}" for p in sorted(folder.glob("*.cpp")) if p.name not in ("profile.cpp", "words.cpp")
            for text in unsaid_sentences(p.read_text(), table)]


def mutations_fit():
    """Each way to break a rule (tests/mutation) still finds its place in the source."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(ROOT / "tests" / "mutation"))
    import run as mutation
    assert mutation.misfits(items=[{"rule": "r", "file": "README.md", "from": "no such text", "to": "x", "test": "t"}])
    return mutation.misfits()


def layout_is_clang_formats():
    tool = shutil.which("clang-format")
    if not tool:
        return None
    files = [str(p) for p in tracked(".h", ".hpp", ".cpp", ".c")]
    done = subprocess.run([tool, "--dry-run", "--Werror", *files], capture_output=True, text=True)
    return sorted({line.split(":")[0].removeprefix(str(ROOT) + "/") + ": run clang-format -i" for line in done.stderr.split("\n") if "error:" in line})


def main():
    rules = [top_level_is_exact, every_top_folder_has_a_readme, sources_have_a_licence_line, includes_point_one_way,
             types_are_defined_once, no_floating_point_near_money, sql_has_its_place, no_unfinished_business, no_machine_paths,
             actions_are_complete, files_are_spoken_of_in_every_language, mutations_fit, layout_is_clang_formats]
    # The checker checks itself: a rule that cannot fail is a defect.
    assert holds_sql('query("select 1")') and holds_sql('"id in (select a from b)"') and not holds_sql('"selected"')
    assert includes_point_one_way({"domain": set()}, [ROOT / "plugin/domain/attribution/decision.h"]) or \
        not (ROOT / "plugin/domain/attribution/decision.h").exists()
    assert unsaid_sentences('refuse("k", "No such thing here: " + x);', '{"Other"}') and not unsaid_sentences('fault("f", "a b c d");', '{"a b c d", ""}')
    assert types_are_defined_once([("a.h", "namespace n {\nstruct Row {\n"), ("b.h", "namespace n {\nstruct Row {\n")])
    passed = failed = skipped = 0
    for rule in rules:
        faults = rule()
        if faults is None:
            skipped += 1
            print(f"skip {rule.__name__}: its tool is not installed")
        elif faults:
            failed += 1
            print(f"FAIL {rule.__name__}")
            for fault in faults[:40]:
                print(f"     {fault}")
        else:
            passed += 1
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
